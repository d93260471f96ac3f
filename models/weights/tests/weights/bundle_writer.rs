//! Writes checkpoints of TensorFlow as it does, whole ones and such as it never would.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A variable: everything that the index says of it, and its bytes.
#[derive(Clone)]
pub struct Variable {
    pub key: String,
    pub kind: u64,
    pub shape: Vec<u64>,
    pub shard: u64,
    /// Where the index says that it lies; by default behind the one before.
    pub offset: Option<u64>,
    pub bytes: Vec<u8>,
}

impl Variable {
    /// f32 values under a key of Keras.
    pub fn new(name: &str, shape: &[u64], values: &[f32]) -> Self {
        Self {
            key: format!("{name}/.ATTRIBUTES/VARIABLE_VALUE"),
            kind: 1,
            shape: shape.to_vec(),
            shard: 0,
            offset: None,
            bytes: values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        }
    }

    /// Values of another type, as their bytes.
    pub fn of_kind(name: &str, kind: u64, shape: &[u64], bytes: &[u8]) -> Self {
        Self { kind, bytes: bytes.to_vec(), ..Self::new(name, shape, &[]) }
    }
}

/// A key and its value.
pub type Pair = (Vec<u8>, Vec<u8>);

pub fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// CRC-32C bit by bit, masked.
pub fn masked_crc(bytes: &[u8]) -> u32 {
    let mut crc = !0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0x82f6_3b78 } else { 0 };
        }
    }
    (!crc).rotate_right(15).wrapping_add(0xa282_ead8)
}

/// A field of a message that is a number.
fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

/// A field of a message that is bytes.
fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
    [varint(field << 3 | 2), varint(value.len() as u64), value.to_vec()].concat()
}

/// The entry of a variable that lies at `offset`.
pub fn entry(variable: &Variable, offset: u64) -> Vec<u8> {
    let dimensions: Vec<u8> =
        variable.shape.iter().flat_map(|&extent| bytes(2, &number(1, extent))).collect();
    let crc = masked_crc(&variable.bytes).to_le_bytes();
    [
        number(1, variable.kind),
        bytes(2, &dimensions),
        number(3, variable.shard),
        number(4, offset),
        number(5, variable.bytes.len() as u64),
        [varint(6 << 3 | 5), crc.to_vec()].concat(),
    ]
    .concat()
}

/// A block of sorted pairs, with its trailer.
pub fn block(pairs: &[Pair]) -> Vec<u8> {
    let mut contents = Vec::new();
    let mut last: &[u8] = &[];
    for (key, value) in pairs {
        let shared = last.iter().zip(key).take_while(|(a, b)| a == b).count();
        for length in [shared, key.len() - shared, value.len()] {
            contents.extend(varint(length as u64));
        }
        contents.extend(&key[shared..]);
        contents.extend(value);
        last = key;
    }
    contents.extend([0, 0, 0, 0, 1, 0, 0, 0]); // one restart, at 0
    seal(contents, 0)
}

/// A block's compression and checksum behind it.
pub fn seal(mut contents: Vec<u8>, compression: u8) -> Vec<u8> {
    contents.push(compression);
    contents.extend(masked_crc(&contents).to_le_bytes());
    contents
}

/// A table of these blocks, which are sealed.
pub fn table(blocks: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut handles = Vec::new();
    let mut put = |block: &[u8]| {
        let handle = [varint(file.len() as u64), varint(block.len() as u64 - 5)].concat();
        file.extend(block);
        handle
    };
    for (number, block) in blocks.iter().enumerate() {
        handles.push((vec![b'a' + number as u8], put(block)));
    }
    let nothing = put(&block(&[]));
    let list = put(&block(&handles));
    let mut footer = [nothing, list].concat();
    footer.resize(40, 0);
    footer.extend(0xdb47_7524_8b80_fb57_u64.to_le_bytes());
    file.extend(footer);
    file
}

/// The pairs of the index of these variables, the header first, and what each data file holds.
pub fn pairs(variables: &[Variable], shards: u64) -> (Vec<Pair>, BTreeMap<u64, Vec<u8>>) {
    let mut data: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    let mut pairs = vec![(Vec::new(), [number(1, shards), bytes(3, &number(1, 1))].concat())];
    for variable in variables {
        let file = data.entry(variable.shard).or_default();
        let offset = variable.offset.unwrap_or(file.len() as u64);
        pairs.push((variable.key.clone().into_bytes(), entry(variable, offset)));
        file.extend(&variable.bytes);
    }
    pairs.sort();
    (pairs, data)
}

/// Writes `name.index` and its data files into a folder, and returns the path of the index.
pub fn write(folder: &Path, name: &str, variables: &[Variable], shards: u64) -> PathBuf {
    let (pairs, data) = pairs(variables, shards);
    let blocks: Vec<Vec<u8>> = pairs.chunks(3).map(block).collect();
    fs::create_dir_all(folder).unwrap();
    for (shard, contents) in data {
        fs::write(folder.join(format!("{name}.data-{shard:05}-of-{shards:05}")), contents).unwrap();
    }
    let path = folder.join(format!("{name}.index"));
    fs::write(&path, table(&blocks)).unwrap();
    path
}
