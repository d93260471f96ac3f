//! Which cell and anchor of the grid is to find which true box.

use fireside_layers::ConfigError;

use crate::detection::TrueBox;
use crate::detection::grid::Place;
use crate::detection::iou::iou_of_sizes;
use crate::detection::yolo_head::YoloHead;

/// A true box and who is to find it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assigned {
    /// Number of the picture in the batch.
    pub picture: usize,
    /// The cell and the anchor.
    pub place: Place,
    /// Where in the cell the midpoint is, x first, in 0..=1.
    pub offset: [f64; 2],
    /// The logarithm of its width and height over the anchor's.
    pub log_size: [f64; 2],
    /// The box itself.
    pub truth: TrueBox,
}

/// The true boxes of a batch, each with its cell and anchor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Assignment {
    /// Those that somebody is to find, picture after picture.
    pub boxes: Vec<Assigned>,
    /// How many are lost: all anchors of their cell are to find others.
    pub lost: usize,
}

/// Gives every true box the cell that its midpoint is in and of the cell's anchors, by the IoU of their sizes, the best
/// that no box before it has. A midpoint on the line between two cells is in the later one; on the right or lower edge
/// of the picture in the last.
///
/// `image` are rows and columns of the pictures, `truths` the boxes of each.
///
/// # Errors
/// When a side of the images is no multiple of the head's cell, a box is none, has no area or its midpoint outside the
/// picture, or a class is not one of the head's.
pub fn assign(
    head: &YoloHead,
    image: [usize; 2],
    truths: &[Vec<TrueBox>],
) -> Result<Assignment, ConfigError> {
    let [rows, columns] = head.grid(image)?;
    let anchors = head.anchors().len();
    let cell = head.cell() as f64;
    let sizes: Vec<[f64; 2]> =
        head.anchors().iter().map(|anchor| anchor.map(|side| side * cell)).collect();
    let mut assignment = Assignment::default();
    let mut taken = vec![false; rows * columns * anchors];
    for (picture, truths) in truths.iter().enumerate() {
        taken.fill(false);
        for truth in truths {
            check(head, image, picture, truth)?;
            let [x1, y1, x2, y2] = truth.bounds;
            let size = [x2 - x1, y2 - y1];
            let [x, y] = [f64::midpoint(x1, x2), f64::midpoint(y1, y2)].map(|at| at / cell);
            let [row, column] = [(y as usize).min(rows - 1), (x as usize).min(columns - 1)];
            let first = (row * columns + column) * anchors;
            let free = (0..anchors).filter(|anchor| !taken[first + anchor]);
            let rated = free.map(|anchor| (anchor, iou_of_sizes(sizes[anchor], size)));
            let best = rated.reduce(|best, next| if next.1 > best.1 { next } else { best });
            let Some((anchor, _)) = best else {
                assignment.lost += 1;
                continue;
            };
            taken[first + anchor] = true;
            assignment.boxes.push(Assigned {
                picture,
                place: Place { row, column, anchor },
                offset: [x - column as f64, y - row as f64],
                log_size: [0, 1].map(|side| (size[side] / sizes[anchor][side]).ln()),
                truth: *truth,
            });
        }
    }
    Ok(assignment)
}

fn check(
    head: &YoloHead,
    [height, width]: [usize; 2],
    picture: usize,
    truth: &TrueBox,
) -> Result<(), ConfigError> {
    let [x1, y1, x2, y2] = truth.bounds;
    let [x, y] = [f64::midpoint(x1, x2), f64::midpoint(y1, y2)];
    let within = |at: f64, side: usize| (0.0..=side as f64).contains(&at);
    if !(truth.bounds.iter().all(|edge| edge.is_finite())
        && x1 < x2
        && y1 < y2
        && within(x, width)
        && within(y, height))
    {
        return Err(ConfigError::Setting {
            name: "a box",
            expected: format!(
                "[x1, y1, x2, y2] with an area, its midpoint in images of {height}x{width},"
            ),
            found: format!("{:?} in picture {picture}", truth.bounds),
        });
    }
    let classes = head.num_classes().max(1);
    if truth.class >= classes {
        return Err(ConfigError::Setting {
            name: "the class of a box",
            expected: format!("a number from 0 to {}", classes - 1),
            found: format!("{} in picture {picture}", truth.class),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rows of three cells of 10 pixels; a flat, a square and a tall anchor.
    fn head() -> YoloHead {
        YoloHead::new(vec![[2.0, 1.0], [1.0, 1.0], [1.0, 2.0]], 2, 10).unwrap()
    }

    fn place(row: usize, column: usize, anchor: usize) -> Place {
        Place { row, column, anchor }
    }

    fn around([x, y]: [f64; 2], [w, h]: [f64; 2]) -> TrueBox {
        TrueBox { class: 1, bounds: [x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0] }
    }

    fn places(truths: Vec<TrueBox>) -> (Vec<Place>, usize) {
        let found = assign(&head(), [20, 30], &[truths]).unwrap();
        (found.boxes.iter().map(|assigned| assigned.place).collect(), found.lost)
    }

    #[test]
    fn box_belongs_to_the_cell_of_its_midpoint_and_the_anchor_most_like_it() {
        let truth = around([24.0, 7.0], [12.0, 24.0]);
        let found = assign(&head(), [20, 30], &[vec![], vec![truth]]).unwrap();
        let [assigned] = found.boxes.as_slice() else { panic!("{found:?}") };
        assert_eq!((assigned.picture, assigned.place), (1, place(0, 2, 2)));
        assert!((assigned.offset[0] - 0.4).abs() < 1e-12 && assigned.offset[1] == 0.7);
        assert_eq!(assigned.log_size, [1.2_f64.ln(), 1.2_f64.ln()]);
    }

    #[test]
    fn box_whose_anchor_is_taken_has_the_next_best_and_one_without_is_counted_as_lost() {
        let flat = around([5.0, 5.0], [20.0, 10.0]);
        let (found, lost) = places(vec![flat; 5]);
        // The square is nearer to the flat one than the tall one is.
        assert_eq!(found, [place(0, 0, 0), place(0, 0, 1), place(0, 0, 2)]);
        assert_eq!(lost, 2);
    }

    #[test]
    fn anchors_that_are_taken_in_one_picture_are_free_in_the_next() {
        let flat = around([5.0, 5.0], [20.0, 10.0]);
        let found = assign(&head(), [20, 30], &[vec![flat], vec![flat]]).unwrap();
        assert_eq!(found.boxes[0].place, found.boxes[1].place);
    }

    #[test]
    fn midpoint_on_the_right_and_lower_edge_is_in_the_last_cell() {
        let corner = around([30.0, 20.0], [10.0, 10.0]);
        let found = assign(&head(), [20, 30], &[vec![corner]]).unwrap();
        assert_eq!(found.boxes[0].place, place(1, 2, 1));
        assert_eq!(found.boxes[0].offset, [1.0, 1.0]);
    }

    #[test]
    fn midpoint_between_cells_is_in_the_later_one_and_columns_go_beyond_the_second() {
        let (found, _) = places(vec![around([20.0, 10.0], [10.0, 10.0])]);
        assert_eq!(found, [place(1, 2, 1)]);
    }

    #[test]
    fn boxes_that_are_none_and_classes_that_are_none_are_refused() {
        let refused = |truth: TrueBox| assign(&head(), [20, 30], &[vec![truth]]).is_err();
        let [x1, y1, x2, y2] = [1.0, 2.0, 3.0, 4.0];
        for bounds in [
            [f64::NAN, y1, x2, y2],
            [x1, y1, f64::INFINITY, y2],
            [x2, y1, x1, y2],
            [x1, y1, x1, y2],
            [x1, y2, x2, y1],
            [-9.0, y1, 1.0, y2],
            [29.0, y1, 33.0, y2],
            [x1, 19.0, x2, 22.0],
        ] {
            assert!(refused(TrueBox { class: 0, bounds }), "{bounds:?}");
        }
        assert!(refused(TrueBox { class: 2, bounds: [x1, y1, x2, y2] }));
        assert!(assign(&head(), [20, 35], &[]).is_err());
    }
}
