//! Parameters, and sizes in Keras's count, of whole networks.

use burn::module::Module;
use burn::tensor::Device;
use fireside_suite::parameters::{Counts, count};
use fireside_tests::case::{Case, Outputs, Problem, Value, list};
use fireside_tests::compare::EXACT;
use fireside_vision::alexnet::AlexNetConfig;
use fireside_vision::efficientnet::EfficientNetConfig;
use fireside_vision::googlenet::GoogLeNetConfig;
use fireside_vision::inception_resnet::InceptionResNetConfig;
use fireside_vision::inception_v3::InceptionV3Config;
use fireside_vision::lenet::{LeNet5, LeNet5Config};
use fireside_vision::mobilenet_v1::MobileNetV1Config;
use fireside_vision::mobilenet_v2::MobileNetV2Config;
use fireside_vision::resnet::ResNetConfig;
use fireside_vision::summary::{Row, Summary, summary};
use fireside_vision::vgg::VggConfig;
use fireside_vision::{Classifier, ConfigError, Edition};

use crate::Handlers;
use crate::c4w1a2::image_shape;

pub const HANDLERS: Handlers = &[
    ("param_count", EXACT, param_count),
    ("lecture_network_table", EXACT, lecture_network_table),
    ("keras_application", EXACT, keras_application),
];

/// What a case asks of a network.
struct Wanted {
    /// `[channels, height, width]`
    image: [usize; 3],
    classes: usize,
    /// Empty where there is but one.
    variant: String,
    alpha: f64,
    /// Whether convolutions before a batch normalisation have a bias.
    conv_bias: bool,
    /// Whether it has its head.
    has_top: bool,
}

impl Wanted {
    fn of(case: &Case) -> Result<Self, Problem> {
        let flag = |name, otherwise| Ok::<_, Problem>(case.count_or(name, otherwise)? == 1);
        Ok(Self {
            image: image_shape(case)?,
            classes: case.count_or("classes", 1000)?.max(1), // 0 without the head
            variant: case.text("variant").unwrap_or_default().to_string(),
            alpha: case.number_or("alpha", 1.0)?,
            conv_bias: flag("conv_bias", 0)?,
            has_top: flag("include_top", 1)?,
        })
    }

    fn unknown<T>(&self) -> Result<T, Problem> {
        Err(format!("there is no variant {}", self.variant))
    }
}

type Build<T> = fn(&Wanted, &Device) -> Result<T, Problem>;

fn build<T>(table: &[(&str, Build<T>)], case: &Case, device: &Device) -> Result<T, Problem> {
    let name = case.text("model")?;
    let entry = table.iter().find(|(model, _)| *model == name);
    let (_, build) = entry.ok_or_else(|| format!("there is no {name}"))?;
    build(&Wanted::of(case)?, device)
}

const MODELS: &[(&str, Build<Counts>)] = &[
    ("LeNet-5", |wanted, device| match wanted.variant.as_str() {
        "full_c3" => {
            let config = LeNet5Config::new().with_num_classes(wanted.classes);
            counted(config.with_channels(wanted.image[0]).init(device))
        }
        _ => wanted.unknown(),
    }),
    ("AlexNet", |wanted, device| {
        let config = match wanted.variant.as_str() {
            "two_groups" => AlexNetConfig::new(wanted.classes).with_edition(Edition::Paper),
            "lecture_one_tower" => {
                AlexNetConfig::new(wanted.classes).with_edition(Edition::Lecture)
            }
            "one_weird_trick" => AlexNetConfig::new(wanted.classes),
            _ => return wanted.unknown(),
        };
        counted(config.with_channels(wanted.image[0]).init(device))
    }),
    ("VGG-11", |wanted, device| vgg(VggConfig::vgg11(wanted.classes), wanted, device)),
    ("VGG-13", |wanted, device| vgg(VggConfig::vgg13(wanted.classes), wanted, device)),
    ("VGG-16", |wanted, device| vgg(VggConfig::vgg16(wanted.classes), wanted, device)),
    ("VGG-19", |wanted, device| vgg(VggConfig::vgg19(wanted.classes), wanted, device)),
    ("ResNet-18", |wanted, device| resnet(ResNetConfig::resnet18(wanted.classes), wanted, device)),
    ("ResNet-34", |wanted, device| resnet(ResNetConfig::resnet34(wanted.classes), wanted, device)),
    ("ResNet-50", |wanted, device| resnet(ResNetConfig::resnet50(wanted.classes), wanted, device)),
    ("ResNet-101", |wanted, device| {
        resnet(ResNetConfig::resnet101(wanted.classes), wanted, device)
    }),
    ("ResNet-152", |wanted, device| {
        resnet(ResNetConfig::resnet152(wanted.classes), wanted, device)
    }),
    ("GoogLeNet", |wanted, device| {
        let (config, auxiliary) = match wanted.variant.as_str() {
            "paper" => (GoogLeNetConfig::new(wanted.classes).with_edition(Edition::Paper), false),
            "paper_with_aux" => {
                (GoogLeNetConfig::new(wanted.classes).with_edition(Edition::Paper), true)
            }
            "batch_norm_3x3" => (GoogLeNetConfig::new(wanted.classes), false),
            "batch_norm_3x3_with_aux" => (GoogLeNetConfig::new(wanted.classes), true),
            _ => return wanted.unknown(),
        };
        let config = config.with_auxiliary(auxiliary).with_channels(wanted.image[0]);
        counted(config.init(device))
    }),
    ("MobileNetV1", |wanted, device| {
        let config = MobileNetV1Config::new(wanted.classes).with_alpha(wanted.alpha);
        counted(config.with_channels(wanted.image[0]).init(device))
    }),
    ("MobileNetV2", |wanted, device| {
        let config = MobileNetV2Config::new(wanted.classes).with_alpha(wanted.alpha);
        counted(config.with_channels(wanted.image[0]).init(device))
    }),
    ("EfficientNet-B0", |wanted, device| {
        let config = EfficientNetConfig::b0(wanted.classes);
        counted(config.with_channels(wanted.image[0]).init(device))
    }),
];

fn counted<M: Module>(model: Result<M, ConfigError>) -> Result<Counts, Problem> {
    model.map(|model| count(&model)).map_err(|error| error.to_string())
}

fn vgg(config: VggConfig, wanted: &Wanted, device: &Device) -> Result<Counts, Problem> {
    let batch_norm = match wanted.variant.as_str() {
        "plain" => false,
        "batch_norm" => true,
        _ => return wanted.unknown(),
    };
    counted(for_image(config, wanted).with_batch_norm(batch_norm).init(device))
}

/// Keras's edition is the one with biases.
fn resnet(config: ResNetConfig, wanted: &Wanted, device: &Device) -> Result<Counts, Problem> {
    let edition = match wanted.conv_bias {
        true => Edition::Keras,
        false => Edition::Torchvision,
    };
    counted(config.with_edition(edition).with_channels(wanted.image[0]).init(device))
}

fn param_count(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let counts = build(MODELS, case, device)?;
    Ok([
        ("total_params".to_string(), Value::Number(counts.parameters as f64)),
        ("moving_statistics".to_string(), Value::Number(counts.statistics as f64)),
    ]
    .into())
}

const APPLICATIONS: &[(&str, Build<Summary>)] = &[
    ("VGG16", |wanted, device| keras_vgg(VggConfig::vgg16(wanted.classes), wanted, device)),
    ("VGG19", |wanted, device| keras_vgg(VggConfig::vgg19(wanted.classes), wanted, device)),
    ("ResNet50", |wanted, device| {
        keras_resnet(ResNetConfig::resnet50(wanted.classes), wanted, device)
    }),
    ("ResNet101", |wanted, device| {
        keras_resnet(ResNetConfig::resnet101(wanted.classes), wanted, device)
    }),
    ("ResNet152", |wanted, device| {
        keras_resnet(ResNetConfig::resnet152(wanted.classes), wanted, device)
    }),
    ("InceptionV3", |wanted, device| {
        let config = InceptionV3Config::new(wanted.classes)
            .with_edition(Edition::Keras)
            .with_channels(wanted.image[0])
            .with_dropout(0.0);
        table(config.init(device), wanted, device)
    }),
    ("InceptionResNetV2", |wanted, device| {
        let config = InceptionResNetConfig::new(wanted.classes).with_channels(wanted.image[0]);
        table(config.init(device), wanted, device)
    }),
    ("MobileNet", |wanted, device| {
        let config = MobileNetV1Config::new(wanted.classes).with_alpha(wanted.alpha);
        table(config.with_channels(wanted.image[0]).init(device), wanted, device)
    }),
    ("MobileNetV2", |wanted, device| {
        let config = MobileNetV2Config::new(wanted.classes)
            .with_edition(Edition::Keras)
            .with_channels(wanted.image[0])
            .with_dropout(0.0)
            .with_alpha(wanted.alpha);
        table(config.init(device), wanted, device)
    }),
    ("EfficientNetB0", |wanted, device| {
        let config = EfficientNetConfig::b0(wanted.classes)
            .with_edition(Edition::Keras)
            .with_channels(wanted.image[0])
            .with_imagenet_pixels(false);
        table(config.init(device), wanted, device)
    }),
];

fn keras_vgg(config: VggConfig, wanted: &Wanted, device: &Device) -> Result<Summary, Problem> {
    table(for_image(config, wanted).with_dropout(0.0).init(device), wanted, device)
}

/// The first fully connected layer is of the size of the paper's maps, a 32nd of the image.
fn for_image(config: VggConfig, wanted: &Wanted) -> VggConfig {
    let [channels, height, width] = wanted.image;
    config.with_channels(channels).with_places([height / 32, width / 32])
}

fn keras_resnet(
    config: ResNetConfig,
    wanted: &Wanted,
    device: &Device,
) -> Result<Summary, Problem> {
    let config = config.with_edition(Edition::Keras).with_channels(wanted.image[0]);
    table(config.init(device), wanted, device)
}

/// The layer table of a network, with its head or without.
fn table<M: Classifier>(
    model: Result<M, ConfigError>,
    wanted: &Wanted,
    device: &Device,
) -> Result<Summary, Problem> {
    let model = model.map_err(|error| error.to_string())?;
    let forward = |model: &M, images| {
        let features = model.features(images);
        if wanted.has_top {
            model.logits(features);
        }
    };
    Ok(summary(&model, forward, wanted.image, device))
}

fn keras_application(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let table = build(APPLICATIONS, case, device)?;
    let (trained, fixed) = (table.num_parameters(), table.num_statistics());
    let is_convolution = |row: &Row| row.kind.ends_with("Conv2d");
    let has_top = Wanted::of(case)?.has_top;
    // The input, and the softmax where it cannot be a part of a last fully connected layer.
    let ends_convolving = !table.rows.iter().any(|row| row.kind == "Linear");
    let others = if has_top && ends_convolving { 2 } else { 1 };
    let layers = (0..table.rows.len()).filter(|&index| {
        let kind = table.rows[index].kind;
        let is_activation = matches!(kind, "ReLU" | "ReLU6" | "SiLU" | "Sigmoid");
        let within = |row: &Row| is_convolution(row) || row.kind == "Linear";
        let is_part = is_activation && index > 0 && within(&table.rows[index - 1]);
        // Which does nothing to images of the size that Keras's networks want.
        !is_part && kind != "AdaptiveAvgPool2d"
    });
    let mut output = table.rows.last().map(|row| row.output.clone()).unwrap_or_default();
    if !has_top {
        output.rotate_left(1);
    }
    let output: Vec<_> = output.iter().map(usize::to_string).collect();
    Ok([
        ("total_params".to_string(), Value::Number((trained + fixed) as f64)),
        ("trainable_params".to_string(), Value::Number(trained as f64)),
        ("non_trainable_params".to_string(), Value::Number(fixed as f64)),
        ("num_layers".to_string(), Value::Number((layers.count() + others) as f64)),
        ("output_shape".to_string(), Value::Text(output.join("x"))),
    ]
    .into())
}

/// The lecture's table: LeNet-5 with colours, 8 and 16 channels, and a pooling of the same sizes.
fn lecture_network_table(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let "LeNet-like example of the lectures" = case.text("model")? else {
        return Err("only the LeNet-like example has a table".to_string());
    };
    let config = LeNet5Config::new().with_channels(3).with_filters([8, 16]);
    let net = config.init(device).map_err(|error| error.to_string())?;
    let table = summary(&net, LeNet5::forward, [3, 32, 32], device);
    let mut names = vec!["INPUT".to_string()];
    let mut shapes = vec![vec![32, 32, 3]];
    let mut counts = vec![0.0];
    let mut number = 0;
    for row in &table.rows {
        let kind = match row.kind {
            "Conv2d" => "CONV",
            "AvgPool2d" => "POOL",
            "Linear" => "FC",
            _ => continue,
        };
        number += usize::from(kind != "POOL");
        names.push(format!("{kind}{number}"));
        let mut shape = row.output.clone();
        let axes = shape.len();
        shape.rotate_left(axes / 2); // channels last
        shapes.push(shape);
        counts.push(row.num_parameters as f64);
    }
    if let Some(last) = names.last_mut() {
        *last = "Softmax".to_string();
    }
    let text = |shape: &Vec<usize>| shape.iter().map(usize::to_string).collect::<Vec<_>>();
    let shapes = shapes.iter().map(|shape| text(shape).join("x")).collect();
    Ok([
        ("layers".to_string(), Value::Texts(names)),
        ("output_shapes".to_string(), Value::Texts(shapes)),
        ("param_counts".to_string(), list(counts)),
        ("total_params".to_string(), Value::Number(table.num_parameters() as f64)),
    ]
    .into())
}
