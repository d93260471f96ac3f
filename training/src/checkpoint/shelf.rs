//! The checkpoints of one training: numbered files, of which the last two moments stay, and in the end the model.
//!
//! ```text
//! <training>/model.bpk              the model as of the last checkpoint; in the end the finished one
//! <training>/progress.json          in the end: what was trained, with the figures
//! <training>/epochs/model-7.bpk     what one moment is made of: after 7 epochs, or, as model-7-640.bpk,
//! <training>/epochs/optimizer-7.bpk 640 examples later
//! <training>/epochs/progress-7.json which they are, with their SHA-256, whose they are, and the figures
//! <training>/epochs/progress.json   the same of the last moment
//! ```
//!
//! Every file is written whole, synced and renamed, `progress.json` last; only then older ones go. So a killed process
//! or a machine without power leaves a moment that is whole, whatever else there is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{
    CheckpointError, FORMAT, Identity, Pace, io_error, malformed, read_bounded, read_json,
};
use crate::checksum::Checksum;
use crate::files::write_whole;

/// The model of a moment, among its files.
pub const MODEL: &str = "model";
const MODEL_FILE: &str = "model.bpk";
const PROGRESS: &str = "progress";
/// In an identity, which part of a training it is of.
const PART: &str = "part";
const PROGRESS_FILE: &str = "progress.json";

/// How far a training was: whole epochs or iterations, and how much of the next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Epochs or iterations that are done.
    pub whole: usize,
    /// Examples or parts of the next that are done.
    pub within: usize,
}

impl Place {
    fn name(self, kind: &str, ending: &str) -> String {
        match self {
            Self { whole, within: 0 } => format!("{kind}-{whole}.{ending}"),
            Self { whole, within } => format!("{kind}-{whole}-{within}.{ending}"),
        }
    }

    /// The place in a name that [`Self::name`] made, with or without what an unfinished file has behind it.
    fn of(name: &str) -> Option<Self> {
        let (stem, ending) = name.split_once('.')?;
        let known = ["bpk", "json"].iter().any(|known| ending.split('.').next() == Some(known));
        let (kind, place) = stem.split_once('-').filter(|_| known)?;
        if !kind.bytes().all(|letter| letter.is_ascii_lowercase()) {
            return None;
        }
        let (whole, within) = place.split_once('-').unwrap_or((place, "0"));
        Some(Self { whole: whole.parse().ok()?, within: within.parse().ok()? })
    }
}

/// What a `progress.json` holds.
#[derive(Debug, Serialize, Deserialize)]
struct Saved<P> {
    format: u32,
    identity: Identity,
    place: Place,
    files: BTreeMap<String, Checksum>,
    progress: P,
}

/// A checkpoint that is whole.
#[derive(Debug, Clone)]
pub struct Checkpoint<P> {
    /// How far the training was, as it was saved.
    pub progress: P,
    /// Whether the training was over.
    pub is_final: bool,
    /// The file that says so.
    pub path: PathBuf,
    files: BTreeMap<String, Vec<u8>>,
}

impl<P> Checkpoint<P> {
    /// Takes the contents of a file, such as those of [`MODEL`], out of it.
    ///
    /// # Errors
    /// When it was saved without.
    pub fn take(&mut self, kind: &str) -> Result<Vec<u8>, CheckpointError> {
        let found = self.files.remove(kind);
        found.ok_or_else(|| malformed(&self.path, format!("it was saved without its {kind}")))
    }
}

/// What there is to continue from.
#[derive(Debug)]
pub struct Found<P> {
    /// The last checkpoint that is whole.
    pub checkpoint: Option<Checkpoint<P>>,
    /// Why later ones were passed over.
    pub passed_over: Vec<CheckpointError>,
}

/// A place for the checkpoints of one training.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
    /// The folder below, for what goes when the training is over.
    moments: PathBuf,
    identity: Identity,
    /// The last moment that was saved or found.
    last: Option<Place>,
    pace: Pace,
    begin: Instant,
}

impl Shelf {
    /// Checkpoints in `folder`, those on the way in its folder `below`. It is made when something is saved.
    pub fn new(folder: &Path, below: &str, identity: Identity) -> Self {
        let (folder, moments) = (folder.to_path_buf(), folder.join(below));
        let (pace, begin) = (Pace::default(), Instant::now());
        Self { folder, moments, identity, last: None, pace, begin }
    }

    /// A place for a part of this training, a training of its own: in the folder `name` within this one's, its
    /// checkpoints on the way in the folder `below` that, at the pace of this one.
    #[must_use]
    pub fn part(&self, name: &str, below: &str) -> Self {
        let mut parts = self.identity.parts().clone();
        let whole = parts.get(PART).and_then(|whole| whole.as_str());
        let path = whole.map_or(name.to_string(), |whole| format!("{whole}/{name}"));
        parts.insert(PART.to_string(), path.into());
        let part = Self::new(&self.folder.join(name), below, Identity::new(parts));
        Self { pace: self.pace.anew(), ..part }
    }

    /// Removes the folder of a training of which nothing is needed any more. What cannot be removed stays.
    pub fn clear(self) {
        let _ = fs::remove_dir_all(&self.folder);
    }

    /// Writes at this pace.
    #[must_use]
    pub fn at(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// Begins to count time anew.
    pub fn begin(&mut self) {
        self.begin = Instant::now();
    }

    /// Whether it is time to save.
    pub fn is_due(&self) -> bool {
        self.pace.is_due(self.begin.elapsed())
    }

    /// Whether to save where a checkpoint is worth more than elsewhere, see [`Pace::is_affordable`].
    pub fn is_affordable(&self) -> bool {
        self.pace.is_affordable(self.begin.elapsed())
    }

    /// How often it saves, and what that costs.
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// Returns the finished training, or the last checkpoint on the way that is whole.
    ///
    /// # Errors
    /// When one is of another training or another format, or the file system refuses.
    pub fn find<P: DeserializeOwned>(&mut self) -> Result<Found<P>, CheckpointError> {
        let path = self.folder.join(PROGRESS_FILE);
        let mut passed_over = Vec::new();
        match self.read(&path) {
            Ok(Some((_, checkpoint))) => {
                let checkpoint = Checkpoint { is_final: true, ..checkpoint };
                return Ok(Found { checkpoint: Some(checkpoint), passed_over });
            }
            Ok(None) => (),
            Err(error @ CheckpointError::Malformed { .. }) => passed_over.push(error),
            Err(error) => return Err(error),
        }
        let mut found = self.find_on_the_way()?;
        passed_over.append(&mut found.passed_over);
        Ok(Found { passed_over, ..found })
    }

    /// As [`Self::find`], passing over the finished training: for one that is to go on longer.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn find_on_the_way<P: DeserializeOwned>(&mut self) -> Result<Found<P>, CheckpointError> {
        let mut names: Vec<PathBuf> = vec![self.moments.join(PROGRESS_FILE)];
        let places: BTreeSet<Place> = self.entries().filter_map(|name| Place::of(&name)).collect();
        let numbered = places.iter().rev();
        names.extend(numbered.map(|place| self.moments.join(place.name(PROGRESS, "json"))));
        let mut passed_over: Vec<CheckpointError> = Vec::new();
        for path in names {
            match self.read(&path) {
                Ok(Some((place, checkpoint))) => {
                    self.last = Some(place);
                    return Ok(Found { checkpoint: Some(checkpoint), passed_over });
                }
                Ok(None) => (),
                Err(error @ CheckpointError::Malformed { .. }) => {
                    // The last moment has two files that speak of it.
                    if !passed_over.iter().any(|known| known.to_string() == error.to_string()) {
                        passed_over.push(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Found { checkpoint: None, passed_over })
    }

    /// Reads what a `progress.json` speaks of; nothing where there is none.
    fn read<P: DeserializeOwned>(
        &self,
        path: &Path,
    ) -> Result<Option<(Place, Checkpoint<P>)>, CheckpointError> {
        if !path.exists() {
            return Ok(None);
        }
        let saved: Saved<serde_json::Value> = read_json(path)?;
        let differences = self.identity.differences(&saved.identity);
        if !differences.is_empty() {
            let path = self.folder.clone();
            return Err(CheckpointError::OtherRun { path, differences });
        }
        let progress =
            serde_json::from_value(saved.progress).map_err(|error| malformed(path, error))?;
        let folder = path.parent().unwrap_or(&self.folder);
        let mut files = BTreeMap::new();
        for (name, checksum) in saved.files {
            let file = folder.join(&name);
            if Path::new(&name).file_name() != Some(name.as_ref()) {
                return Err(malformed(path, format!("{name:?} is no file of its folder")));
            }
            let bytes = match read_bounded(&file) {
                Err(CheckpointError::Io { source, .. })
                    if source.kind() == io::ErrorKind::NotFound =>
                {
                    return Err(malformed(&file, "it is gone"));
                }
                bytes => bytes?,
            };
            if !checksum.fits(&bytes) {
                return Err(malformed(
                    &file,
                    "it is not the one that progress.json was saved with",
                ));
            }
            let kind = name.split(['-', '.']).next().unwrap_or(&name).to_string();
            files.insert(kind, bytes);
        }
        let path = path.to_path_buf();
        Ok(Some((saved.place, Checkpoint { progress, is_final: false, path, files })))
    }

    /// Saves a moment: `files` by their kind, such as [`MODEL`], in lower-case letters. The moment before stays,
    /// earlier ones go.
    ///
    /// # Errors
    /// When the file system refuses, as when the disk is full; the moment before is whole then.
    pub fn save<P: Serialize>(
        &mut self,
        place: Place,
        progress: &P,
        files: &[(&str, &[u8])],
    ) -> Result<(), CheckpointError> {
        let begun = self.begin.elapsed();
        fs::create_dir_all(&self.moments).map_err(|source| io_error(&self.moments, source))?;
        let mut checksums = BTreeMap::new();
        for (kind, bytes) in files {
            let name = place.name(kind, "bpk");
            self.write(&self.moments.join(&name), bytes)?;
            checksums.insert(name, Checksum::of(bytes));
        }
        let text = self.text(place, checksums, progress)?;
        self.write(&self.moments.join(place.name(PROGRESS, "json")), &text)?;
        self.write(&self.moments.join(PROGRESS_FILE), &text)?;
        self.tidy(&[Some(place), self.last]);
        // It says that a training is over, which goes on.
        let _ = fs::remove_file(self.folder.join(PROGRESS_FILE));
        self.show(&self.moments.join(place.name(MODEL, "bpk")));
        self.last = Some(place);
        self.pace.wrote(begun, self.begin.elapsed());
        Ok(())
    }

    /// Saves the finished model. What was saved on the way goes, unless `keep`.
    ///
    /// # Errors
    /// As [`Self::save`].
    pub fn finish<P: Serialize>(
        &mut self,
        place: Place,
        progress: &P,
        model: &[u8],
        keep: bool,
    ) -> Result<(), CheckpointError> {
        fs::create_dir_all(&self.folder).map_err(|source| io_error(&self.folder, source))?;
        self.write(&self.folder.join(MODEL_FILE), model)?;
        let checksums = BTreeMap::from([(MODEL_FILE.to_string(), Checksum::of(model))]);
        let text = self.text(place, checksums, progress)?;
        self.write(&self.folder.join(PROGRESS_FILE), &text)?;
        if !keep {
            let _ = fs::remove_file(self.moments.join(PROGRESS_FILE));
            self.tidy(&[]);
            let _ = fs::remove_dir(&self.moments); // unless something of someone else's is in it
            self.last = None;
        }
        Ok(())
    }

    fn text<P: Serialize>(
        &self,
        place: Place,
        files: BTreeMap<String, Checksum>,
        progress: &P,
    ) -> Result<Vec<u8>, CheckpointError> {
        let saved =
            Saved { format: FORMAT, identity: self.identity.clone(), place, files, progress };
        serde_json::to_vec_pretty(&saved).map_err(|error| malformed(&self.folder, error))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), CheckpointError> {
        write_whole(path, bytes).map_err(|source| io_error(path, source))
    }

    /// Removes all moments but those, and what a killed process left half written. What cannot be removed stays.
    fn tidy(&self, stay: &[Option<Place>]) {
        let half_written = |name: &str| {
            name.ends_with(".tmp") && (name.starts_with(PROGRESS_FILE) || Place::of(name).is_some())
        };
        let goes = |name: &String| {
            half_written(name) || Place::of(name).is_some_and(|place| !stay.contains(&Some(place)))
        };
        for name in self.entries().filter(goes) {
            let _ = fs::remove_file(self.moments.join(name));
        }
    }

    /// Gives the model of a moment its second name, `model.bpk`, at no cost where the file system has links.
    fn show(&self, model: &Path) {
        let (shown, link) = (self.folder.join(MODEL_FILE), self.folder.join("model.bpk.link.tmp"));
        let _ = fs::remove_file(&link);
        let linked = fs::hard_link(model, &link).or_else(|_| fs::copy(model, &link).map(drop));
        if linked.is_ok() {
            let _ = fs::rename(&link, shown);
        }
    }

    fn entries(&self) -> impl Iterator<Item = String> + use<> {
        let entries = fs::read_dir(&self.moments).into_iter().flatten();
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok())
    }
}
