//! A small synthesiser: a tune becomes sound.
//!
//! Guitars are plucked strings (Karplus & Strong, "Digital synthesis of plucked-string and drum timbres", 1983):
//! noise goes round a loop as long as a period and is smoothed a little each time. Everything else is an electric
//! piano: a tone whose phase another one, an octave and a fifth higher, shakes (Chowning, 1973), both dying away.
//! Drums are left out.

use std::f32::consts::TAU;
use std::io::Cursor;

use fireside_numpy_rng::NumpyRng;
use hound::{SampleFormat, WavSpec, WavWriter};

use crate::midi::{DRUMS, Note, Tune};

/// Samples in a second.
pub const SAMPLE_RATE: u32 = 44_100;
/// The longest tune that is rendered, in seconds; what is after is cut off.
pub const LONGEST: f64 = 600.0;

/// Programs of the guitars.
const GUITARS: std::ops::RangeInclusive<u8> = 24..=31;
/// Seconds that a string or a bar sounds on after the key is up.
const RELEASE: f32 = 0.15;
/// Hertz below which a plucked string is silenced, for nobody hears it.
const LOWEST: f32 = 20.0;
/// What the loudest sample is brought to.
const PEAK: f32 = 0.9;

/// Renders a tune as mono samples from -1 to 1; the same tune gives the same samples.
pub fn render(tune: &Tune) -> Vec<f32> {
    let per_tick = 60.0 / (tune.tempo * f64::from(tune.ticks_per_quarter));
    let seconds = |ticks: u64| (ticks as f64 * per_tick).min(LONGEST);
    let audible = || tune.tracks.iter().filter(|track| track.channel != DRUMS);
    let ends =
        audible().flat_map(|track| &track.notes).map(|note| seconds(note.start + note.length));
    let end = ends.fold(0.0, f64::max) as f32;
    let mut samples = vec![0.0; ((end + RELEASE) * SAMPLE_RATE as f32) as usize + 1];
    for track in audible() {
        let voice = if GUITARS.contains(&track.program) { plucked } else { electric_piano };
        for note in &track.notes {
            let (start, length) = (seconds(note.start), seconds(note.length) as f32);
            let start = (start * f64::from(SAMPLE_RATE)) as usize;
            if start < samples.len() {
                voice(note, length, &mut samples[start..]);
            }
        }
    }
    let loudest = samples.iter().fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
    if loudest > 0.0 {
        samples.iter_mut().for_each(|sample| *sample *= PEAK / loudest);
    }
    samples
}

/// Returns samples as a WAV file of one channel and 16 bits.
pub fn wav(samples: &[f32]) -> Vec<u8> {
    let spec = WavSpec {
        channels: 1,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut bytes = Cursor::new(Vec::new());
    let written = WavWriter::new(&mut bytes, spec).and_then(|mut writer| {
        for sample in samples {
            writer.write_sample((sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16)?;
        }
        writer.finalize()
    });
    match written {
        Ok(()) => bytes.into_inner(),
        Err(_) => Vec::new(), // a Vec takes everything
    }
}

/// Hertz of a key in equal temperament, the A above the middle C being 440.
fn frequency(key: u8) -> f32 {
    440.0 * 2.0_f32.powf((f32::from(key) - 69.0) / 12.0)
}

/// How loud a note is at a time after its start: all of it until its key is up, then quickly nothing.
fn held(time: f32, length: f32) -> f32 {
    (1.0 - (time - length) / RELEASE).clamp(0.0, 1.0)
}

/// The sample's time and place while a note sounds.
fn times(length: f32, output: &mut [f32]) -> impl Iterator<Item = (f32, &mut f32)> {
    let samples = ((length + RELEASE) * SAMPLE_RATE as f32) as usize;
    let time = |index: usize| index as f32 / SAMPLE_RATE as f32;
    output.iter_mut().take(samples).enumerate().map(move |(index, sample)| (time(index), sample))
}

fn plucked(note: &Note, length: f32, output: &mut [f32]) {
    let period = (SAMPLE_RATE as f32 / frequency(note.key)).max(2.0);
    let rng = &mut NumpyRng::new(u32::from(note.key));
    // Noise for the pluck, and a swing of the whole string: noise alone may by chance have next to none of it.
    let swing = |place: usize| (TAU * place as f32 / period).sin();
    let mut string: Vec<f32> = (0..period as usize)
        .map(|place| 0.5 * (rng.uniform(-1.0, 1.0) as f32 + swing(place)))
        .collect();
    let loudness = 0.6 * f32::from(note.velocity) / 127.0;
    // What does not swing goes round the string for long, and presses the loudspeaker to one side instead of sounding.
    let keeps = 1.0 - TAU * LOWEST / SAMPLE_RATE as f32;
    let (mut place, mut before, mut sounding) = (0, 0.0, 0.0);
    for (time, sample) in times(length, output) {
        let next = (place + 1) % string.len();
        let here = string[place];
        string[place] = 0.996 * 0.5 * (here + string[next]);
        (sounding, before) = (here - before + keeps * sounding, here);
        *sample += loudness * held(time, length) * sounding;
        place = next;
    }
}

fn electric_piano(note: &Note, length: f32, output: &mut [f32]) {
    let tone = frequency(note.key);
    let loudness = 0.25 * f32::from(note.velocity) / 127.0;
    for (time, sample) in times(length, output) {
        let shaken = 0.8 * (-6.0 * time).exp() * (TAU * 3.0 * tone * time).sin();
        let envelope = (time / 0.005).min(1.0) * (-1.2 * time).exp() * held(time, length);
        *sample += loudness * envelope * (TAU * tone * time + shaken).sin();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::midi::Track;

    fn tune(program: u8, key: u8) -> Tune {
        let note = Note { start: 0, length: 192, key, velocity: 100 };
        let track = Track { program, notes: vec![note], ..Track::default() };
        Tune { ticks_per_quarter: 96, tempo: 120.0, tracks: vec![track] }
    }

    /// Crossings of zero upwards in the second half of the first second.
    fn rises(samples: &[f32]) -> usize {
        let half = SAMPLE_RATE as usize / 2;
        samples[half..2 * half].windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count()
    }

    #[test]
    fn both_instruments_sound_the_key_s_frequency_for_the_note_s_length() {
        for program in [4, 26] {
            let samples = render(&tune(program, 69));
            let rises = rises(&samples);
            assert!((214..=226).contains(&rises), "program {program}: {rises} of 220 periods");
            let seconds = samples.len() as f32 / SAMPLE_RATE as f32;
            assert!((seconds - 1.15).abs() < 1e-3, "{seconds}");
            let loudest = samples.iter().fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
            assert!((loudest - PEAK).abs() < 1e-6);
        }
    }

    /// The share of the energy of samples that lies below 20 Hz, by the Fourier coefficients there.
    fn share_below_hearing(samples: &[f32]) -> f64 {
        let all: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        let count = samples.len() as f64;
        let bins = (20.0 * count / f64::from(SAMPLE_RATE)).floor() as usize;
        let energy = |bin: usize| {
            let turn = std::f64::consts::TAU * bin as f64 / count;
            let parts = samples.iter().enumerate().map(|(place, sample)| {
                let (sine, cosine) = (turn * place as f64).sin_cos();
                (f64::from(*sample) * cosine, f64::from(*sample) * sine)
            });
            let (real, imaginary) =
                parts.fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
            // Each but the mean stands for its mirror image too.
            let times = if bin == 0 { 1.0 } else { 2.0 };
            times * (real * real + imaginary * imaginary) / count
        };
        (0..=bins).map(energy).sum::<f64>() / all
    }

    #[test]
    fn less_than_a_thousandth_of_the_energy_lies_below_20_hertz() {
        for program in [4, 26] {
            for key in [40, 45, 50, 55, 60, 64, 69, 76, 84] {
                let share = share_below_hearing(&render(&tune(program, key)));
                assert!(share < 1e-3, "{share:.2e} of program {program}, key {key}");
            }
        }
    }

    #[test]
    fn wav_holds_every_sample() {
        let samples = render(&tune(26, 50));
        let reader = hound::WavReader::new(Cursor::new(wav(&samples))).unwrap();
        assert_eq!((reader.spec().channels, reader.spec().sample_rate), (1, SAMPLE_RATE));
        assert_eq!(reader.len() as usize, samples.len());
    }

    #[test]
    fn silence_and_endless_notes_are_rendered_within_bounds() {
        let silent = Tune { ticks_per_quarter: 1, tempo: 120.0, tracks: Vec::new() };
        assert!(render(&silent).iter().all(|sample| *sample == 0.0));
        let mut endless = tune(4, 60);
        endless.tracks[0].notes[0].length = u64::MAX / 2;
        assert!(render(&endless).len() <= ((LONGEST + 1.0) * f64::from(SAMPLE_RATE)) as usize);
    }
}
