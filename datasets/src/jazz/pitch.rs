//! Names of pitches, and intervals between them.
//!
//! A key of a piano has several names; here each has one, the commonest: C, C♯, D, E♭, E, F, F♯, G, G♯, A, B♭, B.
//! An interval is named by the letters it spans as well as by its semitones: C to E♭ is a minor third, C to D♯ would
//! be an augmented second.

use std::fmt;

/// Semitones from C to each letter C, D, E, F, G, A, B.
const LETTERS: [i32; 7] = [0, 2, 4, 5, 7, 9, 11];
/// Letter of each of the twelve keys from C, counted from C.
const LETTER_OF: [i32; 12] = [0, 0, 1, 2, 2, 3, 3, 4, 4, 5, 6, 6];
/// Names of the twelve keys from C.
const NAMES: [&str; 12] = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"];

/// A letter and its sharps, or flats where negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spelling {
    pub letter: i32,
    pub sharps: i32,
}

impl Spelling {
    /// The commonest name of a key.
    pub fn of(key: u8) -> Self {
        let class = usize::from(key) % 12;
        let letter = LETTER_OF[class];
        Self { letter, sharps: class as i32 - LETTERS[letter as usize] }
    }

    /// The names of a scale: a letter for each degree, `semitones` above the first. A double sharp is written as the
    /// letter after it.
    pub fn scale(tonic: u8, semitones: [i32; 7]) -> [Self; 7] {
        let tonic = Self::of(tonic);
        std::array::from_fn(|degree| {
            let letter = tonic.letter + degree as i32;
            let natural = LETTERS[letter.rem_euclid(7) as usize] + 12 * letter.div_euclid(7);
            let wanted = LETTERS[tonic.letter as usize] + tonic.sharps + semitones[degree];
            match wanted - natural {
                2 => Self {
                    letter: (letter + 1).rem_euclid(7),
                    sharps: wanted - natural_after(letter),
                },
                sharps => Self { letter: letter.rem_euclid(7), sharps },
            }
        })
    }
}

fn natural_after(letter: i32) -> i32 {
    LETTERS[(letter + 1).rem_euclid(7) as usize] + 12 * (letter + 1).div_euclid(7)
}

/// The commonest name of a key without its octave, 0 being C.
pub fn name(class: u8) -> &'static str {
    NAMES[usize::from(class) % 12]
}

/// The letter of a key, counted from the lowest C.
pub(super) fn diatonic(key: u8) -> i32 {
    i32::from(key) / 12 * 7 + LETTER_OF[usize::from(key) % 12]
}

/// An interval, upwards or, where negative, downwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval {
    /// Letters from the first pitch to the second.
    pub steps: i32,
    /// Semitones from the first pitch to the second.
    pub semitones: i32,
}

impl Interval {
    /// A minor third up.
    pub const MINOR_THIRD: Self = Self { steps: 2, semitones: 3 };

    /// The interval from one key to another.
    pub fn between(from: u8, to: u8) -> Self {
        let steps = diatonic(to) - diatonic(from);
        Self { steps, semitones: i32::from(to) - i32::from(from) }
    }

    /// One interval on top of another.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { steps: self.steps + other.steps, semitones: self.semitones + other.semitones }
    }

    /// This interval up and another down.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self { steps: self.steps - other.steps, semitones: self.semitones - other.semitones }
    }
}

impl fmt::Display for Interval {
    /// Quality, `-` if it goes down, number: `P5`, `m-3`, `A1`, `d5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let down = self.steps < 0;
        let steps = self.steps.unsigned_abs() as usize;
        let semitones = if down { -self.semitones } else { self.semitones };
        let natural = LETTERS[steps % 7] + 12 * (steps / 7) as i32;
        let wider = semitones - natural;
        let perfect = matches!(steps % 7, 0 | 3 | 4);
        let (letter, times) = match (perfect, wider) {
            (true, 0) => ("P", 1),
            (false, 0) => ("M", 1),
            (false, -1) => ("m", 1),
            (_, 1..) => ("A", wider),
            (true, _) => ("d", -wider),
            (false, _) => ("d", -wider - 1),
        };
        let quality = letter.repeat(times as usize);
        write!(f, "{quality}{}{}", if down { "-" } else { "" }, steps + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_named_by_letters_and_semitones() {
        let (c4, eb4, e4, b4, bb3) = (60, 63, 64, 71, 58);
        let named = |from, to| Interval::between(from, to).to_string();
        assert_eq!(named(c4, eb4), "m3");
        assert_eq!(named(eb4, c4), "m-3");
        assert_eq!(named(eb4, e4), "A1");
        assert_eq!(named(e4, eb4), "d1");
        assert_eq!(named(c4, b4 + 12), "M14");
        assert_eq!(named(e4, bb3), "A-4");
        assert_eq!(named(c4, c4), "P1");
    }

    #[test]
    fn minor_third_on_top_and_below_give_the_course_s_names() {
        let fall = Interval::between(75, 72); // E♭ to C
        assert_eq!(fall.plus(Interval::MINOR_THIRD).to_string(), "P1");
        assert_eq!(fall.minus(Interval::MINOR_THIRD).to_string(), "d-5");
        assert_eq!(Interval { steps: -1, semitones: 0 }.to_string(), "d-2");
        assert_eq!(Interval { steps: 0, semitones: -1 }.to_string(), "d1");
    }

    #[test]
    fn scale_of_g_sharp_writes_its_double_sharp_as_g() {
        let major = Spelling::scale(8, [0, 2, 4, 5, 7, 9, 11]);
        assert_eq!(major[2], Spelling { letter: 6, sharps: 1 }); // B sharp
        assert_eq!(major[6], Spelling { letter: 4, sharps: 0 });
    }
}
