//! Names of dinosaurs (course 5, week 1): one a line.
//!
//! The course's file is `dinos.txt`, 1,536 names without a newline after the last. Without it
//! [`Dinosaurs::embedded`] makes as many of syllables: a beginning, perhaps one or two in between, and an end such
//! as -saurus or -raptor, the frequent ends as frequent as in the trade.

use std::collections::BTreeSet;
use std::path::Path;

use fireside_numpy_rng::NumpyRng;

use crate::DataError;
use crate::source::{self, Source, read_file, text_of};
use crate::words::lower;

/// The folder of the course's data that holds the file.
pub const TOPIC: &str = "dinos";
/// Names of the file.
pub const NAMES: &[&str] = &["dinos.txt"];
/// The largest file that is read; the course's own is below 20 KiB.
pub const MAX_FILE_BYTES: u64 = 4 << 20;

/// The longest name that is read, in characters; the course's own have at most 26.
pub const MAX_NAME: usize = 1000;

/// As many names as the course has.
const COUNT: usize = 1536;

const STARTS: [&str; 64] = [
    "al", "an", "ar", "bar", "bra", "bry", "cam", "car", "cen", "cha", "com", "cor", "dac", "del",
    "dri", "ed", "el", "eo", "fab", "fen", "gal", "gas", "gor", "hap", "het", "hyl", "ig", "jax",
    "jub", "kri", "ken", "lam", "les", "lop", "mai", "meg", "mon", "nan", "nod", "or", "ovi",
    "pach", "par", "plat", "pro", "quae", "rap", "rhab", "rug", "sal", "sin", "ste", "tar", "ten",
    "tri", "tyr", "uta", "vel", "vul", "wan", "wuer", "xen", "yan", "zal",
];
const MIDDLES: [&str; 16] =
    ["a", "o", "i", "an", "ar", "el", "en", "er", "ic", "in", "on", "or", "ta", "ti", "ro", "no"];
/// Ends, each with its weight.
const ENDS: [(&str, usize); 12] = [
    ("saurus", 16),
    ("raptor", 3),
    ("odon", 3),
    ("ceratops", 2),
    ("mimus", 2),
    ("titan", 2),
    ("venator", 1),
    ("nychus", 1),
    ("pelta", 1),
    ("tholus", 1),
    ("long", 1),
    ("suchus", 1),
];

/// The names, lower-case, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dinosaurs {
    /// The names without their newlines.
    pub names: Vec<String>,
}

impl Dinosaurs {
    /// Reads the course's file from `folder` or `folder/dinos`.
    ///
    /// # Errors
    /// When it is not there, cannot be read, is too large, no UTF-8 text, holds no name, or one that is
    /// too long.
    pub fn read(folder: &Path) -> Result<Self, DataError> {
        let path = source::find(folder, TOPIC, NAMES)?;
        let malformed = |reason: &str| DataError::malformed(&path, "text", reason);
        let contents = read_file(&path, MAX_FILE_BYTES)?;
        let dinosaurs = Self::of(&text_of(&path, "text", &contents)?);
        let lengths = dinosaurs.names.iter().map(|name| name.chars().count());
        if let Some((line, length)) = (1..).zip(lengths).find(|(_, length)| *length > MAX_NAME) {
            let reason = format!("line {line} has {length} characters, more than {MAX_NAME}");
            return Err(malformed(&reason));
        }
        match dinosaurs.names.iter().all(String::is_empty) {
            true => Err(malformed("it holds no name")),
            false => Ok(dinosaurs),
        }
    }

    /// Reads the course's file, or makes names in its place.
    ///
    /// # Errors
    /// As [`Dinosaurs::read`].
    pub fn load(source: &Source, seed: u32) -> Result<Self, DataError> {
        match source {
            Source::Real(folder) => Self::read(folder),
            Source::Embedded => Ok(Self::embedded(seed)),
        }
    }

    /// Takes a text apart at its newlines: lower-case, composed (NFC), so that `é` is one character however it is
    /// written, without white space at the ends. A last empty line is an empty name, as in the assignment, where it
    /// counts in the shuffle.
    pub fn of(text: &str) -> Self {
        let names = lower(text);
        Self { names: names.split('\n').map(|name| name.trim().to_string()).collect() }
    }

    /// Makes 1,536 different names; the same seed makes the same ones.
    pub fn embedded(seed: u32) -> Self {
        let rng = &mut NumpyRng::new(seed);
        let mut names = BTreeSet::new();
        while names.len() < COUNT {
            names.insert(draw(rng));
        }
        Self { names: names.into_iter().collect() }
    }
}

fn draw(rng: &mut NumpyRng) -> String {
    let mut name = STARTS[rng.below(STARTS.len())].to_string();
    for _ in 0..rng.below(3) {
        name.push_str(MIDDLES[rng.below(MIDDLES.len())]);
    }
    let ends = ENDS.iter().flat_map(|&(end, weight)| std::iter::repeat_n(end, weight));
    let ends: Vec<&str> = ends.collect();
    name.push_str(ends[rng.below(ends.len())]);
    name
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(contents: &[u8]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("dinos.txt"), contents).unwrap();
        let place = format!("{}/", folder.path().display());
        let read = Dinosaurs::read(folder.path());
        read.map(|dinosaurs| dinosaurs.names).map_err(|error| error.to_string().replace(&place, ""))
    }

    #[test]
    fn names_are_lower_case_and_a_last_empty_line_counts() {
        assert_eq!(read(b"Zuul\r\nAardonyx").unwrap(), ["zuul", "aardonyx"]);
        assert_eq!(read(b"Zuul\n").unwrap(), ["zuul", ""]);
        assert_eq!(read("Re\u{301}x\nRÉX".as_bytes()).unwrap(), ["réx", "réx"]);
    }

    #[test]
    fn files_without_names_or_without_text_are_refused() {
        for nothing in [&b""[..], b"\n", b"  \n\r\n"] {
            let error = "dinos.txt is not a whole text file: it holds no name";
            assert_eq!(read(nothing).unwrap_err(), error);
        }
        let long = read(format!("Zuul\n{}", "x".repeat(1001)).as_bytes()).unwrap_err();
        assert!(long.ends_with("line 2 has 1001 characters, more than 1000"), "{long}");
        let error = read(b"Zuul\n\xff").unwrap_err();
        assert_eq!(error, "dinos.txt is not a whole text file: line 2 is not UTF-8");
    }

    #[test]
    fn names_are_the_same_with_a_byte_order_mark_and_any_line_ends() {
        for contents in [
            "\u{feff}Zuul\nAardonyx",
            "\u{feff}Zuul\r\nAardonyx",
            "Zuul\rAardonyx",
            "Zuul\u{a0}\nAardonyx",
        ] {
            assert_eq!(read(contents.as_bytes()).unwrap(), ["zuul", "aardonyx"], "{contents:?}");
        }
        let utf_16 = read(b"\xff\xfeZ\0\n\0").unwrap_err();
        assert!(utf_16.contains("it is UTF-16: save it as UTF-8"), "{utf_16}");
    }

    #[test]
    fn made_names_are_many_different_and_use_every_letter() {
        let Dinosaurs { names } = Dinosaurs::embedded(1);
        let different: BTreeSet<_> = names.iter().collect();
        assert_eq!((names.len(), different.len()), (1536, 1536));
        let letters: BTreeSet<char> = names.iter().flat_map(|name| name.chars()).collect();
        assert!(letters.into_iter().eq('a'..='z'));
        assert_eq!(Dinosaurs::embedded(1).names, names);
        assert_ne!(Dinosaurs::embedded(2).names, names);
    }
}
