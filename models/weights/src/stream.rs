//! Numbers out of a stream, piece by piece: the bytes are never in memory as a whole.

use std::io::{self, Read};

use burn::tensor::DType;

use crate::Values;

/// Bytes taken at a time, a multiple of the size of every number.
const PIECE: usize = 64 << 10;

/// Reads `count` numbers; `seen` is shown their bytes.
///
/// # Errors
/// When the stream ends before, or cannot be read; for a type that is no number.
pub fn values(
    stream: &mut impl Read,
    dtype: DType,
    count: usize,
    mut seen: impl FnMut(&[u8]),
) -> io::Result<Values> {
    let no_number =
        || io::Error::new(io::ErrorKind::InvalidData, format!("{dtype:?} is no number"));
    let mut values = Values::with_capacity(dtype, count).ok_or_else(no_number)?;
    let mut piece = vec![0; PIECE.min(count.saturating_mul(dtype.size()))];
    let mut left = count;
    while left > 0 {
        let taken = left.min(PIECE / dtype.size());
        let bytes = &mut piece[..taken * dtype.size()];
        stream.read_exact(bytes)?;
        seen(bytes);
        values.append(Values::decode(dtype, bytes).ok_or_else(no_number)?);
        left -= taken;
    }
    Ok(values)
}
