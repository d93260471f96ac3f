//! The weights in which people have YOLO.
//!
//! | given | network | pictures |
//! | --- | --- | --- |
//! | Darknet's `.weights` with its `.cfg` | YOLOv2, also its first edition, or Tiny YOLOv2 | as the `.cfg` says |
//! | Keras's `yolo.h5`, of the course of 2017, or a tiny one | YOLOv2, Tiny YOLOv2 | 608x608, 416x416 |
//! | the folder of TensorFlow's SavedModel, of the course of 2021 | YOLOv2 | 608x608 |
//! | the manifest of TensorFlow.js of face-api's tiny face detector | [`faces`](fireside_vision::yolo::faces) | 416x416 |

use std::fs;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::tensor::Device;
use fireside_layers::Renames;
use fireside_vision::detection::anchors::read_anchors;
use fireside_vision::detection::yolo_head::YoloHead;
use fireside_vision::yolo::YoloNetwork;
use fireside_vision::yolo::faces::FaceDetectorConfig;
use fireside_vision::yolo::reorg::Reorg;
use fireside_vision::yolo::tiny::{self, TinyYoloConfig};
use fireside_vision::yolo::v2::{self, YoloV2Config};
use fireside_vision::{Edition, Pixels};
use fireside_weights::darknet::{self, Kind, Network};
use fireside_weights::{Limits, Options, Tensors, load, read};

use super::classes;
use super::detector::{Detector, Usual};
use super::placing::Placing;
use crate::RecipeError;

/// Rows and columns that the course's network sees, and the tiny one.
const LARGE: usize = 608;
const SMALL: usize = 416;
/// A file of anchors of more bytes is none.
const MOST_BYTES: u64 = 1 << 16;
/// Convolutions of the networks.
const YOLO_V2: usize = 23;
const FIRST_YOLO_V2: usize = 22;
const TINY_YOLO: usize = 9;

/// Where the weights are, and what goes with them.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// The weights.
    pub weights: &'a Path,
    /// The description of a network of Darknet; without, the file beside the weights.
    pub cfg: Option<&'a Path>,
    /// Anchors in cells; without, those of the network.
    pub anchors: Option<&'a Path>,
    /// Names of the classes; without, those of COCO, VOC or numbers.
    pub classes: Option<&'a Path>,
    /// How YOLOv2 lays the finer map beside the coarser one; without, as whoever trained the weights did.
    pub reorg: Option<Reorg>,
}

impl Files<'_> {
    fn check_no_reorg(&self, network: &str) -> Result<(), RecipeError> {
        match self.reorg {
            None => Ok(()),
            Some(_) => Err(RecipeError::Input(format!(
                "--reorg is for YOLOv2: {} holds {network}, which has no finer map beside the coarser one",
                self.weights.display()
            ))),
        }
    }
}

/// Whose weights they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Darknet's.
    Darknet,
    /// The `yolo.h5` of the course's edition of 2017, or another of Keras's.
    Keras,
    /// The SavedModel of the course's edition of 2021.
    SavedModel,
    /// face-api's.
    FaceApi,
}

/// A detector with published weights.
#[derive(Debug)]
pub struct Pretrained {
    /// The detector.
    pub detector: Detector,
    /// Which boxes are kept where nobody says it.
    pub usual: Usual,
    /// Whose weights they are.
    pub origin: Origin,
    /// What was read, in a sentence.
    pub description: String,
}

/// Reads weights of any of the forms.
///
/// # Errors
/// When a file cannot be read, is damaged, or is of another network; where weights are missing, what is.
pub fn read_weights(files: Files<'_>, device: &Device) -> Result<Pretrained, RecipeError> {
    let Files { weights, .. } = files;
    let ending = weights.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "cfg" => Err(RecipeError::Input(format!(
            "--weights {}: that describes a network: give the file of its numbers, and this one by --cfg",
            weights.display()
        ))),
        "weights" => of_darknet(files, device),
        "json" => of_face_api(files, device),
        _ => of_keras(files, device),
    }
}

/// Anchors of a file, in cells.
fn anchors(files: Files<'_>, usual: &[[f64; 2]]) -> Result<Vec<[f64; 2]>, RecipeError> {
    let Some(path) = files.anchors else { return Ok(usual.to_vec()) };
    let wrong = |reason: &dyn ToString| {
        RecipeError::Input(format!("{}: {}", path.display(), reason.to_string()))
    };
    if fs::metadata(path).map_err(|error| wrong(&error))?.len() > MOST_BYTES {
        return Err(wrong(&"it is too long to be a list of anchors"));
    }
    let text = fs::read_to_string(path).map_err(|error| wrong(&error))?;
    read_anchors(&text).map_err(|error| wrong(&error))
}

fn of_darknet(files: Files<'_>, device: &Device) -> Result<Pretrained, RecipeError> {
    let Files { weights, cfg, .. } = files;
    let cfg: PathBuf = cfg.map_or_else(|| weights.with_extension("cfg"), Path::to_path_buf);
    let network = Network::read(&cfg)?;
    let wrong = |reason: String| Err(RecipeError::Input(format!("{}: {reason}", cfg.display())));
    let Some(region) = network.region() else {
        return wrong("it describes no detector: there is no [region] in it".to_string());
    };
    let [channels, height, width] = network.input;
    if channels != 3 {
        return wrong(format!("channels={channels}: pictures have 3"));
    }
    let count = network.convolutions().count();
    let anchors = anchors(files, &region.anchors)?;
    let classes = region.classes;
    let named = |name: &str| format!("{name} of Darknet, {}", weights.display());
    let known = Known {
        files,
        size: [height, width],
        tensors: darknet::read(weights, &cfg, &Limits::default())?,
        usual: Usual { score: 0.3, iou: 0.5, most: 100, by_class: false },
        origin: Origin::Darknet,
    };
    match count {
        YOLO_V2 | FIRST_YOLO_V2 => {
            let passthrough = if count == YOLO_V2 { 64 } else { 0 };
            check_layers(&cfg, &network, true)?;
            let config = YoloV2Config::new(classes, anchors)
                .with_passthrough(passthrough)
                .with_reorg(files.reorg);
            let (net, head) = (config.init(device)?, config.head()?);
            known.detector(net, head, config.renames()?, config.pixels()?, named("YOLOv2"))
        }
        TINY_YOLO => {
            files.check_no_reorg("Tiny YOLOv2")?;
            check_layers(&cfg, &network, false)?;
            let convolutions: Vec<_> = network.convolutions().collect();
            let last = convolutions[TINY_YOLO - 2].0.filters;
            let config = TinyYoloConfig::new(classes, anchors).with_last(last);
            let (net, head) = (config.init(device)?, config.head()?);
            known.detector(net, head, config.renames()?, config.pixels()?, named("Tiny YOLOv2"))
        }
        _ => wrong(format!(
            "a network of {count} convolutions: YOLOv2, of {YOLO_V2} or {FIRST_YOLO_V2}, and Tiny YOLOv2, of {TINY_YOLO}, \
             are known here"
        )),
    }
}

/// Checks that a network has no other steps than those that the architecture of its length takes: their windows and
/// channels are checked by the numbers.
fn check_layers(cfg: &Path, network: &Network, has_reorg: bool) -> Result<(), RecipeError> {
    let last = network.convolutions().count() - 1;
    let plain = network.convolutions().enumerate().find(|(place, (conv, _))| {
        let is_last = *place == last;
        conv.stride != 1
            || conv.padding != conv.size / 2
            || conv.leaky == is_last
            || conv.batch_normalize == is_last
    });
    let halved =
        network.layers.iter().filter(|layer| matches!(layer.kind, Kind::MaxPool { stride: 2, .. }));
    let reorgs =
        network.layers.iter().filter(|layer| matches!(layer.kind, Kind::Reorg { stride: 2 }));
    let problem = match (plain, halved.count(), reorgs.count()) {
        (Some((_, (_, line))), ..) => Some((line, "another convolution than YOLOv2's".to_string())),
        (None, 5, reorgs) if (reorgs == 1) == has_reorg => None,
        (None, halved, reorgs) => Some((
            1,
            format!("{halved} poolings that halve and {reorgs} reorg, not as YOLOv2 has them"),
        )),
    };
    match problem {
        None => Ok(()),
        Some((line, reason)) => {
            Err(RecipeError::Input(format!("{}, line {line}: {reason}", cfg.display())))
        }
    }
}

fn of_keras(files: Files<'_>, device: &Device) -> Result<Pretrained, RecipeError> {
    let Files { weights, .. } = files;
    let tensors = read(weights, &Limits::default())?;
    let wrong =
        |reason: String| Err(RecipeError::Input(format!("{}: {reason}", weights.display())));
    let is_saved_model =
        tensors.arrays.iter().any(|array| array.name.starts_with("layer_with_weights"));
    let convolutions = tensors.arrays.iter().filter(|array| array.shape.len() == 4).count();
    let bias = tensors.arrays.iter().find(|array| {
        array.name.rsplit(['/', '.']).next().is_some_and(|name| name.starts_with("bias"))
    });
    let Some(channels) = bias.map(|bias| bias.values.len()) else {
        return wrong(
            "no convolution with a bias is in it, which is the last of a YOLO".to_string(),
        );
    };
    let is_large = convolutions == YOLO_V2;
    if !is_large && (convolutions != TINY_YOLO || is_saved_model) {
        return wrong(format!(
            "a network of {convolutions} convolutions: YOLOv2, of {YOLO_V2}, and Tiny YOLOv2, of {TINY_YOLO}, are known here"
        ));
    }
    let usual = if is_large { v2::COCO_ANCHORS } else { tiny_anchors(channels) };
    let anchors = anchors(files, &usual)?;
    let Some(classes) = (channels / anchors.len())
        .checked_sub(5)
        .filter(|classes| *classes > 0 && channels.is_multiple_of(anchors.len()))
    else {
        return wrong(format!(
            "its last layer has {channels} channels, which {} anchors of 5 numbers and some classes do not make: give \
             its own by --anchors",
            anchors.len()
        ));
    };
    let (origin, score) =
        if is_saved_model { (Origin::SavedModel, 0.3) } else { (Origin::Keras, 0.6) };
    let known = Known {
        files,
        size: [if is_large { LARGE } else { SMALL }; 2],
        tensors,
        usual: Usual { score, iou: 0.5, most: 10, by_class: false },
        origin,
    };
    let form = if is_saved_model { "TensorFlow" } else { "Keras" };
    let named = |name: &str| format!("{name} of {form}, {}", weights.display());
    if is_large {
        let config = YoloV2Config::new(classes, anchors)
            .with_edition(Edition::Course)
            .with_reorg(files.reorg);
        let (net, head) = (config.init(device)?, config.head()?);
        let renames =
            if is_saved_model { config.saved_model_renames()? } else { config.renames()? };
        known.detector(net, head, renames, config.pixels()?, named("YOLOv2"))
    } else {
        files.check_no_reorg("Tiny YOLOv2")?;
        let last = if channels == 425 { 512 } else { 1024 };
        let config = TinyYoloConfig::new(classes, anchors).with_last(last);
        let config = config.with_edition(Edition::Course);
        let (net, head) = (config.init(device)?, config.head()?);
        known.detector(net, head, config.renames()?, config.pixels()?, named("Tiny YOLOv2"))
    }
}

/// Anchors of the tiny network with a last layer of so many channels.
fn tiny_anchors(channels: usize) -> [[f64; 2]; 5] {
    if channels == 125 { tiny::VOC_ANCHORS } else { v2::COCO_ANCHORS }
}

fn of_face_api(files: Files<'_>, device: &Device) -> Result<Pretrained, RecipeError> {
    files.check_no_reorg("a face detector")?;
    let config = FaceDetectorConfig::new();
    let anchors = anchors(files, &config.anchors)?;
    let config = config.with_anchors(anchors);
    let tensors = read(files.weights, &Limits::default())?;
    let known = Known {
        files,
        size: [SMALL; 2],
        tensors,
        usual: Usual { score: 0.5, iou: 0.4, most: 100, by_class: false },
        origin: Origin::FaceApi,
    };
    let description = format!("Face detector of face-api, {}", files.weights.display());
    let (net, head) = (config.init(device)?, config.head()?);
    known.detector(net, head, config.renames()?, config.pixels()?, description)
}

/// What is known of a file before its network is.
struct Known<'a> {
    files: Files<'a>,
    size: [usize; 2],
    tensors: Tensors,
    usual: Usual,
    origin: Origin,
}

impl Known<'_> {
    fn detector(
        self,
        net: impl YoloNetwork + 'static,
        head: YoloHead,
        renames: Renames,
        pixels: Pixels,
        description: String,
    ) -> Result<Pretrained, RecipeError> {
        let Self { files, size, tensors, usual, origin } = self;
        let (net, report) = load(net, &tensors, renames, &Options::default())?;
        let classes = match (head.num_classes(), files.classes) {
            (0, None) => vec!["face".to_string()],
            (count, file) => classes::of(count.max(1), file)?,
        };
        let remarks = report.remarks().map_or(String::new(), |remarks| format!("; {remarks}"));
        let [height, width] = size;
        let description = format!(
            "{description}: {} numbers for {} classes, pictures of {height}x{width}{remarks}.",
            Module::num_params(&net),
            head.num_classes().max(1),
        );
        let mut detector = Detector::new(net, head, pixels, size, classes)?;
        if origin == Origin::FaceApi {
            detector.placing = Placing::Corner;
        }
        Ok(Pretrained { detector, usual, origin, description })
    }
}
