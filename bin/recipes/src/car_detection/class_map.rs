//! What each cell of a YOLO's grid takes its part of a picture for.

use burn::tensor::Tensor;
use fireside_vision::ConfigError;
use fireside_vision::detection::yolo_head::YoloHead;

/// A cell's likeliest class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellClass {
    /// The class, counted from 0.
    pub class: usize,
    /// Objectness times probability, of the surest anchor.
    pub score: f64,
}

/// The likeliest class of each cell of the first picture, row by row; of several the first.
///
/// # Shapes
/// - `logits`: `[batch, anchors * (5 + classes), rows, columns]`
///
/// # Errors
/// When the layer has another number of channels.
pub fn class_map(head: &YoloHead, logits: &Tensor<4>) -> Result<Vec<CellClass>, ConfigError> {
    let boxes = head.boxes(logits)?;
    let [_, count, classes] = boxes.classes.dims();
    let objectness: Vec<f64> = boxes.objectness.into_data().iter().take(count).collect();
    let probabilities: Vec<f64> = boxes.classes.into_data().iter().take(count * classes).collect();
    let anchors = head.anchors().len();
    let of_cell = |cell: usize| {
        let all = (cell * anchors..(cell + 1) * anchors).flat_map(|place| {
            let objectness = objectness[place];
            let probabilities = &probabilities[place * classes..][..classes];
            let score = move |(class, probability): (usize, &f64)| CellClass {
                class,
                score: objectness * probability,
            };
            probabilities.iter().enumerate().map(score)
        });
        let best = all.reduce(|best, next| if next.score > best.score { next } else { best });
        best.unwrap_or(CellClass { class: 0, score: 0.0 })
    };
    Ok((0..count / anchors).map(of_cell).collect())
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    #[test]
    fn a_cell_is_of_the_class_of_its_surest_anchor() {
        let head = YoloHead::new(vec![[1.0, 1.0], [2.0, 2.0]], 2, 8).unwrap();
        // One row of two cells: objectness and classes of both anchors.
        let objectness = [[-2.0, 2.0], [3.0, -3.0]];
        let classes = [[[9.0, 0.0], [0.0, 9.0]], [[0.0, 9.0], [9.0, 0.0]]];
        let mut values = Vec::new();
        for anchor in 0..2 {
            values.extend([0.0; 8]);
            values.extend(objectness[anchor]);
            values.extend([0, 1].map(|cell: usize| classes[anchor][cell][0]));
            values.extend([0, 1].map(|cell: usize| classes[anchor][cell][1]));
        }
        let data = TensorData::new(values, [1, 14, 1, 2]);
        let logits = Tensor::from_data(data, &Device::flex());
        let map = class_map(&head, &logits).unwrap();
        assert_eq!(map.iter().map(|cell| cell.class).collect::<Vec<_>>(), [1, 1]);
        assert!((map[0].score - 1.0 / (1.0 + (-3.0_f64).exp())).abs() < 1e-3, "{map:?}");
    }
}
