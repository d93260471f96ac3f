//! The networks from AlexNet to Inception-ResNet: published sizes, and the suite of every network.
//!
//! Where nothing else is said, the counts are those of torchvision and `keras.applications`.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::module::Module;
use burn::tensor::{Device, Distribution, Tensor};
use fireside_suite::parameters::{Counts, count};
use fireside_vision::alexnet::AlexNetConfig;
use fireside_vision::conv_relu::Normalization;
use fireside_vision::googlenet::{GoogLeNet, GoogLeNetConfig};
use fireside_vision::inception::{BranchConfig, InceptionConfig, Pooling};
use fireside_vision::inception_resnet::InceptionResNetConfig;
use fireside_vision::inception_v3::{InceptionV3, InceptionV3Config};
use fireside_vision::network_in_network::{MlpConvConfig, NetworkInNetworkConfig};
use fireside_vision::vgg::VggConfig;
use fireside_vision::{Classifier, ConfigError, Edition, TrainingLogits};

use crate::image_suite::{check, check_heads};

/// The nets of 57 million parameters and more take turns: each needs a gigabyte.
fn one_at_a_time() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn counted<M: Module>(model: Result<M, ConfigError>) -> (usize, usize) {
    let Counts { parameters, statistics } = count(&model.unwrap());
    (parameters, statistics)
}

fn all_heads(logits: TrainingLogits) -> Vec<Tensor<2>> {
    logits.auxiliary.into_iter().chain([logits.main]).collect()
}

/// Three images of `[height, width]` through the suite.
fn passes<M: Classifier>(model: Result<M, ConfigError>, size: [usize; 2], num_classes: usize) {
    check(&model.unwrap(), &images(size), num_classes, &[]);
}

fn images([height, width]: [usize; 2]) -> Tensor<4> {
    let normal = Distribution::Normal(0.0, 1.0);
    Tensor::random([3, 3, height, width], normal, &Device::flex())
}

/// The features of one image.
fn features<M: Classifier>(model: Result<M, ConfigError>, image: [usize; 3]) -> [usize; 3] {
    let [channels, height, width] = image;
    let image = Tensor::zeros([1, channels, height, width], &Device::flex());
    let [_, channels, height, width] = model.unwrap().features(image).dims();
    [channels, height, width]
}

/// 34,944 + 307,456 + 885,120 + 663,936 + 442,624 + 37,752,832 + 16,781,312 and the head's 4,097,000 with two
/// groups; the other two have 614,656 and 1,327,488 + 884,992 where the groups are, or the channels of
/// torchvision.
#[test]
fn alexnet_has_the_parameters_of_its_editions() {
    let device = Device::flex();
    assert_eq!(
        counted(AlexNetConfig::new(1000).with_edition(Edition::Paper).init(&device)),
        (60_965_224, 0)
    );
    assert_eq!(
        counted(AlexNetConfig::new(1000).with_edition(Edition::Lecture).init(&device)),
        (62_378_344, 0)
    );
    assert_eq!(counted(AlexNetConfig::new(1000).init(&device)), (61_100_840, 0));
}

#[test]
fn vgg_has_the_published_parameters_with_and_without_batch_norm() {
    let device = Device::flex();
    let of = |config: VggConfig| counted(config.init(&device));
    let plain = [VggConfig::vgg11, VggConfig::vgg13, VggConfig::vgg16, VggConfig::vgg19];
    assert_eq!(
        plain.map(|config| of(config(1000))),
        [(132_863_336, 0), (133_047_848, 0), (138_357_544, 0), (143_667_240, 0)]
    );
    assert_eq!(
        plain.map(|config| of(config(1000).with_batch_norm(true))),
        [(132_868_840, 5_504), (133_053_736, 5_888), (138_365_992, 8_448), (143_678_248, 11_008)]
    );
}

/// Of the authors' models for Caffe.
#[test]
fn network_in_network_has_the_published_parameters() {
    let device = Device::flex();
    assert_eq!(counted(NetworkInNetworkConfig::cifar10(10).init(&device)), (966_986, 0));
    assert_eq!(counted(NetworkInNetworkConfig::imagenet(1000).init(&device)), (7_595_176, 0));
}

#[test]
fn googlenet_has_the_published_parameters_with_and_without_auxiliary_heads() {
    let device = Device::flex();
    let of = |config: GoogLeNetConfig| counted(config.init(&device));
    assert_eq!(of(GoogLeNetConfig::new(1000).with_edition(Edition::Paper)), (6_998_552, 0));
    assert_eq!(
        of(GoogLeNetConfig::new(10).with_edition(Edition::Paper).with_auxiliary(true)),
        (10_334_030, 0)
    );
    assert_eq!(of(GoogLeNetConfig::new(1000)), (6_624_904, 14_560));
    assert_eq!(of(GoogLeNetConfig::new(1000).with_auxiliary(true)), (13_004_888, 15_072));
}

#[test]
fn inception_v3_has_the_published_parameters() {
    let device = Device::flex();
    let of = |config: InceptionV3Config| counted(config.init(&device));
    assert_eq!(of(InceptionV3Config::new(1000)), (23_834_568, 34_432));
    assert_eq!(of(InceptionV3Config::new(1000).with_auxiliary(true)), (27_161_264, 36_224));
    assert_eq!(
        of(InceptionV3Config::new(1000).with_edition(Edition::Keras).with_dropout(0.0)),
        (23_817_352, 34_432)
    );
}

/// 55,873,736 together.
#[test]
fn inception_resnet_has_the_published_parameters() {
    let model = InceptionResNetConfig::new(1000).init(&Device::flex());
    assert_eq!(counted(model), (55_813_192, 60_544));
}

#[test]
fn features_of_full_images_have_the_sizes_of_the_papers() {
    let device = Device::flex();
    let alexnet =
        features(AlexNetConfig::new(10).with_edition(Edition::Paper).init(&device), [3, 227, 227]);
    assert_eq!(alexnet, [256, 6, 6]);
    let trick = features(AlexNetConfig::new(10).init(&device), [3, 224, 224]);
    assert_eq!(trick, [256, 6, 6]);
    let vgg = features(VggConfig::vgg11(10).with_places([1, 1]).init(&device), [3, 224, 224]);
    assert_eq!(vgg, [512, 7, 7]);
    let cifar = features(NetworkInNetworkConfig::cifar10(10).init(&device), [3, 32, 32]);
    assert_eq!(cifar, [192, 8, 8]);
    let imagenet = features(NetworkInNetworkConfig::imagenet(10).init(&device), [3, 224, 224]);
    assert_eq!(imagenet, [1024, 6, 6]);
    let paper = features(
        GoogLeNetConfig::new(10).with_edition(Edition::Paper).init(&device),
        [3, 224, 224],
    );
    assert_eq!(paper, [1024, 7, 7]);
    let torchvision = features(GoogLeNetConfig::new(10).init(&device), [3, 224, 224]);
    assert_eq!(torchvision, [1024, 7, 7]);
    let inception = features(
        InceptionV3Config::new(10).with_edition(Edition::Keras).with_dropout(0.0).init(&device),
        [3, 299, 299],
    );
    assert_eq!(inception, [2048, 8, 8]);
    let small = InceptionResNetConfig::new(10).with_blocks([1, 1, 1]).init(&device);
    assert_eq!(features(small, [3, 299, 299]), [1536, 8, 8]);
}

#[test]
fn smallest_images_leave_a_map_of_one_pixel() {
    let device = Device::flex();
    let alexnet =
        features(AlexNetConfig::new(2).with_edition(Edition::Paper).init(&device), [3, 67, 67]);
    assert_eq!(alexnet, [256, 1, 1]);
    let trick = features(AlexNetConfig::new(2).init(&device), [3, 63, 63]);
    assert_eq!(trick, [256, 1, 1]);
    let vgg = features(VggConfig::vgg13(2).with_places([1, 1]).init(&device), [3, 32, 32]);
    assert_eq!(vgg, [512, 1, 1]);
    let cifar = features(NetworkInNetworkConfig::cifar10(2).init(&device), [3, 4, 4]);
    assert_eq!(cifar, [192, 1, 1]);
    let imagenet = features(NetworkInNetworkConfig::imagenet(2).init(&device), [3, 39, 39]);
    assert_eq!(imagenet, [1024, 1, 1]);
    let paper =
        features(GoogLeNetConfig::new(2).with_edition(Edition::Paper).init(&device), [3, 31, 31]);
    assert_eq!(paper, [1024, 1, 1]);
    let torchvision = features(GoogLeNetConfig::new(2).init(&device), [3, 15, 15]);
    assert_eq!(torchvision, [1024, 1, 1]);
    let inception = features(InceptionV3Config::new(2).init(&device), [3, 75, 75]);
    assert_eq!(inception, [2048, 1, 1]);
    let residual = InceptionResNetConfig::new(2).with_blocks([1, 1, 1]).init(&device);
    assert_eq!(features(residual, [3, 75, 75]), [1536, 1, 1]);
}

#[test]
fn alexnet_of_the_paper_passes_the_suite() {
    let _turn = one_at_a_time();
    passes(AlexNetConfig::new(20).with_edition(Edition::Paper).init(&Device::flex()), [99, 99], 20);
}

#[test]
fn alexnet_of_the_lecture_passes_the_suite() {
    let _turn = one_at_a_time();
    passes(AlexNetConfig::new(5).with_edition(Edition::Lecture).init(&Device::flex()), [67, 67], 5);
}

#[test]
fn alexnet_of_torchvision_passes_the_suite() {
    let _turn = one_at_a_time();
    passes(AlexNetConfig::new(5).init(&Device::flex()), [63, 63], 5);
}

/// 3x3 places, so that 1x2 pixels are spread over them, but not the 100 million weights of 7x7.
#[test]
fn vgg_passes_the_suite() {
    let config = VggConfig::vgg19(5).with_places([3, 3]);
    passes(config.init(&Device::flex()), [32, 64], 5);
}

#[test]
fn vgg_with_batch_norm_passes_the_suite() {
    let config = VggConfig::vgg11(5).with_places([2, 1]).with_batch_norm(true);
    passes(config.init(&Device::flex()), [64, 32], 5);
}

#[test]
fn network_in_network_passes_the_suite() {
    passes(NetworkInNetworkConfig::cifar10(10).init(&Device::flex()), [16, 16], 10);
}

#[test]
fn network_in_network_for_large_images_passes_the_suite() {
    passes(NetworkInNetworkConfig::imagenet(5).init(&Device::flex()), [99, 99], 5);
}

#[test]
fn googlenet_passes_the_suite_with_its_auxiliary_heads() {
    for config in [GoogLeNetConfig::new(10).with_edition(Edition::Paper), GoogLeNetConfig::new(10)]
    {
        let model = config.with_auxiliary(true).init(&Device::flex()).unwrap();
        check_heads(&model, &images([64, 64]), 10, &[], |model: &GoogLeNet, images| {
            all_heads(model.forward_with_auxiliary(images))
        });
    }
}

#[test]
fn googlenet_passes_the_suite_without_auxiliary_heads() {
    passes(GoogLeNetConfig::new(7).init(&Device::flex()), [33, 47], 7);
}

#[test]
fn inception_v3_passes_the_suite_with_its_auxiliary_head() {
    let config = InceptionV3Config::new(5).with_auxiliary(true);
    let model = config.init(&Device::flex()).unwrap();
    check_heads(&model, &images([299, 299]), 5, &[], |model: &InceptionV3, images| {
        all_heads(model.forward_with_auxiliary(images))
    });
}

#[test]
fn inception_v3_of_keras_passes_the_suite() {
    passes(
        InceptionV3Config::new(5)
            .with_edition(Edition::Keras)
            .with_dropout(0.0)
            .init(&Device::flex()),
        [107, 107],
        5,
    );
}

#[test]
fn inception_resnet_passes_the_suite() {
    let config = InceptionResNetConfig::new(5).with_blocks([2, 2, 2]);
    passes(config.init(&Device::flex()), [107, 107], 5);
}

/// 5 channels of 64 pixels: 1x1 to 3 and a fork of 1 and 2 beside the largest of 3x3 pixels.
#[test]
fn inception_module_of_own_making_has_the_channels_of_its_branches() {
    let config = InceptionConfig::new(
        5,
        vec![
            BranchConfig::new(vec![(3, [1, 1])]).with_fork(vec![(1, [1, 3]), (2, [3, 1])]),
            BranchConfig::new(vec![]).with_pooling(Pooling::Max),
        ],
    );
    let config = config.with_normalization(Normalization::Batch);
    assert_eq!(config.outputs(), 8);
    let module = config.init(&Device::flex()).unwrap();
    let maps = Tensor::zeros([2, 5, 8, 8], &Device::flex());
    assert_eq!(module.forward(maps).dims(), [2, 8, 8, 8]);
}

#[test]
fn impossible_settings_are_errors_that_name_them() {
    let device = Device::flex();
    let zero = |name| Some(ConfigError::Zero { name });
    assert_eq!(
        AlexNetConfig::new(0).with_edition(Edition::Paper).init(&device).err(),
        zero("num_classes")
    );
    assert_eq!(VggConfig::vgg16(2).with_channels(0).init(&device).err(), zero("channels"));
    assert_eq!(
        VggConfig::new([1, 1, 1, 0, 1], 2).init(&device).err(),
        zero("convolutions of a stage")
    );
    assert_eq!(
        GoogLeNetConfig::new(0).with_edition(Edition::Paper).init(&device).err(),
        zero("num_classes")
    );
    assert_eq!(NetworkInNetworkConfig::new(vec![], 2).init(&device).err(), zero("blocks"));
    let blocks = InceptionResNetConfig::new(2).with_blocks([1, 0, 1]);
    assert_eq!(blocks.init(&device).err(), zero("blocks"));
    let is_setting = |error: Option<ConfigError>, of: &str| match error {
        Some(ConfigError::Setting { name, .. }) => assert_eq!(name, of),
        other => panic!("{of}: {other:?}"),
    };
    is_setting(
        AlexNetConfig::new(2).with_edition(Edition::Lecture).with_dropout(1.0).init(&device).err(),
        "dropout",
    );
    is_setting(
        InceptionV3Config::new(2)
            .with_edition(Edition::Keras)
            .with_dropout(-0.1)
            .init(&device)
            .err(),
        "dropout",
    );
    is_setting(
        InceptionV3Config::new(2)
            .with_edition(Edition::Keras)
            .with_dropout(f64::NAN)
            .init(&device)
            .err(),
        "dropout",
    );
    let even = NetworkInNetworkConfig::new(vec![MlpConvConfig::new(4, vec![8])], 2);
    is_setting(even.init(&device).err(), "kernel");
    let even = InceptionConfig::new(3, vec![BranchConfig::new(vec![(2, [1, 2])])]);
    is_setting(even.init(&device).err(), "the side of a window");
}
