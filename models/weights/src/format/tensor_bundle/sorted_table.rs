//! A table of LevelDB: sorted keys and their values in blocks, with a block at the end that lists the others.

use super::crc::Crc;
use super::entry::{cut, varint};

/// Two handles and the magic number.
const FOOTER_BYTES: usize = 48;

const MAGIC: [u8; 8] = 0xdb47_7524_8b80_fb57_u64.to_le_bytes();

/// A byte for the compression, and the checksum.
const TRAILER_BYTES: usize = 5;

/// A key may take what it has from the one before; all together have at most so many times the bytes of the file.
const MAX_KEY_EXPANSION: usize = 64;

/// Goes over all keys in their order, and their values.
///
/// # Errors
/// In words, when it is no whole table.
pub fn for_each(
    file: &[u8],
    mut pair: impl FnMut(&[u8], &[u8]) -> Result<(), String>,
) -> Result<(), String> {
    let is_no_table = || "it does not end as a table of LevelDB does".to_string();
    let (_, footer) = file.split_last_chunk::<FOOTER_BYTES>().ok_or_else(is_no_table)?;
    let handles = footer.strip_suffix(&MAGIC).ok_or_else(is_no_table)?;
    let broken = || "it tells no place of its list of blocks".to_string();
    let (_, handles) = handle(handles).ok_or_else(broken)?; // blocks about blocks, which nothing here needs
    let (list, _) = handle(handles).ok_or_else(broken)?;
    let most = file.len().saturating_mul(MAX_KEY_EXPANSION);
    let (mut of_list, mut of_blocks) = (most, most);
    let mut last: Option<Vec<u8>> = None;
    for_each_in(block(file, list)?, &mut of_list, |_, place| {
        let broken = || "its list of blocks is damaged".to_string();
        let (place, _) = handle(place).ok_or_else(broken)?;
        for_each_in(block(file, place)?, &mut of_blocks, |key, value| {
            if last.as_deref().is_some_and(|last| last >= key) {
                return Err(format!("{} is not in its place", key.escape_ascii()));
            }
            last = Some(key.to_vec());
            pair(key, value)
        })
    })
}

/// Offset and length of a block.
fn handle(bytes: &[u8]) -> Option<((u64, u64), &[u8])> {
    let (offset, rest) = varint(bytes)?;
    let (length, rest) = varint(rest)?;
    Some(((offset, length), rest))
}

/// The contents of a block, once its checksum is right.
fn block(file: &[u8], (offset, length): (u64, u64)) -> Result<&[u8], String> {
    let contents = || {
        let (_, from) = cut(file, offset)?;
        let (contents, after) = cut(from, length)?;
        Some((contents, after.first_chunk::<TRAILER_BYTES>()?))
    };
    let outside = || format!("a block of {length} bytes at {offset} is beyond its end");
    let (contents, &[compression, checksum @ ..]) = contents().ok_or_else(outside)?;
    let mut crc = Crc::new();
    crc.add(contents);
    crc.add(&[compression]);
    if crc.masked() != u32::from_le_bytes(checksum) {
        return Err(format!("the block at {offset} is damaged: its checksum differs"));
    }
    match compression {
        0 => Ok(contents),
        1 => Err(format!("the block at {offset} is compressed by Snappy, which is not read")),
        other => {
            Err(format!("the block at {offset} is compressed in a way {other} that is not read"))
        }
    }
}

/// Goes over the keys and values of a block. Each key takes its first bytes from the one before.
fn for_each_in(
    block: &[u8],
    key_bytes_left: &mut usize,
    mut pair: impl FnMut(&[u8], &[u8]) -> Result<(), String>,
) -> Result<(), String> {
    let broken = || "a block is damaged".to_string();
    let (rest, restarts) = block.split_last_chunk::<4>().ok_or_else(broken)?;
    let restarts = u64::from(u32::from_le_bytes(*restarts)) * 4;
    let length = (rest.len() as u64).checked_sub(restarts).ok_or_else(broken)?;
    let (mut rest, _) = cut(rest, length).ok_or_else(broken)?;
    let mut key = Vec::new();
    while !rest.is_empty() {
        let mut number = || {
            let (number, after) = varint(rest)?;
            rest = after;
            Some(number)
        };
        let (shared, own, length) = (number(), number(), number());
        let (Some(shared), Some(own), Some(length)) = (shared, own, length) else {
            return Err(broken());
        };
        let shared = usize::try_from(shared).ok().filter(|&shared| shared <= key.len());
        key.truncate(shared.ok_or_else(broken)?);
        let (end, after) = cut(rest, own).ok_or_else(broken)?;
        key.extend_from_slice(end);
        let left = key_bytes_left.checked_sub(key.len());
        *key_bytes_left = left.ok_or("its keys are longer than the whole allows")?;
        let (value, after) = cut(after, length).ok_or_else(broken)?;
        pair(&key, value)?;
        rest = after;
    }
    Ok(())
}
