//! SavedModels and checkpoints of TensorFlow 2, whole and damaged; those of the course by their indices alone.

use std::fs;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::tensor::Device;
use fireside_weights::{
    Library, Limits, Tensors, Values, WeightsError, load_file, read, tensor_bundle,
};
use tempfile::TempDir;

use crate::bundle_writer::{Pair, Variable, block, masked_crc, pairs, seal, table, varint, write};
use crate::darknet::assert_is_held_once;
use crate::{array, folder_or_remark};

fn read_bundle(path: &Path) -> Result<Tensors, WeightsError> {
    read(path, &Limits::default())
}

fn counting(count: usize) -> Vec<f32> {
    (0..count).map(|number| number as f32 + 0.25).collect()
}

/// A convolution and its normalisation as Keras saves them, and what a training leaves beside them.
fn variables() -> Vec<Variable> {
    let layer = |name: &str, shape: &[u64], count| Variable::new(name, shape, &counting(count));
    let mut graph = Variable::of_kind("", 7, &[], b"\x05hello");
    graph.key = "_CHECKPOINTABLE_OBJECT_GRAPH".to_string();
    vec![
        layer("layer_with_weights-0/kernel", &[3, 3, 2, 4], 72),
        layer("layer_with_weights-0/kernel/.OPTIMIZER_SLOT/optimizer/m", &[3, 3, 2, 4], 72),
        layer("layer_with_weights-1/beta", &[4], 4),
        layer("layer_with_weights-1/gamma", &[4], 4),
        layer("layer_with_weights-1/moving_mean", &[4], 4),
        layer("layer_with_weights-1/moving_variance", &[4], 4),
        Variable::of_kind("optimizer/iter", 9, &[], &7_i64.to_le_bytes()),
        Variable::of_kind("save_counter", 9, &[], &1_i64.to_le_bytes()),
        graph,
    ]
}

/// A SavedModel of these variables; the folder, and the path of its index.
fn saved_model(variables: &[Variable]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("saved_model.pb"), b"\x08\x01").unwrap();
    let index = write(&folder.path().join("variables"), "variables", variables, 1);
    (folder, index)
}

/// What is said of a SavedModel of these variables.
fn refusal(variables: &[Variable]) -> WeightsError {
    read_bundle(saved_model(variables).0.path()).unwrap_err()
}

#[derive(Module, Debug)]
struct Small {
    conv: Conv2d,
    norm: BatchNorm,
}

#[test]
fn saved_model_goes_into_a_model_by_any_of_its_names() {
    let (folder, index) = saved_model(&variables());
    let device = Device::default();
    let renames = [("conv", "layer_with_weights-0"), ("norm", "layer_with_weights-1")];
    let data = index.with_extension("data-00000-of-00001");
    let names = [folder.path().to_path_buf(), folder.path().join("saved_model.pb"), index, data];
    for path in names {
        let model = Small {
            conv: Conv2dConfig::new([2, 4], [3, 3]).with_bias(false).init(&device),
            norm: BatchNormConfig::new(4).init(&device),
        };
        let model = load_file(model, &path, &renames).unwrap();
        let kernel = model.conv.weight.to_data().try_into_vec::<f32>().unwrap();
        assert_eq!(
            kernel[..3],
            [0.25, 8.25, 16.25],
            "the first channel in of the first channel out"
        );
        assert_eq!(model.norm.gamma.to_data().try_into_vec::<f32>().unwrap(), counting(4));
    }
}

#[test]
fn variables_keep_their_keys_and_what_belongs_to_a_training_is_left_alone() {
    let (folder, _) = saved_model(&variables());
    let tensors = read_bundle(folder.path()).unwrap();
    assert_eq!((tensors.library, tensors.arrays.len()), (Library::Keras, 5));
    let kernel = array(&tensors, "layer_with_weights-0/kernel");
    assert_eq!(
        (kernel.shape.as_slice(), kernel.values),
        (&[3, 3, 2, 4][..], Values::F32(counting(72)))
    );
}

#[test]
fn checkpoint_is_read_by_its_name_its_index_and_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let weights = [Variable::new("model/dense/kernel", &[2, 3], &counting(6))];
    let index = write(folder.path(), "ckpt-1", &weights, 1);
    for path in [index.clone(), folder.path().join("ckpt-1"), folder.path().to_path_buf()] {
        let tensors = read_bundle(&path).unwrap();
        assert_eq!(array(&tensors, "model/dense/kernel").shape, [2, 3]);
    }
    write(folder.path(), "ckpt-2", &weights, 1);
    let error = read_bundle(folder.path()).unwrap_err().to_string();
    assert!(error.contains("it holds several checkpoints, name one: "), "{error}");
    assert!(error.contains("ckpt-1.index, ") && error.ends_with("ckpt-2.index"), "{error}");
}

#[test]
fn numbers_of_every_type_become_the_numbers_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let wide = [1.5_f64, -2.5].into_iter().flat_map(f64::to_le_bytes).collect::<Vec<_>>();
    let long = [7_i64, -1].into_iter().flat_map(i64::to_le_bytes).collect::<Vec<_>>();
    let index = write(
        folder.path(),
        "types",
        &[
            Variable::of_kind("a_f64", 2, &[2], &wide),
            Variable::of_kind("b_half", 19, &[2], &[0x00, 0x3c, 0x00, 0xc1]),
            Variable::of_kind("c_brain", 14, &[2], &[0x80, 0x3f, 0x20, 0xc0]),
            Variable::of_kind("d_i64", 9, &[2], &long),
            Variable::of_kind("e_u8", 4, &[], &[255]),
            Variable::of_kind("f_empty", 1, &[3, 0], &[]),
        ],
        1,
    );
    let tensors = read_bundle(&index).unwrap();
    let values = |name: &str| array(&tensors, name).values;
    assert_eq!(values("a_f64"), Values::F64(vec![1.5, -2.5]));
    assert_eq!(values("b_half"), Values::F32(vec![1.0, -2.5]));
    assert_eq!(values("c_brain"), Values::F32(vec![1.0, -2.5]));
    assert_eq!(values("d_i64"), Values::F64(vec![7.0, -1.0]));
    assert_eq!(values("e_u8"), Values::F32(vec![255.0]));
    assert_eq!(array(&tensors, "f_empty").shape, [3, 0]);
}

#[test]
fn what_holds_no_numbers_is_refused_by_name() {
    for (kind, found) in [
        (7, "texts"),
        (8, "complex numbers"),
        (20, "values of TensorFlow's type 20"),
        (0, "type 0"),
    ] {
        let error = refusal(&[Variable::of_kind("words", kind, &[1], b"\x01a")]);
        assert!(matches!(error, WeightsError::NotNumbers { .. }), "{error}");
        let error = error.to_string();
        assert!(error.starts_with("words in ") && error.contains(found), "{error}");
    }
}

#[test]
fn numbers_of_several_data_files_are_put_together() {
    let folder = tempfile::tempdir().unwrap();
    let mut second = Variable::new("b", &[2], &[3.0, 4.0]);
    second.shard = 1;
    let index = write(folder.path(), "ckpt", &[Variable::new("a", &[1], &[1.0]), second], 2);
    let tensors = read_bundle(&index).unwrap();
    assert_eq!(array(&tensors, "b").values, Values::F32(vec![3.0, 4.0]));
    for number in 0..2 {
        fs::remove_file(folder.path().join(format!("ckpt.data-{number:05}-of-00002"))).unwrap();
    }
    let error = read_bundle(&index).unwrap_err();
    let WeightsError::Absent { files, .. } = &error else { panic!("{error}") };
    assert_eq!(files.len(), 2, "all at once");
    let said = error.to_string();
    assert!(said.contains("ckpt.data-00000-of-00002 (4 bytes), "), "{said}");
    assert!(said.contains("ckpt.data-00001-of-00002 (8 bytes), which hold the numbers"), "{said}");
}

#[test]
fn folder_of_a_saved_model_without_variables_names_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("saved_model.pb");
    fs::write(&model, b"\x08\x01").unwrap();
    for path in [folder.path(), &model] {
        let error = read_bundle(path).unwrap_err();
        assert!(matches!(error, WeightsError::Absent { .. }), "{error}");
        assert!(error.to_string().contains("variables/variables.index"), "{error}");
    }
}

#[test]
fn wrong_checksum_names_the_variable() {
    let (folder, index) = saved_model(&variables());
    let path = index.with_extension("data-00000-of-00001");
    let mut data = fs::read(&path).unwrap();
    data[2 * 72 * 4 + 5] ^= 1;
    fs::write(&path, data).unwrap();
    let error = read_bundle(folder.path()).unwrap_err().to_string();
    let expected = "the numbers of layer_with_weights-1/beta are damaged: their checksum differs";
    assert!(error.ends_with(expected), "{error}");
}

#[test]
fn data_file_that_is_cut_names_the_variable_and_the_length_that_is_wanted() {
    let (folder, index) = saved_model(&variables());
    let path = index.with_extension("data-00000-of-00001");
    let data = fs::read(&path).unwrap();
    fs::write(&path, &data[..100]).unwrap();
    let error = read_bundle(folder.path()).unwrap_err().to_string();
    let expected = format!(
        "it has 100 bytes, and _CHECKPOINTABLE_OBJECT_GRAPH ends at {}: as many are wanted",
        data.len()
    );
    assert!(error.ends_with(&expected), "{error}");
}

#[test]
fn places_that_overlap_or_do_not_exist_are_refused() {
    let at = |name: &str, offset| Variable {
        offset: Some(offset),
        ..Variable::new(name, &[2], &[1.0, 2.0])
    };
    let said = |variables: &[Variable]| refusal(variables).to_string();
    let overlap = said(&[at("a", 0), at("b", 4)]);
    assert!(overlap.contains(
        "a/.ATTRIBUTES/VARIABLE_VALUE and b/.ATTRIBUTES/VARIABLE_VALUE lie in one place"
    ));
    let beyond = said(&[at("a", 1 << 40)]);
    assert!(
        beyond.contains("it has 8 bytes, and a/.ATTRIBUTES/VARIABLE_VALUE ends at 1099511627784"),
        "{beyond}"
    );
    let endless = said(&[at("a", u64::MAX)]);
    assert!(endless.contains("has 8 bytes at 18446744073709551615"), "{endless}");
    let mut elsewhere = at("a", 0);
    elsewhere.shard = 5;
    let elsewhere = said(&[elsewhere]);
    assert!(
        elsewhere.ends_with("a/.ATTRIBUTES/VARIABLE_VALUE lies in data file 5 of 1"),
        "{elsewhere}"
    );
    let mut wrong = at("a", 0);
    wrong.shape = vec![3];
    assert!(said(&[wrong.clone()]).ends_with("a [3] has 8 bytes of F32"));
    wrong.shape = vec![1 << 40, 1 << 40];
    assert!(matches!(refusal(&[wrong]), WeightsError::TooLarge { .. }));
}

/// The index of one variable whose first block is made by `change`.
fn changed(change: impl Fn(Vec<Pair>) -> Vec<u8>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let variables = [Variable::new("a", &[1], &[1.0]), Variable::new("b", &[1], &[1.0])];
    let index = write(folder.path(), "ckpt", &variables, 1);
    fs::write(&index, table(&[change(pairs(&variables, 1).0)])).unwrap();
    read_bundle(&index).unwrap_err().to_string()
}

#[test]
fn index_that_is_damaged_says_how() {
    let contents = |pairs: Vec<Pair>| {
        let sealed = block(&pairs);
        sealed[..sealed.len() - 5].to_vec()
    };
    let damaged = changed(|pairs| {
        let mut sealed = block(&pairs);
        sealed[3] ^= 1;
        sealed
    });
    assert!(damaged.ends_with("the block at 0 is damaged: its checksum differs"), "{damaged}");
    let snappy = changed(|pairs| seal(contents(pairs), 1));
    assert!(
        snappy.ends_with("the block at 0 is compressed by Snappy, which is not read"),
        "{snappy}"
    );
    let unsorted = changed(|mut pairs| {
        pairs.swap(1, 2);
        block(&pairs)
    });
    assert!(unsorted.ends_with("a/.ATTRIBUTES/VARIABLE_VALUE is not in its place"), "{unsorted}");
    let endless = changed(|pairs| seal([vec![0x80; 40], contents(pairs)].concat(), 0));
    assert!(endless.ends_with("a block is damaged"), "{endless}");
    let headless = changed(|pairs| block(&pairs[1..]));
    assert!(headless.ends_with("it does not say how many data files there are"), "{headless}");
    let big = changed(|mut pairs| {
        pairs[0].1.extend([0x10, 1]);
        block(&pairs)
    });
    assert!(big.ends_with("its numbers are big-endian, which are not read"), "{big}");
    let sliced = changed(|mut pairs| {
        pairs[1].1.extend([0x3a, 0]);
        block(&pairs)
    });
    assert!(
        sliced.ends_with(
            "a/.ATTRIBUTES/VARIABLE_VALUE is cut into slices, which are not put together"
        ),
        "{sliced}"
    );
    let nonsense = changed(|mut pairs| {
        pairs[1].1 = vec![0x0f];
        block(&pairs)
    });
    assert!(
        nonsense.ends_with("a/.ATTRIBUTES/VARIABLE_VALUE is no description of a variable"),
        "{nonsense}"
    );
}

/// Keys that each repeat a long one: a kilobyte of them would be a gigabyte of names.
#[test]
fn keys_that_grow_out_of_all_proportion_are_refused() {
    let mut contents = [varint(0), varint(100_000), varint(0), vec![b'k'; 100_000]].concat();
    for _ in 0..10_000 {
        contents.extend([varint(100_000), varint(1), varint(0), vec![b'k']].concat());
    }
    contents.extend([0, 0, 0, 0, 1, 0, 0, 0]);
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("ckpt.index");
    fs::write(&index, table(&[seal(contents, 0)])).unwrap();
    assert!(read_bundle(&index).is_err());
}

#[test]
fn index_that_is_none_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("ckpt.index");
    for contents in [vec![], vec![0; 47], vec![0; 500]] {
        fs::write(&index, contents).unwrap();
        let error = read_bundle(&index).unwrap_err().to_string();
        assert!(error.ends_with("it does not end as a table of LevelDB does"), "{error}");
    }
    assert_eq!(masked_crc(b""), 0xa282_ead8);
}

/// Of the length of the course's own.
#[test]
#[ignore = "alone: other tests take memory too"]
fn large_file_is_in_memory_once() {
    let folder = tempfile::tempdir().unwrap();
    let numbers = counting(25_491_780); // so many that the system takes their memory back at once
    let layers = ["a", "b"].map(|name| Variable::new(name, &[25_491_780], &numbers));
    let index = write(folder.path(), "ckpt", &layers, 1);
    drop((numbers, layers));
    assert_is_held_once(&index);
}

/// The course's own files, which lie beside the checkout or in the folder of `FIRESIDE_DATA`: indices without the
/// numbers.
#[test]
fn indices_of_the_course_list_the_numbers_of_its_networks() {
    let Some(data) = folder_or_remark("FIRESIDE_DATA", Some("../shared/datasets")) else { return };
    let files = [
        ("yolo/model_data", 113, 50_983_561),
        ("facenet_2021/keras-facenet_tf23", 491, 22_808_144),
    ];
    for (folder, entries, numbers) in files {
        let path = data.join(folder);
        let found = tensor_bundle::entries(&path).unwrap();
        assert_eq!(found.len(), entries);
        let of_f32 = found.iter().filter(|entry| entry.kind == 1);
        assert_eq!(of_f32.map(|entry| entry.shape.iter().product::<u64>()).sum::<u64>(), numbers);
        let error = read_bundle(&path).unwrap_err();
        let WeightsError::Absent { files, .. } = &error else { panic!("{error}") };
        let length = 4 * numbers + found[0].bytes;
        assert!(files[0].0.ends_with("variables/variables.data-00000-of-00001"), "{error}");
        assert_eq!((files.len(), files[0].1), (1, Some(length)));
        if folder.starts_with("yolo") {
            assert_eq!(length, 203_976_560);
        }
    }
}
