//! What a load says of weights that are not the model's.

use burn::module::Module as _;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::Device;
use fireside_weights::{
    Array, Library, Mismatch, Missing, Options, Tensors, Values, WeightsError, load, names,
    names_in,
};

use crate::fixture_tensors;
use crate::networks::{
    KERAS_LAYERS, KERAS_SEQUENCE, KerasLayers, KerasSequence, TORCH_LAYERS, TorchLayers,
};

/// Names and shapes of arrays.
type Shapes<'a> = &'a [(&'a str, &'a [usize])];

fn linear(inputs: usize, outputs: usize) -> Linear {
    LinearConfig::new(inputs, outputs).init(&Device::default())
}

fn tensors(library: Library, arrays: Shapes) -> Tensors {
    let arrays = arrays.iter().map(|(name, shape)| Array {
        name: (*name).to_string(),
        shape: shape.to_vec(),
        values: Values::F32((0..shape.iter().product::<usize>()).map(|i| i as f32).collect()),
    });
    Tensors { library, arrays: arrays.collect() }
}

#[test]
fn report_tells_missing_unexpected_and_shapes_apart() {
    let tensors = tensors(Library::PyTorch, &[("weight", &[3, 2]), ("scale", &[1])]);
    let error = load(linear(3, 2), &tensors, &[], &Options::default()).unwrap_err();
    let WeightsError::Differs(report) = error else { panic!("{error}") };
    let mismatch = Mismatch {
        ours: "weight".to_string(),
        our_shape: vec![3, 2],
        theirs: "weight".to_string(),
        their_shape: vec![3, 2], // theirs is outputs by inputs
    };
    assert_eq!(report.mismatched, [mismatch]);
    let missing = Missing { ours: "bias".to_string(), theirs: "bias".to_string() };
    assert_eq!(report.missing, [missing]);
    assert_eq!(report.unexpected, ["scale"]);
}

#[test]
fn each_difference_is_refused_unless_it_is_allowed() {
    let whole: Shapes = &[("weight", &[2, 3]), ("bias", &[2])];
    let strict = Options::default();
    assert!(load(linear(3, 2), &tensors(Library::PyTorch, whole), &[], &strict).is_ok());
    let cases: [(Shapes, Options); 3] = [
        (&[("weight", &[2, 3])], Options { allow_missing: true, ..strict }),
        (
            &[("weight", &[2, 3]), ("bias", &[2]), ("more", &[1])],
            Options { allow_unexpected: true, ..strict },
        ),
        (&[("weight", &[2, 3]), ("bias", &[5])], Options { allow_mismatched: true, ..strict }),
    ];
    for (arrays, allowing) in cases {
        let tensors = tensors(Library::PyTorch, arrays);
        assert!(load(linear(3, 2), &tensors, &[], &strict).is_err());
        let before = linear(3, 2);
        let bias = before.bias.as_ref().unwrap().to_data();
        let (model, report) = load(before, &tensors, &[], &allowing).unwrap();
        assert_eq!(
            model.weight.to_data().try_to_vec::<f32>().unwrap(),
            [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]
        );
        if report.matched.len() == 1 {
            assert_eq!(model.bias.unwrap().to_data(), bias, "what is not read stays as it was");
        }
    }
}

#[test]
fn weights_of_another_architecture_name_the_first_ten_differences() {
    let tensors = fixture_tensors("keras_layers.h5");
    let model = KerasSequence::new(&Device::default());
    let error = load(model, &tensors, KERAS_SEQUENCE, &Options::default()).unwrap_err();
    let sentence = error.to_string();
    assert!(sentence.starts_with("the weights are not those of this model: "), "{sentence}");
    assert!(
        sentence.contains("; no words/embeddings in the file for words.weight; "),
        "{sentence}"
    );
    assert_eq!(sentence.matches("; no ").count(), 10, "{sentence}");
    assert!(sentence.ends_with(" more"), "{sentence}");
}

#[test]
fn parameters_keep_their_identity_and_whether_they_learn() {
    let device = Device::default().autodiff();
    let frozen = LinearConfig::new(3, 2).init(&device).no_grad();
    let ids = (frozen.weight.id, frozen.bias.as_ref().unwrap().id);
    let tensors = tensors(Library::Keras, &[("kernel", &[3, 2]), ("bias", &[2])]);
    let (model, _) = load(frozen, &tensors, &[], &Options::default()).unwrap();
    assert_eq!((model.weight.id, model.bias.as_ref().unwrap().id), ids);
    assert!(!model.weight.is_require_grad());
    let learning = LinearConfig::new(3, 2).init(&device);
    let (model, _) = load(learning, &tensors, &[], &Options::default()).unwrap();
    assert!(model.weight.is_require_grad());
}

#[test]
fn names_are_ours_and_those_of_the_library_asked_for() {
    let model = KerasLayers::new(&Device::default());
    let ours = names(&model);
    assert!(ours.contains(&("depthwise.weight".to_string(), vec![8, 1, 3, 3])));
    let keras = names_in(&model, Library::Keras, KERAS_LAYERS).unwrap();
    let of = |ours: &str| keras.iter().find(|(path, _)| path == ours).unwrap().1.as_str();
    assert_eq!(of("separable.1.bias"), "separable/bias");
    assert_eq!(of("stem_bn.running_var"), "stem_bn/moving_variance");
    let model = TorchLayers::new(&Device::default());
    let torch = names_in(&model, Library::PyTorch, TORCH_LAYERS).unwrap();
    assert!(torch.contains(&("norm.beta".to_string(), "fc.1.bias".to_string())));
}

#[test]
fn convolution_of_single_pixels_and_linear_layer_take_each_other_s_weights() {
    for (library, name, shape) in [
        (Library::PyTorch, "weight", &[2, 3, 1, 1][..]),
        (Library::Keras, "kernel", &[1, 1, 3, 2][..]),
    ] {
        let tensors = tensors(library, &[(name, shape), ("bias", &[2])]);
        assert!(load(linear(3, 2), &tensors, &[], &Options::default()).is_ok(), "{library:?}");
    }
}

#[test]
fn what_only_they_have_may_be_named_in_the_table() {
    let arrays: Shapes = &[
        ("weight", &[2, 3]),
        ("bias", &[2]),
        ("AuxLogits.fc.weight", &[4]),
        ("n.num_batches_tracked", &[]),
    ];
    let tensors = tensors(Library::PyTorch, arrays);
    let strict = Options::default();
    let error = load(linear(3, 2), &tensors, &[], &strict).unwrap_err();
    let WeightsError::Differs(report) = error else { panic!("{error}") };
    assert_eq!(report.unexpected, ["AuxLogits.fc.weight"]);
    assert!(load(linear(3, 2), &tensors, &[("", "AuxLogits")], &strict).is_ok());
}
