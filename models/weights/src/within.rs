//! Where in a file a model lies.
//!
//! A file may hold more than the model: a dictionary of a training (`state_dict.`, `model.`), what a wrapper puts before
//! every name (`module.`, `_orig_mod.`), or a larger model with this one as a layer (`mobilenetv2_1.00_224/`). No list
//! of such names could be whole. So the names that the model wants are looked for behind every first part of a name,
//! and the place counts where most of them are.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::names::key;
use crate::{Array, Library, Tensors, WeightsError};

/// Parts of names of PyTorch that wrappers add, also in the middle: `features.module.0.weight`.
const WRAPPERS: [&str; 5] = [
    "module",
    "_orig_mod",
    "_fsdp_wrapped_module",
    "_checkpoint_wrapped_module",
    "_forward_module",
];

/// Words in the name of a second copy of a model that only follows the first.
const AVERAGES: [&str; 6] = ["ema", "swa", "average", "averaged", "shadow", "teacher"];

/// A name that an array may be looked for by, and the array's place in the file.
pub struct Key {
    pub name: String,
    pub index: usize,
}

/// The names of all arrays as they are looked for: as the file has them, and then without the parts that wrappers add.
pub fn keys(tensors: &Tensors) -> Vec<Key> {
    let named = || tensors.arrays.iter().enumerate();
    let exact = named().map(|(index, array)| (key(&array.name, tensors.library), index));
    let bare = named()
        .filter(|_| tensors.library == Library::PyTorch)
        .map(|(index, array)| (unwrapped(&array.name), index))
        .filter(|(name, index)| !name.is_empty() && *name != tensors.arrays[*index].name);
    exact.chain(bare).map(|(name, index)| Key { name, index }).collect()
}

/// A name, or the beginning of one, without the parts that wrappers add.
fn unwrapped(name: &str) -> String {
    let parts: Vec<&str> = name.split('.').filter(|part| !WRAPPERS.contains(part)).collect();
    parts.join(".")
}

/// What the names of the model's arrays begin with in this file; nothing if they lie at its top, or nowhere.
///
/// `wanted` are the names that each parameter may have; `fits` says whether an array is one for a parameter.
///
/// # Errors
/// [`WeightsError::Ambiguous`] if the model lies in several places.
pub fn find(
    tensors: &Tensors,
    keys: &[Key],
    wanted: &[Vec<String>],
    fits: impl Fn(usize, &Array) -> bool,
) -> Result<String, WeightsError> {
    if !matches!(tensors.library, Library::PyTorch | Library::Keras) {
        return Ok(String::new()); // nothing puts anything before these names
    }
    let mut parameters: HashMap<&str, Vec<usize>> = HashMap::new();
    for (parameter, names) in wanted.iter().enumerate() {
        names.iter().for_each(|name| parameters.entry(name).or_default().push(parameter));
    }
    let longest = parameters.keys().map(|name| name.len()).max().unwrap_or_default();
    let mut found: BTreeMap<&str, HashSet<usize>> = BTreeMap::new();
    for Key { name, index } in keys {
        let starts = name.match_indices(['.', '/']).map(|(separator, _)| separator + 1);
        let near = name.len().saturating_sub(longest);
        for start in [0].into_iter().chain(starts).filter(|start| *start >= near) {
            let (prefix, own) = name.split_at(start);
            for parameter in parameters.get(own).into_iter().flatten() {
                if fits(*parameter, &tensors.arrays[*index]) {
                    found.entry(prefix).or_default().insert(*parameter);
                }
            }
        }
    }
    let at_top = found.remove("").map_or(0, |parameters| parameters.len());
    let most = found.values().map(HashSet::len).max().unwrap_or_default();
    if most <= at_top || 2 * most <= wanted.len() {
        return Ok(String::new());
    }
    // With and without the parts of wrappers it is one place.
    let places = found.iter().filter(|(_, of)| of.len() == most);
    let places: BTreeSet<String> = places.map(|(prefix, _)| unwrapped(prefix)).collect();
    let (averages, mut places): (Vec<_>, Vec<_>) =
        places.into_iter().partition(|prefix| is_average(prefix));
    if places.is_empty() {
        places = averages;
    }
    match places.len() {
        1 => Ok(places.swap_remove(0)),
        _ => Err(WeightsError::Ambiguous { places }),
    }
}

fn is_average(prefix: &str) -> bool {
    prefix.split(['.', '/', '_']).any(|word| AVERAGES.contains(&word))
}
