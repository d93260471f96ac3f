//! Models within something larger: dictionaries, wrappers, other models.

use burn::tensor::Device;
use fireside_weights::{
    Array, Library, Options, Report, Tensors, Values, WeightsError, load, names,
};

use crate::fixture_tensors;
use crate::networks::{KERAS_LAYERS, KerasLayers, KerasWithin, TORCH_LAYERS, TorchLayers};

/// The arrays with other names.
fn renamed(tensors: &Tensors, rename: impl Fn(&str) -> String) -> Tensors {
    let mut tensors = tensors.clone();
    tensors.arrays.iter_mut().for_each(|array| array.name = rename(&array.name));
    tensors
}

/// The arrays of both.
fn beside(mut tensors: Tensors, others: Tensors) -> Tensors {
    tensors.arrays.extend(others.arrays);
    tensors
}

fn single(library: Library, name: &str) -> Tensors {
    let values = Values::F32(vec![0.0; 2]);
    let array = Array { name: name.to_string(), shape: vec![2], values };
    Tensors { library, arrays: vec![array] }
}

fn torch(tensors: &Tensors) -> Result<(TorchLayers, Report), WeightsError> {
    load(TorchLayers::new(&Device::default()), tensors, TORCH_LAYERS, &Options::default())
}

fn keras(tensors: &Tensors) -> Result<(KerasLayers, Report), WeightsError> {
    load(KerasLayers::new(&Device::default()), tensors, KERAS_LAYERS, &Options::default())
}

#[test]
fn what_wrappers_and_dictionaries_put_before_every_name_is_taken_off_in_any_order() {
    let plain = fixture_tensors("torch_layers.pth");
    let (expected, _) = torch(&plain).unwrap();
    for prefix in [
        "module.",
        "_orig_mod.",
        "module._orig_mod.",
        "_orig_mod.module._orig_mod.",
        "model.",
        "net.",
        "model.module.state_dict._orig_mod.",
        "state_dict.model.net.ema.",
        "some.training.of.mine.",
    ] {
        let (model, report) = torch(&renamed(&plain, |name| format!("{prefix}{name}"))).unwrap();
        assert_eq!(report.matched.len(), 18, "{prefix}");
        assert_eq!(model.stem.weight.to_data(), expected.stem.weight.to_data());
        assert_eq!(
            model.bn.running_var.value().to_data(),
            expected.bn.running_var.value().to_data()
        );
    }
}

/// A part of a network may be wrapped, as the features of VGG in PyTorch's own training of ImageNet.
#[test]
fn what_wrappers_put_into_the_middle_of_names_is_taken_out() {
    let plain = fixture_tensors("torch_layers.pth");
    let wrapped = renamed(&plain, |name| {
        let (layer, rest) = name.split_once('.').unwrap();
        format!("model.{layer}.module._orig_mod.{rest}")
    });
    assert_eq!(torch(&wrapped).unwrap().1.matched.len(), 18);
}

#[test]
fn what_lies_beside_the_model_is_no_difference_but_told() {
    let plain = fixture_tensors("torch_layers.pth");
    let model = renamed(&plain, |name| format!("model.{name}"));
    let average = renamed(&plain, |name| format!("model_ema.module.{name}"));
    let step = single(Library::PyTorch, "optimizer.state.0.exp_avg");
    let (_, report) = torch(&beside(beside(average.clone(), model), step.clone())).unwrap();
    assert_eq!((report.within.as_str(), report.differences()), ("model.", 0));
    assert_eq!(report.outside.len(), plain.arrays.len() + 1);
    // Where the average is all there is, it is the model.
    assert_eq!(torch(&beside(average, step)).unwrap().1.differences(), 0);
}

#[test]
fn model_within_a_model_is_found_however_deep() {
    let plain = fixture_tensors("keras_layers.h5");
    let (expected, _) = keras(&plain).unwrap();
    for layer in ["keras_layers", "mobilenetv2_1.00_224", "outer/middle/inner"] {
        let inner = renamed(&plain, |name| format!("{layer}/{name}"));
        let whole = beside(inner, single(Library::Keras, "dense/bias"));
        let (model, report) = keras(&whole).unwrap();
        assert_eq!((report.within, report.matched.len()), (format!("{layer}/"), 23));
        assert_eq!(report.outside, ["dense/bias"]);
        assert_eq!(model.depthwise.weight.to_data(), expected.depthwise.weight.to_data());
    }
}

/// `keras_within`: a model in a model in a model, as Keras writes it in each format.
#[test]
fn layers_within_two_models_of_keras_are_read_from_all_of_its_files() {
    let device = Device::default();
    for file in ["keras_within.h5", "keras_within.weights.h5", "keras_within.keras"] {
        let tensors = fixture_tensors(file);
        let model = KerasWithin::new(&device);
        let (model, report) = load(model, &tensors, &[], &Options::default()).unwrap();
        assert_eq!((report.matched.len(), report.differences()), (6, 0), "{file}: {report}");
        assert!(report.within.starts_with("middle/"), "{file}: {}", report.within);
        assert_eq!(report.outside, ["top/kernel", "top/bias"], "{file}");
        let bias = model.conv.bias.unwrap().to_data().try_to_vec::<f32>().unwrap();
        assert_eq!(bias, [1.0, 1.125, 1.25], "{file}");
        let variance = model.norm.running_var.value().to_data().try_to_vec::<f32>().unwrap();
        assert_eq!(variance, [5.0, 5.125, 5.25], "{file}");
    }
}

#[test]
fn model_that_is_there_twice_is_refused_with_both_places() {
    let plain = fixture_tensors("torch_layers.pth");
    let [left, right] =
        ["left", "right"].map(|side| renamed(&plain, |name| format!("{side}.encoder.{name}")));
    let error = torch(&beside(left, right)).unwrap_err();
    let expected = "the file holds this model 2 times, each under another beginning of its names: \
                    left.encoder., right.encoder.";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn names_that_do_not_fit_are_shown_with_what_they_begin_with() {
    let other = fixture_tensors("torch_sequence.pth");
    let count = other.arrays.len();
    let wrapped = renamed(&other, |name| format!("net.decoder.{name}"));
    let error = torch(&wrapped).unwrap_err().to_string();
    let first = &wrapped.arrays[0].name;
    assert!(error.contains(&format!("; of the file the model lacks {first}, net.")), "{error}");
    let rest = format!(" and {} more, all of which begin with net.decoder.; no ", count - 3);
    assert!(error.contains(&rest), "{error}");
    // A few arrays by chance of the same name and shape are no model.
    assert!(!error.contains("looked for in"), "{error}");
}

#[test]
fn difference_within_a_larger_file_is_one_still() {
    let plain = fixture_tensors("torch_layers.pth");
    let mut wrapped = renamed(&plain, |name| format!("model.{name}"));
    wrapped.arrays.retain(|array| array.name != "model.stem.bias");
    let more = single(Library::PyTorch, "model.more.bias");
    let error = torch(&beside(wrapped, more)).unwrap_err();
    let WeightsError::Differs(report) = &error else { panic!("{error}") };
    assert_eq!(report.unexpected, ["model.more.bias"]);
    assert_eq!(report.missing.len(), 1);
    assert!(error.to_string().contains("; looked for in model.; "), "{error}");
}

/// What this workspace writes has our names and nothing around them.
#[test]
fn our_own_files_are_taken_as_they_are() {
    let model = TorchLayers::new(&Device::default());
    let arrays = names(&model).into_iter().map(|(name, shape)| {
        let values = Values::F32(vec![0.0; shape.iter().product()]);
        Array { name: format!("base.{name}"), shape, values }
    });
    let tensors = Tensors { library: Library::Fireside, arrays: arrays.collect() };
    assert!(matches!(torch(&tensors), Err(WeightsError::Differs(_))));
}
