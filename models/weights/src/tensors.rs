//! Arrays by name, as a file holds them.

use burn::tensor::{DType, bf16, f16};

/// Whose names and axes the arrays of a file have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Library {
    /// Channels last: convolutions `[height, width, in, out]`, dense layers `[in, out]`.
    Keras,
    /// Channels first: convolutions `[out, in, height, width]`, linear layers `[out, in]`.
    PyTorch,
    /// PyTorch's axes, written out number by number without their shape, as the FaceNet weights of course 4
    /// are: `conv1_w.csv`, `bn1_m.csv`.
    OpenFace,
    /// Burn's own names and axes.
    Fireside,
}

/// The numbers of an array: f64 where the file has these (or integers of more than 16 bits), else f32.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Single precision.
    F32(Vec<f32>),
    /// Double precision.
    F64(Vec<f64>),
}

/// An array of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// Its name, with the names of the groups that it lies in.
    pub name: String,
    /// Extents, the outermost first.
    pub shape: Vec<usize>,
    /// Row-major, as many as the shape says.
    pub values: Values,
}

/// The arrays of a file, in its order where it has one.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensors {
    /// Whose names and axes they have.
    pub library: Library,
    /// The arrays.
    pub arrays: Vec<Array>,
}

impl Tensors {
    /// Returns the array of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Array> {
        self.arrays.iter().find(|array| array.name == name)
    }

    /// Keeps the arrays whose names begin with `prefix`, without it: the model inside a larger one.
    pub fn under(mut self, prefix: &str) -> Self {
        self.arrays.retain_mut(|array| match array.name.strip_prefix(prefix) {
            Some(rest) => {
                array.name = rest.to_string();
                true
            }
            None => false,
        });
        self
    }
}

impl Values {
    /// The number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values as f64, which holds each of them exactly.
    #[must_use]
    pub fn to_f64(&self) -> Vec<f64> {
        match self {
            Self::F32(values) => values.iter().copied().map(f64::from).collect(),
            Self::F64(values) => values.clone(),
        }
    }

    /// Values of the same precision behind these; others are left away.
    pub(crate) fn append(&mut self, more: Self) {
        match (self, more) {
            (Self::F32(values), Self::F32(more)) => values.extend(more),
            (Self::F64(values), Self::F64(more)) => values.extend(more),
            _ => (),
        }
    }

    /// No values yet, and memory for so many.
    pub(crate) fn with_capacity(dtype: DType, count: usize) -> Option<Self> {
        Some(match Self::decode(dtype, &[])? {
            Self::F32(_) => Self::F32(Vec::with_capacity(count)),
            Self::F64(_) => Self::F64(Vec::with_capacity(count)),
        })
    }

    /// Decodes little-endian bytes; `None` when they are not numbers.
    pub(crate) fn decode(dtype: DType, bytes: &[u8]) -> Option<Self> {
        Some(match dtype {
            DType::F32 => Self::F32(decode(bytes, f32::from_le_bytes)),
            DType::F16 => Self::F32(decode(bytes, |b| f16::from_le_bytes(b).to_f32())),
            DType::BF16 => Self::F32(decode(bytes, |b| bf16::from_le_bytes(b).to_f32())),
            DType::I16 => Self::F32(decode(bytes, |b| f32::from(i16::from_le_bytes(b)))),
            DType::U16 => Self::F32(decode(bytes, |b| f32::from(u16::from_le_bytes(b)))),
            DType::I8 => Self::F32(decode(bytes, |b| f32::from(i8::from_le_bytes(b)))),
            DType::U8 | DType::Bool(_) => Self::F32(decode(bytes, |[b]| f32::from(b))),
            DType::F64 => Self::F64(decode(bytes, f64::from_le_bytes)),
            DType::I64 => Self::F64(decode(bytes, |b| i64::from_le_bytes(b) as f64)),
            DType::U64 => Self::F64(decode(bytes, |b| u64::from_le_bytes(b) as f64)),
            DType::I32 => Self::F64(decode(bytes, |b| f64::from(i32::from_le_bytes(b)))),
            DType::U32 => Self::F64(decode(bytes, |b| f64::from(u32::from_le_bytes(b)))),
            DType::Flex32 | DType::QFloat(_) => return None,
        })
    }
}

fn decode<const N: usize, T>(bytes: &[u8], number: impl Fn([u8; N]) -> T) -> Vec<T> {
    let (chunks, _) = bytes.as_chunks::<N>();
    chunks.iter().map(|&chunk| number(chunk)).collect()
}
