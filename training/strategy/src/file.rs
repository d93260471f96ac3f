//! Files of bounded length, and JSON out of them.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::StrategyError;
use crate::text::without_mark;

/// The longest JSON read.
const MAX_JSON: u64 = 16 << 20;

/// Reads a file of at most `limit` bytes.
///
/// # Errors
/// When it cannot be read or is longer.
pub(crate) fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, StrategyError> {
    let file = path.display().to_string();
    let unreadable = |error: std::io::Error| StrategyError::Unreadable {
        file: file.clone(),
        reason: error.to_string(),
    };
    let opened = File::open(path).map_err(unreadable)?;
    let bytes = opened.metadata().map_err(unreadable)?.len();
    let mut contents = Vec::new();
    if bytes <= limit {
        // A pipe, or a file that grows, has no length to trust.
        opened.take(limit + 1).read_to_end(&mut contents).map_err(unreadable)?;
    }
    let bytes = bytes.max(contents.len() as u64);
    match bytes > limit {
        true => Err(StrategyError::TooLarge { file, bytes, limit }),
        false => Ok(contents),
    }
}

/// Reads a JSON file.
///
/// # Errors
/// When it cannot be read, or as for [`parse_json`].
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, StrategyError> {
    parse_json(&path.display().to_string(), &read_bounded(path, MAX_JSON)?)
}

/// Reads the text of a JSON file; `file` names it in errors.
///
/// # Errors
/// When it is not what is wanted; the message names line and column.
pub(crate) fn parse_json<T: DeserializeOwned>(
    file: &str,
    bytes: &[u8],
) -> Result<T, StrategyError> {
    let unreadable = |reason: String| StrategyError::Unreadable { file: file.to_string(), reason };
    let bytes = without_mark(bytes).map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_longer_than_the_limit_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long.csv");
        std::fs::write(&path, "name\nA\n").unwrap();
        assert_eq!(read_bounded(&path, 7).unwrap(), b"name\nA\n");
        let refused = read_bounded(&path, 6).unwrap_err();
        assert!(matches!(refused, StrategyError::TooLarge { bytes: 7, limit: 6, .. }), "{refused}");
    }
    #[test]
    fn byte_order_mark_is_no_part_of_json() {
        assert_eq!(parse_json::<u8>("a.json", b"\xef\xbb\xbf7\r\n"), Ok(7));
        let error = parse_json::<u8>("a.json", b"\xff\xfe7\0").unwrap_err().to_string();
        assert!(error.starts_with("a.json cannot be read: it is UTF-16: save it as"), "{error}");
    }
}
