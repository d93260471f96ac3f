//! The grammar of a solo (Gillick, Tang & Keller, "Learning jazz grammars", 2009): notes not by their pitches but by
//! what they are in the chord below them, so that what is learnt over one chord can be played over any other.

use std::fmt;

use fireside_numpy_rng::NumpyRng;

use super::harmony::Chord;
use super::pitch::Interval;
use super::time::Twelfths;

/// What a note is to its chord.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// No note: a rest.
    Rest,
    /// One of the chord's tones.
    Chord,
    /// One of its scale's.
    Scale,
    /// A semitone beside one of the chord's tones.
    Approach,
    /// None of these.
    Arbitrary,
}

/// A word of the grammar, such as `S,0.250,<m2,P-4>`: a scale tone, a sixteenth long, at most a minor second above
/// the note before it and at most a fourth below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value {
    /// What it is to the chord.
    pub kind: Kind,
    /// How long it is.
    pub length: Twelfths,
    /// Where it may be, above and below the note before; a rest, and the first note of a measure, may be anywhere.
    pub reach: Option<[Interval; 2]>,
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Rest => 'R',
            Kind::Chord => 'C',
            Kind::Scale => 'S',
            Kind::Approach => 'A',
            Kind::Arbitrary => 'X',
        };
        write!(f, "{kind},{:.3}", self.length as f64 / 12.0)?;
        match self.reach {
            Some([above, below]) => write!(f, ",<{above},{below}>"),
            None => Ok(()),
        }
    }
}

impl Value {
    /// The value of a note, or of a rest where there is no key.
    ///
    /// The reach is the interval from the note before, a minor third wider either way.
    pub(super) fn of(key: Option<u8>, length: Twelfths, before: Option<u8>, chord: &Chord) -> Self {
        let Some(key) = key else { return Self { kind: Kind::Rest, length, reach: None } };
        let kind = match () {
            () if chord.has_tone(key) => Kind::Chord,
            () if chord.has_scale_tone(key) => Kind::Scale,
            () if chord.has_approach_tone(key) => Kind::Approach,
            () => Kind::Arbitrary,
        };
        let reach = before.map(|before| {
            let interval = Interval::between(before, key);
            [interval.plus(Interval::MINOR_THIRD), interval.minus(Interval::MINOR_THIRD)]
        });
        Self { kind, length, reach }
    }

    /// Chooses a key for a note over a chord: any of its kind within its reach of the note before, another one than
    /// that if there is one. Without a note before, one of the two octaves from the middle C. `None` for a rest.
    ///
    /// Approach and arbitrary tones become chord tones, as the assignment replaces them before it plays.
    pub fn play(&self, before: Option<u8>, chord: &Chord, rng: &mut NumpyRng) -> Option<u8> {
        let fits = |key: &u8| match self.kind {
            Kind::Scale => chord.has_scale_tone(*key),
            _ => chord.has_tone(*key),
        };
        let keys: Vec<u8> = match (self.kind, before, self.reach) {
            (Kind::Rest, ..) => return None,
            (_, Some(before), Some([above, below])) => {
                let key = |interval: Interval| i32::from(before) + interval.semitones;
                let (low, high) = (key(above).min(key(below)), key(above).max(key(below)));
                REGISTER
                    .filter(|key| (low..=high).contains(&i32::from(*key)))
                    .filter(fits)
                    .collect()
            }
            _ => FIRST.filter(fits).collect(),
        };
        let others: Vec<u8> = keys.iter().copied().filter(|key| Some(*key) != before).collect();
        let choice = if others.is_empty() { &keys } else { &others };
        match (choice.len(), before) {
            (0, Some(before)) => nearest(before, fits),
            (0, None) => nearest(*FIRST.start(), fits),
            (count, _) => choice.get(rng.below(count)).copied(),
        }
    }
}

/// Where a guitar plays.
const REGISTER: std::ops::RangeInclusive<u8> = 48..=88;
/// Where a measure begins.
const FIRST: std::ops::RangeInclusive<u8> = 60..=83;

/// The key of the register that fits, nearest to another.
fn nearest(to: u8, fits: impl Fn(&u8) -> bool) -> Option<u8> {
    REGISTER.filter(fits).min_by_key(|key| key.abs_diff(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_the_course_writes_them() {
        let chord = Chord { keys: vec![63, 67, 60, 58, 44] };
        let value = |key, length, before| Value::of(key, length, before, &chord).to_string();
        assert_eq!(value(Some(75), 6, None), "C,0.500");
        assert_eq!(value(Some(72), 4, Some(75)), "C,0.333,<P1,d-5>");
        assert_eq!(value(None, 2, Some(75)), "R,0.167");
    }

    #[test]
    fn played_note_is_of_its_kind_and_within_its_reach() {
        let chord = Chord { keys: vec![60, 64, 67, 71] };
        let rng = &mut NumpyRng::new(1);
        for before in 60..80 {
            for key in before - 7..before + 7 {
                let value = Value::of(Some(key), 3, Some(before), &chord);
                let played = value.play(Some(before), &chord, rng).unwrap();
                match value.kind {
                    Kind::Scale => assert!(chord.has_scale_tone(played)),
                    _ => assert!(chord.has_tone(played)),
                }
                assert!(key.abs_diff(played) <= 5, "{before} to {key} was played as {played}");
            }
        }
    }
}
