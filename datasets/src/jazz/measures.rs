//! From the parts of a tune to its measures: chords, and a melody with its rests.
//!
//! The course reads its file with the music21 toolkit. What that does to it is repeated here and in
//! [`struck`](super::struck) step by step, so that the same values come out.

use super::grammar::Value;
use super::harmony::Chord;
use super::selection::{Edition, Selection};
use super::struck::{Struck, struck};
use super::time::{MEASURE, Twelfths};
use crate::midi::Track;

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
