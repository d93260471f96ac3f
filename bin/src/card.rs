//! `model.json` beside the weights of each model that a run trains, by which `course try` uses them.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use burn::module::Module;
use burn::tensor::Device;
use fireside_datasets::word_vectors::{Format, WordVectors};
use fireside_recipes::trained::{
    Beside, CARD_FILE, Card, KnownFile, MadeBy, Model, Trained, TrainedError,
};
use fireside_report::CONFIG_FILE;
use fireside_training::checkpoint::model_bytes;
use fireside_training::files::write_whole;
use serde_json::{Map, Value};

use crate::Failure;
use crate::run::Run;

/// Where a stage keeps its weights.
const MODEL_FILE: &str = "model.bpk";

impl Run {
    /// Writes `model.json` into the folder of a stage: what the card says, with the weights, what made them, and, when
    /// the run is over, its figures. A card that names no weights is that of the stage's `model.bpk`; one that says not
    /// what people call the model takes it from the stage.
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
        card.called = card.called.or_else(|| self.called(stage).map(str::to_string));
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
        let bytes = model_bytes(model).map_err(|error| Failure::Run(error.to_string()))?;
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

    /// A file that the run was given by a setting or found in its data, as the card of a model names it: with the length
    /// and the SHA-256 that were taken when the run began.
    ///
    /// # Errors
    /// When they were not, as in a dry run, and it cannot be read.
    pub fn known_input(&self, setting: &str, path: &Path) -> Result<KnownFile, Failure> {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let file = path.to_string_lossy().into_owned();
        let data = self.identity().get("data").and_then(Value::as_object);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let taken = data.and_then(|data| data.get(setting).or_else(|| data.get(&*name)));
        let taken = taken.and_then(|taken| {
            let (bytes, sha256) = (taken["bytes"].as_u64()?, taken["sha256"].as_str()?);
            Some((bytes, sha256.to_string()))
        });
        Ok(match taken {
            Some((bytes, sha256)) => KnownFile { file, bytes, sha256 },
            None => KnownFile::of(&path, &file)?,
        })
    }

    /// Writes word vectors as a text in the run's folder, as the card of a model names it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_vectors(&self, name: &str, vectors: &WordVectors) -> Result<KnownFile, Failure> {
        let mut contents = Vec::new();
        let written = vectors.write(&mut contents, Format::Glove);
        written.map_err(|error| Failure::Run(format!("{name}: {error}")))?;
        self.file(name, &contents)?;
        Ok(KnownFile::of_contents(&contents, &format!("../{name}")))
    }

    /// Describes a model that is trained, as [`Run::describe`], and returns it to be asked, as another process asks it.
    ///
    /// # Errors
    /// As [`Run::describe`], or when the model does not do what the card says.
    pub fn trained(
        &mut self,
        stage: &str,
        card: Card,
        model: impl Into<Model>,
        beside: Beside,
        device: &Device,
    ) -> Result<Trained, Failure> {
        self.describe(stage, &card)?;
        Ok(Trained::new(card, model.into(), beside, device)?)
    }

    /// As [`Run::trained`], for a model that needs nothing beside its weights.
    ///
    /// # Errors
    /// As [`Run::trained`].
    pub fn trained_alone(
        &mut self,
        stage: &str,
        card: Card,
        model: impl Into<Model>,
        device: &Device,
    ) -> Result<Trained, Failure> {
        self.trained(stage, card, model, Beside::Nothing, device)
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
