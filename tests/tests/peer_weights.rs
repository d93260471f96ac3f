//! Whole networks of torchvision and keras.applications in ours: what theirs answer, ours answer.
//!
//! `peers/keras_and_torchvision.py architectures FOLDER` makes the files; `FIRESIDE_PEERS=FOLDER` names them.
//! Without it the run says so and passes. A network whose file is absent is left out, and said to be.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here fails the test"
)]
#![allow(clippy::print_stdout, reason = "the run says what it compared")]

use std::env;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use burn::tensor::{Device, Tensor, TensorData};
use fireside_vision::alexnet::{self, AlexNetConfig};
use fireside_vision::efficientnet::{self, EfficientNetConfig};
use fireside_vision::googlenet::{self, GoogLeNetConfig};
use fireside_vision::inception_resnet::{self, InceptionResNetConfig};
use fireside_vision::inception_v3::{self, InceptionV3Config};
use fireside_vision::mobilenet_v1::{self, MobileNetV1Config};
use fireside_vision::mobilenet_v2::{self, MobileNetV2Config};
use fireside_vision::resnet::{self, Edition, ResNetConfig};
use fireside_vision::vgg::{self, Vgg, VggConfig};
use fireside_vision::{Classifier, ConfigError, Renames};
use fireside_weights::{Limits, Options, load, read};

/// Of the largest output: what is left of f32 after some hundred layers in another order of sums.
const TOLERANCE: f64 = 1e-4;

/// File, and how our network takes it.
type Row = (&'static str, fn(&Peer) -> f64);

const ROWS: &[Row] = &[
    ("torchvision_alexnet.pth", |peer| {
        let config = AlexNetConfig::one_weird_trick(1000);
        peer.difference(config.init(&peer.device), alexnet::TORCHVISION)
    }),
    ("torchvision_vgg11.pth", |peer| {
        peer.difference(VggConfig::vgg11(1000).init(&peer.device), vgg::TORCHVISION_11)
    }),
    ("torchvision_vgg13.pth", |peer| {
        peer.difference(VggConfig::vgg13(1000).init(&peer.device), vgg::TORCHVISION_13)
    }),
    ("torchvision_vgg16.pth", |peer| {
        peer.difference(VggConfig::vgg16(1000).init(&peer.device), vgg::TORCHVISION_16)
    }),
    ("torchvision_vgg19.pth", |peer| {
        peer.difference(VggConfig::vgg19(1000).init(&peer.device), vgg::TORCHVISION_19)
    }),
    ("torchvision_vgg11_bn.pth", |peer| {
        peer.difference(normalized(VggConfig::vgg11(1000), peer), vgg::TORCHVISION_11_BN)
    }),
    ("torchvision_vgg13_bn.pth", |peer| {
        peer.difference(normalized(VggConfig::vgg13(1000), peer), vgg::TORCHVISION_13_BN)
    }),
    ("torchvision_vgg16_bn.pth", |peer| {
        peer.difference(normalized(VggConfig::vgg16(1000), peer), vgg::TORCHVISION_16_BN)
    }),
    ("torchvision_vgg19_bn.pth", |peer| {
        peer.difference(normalized(VggConfig::vgg19(1000), peer), vgg::TORCHVISION_19_BN)
    }),
    ("torchvision_googlenet.pth", |peer| {
        let config = GoogLeNetConfig::torchvision(1000).with_auxiliary(true);
        peer.difference(config.init(&peer.device), googlenet::TORCHVISION)
    }),
    ("torchvision_inception_v3.pth", |peer| {
        let config = InceptionV3Config::torchvision(1000).with_auxiliary(true);
        peer.difference(config.init(&peer.device), inception_v3::TORCHVISION)
    }),
    ("keras_vgg16.h5", |peer| {
        let config = VggConfig::vgg16(10).with_places([1, 1]);
        peer.difference(config.init(&peer.device), vgg::KERAS)
    }),
    ("keras_vgg19.h5", |peer| {
        let config = VggConfig::vgg19(10).with_places([2, 1]);
        peer.difference(config.init(&peer.device), vgg::KERAS)
    }),
    ("keras_inception_v3.h5", |peer| {
        let config = InceptionV3Config::keras(10);
        peer.difference(config.init(&peer.device), inception_v3::KERAS)
    }),
    ("keras_inception_resnet_v2.h5", |peer| {
        let config = InceptionResNetConfig::new(10);
        peer.difference(config.init(&peer.device), inception_resnet::KERAS)
    }),
    ("torchvision_resnet18.pth", |peer| {
        peer.difference(ResNetConfig::resnet18(1000).init(&peer.device), resnet::TORCHVISION)
    }),
    ("torchvision_resnet34.pth", |peer| {
        peer.difference(ResNetConfig::resnet34(1000).init(&peer.device), resnet::TORCHVISION)
    }),
    ("torchvision_resnet50.pth", |peer| {
        peer.difference(ResNetConfig::resnet50(1000).init(&peer.device), resnet::TORCHVISION)
    }),
    ("torchvision_resnet101.pth", |peer| {
        peer.difference(ResNetConfig::resnet101(1000).init(&peer.device), resnet::TORCHVISION)
    }),
    ("torchvision_resnet152.pth", |peer| {
        peer.difference(ResNetConfig::resnet152(1000).init(&peer.device), resnet::TORCHVISION)
    }),
    ("keras_resnet50.h5", |peer| {
        let config = ResNetConfig::resnet50(10).with_edition(Edition::Keras);
        peer.difference(config.init(&peer.device), resnet::KERAS)
    }),
    ("keras_resnet101.h5", |peer| {
        let config = ResNetConfig::resnet101(10).with_edition(Edition::Keras);
        peer.difference(config.init(&peer.device), resnet::KERAS)
    }),
    ("keras_resnet152.h5", |peer| {
        let config = ResNetConfig::resnet152(10).with_edition(Edition::Keras);
        peer.difference(config.init(&peer.device), resnet::KERAS)
    }),
    ("torchvision_mobilenet_v2.pth", |peer| {
        let config = MobileNetV2Config::new(1000);
        peer.difference(config.init(&peer.device), mobilenet_v2::TORCHVISION)
    }),
    ("torchvision_efficientnet_b0.pth", |peer| {
        let config = EfficientNetConfig::b0(1000);
        peer.difference(config.init(&peer.device), efficientnet::TORCHVISION)
    }),
    ("torchvision_efficientnet_b1.pth", |peer| {
        let config = EfficientNetConfig::b1(1000);
        peer.difference(config.init(&peer.device), efficientnet::TORCHVISION)
    }),
    ("keras_mobilenet.h5", |peer| {
        let config = MobileNetV1Config::new(10);
        peer.difference(config.init(&peer.device), mobilenet_v1::KERAS)
    }),
    ("keras_mobilenet_025.h5", |peer| {
        let config = MobileNetV1Config::new(10).with_alpha(0.25);
        peer.difference(config.init(&peer.device), mobilenet_v1::KERAS)
    }),
    ("keras_mobilenet_v2.h5", |peer| {
        let config = MobileNetV2Config::keras(10);
        peer.difference(config.init(&peer.device), mobilenet_v2::KERAS)
    }),
    ("keras_efficientnet_b0.h5", |peer| {
        let config = EfficientNetConfig::b0(10).with_edition(efficientnet::Edition::Keras);
        peer.difference(config.init(&peer.device), efficientnet::KERAS)
    }),
    ("keras_efficientnet_b1.h5", |peer| {
        let config = EfficientNetConfig::b1(10).with_edition(efficientnet::Edition::Keras);
        peer.difference(config.init(&peer.device), efficientnet::KERAS)
    }),
];

fn normalized(config: VggConfig, peer: &Peer) -> Result<Vgg, ConfigError> {
    config.with_batch_norm(true).init(&peer.device)
}

/// A network of another library.
struct Peer {
    path: PathBuf,
    device: Device,
}

impl Peer {
    /// The largest difference between their answer and ours, as a share of their largest answer.
    fn difference<M: Classifier>(&self, model: Result<M, ConfigError>, renames: Renames) -> f64 {
        let tensors = read(&self.path, &Limits::default()).unwrap();
        let options = Options::default();
        let (model, _) = load(model.unwrap(), &tensors, renames, &options).unwrap();
        let io = read(&self.path.with_extension("io.npz"), &Limits::default()).unwrap();
        let [input, output] = ["input", "output"].map(|name| io.get(name).unwrap());
        let data = TensorData::new(input.values.to_f64(), input.shape.clone());
        let images = Tensor::<4>::from_data(data, &self.device);
        let is_keras = self.path.extension().is_some_and(|ending| ending == "h5");
        let images = if is_keras { images.permute([0, 3, 1, 2]) } else { images };
        let ours: Vec<f64> =
            model.forward(images).into_data().convert::<f64>().try_into_vec::<f64>().unwrap();
        let theirs = output.values.to_f64();
        assert_eq!(ours.len(), theirs.len());
        let largest = theirs.iter().fold(0.0, |most: f64, theirs| most.max(theirs.abs()));
        let differences = ours.iter().zip(&theirs).map(|(ours, theirs)| (ours - theirs).abs());
        differences.fold(0.0, f64::max) / largest
    }
}

fn main() -> ExitCode {
    if env::args().any(|argument| argument == "--list") {
        println!("peer_weights: test");
        return ExitCode::SUCCESS;
    }
    let Some(folder) = env::var_os("FIRESIDE_PEERS") else {
        println!("peer_weights: not run: FIRESIDE_PEERS is not set");
        return ExitCode::SUCCESS;
    };
    let wanted: Vec<String> = env::args().skip(1).filter(|name| !name.starts_with('-')).collect();
    let (mut passed, mut failed, mut absent) = (0, 0, 0);
    for (file, compare) in ROWS {
        if !wanted.is_empty() && !wanted.iter().any(|name| file.contains(name.as_str())) {
            continue;
        }
        let peer = Peer { path: Path::new(&folder).join(file), device: Device::default() };
        if !peer.path.is_file() {
            println!("{file}: absent");
            absent += 1;
            continue;
        }
        match panic::catch_unwind(panic::AssertUnwindSafe(|| compare(&peer))) {
            Ok(difference) if difference < TOLERANCE => {
                println!("{file}: ok, {difference:.1e} of the largest output");
                passed += 1;
            }
            Ok(difference) => {
                println!("{file}: FAILED, {difference:.1e} of the largest output");
                failed += 1;
            }
            Err(_) => {
                println!("{file}: FAILED");
                failed += 1;
            }
        }
    }
    println!("peer weights: {passed} passed, {failed} failed, {absent} absent");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
