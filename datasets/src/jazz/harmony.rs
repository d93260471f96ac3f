//! What a note is in a chord: one of its tones, one of its scale's, next to one of its tones, or none of these.

use super::pitch::Spelling;

/// Semitones of the major scale above its first tone.
const MAJOR: [i32; 7] = [0, 2, 4, 5, 7, 9, 11];
/// Those of the Dorian mode.
const DORIAN: [i32; 7] = [0, 2, 3, 5, 7, 9, 10];

/// Keys that sound together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chord {
    /// The keys, at least one, in the order in which they were struck.
    pub keys: Vec<u8>,
}

impl Chord {
    /// Whether a key is one of the chord's in any octave.
    pub fn has_tone(&self, key: u8) -> bool {
        self.keys.iter().any(|tone| tone % 12 == key % 12)
    }

    /// Whether a key, by its commonest name, is in the scale that holds the most of the chord's tones: a major one
    /// for a major chord, a Dorian one for any other. Of several the one with the highest tonic from C to B.
    pub fn has_scale_tone(&self, key: u8) -> bool {
        let steps = if self.is_major() { MAJOR } else { DORIAN };
        let holds = |tonic: u8, class: u8| {
            steps.contains(&(i32::from(class) - i32::from(tonic)).rem_euclid(12))
        };
        let mut classes: Vec<u8> = self.keys.iter().map(|tone| tone % 12).collect();
        classes.sort_unstable();
        classes.dedup();
        let held = |tonic: &u8| classes.iter().filter(|class| holds(*tonic, **class)).count();
        let tonic = (0..12).max_by_key(held).unwrap_or_default(); // the last of the largest
        scale_names(tonic, steps).contains(&Spelling::of(key))
    }

    /// Whether a key is a semitone above or below one of the chord's in any octave.
    pub fn has_approach_tone(&self, key: u8) -> bool {
        self.keys
            .iter()
            .any(|tone| matches!((i32::from(*tone) - i32::from(key)).rem_euclid(12), 1 | 11))
    }

    /// Whether the chord has a major third on its root, and a perfect fifth or none.
    fn is_major(&self) -> bool {
        let root = self.root();
        let third = self.above(root, 2);
        let fifth = self.above(root, 4);
        third.as_slice() == [4] && (fifth.is_empty() || fifth.as_slice() == [7])
    }

    /// The tone on which the others stand in thirds: the first with all of the third, the fifth and so on above it,
    /// as many as there are other tones, or else the one with the most of them, a third counting most.
    fn root(&self) -> u8 {
        const STACKED: [i32; 6] = [2, 4, 6, 1, 3, 5];
        let mut letters: Vec<i32> = Vec::new();
        let mut tones = Vec::new();
        for &key in &self.keys {
            let Spelling { letter, .. } = Spelling::of(key);
            if !letters.contains(&letter) {
                letters.push(letter);
                tones.push(key);
            }
        }
        let has = |tone: u8, steps: i32| {
            letters.contains(&((Spelling::of(tone).letter + steps).rem_euclid(7)))
        };
        let others = tones.len().saturating_sub(1).min(STACKED.len());
        let complete = |tone: &&u8| STACKED[..others].iter().all(|steps| has(**tone, *steps));
        if let Some(tone) = tones.iter().find(complete) {
            return *tone;
        }
        let weight = |tone: u8| -> f64 {
            let steps = STACKED.iter().zip(6..);
            steps
                .filter(|(steps, _)| has(tone, **steps))
                .map(|(_, place)| 1.0 / f64::from(place))
                .sum()
        };
        let heaviest = tones.iter().rev().max_by(|a, b| weight(**a).total_cmp(&weight(**b)));
        heaviest.copied().unwrap_or_default()
    }

    /// The different distances, in semitones, of the tones whose letter is `steps` above the root's.
    fn above(&self, root: u8, steps: i32) -> Vec<i32> {
        let letter = (Spelling::of(root).letter + steps).rem_euclid(7);
        let tones = self.keys.iter().filter(|key| Spelling::of(**key).letter == letter);
        let mut distances: Vec<i32> =
            tones.map(|key| (i32::from(*key) - i32::from(root)).rem_euclid(12)).collect();
        distances.sort_unstable();
        distances.dedup();
        distances
    }
}

/// The names of a scale. That on the key between C and D is written with flats, and so its names are those of D flat.
fn scale_names(tonic: u8, steps: [i32; 7]) -> [Spelling; 7] {
    match tonic {
        1 => {
            let of_d = Spelling::scale(2, steps);
            of_d.map(|Spelling { letter, sharps }| Spelling { letter, sharps: sharps - 1 })
        }
        _ => Spelling::scale(tonic, steps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(keys: &[u8]) -> Chord {
        Chord { keys: keys.to_vec() }
    }

    #[test]
    fn tones_of_a_dominant_seventh_are_told_apart() {
        let g7 = chord(&[55, 59, 62, 65]);
        let kinds = |key| (g7.has_tone(key), g7.has_scale_tone(key), g7.has_approach_tone(key));
        assert_eq!(kinds(77), (true, true, false)); // F
        assert_eq!(kinds(69), (false, true, false)); // A, of C major
        assert_eq!(kinds(66), (false, false, true)); // F sharp, between F and G
    }

    #[test]
    fn root_is_the_tone_with_thirds_above_it_in_any_inversion() {
        assert_eq!(chord(&[64, 67, 72]).root(), 72);
        assert_eq!(chord(&[58, 65, 62, 57]).root(), 58); // B flat major seventh
        assert!(chord(&[58, 65, 62, 57]).is_major());
        assert!(!chord(&[65, 58, 62, 55]).is_major()); // G minor seventh
        assert!(chord(&[60, 64]).is_major());
        assert!(!chord(&[60]).is_major());
    }
}
