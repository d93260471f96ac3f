//! Anchors: the sizes of box that a detector begins from, and where they come from (YOLOv2, section 2).

use fireside_layers::ConfigError;

use super::iou::iou_of_sizes;

/// Rounds after which boxes no longer move between anchors, at the latest.
const ROUNDS: usize = 300;

/// Reads anchors as the course's `yolo_anchors.txt` has them: `width, height` after `width, height` in cells of the grid,
/// with commas, blanks or line ends between.
///
/// # Errors
/// When one is no number above 0, or one is left without its height.
pub fn read_anchors(text: &str) -> Result<Vec<[f64; 2]>, ConfigError> {
    let wrong = |expected: &str, found: &str| ConfigError::Setting {
        name: "anchors",
        expected: expected.to_string(),
        found: found.to_string(),
    };
    let words = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty());
    let read = |word: &str| match word.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err(wrong("numbers above 0", word)),
    };
    let numbers = words.map(read).collect::<Result<Vec<_>, _>>()?;
    let (pairs, left) = numbers.as_chunks::<2>();
    match (pairs.is_empty(), left.is_empty()) {
        (false, true) => Ok(pairs.to_vec()),
        _ => Err(wrong("pairs of a width and a height", &format!("{} numbers", numbers.len()))),
    }
}

/// What anchors were found for boxes.
#[derive(Debug, Clone, PartialEq)]
pub struct Clusters {
    /// Width and height of each anchor, the smallest area first, in the unit of the boxes.
    pub anchors: Vec<[f64; 2]>,
    /// The IoU of a box with its best anchor, in the mean, in 0..=1.
    pub mean_iou: f64,
}

/// Finds `count` anchors for boxes of these widths and heights by k-means with the distance 1 - IoU; each is the median
/// of its boxes. The first are spread over the boxes by falling area, so that the result depends on the boxes alone.
///
/// # Errors
/// When no anchor is asked for, there are fewer boxes than anchors, or a size is not above 0.
pub fn cluster(sizes: &[[f64; 2]], count: usize) -> Result<Clusters, ConfigError> {
    let wrong = |expected: &str, found: String| ConfigError::Setting {
        name: "anchors",
        expected: expected.to_string(),
        found,
    };
    if count == 0 {
        return Err(ConfigError::Zero { name: "anchors" });
    }
    if sizes.len() < count {
        return Err(wrong("no more than there are boxes", format!("{count} for {}", sizes.len())));
    }
    if let Some(size) = sizes.iter().flatten().find(|size| !(**size > 0.0 && size.is_finite())) {
        return Err(wrong("boxes of a size above 0", size.to_string()));
    }
    let area = |[width, height]: &[f64; 2]| width * height;
    let mut sorted = sizes.to_vec();
    sorted.sort_by(|one, other| area(one).total_cmp(&area(other)));
    let first = |number: usize| sorted[(2 * number + 1) * sorted.len() / (2 * count)];
    let mut anchors: Vec<[f64; 2]> = (0..count).map(first).collect();

    let mut nearest = vec![usize::MAX; sizes.len()];
    for _ in 0..ROUNDS {
        let now: Vec<usize> = sizes.iter().map(|size| best(&anchors, *size).0).collect();
        if now == nearest {
            break;
        }
        nearest = now;
        for (number, anchor) in anchors.iter_mut().enumerate() {
            let of_it = sizes.iter().zip(&nearest).filter(|(_, nearest)| **nearest == number);
            let of_it: Vec<[f64; 2]> = of_it.map(|(size, _)| *size).collect();
            if !of_it.is_empty() {
                *anchor = [0, 1].map(|side| median(of_it.iter().map(|size| size[side]).collect()));
            }
        }
    }
    anchors.sort_by(|one, other| area(one).total_cmp(&area(other)));
    let ious = sizes.iter().map(|size| best(&anchors, *size).1);
    let mean_iou = ious.sum::<f64>() / sizes.len() as f64;
    Ok(Clusters { anchors, mean_iou })
}

/// The anchor that a box of this size agrees with best, the first of several, and their IoU.
///
/// # Panics
/// When there is no anchor.
#[must_use]
pub fn best(anchors: &[[f64; 2]], size: [f64; 2]) -> (usize, f64) {
    assert!(!anchors.is_empty(), "an anchor");
    let ious = anchors.iter().map(|anchor| iou_of_sizes(*anchor, size)).enumerate();
    ious.fold((0, -1.0), |best, next| if next.1 > best.1 { next } else { best })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_read_with_commas_blanks_and_line_ends() {
        let expected = vec![[0.5, 1.0], [2.0, 3.5]];
        for text in ["0.5, 1.0, 2, 3.5", "0.5,1 2,3.5,\n", "0.5 1\r\n2 3.5"] {
            assert_eq!(read_anchors(text).unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn anchors_that_are_no_pairs_of_lengths_are_refused() {
        for text in ["", "1", "1, 2, 3", "1, 0", "1, -2", "1, x", "1, inf"] {
            assert!(read_anchors(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn boxes_of_three_sizes_have_these_for_anchors() {
        let sizes = [[10.0, 20.0], [40.0, 15.0], [90.0, 90.0]];
        let boxes: Vec<_> = (0..60).map(|number| sizes[number % 3]).collect();
        let found = cluster(&boxes, 3).unwrap();
        assert_eq!(found, Clusters { anchors: sizes.to_vec(), mean_iou: 1.0 });
    }

    #[test]
    fn more_anchors_than_boxes_and_boxes_of_no_size_are_refused() {
        assert!(cluster(&[[1.0, 1.0]], 0).is_err());
        assert!(cluster(&[[1.0, 1.0]], 2).is_err());
        assert!(cluster(&[[1.0, 0.0]], 1).is_err());
        assert!(cluster(&[[f64::NAN, 1.0]], 1).is_err());
    }
}
