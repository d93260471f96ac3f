//! Where classifiers of points change their minds, side by side.

use burn::tensor::{Device, Tensor, TensorData, activation};
use fireside_datasets::planar::PointSet;
use fireside_dense::deep_net::DeepNet;
use fireside_recipes::planar::share_right;
use fireside_recipes::regularization::called;

use super::{Cell, Table};
use crate::Failure;
use crate::plot::{self, Boundary};
use crate::run::Run;

/// Grid points along each axis.
const GRID: usize = 200;
/// Share of the points' spread that is shown around them.
const MARGIN: f64 = 0.08;

/// The decision boundaries of several classifiers of the same points.
#[derive(Debug)]
pub struct Boundaries<'a> {
    points: &'a PointSet,
    device: &'a Device,
    panels: Vec<Boundary>,
}

impl<'a> Boundaries<'a> {
    /// Of classifiers of `points`, which are drawn over them.
    pub fn over(points: &'a PointSet, device: &'a Device) -> Self {
        Self { points, device, panels: Vec::new() }
    }

    /// Asks a classifier about a grid; `logits` maps `[batch, 2]` to `[batch, 1]`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn add(
        &mut self,
        title: impl Into<String>,
        logits: impl Fn(Tensor<2>) -> Tensor<2>,
    ) -> Result<(), Failure> {
        let axis = |axis: usize| grid(self.points.points.iter().map(move |point| point[axis]));
        let (xs, ys) = (axis(0), axis(1));
        let places = ys.iter().flat_map(|&y| xs.iter().flat_map(move |&x| [x, y]));
        let places = TensorData::new(places.collect::<Vec<f64>>(), [GRID * GRID, 2]);
        let answer = activation::sigmoid(logits(Tensor::from_data(places, self.device)));
        let answer: Vec<f64> = answer.try_into_data()?.iter::<f64>().collect();
        let of_class = |class| {
            let labelled = self.points.points.iter().zip(&self.points.labels);
            let members = labelled.filter(move |(_, label)| **label == class);
            members.map(|(point, _)| (point[0], point[1])).collect()
        };
        self.panels.push(Boundary {
            title: title.into(),
            xs,
            ys,
            probabilities: answer.chunks(GRID).map(<[f64]>::to_vec).collect(),
            classes: [of_class(0), of_class(1)],
        });
        Ok(())
    }

    /// Says the share of the points that a classifier, called `title`, gets right, keeps it under `key`, and asks it about
    /// a grid, with the share in the title.
    ///
    /// # Errors
    /// When the device fails.
    pub fn judge(
        &mut self,
        run: &mut Run,
        title: &str,
        key: &str,
        logits: impl Fn(Tensor<2>) -> Tensor<2>,
    ) -> Result<(), Failure> {
        let percent = run.accuracy(&format!("Accuracy of {title}"), key, self.share(&logits)?);
        self.add(format!("{title}: {percent:.2} %"), logits)
    }

    /// The share of the points that a classifier gets right.
    pub(super) fn share(&self, logits: impl Fn(Tensor<2>) -> Tensor<2>) -> Result<f64, Failure> {
        Ok(share_right(self.points, self.device, logits)?)
    }

    /// Draws them, `columns` in a row.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn draw(
        self,
        run: &mut Run,
        file: &str,
        title: &str,
        columns: usize,
    ) -> Result<(), Failure> {
        run.picture(file, &plot::boundaries(title, &self.panels, columns)?)
    }
}

impl Run {
    /// Says in a table what each of several networks gets right of `sets`, the points to train on and to test, keeps it
    /// as `train_accuracy_NAME` and `test_accuracy_NAME`, and draws their boundaries, three in a row.
    ///
    /// # Errors
    /// When the device fails, or the picture cannot be drawn or written.
    pub fn boundaries_by_restraint(
        &mut self,
        nets: &[(&str, DeepNet)],
        sets: [&PointSet; 2],
        device: &Device,
    ) -> Result<(), Failure> {
        let table = Table::begin(self, [("", 16), ("train %", 7), ("test %", 7)]);
        let mut panels = Boundaries::over(sets[0], device);
        for (name, net) in nets {
            let percent =
                |points| share_right(points, device, |x| net.forward(x)).map(|s| 100.0 * s);
            let [of_train, of_test] = [percent(sets[0])?, percent(sets[1])?];
            let cell = |set, percent| Cell::figure(format!("{set}_accuracy_{name}"), percent, 2);
            let called = called(name);
            let cells = [Cell::said(called), cell("train", of_train), cell("test", of_test)];
            table.row(self, cells);
            panels.add(format!("{called}: {of_train:.1} / {of_test:.1} %"), |x| net.forward(x))?;
        }
        let title = "Train and test accuracy by what holds the network back";
        panels.draw(self, "boundaries.png", title, 3)
    }
}

fn grid(coordinates: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let low = coordinates.clone().fold(f64::INFINITY, f64::min);
    let high = coordinates.fold(f64::NEG_INFINITY, f64::max);
    let margin = (high - low) * MARGIN;
    let step = (high - low + 2.0 * margin) / (GRID - 1) as f64;
    (0..GRID).map(|index| low - margin + index as f64 * step).collect()
}
