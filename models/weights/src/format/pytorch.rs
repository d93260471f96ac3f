//! PyTorch checkpoints, read through [`pytorch_reader`], which burn-store brings.
//!
//! A checkpoint is a pickle, a program that builds objects. The reader knows the few calls that build tensors
//! and executes nothing. What else a pickle calls for would be passed over in silence; here it is an error, as
//! it is to `torch.load(weights_only=True)`.

use std::path::Path;

use burn::tensor::{BoolStore, DType};
use burn_store::pytorch_reader::{self, PickleValue, PytorchReader};

use super::array;
use crate::limits::{Budget, Limits};
use crate::{Library, Tensors, WeightsError};

const FORMAT: &str = "PyTorch";

/// Parts of names that belong to the file, not to the model: the dictionary's key, and the wrapper of
/// training on several devices.
const WRAPPERS: [&str; 3] = ["state_dict.", "model_state_dict.", "module."];

pub fn read(path: &Path, limits: &Limits) -> Result<Tensors, WeightsError> {
    let malformed = |error| WeightsError::malformed(path, FORMAT, error);
    check_harmless(path, &PytorchReader::read_pickle_data(path, None).map_err(malformed)?)?;
    let length = path.metadata().map_err(|error| WeightsError::unreadable(path, error))?.len();
    let mut budget = Budget::new(path, length, limits);
    let reader = PytorchReader::new(path).map_err(malformed)?;
    let mut tensors: Vec<_> = reader.into_tensors().into_iter().collect();
    tensors.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut arrays = Vec::new();
    for (name, tensor) in tensors {
        let dtype = dtype(tensor.dtype());
        // A tensor may repeat its bytes, so that its length is not bounded by that of the file.
        Budget::new(path, length, limits).spend(&name, tensor.shape(), dtype.size())?;
        let bytes = tensor.read().map_err(|error| WeightsError::malformed(path, FORMAT, error))?;
        let shape = tensor.shape().to_vec();
        arrays.push(array(path, FORMAT, &mut budget, (name, shape), dtype, &bytes)?);
    }
    let mut tensors = Tensors { library: Library::PyTorch, arrays };
    for wrapper in WRAPPERS {
        let wrapped = tensors.arrays.iter().filter(|array| array.name.starts_with(wrapper)).count();
        // All of a model's parameters are under a wrapper; beside the dictionary is the optimizer's.
        if wrapped > 0 && (wrapped == tensors.arrays.len() || wrapper != "module.") {
            tensors = tensors.under(wrapper);
        }
    }
    Ok(tensors)
}

/// Checks that the pickle asks for nothing but data and what the libraries of numbers build of it.
fn check_harmless(path: &Path, value: &PickleValue) -> Result<(), WeightsError> {
    match value {
        PickleValue::Unsupported(callable) => {
            let known = ["torch.", "numpy.", "collections.", "argparse.Namespace"];
            let is_data = callable == "int" || callable == "_codecs.encode";
            if is_data || known.iter().any(|known| callable.starts_with(known)) {
                return Ok(());
            }
            Err(WeightsError::Code { path: path.to_path_buf(), callable: callable.clone() })
        }
        PickleValue::List(items) => items.iter().try_for_each(|item| check_harmless(path, item)),
        PickleValue::Dict(items) => items.values().try_for_each(|item| check_harmless(path, item)),
        _ => Ok(()),
    }
}

fn dtype(dtype: pytorch_reader::DType) -> DType {
    match dtype {
        pytorch_reader::DType::F64 => DType::F64,
        pytorch_reader::DType::F32 => DType::F32,
        pytorch_reader::DType::F16 => DType::F16,
        pytorch_reader::DType::BF16 => DType::BF16,
        pytorch_reader::DType::I64 => DType::I64,
        pytorch_reader::DType::I32 => DType::I32,
        pytorch_reader::DType::I16 => DType::I16,
        pytorch_reader::DType::I8 => DType::I8,
        pytorch_reader::DType::U64 => DType::U64,
        pytorch_reader::DType::U32 => DType::U32,
        pytorch_reader::DType::U16 => DType::U16,
        pytorch_reader::DType::U8 => DType::U8,
        pytorch_reader::DType::Bool => DType::Bool(BoolStore::Native),
    }
}
