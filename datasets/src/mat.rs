//! MATLAB's files of version 5: matrices of numbers, by name.
//!
//! After a header of 128 bytes stands one variable after the other, plain or as a zlib stream. Texts,
//! cells, structures, and complex and sparse matrices are known by name only: who asks for one hears what
//! it is. A file is taken into memory whole, and its streams unpack into a bounded number of bytes.
//!
//! Source: "MAT-File Format", The MathWorks; the part on level 5.

use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;

use crate::DataError;
use crate::source::read_file;

/// The largest file that is read; the course's own has 6 KiB.
pub const MAX_FILE_BYTES: u64 = 4 << 20;

/// The most bytes that the streams of one file may unpack into together.
pub const MAX_UNPACKED_BYTES: usize = 16 << 20;

const FORMAT: &str = "MATLAB 5";
const HEADER: usize = 128;

/// Kinds of elements that are told apart; the numbers' own are in [`Numbers::new`].
const INT8: u32 = 1;
const INT32: u32 = 5;
const UINT32: u32 = 6;
const MATRIX: u32 = 14;
const COMPRESSED: u32 = 15;

/// A variable's complex flag.
const COMPLEX: u8 = 0x08;

/// The contents of a MATLAB file.
#[derive(Debug)]
pub struct MatFile {
    path: PathBuf,
    variables: Vec<Variable>,
}

/// A variable; `numbers` only if it is a full real matrix.
#[derive(Debug)]
struct Variable {
    name: String,
    class: &'static str,
    shape: Vec<usize>,
    numbers: Option<Numbers>,
}

/// Numbers as the file holds them: little-endian, column after column.
#[derive(Debug)]
struct Numbers {
    width: usize,
    read: fn(&[u8]) -> f64,
    bytes: Vec<u8>,
}

/// A tagged run of bytes.
struct Element<'a> {
    kind: u32,
    bytes: &'a [u8],
}

impl MatFile {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be read, is too large, or is no MATLAB file of version 5.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        Self::from_bytes(path, &read_file(path, MAX_FILE_BYTES)?)
    }

    /// Opens the contents of a file; `path` only names it in errors.
    ///
    /// # Errors
    /// When the contents are no MATLAB file of version 5, or are damaged.
    pub fn from_bytes(path: &Path, contents: &[u8]) -> Result<Self, DataError> {
        let variables =
            variables(contents).map_err(|reason| DataError::malformed(path, FORMAT, reason))?;
        Ok(Self { path: path.to_path_buf(), variables })
    }

    /// Reads a real matrix of `count` columns, of numbers of any type; whole numbers beyond 2^53 are
    /// rounded.
    ///
    /// # Errors
    /// When no variable has that name, or it is no such matrix.
    pub fn columns(&self, name: &str, count: usize) -> Result<Vec<Vec<f64>>, DataError> {
        let variable = self.variable(name)?;
        match (variable.shape.as_slice(), &variable.numbers) {
            (&[rows, columns], Some(numbers)) if columns == count && rows > 0 => {
                Ok(numbers.values().chunks(rows).map(<[f64]>::to_vec).collect())
            }
            _ => {
                let expected = format!("a real matrix of shape [rows, {count}]");
                Err(self.unexpected(variable, expected))
            }
        }
    }

    /// Reads a list of numbers of any type: a real matrix of one column or of one row.
    ///
    /// # Errors
    /// When no variable has that name, or it is no such matrix.
    pub fn list(&self, name: &str) -> Result<Vec<f64>, DataError> {
        let variable = self.variable(name)?;
        match (variable.shape.as_slice(), &variable.numbers) {
            (&[1, count] | &[count, 1], Some(numbers)) if count > 0 => Ok(numbers.values()),
            _ => {
                let expected = "a real matrix of one column or one row".to_string();
                Err(self.unexpected(variable, expected))
            }
        }
    }

    fn variable(&self, name: &str) -> Result<&Variable, DataError> {
        let variable = self.variables.iter().find(|variable| variable.name == name);
        variable
            .ok_or_else(|| DataError::NoDataset { path: self.path.clone(), name: name.to_string() })
    }

    fn unexpected(&self, variable: &Variable, expected: String) -> DataError {
        DataError::Unexpected {
            path: self.path.clone(),
            name: variable.name.clone(),
            expected,
            found: format!("{} of shape {:?}", variable.class, variable.shape),
        }
    }
}

impl Numbers {
    fn new(element: &Element<'_>) -> Result<Self, String> {
        fn of<const N: usize>(bytes: &[u8]) -> [u8; N] {
            std::array::from_fn(|index| bytes[index])
        }
        let (width, read): (usize, fn(&[u8]) -> f64) = match element.kind {
            INT8 => (1, |b| i8::from_le_bytes(of(b)).into()),
            2 => (1, |b| u8::from_le_bytes(of(b)).into()),
            3 => (2, |b| i16::from_le_bytes(of(b)).into()),
            4 => (2, |b| u16::from_le_bytes(of(b)).into()),
            INT32 => (4, |b| i32::from_le_bytes(of(b)).into()),
            UINT32 => (4, |b| u32::from_le_bytes(of(b)).into()),
            7 => (4, |b| f32::from_le_bytes(of(b)).into()),
            9 => (8, |b| f64::from_le_bytes(of(b))),
            12 => (8, |b| i64::from_le_bytes(of(b)) as f64),
            13 => (8, |b| u64::from_le_bytes(of(b)) as f64),
            kind => return Err(format!("numbers cannot be of kind {kind}")),
        };
        Ok(Self { width, read, bytes: element.bytes.to_vec() })
    }

    fn values(&self) -> Vec<f64> {
        self.bytes.chunks_exact(self.width).map(self.read).collect()
    }
}

fn variables(contents: &[u8]) -> Result<Vec<Variable>, String> {
    let rest = &mut &contents[..];
    let header = take(rest, HEADER)?;
    match (&header[124..126], &header[126..]) {
        ([0, 1], b"IM") => (),
        (_, b"MI") => return Err("its numbers are big-endian".to_string()),
        ([0, 2], b"IM") => return Err("it is of version 7.3: save it as version 7".to_string()),
        _ => return Err("its header is none of version 5".to_string()),
    }
    let mut variables = Vec::new();
    let mut budget = MAX_UNPACKED_BYTES;
    while !rest.is_empty() {
        let element = take_element(rest)?;
        match element.kind {
            MATRIX => variables.push(variable(element.bytes)?),
            COMPRESSED => {
                let unpacked = unpack(element.bytes, budget)?;
                budget -= unpacked.len();
                // A stream within a stream is not of the format, so nothing unpacks twice.
                let inner = take_element(&mut unpacked.as_slice())?;
                if inner.kind != MATRIX {
                    return Err(format!("a stream holds kind {}, not a variable", inner.kind));
                }
                variables.push(variable(inner.bytes)?);
            }
            kind => return Err(format!("kind {kind} stands where a variable should")),
        }
    }
    Ok(variables)
}

fn unpack(stream: &[u8], budget: usize) -> Result<Vec<u8>, String> {
    let mut unpacked = Vec::new();
    let mut decoder = ZlibDecoder::new(stream).take(budget as u64 + 1);
    decoder.read_to_end(&mut unpacked).map_err(|error| format!("a stream is damaged: {error}"))?;
    match unpacked.len() <= budget {
        true => Ok(unpacked),
        false => Err(format!("it unpacks into more than {MAX_UNPACKED_BYTES} bytes")),
    }
}

/// Reads the flags, the shape and the name of a variable, and its numbers if these are real.
fn variable(bytes: &[u8]) -> Result<Variable, String> {
    let rest = &mut &bytes[..];
    let flags = take_element(rest)?;
    let (UINT32, &[class, flags, ..]) = (flags.kind, flags.bytes) else {
        return Err("a variable does not begin with its flags".to_string());
    };
    let shape = take_element(rest)?;
    if shape.kind != INT32 || shape.bytes.len() % 4 != 0 {
        return Err("a variable has no shape".to_string());
    }
    let shape = shape.bytes.chunks_exact(4).map(|size| {
        let size = i32::from_le_bytes([size[0], size[1], size[2], size[3]]);
        usize::try_from(size).map_err(|_| format!("a variable's shape has size {size}"))
    });
    let shape = shape.collect::<Result<Vec<_>, _>>()?;
    let name = take_element(rest)?;
    if name.kind != INT8 {
        return Err("a variable has no name".to_string());
    }
    let name = String::from_utf8_lossy(name.bytes).into_owned();
    let mut variable = Variable { name, class: describe(class), shape, numbers: None };
    match (class, flags & COMPLEX) {
        (6..=15, 0) => {
            let numbers = Numbers::new(&take_element(rest)?)?;
            let count = variable.shape.iter().try_fold(numbers.width, |n, &s| n.checked_mul(s));
            if count != Some(numbers.bytes.len()) {
                return Err(format!(
                    "{} has shape {:?} but {} bytes of numbers",
                    variable.name,
                    variable.shape,
                    numbers.bytes.len()
                ));
            }
            variable.numbers = Some(numbers);
        }
        (6..=15, _) => variable.class = "complex numbers",
        _ => (),
    }
    Ok(variable)
}

fn describe(class: u8) -> &'static str {
    match class {
        1 => "cells",
        2 => "a structure",
        3 => "an object",
        4 => "a text",
        5 => "a sparse matrix",
        6 => "64-bit reals",
        7 => "32-bit reals",
        8 | 9 => "8-bit integers",
        10 | 11 => "16-bit integers",
        12 | 13 => "32-bit integers",
        14 | 15 => "64-bit integers",
        _ => "of no known class",
    }
}

/// Takes a tagged element off the front, and the padding up to 8 bytes that follows all but streams.
fn take_element<'a>(rest: &mut &'a [u8]) -> Result<Element<'a>, String> {
    let word = take_u32(rest)?;
    if word >> 16 != 0 {
        // Small: length and kind share a word, and the next holds up to 4 bytes.
        let (length, kind) = ((word >> 16) as usize, word & 0xffff);
        let bytes = take(rest, 4)?.get(..length);
        let bytes = bytes.ok_or_else(|| format!("a small element has {length} bytes"))?;
        return Ok(Element { kind, bytes });
    }
    let length = take_u32(rest)? as usize;
    let bytes = take(rest, length)?;
    if word != COMPRESSED {
        let padding = length.next_multiple_of(8) - length;
        *rest = &rest[padding.min(rest.len())..];
    }
    Ok(Element { kind: word, bytes })
}

fn take_u32(rest: &mut &[u8]) -> Result<u32, String> {
    let word = take(rest, 4)?;
    Ok(u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], String> {
    let (taken, left) = rest.split_at_checked(length).ok_or("it ends too soon")?;
    *rest = left;
    Ok(taken)
}
