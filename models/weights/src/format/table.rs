//! An array as a CSV table of numbers: one line is a list, several are the rows of a matrix.

use std::path::Path;

use super::stem;
use crate::limits::{Budget, Limits};
use crate::{Array, Library, Tensors, Values, WeightsError};

const FORMAT: &str = "CSV";

pub fn read(path: &Path, contents: &[u8], limits: &Limits) -> Result<Tensors, WeightsError> {
    let mut budget = Budget::new(path, contents.len() as u64, limits);
    let arrays = vec![array(path, stem(path), contents, &mut budget)?];
    Ok(Tensors { library: Library::OpenFace, arrays })
}

pub fn array(
    path: &Path,
    name: String,
    contents: &[u8],
    budget: &mut Budget,
) -> Result<Array, WeightsError> {
    let malformed = |reason: String| WeightsError::malformed(path, FORMAT, reason);
    let mut values = Vec::new();
    let mut rows = 0;
    let mut lines =
        csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(contents);
    for line in lines.records() {
        let line = line.map_err(|error| malformed(error.to_string()))?;
        rows += 1;
        for (column, field) in line.iter().enumerate() {
            values.push(field.parse::<f64>().map_err(|_| {
                malformed(format!("line {rows}, field {} is {field:?}, no number", column + 1))
            })?);
        }
    }
    let shape = match rows {
        0 => return Err(malformed("it is empty".to_string())),
        1 => vec![values.len()],
        _ => vec![rows, values.len() / rows],
    };
    budget.spend(&name, &shape, size_of::<f64>())?;
    Ok(Array { name, shape, values: Values::F64(values) })
}
