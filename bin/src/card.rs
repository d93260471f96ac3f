//! `model.json` beside the weights of each model that a run trains, by which `course try` uses them.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use burn::module::Module;
use fireside_datasets::word_vectors::{Format, WordVectors};
use fireside_recipes::trained::{CARD_FILE, Card, KnownFile, MadeBy, TrainedError};
use fireside_report::CONFIG_FILE;
use fireside_training::files::write_whole;
use serde_json::{Map, Value};

use crate::Failure;
use crate::run::Run;

/// Where a stage keeps its weights.
const MODEL_FILE: &str = "model.bpk";

impl Run {
    /// Writes `model.json` into the folder of a stage: what the card says, with the weights, what made them, and, when
    /// the run is over, its figures. A card that names no weights is that of the stage's `model.bpk`.
    ///
    /// # Errors
    /// When it cannot be written, or the weights are not there.
    pub fn describe(&mut self, stage: &str, card: &Card) -> Result<(), Failure> {
        let Some(folder) = self.folder().map(|folder| folder.join(stage)) else {
            return Ok(()); // a dry run
        };
        fs::create_dir_all(&folder).map_err(|error| Failure::unkept(&folder, &error))?;
        let mut card = card.clone();
        if card.weights.is_none() {
            card.weights = Some(KnownFile::of(&folder.join(MODEL_FILE), MODEL_FILE)?);
        }
        card.made_by = Some(self.made_by()?);
        write(&folder, &card)?;
        self.cards_mut().push((stage.to_string(), card));
        Ok(())
    }

    /// Keeps a model that was not trained here, as a stage keeps one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep<M: Module>(&self, stage: &str, model: &M) -> Result<(), Failure> {
        let Some(folder) = self.folder().map(|folder| folder.join(stage)) else { return Ok(()) };
        let bytes = model.clone().into_record().into_bytes();
        let bytes = bytes.map_err(|error| Failure::Run(error.to_string()))?;
        fs::create_dir_all(&folder)
            .and_then(|()| write_whole(&folder.join(MODEL_FILE), &bytes))
            .map_err(|error| Failure::unkept(&folder, &error))
    }

    /// Keeps a copy of a file that a model needs, called `name` in the run's folder.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn keep_file(&self, name: &str, path: &Path) -> Result<KnownFile, Failure> {
        let unreadable =
            |error| Failure::Input(format!("{} cannot be read: {error}", path.display()));
        let contents = fs::read(path).map_err(unreadable)?;
        self.file(name, &contents)?;
        Ok(KnownFile::of_contents(&contents, &format!("../{name}")))
    }

    /// The file of word vectors that a model needs: where they were read from, or `vectors.txt` in the run's folder,
    /// which is written, where they were learnt.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn known_vectors(
        &self,
        path: Option<&Path>,
        vectors: &WordVectors,
    ) -> Result<KnownFile, Failure> {
        if let Some(path) = path {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
            return Ok(KnownFile::of(&path, &path.to_string_lossy())?);
        }
        let mut contents = Vec::new();
        let written = vectors.write(&mut contents, Format::Glove);
        written.map_err(|error| Failure::Run(error.to_string()))?;
        self.file("vectors.txt", &contents)?;
        Ok(KnownFile::of_contents(&contents, "../vectors.txt"))
    }

    /// A file of the run, as the card of a stage names it; none in a dry run.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn known_file(&self, name: &str) -> Result<Option<KnownFile>, Failure> {
        let known = |folder: &Path| KnownFile::of(&folder.join(name), &format!("../{name}"));
        Ok(self.folder().map(known).transpose()?)
    }

    /// Adds the run's figures, those that are numbers, to what describes its models.
    pub(crate) fn complete_cards(&mut self, results: &Map<String, Value>) -> Result<(), Failure> {
        let numbers = results.iter().filter(|(_, value)| value.is_number());
        let figures: Map<_, _> =
            numbers.map(|(name, value)| (name.clone(), value.clone())).collect();
        let cards = std::mem::take(self.cards_mut());
        let Some(folder) = self.folder() else { return Ok(()) };
        let mut written = HashSet::new();
        // The last of a stage is the one that stands.
        for (stage, card) in cards.into_iter().rev() {
            if written.insert(stage.clone()) {
                write(&folder.join(&stage), &Card { figures: figures.clone(), ..card })?;
            }
        }
        Ok(())
    }

    fn made_by(&self) -> Result<MadeBy, Failure> {
        let path = self.folder().map(|folder| folder.join(CONFIG_FILE)).unwrap_or_default();
        let config: Value = fs::read(&path)
            .map_err(|error| error.to_string())
            .and_then(|text| serde_json::from_slice(&text).map_err(|error| error.to_string()))
            .map_err(|error| Failure::Run(format!("{}: {error}", path.display())))?;
        let text = |key: &str| config[key].as_str().unwrap_or_default().to_string();
        Ok(MadeBy {
            program: text("assignment"),
            seed: config["settings"]["seed"].as_u64(),
            settings: config["settings"].clone(),
            data: config["data"].clone(),
            version: text("version"),
            commit: option_env!("FIRESIDE_COMMIT").map(str::to_string),
            device: text("device"),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            minutes: self.began().elapsed().as_secs_f64() / 60.0,
        })
    }
}

fn write(folder: &Path, card: &Card) -> Result<(), Failure> {
    let path = folder.join(CARD_FILE);
    let text = serde_json::to_vec_pretty(card).map_err(|error| Failure::Run(error.to_string()))?;
    write_whole(&path, &text).map_err(|error| Failure::unkept(&path, &error))
}

impl From<TrainedError> for Failure {
    fn from(error: TrainedError) -> Self {
        match error.is_failure() {
            true => Self::Run(error.to_string()),
            false => Self::Input(error.to_string()),
        }
    }
}
