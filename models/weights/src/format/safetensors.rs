//! Safetensors files, read through the format's own library.

use std::path::Path;

use burn::tensor::{BoolStore, DType};
use safetensors::{Dtype, SafeTensors};

use super::{array, not_numbers};
use crate::limits::{Budget, Limits};
use crate::{Library, Tensors, WeightsError};

const FORMAT: &str = "safetensors";

pub fn read(path: &Path, contents: &[u8], limits: &Limits) -> Result<Tensors, WeightsError> {
    let malformed = |error| WeightsError::malformed(path, FORMAT, error);
    let mut budget = Budget::new(path, contents.len() as u64, limits);
    let (_, metadata) = SafeTensors::read_metadata(contents).map_err(malformed)?;
    let producer = metadata.metadata().as_ref().and_then(|metadata| metadata.get("producer"));
    let is_ours = producer.is_some_and(|producer| producer == "burn");
    let file = SafeTensors::deserialize(contents).map_err(malformed)?;
    let mut arrays = Vec::new();
    for name in metadata.offset_keys() {
        let tensor = file.tensor(&name).map_err(malformed)?;
        let dtype = match tensor.dtype() {
            Dtype::F64 => DType::F64,
            Dtype::F32 => DType::F32,
            Dtype::F16 => DType::F16,
            Dtype::BF16 => DType::BF16,
            Dtype::I64 => DType::I64,
            Dtype::I32 => DType::I32,
            Dtype::I16 => DType::I16,
            Dtype::I8 => DType::I8,
            Dtype::U64 => DType::U64,
            Dtype::U32 => DType::U32,
            Dtype::U16 => DType::U16,
            Dtype::U8 => DType::U8,
            Dtype::BOOL => DType::Bool(BoolStore::Native),
            other => return Err(not_numbers(path, &name, format!("{other:?}"))),
        };
        let shape = tensor.shape().to_vec();
        arrays.push(array(path, FORMAT, &mut budget, (name, shape), dtype, tensor.data())?);
    }
    let library = if is_ours { Library::Fireside } else { Library::PyTorch };
    Ok(Tensors { library, arrays })
}
