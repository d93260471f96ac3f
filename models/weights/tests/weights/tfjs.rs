//! Weights of TensorFlow.js, quantised and not.

use std::fs;
use std::path::PathBuf;

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::tensor::Device;
use fireside_weights::{Library, Limits, Tensors, Values, WeightsError, load_file, read};

use crate::{array, folder_or_remark};

/// One array as it is and one of each quantisation.
pub const MANIFEST: &str = r#"[{"weights": [
    {"name": "conv0/filters", "shape": [1, 1, 2, 3], "dtype": "float32",
     "quantization": {"dtype": "uint8", "scale": 0.5, "min": -1.0}},
    {"name": "conv0/bias", "shape": [3], "dtype": "float32"},
    {"name": "wide", "shape": [2], "dtype": "float32",
     "quantization": {"dtype": "uint16", "scale": 0.001, "min": 10, "original_dtype": "float32"}},
    {"name": "half", "shape": [2], "dtype": "float32", "quantization": {"dtype": "float16"}},
    {"name": "whole", "shape": [2], "dtype": "int32", "quantization": {"dtype": "uint8", "scale": 0.3, "min": 0}},
    {"name": "step", "shape": [], "dtype": "int32"}
], "paths": ["shard1of2.bin", "shard2of2.bin"]}]"#;

/// The bytes of these arrays.
pub fn shards() -> Vec<u8> {
    let mut bytes: Vec<u8> = vec![0, 1, 2, 3, 4, 255];
    bytes.extend([1.5_f32, -2.5, 0.1].into_iter().flat_map(f32::to_le_bytes));
    bytes.extend([0_u16, 65535].into_iter().flat_map(u16::to_le_bytes));
    bytes.extend([0x00, 0x3c, 0x00, 0xc1]);
    bytes.extend([1, 5]);
    bytes.extend((-7_i32).to_le_bytes());
    bytes
}

fn read_manifest(name: &str, manifest: &str, shards: &[u8]) -> Result<Tensors, WeightsError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, manifest).unwrap();
    let (first, second) = shards.split_at(shards.len().min(9)); // in the middle of a number
    fs::write(folder.path().join("shard1of2.bin"), first).unwrap();
    fs::write(folder.path().join("shard2of2.bin"), second).unwrap();
    read(&path, &Limits::default())
}

fn refusal(manifest: &str) -> String {
    read_manifest("weights_manifest.json", manifest, &shards()).unwrap_err().to_string()
}

#[test]
fn quantised_numbers_are_restored_by_scale_and_minimum() {
    let model = format!(
        r#"{{"format": "graph-model", "modelTopology": {{}}, "weightsManifest": {MANIFEST}}}"#
    );
    for (name, manifest) in [("weights_manifest.json", MANIFEST), ("model.json", &model)] {
        let tensors = read_manifest(name, manifest, &shards()).unwrap();
        assert_eq!((tensors.library, tensors.arrays.len()), (Library::Keras, 6));
        let values = |name: &str| array(&tensors, name).values;
        assert_eq!(values("conv0/filters"), Values::F32(vec![-1.0, -0.5, 0.0, 0.5, 1.0, 126.5]));
        assert_eq!(values("conv0/bias"), Values::F32(vec![1.5, -2.5, 0.1]));
        assert_eq!(values("wide"), Values::F32(vec![10.0, 75.535]));
        assert_eq!(values("half"), Values::F32(vec![1.0, -2.5]));
        assert_eq!(values("whole"), Values::F32(vec![0.0, 2.0]), "0.3 and 1.5, rounded");
        assert_eq!(
            (values("step"), array(&tensors, "step").shape.len()),
            (Values::F64(vec![-7.0]), 0)
        );
    }
}

#[derive(Module, Debug)]
struct Separable {
    depthwise: Conv2d,
    pointwise: Conv2d,
}

#[test]
fn halves_of_a_separable_convolution_go_into_a_model() {
    let manifest = r#"[{"weights": [
        {"name": "conv1/depthwise_filter", "shape": [1, 1, 2, 1], "dtype": "float32"},
        {"name": "conv1/pointwise_filter", "shape": [1, 1, 2, 1], "dtype": "float32"},
        {"name": "conv1/bias", "shape": [1], "dtype": "float32"}
    ], "paths": ["all.bin"]}]"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights_manifest.json");
    fs::write(&path, manifest).unwrap();
    let numbers = [1.0_f32, 2.0, 3.0, 4.0, 5.0].into_iter().flat_map(f32::to_le_bytes);
    fs::write(folder.path().join("all.bin"), numbers.collect::<Vec<u8>>()).unwrap();
    let device = Device::default();
    let model = Separable {
        depthwise: Conv2dConfig::new([2, 2], [1, 1]).with_groups(2).with_bias(false).init(&device),
        pointwise: Conv2dConfig::new([2, 1], [1, 1]).init(&device),
    };
    let renames = [("depthwise", "conv1.depthwise"), ("pointwise", "conv1.pointwise")];
    let model = load_file(model, &path, &renames).unwrap();
    let values = |data: burn::tensor::TensorData| data.try_into_vec::<f32>().unwrap();
    assert_eq!(values(model.depthwise.weight.to_data()), [1.0, 2.0]);
    assert_eq!(values(model.pointwise.weight.to_data()), [3.0, 4.0]);
    assert_eq!(values(model.pointwise.bias.unwrap().to_data()), [5.0]);
}

#[test]
fn lengths_that_do_not_fit_are_errors_with_both() {
    let length = shards().len();
    for (shards, held) in
        [(shards()[1..].to_vec(), length - 1), ([shards(), vec![0]].concat(), length + 1)]
    {
        let error =
            read_manifest("weights_manifest.json", MANIFEST, &shards).unwrap_err().to_string();
        let expected =
            format!("shard1of2.bin, shard2of2.bin has {held} bytes, and its arrays have {length}");
        assert!(error.ends_with(&expected), "{error}");
    }
    let endless =
        refusal(&MANIFEST.replace("[1, 1, 2, 3]", "[4294967296, 4294967296, 4294967296]"));
    assert!(endless.ends_with("its arrays have more than can be counted"), "{endless}");
    let large = refusal(&MANIFEST.replace("[1, 1, 2, 3]", "[500000000]"));
    assert!(large.contains("its arrays have 5000000"), "{large}");
}

#[test]
fn files_anywhere_but_beside_the_manifest_are_refused() {
    for name in
        ["../shard1of2.bin", "/etc/passwd", "a/../../b", "", ".", "http://x/y", "C:\\\\x", "./x"]
    {
        let error = refusal(&MANIFEST.replace("shard1of2.bin", name));
        assert!(error.ends_with("is not a file beside it"), "{name}: {error}");
    }
}

#[test]
fn files_that_are_missing_are_named_all_at_once() {
    let error = refusal(&MANIFEST.replace("of2", "of3"));
    assert!(error.contains("wants files that are not there: "), "{error}");
    assert!(
        error.contains("shard1of3.bin, ")
            && error.ends_with("shard2of3.bin, which hold the numbers"),
        "{error}"
    );
}

#[test]
fn manifest_that_makes_no_sense_says_what_is_wrong() {
    let lacking = refusal(&MANIFEST.replace(r#""scale": 0.5, "#, ""));
    assert!(
        lacking.ends_with("conv0/filters is quantised, and has no scale or no min"),
        "{lacking}"
    );
    let texts = refusal(
        &MANIFEST
            .replace(r#""shape": [3], "dtype": "float32""#, r#""shape": [3], "dtype": "string""#),
    );
    assert!(texts.contains("bytes, and its arrays have "), "{texts}");
    let architecture = refusal(r#"{"class_name": "Model", "config": {}}"#);
    assert!(architecture.contains("it has no weightsManifest"), "{architecture}");
    for broken in [
        "[",
        "[{}]",
        "{\"weightsManifest\": 3}",
        "[{\"weights\": [{\"name\": \"a\", \"shape\": [-1]}]}]",
    ] {
        let error = refusal(broken);
        assert!(error.contains("is not a whole TensorFlow.js file: "), "{error}");
    }
    let deep = refusal(&("[{\"x\": ".to_string() + &"[".repeat(100_000)));
    assert!(deep.contains("EOF while parsing a list"), "{deep}");
}

/// The package that `tests/fetch-weights` brings.
#[test]
fn detector_of_faces_is_read_whole() {
    let Some(folder) = folder_or_remark("FIRESIDE_WEIGHTS", None) else { return };
    let model = folder.join("vladmandic-face-api-1.7.15/model");
    let files: [(PathBuf, usize, usize); 2] = [
        (model.join("tiny_face_detector_model-weights_manifest.json"), 193_321, 19),
        (model.join("face_landmark_68_tiny_model-weights_manifest.json"), 77_224, 28),
    ];
    for (path, numbers, arrays) in files {
        let tensors = read(&path, &Limits::default()).unwrap();
        let held: usize = tensors.arrays.iter().map(|array| array.values.len()).sum();
        assert_eq!((tensors.arrays.len(), held), (arrays, numbers), "{}", path.display());
        let largest = tensors
            .arrays
            .iter()
            .flat_map(|array| array.values.to_f64())
            .fold(0.0, |a: f64, b| a.max(b.abs()));
        assert!(largest > 0.5 && largest < 100.0, "{largest}");
    }
}
