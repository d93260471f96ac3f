//! The decision boundary of a classifier of points, made ready to draw.

use burn::tensor::{Device, Tensor, TensorData, activation};
use fireside_datasets::planar::PointSet;

use crate::Failure;
use crate::plot::Boundary;

/// Grid points along each axis.
const GRID: usize = 200;
/// Share of the points' spread that is shown around them.
const MARGIN: f64 = 0.08;

/// Asks a classifier about a grid over `points`.
///
/// `logits` maps `[batch, 2]` to `[batch, 1]`.
///
/// # Errors
/// When the device fails.
pub fn boundary(
    title: &str,
    logits: impl Fn(Tensor<2>) -> Tensor<2>,
    points: &PointSet,
    device: &Device,
) -> Result<Boundary, Failure> {
    let [xs, ys] = [0, 1].map(|axis| grid(points.points.iter().map(|point| point[axis])));
    let places = ys.iter().flat_map(|&y| xs.iter().flat_map(move |&x| [x, y]));
    let places = TensorData::new(places.collect::<Vec<f64>>(), [GRID * GRID, 2]);
    let answer = activation::sigmoid(logits(Tensor::from_data(places, device)));
    let answer: Vec<f64> = answer.try_into_data()?.iter::<f64>().collect();
    let of_class = |class| {
        let labelled = points.points.iter().zip(&points.labels);
        let members = labelled.filter(move |(_, label)| **label == class);
        members.map(|(point, _)| (point[0], point[1])).collect()
    };
    Ok(Boundary {
        title: title.to_string(),
        xs,
        ys,
        probabilities: answer.chunks(GRID).map(<[f64]>::to_vec).collect(),
        classes: [of_class(0), of_class(1)],
    })
}

fn grid(coordinates: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let low = coordinates.clone().fold(f64::INFINITY, f64::min);
    let high = coordinates.fold(f64::NEG_INFINITY, f64::max);
    let margin = (high - low) * MARGIN;
    let step = (high - low + 2.0 * margin) / (GRID - 1) as f64;
    (0..GRID).map(|index| low - margin + index as f64 * step).collect()
}
