//! MobileNet, MobileNetV2, EfficientNet and the networks of the first assignments.
//!
//! The counts are those that torchvision 0.29 and Keras 3.15 report; `peer_weights` compares the logits.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use burn::nn::DropoutConfig;
use burn::tensor::{Device, Distribution, Tensor};
use fireside_vision::blocks::stochastic_depth;
use fireside_vision::efficientnet::{EfficientNet, EfficientNetConfig};
use fireside_vision::happy_net::{HappyNet, HappyNetConfig};
use fireside_vision::inverted_residual::InvertedResidualConfig;
use fireside_vision::mobilenet_v1::{MobileNetV1, MobileNetV1Config};
use fireside_vision::mobilenet_v2::{MobileNetV2, MobileNetV2Config};
use fireside_vision::signs_net::{SignsNet, SignsNetConfig};
use fireside_vision::squeeze_excite::SqueezeExciteConfig;
use fireside_vision::summary::{Summary, summary};
use fireside_vision::{Classifier, ConfigError, Edition};

use crate::image_suite::check;

/// Parameters and running statistics.
fn counts(table: &Summary) -> [usize; 2] {
    [table.num_parameters(), table.num_statistics()]
}

fn count_v1(alpha: f64) -> [usize; 2] {
    let device = Device::flex();
    let net = MobileNetV1Config::new(1000).with_alpha(alpha).init(&device).unwrap();
    counts(&summary(&net, MobileNetV1::forward, [3, 32, 32], &device))
}

#[test]
fn mobilenet_has_as_many_parameters_as_that_of_keras() {
    assert_eq!(count_v1(1.0), [4_231_976, 21_888]);
    assert_eq!(count_v1(0.75), [2_585_560, 16_416]);
    assert_eq!(count_v1(0.5), [1_331_592, 10_944]);
    assert_eq!(count_v1(0.25), [470_072, 5_472]);
}

fn count_v2(config: MobileNetV2Config) -> [usize; 2] {
    let device = Device::flex();
    let net = config.init(&device).unwrap();
    counts(&summary(&net, MobileNetV2::forward, [3, 32, 32], &device))
}

#[test]
fn mobilenet_v2_has_as_many_parameters_as_those_of_torchvision_and_keras() {
    let torchvision = MobileNetV2Config::new(1000);
    assert_eq!(count_v2(torchvision.clone()), [3_504_872, 34_112]);
    assert_eq!(count_v2(torchvision.with_alpha(1.4)), [6_108_776, 47_936]);
    let keras = MobileNetV2Config::new(1000).with_edition(Edition::Keras).with_dropout(0.0);
    assert_eq!(count_v2(keras.clone()), [3_504_872, 34_112]);
    assert_eq!(count_v2(keras.clone().with_alpha(0.5)), [1_968_680, 18_544]);
    assert_eq!(count_v2(keras.with_alpha(1.4)), [6_108_776, 47_936]);
    assert_eq!(
        count_v2(MobileNetV2Config::new(10).with_edition(Edition::Keras).with_dropout(0.0)),
        [2_236_682, 34_112]
    );
}

#[test]
fn features_of_mobilenet_v2_are_the_base_of_keras() {
    let device = Device::flex();
    let net = MobileNetV2Config::new(1)
        .with_edition(Edition::Keras)
        .with_dropout(0.0)
        .init(&device)
        .unwrap();
    let table = summary(&net, MobileNetV2::features, [3, 160, 160], &device);
    assert_eq!(counts(&table), [2_223_872, 34_112]);
    assert_eq!(table.rows.last().unwrap().output, [1280, 5, 5]);
}

fn count_efficientnet(config: EfficientNetConfig) -> [usize; 2] {
    let device = Device::flex();
    let net = config.init(&device).unwrap();
    counts(&summary(&net, EfficientNet::forward, [3, 32, 32], &device))
}

#[test]
fn efficientnets_have_as_many_parameters_as_those_of_torchvision() {
    type Config = EfficientNetConfig;
    assert_eq!(count_efficientnet(Config::b0(1000)), [5_288_548, 42_016]);
    assert_eq!(count_efficientnet(Config::b1(1000)), [7_794_184, 62_048]);
    assert_eq!(count_efficientnet(Config::b2(1000)), [9_109_994, 67_568]);
    assert_eq!(count_efficientnet(Config::b3(1000)), [12_233_232, 87_296]);
    assert_eq!(count_efficientnet(Config::b4(1000)), [19_341_616, 125_200]);
    assert_eq!(count_efficientnet(Config::b5(1000)), [30_389_784, 172_736]);
    assert_eq!(count_efficientnet(Config::b6(1000)), [43_040_704, 224_432]);
    assert_eq!(count_efficientnet(Config::b7(1000)), [66_347_960, 310_720]);
}

/// Mean and variance of three channels and the number of pixels that they are of.
#[test]
fn efficientnet_of_keras_has_seven_more_statistics() {
    let keras = Edition::Keras;
    let b0 = EfficientNetConfig::b0(1000).with_edition(keras);
    assert_eq!(count_efficientnet(b0), [5_288_548, 42_023]);
    let b0 = EfficientNetConfig::b0(10).with_edition(keras);
    assert_eq!(count_efficientnet(b0), [4_020_358, 42_023]);
}

/// Layers as in the tables of the two files' headers.
#[test]
fn networks_of_the_first_assignments_have_the_parameters_of_their_layer_tables() {
    let device = Device::flex();
    let signs = SignsNetConfig::new().init(&device).unwrap();
    let signs = summary(&signs, SignsNet::forward, [3, 64, 64], &device);
    assert_eq!(counts(&signs), [1_310, 0]);
    let happy = HappyNetConfig::new().init(&device).unwrap();
    let happy = summary(&happy, HappyNet::forward, [3, 64, 64], &device);
    assert_eq!(counts(&happy), [37_569, 64]);
}

fn images(shape: [usize; 4]) -> Tensor<4> {
    Tensor::random(shape, Distribution::Uniform(-1.0, 1.0), &Device::flex())
}

#[test]
fn mobilenet_passes_the_suite() {
    let net = MobileNetV1Config::new(3).with_alpha(0.5).init(&Device::flex()).unwrap();
    check(&net, &images([3, 3, 40, 33]), 3, &[]);
}

#[test]
fn mobilenet_v2_passes_the_suite_in_both_editions() {
    for edition in [Edition::Torchvision, Edition::Keras] {
        let config = MobileNetV2Config::new(3).with_alpha(0.5).with_edition(edition);
        check(&config.init(&Device::flex()).unwrap(), &images([3, 3, 40, 33]), 3, &[]);
    }
}

/// Nothing is dropped here: a block that is dropped for all images has no gradient.
#[test]
fn efficientnet_passes_the_suite_in_both_editions() {
    for edition in [Edition::Torchvision, Edition::Keras] {
        let config = EfficientNetConfig::b0(3).with_edition(edition).with_drop_rate(0.0);
        check(&config.init(&Device::flex()).unwrap(), &images([3, 3, 40, 33]), 3, &[]);
    }
}

#[test]
fn networks_of_the_first_assignments_pass_the_suite() {
    let device = Device::flex();
    let signs = SignsNetConfig::new().with_image([37, 30]).init(&device).unwrap();
    check(&signs, &images([3, 3, 37, 30]), 6, &[]);
    let happy = HappyNetConfig::new().with_image([13, 10]).init(&device).unwrap();
    check(&happy, &images([3, 3, 13, 10]), 1, &["conv.conv.bias"]);
}

/// Keras's ImageNet weights have the deviations where the variances belong: `(x / 255 - mean) / sqrt(d)`, divided
/// by `sqrt(d)` again, is what torchvision's edition wants.
#[test]
fn pixels_of_keras_weights_are_divided_twice() {
    let device = Device::flex();
    let keras = EfficientNetConfig::b0(5).with_edition(Edition::Keras);
    let net = keras.init(&device).unwrap();
    let table = summary(&net, EfficientNet::forward, [3, 32, 32], &device);
    let kinds: Vec<_> = table.rows.iter().take(3).map(|row| row.kind).collect();
    assert_eq!(kinds, ["Rescaling", "Normalization", "Rescaling"]);
    let gray = EfficientNetConfig::b0(5).with_edition(Edition::Keras).with_channels(1);
    assert!(matches!(
        gray.init(&device).err(),
        Some(ConfigError::Setting { name: "channels", .. })
    ));
    assert!(gray.with_imagenet_pixels(false).init(&device).is_ok());
}

#[test]
fn stochastic_depth_leaves_out_whole_images_in_training_alone() {
    let dropout = DropoutConfig::new(0.25).init();
    let branch = Tensor::<4>::ones([1000, 2, 1, 3], &Device::flex());
    let kept = stochastic_depth(&dropout, branch.clone());
    assert_eq!(kept.into_data(), branch.clone().into_data());
    let dropped = stochastic_depth(&dropout, branch.autodiff());
    let dropped: Vec<f64> = dropped.into_data().iter::<f64>().collect();
    let mut left_out = 0;
    for image in dropped.chunks(6) {
        let whole = image[0];
        assert!(whole == 0.0 || (whole - 1.0 / 0.75).abs() < 1e-6, "an entry is {whole}");
        assert!(image.iter().all(|entry| *entry == whole), "entries differ: {image:?}");
        left_out += usize::from(whole == 0.0);
    }
    // 250 on the mean, with a deviation of 14.
    assert!((180..=320).contains(&left_out), "{left_out} of 1000 images are left out");
}

#[test]
fn impossible_settings_are_errors_that_name_them() {
    let device = Device::flex();
    let zero = |name| Some(ConfigError::Zero { name });
    assert_eq!(MobileNetV1Config::new(0).init(&device).err(), zero("num_classes"));
    let thin = MobileNetV1Config::new(2).with_alpha(0.01);
    assert_eq!(thin.init(&device).err(), zero("the least width"));
    assert_eq!(SqueezeExciteConfig::new(8, 0).init(&device).err(), zero("squeezed"));
    let flat = SignsNetConfig::new().with_image([0, 4]);
    assert_eq!(flat.init(&device).err(), zero("image"));
    let small = HappyNetConfig::new().with_image([1, 9]).init(&device).err();
    assert_eq!(small, Some(ConfigError::TooSmall { height: 1, width: 9, least: 2 }));
    let named = |error: Option<ConfigError>| match error {
        Some(ConfigError::Setting { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    let nan = MobileNetV2Config::new(2).with_alpha(f64::NAN);
    assert_eq!(named(nan.init(&device).err()), "alpha");
    let all_dropped = EfficientNetConfig::b0(2).with_drop_rate(1.0);
    assert_eq!(named(all_dropped.init(&device).err()), "drop_rate");
    let even = InvertedResidualConfig::new([8, 8], 6).with_kernel(4);
    assert_eq!(named(even.init(&device).err()), "kernel");
}
