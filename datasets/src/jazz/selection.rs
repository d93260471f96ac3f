//! Which part of a tune is a solo over chords.

use serde::{Deserialize, Serialize};

use super::problem::TuneProblem;
use super::struck::struck;
use crate::midi::{DRUMS, Track, Tune};

/// Which edition of the course is followed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edition {
    /// Notes only: 78 values in the course's file.
    Older,
    /// That of 2021, whose toolkit fills the gaps of a melody with rests: 90 values.
    #[default]
    Of2021,
}

/// Which part of a tune is taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Name or number, from 1, of the track with the melody; none: the one with the most single notes.
    pub melody: Option<String>,
    /// That of the track with the chords; none: the one with the most of them.
    pub chords: Option<String>,
    /// The first beat, counted from 0.
    pub from: i64,
    /// The beat before which the part ends.
    pub to: i64,
    /// Whether there are rests.
    pub edition: Edition,
}

impl Selection {
    /// All of a tune, its tracks found by what they hold.
    pub fn whole(edition: Edition) -> Self {
        Self { melody: None, chords: None, from: 0, to: i64::MAX, edition }
    }

    /// The solo of the course's file.
    pub fn metheny(edition: Edition) -> Self {
        let [melody, chords] = ["Guitar", "Piano"].map(|name| Some(name.to_string()));
        Self { melody, chords, from: 476, to: 548, edition }
    }
}

/// Finds the tracks of the melody and of the chords: those selected, or else the one with the most single notes and
/// the one with the most chords, another one if there is one, drums aside.
pub(super) fn tracks<'a>(
    tune: &'a Tune,
    selection: &Selection,
) -> Result<(&'a Track, &'a Track), TuneProblem> {
    let played = || (1..).zip(&tune.tracks).filter(|(_, track)| !track.notes.is_empty());
    let found = || played().map(|(number, track)| format!("{number} {:?}", track.name)).collect();
    let by_name = |wanted: &str| {
        let is = |(number, track): &(usize, &Track)| {
            track.name.eq_ignore_ascii_case(wanted) || number.to_string() == wanted
        };
        let track = played().find(is).map(|(_, track)| track);
        track.ok_or_else(|| TuneProblem::NoTrack { wanted: wanted.to_string(), found: found() })
    };
    let count = |track: &Track, fits: fn(usize) -> bool| {
        let struck = struck(track, tune.ticks_per_quarter);
        struck.iter().filter(|struck| fits(struck.keys.len())).count()
    };
    let with_most = |fits: fn(usize) -> bool, but: Option<&Track>| {
        let candidates = played().map(|(_, track)| track);
        let candidates = candidates.filter(|track| track.channel != DRUMS && Some(*track) != but);
        let counted = candidates.map(|track| (count(track, fits), track));
        let most = counted.filter(|(count, _)| *count > 0).max_by_key(|(count, _)| *count);
        most.map(|(_, track)| track)
    };
    let melody = match &selection.melody {
        Some(name) => by_name(name)?,
        None => with_most(|keys| keys == 1, None)
            .ok_or_else(|| TuneProblem::NoMelody { found: found() })?,
    };
    let chords = match &selection.chords {
        Some(name) => by_name(name)?,
        None => with_most(|keys| keys > 2, Some(melody))
            .or_else(|| with_most(|keys| keys > 1, None))
            .ok_or_else(|| TuneProblem::NoChords { found: found() })?,
    };
    Ok((melody, chords))
}
