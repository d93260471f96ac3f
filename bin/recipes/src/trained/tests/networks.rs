//! Networks of features and of pictures.

use burn::tensor::Tensor;
use fireside_dense::deep_net::DeepNetConfig;
use fireside_vision::conv_net::ConvNetConfig;
use fireside_vision::happy_net::HappyNetConfig;
use fireside_vision::new_head::NewHead;
use fireside_vision::resnet::small::SmallResNetConfig;
use fireside_vision::zoo;
use fireside_vision::{Classifier, Pixels};
use tempfile::TempDir;

use super::*;

#[test]
fn networks_of_features_answer_as_they_did_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let device = Device::flex();
    let config = DeepNetConfig::new(vec![2, 5, 1]);
    let net = drawn(config.init(&device).unwrap());
    let x = Tensor::<2>::from_data([[0.25, -1.5]], &device);
    let expected: Vec<f64> = probabilities(net.forward(x)).into_data().iter().collect();
    let values = Values::plain(&["x", "y"], Reading::one_of(&["red", "blue"]));
    write(folder.path(), net, Architecture::DeepNet(config), Task::Values(values));
    let answer = ask(folder.path(), &Question::Values(vec![0.25, -1.5]));
    assert_eq!(probabilities_of(&answer), expected);

    let trained = load(folder.path()).unwrap();
    for (wrong, expected) in [
        (
            Question::Values(vec![1.0]),
            "1 numbers were given: it takes --values with 2 numbers: x, y",
        ),
        (Question::Values(vec![1.0, f64::NAN]), "NaN is no finite number"),
        (
            Question::Sentence("red".into()),
            "the sentence \"red\" is nothing to ask this model: it takes --values with 2 numbers: x, y",
        ),
    ] {
        assert_eq!(trained.answer(&wrong).unwrap_err().to_string(), expected);
    }
}

#[test]
fn numbers_are_scaled_as_in_training() {
    let folder = tempfile::tempdir().unwrap();
    let device = Device::flex();
    let config = DeepNetConfig::new(vec![2, 1]);
    let net = drawn(config.init(&device).unwrap());
    let x = Tensor::<2>::from_data([[(120.0 - 100.0) / 50.0, (3.0 - 2.5) / 1.5]], &device);
    let expected = 100.0 * net.forward(x).into_data().iter::<f64>().sum::<f64>();
    let values = Values {
        mean: vec![100.0, 2.5],
        deviation: vec![50.0, 1.5],
        ..Values::plain(
            &["size", "bedrooms"],
            Reading::Number { name: "price".into(), scale: 100.0 },
        )
    };
    write(folder.path(), net, Architecture::DeepNet(config), Task::Values(values));
    let answer = ask(folder.path(), &Question::Values(vec![120.0, 3.0]));
    assert_eq!(answer, Answer::Number { name: "price".into(), value: expected });
}

/// One of each way to be a classifier of pictures: flat features, a module by itself, one by name, halves, a new head.
#[test]
fn classifiers_of_pictures_answer_as_they_did_in_memory() {
    let device = Device::flex();
    let classes = ["a", "b", "c"];
    let task = |side| Pictures::new([side; 2], Reading::one_of(&classes));
    let tried = |folder: &TempDir, own: &dyn Fn(Tensor<4>) -> Tensor<2>, side: u32| {
        let Question::Picture(path) = picture(folder.path()) else { unreachable!() };
        let pixels = fireside_datasets::image_file::read_rgb(&path, side, side).unwrap();
        let shape = [1, side as usize, side as usize, 3];
        let images = fireside_datasets::labelled_images::images(&pixels, shape, &device);
        let expected: Vec<f64> = probabilities(own(images)).into_data().iter().collect();
        let answer = ask(folder.path(), &Question::Picture(path));
        assert_eq!(probabilities_of(&answer), expected);
    };

    let folder = tempfile::tempdir().unwrap();
    let config = ConvNetConfig::new(3).with_widths(vec![4, 8]);
    let net = drawn(config.init(&device).unwrap());
    write(folder.path(), net.clone(), Architecture::ConvNet(config), Task::Pictures(task(16)));
    tried(&folder, &|images| net.forward(images), 16);

    let folder = tempfile::tempdir().unwrap();
    let named = Named::new("signs-net", 3, [3, 64, 64]);
    let net = zoo::find("signs-net").unwrap().build(3, [3, 64, 64], &device).unwrap();
    let net = drawn(net);
    write(folder.path(), net.clone(), Architecture::Zoo(named), Task::Pictures(task(64)));
    tried(&folder, &|images| net.forward(images), 64);

    let folder = tempfile::tempdir().unwrap();
    let config = SmallResNetConfig::new(8, 3);
    let net = drawn(config.init(&device).unwrap());
    let halves = task(32).shrunk(2);
    write(folder.path(), net.clone(), Architecture::SmallResNet(config), Task::Pictures(halves));
    let halve = fireside_layers::ops::Pool2dOptions::square(2);
    let own = |images| net.forward(fireside_layers::ops::avg_pool2d(images, &halve, true));
    tried(&folder, &own, 32);

    let folder = tempfile::tempdir().unwrap();
    let base = Named::new("conv-net", 6, [3, 16, 16]);
    let net = zoo::find("conv-net").unwrap().build(6, [3, 16, 16], &device).unwrap();
    let pixels = Pixels { mean: [0.5; 3], deviation: [0.5; 3], ..Pixels::PLAIN };
    let head = burn::nn::LinearConfig::new(256, 3).init(&device);
    let net = drawn(NewHead::new(net, pixels, head, 0.2));
    let head = HeadOn { base, pixels: pixels.into(), features: 256, num_classes: 3 };
    write(folder.path(), net.clone(), Architecture::NewHead(head), Task::Pictures(task(16)));
    tried(&folder, &|images| net.forward(images), 16);

    let folder = tempfile::tempdir().unwrap();
    let config = HappyNetConfig::new();
    let net = drawn(config.init(&device).unwrap());
    let faces = Pictures::new([64; 2], Reading::one_of(&["not happy", "happy"]));
    write(folder.path(), net.clone(), Architecture::HappyNet(config), Task::Pictures(faces));
    tried(&folder, &|images| net.forward(images), 64);
}

#[test]
fn several_labels_of_a_picture_are_judged_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let config = DeepNetConfig::new(vec![4 * 4 * 3, 2]);
    let net = drawn(config.init(&Device::flex()).unwrap());
    let task = Pictures::new([4; 2], Reading::each(&["car", "stop sign"]));
    write(folder.path(), net, Architecture::DeepNet(config), Task::Pictures(task));
    let answer = ask(folder.path(), &picture(folder.path()));
    let Answer::Labels { labels } = answer else { panic!("{answer:?}") };
    assert_eq!(labels.iter().map(|label| &*label.name).collect::<Vec<_>>(), ["car", "stop sign"]);
}
