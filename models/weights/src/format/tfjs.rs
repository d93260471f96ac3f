//! Weights of TensorFlow.js: a manifest in JSON, alone (`.._weights_manifest.json`) or in a `model.json`, and binary
//! files beside it with the numbers of all arrays one after the other, quantised or not.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use burn::tensor::{BoolStore, DType};
use serde::Deserialize;

use super::not_numbers;
use crate::limits::{Budget, Limits, check_length, contents};
use crate::{Array, Library, Tensors, Values, WeightsError, disguise, stream};

const FORMAT: &str = "TensorFlow.js";

/// A manifest of 20,000 arrays has 4 MB.
const MAX_BYTES: u64 = 64 << 20;

/// Arrays that lie in files one after the other, as if these were one.
#[derive(Deserialize)]
struct Group {
    weights: Vec<Weight>,
    paths: Vec<String>,
}

#[derive(Deserialize)]
struct Weight {
    name: String,
    shape: Vec<usize>,
    dtype: String,
    quantization: Option<Quantization>,
}

/// Whole numbers `q` that stand for `q * scale + min`, or halves.
#[derive(Deserialize)]
struct Quantization {
    dtype: String,
    scale: Option<f64>,
    min: Option<f64>,
}

/// `model.json`
#[derive(Deserialize)]
struct Model {
    #[serde(rename = "weightsManifest")]
    manifest: Option<Vec<Group>>,
}

/// The arrays keep their names; the axes are Keras's.
pub fn read(path: &Path, limits: &Limits) -> Result<Tensors, WeightsError> {
    let malformed = |reason: String| WeightsError::malformed(path, FORMAT, reason);
    let file_bytes = limits.file_bytes.min(MAX_BYTES);
    let manifest = contents(path, &Limits { file_bytes, ..limits.clone() })?;
    let groups: Vec<Group> = match manifest.trim_ascii_start().first() {
        Some(b'[') => {
            serde_json::from_slice(&manifest).map_err(|error| malformed(error.to_string()))?
        }
        _ => {
            let model: Model =
                serde_json::from_slice(&manifest).map_err(|error| malformed(error.to_string()))?;
            model.manifest.ok_or_else(|| {
                malformed(
                    "it has no weightsManifest: it says what a network is, not its numbers".into(),
                )
            })?
        }
    };
    drop(manifest);
    let paths: Vec<Vec<PathBuf>> =
        groups.iter().map(|group| beside(path, &group.paths)).collect::<Result<_, _>>()?;
    let lengths = lengths(path, &paths, limits)?;
    let total = lengths.iter().fold(0_u64, |total, length| total.saturating_add(*length));
    let mut budget = Budget::plain(path, total, limits);
    let mut arrays = Vec::new();
    for ((group, paths), length) in groups.iter().zip(&paths).zip(lengths) {
        let wanted = group.weights.iter().map(bytes).sum::<Option<u64>>();
        if wanted != Some(length) {
            let wanted = wanted.map_or("more than can be counted".to_string(), |w| w.to_string());
            let names = group.paths.join(", ");
            return Err(malformed(format!(
                "{names} has {length} bytes, and its arrays have {wanted}"
            )));
        }
        let mut stream = Shards { paths: paths.clone().into_iter(), open: None };
        for weight in &group.weights {
            arrays.push(array(path, &mut stream, &mut budget, weight)?);
        }
    }
    Ok(Tensors { library: Library::Keras, arrays })
}

/// Where the files of a group lie: beside the manifest or below it, and nowhere else.
fn beside(manifest: &Path, names: &[String]) -> Result<Vec<PathBuf>, WeightsError> {
    let folder = manifest.parent().unwrap_or(Path::new(""));
    let within = |name: &String| {
        let is_below = !name.is_empty()
            && !name.contains(['\\', ':', '\0'])
            && Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        match is_below {
            true => Ok(folder.join(name)),
            false => {
                let reason = format!("{name:?} is not a file beside it");
                Err(WeightsError::malformed(manifest, FORMAT, reason))
            }
        }
    };
    names.iter().map(within).collect()
}

/// The length of the files of each group together. All that are missing are named at once.
fn lengths(
    manifest: &Path,
    groups: &[Vec<PathBuf>],
    limits: &Limits,
) -> Result<Vec<u64>, WeightsError> {
    let all = || groups.iter().flatten();
    let missing: Vec<_> =
        all().filter(|path| !path.is_file()).map(|path| (path.clone(), None)).collect();
    if !missing.is_empty() {
        return Err(WeightsError::Absent { path: manifest.to_path_buf(), files: missing });
    }
    disguise::check_files(all())?;
    let mut lengths = Vec::new();
    for paths in groups {
        let mut length = 0_u64;
        for path in paths {
            let bytes = fs::metadata(path).map_err(|e| WeightsError::unreadable(path, e))?.len();
            check_length(path, bytes, limits)?;
            length = length.saturating_add(bytes);
        }
        lengths.push(length);
    }
    Ok(lengths)
}

/// The type of the numbers in the file; `None` for what are none.
fn stored(weight: &Weight) -> Option<DType> {
    let name =
        weight.quantization.as_ref().map_or(&weight.dtype, |quantization| &quantization.dtype);
    Some(match name.as_str() {
        "float32" => DType::F32,
        "float16" => DType::F16,
        "int32" => DType::I32,
        "uint16" => DType::U16,
        "uint8" => DType::U8,
        "bool" => DType::Bool(BoolStore::Native),
        _ => return None,
    })
}

/// How many bytes an array has in the file; those of an unknown type are not asked for.
fn bytes(weight: &Weight) -> Option<u64> {
    let each = stored(weight).map_or(0, |dtype| dtype.size());
    weight
        .shape
        .iter()
        .try_fold(each as u64, |bytes, &extent| bytes.checked_mul(u64::try_from(extent).ok()?))
}

fn array(
    path: &Path,
    stream: &mut Shards,
    budget: &mut Budget,
    weight: &Weight,
) -> Result<Array, WeightsError> {
    let Weight { name, shape, .. } = weight;
    let dtype = stored(weight).ok_or_else(|| not_numbers(path, name, &weight.dtype))?;
    let malformed = |reason: String| WeightsError::malformed(path, FORMAT, reason);
    let count = budget.spend(name, shape, dtype.size())?;
    let mut values = stream::values(stream, dtype, count, |_| ())
        .map_err(|error| malformed(format!("{name}: {error}")))?;
    if let Some(quantization) = &weight.quantization
        && dtype != DType::F16
    {
        let (Some(scale), Some(min)) = (quantization.scale, quantization.min) else {
            return Err(malformed(format!("{name} is quantised, and has no scale or no min")));
        };
        let is_whole = weight.dtype == "int32";
        let restored = |quantum: f64| {
            let value = quantum * scale + min;
            (if is_whole { value.round() } else { value }) as f32
        };
        match &mut values {
            Values::F32(values) => {
                values.iter_mut().for_each(|value| *value = restored(f64::from(*value)));
            }
            Values::F64(values) => {
                values.iter_mut().for_each(|value| *value = f64::from(restored(*value)));
            }
        }
    }
    Ok(Array { name: name.clone(), shape: shape.clone(), values })
}

/// Files one after the other, of which one is open at a time.
struct Shards {
    paths: std::vec::IntoIter<PathBuf>,
    open: Option<BufReader<File>>,
}

impl Read for Shards {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(file) = &mut self.open {
                let count = file.read(bytes)?;
                if count > 0 || bytes.is_empty() {
                    return Ok(count);
                }
            }
            match self.paths.next() {
                Some(path) => self.open = Some(BufReader::new(File::open(path)?)),
                None => return Ok(0),
            }
        }
    }
}
