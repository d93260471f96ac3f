//! What a tune can lack.

/// Why a tune has no solo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TuneProblem {
    /// A track that is asked for is not there or has no notes.
    #[error("it has no track {wanted} with notes: it has {}", list(found))]
    NoTrack {
        /// Its name or number.
        wanted: String,
        /// Tracks that have notes.
        found: Vec<String>,
    },
    /// No track plays single notes, drums aside.
    #[error("no track plays a melody: it has {}", list(found))]
    NoMelody {
        /// Tracks that have notes.
        found: Vec<String>,
    },
    /// No track plays several keys at once, drums aside.
    #[error("no track plays chords: it has {}", list(found))]
    NoChords {
        /// Tracks that have notes.
        found: Vec<String>,
    },
    /// The melody has no measure with a chord.
    #[error("its melody, {melody:?}, and its chords, {chords:?}, never sound together from beat {} on{}", beats.0, before(*beats))]
    NeverTogether {
        /// The melody's track.
        melody: String,
        /// The chords' track.
        chords: String,
        /// The beats looked at.
        beats: (i64, i64),
    },
}

fn before(beats: (i64, i64)) -> String {
    match beats.1 {
        i64::MAX => String::new(),
        to => format!(" and before beat {to}"),
    }
}

fn list(tracks: &[String]) -> String {
    match tracks {
        [] => "no track with notes".to_string(),
        _ => tracks.join(", "),
    }
}
