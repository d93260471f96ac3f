//! Readers, one for each format. All give arrays as the file holds them.

pub mod burnpack;
pub mod darknet;
pub mod folder;
pub mod hdf5;
pub mod numpy;
pub mod pytorch;
pub mod safetensors;
pub mod table;
pub mod tensor_bundle;
pub mod tfjs;
pub mod zip;

use std::path::Path;

use burn::tensor::DType;

use crate::limits::Budget;
use crate::{Array, Values, WeightsError};

/// Decodes an array whose bytes are at hand, after a look at how many it should have.
fn array(
    path: &Path,
    format: &'static str,
    budget: &mut Budget,
    (name, shape): (String, Vec<usize>),
    dtype: DType,
    bytes: &[u8],
) -> Result<Array, WeightsError> {
    let count = budget.spend(&name, &shape, dtype.size())?;
    if count.checked_mul(dtype.size()) != Some(bytes.len()) {
        let reason = format!("{name} {shape:?} has {} bytes of {dtype:?}", bytes.len());
        return Err(WeightsError::malformed(path, format, reason));
    }
    match Values::decode(dtype, bytes) {
        Some(values) => Ok(Array { name, shape, values }),
        None => Err(not_numbers(path, &name, format!("{dtype:?}"))),
    }
}

fn not_numbers(path: &Path, name: &str, found: impl ToString) -> WeightsError {
    let (path, name) = (path.to_path_buf(), name.to_string());
    WeightsError::NotNumbers { path, name, found: found.to_string() }
}

/// The name of a file without its ending.
fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
