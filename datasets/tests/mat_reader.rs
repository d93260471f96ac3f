//! The MATLAB reader and the football field on small files, whole and damaged in every way.
//!
//! The files are put together here, byte by byte, as the format's description has them.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod mutation;

use std::fs;
use std::io::Write;
use std::panic;
use std::path::Path;

use fireside_datasets::DataError;
use fireside_datasets::football::Football;
use fireside_datasets::mat::{MAX_FILE_BYTES, MAX_UNPACKED_BYTES, MatFile};
use fireside_numpy_rng::NumpyRng;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use mutation::{mutate, peak_memory_kib};

/// Kinds of elements.
const INT8: u32 = 1;
const UINT8: u32 = 2;
const INT16: u32 = 3;
const INT32: u32 = 5;
const UINT32: u32 = 6;
const DOUBLE: u32 = 9;
const MATRIX: u32 = 14;
const COMPRESSED: u32 = 15;

fn header() -> Vec<u8> {
    let mut header = b"MATLAB 5.0 MAT-file".to_vec();
    header.resize(124, b' ');
    header.extend([0, 1, b'I', b'M']);
    header
}

fn element(kind: u32, bytes: &[u8]) -> Vec<u8> {
    let mut element = [kind.to_le_bytes(), (bytes.len() as u32).to_le_bytes()].concat();
    element.extend(bytes);
    element.resize(element.len().next_multiple_of(8), 0);
    element
}

/// Up to 4 bytes behind a tag of 4.
fn small_element(kind: u16, bytes: &[u8]) -> Vec<u8> {
    let mut element = [kind.to_le_bytes(), (bytes.len() as u16).to_le_bytes()].concat();
    element.extend(bytes);
    element.resize(8, 0);
    element
}

/// A variable of class `class` whose numbers are stored as `kind`.
fn variable(name: &str, class: u8, shape: [i32; 2], kind: u32, bytes: &[u8]) -> Vec<u8> {
    let flags = [class, 0, 0, 0, 0, 0, 0, 0];
    let shape: Vec<u8> = shape.iter().flat_map(|size| size.to_le_bytes()).collect();
    let parts = [
        element(UINT32, &flags),
        element(INT32, &shape),
        match name.len() {
            0..=4 => small_element(INT8 as u16, name.as_bytes()),
            _ => element(INT8, name.as_bytes()),
        },
        element(kind, bytes),
    ];
    element(MATRIX, &parts.concat())
}

fn doubles(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn compressed(variable: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(variable).unwrap();
    let stream = encoder.finish().unwrap();
    // A stream is not padded.
    [&COMPRESSED.to_le_bytes(), &(stream.len() as u32).to_le_bytes(), stream.as_slice()].concat()
}

/// The four variables of the course's file, of 3 and 2 points.
fn course_variables() -> [Vec<u8>; 4] {
    [
        variable("X", 6, [3, 2], DOUBLE, &doubles(&[0.1, 0.2, -0.3, 1.5, 2.5, -3.5])),
        variable("y", 9, [3, 1], UINT8, &[1, 0, 1]),
        variable("Xval", 6, [2, 2], DOUBLE, &doubles(&[7.0, 8.0, 9.0, 10.0])),
        variable("yval", 9, [2, 1], UINT8, &[0, 1]),
    ]
}

fn course_file() -> Vec<u8> {
    let variables = course_variables().map(|variable| compressed(&variable));
    [header(), variables.concat()].concat()
}

fn read(contents: &[u8]) -> Result<Football, DataError> {
    let path = Path::new("data.mat");
    Football::from_mat(&MatFile::from_bytes(path, contents)?, path)
}

fn refusal(contents: &[u8]) -> String {
    read(contents).unwrap_err().to_string()
}

#[test]
fn points_and_teams_are_those_written_packed_or_not() {
    let plain = [header(), course_variables().concat()].concat();
    for contents in [course_file(), plain] {
        let field = read(&contents).unwrap();
        assert_eq!(field.train.points, [[0.1, 1.5], [0.2, 2.5], [-0.3, -3.5]]);
        assert_eq!(field.train.labels, [1, 0, 1]);
        assert_eq!(field.test.points, [[7.0, 9.0], [8.0, 10.0]]);
        assert_eq!(field.test.labels, [0, 1]);
    }
}

#[test]
fn teams_may_be_of_any_type_and_lie_in_a_row() {
    let [x, _, x_test, y_test] = course_variables();
    let short = [1_i16, 0, 1].map(i16::to_le_bytes).concat();
    for y in [
        variable("y", 6, [1, 3], DOUBLE, &doubles(&[1.0, 0.0, 1.0])),
        variable("y", 10, [3, 1], INT16, &short),
        variable("y", 9, [1, 3], UINT8, &[1, 0, 1]),
    ] {
        let field =
            read(&[header(), x.clone(), y, x_test.clone(), y_test.clone()].concat()).unwrap();
        assert_eq!(field.train.labels, [1, 0, 1]);
    }
}

#[test]
fn file_is_found_in_the_topic_s_folder() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("planar")).unwrap();
    fs::write(folder.path().join("planar/data.mat"), course_file()).unwrap();
    assert_eq!(Football::read(folder.path()).unwrap(), read(&course_file()).unwrap());
}

#[test]
fn missing_file_names_both_names_and_both_places() {
    let folder = tempfile::tempdir().unwrap();
    let sentence = Football::read(folder.path()).unwrap_err().to_string();
    let place = folder.path().display();
    assert_eq!(sentence, format!("no data.mat or football.csv in {place} or {place}/planar"));
}

/// MATLAB stores reals in the smallest type of integers that holds them all.
#[test]
fn reals_stored_as_integers_are_read() {
    let short = |value: i16| value.to_le_bytes();
    let bytes = [short(-300), short(2), short(3), short(4)].concat();
    let file = [header(), variable("a", 6, [2, 2], INT16, &bytes)].concat();
    let file = MatFile::from_bytes(Path::new("a.mat"), &file).unwrap();
    assert_eq!(file.columns("a", 2).unwrap(), [[-300.0, 2.0], [3.0, 4.0]]);
}

#[test]
fn missing_variable_and_wrong_shape_say_what_was_expected() {
    let [x, y, x_test, y_test] = course_variables();
    let with = |variables: &[&Vec<u8>]| {
        let mut contents = header();
        variables.iter().for_each(|variable| contents.extend(*variable));
        refusal(&contents)
    };
    assert_eq!(with(&[&x, &y, &x_test]), "data.mat holds no data set yval");
    assert_eq!(
        with(&[&variable("X", 6, [2, 3], DOUBLE, &doubles(&[0.0; 6])), &y, &x_test, &y_test]),
        "X in data.mat is 64-bit reals of shape [2, 3], not a real matrix of shape [rows, 2]"
    );
    assert_eq!(
        with(&[&x, &variable("y", 9, [2, 1], UINT8, &[0, 1]), &x_test, &y_test]),
        "y in data.mat is 2 labels, not one for each of the 3 points of X"
    );
    assert_eq!(
        with(&[&x, &variable("y", 4, [3, 1], UINT8, b"101"), &x_test, &y_test]),
        "y in data.mat is a text of shape [3, 1], not a real matrix of one column or one row"
    );
    assert_eq!(
        with(&[&variable("X", 6, [0, 2], DOUBLE, &[]), &y, &x_test, &y_test]),
        "X in data.mat is 64-bit reals of shape [0, 2], not a real matrix of shape [rows, 2]"
    );
}

#[test]
fn third_team_and_endless_coordinate_are_refused_with_their_row() {
    let [x, y, x_test, y_test] = course_variables();
    let team = variable("y", 9, [3, 1], UINT8, &[0, 1, 2]);
    assert_eq!(
        refusal(&[header(), x, team, x_test.clone(), y_test.clone()].concat()),
        "y in data.mat is 2 in row 2, not 0 or 1"
    );
    let x = variable("X", 6, [3, 2], DOUBLE, &doubles(&[0.0, 0.0, 0.0, 0.0, f64::NAN, 0.0]));
    assert_eq!(
        refusal(&[header(), x, y, x_test, y_test].concat()),
        "X in data.mat is NaN in row 1, not a finite number"
    );
}

#[test]
fn file_truncated_at_any_byte_is_an_error() {
    let whole = course_file();
    assert!(read(&whole).is_ok());
    for length in 0..whole.len() {
        assert!(read(&whole[..length]).is_err(), "{length} of {}", whole.len());
    }
}

#[test]
fn file_of_another_version_or_format_says_so() {
    let mut newer = header();
    newer[125] = 2;
    assert!(refusal(&newer).contains("version 7.3"), "{}", refusal(&newer));
    let mut foreign = header();
    foreign[126..].copy_from_slice(b"MI");
    assert!(refusal(&foreign).contains("big-endian"), "{}", refusal(&foreign));
    let page = b"<html>not found</html>".repeat(10);
    assert_eq!(
        refusal(&page),
        "data.mat is not a whole MATLAB 5 file: its header is none of version 5"
    );
}

#[test]
fn streams_that_unpack_without_bound_are_refused() {
    let zeros = vec![0; MAX_UNPACKED_BYTES];
    let bomb = compressed(&variable("X", 6, [MAX_UNPACKED_BYTES as i32, 1], UINT8, &zeros));
    assert!(bomb.len() < 1 << 16);
    assert!(refusal(&[header(), bomb].concat()).contains("unpacks into more"));

    // Several together are as bad as one, and a stream within a stream never unpacks.
    let half = compressed(&variable("X", 6, [1 << 23, 1], UINT8, &zeros[..1 << 23]));
    assert!(refusal(&[header(), half.repeat(2)].concat()).contains("unpacks into more"));
    assert!(refusal(&[header(), compressed(&half)].concat()).contains("a stream holds kind 15"));
}

#[test]
fn huge_file_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.mat");
    fs::File::create(&path).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
    let error = Football::read(folder.path()).unwrap_err();
    assert!(matches!(error, DataError::TooLarge { .. }), "{error}");
}

#[test]
fn hundred_thousand_mutated_files_give_an_error_or_data_but_never_a_panic_nor_much_memory() {
    let packed = course_file();
    // Damage to a stream is mostly found by its checksum: what lies within is reached unpacked.
    let plain = [header(), course_variables().concat()].concat();
    let rng = &mut NumpyRng::new(1);
    let mut survivors = 0;
    for number in 0..100_000 {
        let mut contents = if number % 4 == 0 { packed.clone() } else { plain.clone() };
        mutate(&mut contents, rng);
        let outcome = panic::catch_unwind(|| read(&contents));
        assert!(outcome.is_ok(), "the reader panicked on mutation {number}");
        if let Ok(Ok(field)) = outcome {
            survivors += 1;
            for set in [field.train, field.test] {
                assert_eq!(set.points.len(), set.labels.len());
                assert!(set.points.as_flattened().iter().all(|value| value.is_finite()));
                assert!(set.labels.iter().all(|&label| label < 2));
            }
        }
    }
    assert!((100..99_900).contains(&survivors), "{survivors} files survived"); // both ways are met
    if let Some(peak) = peak_memory_kib() {
        assert!(peak < 200 * 1024, "{peak} KiB at the most");
    }
}
