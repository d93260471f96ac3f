//! What is kept of many short trainings: the figure of each that is over, and of a long one, how far it is.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use burn::module::{Module, ModuleDisplay};
use fireside_training::checkpoint::{Place, Shelf};
use fireside_training::supervised::{EPOCHS, Ending, Examples, Supervised, Task};

use crate::RecipeError;

/// A training of more epochs keeps checkpoints of its own; one of fewer takes seconds.
const LONG: usize = 500;

/// The figures of the repeats that are over, in percent, by name.
#[derive(Debug)]
pub struct Repeats {
    shelf: Option<Shelf>,
    resumes: bool,
    found: BTreeMap<String, f64>,
    /// How many are not saved yet.
    unsaved: usize,
    passed_over: Vec<String>,
}

impl Repeats {
    /// Below the folder of the repeats, their figures.
    pub const BELOW: &str = "repeats";

    /// Those that are kept on a shelf, if it `resumes`; without one nothing is kept.
    ///
    /// # Errors
    /// When those that are there are of another run, or cannot be read.
    pub fn on(shelf: Option<Shelf>, resumes: bool) -> Result<Self, RecipeError> {
        let (found, unsaved, passed_over) = (BTreeMap::new(), 0, Vec::new());
        let mut repeats = Self { shelf, resumes, found, unsaved, passed_over };
        if let Some(shelf) = repeats.shelf.as_mut().filter(|_| resumes) {
            let found = shelf.find_on_the_way::<BTreeMap<String, f64>>()?;
            repeats.passed_over = found.passed_over.iter().map(ToString::to_string).collect();
            repeats.found = found.checkpoint.map(|found| found.progress).unwrap_or_default();
        }
        if let Some(shelf) = &mut repeats.shelf {
            shelf.begin();
        }
        Ok(repeats)
    }

    /// How many are over.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Why what was kept later was passed over.
    pub fn passed_over(&self) -> &[String] {
        &self.passed_over
    }

    pub(super) fn get(&self, name: &str) -> Option<f64> {
        self.found.get(name).copied()
    }

    /// One is over.
    pub(super) fn add(&mut self, name: String, percent: f64) -> Result<(), RecipeError> {
        self.found.insert(name, percent);
        self.unsaved += 1;
        let is_time = |shelf: &Shelf| shelf.is_due() || shelf.is_affordable();
        match self.shelf.as_ref().is_some_and(is_time) {
            true => self.save(),
            false => Ok(()),
        }
    }

    /// Keeps what is not kept yet.
    pub(super) fn save(&mut self) -> Result<(), RecipeError> {
        if let Some(shelf) = self.shelf.as_mut().filter(|_| self.unsaved > 0) {
            let place = Place { whole: self.found.len(), within: 0 };
            shelf.save(place, &self.found, &[])?;
            self.unsaved = 0;
        }
        Ok(())
    }

    /// The trainings of one repeat, of so many epochs.
    pub(super) fn trainings(
        &self,
        name: &str,
        epochs: usize,
        heed: fn() -> ControlFlow<()>,
    ) -> Trainings {
        let shelf = self.shelf.as_ref().filter(|_| epochs > LONG);
        let shelf = shelf.map(|shelf| shelf.part(name, Self::BELOW));
        Trainings { shelf, resumes: self.resumes, heed }
    }
}

/// The trainings of one repeat.
pub(super) struct Trainings {
    shelf: Option<Shelf>,
    resumes: bool,
    heed: fn() -> ControlFlow<()>,
}

impl Trainings {
    /// Trains, and returns what was trained; nothing if it was broken off.
    pub(super) fn run<M, D>(
        &self,
        name: &str,
        training: Supervised,
        model: M,
        task: Task<M, D::Batch>,
        examples: &D,
    ) -> Result<Option<M>, RecipeError>
    where
        M: Module + ModuleDisplay + 'static,
        D: Examples,
    {
        let heed = self.heed;
        if heed().is_break() {
            return Ok(None);
        }
        let training = match &self.shelf {
            Some(shelf) => training.on(shelf.part(name, EPOCHS), self.resumes),
            None => training,
        };
        let training = training.leaving_the_model_alone();
        let trained = training.run(model, task, examples, examples, move |_| heed())?;
        Ok((trained.ending != Ending::BrokenOff).then_some(trained.model))
    }

    /// They are over, and their figure is known.
    pub(super) fn clear(self) {
        if let Some(shelf) = self.shelf {
            shelf.clear();
        }
    }
}

#[cfg(all(test, feature = "flex"))]
#[allow(clippy::unwrap_used, reason = "what fails here fails the test")]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use burn::tensor::{Device, Tensor};
    use fireside_training::checkpoint::{Identity, Pace};

    use super::super::{NEW, NewTask, Part, Rates, Spread, Way, freeze_features, layer_sizes};
    use super::*;
    use crate::signs_softmax;

    /// Broken off as often as batches are to come.
    static LEFT: AtomicUsize = AtomicUsize::new(usize::MAX);

    fn heed() -> ControlFlow<()> {
        let left =
            LEFT.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        match left {
            Ok(_) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }

    /// Pictures of five numbers, which the seed of the repeat has to choose among.
    fn task(epochs: usize) -> NewTask {
        let device = Device::flex();
        let part = |count: usize| {
            let rows: Vec<f32> =
                (0..5 * count).map(|i| ((i * i + i / 3) % 11) as f32 / 10.0).collect();
            let x = Tensor::<1>::from_data(rows.as_slice(), &device).reshape([count, 5]);
            Part { x, labels: (0..count).map(|place| place % NEW.len()).collect() }
        };
        let net = signs_softmax::build(&layer_sizes(5), 1, &device).unwrap();
        let rates = Rates { epochs, whole: 1e-2, head: 1e-2, fine: 1e-3 };
        let parts = [part(40), part(60)];
        NewTask { pretrained: freeze_features(net).unwrap(), parts, rates, repeats: 2, seed: 1 }
    }

    /// Goes through the task, broken off after `batches` again and again.
    fn figures(
        task: &NewTask,
        shelf: Option<&Shelf>,
        batches: usize,
    ) -> (Vec<(f64, Spread)>, usize) {
        let mut times = 0;
        loop {
            LEFT.store(batches, Ordering::SeqCst);
            let mut kept = Repeats::on(shelf.cloned(), times > 0).unwrap();
            let ways = Way::ALL.map(|way| task.repeat(way, 6, &mut kept, heed).unwrap());
            if let [Some(scratch), Some(head), Some(fine)] = ways {
                return (vec![scratch, head, fine], times);
            }
            times += 1;
            assert!(times < 1000, "it does not come on");
        }
    }

    #[test]
    fn repeats_that_are_broken_off_again_and_again_come_to_the_same_figures() {
        for epochs in [30, LONG + 1] {
            let task = task(epochs);
            let (expected, times) = figures(&task, None, usize::MAX);
            assert_eq!(times, 0);
            for (mean, Spread { least, most, .. }) in &expected {
                assert!(0.0 <= *least && least <= mean && mean <= most && *most <= 100.0, "{mean}");
            }
            let folder = tempfile::tempdir().unwrap();
            let place = folder.path().join("new-task");
            let shelf = Shelf::new(&place, Repeats::BELOW, Identity::default());
            let shelf = shelf.at(Pace::every(Duration::from_secs(3600)));
            // Of a short repeat all is lost, of a long one nothing.
            let batches = if epochs > LONG { 700 } else { 250 };
            let (found, times) = figures(&task, Some(&shelf), batches);
            assert!(times > 1, "{times}");
            assert_eq!(found, expected);
            let left: Vec<_> = std::fs::read_dir(&place).unwrap().collect();
            assert_eq!(left.len(), 1, "the trainings that are over are cleared away");
        }
    }
}
