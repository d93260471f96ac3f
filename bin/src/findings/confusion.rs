//! How often each class was taken for each: the confusion matrix.

use fireside_strategy::document::{self, Block};
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};
use serde_json::json;

use crate::Failure;
use crate::plot::{fitted, png, text};
use crate::run::Run;

/// The most classes drawn; the numbers of more cannot be read.
const MAX_DRAWN: usize = 30;

/// Side of a cell, and room for names and title.
const CELL: f64 = 48.0;
const ROOM: f64 = 120.0;

impl Run {
    /// Says how often each class, a row, was taken for each, a column, keeps the counts as `confusion`, and draws them:
    /// `confusion.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn confusion(
        &mut self,
        classes: &[impl AsRef<str>],
        counts: &[Vec<usize>],
    ) -> Result<(), Failure> {
        self.say(&table(classes, counts));
        self.result("confusion", json!(counts));
        match draw(classes, counts)? {
            Some(png) => self.picture("confusion.png", &png),
            None => Ok(()),
        }
    }
}

/// A row for each class; the columns have the numbers of the rows.
fn table(classes: &[impl AsRef<str>], counts: &[Vec<usize>]) -> String {
    let numbers = (0..classes.len()).map(|number| number.to_string());
    let header = std::iter::once("is, taken for".to_string()).chain(numbers).collect();
    let rows = classes.iter().zip(counts).enumerate().map(|(number, (class, counts))| {
        let name = format!("{number} {}", class.as_ref());
        std::iter::once(name).chain(counts.iter().map(usize::to_string)).collect()
    });
    document::text(&[Block::Table { header, rows: rows.collect() }])
}

/// Draws a row for each class, the darker the larger a prediction's share of the row; nothing for more than
/// 30 classes.
///
/// # Errors
/// When the drawing fails.
pub fn draw(
    classes: &[impl AsRef<str>],
    counts: &[Vec<usize>],
) -> Result<Option<Vec<u8>>, Failure> {
    let count = classes.len();
    if count > MAX_DRAWN {
        return Ok(None);
    }
    let side = CELL * count as f64;
    let mut scene = Scene::new(side + ROOM + CELL, side + ROOM + CELL / 2.0);
    let (mut x, mut y, mut fills) = (Vec::new(), Vec::new(), Vec::new());
    let mut labels = Vec::new();
    let middle = |place: usize| ROOM + (place as f64 + 0.5) * CELL;
    for (row, counts) in counts.iter().enumerate() {
        let support = counts.iter().sum::<usize>().max(1) as f64;
        for (column, &cell) in counts.iter().enumerate() {
            let share = cell as f64 / support;
            x.push(ROOM + column as f64 * CELL);
            y.push(ROOM + row as f64 * CELL);
            fills.push(fill(share, row == column));
            let (x, y) = (middle(column), middle(row) + 5.0);
            labels.push(text(&cell.to_string(), x, y, 13, TextAnchor::Middle));
        }
    }
    let (w, h) = (vec![CELL - 1.0; x.len()], vec![CELL - 1.0; x.len()]);
    scene.elements.push(Primitive::RectBatch { x, y, w, h, fills });
    scene.elements.extend(labels);
    for (place, class) in classes.iter().enumerate() {
        let (lines, size) = fitted(class.as_ref(), 12, ROOM - 16.0, 2);
        let first = middle(place) + 4.0 - 6.0 * (lines.len() - 1) as f64;
        for (line, number) in lines.iter().zip(0_u32..) {
            let y = first + f64::from(number * (size + 1));
            scene.elements.push(text(line, ROOM - 8.0, y, size, TextAnchor::End));
        }
        let (lines, size) = fitted(class.as_ref(), 12, CELL - 4.0, 2);
        for (line, number) in lines.iter().rev().zip(0_u32..) {
            let y = ROOM - 8.0 - f64::from(number * (size + 1));
            scene.elements.push(text(line, middle(place), y, size, TextAnchor::Middle));
        }
    }
    let centre = ROOM + side / 2.0;
    scene.elements.push(text("predicted", centre, ROOM - 38.0, 14, TextAnchor::Middle));
    scene.elements.push(text("label", ROOM - 8.0, ROOM - 8.0, 14, TextAnchor::End));
    scene.elements.push(text("Confusion matrix", centre, 36.0, 18, TextAnchor::Middle));
    png(scene).map(Some)
}

/// White to blue where prediction and label agree, white to orange where not.
fn fill(share: f64, right: bool) -> Color {
    let full = if right { [120.0, 175.0, 225.0] } else { [245.0, 160.0, 90.0] };
    let [r, g, b] = full.map(|full| (245.0 + (full - 245.0) * share) as u8);
    Color::Rgb(r, g, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_what_it_is_and_columns_what_it_was_taken_for() {
        let text = table(&["cat", "dog"], &[vec![3, 1], vec![0, 20]]);
        let lines: Vec<Vec<&str>> =
            text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[0], ["is,", "taken", "for", "0", "1"]);
        assert_eq!(lines[lines.len() - 2..], [["0", "cat", "3", "1"], ["1", "dog", "0", "20"]]);
    }

    #[test]
    fn matrix_of_more_classes_than_can_be_read_is_not_drawn() {
        let of = |count: usize| draw(&vec!["class"; count], &vec![vec![1; count]; count]).unwrap();
        assert!(of(MAX_DRAWN).is_some() && of(MAX_DRAWN + 1).is_none());
    }
}
