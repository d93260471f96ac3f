//! What is kept of word vectors while they are learnt, so that a learner that was broken off goes on where it was.

use std::ops::ControlFlow;
use std::path::PathBuf;

use burn::module::{Module, Param};
use burn::store::ModuleRecord;
use burn::tensor::{Bytes, Device, Tensor, TensorData};
use fireside_numpy_rng::NumpyRng;
use fireside_training::checkpoint::{MODEL, OPTIMIZER, Pace, Place, Shelf, model_bytes};
use serde::{Deserialize, Serialize};

use crate::RecipeError;

/// Below the folder of a learner, its checkpoints on the way.
pub const EPOCHS: &str = "epochs";

/// What an observer learns.
#[derive(Debug, Clone, PartialEq)]
pub enum Moment {
    /// The learner begins, or goes on after so many epochs; with why later checkpoints were passed over.
    Begin {
        /// Epochs done.
        epochs: usize,
        /// Epochs in all.
        of: usize,
        /// Whether there is a part of the next as well.
        within: bool,
        /// Why later checkpoints were passed over.
        passed_over: Vec<String>,
    },
    /// A part of an epoch is done; how much of it is done so far, 0 to 1.
    Part(f64),
    /// An epoch is done, counted from 1, with its mean loss.
    Epoch(usize, f64),
    /// A checkpoint was written, at this pace.
    Kept(Pace),
}

/// How far a learner is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Progress {
    /// Mean loss of each epoch; none where it is no number.
    pub losses: Vec<Option<f64>>,
    /// Parts of the next epoch that are done, in the learner's own measure.
    pub within: usize,
    /// The bits of what their losses come to, which may be no number.
    pub loss: u64,
    /// How many losses that are.
    pub number: usize,
    /// Numbers drawn so far.
    pub draws: u64,
}

impl Progress {
    /// Adds what some losses come to.
    pub(super) fn add(&mut self, loss: f64, number: usize) {
        self.loss = (f64::from_bits(self.loss) + loss).to_bits();
        self.number += number;
    }

    /// An epoch is done.
    pub(super) fn close(&mut self, loss: f64) {
        self.losses.push(loss.is_finite().then_some(loss));
        (self.within, self.loss, self.number) = (0, 0, 0);
    }

    pub(super) fn place(&self) -> Place {
        Place { whole: self.losses.len(), within: self.within }
    }
}

/// Some tables of numbers, as a checkpoint holds them.
#[derive(Module, Debug)]
pub(super) struct Tables {
    tables: Vec<Param<Tensor<1>>>,
}

impl Tables {
    pub(super) fn of(tables: impl IntoIterator<Item = Vec<f32>>, device: &Device) -> Self {
        let tensor = |table: Vec<f32>| {
            let length = table.len();
            Param::from_tensor(Tensor::from_data(TensorData::new(table, [length]), device))
        };
        Self { tables: tables.into_iter().map(tensor).collect() }
    }

    /// Tables of the same sizes, out of the bytes that a checkpoint holds.
    pub(super) fn filled(self, bytes: Vec<u8>) -> Result<Self, RecipeError> {
        ModuleRecord::from_bytes(Bytes::from_bytes_vec(bytes))
            .and_then(|record| self.try_load_record(record.cast_to_module_dtype()))
            .map_err(|error| RecipeError::Input(format!("a checkpoint does not fit: {error}")))
    }

    /// The numbers of each; empty ones where there are not as many.
    pub(super) fn numbers<const N: usize>(self) -> Result<[Vec<f32>; N], RecipeError> {
        let mut numbers = [const { Vec::new() }; N];
        for (numbers, table) in numbers.iter_mut().zip(self.tables) {
            *numbers = table.val().try_into_data()?.iter().collect();
        }
        Ok(numbers)
    }
}

/// Numbers from 0 to 1, counted as they are drawn, so that a checkpoint can say where they are.
pub(super) struct Draws {
    rng: NumpyRng,
    count: u64,
}

impl Draws {
    pub(super) fn new(seed: u32) -> Self {
        Self { rng: NumpyRng::new(seed), count: 0 }
    }

    /// The same numbers, after so many of them.
    pub(super) fn after(seed: u32, count: u64) -> Self {
        let mut draws = Self::new(seed);
        for _ in 0..count {
            draws.draw();
        }
        draws
    }

    pub(super) fn draw(&mut self) -> f64 {
        self.count += 1;
        self.rng.random_sample()
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }
}

/// Where a learner keeps how far it is; nowhere by default.
#[derive(Debug, Clone, Default)]
pub struct Checkpoints {
    /// Their place.
    pub shelf: Option<Shelf>,
    /// Whether to go on from what is there.
    pub resumes: bool,
    /// Whether the last one stays when the learner is over.
    pub keeps_last: bool,
    /// The folder that GloVe keeps its counts in until it is over.
    pub folder: Option<PathBuf>,
}

/// Where a learner of so many epochs keeps what it does, and who watches it.
pub(super) struct Keeper<O> {
    checkpoints: Checkpoints,
    epochs: usize,
    /// What an epoch is done in, in the learner's own measure.
    parts: usize,
    /// Whether it was over before it began.
    was_over: bool,
    observe: O,
}

/// What a learner goes on from.
pub(super) struct Found<M> {
    pub model: M,
    pub progress: Progress,
    /// The averages of an optimiser, where there is one.
    pub optimizer: Option<Vec<u8>>,
}

impl<O: FnMut(Moment) -> ControlFlow<()>> Keeper<O> {
    pub(super) fn new(checkpoints: Checkpoints, epochs: usize, observe: O) -> Self {
        Self { checkpoints, epochs, parts: 1, was_over: false, observe }
    }

    /// An epoch is done in so many parts.
    pub(super) fn takes_parts(&mut self, parts: usize) {
        self.parts = parts.max(1);
    }

    /// What there is to go on from, read into `model`.
    pub(super) fn find<M: Module>(&mut self, model: M) -> Result<Option<Found<M>>, RecipeError> {
        let (mut epochs, mut within, mut passed_over, mut start) = (0, false, Vec::new(), None);
        let Checkpoints { shelf, resumes, .. } = &mut self.checkpoints;
        if let Some(shelf) = shelf.as_mut().filter(|_| *resumes) {
            let found = shelf.find::<Progress>()?;
            passed_over.extend(found.passed_over.iter().map(ToString::to_string));
            if let Some(mut checkpoint) = found.checkpoint {
                self.was_over = checkpoint.is_final;
                let model = checkpoint.load_model(model)?;
                let optimizer = checkpoint.take(OPTIMIZER).ok();
                let progress = checkpoint.progress;
                (epochs, within) = (progress.losses.len(), progress.within > 0);
                start = Some(Found { model, progress, optimizer });
            }
        }
        if let Some(shelf) = shelf {
            shelf.begin();
        }
        // Who breaks off here is asked again after the first part.
        let _ = (self.observe)(Moment::Begin { epochs, of: self.epochs, within, passed_over });
        Ok(start)
    }

    /// A file for what takes long and is not to be done again, if there is a folder; with whether it is to be taken as
    /// it is found.
    pub(super) fn file(&self, name: &str) -> (Option<PathBuf>, bool) {
        let folder = self.checkpoints.folder.as_ref();
        (folder.map(|folder| folder.join(name)), self.checkpoints.resumes)
    }

    /// Whether to go on while there is nothing to save yet.
    pub(super) fn goes_on(&mut self) -> bool {
        (self.observe)(Moment::Part(0.0)).is_continue()
    }

    /// A part of an epoch is done, or with its loss a whole one. Says whether to go on, having saved `files` where it
    /// is time, or the last moment to. After the last epoch there is nothing to break off.
    pub(super) fn done(
        &mut self,
        epoch: Option<(usize, f64)>,
        progress: &mut Progress,
        files: impl FnOnce(&mut Progress) -> Result<Vec<(&'static str, Vec<u8>)>, RecipeError>,
    ) -> Result<ControlFlow<()>, RecipeError> {
        let goes = (self.observe)(match epoch {
            Some((number, loss)) => Moment::Epoch(number, loss),
            None => Moment::Part(progress.within as f64 / self.parts as f64),
        });
        let is_over = progress.losses.len() == self.epochs;
        let goes = if is_over { ControlFlow::Continue(()) } else { goes };
        let Some(shelf) = &mut self.checkpoints.shelf else {
            return Ok(goes);
        };
        let is_wanted = match is_over {
            true => self.checkpoints.keeps_last,
            false => {
                goes.is_break() || shelf.is_due() || (epoch.is_some() && shelf.is_affordable())
            }
        };
        if is_wanted {
            let files = files(progress)?;
            let files: Vec<(&str, &[u8])> =
                files.iter().map(|(kind, bytes)| (*kind, &bytes[..])).collect();
            shelf.save(progress.place(), progress, &files)?;
            let _ = (self.observe)(Moment::Kept(shelf.pace().clone()));
        }
        Ok(goes)
    }

    /// The learner is over: its model stays.
    pub(super) fn finish<M: Module>(
        &mut self,
        progress: &Progress,
        model: impl FnOnce() -> M,
    ) -> Result<(), RecipeError> {
        let Checkpoints { shelf, keeps_last, .. } = &mut self.checkpoints;
        if let Some(shelf) = shelf.as_mut().filter(|_| !self.was_over) {
            shelf.finish(progress.place(), progress, &model_bytes(&model())?, *keeps_last)?;
        }
        Ok(())
    }
}

/// The one file of a learner without an optimiser.
pub(super) fn only(model: &impl Module) -> Result<Vec<(&'static str, Vec<u8>)>, RecipeError> {
    Ok(vec![(MODEL, model_bytes(model)?)])
}
