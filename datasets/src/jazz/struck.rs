//! Which keys of a part are struck together, and when: times rounded to where a player meant them, notes struck
//! together joined to chords.

use super::time::Twelfths;
use crate::midi::{Note, Track};

/// Notes that start, and that end, within this part of a quarter note of each other are a chord.
const TOGETHER: u64 = 16;
/// Keys that a chord has at most; what is beyond is passed over.
const MOST_KEYS: usize = 128;

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
