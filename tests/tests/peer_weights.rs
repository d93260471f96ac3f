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
use fireside_vision::Edition::{Course, Keras};
use fireside_vision::alexnet::AlexNetConfig;
use fireside_vision::efficientnet::EfficientNetConfig;
use fireside_vision::googlenet::GoogLeNetConfig;
use fireside_vision::inception_resnet::InceptionResNetConfig;
use fireside_vision::inception_v3::InceptionV3Config;
use fireside_vision::mobilenet_v1::MobileNetV1Config;
use fireside_vision::mobilenet_v2::MobileNetV2Config;
use fireside_vision::resnet::ResNetConfig;
use fireside_vision::vgg::VggConfig;
use fireside_vision::{Classifier, ConfigError, Renames};
use fireside_weights::{Limits, load_file, read};

/// Of the largest output: what is left of f32 after some hundred layers in another order of sums.
const TOLERANCE: f64 = 1e-4;

/// File, and how our network takes it.
type Row = (&'static str, fn(&Peer) -> f64);

const ROWS: &[Row] = &[
    ("torchvision_alexnet.pth", |peer| {
        let config = AlexNetConfig::new(1000);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_vgg11.pth", |peer| {
        let config = VggConfig::vgg11(1000);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_vgg13.pth", |peer| {
        let config = VggConfig::vgg13(1000);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_vgg16.pth", |peer| {
        let config = VggConfig::vgg16(1000);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_vgg19.pth", |peer| {
        let config = VggConfig::vgg19(1000);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_vgg11_bn.pth", |peer| {
        let config = VggConfig::vgg11(1000).with_batch_norm(true);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_vgg13_bn.pth", |peer| {
        let config = VggConfig::vgg13(1000).with_batch_norm(true);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_vgg16_bn.pth", |peer| {
        let config = VggConfig::vgg16(1000).with_batch_norm(true);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_vgg19_bn.pth", |peer| {
        let config = VggConfig::vgg19(1000).with_batch_norm(true);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_googlenet.pth", |peer| {
        let config = GoogLeNetConfig::new(1000).with_auxiliary(true);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_inception_v3.pth", |peer| {
        let config = InceptionV3Config::new(1000).with_auxiliary(true);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("keras_vgg16.h5", |peer| {
        let config = VggConfig::vgg16(10).with_edition(Keras).with_places([1, 1]);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("keras_vgg19.h5", |peer| {
        let config = VggConfig::vgg19(10).with_edition(Keras).with_places([2, 1]);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("keras_inception_v3.h5", |peer| {
        let config = InceptionV3Config::new(10).with_edition(Keras);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("keras_inception_resnet_v2.h5", |peer| {
        let config = InceptionResNetConfig::new(10);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_resnet18.pth", |peer| {
        let config = ResNetConfig::resnet18(1000);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_resnet34.pth", |peer| {
        let config = ResNetConfig::resnet34(1000);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_resnet50.pth", |peer| {
        let config = ResNetConfig::resnet50(1000);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_resnet101.pth", |peer| {
        let config = ResNetConfig::resnet101(1000);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_resnet152.pth", |peer| {
        let config = ResNetConfig::resnet152(1000);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("keras_resnet50.h5", |peer| {
        let config = ResNetConfig::resnet50(10).with_edition(Keras);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("keras_resnet101.h5", |peer| {
        let config = ResNetConfig::resnet101(10).with_edition(Keras);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("keras_resnet152.h5", |peer| {
        let config = ResNetConfig::resnet152(10).with_edition(Keras);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_mobilenet_v2.pth", |peer| {
        let config = MobileNetV2Config::new(1000);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_efficientnet_b0.pth", |peer| {
        let config = EfficientNetConfig::b0(1000);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("torchvision_efficientnet_b1.pth", |peer| {
        let config = EfficientNetConfig::b1(1000);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("keras_mobilenet.h5", |peer| {
        let config = MobileNetV1Config::new(10);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("keras_mobilenet_025.h5", |peer| {
        let config = MobileNetV1Config::new(10).with_alpha(0.25);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("keras_mobilenet_v2.h5", |peer| {
        let config = MobileNetV2Config::new(10).with_edition(Keras);
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("keras_efficientnet_b0.h5", |peer| {
        let config = untrained(EfficientNetConfig::b0(10));
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("keras_efficientnet_b1.h5", |peer| {
        let config = untrained(EfficientNetConfig::b1(10));
        peer.difference(config.init(&peer.device), config.renames())
    }),
    ("course_resnet50.h5", |peer| {
        let config = ResNetConfig::resnet50(6).with_edition(Course);
        peer.difference(config.init(&peer.device), config.renames())
    }),
];

/// Without the change of pixels that belongs to Keras's ImageNet weights.
fn untrained(config: EfficientNetConfig) -> EfficientNetConfig {
    config.with_edition(Keras).with_imagenet_pixels(false)
}

/// A network of another library.
struct Peer {
    path: PathBuf,
    device: Device,
}

impl Peer {
    /// The largest difference between their answer and ours, as a share of their largest answer.
    fn difference<M: Classifier>(
        &self,
        model: Result<M, ConfigError>,
        renames: Result<Renames, ConfigError>,
    ) -> f64 {
        let model = load_file(model.unwrap(), &self.path, renames.unwrap()).unwrap();
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
