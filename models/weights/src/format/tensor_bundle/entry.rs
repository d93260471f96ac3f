//! What the index says of a variable: `BundleEntryProto`, a message of protocol buffers, and `BundleHeaderProto`.

use burn::tensor::{BoolStore, DType};

/// A variable in the index of a TensorFlow checkpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its key: `layer_with_weights-0/kernel/.ATTRIBUTES/VARIABLE_VALUE`.
    pub key: String,
    /// TensorFlow's number of the type of its values: 1 is f32, 7 a text.
    pub kind: u64,
    /// Extents, the outermost first.
    pub shape: Vec<u64>,
    /// The data file that holds it, from 0 on.
    pub shard: u64,
    /// Where in that file it begins.
    pub offset: u64,
    /// Its length there.
    pub bytes: u64,
    /// CRC-32C of these bytes, masked as LevelDB does.
    pub crc: u32,
}

/// The entry of the empty key.
#[derive(Debug, Default)]
pub struct Header {
    pub shards: u64,
    pub is_big_endian: bool,
}

/// A field of a message.
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// A number of seven bits a byte, the lowest first, and what follows it.
pub fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (index, &byte) in bytes.iter().enumerate().take(10) {
        let bits = u64::from(byte & 0x7f);
        let shifted = bits << (7 * index);
        if shifted >> (7 * index) != bits {
            return None; // more than 64 bits
        }
        number |= shifted;
        if byte < 0x80 {
            return Some((number, &bytes[index + 1..]));
        }
    }
    None
}

/// Cuts off the first `count` bytes.
pub fn cut(bytes: &[u8], count: u64) -> Option<(&[u8], &[u8])> {
    bytes.split_at_checked(usize::try_from(count).ok()?)
}

/// The fields of a message by their numbers; `None` if it is none.
fn fields<'a>(
    mut message: &'a [u8],
    mut field: impl FnMut(u64, Value<'a>) -> Option<()>,
) -> Option<()> {
    while !message.is_empty() {
        let (tag, rest) = varint(message)?;
        let (value, rest) = match tag & 7 {
            0 => varint(rest).map(|(number, rest)| (Value::Number(number), rest))?,
            1 => {
                let (bytes, rest) = rest.split_first_chunk()?;
                (Value::Number(u64::from_le_bytes(*bytes)), rest)
            }
            2 => {
                let (length, rest) = varint(rest)?;
                cut(rest, length).map(|(bytes, rest)| (Value::Bytes(bytes), rest))?
            }
            5 => {
                let (bytes, rest) = rest.split_first_chunk()?;
                (Value::Number(u32::from_le_bytes(*bytes).into()), rest)
            }
            _ => return None,
        };
        field(tag >> 3, value)?;
        message = rest;
    }
    Some(())
}

impl Entry {
    /// Why there is none, if there is none.
    pub fn parse(key: &str, message: &[u8]) -> Result<Self, &'static str> {
        let mut entry = Self { key: key.to_string(), ..Self::default() };
        let mut is_cut = false;
        let read = fields(message, |number, value| {
            match (number, value) {
                (1, Value::Number(kind)) => entry.kind = kind,
                (2, Value::Bytes(shape)) => entry.shape = extents(shape)?,
                (3, Value::Number(shard)) => entry.shard = shard,
                (4, Value::Number(offset)) => entry.offset = offset,
                (5, Value::Number(bytes)) => entry.bytes = bytes,
                (6, Value::Number(crc)) => entry.crc = u32::try_from(crc).ok()?,
                (7, _) => is_cut = true,
                (1..=6, _) => return None,
                _ => (),
            }
            Some(())
        });
        match (read, is_cut) {
            (None, _) => Err("is no description of a variable"),
            (_, true) => Err("is cut into slices, which are not put together"),
            _ => Ok(entry),
        }
    }

    /// The type of its values, or its name where they are no numbers.
    pub fn dtype(&self) -> Result<DType, String> {
        Ok(match self.kind {
            1 => DType::F32,
            2 => DType::F64,
            3 => DType::I32,
            4 => DType::U8,
            5 => DType::I16,
            6 => DType::I8,
            7 => return Err("texts".to_string()),
            8 | 18 => return Err("complex numbers".to_string()),
            9 => DType::I64,
            10 => DType::Bool(BoolStore::Native),
            14 => DType::BF16,
            17 => DType::U16,
            19 => DType::F16,
            22 => DType::U32,
            23 => DType::U64,
            other => return Err(format!("values of TensorFlow's type {other}")),
        })
    }
}

/// `TensorShapeProto`
fn extents(message: &[u8]) -> Option<Vec<u64>> {
    let mut extents = Vec::new();
    fields(message, |number, value| {
        if let (2, Value::Bytes(dimension)) = (number, value) {
            let mut extent = 0;
            fields(dimension, |number, value| {
                if let (1, Value::Number(size)) = (number, value) {
                    extent = size;
                }
                Some(())
            })?;
            extents.push(extent);
        }
        Some(())
    })?;
    Some(extents)
}

impl Header {
    pub fn parse(message: &[u8]) -> Option<Self> {
        let mut header = Self::default();
        fields(message, |number, value| {
            match (number, value) {
                (1, Value::Number(shards)) => header.shards = shards,
                (2, Value::Number(order)) => header.is_big_endian = order != 0,
                _ => (),
            }
            Some(())
        })?;
        Some(header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_more_than_64_bits_or_without_end_are_none() {
        assert_eq!(varint(&[0x96, 0x01, 7]), Some((150, &[7][..])));
        let mut largest = [0xff; 10];
        largest[9] = 1;
        assert_eq!(varint(&largest), Some((u64::MAX, &[][..])));
        largest[9] = 2;
        assert_eq!(varint(&largest), None);
        assert_eq!(varint(&[0x80; 30]), None);
        assert_eq!(varint(&[0x80]), None);
    }

    /// The first kernel of the course's YOLO.
    #[test]
    fn entry_of_tensorflow_is_understood() {
        let message = [
            0x08, 0x01, 0x12, 0x10, 0x12, 0x02, 0x08, 0x03, 0x12, 0x02, 0x08, 0x03, 0x12, 0x02,
            0x08, 0x03, 0x12, 0x02, 0x08, 0x20, 0x28, 0x80, 0x1b, 0x35, 0xa7, 0xde, 0x23, 0xaf,
        ];
        let entry = Entry::parse("kernel", &message).unwrap();
        assert_eq!((entry.kind, entry.shape.as_slice()), (1, &[3, 3, 3, 32][..]));
        assert_eq!((entry.offset, entry.bytes, entry.crc), (0, 3456, 0xaf23_dea7));
        for length in [1, 19, 22, 27] {
            assert!(Entry::parse("kernel", &message[..length]).is_err(), "{length}");
        }
    }
}
