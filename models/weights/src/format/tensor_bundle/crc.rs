//! CRC-32C (Castagnoli), with eight tables, so that 200 MB take a fraction of a second.

/// The polynomial, its lowest power first.
const POLYNOMIAL: u32 = 0x82f6_3b78;

/// The remainder of a byte that `n` zero bytes follow.
const TABLES: [[u32; 256]; 8] = tables();

/// Added by LevelDB, so that the checksum of what holds checksums is none of these.
const MASK: u32 = 0xa282_ead8;

/// A checksum of the bytes so far.
pub struct Crc(u32);

impl Crc {
    pub fn new() -> Self {
        Self(!0)
    }

    pub fn add(&mut self, bytes: &[u8]) {
        let at = |table: usize, byte: u32| TABLES[table][(byte & 0xff) as usize];
        let (eights, rest) = bytes.as_chunks::<8>();
        for &[a, b, c, d, e, f, g, h] in eights {
            let low = self.0 ^ u32::from_le_bytes([a, b, c, d]);
            let high = u32::from_le_bytes([e, f, g, h]);
            let of_low = at(7, low) ^ at(6, low >> 8) ^ at(5, low >> 16) ^ at(4, low >> 24);
            let of_high = at(3, high) ^ at(2, high >> 8) ^ at(1, high >> 16) ^ at(0, high >> 24);
            self.0 = of_low ^ of_high;
        }
        for &byte in rest {
            self.0 = (self.0 >> 8) ^ at(0, self.0 ^ u32::from(byte));
        }
    }

    /// The checksum as LevelDB and TensorFlow write it.
    pub fn masked(&self) -> u32 {
        (!self.0).rotate_right(15).wrapping_add(MASK)
    }
}

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut remainder = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            remainder = (remainder >> 1) ^ if remainder & 1 == 1 { POLYNOMIAL } else { 0 };
            bit += 1;
        }
        tables[0][byte] = remainder;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3720, B.4.
    #[test]
    fn checksums_are_those_of_the_standard() {
        let ascending: Vec<u8> = (0..32).collect();
        for (bytes, expected) in
            [(vec![0; 32], 0x8a91_36aa), (vec![0xff; 32], 0x62a8_ab43), (ascending, 0x46dd_794e)]
        {
            let mut crc = Crc::new();
            crc.add(&bytes[..5]);
            crc.add(&bytes[5..]);
            assert_eq!(!crc.0, expected);
        }
    }
}
