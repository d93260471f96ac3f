//! What Keras and PyTorch have trained answers the same in Burn.

use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_weights::{Array, Library, Options, Values, load};

use crate::networks::{
    FirstLayers, KERAS_LAYERS, KERAS_SEQUENCE, KerasLayers, KerasSequence, TORCH_LAYERS,
    TORCH_SEQUENCE, TorchLayers, TorchSequence,
};
use crate::{array, fixture_tensors};

/// Sums of some hundred f32 products in another order.
const TOLERANCE: f64 = 1e-5;

fn tensor<const D: usize>(array: &Array, device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(array.values.to_f64(), array.shape.clone()), device)
}

fn words(array: &Array, device: &Device) -> Tensor<2, Int> {
    let words: Vec<i64> = array.values.to_f64().into_iter().map(|word| word as i64).collect();
    Tensor::from_data(TensorData::new(words, array.shape.clone()), device)
}

fn assert_close<const D: usize>(file: &str, output: Tensor<D>, expected: &Array) {
    assert_eq!(output.dims().to_vec(), expected.shape, "{file}");
    let output: Vec<f64> = output.into_data().convert::<f64>().try_into_vec::<f64>().unwrap();
    for (index, (ours, theirs)) in output.iter().zip(expected.values.to_f64()).enumerate() {
        let difference = (ours - theirs).abs();
        assert!(difference < TOLERANCE, "{file}, output {index}: {ours}, not {theirs}");
    }
}

#[test]
fn every_layer_of_keras_answers_the_same_in_all_formats_of_keras() {
    let device = Device::default();
    let io = fixture_tensors("keras_layers.io.npz");
    let images: Tensor<4> = tensor(&array(&io, "input"), &device).permute([0, 3, 1, 2]);
    for file in ["keras_layers.h5", "keras_layers.weights.h5", "keras_layers.keras"] {
        let tensors = fixture_tensors(file);
        assert_eq!(tensors.library, Library::Keras);
        let model = KerasLayers::new(&device);
        let (model, report) = load(model, &tensors, KERAS_LAYERS, &Options::default()).unwrap();
        assert_eq!((report.matched.len(), report.differences()), (23, 0), "{file}: {report}");
        assert_eq!(report.implied, [("depthwise_bn.gamma".to_string(), 1.0)]);
        assert_close(file, model.forward(images.clone()), &array(&io, "output"));
    }
}

#[test]
fn recurrent_layers_and_attention_of_keras_answer_the_same() {
    let device = Device::default();
    let io = fixture_tensors("keras_sequence.io.npz");
    let words = words(&array(&io, "input"), &device);
    for file in ["keras_sequence.h5", "keras_sequence.weights.h5"] {
        let tensors = fixture_tensors(file);
        let model = KerasSequence::new(&device);
        let (model, report) = load(model, &tensors, KERAS_SEQUENCE, &Options::default()).unwrap();
        assert_eq!(report.differences(), 0, "{file}: {report}");
        assert_close(file, model.forward(words.clone()), &array(&io, "output"));
    }
}

#[test]
fn every_layer_of_pytorch_answers_the_same_in_all_formats() {
    let device = Device::default();
    let io = fixture_tensors("torch_layers.io.npz");
    let images: Tensor<4> = tensor(&array(&io, "input"), &device);
    for file in [
        "torch_layers.pth",
        "torch_layers_2019.pth",
        "torch_layers_checkpoint.pt",
        "torch_layers.safetensors",
        "torch_layers.npz",
    ] {
        let tensors = fixture_tensors(file);
        assert_eq!(tensors.library, Library::PyTorch);
        let model = TorchLayers::new(&device);
        let (model, report) = load(model, &tensors, TORCH_LAYERS, &Options::default()).unwrap();
        assert_eq!((report.matched.len(), report.differences()), (18, 0), "{file}: {report}");
        assert_eq!(report.implied.len(), 2, "scale and shift of plain_bn");
        assert_close(file, model.forward(images.clone()), &array(&io, "output"));
    }
}

/// With a name of this length the directory of the archive has a header where a reader that looks for its start
/// expects the first.
#[test]
fn archive_of_pytorch_is_read_whatever_the_length_of_its_name() {
    let tensors = fixture_tensors("twenty_one_characters.pth");
    assert_eq!(array(&tensors, "weight").values.to_f64(), [1.0, -2.5]);
}

#[test]
fn recurrent_layers_of_pytorch_answer_the_same() {
    let device = Device::default();
    let io = fixture_tensors("torch_sequence.io.npz");
    let words = words(&array(&io, "input"), &device);
    let tensors = fixture_tensors("torch_sequence.pth");
    let model = TorchSequence::new(&device);
    let (model, report) = load(model, &tensors, TORCH_SEQUENCE, &Options::default()).unwrap();
    assert_eq!(report.differences(), 0, "{report}");
    assert_close("torch_sequence.pth", model.forward(words), &array(&io, "output"));
}

/// The same numbers as in the state dictionary, by way of their decimal digits.
#[test]
fn csv_folder_of_flat_arrays_is_read_as_the_state_dictionary_is() {
    let device = Device::default();
    let tensors = fixture_tensors("openface");
    assert_eq!(tensors.library, Library::OpenFace);
    let renames = [("fc", "fc_0")];
    let (model, report) =
        load(FirstLayers::new(&device), &tensors, &renames, &Options::default()).unwrap();
    assert_eq!(report.matched.len(), 8);
    let whole = fixture_tensors("torch_layers.pth");
    let options = Options::default();
    let (expected, _) = load(TorchLayers::new(&device), &whole, TORCH_LAYERS, &options).unwrap();
    assert_eq!(model.stem.weight.to_data(), expected.stem.weight.to_data());
    assert_eq!(model.bn.running_var.value().to_data(), expected.bn.running_var.value().to_data());
    let renames = [("fc", "fc.0")];
    let (same, _) =
        load(FirstLayers::new(&device), &whole, &renames, &Options::what_fits()).unwrap();
    assert_eq!(model.fc.weight.to_data(), same.fc.weight.to_data());
}

#[test]
fn array_of_numpy_in_columns_and_big_endian_is_read_in_rows() {
    let columns = fixture_tensors("columns_first.npy");
    let array = array(&columns, "columns_first");
    let weight = crate::array(&fixture_tensors("torch_layers.npz"), "fc.0.weight");
    assert_eq!((array.shape.as_slice(), weight.shape.as_slice()), (&[5, 12][..], &[5, 196][..]));
    let weight = weight.values.to_f64();
    let expected: Vec<f64> = (0..60).map(|i| weight[i / 12 * 196 + i % 12]).collect();
    assert_eq!(array.values, Values::F64(expected));
}

#[test]
fn halves_and_integers_become_the_numbers_they_are() {
    let tensors = fixture_tensors("types.safetensors");
    assert_eq!(array(&tensors, "whole").values, Values::F64(vec![1.0, -7.0]));
    let half = array(&tensors, "half").values.to_f64();
    assert_eq!(half[..2], [1.0, -2.5]);
    assert_eq!(half[3], 65504.0);
    assert_eq!(array(&tensors, "brain").values.to_f64()[3], 65536.0);
}
