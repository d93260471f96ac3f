//! What a checkpoint knows of its files: enough to notice a damaged one, or one of another moment.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The SHA-256 of a file's contents in hexadecimal digits, as `progress.json` holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Checksum(String);

impl Checksum {
    pub(crate) fn of(contents: &[u8]) -> Self {
        Self(format!("{:x}", Sha256::digest(contents)))
    }

    pub(crate) fn fits(&self, contents: &[u8]) -> bool {
        *self == Self::of(contents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-2, B.1.
    #[test]
    fn checksum_is_sha_256() {
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Checksum::of(b"abc"), Checksum(hex.to_string()));
        assert!(Checksum::of(b"abc").fits(b"abc") && !Checksum::of(b"abc").fits(b"abd"));
    }
}
