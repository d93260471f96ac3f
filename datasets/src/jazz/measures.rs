//! From the parts of a tune to its measures: times rounded to where a player meant them, notes struck together joined
//! to chords, a melody with its rests.
//!
//! The course reads its file with the music21 toolkit. What that does to it is repeated here step by step, so that
//! the same values come out.

use super::Twelfths;
use super::grammar::Value;
use super::harmony::Chord;
use super::{Edition, MEASURE, Selection};
use crate::midi::{Note, Track};

/// Notes that start, and that end, within this part of a quarter note of each other are a chord.
const TOGETHER: u64 = 16;
/// Keys that a chord has at most; what is beyond is passed over.
const MOST_KEYS: usize = 128;
/// What a note that is rounded to nothing lasts.
const SHORTEST: Twelfths = 3;

/// A note of a solo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoloNote {
    /// Its distance from the beginning of its measure.
    pub offset: Twelfths,
    /// How long it is.
    pub length: Twelfths,
    /// Semitones above the lowest C: 60 is the middle one.
    pub key: u8,
}

/// A measure of four quarter notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Its chords, each with its distance from the measure's beginning, at least one.
    pub chords: Vec<(Twelfths, Chord)>,
    /// What the solo plays, as words of the grammar.
    pub values: Vec<Value>,
    /// What it plays, as notes.
    pub melody: Vec<SoloNote>,
}

impl Measure {
    /// The chord that sounds at a distance from the beginning: the last before it, or else the first.
    pub fn chord_at(&self, offset: Twelfths) -> Option<&Chord> {
        chord_at(&self.chords, offset)
    }
}

fn chord_at(chords: &[(Twelfths, Chord)], offset: Twelfths) -> Option<&Chord> {
    let before = chords.iter().rev().find(|(start, _)| *start <= offset);
    before.or(chords.first()).map(|(_, chord)| chord)
}

/// Keys struck together, one or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Struck {
    pub start: Twelfths,
    pub length: Twelfths,
    pub keys: Vec<u8>,
}

/// Joins the notes of a part that are struck together and rounds their times. As in the toolkit, a note can be in
/// two chords: in that of each of two notes, near to it, that are not near to each other.
pub(super) fn struck(track: &Track, ticks_per_quarter: u16) -> Vec<Struck> {
    let ticks = u64::from(ticks_per_quarter);
    let near = |a: u64, b: u64| a.abs_diff(b) * TOGETHER <= ticks;
    let end = |note: &Note| note.start + note.length;
    let notes = &track.notes;
    let mut joined = vec![false; notes.len()];
    let mut all = Vec::new();
    for (index, note) in notes.iter().enumerate() {
        if joined[index] {
            continue;
        }
        let mut keys = vec![note.key];
        let later = notes.iter().enumerate().skip(index + 1).take(MOST_KEYS - 1);
        for (other, later) in later.take_while(|(_, later)| near(later.start, note.start)) {
            if near(end(later), end(note)) {
                keys.push(later.key);
                joined[other] = true;
            }
        }
        let [start, length] = [note.start, note.length].map(|time| rounded(time, ticks));
        all.push(Struck { start, length, keys });
    }
    all.sort_by_key(|struck| struck.start);
    all
}

/// Rounds a time to the nearest quarter of a quarter note, or to the nearest third where that is nearer.
fn rounded(time: u64, ticks: u64) -> Twelfths {
    let nearest = |parts: u64| {
        let multiple = (2 * time * parts + ticks) / (2 * ticks);
        let twelfths = multiple * 12 / parts;
        ((12 * time).abs_diff(twelfths * ticks), twelfths)
    };
    let (_, twelfths) = nearest(4).min(nearest(3));
    twelfths as Twelfths
}

/// Where a melody plays which key, and where it rests. What starts while another note sounds is of a second voice;
/// rests fill the gaps of the first.
fn melody(struck: Vec<Struck>, edition: Edition) -> Vec<(Twelfths, Twelfths, Option<u8>)> {
    let (mut first, mut second, mut silent_from) = (Vec::new(), Vec::new(), 0);
    for Struck { start, length, keys } in struck {
        let length = if length == 0 { SHORTEST } else { length };
        let single = match keys[..] {
            [key] => Some((start, length, Some(key))),
            _ => None,
        };
        if start < silent_from {
            second.extend(single);
            continue;
        }
        if silent_from < start && edition == Edition::Of2021 {
            first.push((silent_from, start - silent_from, None));
        }
        first.extend(single);
        silent_from = start + length;
    }
    first.append(&mut second);
    first.sort_by_key(|(start, ..)| *start);
    first
}

/// Takes the measures out of two parts: those in which both play, within the selected beats.
pub(super) fn measures(
    melody_track: &Track,
    chord_track: &Track,
    ticks_per_quarter: u16,
    selection: &Selection,
) -> Vec<Measure> {
    let (from, to) = (selection.from * 12, selection.to.saturating_mul(12));
    let within = |start: Twelfths| (from..to).contains(&start);
    let solo = melody(struck(melody_track, ticks_per_quarter), selection.edition);
    let solo: Vec<_> = solo.into_iter().filter(|(start, ..)| within(*start)).collect();
    let chords = struck(chord_track, ticks_per_quarter).into_iter();
    let chords: Vec<_> =
        chords.filter(|struck| struck.keys.len() > 1 && within(struck.start)).collect();
    let mut measures = Vec::new();
    for events in solo.chunk_by(|a, b| a.0 / MEASURE == b.0 / MEASURE) {
        let start = events[0].0 / MEASURE * MEASURE;
        let first = chords.partition_point(|chord| chord.start < start);
        let here = chords[first..].iter().take_while(|chord| chord.start < start + MEASURE);
        let chord = |struck: &Struck| Chord { keys: struck.keys.clone() };
        let mut sounding: Vec<_> =
            here.map(|struck| (struck.start - start, chord(struck))).collect();
        if sounding.is_empty() {
            sounding.extend(chords[..first].last().map(|held| (0, chord(held))));
        }
        let (mut values, mut notes, mut before) = (Vec::new(), Vec::new(), None);
        for (time, length, key) in events {
            let offset = time - start;
            let Some(chord) = chord_at(&sounding, offset) else { break };
            values.push(Value::of(*key, *length, before, chord));
            notes.extend(key.map(|key| SoloNote { offset, length: *length, key }));
            before = key.or(before);
        }
        if !values.is_empty() {
            measures.push(Measure { chords: sounding, values, melody: notes });
        }
    }
    measures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_to_sixteenths_and_triplets() {
        let twelfths = [0, 8, 20, 31, 34, 60, 66, 95].map(|time| rounded(time, 96));
        assert_eq!(twelfths, [0, 0, 3, 4, 4, 8, 8, 12]);
    }

    #[test]
    fn notes_struck_together_are_a_chord_unless_one_lasts_longer() {
        let note = |start, length, key| Note { start, length, key, velocity: 64 };
        let notes = vec![note(0, 96, 60), note(4, 94, 64), note(6, 200, 67), note(96, 24, 60)];
        let track = Track { notes, ..Track::default() };
        let keys: Vec<_> = struck(&track, 96).into_iter().map(|struck| struck.keys).collect();
        assert_eq!(keys, [vec![60, 64], vec![67], vec![60]]);
    }
}
