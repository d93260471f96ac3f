//! Rows and columns of a picture.

use std::fmt::{self, Display};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Wrong;

/// The largest side.
const MOST: usize = 4096;

/// Rows and columns of a picture, written as `96x128`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Size([usize; 2]);

impl Size {
    /// Rows and columns.
    pub fn get(self) -> [usize; 2] {
        self.0
    }
}

impl FromStr for Size {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        let side = |text: &str| text.parse().ok().filter(|side| (1..=MOST).contains(side));
        let sides =
            text.split_once('x').and_then(|(rows, columns)| Some([side(rows)?, side(columns)?]));
        let wrong = || Wrong(format!("rows x columns, such as 96x128, each from 1 to {MOST}"));
        sides.map(Self).ok_or_else(wrong)
    }
}

impl TryFrom<String> for Size {
    type Error = Wrong;

    fn try_from(text: String) -> Result<Self, Wrong> {
        text.parse()
    }
}

impl From<Size> for String {
    fn from(size: Size) -> Self {
        size.to_string()
    }
}

impl Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [rows, columns] = self.0;
        write!(f, "{rows}x{columns}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_come_back_as_they_are_written_and_others_are_refused() {
        assert_eq!("96x128".parse::<Size>().unwrap().get(), [96, 128]);
        assert_eq!("96x128".parse::<Size>().unwrap().to_string(), "96x128");
        for wrong in ["96", "96x", "x128", "0x128", "96x4097", "96X128", "96x128x3", "-1x5", ""] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
    }
}
