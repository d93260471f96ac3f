//! Jazz solos (course 5, week 1): a melody over chords, measure by measure, as values of a grammar.
//!
//! The course's file is `original_metheny.mid`: its guitar solo, beats 476 to 548, over its piano. Without it
//! [`Jazz::embedded`] takes a solo over II-V-I progressions that is made by a few rules.
//!
//! A measure has four quarter notes.

mod composed;
mod grammar;
mod harmony;
mod key;
mod measures;
mod pitch;
mod problem;
mod selection;
mod struck;
mod time;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use fireside_numpy_rng::NumpyRng;

pub use grammar::{Kind, Value};
pub use harmony::Chord;
pub use key::key_of;
pub use measures::{Measure, SoloNote};
pub use pitch::Interval;
pub use problem::TuneProblem;
pub use selection::{Edition, Selection};
pub use time::{MEASURE, Twelfths};

use crate::DataError;
use crate::midi::{Note, Track, Tune};
use crate::source::{self, Source};

/// The folder of the course's data that holds the file.
pub const TOPIC: &str = "jazz";
/// Names of the file.
pub const NAMES: &[&str] = &["original_metheny.mid"];

/// A solo.
#[derive(Debug, Clone, PartialEq)]
pub struct Jazz {
    /// Quarter notes in a minute.
    pub tempo: f64,
    /// The measures, at least one.
    pub measures: Vec<Measure>,
    /// The different values there are, in the order in which they are written.
    pub vocabulary: Vec<Value>,
    /// The values of all measures by their places in the vocabulary.
    pub corpus: Vec<usize>,
}

/// Why no windows can be cut out of a solo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the solo has {values} values: windows of {length} need more")]
pub struct TooShort {
    /// Values of the solo.
    pub values: usize,
    /// Values of a window.
    pub length: usize,
}

impl Jazz {
    /// Reads the course's file from `folder` or `folder/jazz`.
    ///
    /// # Errors
    /// As [`Jazz::read_file`], and when the file is not there.
    pub fn read(folder: &Path, edition: Edition) -> Result<Self, DataError> {
        Self::read_file(&source::find(folder, TOPIC, NAMES)?, &Selection::metheny(edition))
    }

    /// Reads a solo from any MIDI file.
    ///
    /// # Errors
    /// When the file cannot be read, it has no track with a melody, none with chords, or not the ones selected, or
    /// both do not play together within the selected beats.
    pub fn read_file(path: &Path, selection: &Selection) -> Result<Self, DataError> {
        Self::of(&Tune::read(path)?, selection)
            .map_err(|problem| DataError::Tune { path: path.to_path_buf(), problem })
    }

    /// Reads the course's file, or takes the solo that is made here.
    ///
    /// # Errors
    /// As [`Jazz::read`].
    pub fn load(source: &Source, edition: Edition, seed: u32) -> Result<Self, DataError> {
        match source {
            Source::Real(folder) => Self::read(folder, edition),
            Source::Embedded => Ok(Self::embedded(edition, seed)),
        }
    }

    /// Makes a solo of 32 measures; the same seed makes the same one.
    pub fn embedded(edition: Edition, seed: u32) -> Self {
        let tune = composed::two_five_ones(seed);
        let [melody, chords] = [&tune.tracks[0], &tune.tracks[1]];
        let selection = Selection::whole(edition);
        Self::from_measures(&tune, melody, chords, &selection)
    }

    /// Takes a solo out of a tune.
    ///
    /// # Errors
    /// As [`Jazz::read_file`].
    pub fn of(tune: &Tune, selection: &Selection) -> Result<Self, TuneProblem> {
        let (melody, chords) = selection::tracks(tune, selection)?;
        let jazz = Self::from_measures(tune, melody, chords, selection);
        match jazz.measures.is_empty() {
            true => Err(TuneProblem::NeverTogether {
                melody: melody.name.clone(),
                chords: chords.name.clone(),
                beats: (selection.from, selection.to),
            }),
            false => Ok(jazz),
        }
    }

    fn from_measures(tune: &Tune, melody: &Track, chords: &Track, selection: &Selection) -> Self {
        let measures = measures::measures(melody, chords, tune.ticks_per_quarter, selection);
        let values = || measures.iter().flat_map(|measure| measure.values.iter().copied());
        let written: BTreeSet<_> = values().map(|value| (value.to_string(), value)).collect();
        let vocabulary: Vec<Value> = written.into_iter().map(|(_, value)| value).collect();
        let places: HashMap<Value, usize> = vocabulary.iter().copied().zip(0..).collect();
        let corpus = values().map(|value| places[&value]).collect();
        Self { tempo: tune.tempo, measures, vocabulary, corpus }
    }

    /// Cuts `count` windows of `length` values out of the solo, from places that the assignment draws with seed 0.
    ///
    /// # Errors
    /// When the solo is not longer than a window.
    pub fn windows(
        &self,
        count: usize,
        length: usize,
        seed: u32,
    ) -> Result<Vec<&[usize]>, TooShort> {
        let values = self.corpus.len();
        let rng = &mut NumpyRng::new(seed);
        let window = |_| {
            let start = rng.randint(0, values as i64 - length as i64);
            let start = start.map_err(|_| TooShort { values, length })? as usize;
            Ok(&self.corpus[start..start + length])
        };
        (0..count).map(window).collect()
    }

    /// The solo as it was played: every measure's melody.
    pub fn melody(&self) -> Vec<Vec<SoloNote>> {
        self.measures.iter().map(|measure| measure.melody.clone()).collect()
    }

    /// Lays values over the chords of the measures, each measure taking as many as it has room for, the last cut to
    /// fit. Returns each measure's notes; when the values are used up, the rest is silent.
    pub fn improvise(
        &self,
        values: impl IntoIterator<Item = Value>,
        rng: &mut NumpyRng,
    ) -> Vec<Vec<SoloNote>> {
        let mut values = values.into_iter();
        let mut improvise = |measure: &Measure| {
            let (mut notes, mut offset, mut before) = (Vec::new(), 0, None);
            while offset < MEASURE {
                let (Some(value), Some(chord)) = (values.next(), measure.chord_at(offset)) else {
                    break;
                };
                let length = value.length.clamp(1, MEASURE - offset);
                let key = value.play(before, chord, rng);
                notes.extend(key.map(|key| SoloNote { offset, length, key }));
                before = key.or(before);
                offset += length;
            }
            notes
        };
        self.measures.iter().map(&mut improvise).collect()
    }

    /// A tune of this melody, which has a list of notes for each measure, on a guitar, over the solo's chords on an
    /// electric piano. A chord sounds until the next, at most to the end of its measure.
    pub fn tune(&self, melody: &[Vec<SoloNote>]) -> Tune {
        const TICKS: u16 = 96;
        const PER_TWELFTH: u64 = TICKS as u64 / 12;
        let note = |measure: usize, offset: Twelfths, length: Twelfths, key, velocity| {
            let start = (measure as Twelfths * MEASURE + offset) as u64 * PER_TWELFTH;
            Note { start, length: length as u64 * PER_TWELFTH, key, velocity }
        };
        let solo = melody.iter().enumerate().flat_map(|(measure, notes)| {
            notes.iter().map(move |solo| note(measure, solo.offset, solo.length, solo.key, 96))
        });
        let mut chords = Vec::new();
        for (index, measure) in self.measures.iter().enumerate() {
            let ends = measure.chords.iter().skip(1).map(|(start, _)| *start).chain([MEASURE]);
            for ((start, chord), end) in measure.chords.iter().zip(ends) {
                let length = (end - start).max(1);
                let mut keys = chord.keys.clone();
                keys.sort_unstable();
                keys.dedup();
                chords.extend(keys.into_iter().map(|key| note(index, *start, length, key, 56)));
            }
        }
        let track = |name: &str, channel, program, notes| Track {
            name: name.to_string(),
            channel,
            program,
            notes,
        };
        let tracks = vec![track("Solo", 0, 26, solo.collect()), track("Chords", 1, 4, chords)];
        Tune { ticks_per_quarter: TICKS, tempo: self.tempo, tracks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::midi::DRUMS;

    fn note(start: u64, length: u64, key: u8) -> Note {
        Note { start, length, key, velocity: 64 }
    }

    fn track(name: &str, channel: u8, notes: Vec<Note>) -> Track {
        Track { name: name.to_string(), channel, program: 0, notes }
    }

    fn tune(tracks: Vec<Track>) -> Tune {
        Tune { ticks_per_quarter: 96, tempo: 120.0, tracks }
    }

    fn problem(tracks: Vec<Track>, selection: &Selection) -> String {
        Jazz::of(&tune(tracks), selection).unwrap_err().to_string()
    }

    #[test]
    fn tune_without_a_melody_or_chords_is_refused_with_its_tracks() {
        let whole = &Selection::whole(Edition::Older);
        let chord = || [60, 64, 67].map(|key| note(0, 96, key)).to_vec();
        let melody = || vec![note(0, 48, 72), note(48, 48, 74)];
        assert_eq!(problem(vec![], whole), "no track plays a melody: it has no track with notes");
        assert_eq!(
            problem(vec![track("Kick", DRUMS, melody())], whole),
            "no track plays a melody: it has 1 \"Kick\""
        );
        assert_eq!(
            problem(vec![track("Organ", 0, chord())], whole),
            "no track plays a melody: it has 1 \"Organ\""
        );
        assert_eq!(
            problem(vec![track("Flute", 0, melody())], whole),
            "no track plays chords: it has 1 \"Flute\""
        );
        let metheny = &Selection::metheny(Edition::Older);
        assert_eq!(
            problem(vec![track("Flute", 0, melody())], metheny),
            "it has no track Guitar with notes: it has 1 \"Flute\""
        );
        let both = vec![track("guitar", 0, melody()), track("Piano", 1, chord())];
        assert_eq!(
            problem(both.clone(), metheny),
            "its melody, \"guitar\", and its chords, \"Piano\", never sound together from beat 476 on and before beat 548"
        );
        let jazz = Jazz::of(&tune(both), whole).unwrap();
        let values: Vec<String> = jazz.measures[0].values.iter().map(Value::to_string).collect();
        assert_eq!(values, ["C,0.500", "S,0.500,<P4,m-2>"]);
    }

    #[test]
    fn embedded_solo_is_long_enough_for_the_course_s_windows_and_of_several_kinds() {
        for edition in [Edition::Older, Edition::Of2021] {
            let jazz = Jazz::embedded(edition, 1);
            assert_eq!(jazz.measures.len(), 32);
            let windows = jazz.windows(60, 30, 0).unwrap();
            assert!(windows.len() == 60 && windows.iter().all(|window| window.len() == 30));
            let kinds = [Kind::Chord, Kind::Scale, Kind::Approach];
            let has = |kind| jazz.vocabulary.iter().any(|value| value.kind == kind);
            assert!(kinds.into_iter().all(has));
            assert_eq!(has(Kind::Rest), edition == Edition::Of2021);
            assert!((40..160).contains(&jazz.vocabulary.len()), "{}", jazz.vocabulary.len());
        }
        assert_eq!(Jazz::embedded(Edition::Older, 1), Jazz::embedded(Edition::Older, 1));
        assert_ne!(Jazz::embedded(Edition::Older, 1), Jazz::embedded(Edition::Older, 2));
    }

    #[test]
    fn solo_is_taken_out_of_mutated_files_without_a_panic() {
        let mut composed = composed::two_five_ones(1);
        composed.tracks.iter_mut().for_each(|track| track.notes.truncate(40));
        let bytes = composed.to_bytes();
        let rng = &mut NumpyRng::new(2);
        let mut solos = 0;
        for _ in 0..20_000 {
            let mut mutant = bytes.clone();
            for _ in 0..=rng.next_u32() % 8 {
                let place = rng.next_u32() as usize % mutant.len();
                mutant[place] = rng.next_u32() as u8;
            }
            let Ok(tune) = Tune::parse(&mutant) else { continue };
            if let Ok(jazz) = Jazz::of(&tune, &Selection::whole(Edition::Of2021)) {
                let values = jazz.corpus.iter().map(|value| jazz.vocabulary[*value]);
                jazz.tune(&jazz.improvise(values, rng)).to_bytes();
                solos += 1;
            }
        }
        assert!((1_000..19_000).contains(&solos), "{solos} had a solo");
    }

    #[test]
    fn windows_longer_than_the_solo_are_refused() {
        let jazz = Jazz::embedded(Edition::Older, 1);
        let values = jazz.corpus.len();
        let error = jazz.windows(1, values, 0).unwrap_err();
        assert_eq!(error, TooShort { values, length: values });
    }

    #[test]
    fn improvised_measures_are_filled_and_never_overfull() {
        let jazz = Jazz::embedded(Edition::Of2021, 1);
        let rng = &mut NumpyRng::new(1);
        let values = jazz.corpus.iter().rev().map(|value| jazz.vocabulary[*value]);
        for notes in jazz.improvise(values.chain(std::iter::repeat_n(jazz.vocabulary[0], 999)), rng)
        {
            assert!(!notes.is_empty());
            assert!(notes.windows(2).all(|pair| pair[0].offset + pair[0].length <= pair[1].offset));
            assert!(notes.iter().all(|note| note.offset + note.length <= MEASURE));
        }
    }
}
