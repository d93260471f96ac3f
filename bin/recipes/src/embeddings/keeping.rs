//! What is kept of word vectors while they are learnt, so that a learner that was broken off goes on where it was.

use std::ops::ControlFlow;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
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

/// Where a learner keeps what it does, and who watches it.
pub(super) struct Keeper<O> {
    shelf: Option<Shelf>,
    resumes: bool,
    epochs: usize,
    /// What an epoch is done in, in the learner's own measure.
    parts: usize,
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
    pub(super) fn new(shelf: Option<Shelf>, resumes: bool, epochs: usize, observe: O) -> Self {
        Self { shelf, resumes, epochs, parts: 1, observe }
    }

    /// What there is to go on from, read into `model`. An epoch is done in so many `parts`.
    pub(super) fn find<M: Module>(
        &mut self,
        model: M,
        parts: usize,
    ) -> Result<Option<Found<M>>, RecipeError> {
        self.parts = parts.max(1);
        let (mut epochs, mut within, mut passed_over, mut start) = (0, false, Vec::new(), None);
        if let Some(shelf) = self.shelf.as_mut().filter(|_| self.resumes) {
            let found = shelf.find::<Progress>()?;
            passed_over.extend(found.passed_over.iter().map(ToString::to_string));
            if let Some(mut checkpoint) = found.checkpoint {
                let model = checkpoint.load_model(model)?;
                let optimizer = checkpoint.take(OPTIMIZER).ok();
                let progress = checkpoint.progress;
                (epochs, within) = (progress.losses.len(), progress.within > 0);
                start = Some(Found { model, progress, optimizer });
            }
        }
        if let Some(shelf) = &mut self.shelf {
            shelf.begin();
        }
        // Who breaks off here is asked again after the first part.
        let _ = (self.observe)(Moment::Begin { epochs, of: self.epochs, within, passed_over });
        Ok(start)
    }

    /// A part of an epoch is done, or with its loss a whole one. Says whether to go on, having saved `files` where it
    /// is time, or the last moment to.
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
        let Some(shelf) = &mut self.shelf else {
            return Ok(goes);
        };
        if goes.is_break() || shelf.is_due() || (epoch.is_some() && shelf.is_affordable()) {
            let files = files(progress)?;
            let files: Vec<(&str, &[u8])> =
                files.iter().map(|(kind, bytes)| (*kind, &bytes[..])).collect();
            shelf.save(progress.place(), progress, &files)?;
            let _ = (self.observe)(Moment::Kept(shelf.pace().clone()));
        }
        Ok(goes)
    }

    /// The learner is over.
    pub(super) fn finish<M: Module>(
        &mut self,
        progress: &Progress,
        model: impl FnOnce() -> M,
    ) -> Result<(), RecipeError> {
        if let Some(shelf) = &mut self.shelf {
            shelf.finish(progress.place(), progress, &model_bytes(&model())?, false)?;
        }
        Ok(())
    }
}

/// The one file of a learner without an optimiser.
pub(super) fn only(model: &impl Module) -> Result<Vec<(&'static str, Vec<u8>)>, RecipeError> {
    Ok(vec![(MODEL, model_bytes(model)?)])
}
