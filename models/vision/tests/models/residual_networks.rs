//! LeNet-5, the residual networks, the plain ConvNet, and what all networks share: heads and names.
//!
//! The counts are those of the papers, torchvision and `keras.applications`.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use burn::module::{Module, ModuleMapper, Param};
use burn::nn::LinearConfig;
use burn::tensor::{Device, Distribution, Tensor};
use fireside_suite::parameters::{Counts, count};
use fireside_vision::conv_net::ConvNetConfig;
use fireside_vision::lenet::LeNet5Config;
use fireside_vision::new_head::{NewHead, pooled_features};
use fireside_vision::resnet::block::{BlockConfig, Shortcut};
use fireside_vision::resnet::small::SmallResNetConfig;
use fireside_vision::resnet::{ResNet, ResNetConfig};
use fireside_vision::summary::summary;
use fireside_vision::zoo;
use fireside_vision::{Classifier, ConfigError, Edition};

use crate::image_suite;

fn check<M: Classifier>(net: &M, [channels, height, width]: [usize; 3], num_classes: usize) {
    let shape = [3, channels, height, width];
    let images = Tensor::random(shape, Distribution::Normal(0.0, 1.0), &Device::flex());
    image_suite::check(net, &images, num_classes, &[]);
}

fn counted(config: ResNetConfig) -> (usize, usize) {
    let Counts { parameters, statistics } = count(&config.init(&Device::flex()).unwrap());
    (parameters, statistics)
}

#[test]
fn resnets_have_the_published_parameters() {
    assert_eq!(counted(ResNetConfig::resnet18(1000)), (11_689_512, 9_600));
    assert_eq!(counted(ResNetConfig::resnet34(1000)), (21_797_672, 17_024));
    assert_eq!(counted(ResNetConfig::resnet50(1000)), (25_557_032, 53_120));
    assert_eq!(counted(ResNetConfig::resnet101(1000)), (44_549_160, 105_344));
    assert_eq!(counted(ResNetConfig::resnet152(1000)), (60_192_808, 151_424));
    let keras = ResNetConfig::resnet50(1000).with_edition(Edition::Keras);
    assert_eq!(counted(keras), (25_583_592, 53_120));
    let course = ResNetConfig::resnet50(6).with_edition(Edition::Course);
    assert_eq!(counted(course), (23_546_886, 53_120));
}

/// Option A has no parameters. The paper's table 6 has 0.27 million for 20 layers and 0.85 for 56.
#[test]
fn small_resnets_have_as_many_parameters_as_plain_networks() {
    let counted = |depth, shortcut| {
        let config = SmallResNetConfig::new(depth, 10).with_shortcut(shortcut);
        count(&config.init(&Device::flex()).unwrap()).parameters
    };
    assert_eq!(counted(20, Shortcut::Zeros), 269_722);
    assert_eq!(counted(20, Shortcut::None), 269_722);
    assert_eq!(counted(56, Shortcut::Zeros), 853_018);
}

#[test]
fn lenet_passes_the_suite() {
    let net = LeNet5Config::new().init(&Device::flex()).unwrap();
    assert_eq!(count(&net).parameters, 61_706);
    check(&net, [1, 32, 32], 10);
}

#[test]
fn conv_net_passes_the_suite() {
    let config = ConvNetConfig::new(4).with_widths(vec![5, 7]).with_channels(2).with_dropout(0.0);
    check(&config.init(&Device::flex()).unwrap(), [2, 9, 6], 4);
}

#[test]
fn resnets_of_both_blocks_pass_the_suite() {
    for config in [ResNetConfig::resnet18(3), ResNetConfig::resnet50(3)] {
        check(&config.init(&Device::flex()).unwrap(), [3, 64, 64], 3);
    }
}

#[test]
fn small_resnets_pass_the_suite_with_and_without_shortcuts() {
    for shortcut in [Shortcut::Zeros, Shortcut::Projection, Shortcut::None] {
        let config = SmallResNetConfig::new(14, 3).with_shortcut(shortcut);
        check(&config.init(&Device::flex()).unwrap(), [3, 12, 9], 3);
    }
}

/// Sets the weights of every convolution to 0.
struct NoKernels;

impl ModuleMapper for NoKernels {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if D == 4 { param.map(|kernel| kernel.zeros_like()) } else { param }
    }
}

/// With weights of zero only the shortcut is left.
#[test]
fn shortcut_of_option_a_takes_every_second_pixel_and_adds_channels_of_zeros() {
    let device = Device::flex();
    let config = BlockConfig::basic(1, 2).with_stride(2).with_shortcut(Shortcut::Zeros);
    let block = config.init(&device).unwrap();
    let input = Tensor::<1>::from_data([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], &device);
    let output = block.map(&mut NoKernels).forward(input.reshape([1, 1, 3, 3]));
    assert_eq!(output.dims(), [1, 2, 2, 2]);
    let found: Vec<f64> = output.into_data().iter().collect();
    assert_eq!(found, [1.0, 3.0, 7.0, 9.0, 0.0, 0.0, 0.0, 0.0]);
}

/// 177 rows in Keras, whose first is the input.
#[test]
fn table_of_the_assignment_s_resnet_has_keras_s_rows() {
    let device = Device::flex();
    let config = ResNetConfig::resnet50(6).with_edition(Edition::Course);
    let table = summary(&config.init(&device).unwrap(), ResNet::forward, [3, 64, 64], &device);
    assert_eq!(table.rows.len(), 176);
    assert_eq!(table.num_parameters() + table.num_statistics(), 23_600_006);
}

#[test]
fn settings_that_no_network_has_are_refused() {
    let device = Device::flex();
    let refused = |result: Result<(), ConfigError>| result.unwrap_err().to_string();
    let zero = ResNetConfig::resnet18(0).init(&device).map(drop);
    assert_eq!(refused(zero), "num_classes is 0: at least 1 is needed");
    let deep = SmallResNetConfig::new(21, 10).init(&device).map(drop);
    assert_eq!(refused(deep), "depth is 21: 8, 14, 20, or any 6n + 2 is needed");
    let course = ResNetConfig::resnet50(6).with_edition(Edition::Course);
    let small = course.with_image([30, 64]).init(&device).map(drop);
    assert_eq!(refused(small), "images of 30x64 are too small: 37x37 is the least");
    let block = BlockConfig::new(3, vec![4, 4], vec![3]).init(&device).map(drop);
    assert_eq!(refused(block), "the number of kernels is 1: 2 is needed");
}

/// 37 is the least: 36 leave no two pixels for the last pooling.
#[test]
fn smallest_images_of_the_assignment_s_resnet_pass_through() {
    let device = Device::flex();
    let course = |side| {
        let config = ResNetConfig::resnet50(6).with_edition(Edition::Course);
        config.with_image([side, side]).init(&device)
    };
    let logits = course(37).unwrap().forward(Tensor::zeros([1, 3, 37, 37], &device));
    assert_eq!(logits.dims(), [1, 6]);
    assert!(course(36).is_err());
}

#[test]
fn new_head_on_precomputed_features_is_the_whole_network() {
    let device = Device::flex();
    let base = SmallResNetConfig::new(8, 10).init(&device).unwrap();
    let head = LinearConfig::new(64, 3).init(&device);
    let images = Tensor::random([2, 3, 8, 8], Distribution::Uniform(0.0, 1.0), &device);
    let pixels = ResNetConfig::resnet18(10).pixels().unwrap();
    let expected = head.forward(pooled_features(&base, pixels, images.clone()));
    let found = NewHead::new(base, pixels, head, 0.5).forward(images);
    let difference: f64 = (found - expected).abs().max().into_scalar();
    assert!(difference < 1e-6, "{difference}");
}

/// Those of more than 40 million parameters are tried elsewhere.
#[test]
fn networks_are_had_by_name() {
    let device = Device::flex();
    let small = ["lenet5", "resnet18", "googlenet", "mobilenet-v2", "efficientnet-b0", "conv-net"];
    for name in small {
        let entry = zoo::find(name).unwrap();
        let [least, most] = entry.sides;
        let side = 40.clamp(least, most);
        let net = entry.build(5, [3, side, side], &device).unwrap();
        let logits = net.forward(Tensor::zeros([1, 3, side, side], &device));
        assert_eq!(logits.dims(), [1, 5], "{name}");
    }
    assert!(zoo::find("resnet51").is_none());
}
