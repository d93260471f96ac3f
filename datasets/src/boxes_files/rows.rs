//! A table of boxes: `file,x1,y1,x2,y2,class`, in pixels from the upper left corner, one box a row.
//!
//! Columns may also be called `filename`, `xmin`, `label` and the like, and stand in any order; without a header they
//! are in that order. A row with a file alone is a picture without boxes.

use std::collections::HashMap;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Trim};
use fireside_strategy::sheet;

use super::annotations::{Annotated, Annotations, ClassNames, plain, refuse};
use super::passed_over::PassedOver;
use crate::DataError;
use crate::source::text_of;
use crate::table::{FORMAT, Lines, checked_quotes};

/// What each column may be called; the first is what it is called here.
const COLUMNS: [&[&str]; 6] = [
    &["file", "filename", "file_name", "image", "path", "image_path", "image_id"],
    &["x1", "xmin", "x_min", "left"],
    &["y1", "ymin", "y_min", "top"],
    &["x2", "xmax", "x_max", "right"],
    &["y2", "ymax", "y_max", "bottom"],
    &["class", "label", "name", "class_name", "category"],
];

/// Whether the first line of a text looks like a table of boxes.
pub(super) fn is_table(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = char::from(sheet::delimiter(text));
    let cells: Vec<String> = first.split(delimiter).map(cell_of).collect();
    places_of(&cells).is_some()
}

fn cell_of(cell: &str) -> String {
    cell.trim().trim_matches('"').trim().to_lowercase()
}

/// Where the columns stand, and whether the row names them.
fn places_of(cells: &[String]) -> Option<([usize; 6], bool)> {
    let mut places = [0; 6];
    let mut are_named = true;
    for (place, names) in places.iter_mut().zip(COLUMNS) {
        match cells.iter().position(|cell| names.contains(&cell.as_str())) {
            Some(found) => *place = found,
            None => are_named = false,
        }
    }
    let is_number = |cell: &String| cell.is_empty() || cell.parse::<f64>().is_ok();
    let is_box = cells.len() == 6 && !cells[0].is_empty() && cells[1..5].iter().all(is_number);
    match (are_named, is_box) {
        (true, _) => Some((places, true)),
        (false, true) => Some(([0, 1, 2, 3, 4, 5], false)),
        _ => None,
    }
}

/// Reads the contents of a file; `path` only names it in errors. Memory: at most 24 times the file.
///
/// # Errors
/// When it is no such table, a field is no number, or a class is none of `classes`.
pub fn parse(
    path: &Path,
    contents: &[u8],
    classes: Option<&[String]>,
) -> Result<Annotations, DataError> {
    let text = text_of(path, FORMAT, contents)?;
    let delimiter = sheet::delimiter(&text);
    checked_quotes(path, &text, delimiter)?;
    let mut lines = Lines::of(text.as_bytes());
    let mut reader = ReaderBuilder::new()
        .trim(Trim::All)
        .delimiter(delimiter)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let refused = |error: csv::Error| DataError::malformed(path, FORMAT, error);
    let mut record = StringRecord::new();
    let mut columns: Option<[usize; 6]> = None;
    let mut class_names = ClassNames::new(classes);
    let mut pictures: Vec<Annotated> = Vec::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut passed_over = PassedOver::default();
    while reader.read_record(&mut record).map_err(refused)? {
        let line = lines.at(record.position());
        let places = match columns {
            Some(places) => places,
            None => {
                let cells: Vec<String> = record.iter().map(cell_of).collect();
                let Some((places, is_header)) = places_of(&cells) else {
                    return Err(missing_column(path, &cells));
                };
                columns = Some(places);
                if is_header {
                    continue;
                }
                places
            }
        };
        let [file, x1, y1, x2, y2, class] =
            places.map(|place| record.get(place).unwrap_or_default());
        let number = match numbers.get(file) {
            Some(&number) => number,
            None => {
                numbers.insert(file.to_string(), pictures.len());
                pictures.push(Annotated { name: file.to_string(), size: None, boxes: Vec::new() });
                pictures.len() - 1
            }
        };
        let corners = [x1, y1, x2, y2];
        if class.is_empty() && corners.iter().all(|corner| corner.is_empty()) {
            continue;
        }
        let mut bounds = [0.0; 4];
        for ((bound, field), names) in bounds.iter_mut().zip(corners).zip(&COLUMNS[1..5]) {
            let number = match delimiter {
                b';' => field.replacen(',', ".", 1).parse(),
                _ => field.parse(),
            };
            *bound = number.map_err(|_| DataError::Field {
                path: path.to_path_buf(),
                line,
                column: names[0].to_string(),
                found: field.chars().take(40).collect(),
                expected: "a number",
            })?;
        }
        if class.is_empty() {
            return Err(DataError::Field {
                path: path.to_path_buf(),
                line,
                column: "class".to_string(),
                found: String::new(),
                expected: "a class",
            });
        }
        let class = class_names.number(path, class)?;
        match refuse(bounds) {
            Some(reason) => passed_over.add(reason, || format!("line {line}")),
            None => pictures[number].add(plain(class, bounds)),
        }
    }
    let classes = class_names.finish(&mut pictures);
    Ok(Annotations { classes, pictures, passed_over })
}

fn missing_column(path: &Path, cells: &[String]) -> DataError {
    let is_there = |names: &&[&str]| cells.iter().any(|cell| names.contains(&cell.as_str()));
    let missing = COLUMNS.iter().find(|names| !is_there(names)).unwrap_or(&COLUMNS[0]);
    DataError::MissingColumn {
        path: path.to_path_buf(),
        column: missing[0].to_string(),
        found: cells.iter().take(20).cloned().collect(),
    }
}
