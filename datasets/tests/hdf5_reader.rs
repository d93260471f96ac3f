//! The HDF5 reader on a small valid file, whole and damaged in every way.
//!
//! The files were made by `tests/peers/make_cat_fixture.py`, whose formula gives the expected pixels.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod mutation;

use std::fs;
use std::panic;
use std::path::{Path, PathBuf};

use fireside_datasets::DataError;
use fireside_datasets::cats::Cats;
use fireside_datasets::hdf5::{Hdf5File, MAX_FILE_BYTES};
use fireside_numpy_rng::NumpyRng;
use mutation::{mutate, peak_memory_kib};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn train_file() -> Vec<u8> {
    fs::read(fixtures().join("cats/train_catvnoncat.h5")).unwrap()
}

/// Reads everything that the programs read.
fn read_all(contents: Vec<u8>) -> Result<(), DataError> {
    let file = Hdf5File::from_bytes(Path::new("mutated.h5"), contents)?;
    let pictures = file.pictures("train_set_x");
    let labels = file.labels("train_set_y", 2);
    let texts = file.texts("list_classes");
    if let Ok(pictures) = &pictures {
        assert_eq!(pictures.pixels.len(), pictures.shape.iter().product::<usize>());
        assert!(pictures.pixels.len() as u64 <= MAX_FILE_BYTES);
    }
    pictures?;
    labels?;
    texts.map(|_| ())
}

#[test]
fn pixels_labels_and_class_names_are_those_written() {
    let cats = Cats::read(&fixtures()).unwrap(); // found in the topic's folder
    assert_eq!(cats, Cats::read(&fixtures().join("cats")).unwrap());
    assert_eq!(cats.train.labels(), [0, 1, 0, 1, 0, 1]);
    assert_eq!(cats.test.labels(), [0, 1, 0, 1]);
    assert_eq!(cats.train.image_shape(), [4, 4, 3]);
    for (n, y, x, c) in [(0, 0, 0, 0), (1, 2, 3, 1), (5, 3, 3, 2)] {
        let pixel = cats.train.image(n)[(y * 4 + x) * 3 + c];
        assert_eq!(usize::from(pixel), (40 * n + 30 * y + 20 * x + 10 * c) % 256);
    }
    let file = Hdf5File::open(&fixtures().join("cats/train_catvnoncat.h5")).unwrap();
    assert_eq!(file.texts("list_classes").unwrap(), ["non-cat", "cat"]);
}

#[test]
fn names_of_2021_are_read_too() {
    let folder = tempfile::tempdir().unwrap();
    for (old, new) in [("train_catvnoncat.h5", "train.h5"), ("test_catvnoncat.h5", "test.h5")] {
        fs::copy(fixtures().join("cats").join(old), folder.path().join(new)).unwrap();
    }
    assert_eq!(Cats::read(folder.path()).unwrap(), Cats::read(&fixtures()).unwrap());
}

#[test]
fn file_truncated_at_any_byte_is_an_error() {
    let whole = train_file();
    // The last byte that any data set owns: what follows is padding.
    let needed = (0..=whole.len())
        .rev()
        .find(|&length| read_all(whole[..length].to_vec()).is_err())
        .unwrap();
    for length in 0..needed {
        assert!(read_all(whole[..length].to_vec()).is_err(), "{length} of {}", whole.len());
    }
}

#[test]
fn wrong_magic_is_an_error_that_names_the_file() {
    let error = read_all(b"<html>not found</html>".to_vec()).unwrap_err();
    assert!(error.to_string().contains("mutated.h5"), "{error}");
}

#[test]
fn missing_data_set_wrong_type_and_wrong_rank_say_what_was_expected() {
    let file = Hdf5File::from_bytes(Path::new("train.h5"), train_file()).unwrap();
    let sentence = |error: DataError| error.to_string();
    assert_eq!(sentence(file.pictures("faces").unwrap_err()), "train.h5 holds no data set faces");
    assert_eq!(
        sentence(file.pictures("train_set_y").unwrap_err()),
        "train_set_y in train.h5 is 64-bit integers of shape [6], \
         not an array of whole numbers [count, height, width, channels]"
    );
    assert_eq!(
        sentence(file.labels("train_set_x", 2).unwrap_err()),
        "train_set_x in train.h5 is 8-bit unsigned integers of shape [6, 4, 4, 3], \
         not a list of whole numbers"
    );
    assert_eq!(
        sentence(file.labels("train_set_y", 1).unwrap_err()),
        "train_set_y in train.h5 has label 1 at 1: labels are 0 to 0"
    );
}

fn numbers() -> Hdf5File {
    let contents = fs::read(fixtures().join("numbers.h5")).unwrap();
    Hdf5File::from_bytes(Path::new("numbers.h5"), contents).unwrap()
}

#[test]
fn labels_of_every_type_and_in_rows_and_columns_are_the_same() {
    let kinds = "i1 i2 i4 i8 u1 u2 u4 u8 big_i2 big_i4 big_i8 big_u2 big_u4 big_u8 f2 f4 f8 big_f2 \
                 big_f4 big_f8 bool packed column row cube";
    for kind in kinds.split_whitespace() {
        let labels = numbers().labels(&format!("labels_{kind}"), 2);
        assert_eq!(labels.unwrap(), [0, 1, 1, 0], "{kind}");
    }
}

#[test]
fn pixels_of_every_type_are_the_same() {
    let kinds = "i2 i4 i8 u1 u2 u4 u8 big_i2 big_i4 big_i8 big_u2 big_u4 big_u8 f2 f4 f8 big_f2 \
                 big_f4 big_f8";
    for kind in kinds.split_whitespace() {
        let pictures = numbers().pictures(&format!("pixels_{kind}")).unwrap();
        assert_eq!(pictures.shape, [1, 1, 2, 3], "{kind}");
        assert_eq!(pictures.pixels, [0, 1, 127, 128, 254, 255], "{kind}");
    }
}

#[test]
fn number_that_is_no_label_or_no_pixel_is_named_with_its_place() {
    let label = |name: &str| numbers().labels(name, 2).unwrap_err().to_string();
    let rule = "labels are 0 to 1";
    for (name, value, place) in
        [("negative", "-1", 1), ("large", "9223372036854775808", 2), ("fraction", "0.5", 1)]
    {
        let expected = format!("{name} in numbers.h5 has label {value} at {place}: {rule}");
        assert_eq!(label(name), expected);
    }
    for (name, found) in [("square", "[2, 2]"), ("single", "[]")] {
        assert!(label(name).contains(&format!("of shape {found}, not a list of whole numbers")));
    }
    let pixel = |name: &str| numbers().pictures(name).unwrap_err().to_string();
    let rule = "not a whole number of 0 to 255";
    assert_eq!(pixel("bright"), format!("bright in numbers.h5 is 256 at 3, {rule}"));
    let dark = pixel("dark");
    assert!(dark.starts_with("dark in numbers.h5 is 0.0039") && dark.ends_with(rule), "{dark}");
}

#[test]
fn missing_file_names_both_names_and_both_places() {
    let folder = tempfile::tempdir().unwrap();
    let sentence = Cats::read(folder.path()).unwrap_err().to_string();
    let place = folder.path().display();
    assert_eq!(sentence, format!("no train_catvnoncat.h5 or train.h5 in {place} or {place}/cats"));
}

#[test]
fn hundred_thousand_mutated_files_give_an_error_or_data_but_never_a_panic_nor_much_memory() {
    let whole = train_file();
    let rng = &mut NumpyRng::new(1);
    for number in 0..100_000 {
        let mut contents = whole.clone();
        mutate(&mut contents, rng);
        let outcome = panic::catch_unwind(|| {
            let _ = read_all(contents); // either way is fine
        });
        assert!(outcome.is_ok(), "the reader panicked on mutation {number}");
    }
    let whole = fs::read(fixtures().join("numbers.h5")).unwrap();
    for number in 0..10_000 {
        let mut contents = whole.clone();
        (0..3).for_each(|_| mutate(&mut contents, rng));
        let outcome = panic::catch_unwind(|| {
            let Ok(file) = Hdf5File::from_bytes(Path::new("mutated.h5"), contents) else { return };
            for kind in ["i1", "u2", "big_i4", "f2", "bool", "packed"] {
                let _ = file.labels(&format!("labels_{kind}"), 2);
                let _ = file.pictures(&format!("pixels_{kind}"));
            }
        });
        assert!(outcome.is_ok(), "the reader panicked on mutation {number} of all kinds");
    }
    if let Some(peak) = peak_memory_kib() {
        assert!(peak < 200 * 1024, "{peak} KiB at the most");
    }
}
