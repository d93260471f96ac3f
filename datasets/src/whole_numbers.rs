//! Whole numbers of a file of HDF5, of whatever type they are.

use hdf5_reader::Datatype;

/// A type that can hold whole numbers, in the machine's order of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Signed(usize),
    Unsigned(usize),
    F16,
    F32,
    F64,
}

impl Kind {
    /// The kind of a type of a file; none where it holds no numbers. Booleans of NumPy are names for 0 and 1.
    pub fn of(datatype: &Datatype) -> Option<Self> {
        Some(match datatype {
            Datatype::FixedPoint { size: size @ (1 | 2 | 4 | 8), signed, .. } => match signed {
                true => Self::Signed(usize::from(*size)),
                false => Self::Unsigned(usize::from(*size)),
            },
            Datatype::FloatingPoint { size: 2, .. } => Self::F16,
            Datatype::FloatingPoint { size: 4, .. } => Self::F32,
            Datatype::FloatingPoint { size: 8, .. } => Self::F64,
            Datatype::Enum { base, .. } => return Self::of(base),
            _ => return None,
        })
    }

    /// The numbers in `bytes`, each of 0 to `largest`.
    ///
    /// # Errors
    /// The place of the first number that is none of these, and the number.
    pub fn numbers<T: TryFrom<u64>>(
        self,
        bytes: Vec<u8>,
        largest: u64,
    ) -> Result<Vec<T>, (usize, String)> {
        let checked = |(index, (number, written)): (usize, (Option<u64>, Written))| {
            let number = number.filter(|&number| number <= largest);
            number
                .and_then(|number| T::try_from(number).ok())
                .ok_or_else(|| (index, written.text()))
        };
        let numbers = bytes.chunks_exact(self.size()).map(|bytes| self.number(bytes));
        numbers.enumerate().map(checked).collect()
    }

    fn size(self) -> usize {
        match self {
            Self::Signed(size) | Self::Unsigned(size) => size,
            Self::F16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// A number if it is whole and not negative, and how it is written.
    fn number(self, bytes: &[u8]) -> (Option<u64>, Written) {
        fn of<const N: usize>(bytes: &[u8]) -> [u8; N] {
            std::array::from_fn(|index| bytes[index])
        }
        match self {
            Self::Signed(size) => {
                let value = match size {
                    1 => i8::from_ne_bytes(of(bytes)).into(),
                    2 => i16::from_ne_bytes(of(bytes)).into(),
                    4 => i32::from_ne_bytes(of(bytes)).into(),
                    _ => i64::from_ne_bytes(of(bytes)),
                };
                (u64::try_from(value).ok(), Written::Whole(value.into()))
            }
            Self::Unsigned(size) => {
                let value = match size {
                    1 => u8::from_ne_bytes(of(bytes)).into(),
                    2 => u16::from_ne_bytes(of(bytes)).into(),
                    4 => u32::from_ne_bytes(of(bytes)).into(),
                    _ => u64::from_ne_bytes(of(bytes)),
                };
                (Some(value), Written::Whole(value.into()))
            }
            Self::F16 => real(half(u16::from_ne_bytes(of(bytes)))),
            Self::F32 => real(f32::from_ne_bytes(of(bytes)).into()),
            Self::F64 => real(f64::from_ne_bytes(of(bytes))),
        }
    }
}

fn real(value: f64) -> (Option<u64>, Written) {
    let is_whole = value >= 0.0 && value <= f64::from(u32::MAX) && value.fract() == 0.0;
    (is_whole.then_some(value as u64), Written::Real(value))
}

/// A number of 16 bits: a sign, 5 bits of exponent and 10 behind the point.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let value = match exponent {
        0 => fraction * 2.0_f64.powi(-24),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        _ => (1024.0 + fraction) * 2.0_f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -value } else { value }
}

/// A number as errors show it.
#[derive(Clone, Copy)]
enum Written {
    Whole(i128),
    Real(f64),
}

impl Written {
    fn text(self) -> String {
        match self {
            Self::Whole(value) => value.to_string(),
            Self::Real(value) => value.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_the_numbers_they_are() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x5bf8, 255.0),
            (0x0001, 2.0_f64.powi(-24)),
            (0x7bff, 65504.0),
        ] {
            assert_eq!(half(bits), value, "{bits:x}");
        }
        assert!(half(0x7e00).is_nan() && half(0x7c00).is_infinite());
    }

    #[test]
    fn first_number_that_is_out_of_range_is_told_with_its_place() {
        let bytes = |values: &[i32]| values.iter().flat_map(|value| value.to_ne_bytes()).collect();
        let kind = Kind::Signed(4);
        assert_eq!(kind.numbers(bytes(&[0, 2, 1]), 2), Ok(vec![0_usize, 2, 1]));
        assert_eq!(kind.numbers::<usize>(bytes(&[0, 3]), 2), Err((1, "3".to_string())));
        assert_eq!(kind.numbers::<usize>(bytes(&[-1]), 2), Err((0, "-1".to_string())));
        let real = |value: f64| Kind::F64.numbers::<u8>(value.to_ne_bytes().to_vec(), 255);
        assert_eq!(real(255.0), Ok(vec![255]));
        for (value, written) in [(0.5, "0.5"), (256.0, "256"), (-1.0, "-1"), (f64::NAN, "NaN")] {
            assert_eq!(real(value), Err((0, written.to_string())));
        }
        let largest = u64::MAX.to_ne_bytes().to_vec();
        let error = Kind::Unsigned(8).numbers::<usize>(largest, 1);
        assert_eq!(error, Err((0, "18446744073709551615".to_string())));
    }
}
