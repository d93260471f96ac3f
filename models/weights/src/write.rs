//! Models into files.

use std::path::Path;

use burn::module::Module;
use burn_store::{BurnpackStore, ModuleSnapshot as _, SafetensorsStore};

use crate::WeightsError;

/// Writes a model: `.safetensors`, which other libraries read too, or `.bpk`, Burn's own format. Names and
/// axes are Burn's in both. A file of that name is replaced, at once and as a whole.
///
/// # Errors
/// When the name has another ending, or the file cannot be written.
pub fn write<M: Module>(model: &M, path: &Path) -> Result<(), WeightsError> {
    let unwritable = |reason: String| WeightsError::Unwritable { path: path.to_path_buf(), reason };
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("safetensors") => model
            .save_into(&mut SafetensorsStore::from_file(path).overwrite(true))
            .map_err(|error| unwritable(error.to_string())),
        Some("bpk") => model
            .save_into(&mut BurnpackStore::from_file(path).overwrite(true))
            .map_err(|error| unwritable(error.to_string())),
        _ => Err(unwritable("its name must end in .safetensors or .bpk".to_string())),
    }
}
