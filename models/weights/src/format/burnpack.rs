//! Burn's own format, read through burn-store.

use std::path::Path;

use burn_store::burn_pack::{Bytes, Reader};

use super::array;
use crate::limits::{Budget, Limits};
use crate::{Library, Tensors, WeightsError};

const FORMAT: &str = "Burn";

pub fn read(path: &Path, contents: Vec<u8>, limits: &Limits) -> Result<Tensors, WeightsError> {
    let malformed = |error| WeightsError::malformed(path, FORMAT, error);
    let mut budget = Budget::new(path, contents.len() as u64, limits);
    let reader = Reader::from_bytes(Bytes::from_bytes_vec(contents)).map_err(malformed)?;
    let mut arrays = Vec::new();
    for tensor in reader.into_tensors().map_err(malformed)? {
        let (name, dtype, shape, _, bytes) = tensor.into_parts().map_err(malformed)?;
        arrays.push(array(path, FORMAT, &mut budget, (name, shape.to_vec()), dtype, &bytes)?);
    }
    Ok(Tensors { library: Library::Fireside, arrays })
}
