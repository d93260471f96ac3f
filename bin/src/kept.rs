//! What a checkpoint on the way holds of a training, beside its place and its costs.

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use fireside_training::checkpoint::{
    CheckpointError, MODEL, OPTIMIZER, model_bytes, optimizer_bytes,
};
use fireside_training::history::History;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Failure;
use crate::stage::Stage;

/// What a checkpoint on the way holds of a training, beside its place and its costs.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Contents of files, by kind.
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
    /// What was noted while it went.
    pub(crate) notes: Value,
}

impl Kept {
    pub(crate) fn of_model<M: Module>(model: &M) -> Result<Self, CheckpointError> {
        Ok(Self { files: vec![(MODEL, model_bytes(model)?)], notes: Value::Null })
    }

    pub(crate) fn and_optimizer(
        mut self,
        optimizer: &ModuleOptimizer,
    ) -> Result<Self, CheckpointError> {
        self.files.push((OPTIMIZER, optimizer_bytes(optimizer)?));
        Ok(self)
    }

    /// Another model, as a file of this kind.
    pub(crate) fn and_model<M: Module>(
        mut self,
        kind: &'static str,
        model: &M,
    ) -> Result<Self, CheckpointError> {
        self.files.push((kind, model_bytes(model)?));
        Ok(self)
    }

    pub(crate) fn and_notes(self, notes: &impl Serialize) -> Result<Self, Failure> {
        Ok(Self { notes: in_json(notes)?, ..self })
    }
}

/// Of the training to resume, once it has begun.
impl Stage<'_> {
    /// Whether it was over.
    pub(crate) fn was_over(&self) -> bool {
        self.checkpoint.as_ref().is_some_and(|found| found.is_final)
    }

    /// Its costs so far.
    pub(crate) fn history(&self) -> History {
        let found = self.checkpoint.as_ref();
        found.map(|found| found.progress.history.clone()).unwrap_or_default()
    }

    /// What was noted of it; nothing where there is none to resume.
    pub(crate) fn notes<N: DeserializeOwned>(&self) -> Result<Option<N>, Failure> {
        let Some(found) = &self.checkpoint else { return Ok(None) };
        serde_json::from_value(found.progress.notes.clone()).map(Some).map_err(|error| {
            let path = found.path.display();
            Failure::Input(format!("{path} is not a checkpoint that can be read: {error}"))
        })
    }

    /// Parameters that were kept with it as a file of this kind.
    pub(crate) fn load<M: Module>(&mut self, kind: &str, model: M) -> Result<M, Failure> {
        match &mut self.checkpoint {
            Some(found) => Ok(found.load(kind, model)?),
            None => Ok(model),
        }
    }
}

/// What was noted, as a checkpoint holds it.
pub(crate) fn in_json(notes: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(notes).map_err(|error| Failure::Run(error.to_string()))
}
