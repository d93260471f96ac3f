//! NumPy's `.npy` arrays, versions 1 to 3.
//!
//! Read here and not by a library: the header is a line of three settings, and the library at hand takes
//! memory for the length that a header declares, up to 4 GiB, before it reads it.

use std::path::Path;

use burn::tensor::{BoolStore, DType};

use super::{not_numbers, stem};
use crate::limits::{Budget, Limits};
use crate::{Array, Library, Tensors, Values, WeightsError};

const FORMAT: &str = "NPY";

pub fn read(path: &Path, contents: &[u8], limits: &Limits) -> Result<Tensors, WeightsError> {
    let mut budget = Budget::new(path, contents.len() as u64, limits);
    Ok(tensors(vec![array(path, stem(path), contents, &mut budget)?]))
}

/// Arrays without a word of whose they are: Keras's if all names are paths, else PyTorch's.
pub fn tensors(arrays: Vec<Array>) -> Tensors {
    let is_keras = !arrays.is_empty() && arrays.iter().all(|array| array.name.contains('/'));
    Tensors { library: if is_keras { Library::Keras } else { Library::PyTorch }, arrays }
}

pub fn array(
    path: &Path,
    name: String,
    contents: &[u8],
    budget: &mut Budget,
) -> Result<Array, WeightsError> {
    let malformed =
        |reason: &str| WeightsError::malformed(path, FORMAT, format!("{name}: {reason}"));
    let (header, data) = split(contents).ok_or_else(|| malformed("its header is not whole"))?;
    let header = Header::parse(header).ok_or_else(|| malformed("its header makes no sense"))?;
    let dtype = dtype(&header.kind).ok_or_else(|| not_numbers(path, &name, &header.kind))?;
    let count = budget.spend(&name, &header.shape, dtype.size())?;
    if data.len() != count * dtype.size() {
        let reason = format!("{:?} has {} bytes of {dtype:?}", header.shape, data.len());
        return Err(malformed(&reason));
    }
    let mut bytes = data.to_vec();
    if header.kind.starts_with('>') {
        bytes.chunks_exact_mut(dtype.size()).for_each(<[u8]>::reverse);
    }
    let mut values =
        Values::decode(dtype, &bytes).ok_or_else(|| not_numbers(path, &name, &header.kind))?;
    if header.columns_first {
        let backwards: Vec<usize> = header.shape.iter().rev().copied().collect();
        let axes: Vec<usize> = (0..backwards.len()).rev().collect();
        values = values.gather(&backwards, &[], &axes);
    }
    Ok(Array { name, shape: header.shape, values })
}

/// The text of the header, and the data.
fn split(contents: &[u8]) -> Option<(&str, &[u8])> {
    let (start, length) = match contents.get(6)? {
        1 => (10, u64::from(u16::from_le_bytes(contents.get(8..10)?.try_into().ok()?))),
        2 | 3 => (12, u64::from(u32::from_le_bytes(contents.get(8..12)?.try_into().ok()?))),
        _ => return None,
    };
    let end = usize::try_from(length).ok()?.checked_add(start)?;
    let header = std::str::from_utf8(contents.get(start..end)?).ok()?;
    Some((header, contents.get(end..)?))
}

/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`
struct Header {
    kind: String,
    columns_first: bool,
    shape: Vec<usize>,
}

impl Header {
    fn parse(text: &str) -> Option<Self> {
        let after = |key: &str| {
            let (_, rest) = text.split_once(key)?;
            Some(rest.trim_start().strip_prefix(':')?.trim_start())
        };
        let kind = after("'descr'")?.strip_prefix('\'')?.split_once('\'')?.0.to_string();
        let columns_first = match after("'fortran_order'")? {
            order if order.starts_with("True") => true,
            order if order.starts_with("False") => false,
            _ => return None,
        };
        let (shape, _) = after("'shape'")?.strip_prefix('(')?.split_once(')')?;
        let extents = shape.split(',').map(str::trim).filter(|extent| !extent.is_empty());
        let shape = extents.map(|extent| extent.parse().ok()).collect::<Option<_>>()?;
        Some(Self { kind, columns_first, shape })
    }
}

fn dtype(kind: &str) -> Option<DType> {
    Some(match kind.trim_start_matches(['<', '>', '|', '=']) {
        "f8" => DType::F64,
        "f4" => DType::F32,
        "f2" => DType::F16,
        "i8" => DType::I64,
        "i4" => DType::I32,
        "i2" => DType::I16,
        "i1" => DType::I8,
        "u8" => DType::U64,
        "u4" => DType::U32,
        "u2" => DType::U16,
        "u1" => DType::U8,
        "b1" => DType::Bool(BoolStore::Native),
        _ => return None,
    })
}
