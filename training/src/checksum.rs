//! What a checkpoint knows of its files: enough to notice a damaged one, or one of another moment.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The checksum of a file's contents, as `progress.json` holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Checksum {
    /// In hexadecimal digits.
    Sha256(String),
    /// FNV-1a of 64 bits, which checkpoints of format 1 hold; none is made any more.
    Fnv1a(u64),
}

impl Checksum {
    pub(crate) fn of(contents: &[u8]) -> Self {
        Self::Sha256(format!("{:x}", Sha256::digest(contents)))
    }

    pub(crate) fn fits(&self, contents: &[u8]) -> bool {
        match self {
            Self::Sha256(_) => *self == Self::of(contents),
            Self::Fnv1a(known) => *known == fnv1a(contents),
        }
    }
}

fn fnv1a(contents: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    contents.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-2, B.1.
    #[test]
    fn checksum_is_sha_256() {
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Checksum::of(b"abc"), Checksum::Sha256(hex.to_string()));
        assert!(Checksum::of(b"abc").fits(b"abc") && !Checksum::of(b"abc").fits(b"abd"));
    }

    /// The test vectors of FNV's authors.
    #[test]
    fn checksum_of_format_1_is_known_still() {
        assert!(Checksum::Fnv1a(0xcbf2_9ce4_8422_2325).fits(b""));
        assert!(Checksum::Fnv1a(0x8594_4171_f739_67e8).fits(b"foobar"));
        assert!(!Checksum::Fnv1a(0x8594_4171_f739_67e8).fits(b"foobas"));
    }
}
