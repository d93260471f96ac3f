//! What `model.json` beside the weights says of a trained model: enough to use it, and to know where it came from.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::files::KnownFile;
use super::{Architecture, CARD_FILE, Task, TrainedError};

/// How `model.json` is written.
pub const FORMAT: u32 = 1;
/// A vocabulary of all words of GloVe has 4 MB; a longer file is not one of ours.
const MAX_BYTES: u64 = 64 << 20;

/// What `model.json` says of a trained model.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Card {
    /// [`FORMAT`].
    pub format: u32,
    /// Whether it is the one that a run is asked by where nobody says which.
    pub is_main: bool,
    /// What people call it among the models of its run; where nothing does, it goes by its folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<String>,
    /// What it is, with its configuration.
    pub architecture: Architecture,
    /// What it takes, how that is prepared, and what its outputs mean.
    pub task: Task,
    /// What was measured, as in `metrics.json`.
    #[serde(default)]
    pub figures: Map<String, Value>,
    /// The file of its weights; none where it is not written yet.
    pub weights: Option<KnownFile>,
    /// What it came from; none where it is not written yet.
    pub made_by: Option<MadeBy>,
}

/// What made a model.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MadeBy {
    /// The program.
    pub program: String,
    /// Its settings.
    pub settings: Value,
    /// The seed among them.
    pub seed: Option<u64>,
    /// Length and SHA-256 of each file it read.
    pub data: Value,
    /// The program's version.
    pub version: String,
    /// The commit it was built from, where the build knew it.
    pub commit: Option<String>,
    /// The backend that computed.
    pub device: String,
    /// The threads that it could use.
    pub threads: usize,
    /// How long the run had taken when the model was written.
    pub minutes: f64,
}

impl Card {
    /// Describes a model; what the run knows is added where it is written.
    pub fn new(architecture: Architecture, task: Task) -> Self {
        Self {
            format: FORMAT,
            is_main: false,
            called: None,
            architecture,
            task,
            figures: Map::new(),
            weights: None,
            made_by: None,
        }
    }

    /// The same, as the one that a run is asked by where nobody says which.
    #[must_use]
    pub fn as_main(self) -> Self {
        self.as_main_if(true)
    }

    /// The same, as the one or, of several models of a run, as another.
    #[must_use]
    pub fn as_main_if(self, is_main: bool) -> Self {
        Self { is_main, ..self }
    }

    /// The same, called so by people.
    #[must_use]
    pub fn called(self, called: impl Into<String>) -> Self {
        Self { called: Some(called.into()), ..self }
    }

    /// Reads the `model.json` of a folder.
    ///
    /// # Errors
    /// When there is none, it is damaged, or of a later format.
    pub fn read(folder: &Path) -> Result<Self, TrainedError> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let path = folder.join(CARD_FILE);
        if !path.is_file() {
            return Err(TrainedError::Missing { folder: folder.to_path_buf() });
        }
        let mut text = Vec::new();
        File::open(&path)
            .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut text))
            .map_err(|error| TrainedError::unreadable(&path, error))?;
        if text.len() as u64 > MAX_BYTES {
            return Err(TrainedError::malformed(
                &path,
                format!("it has more than {MAX_BYTES} bytes"),
            ));
        }
        let damaged = |error| TrainedError::malformed(&path, error);
        let head: Head = serde_json::from_slice(&text).map_err(damaged)?;
        if head.format != FORMAT {
            return Err(TrainedError::OtherFormat { path, found: head.format, known: FORMAT });
        }
        serde_json::from_slice(&text).map_err(damaged)
    }
}
