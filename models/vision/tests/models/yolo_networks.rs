//! Darknet-19 and the networks of YOLO.
//!
//! The counts are those of the course's summary and index of weights, and of the lengths of Darknet's files; that of the
//! face detector is that of its manifest.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use burn::module::Module;
use burn::tensor::{Device, Distribution, Tensor};
use fireside_suite::parameters::{Counts, count};
use fireside_training::gradients::named_gradients;
use fireside_vision::darknet19::Darknet19Config;
use fireside_vision::detection::TrueBox;
use fireside_vision::detection::anchors::read_anchors;
use fireside_vision::detection::yolo_loss::YoloLossConfig;
use fireside_vision::summary::summary;
use fireside_vision::yolo::YoloNetwork;
use fireside_vision::yolo::faces::FaceDetectorConfig;
use fireside_vision::yolo::lite::YoloLiteConfig;
use fireside_vision::yolo::reorg::Reorg;
use fireside_vision::yolo::tiny::TinyYoloConfig;
use fireside_vision::yolo::v2::{COCO_ANCHORS, YoloV2, YoloV2Config};
use fireside_vision::{Classifier, Edition};

use crate::image_suite;

/// A network whose last layer counts as the logits of classes, for the suite of classifiers.
#[derive(Module, Debug)]
struct Flat<M: Module> {
    net: M,
}

impl<M: YoloNetwork> Classifier for Flat<M> {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        self.net.forward(images)
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        features.flatten(1, 3)
    }
}

fn images(shape: [usize; 4]) -> Tensor<4> {
    Tensor::random(shape, Distribution::Uniform(0.0, 1.0), &Device::flex())
}

fn numbers<M: Module>(net: &M) -> [usize; 2] {
    let Counts { parameters, statistics } = count(net);
    [parameters + statistics, statistics]
}

fn v2(config: &YoloV2Config) -> [usize; 2] {
    numbers(&config.init(&Device::flex()).unwrap())
}

#[test]
fn yolo_v2_has_the_published_numbers() {
    assert_eq!(v2(&YoloV2Config::coco()), [50_983_561, 20_672]);
    assert_eq!(v2(&YoloV2Config::coco().with_passthrough(0)), [67_465_609, 20_544]);
    assert_eq!(v2(&YoloV2Config::voc()), [50_676_061, 20_672]);
    assert_eq!(v2(&YoloV2Config::coco().with_edition(Edition::Course)), [50_983_561, 20_672]);
}

#[test]
fn tiny_yolo_has_the_published_numbers() {
    let counted = |config: TinyYoloConfig| numbers(&config.init(&Device::flex()).unwrap())[0];
    assert_eq!(counted(TinyYoloConfig::voc()), 15_867_885);
    assert_eq!(counted(TinyYoloConfig::coco()), 11_237_145);
    // Of yolov2-tiny-voc.weights and yolov2-tiny.weights, with headers of 16 and 20 bytes.
    assert_eq!([15_867_885 * 4 + 16, 11_237_145 * 4 + 20], [63_471_556, 44_948_600]);
}

#[test]
fn darknet_19_has_the_published_numbers() {
    let net = Darknet19Config::new(1000).init(&Device::flex()).unwrap();
    assert_eq!(numbers(&net), [20_842_376 + 14_400, 14_400]);
}

#[test]
fn face_detector_has_the_numbers_of_its_manifest() {
    let net = FaceDetectorConfig::new().init(&Device::flex()).unwrap();
    assert_eq!(numbers(&net), [193_321, 0]);
}

/// The layers in the header of the trunk's file: 199,600 in the first four stages, 294,912 and 24,576 in the fifth, 14,336
/// and 110,592 where they come together, 2 for each of 1,040 channels, and a head of 97 times 50.
#[test]
fn yolo_lite_has_the_numbers_of_its_layer_table() {
    let net = YoloLiteConfig::new(5, COCO_ANCHORS.to_vec()).init(&Device::flex()).unwrap();
    let [all, statistics] = numbers(&net);
    assert_eq!(all - statistics, 199_600 + 319_488 + 124_928 + 2 * 1_040 + 97 * 50);
}

/// The author has 62.94 billion operations, two for each of them.
#[test]
fn yolo_v2_of_608_pixels_makes_19_by_19_cells_with_31_billion_multiply_adds() {
    let device = Device::flex();
    let net = YoloV2Config::coco().init(&device).unwrap();
    let table = summary(&net, YoloV2::forward, [3, 608, 608], &device);
    assert_eq!(table.rows.last().unwrap().output, [425, 19, 19]);
    assert_eq!(table.num_parameters(), 50_962_889);
    assert_eq!((table.multiply_adds() + 500_000) / 1_000_000, 31_469);
}

#[test]
fn networks_pass_the_suite() {
    let device = Device::flex();
    let anchors = vec![[1.0, 2.0], [3.0, 1.5]];
    let config = Darknet19Config::new(3);
    image_suite::check(&config.init(&device).unwrap(), &images([2, 3, 32, 64]), 3, &[]);

    let config = TinyYoloConfig::new(1, anchors.clone()).with_last(16);
    let net = Flat { net: config.init(&device).unwrap() };
    image_suite::check(&net, &images([3, 3, 64, 32]), 12 * 2, &[]);

    let net = Flat { net: YoloLiteConfig::new(2, anchors).init(&device).unwrap() };
    image_suite::check(&net, &images([2, 3, 32, 48]), 14 * 96, &[]);

    let net = Flat { net: FaceDetectorConfig::new().init(&device).unwrap() };
    image_suite::check(&net, &images([2, 3, 96, 64]), 25 * 6, &[]);
}

#[test]
fn gradient_reaches_every_parameter_of_yolo_v2() {
    let device = Device::flex();
    let config = YoloV2Config::new(3, vec![[1.0, 1.0]]);
    let net = config.init(&device).unwrap().train();
    let truth = TrueBox { class: 1, bounds: [3.0, 4.0, 30.0, 25.0] };
    let logits = net.forward(images([2, 3, 64, 64]));
    let loss = YoloLossConfig::new().loss(&config.head().unwrap(), &logits, &[vec![truth], vec![]]);
    let gradients = named_gradients(&net, &loss.unwrap().total().backward()).unwrap();
    for (name, values) in gradients {
        assert!(values.iter().any(|value| *value != 0.0), "some gradient of {name}");
        assert!(values.iter().all(|value| value.is_finite()), "finite gradient of {name}");
    }
}

/// The same weights: only the order of the finer map differs.
#[test]
fn reorg_is_the_edition_s_unless_another_is_asked_for() {
    let device = Device::flex();
    let config = YoloV2Config::new(1, vec![[1.0, 1.0]]).with_passthrough(4);
    assert_eq!(config.reorg(), Reorg::Darknet);
    let course = config.clone().with_edition(Edition::Course);
    assert_eq!(course.reorg(), Reorg::SpaceToDepth);
    assert_eq!(course.with_reorg(Some(Reorg::Darknet)).reorg(), Reorg::Darknet);

    let darknet = config.init(&device).unwrap();
    let other = config.with_reorg(Some(Reorg::SpaceToDepth)).init(&device).unwrap();
    let other = other.load_record(darknet.clone().into_record());
    let images = images([1, 3, 64, 64]);
    let [one, other] = [darknet.forward(images.clone()), other.forward(images)];
    let apart: f64 = (one - other).abs().max().into_scalar();
    assert!(apart > 1e-3, "{apart}");
}

#[test]
fn layers_are_as_small_as_the_grid_of_the_head() {
    let device = Device::flex();
    let of = |shape: [usize; 4], grid: [usize; 2]| [shape[0], shape[1], grid[0], grid[1]];
    let lite = YoloLiteConfig::new(2, vec![[1.0, 1.0]]);
    let dims = lite.init(&device).unwrap().forward(images([1, 3, 48, 80])).dims();
    assert_eq!(dims, of([1, 7, 0, 0], lite.head().unwrap().grid([48, 80]).unwrap()));
    let tiny = TinyYoloConfig::new(2, vec![[1.0, 1.0]]).with_last(8);
    let dims = tiny.init(&device).unwrap().forward(images([1, 3, 64, 96])).dims();
    assert_eq!(dims, of([1, 7, 0, 0], tiny.head().unwrap().grid([64, 96]).unwrap()));
    // Although its first convolution takes the outermost pixels away.
    let faces = FaceDetectorConfig::new();
    let dims = faces.init(&device).unwrap().forward(images([1, 3, 416, 160])).dims();
    assert_eq!(dims, of([1, 25, 0, 0], faces.head().unwrap().grid([416, 160]).unwrap()));
}

/// A new network takes little for an object.
#[test]
fn yolo_lite_begins_with_an_objectness_of_a_hundredth() {
    let config = YoloLiteConfig::new(2, vec![[1.0, 1.0], [2.0, 2.0]]);
    let net = config.init(&Device::flex()).unwrap();
    let boxes =
        config.head().unwrap().boxes(&net.forward(Tensor::zeros([1, 3, 32, 32], &Device::flex())));
    let mean: f64 = boxes.unwrap().objectness.mean().into_scalar();
    assert!((mean - 0.01).abs() < 1e-6, "{mean}");
}

/// The assignment's `yolo_anchors.txt`.
#[test]
fn anchors_for_coco_are_the_course_s() {
    let text =
        "0.57273, 0.677385, 1.87446, 2.06253, 3.33843, 5.47434, 7.88282, 3.52778, 9.77052, 9.16828";
    assert_eq!(read_anchors(text).unwrap(), COCO_ANCHORS);
}

#[test]
fn networks_that_are_none_are_refused() {
    let device = Device::flex();
    let anchors = vec![[1.0, 1.0]];
    assert!(YoloV2Config::new(0, anchors.clone()).init(&device).is_err());
    assert!(YoloV2Config::new(3, vec![]).init(&device).is_err());
    assert!(YoloV2Config::new(3, vec![[0.0, 1.0]]).init(&device).is_err());
    assert!(YoloV2Config::new(3, anchors.clone()).with_passthrough(6).init(&device).is_err());
    let torchvision = YoloV2Config::new(3, anchors.clone()).with_edition(Edition::Torchvision);
    assert!(torchvision.init(&device).is_err() && torchvision.renames().is_err());
    assert!(TinyYoloConfig::new(3, anchors.clone()).with_last(0).init(&device).is_err());
    assert!(YoloLiteConfig::new(3, vec![[f64::NAN, 1.0]]).init(&device).is_err());
    let lite = YoloLiteConfig::new(3, anchors);
    assert!(lite.check_image([96, 128]).is_ok() && lite.check_image([96, 120]).is_err());
    let published = YoloV2Config::coco();
    assert!(published.clone().with_passthrough(32).renames().is_err());
    assert!(published.saved_model_renames().is_err());
    assert!(published.with_edition(Edition::Course).saved_model_renames().is_ok());
    assert!(Darknet19Config::new(2).with_edition(Edition::Course).renames().is_err());
}
