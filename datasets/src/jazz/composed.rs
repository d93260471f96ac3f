//! A solo by rules: swung lines over II-V-I progressions, the cadence that most jazz is made of.

use fireside_numpy_rng::NumpyRng;

use super::harmony::Chord;
use super::time::{MEASURE, Twelfths};
use crate::midi::{Note, Track, Tune};

/// Tonics of the progressions, as semitones above C: round the circle of fifths, twice four.
const TONICS: [u8; 8] = [0, 5, 10, 3, 8, 3, 10, 5];
/// Chords of a progression above its tonic, a measure each: minor seventh on the second tone, dominant seventh on
/// the fifth, major seventh on the first for two measures, all within the octave from E below the middle C.
const PROGRESSION: [[u8; 4]; 4] = [[2, 5, 9, 12], [7, 11, 14, 17], [0, 4, 7, 11], [0, 4, 7, 11]];
/// The lowest key of a chord, and the ends of the solo's range.
const CHORDS_FROM: u8 = 52;
const LOW: i64 = 62;
const HIGH: i64 = 84;

/// Lengths of a beat's notes; the weight is how often it is taken. A negative length is a rest.
const BEATS: [(&[Twelfths], u32); 7] = [
    (&[8, 4], 10),
    (&[12], 4),
    (&[4, 4, 4], 3),
    (&[3, 3, 3, 3], 2),
    (&[-8, 4], 3),
    (&[6, 6], 2),
    (&[-12], 2),
];
const TICKS_PER_TWELFTH: u64 = 8;

/// Composes 32 measures.
pub(super) fn two_five_ones(seed: u32) -> Tune {
    let rng = &mut NumpyRng::new(seed);
    let chords: Vec<Chord> = TONICS.iter().flat_map(|tonic| progression(*tonic)).collect();
    let (mut solo, mut accompaniment) = (Vec::new(), Vec::new());
    let mut key = 72;
    for (measure, chord) in (0..).zip(&chords) {
        let start = measure * MEASURE;
        accompaniment.extend(chord.keys.iter().map(|key| note(start, MEASURE, *key)));
        let mut offset = 0;
        while offset < MEASURE {
            for length in beat(rng) {
                if *length > 0 {
                    key = next(key, chord, offset % 12 == 0, rng);
                    solo.push(note(start + offset, *length, key as u8));
                }
                offset += length.abs();
            }
        }
    }
    let track =
        |name: &str, program, notes| Track { name: name.to_string(), channel: 0, program, notes };
    let tracks = vec![track("Solo", 26, solo), track("Chords", 4, accompaniment)];
    Tune { ticks_per_quarter: 12 * TICKS_PER_TWELFTH as u16, tempo: 132.0, tracks }
}

/// The chords of a key, each with its tones moved by octaves to lie close together.
fn progression(tonic: u8) -> [Chord; 4] {
    PROGRESSION.map(|tones| {
        let mut keys = tones.map(|tone| CHORDS_FROM + (tonic + tone + 12 - CHORDS_FROM % 12) % 12);
        keys.sort_unstable();
        Chord { keys: keys.to_vec() }
    })
}

fn note(start: Twelfths, length: Twelfths, key: u8) -> Note {
    let [start, length] = [start, length].map(|time| time as u64 * TICKS_PER_TWELFTH);
    Note { start, length, key, velocity: 80 }
}

fn beat(rng: &mut NumpyRng) -> &'static [Twelfths] {
    let weighted =
        BEATS.iter().flat_map(|(beat, weight)| std::iter::repeat_n(*beat, *weight as usize));
    let beats: Vec<_> = weighted.collect();
    beats[rng.next_u32() as usize % beats.len()]
}

/// The next key: on a beat the nearest tone of the chord, up or down; between, a step along the scale, or now and
/// then a semitone from a tone of the chord, or a leap.
fn next(key: i64, chord: &Chord, on_beat: bool, rng: &mut NumpyRng) -> i64 {
    let draw = rng.random_sample();
    let up = match key {
        ..=LOW => true,
        HIGH.. => false,
        _ => rng.random_sample() < 0.5,
    };
    let fits = |key: i64| {
        let key = key as u8;
        match (on_beat, draw) {
            (true, _) => chord.has_tone(key),
            (false, ..0.2) => chord.has_approach_tone(key) && !chord.has_scale_tone(key),
            (false, _) => chord.has_scale_tone(key),
        }
    };
    let leap = if draw > 0.85 { 4 } else { 1 };
    let way = |distance: i64| if up { key + distance } else { key - distance };
    (leap..leap + 12).map(way).find(|key| fits(*key)).unwrap_or(key)
}
