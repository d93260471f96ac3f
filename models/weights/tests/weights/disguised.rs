//! Weights as people have them: zipped, as a pointer of Git LFS, or as the page that a site answered.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use fireside_weights::{Library, Limits, Tensors, WeightsError, read};
use zip::write::SimpleFileOptions;

use crate::bundle_writer::{Variable, write};
use crate::{array, darknet, fixture, fixture_tensors, folder_or_remark, tfjs};

const POINTER: &str = "version https://git-lfs.github.com/spec/v1\n\
     oid sha256:46b1a6c23c95912813fe56f76723bf6e1301f9e8af665a41966f7f58a2c0eeb6\nsize 1316307\n";

const PAGE: &str = "\u{feff}\n <!DOCTYPE html><html><body>404</body></html>";

/// A name of every format.
const NAMES: [&str; 14] = [
    "a.h5",
    "a.keras",
    "a.npz",
    "a.npy",
    "a.bpk",
    "a.safetensors",
    "a.pt",
    "a.pth",
    "a.csv",
    "a.csv.zip",
    "a.weights",
    "a.index",
    "a.json",
    "saved_model.pb",
];

fn read_file(path: &Path) -> Result<Tensors, WeightsError> {
    read(path, &Limits::default())
}

/// An archive of these files, as a Mac packs it.
pub fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, contents) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(contents).unwrap();
    }
    zip.start_file("__MACOSX/._x", options).unwrap();
    zip.write_all(b"\0\x05\x16\x07").unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn pointer_under_any_name_is_told_with_the_length_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    for name in NAMES {
        let path = folder.path().join(name);
        fs::write(&path, POINTER).unwrap();
        let error = read_file(&path).unwrap_err().to_string();
        let expected = format!("{name} (1316307 bytes) is a Git LFS pointer and not the file");
        assert!(error.contains(&expected), "{error}");
    }
}

#[test]
fn page_under_any_name_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for name in NAMES {
        let path = folder.path().join(name);
        fs::write(&path, PAGE).unwrap();
        let error = read_file(&path).unwrap_err();
        assert!(matches!(error, WeightsError::Page { .. }), "{name}: {error}");
        assert!(
            error.to_string().contains(&format!("{name} is a web page, not weights")),
            "{error}"
        );
    }
}

#[test]
fn pointer_in_place_of_a_file_beside_the_weights_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("yolo.weights"), darknet::weights(10, 20)).unwrap();
    fs::write(at("yolo.cfg"), POINTER).unwrap();
    write(folder.path(), "ckpt", &[Variable::new("a", &[1], &[1.0])], 1);
    fs::write(at("ckpt.data-00000-of-00001"), POINTER).unwrap();
    fs::write(at("manifest.json"), tfjs::MANIFEST).unwrap();
    fs::write(at("shard1of2.bin"), POINTER).unwrap();
    fs::write(at("shard2of2.bin"), POINTER).unwrap();
    for (name, files) in [("yolo.weights", 1), ("ckpt.index", 1), ("manifest.json", 2)] {
        match read_file(&at(name)).unwrap_err() {
            WeightsError::Pointer { files: found } => assert_eq!(found.len(), files, "{name}"),
            other => panic!("{name}: {other}"),
        }
    }
}

/// As the folder of FaceNet's weights is in a copy of the course.
#[test]
fn folder_with_pointers_names_all_of_them_at_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bn1_w.csv"), "1,2\n").unwrap();
    for name in ["conv1_w.csv.zip", "conv2_w.csv.zip"] {
        fs::write(folder.path().join(name), POINTER).unwrap();
    }
    let error = read_file(folder.path()).unwrap_err().to_string();
    assert!(error.contains("conv1_w.csv.zip (1316307 bytes), "), "{error}");
    assert!(error.contains("conv2_w.csv.zip (1316307 bytes) are Git LFS pointers"), "{error}");
}

/// The course's own files, which lie beside the checkout or in the folder of `FIRESIDE_DATA`.
#[test]
fn incomplete_weights_of_faces_of_the_course_name_all_nine_that_are_missing() {
    let Some(data) = folder_or_remark("FIRESIDE_DATA", Some("../shared/datasets")) else { return };
    let error = read_file(&data.join("nn4_small2_incomplete")).unwrap_err();
    let WeightsError::Pointer { files } = &error else { panic!("{error}") };
    assert_eq!((files.len(), files[1].1), (9, 1_316_307), "{error}");
    let error = read_file(&data.join("facenet_2021/keras-facenet-h5/model.json")).unwrap_err();
    assert!(error.to_string().contains("it says what a network is, not its numbers"), "{error}");
}

#[test]
fn zipped_weights_are_read_as_they_are_found() {
    let folder = tempfile::tempdir().unwrap();
    for (name, inner) in [
        ("keras_layers.h5.zip", "keras_layers.h5"),
        ("layers.zip", "folder/torch_layers.safetensors"),
        ("columns_first.npy.zip", "columns_first.npy"),
    ] {
        let file = Path::new(inner).file_name().unwrap().to_str().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, zipped(&[(inner, &fs::read(fixture(file)).unwrap())])).unwrap();
        assert_eq!(read_file(&path).unwrap(), fixture_tensors(file), "{name}");
    }
}

#[test]
fn folder_of_arrays_some_of_which_are_zipped_is_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, contents: &[u8]| fs::write(folder.path().join(name), contents).unwrap();
    put("bn1_w.csv", b"1,2\n");
    put("conv1_w.csv.zip", &zipped(&[("conv1_w.csv", b"3,4\n")]));
    put("bn1_w.csv.zip", &zipped(&[("bn1_w.csv", b"8,9\n")])); // it is there unpacked
    let tensors = read_file(folder.path()).unwrap();
    assert_eq!((tensors.library, tensors.arrays.len()), (Library::OpenFace, 2));
    assert_eq!(array(&tensors, "bn1_w").values.to_f64(), [1.0, 2.0]);
    assert_eq!(array(&tensors, "conv1_w").values.to_f64(), [3.0, 4.0]);
    put("all.zip", &zipped(&[("w/a_w.csv", b"1\n"), ("w/b_w.csv", b"2\n")]));
    let all = read_file(&folder.path().join("all.zip")).unwrap();
    assert_eq!(
        all.arrays.iter().map(|array| array.name.as_str()).collect::<Vec<_>>(),
        ["a_w", "b_w"]
    );
}

#[test]
fn archive_of_what_is_not_read_from_within_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.zip");
    fs::write(&path, zipped(&[("yolo.weights", &darknet::weights(10, 20))])).unwrap();
    let error = read_file(&path).unwrap_err().to_string();
    assert!(
        error.ends_with("what it holds is read when it is unpacked, and not from within it"),
        "{error}"
    );
    fs::write(&path, zipped(&[("a.h5", POINTER.as_bytes())])).unwrap();
    assert!(matches!(read_file(&path).unwrap_err(), WeightsError::Pointer { .. }));
    fs::write(&path, zipped(&[])).unwrap();
    assert!(matches!(read_file(&path).unwrap_err(), WeightsError::UnknownFormat { .. }));
}
