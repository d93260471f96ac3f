//! Flags of programs that find things in pictures, and what they come to.

use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use clap::{Args, ValueHint};
use fireside_datasets::image_file::{Picture, READ};
use fireside_recipes::car_detection::changes::Changes;
use fireside_recipes::car_detection::detector::Usual;
use fireside_recipes::car_detection::placing::Placing;
use fireside_recipes::car_detection::pretrained::{Files, Pretrained, read_weights};
use fireside_recipes::car_detection::scenes::Scenes;
use fireside_recipes::car_detection::{SIZE, classes, detector, own};
use fireside_recipes::lesson::Pace;
use fireside_recipes::region_proposals;
use fireside_vision::detection::Selection;
use fireside_vision::region::head;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::learning::pace;
use crate::values::{Count, InputPath, LearningRate, Probability, Size, Units};

/// What the detector is asked.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Finding")]
pub struct FindIn {
    /// Find things in this picture or in those of a folder.
    #[arg(long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    #[arg(help = format!("Find things in this picture, or in those of a folder: {READ} are read"))]
    pub predict: Option<PathBuf>,
    /// The least score of a box that is shown [default: 0.4, or as those who published the weights have it]
    #[arg(long)]
    pub score: Option<Probability>,
    /// The overlap above which a box goes that another is surer of [default: 0.45, or as above]
    #[arg(long)]
    pub iou: Option<Probability>,
}

/// Share of a weight that it loses in an update, in units of the learning rate.
const WEIGHT_DECAY: f64 = 5e-3;

/// Pictures that are to be asked about.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The files.
    pub files: Vec<PathBuf>,
    /// Whether they are of a folder, which may hold others than pictures.
    pub is_folder: bool,
}

impl FindIn {
    /// The pictures, where there are some: a wrong one is found before a training and not after it.
    ///
    /// # Errors
    /// When a file is no picture, or a folder holds none.
    pub fn pictures(&self) -> Result<Asked, Failure> {
        let Some(path) = &self.predict else { return Ok(Asked::default()) };
        if !path.is_dir() {
            open(path)?;
            return Ok(Asked { files: vec![path.clone()], is_folder: false });
        }
        let unreadable = |error: std::io::Error| {
            Failure::Input(format!("{} cannot be read: {error}", path.display()))
        };
        let mut files = Vec::new();
        for entry in fs::read_dir(path).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.path();
            if file.is_file() && open(&file).is_ok() {
                files.push(file);
            }
        }
        files.sort();
        match files.is_empty() {
            true => {
                Err(Failure::Input(format!("{} holds no picture: {READ} are read", path.display())))
            }
            false => Ok(Asked { files, is_folder: true }),
        }
    }

    /// Which boxes are kept, where nobody says it as those who published the weights have it.
    ///
    /// # Errors
    /// None: the flags were checked.
    pub fn selection(&self, usual: Usual) -> Result<Selection, Failure> {
        let [score, iou] = self.numbers();
        Ok(usual.selection(score, iou)?)
    }

    /// The same of a detector by regions.
    ///
    /// # Errors
    /// None: the flags were checked.
    pub fn of_regions(&self) -> Result<head::Selection, Failure> {
        let [score, iou] = self.numbers();
        Ok(region_proposals::detector::selection(score, iou)?)
    }

    fn numbers(&self) -> [Option<f64>; 2] {
        [self.score, self.iou].map(|number| number.map(Probability::get))
    }
}

/// Reads a picture as it is.
///
/// # Errors
/// When the file is no picture.
pub fn open(path: &Path) -> Result<Picture, Failure> {
    Ok(detector::open(path)?)
}

/// How a small YOLO learns.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
pub struct YoloTraining {
    /// Scenes to draw and train on
    #[arg(long, default_value = "2500")]
    scenes: Units,
    /// Scenes to draw and test on
    #[arg(long, default_value = "400", value_name = "SCENES")]
    test_scenes: Units,
    /// Times through the scenes
    #[arg(long, default_value = "8")]
    epochs: Count,
    /// Scenes in a mini-batch
    #[arg(long, default_value = "16")]
    batch_size: Units,
    /// Learning rate at its height
    #[arg(long, default_value = "2e-3")]
    lr: LearningRate,
    /// Anchors to find for the boxes
    #[arg(long, default_value = "5", value_name = "N")]
    pub num_anchors: Units,
    /// Leave scenes as they are: neither mirrored nor in other colours
    #[arg(long)]
    no_augmentation: bool,
    /// Show each batch in one of five sizes
    #[arg(long)]
    multi_scale: bool,
    /// Put every second scene together of four
    #[arg(long)]
    mosaic: bool,
}

impl YoloTraining {
    /// How long, how fast, and on how many scenes at a time.
    pub fn pace(&self, seed: u32) -> Pace {
        pace(self.epochs, self.batch_size, self.lr, WEIGHT_DECAY, seed)
    }

    /// Scenes to train on, and to test on, where they are drawn.
    pub fn counts(&self) -> [usize; 2] {
        [self.scenes.get(), self.test_scenes.get()]
    }

    /// What of the scenes is changed from epoch to epoch.
    pub fn changes(&self) -> Changes {
        let Self { no_augmentation, multi_scale: sizes, mosaic, .. } = *self;
        Changes { flips: !no_augmentation, colors: !no_augmentation, sizes, mosaic }
    }
}

/// What is said to `--verify` without weights.
const UNVERIFIED: &str = "--verify compares the boxes that the course's own weights draw: give yolo.h5, or the folder \
                          of the SavedModel, by --weights and the course's test.jpg by --predict";

/// Published weights, and what goes with them.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
#[command(next_help_heading = "Published weights")]
pub struct PublishedYolo {
    /// Rows and columns that the network sees [default: 96x128, or those of the weights]
    #[arg(long, value_name = "HxW")]
    pub size: Option<Size>,
    /// Names of the classes, a line each [default: those of the weights, or of the boxes]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub classes: Option<InputPath>,
    /// Find things by these weights and train nothing: yolo.h5, Darknet's .weights, the folder of a SavedModel, the
    /// manifest of a TensorFlow.js model
    #[arg(long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    weights: Option<InputPath>,
    /// Darknet's description of the network [default: the .cfg beside the .weights]
    #[arg(long, value_name = "FILE", requires = "weights", value_hint = ValueHint::FilePath)]
    cfg: Option<InputPath>,
    /// Widths and heights of the anchors, in cells [default: those of the network]
    #[arg(long, value_name = "FILE", requires = "weights", value_hint = ValueHint::FilePath)]
    anchors: Option<InputPath>,
    /// Show pictures to the network in their proportions on grey, as Darknet does, and not stretched
    #[arg(long, requires = "weights")]
    letterbox: bool,
}

impl PublishedYolo {
    /// Reads the weights, where there are some; to verify there must be.
    ///
    /// # Errors
    /// When a file cannot be read, is damaged or of another network; when there is no picture to find things in.
    pub fn read(
        &self,
        asked: &Asked,
        verifies: bool,
        device: &Device,
    ) -> Result<Option<Pretrained>, Failure> {
        let Self { weights, cfg, anchors, letterbox, size, classes } = self;
        let Some(weights) = weights else {
            return match verifies {
                false => Ok(None),
                true => Err(Failure::Input(UNVERIFIED.to_string())),
            };
        };
        if asked.files.is_empty() {
            let reason = "--weights finds things in pictures: give one, or a folder, by --predict";
            return Err(Failure::Input(reason.to_string()));
        }
        let [cfg, anchors, classes] = [cfg, anchors, classes].map(|file| file.as_deref());
        let mut read = read_weights(Files { weights, cfg, anchors, classes }, device)?;
        if let Some(size) = size {
            read.detector.head.grid(size.get())?;
            read.detector.size = size.get();
        }
        if *letterbox {
            read.detector.placing = Placing::Letterbox;
        }
        Ok(Some(read))
    }

    /// Rows and columns that a network to train sees.
    pub fn size(&self) -> [usize; 2] {
        self.size.map_or(SIZE, Size::get)
    }
}

/// Pictures with boxes of one's own to train on.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
#[command(next_help_heading = "Pictures of one's own")]
pub struct OwnBoxes {
    /// Train on the pictures of this folder [default: drawn street scenes]
    #[arg(long, value_name = "DIR", requires = "annotations", conflicts_with = "weights")]
    #[arg(value_hint = ValueHint::DirPath)]
    images: Option<InputPath>,
    /// Their boxes: a COCO JSON, Pascal VOC XML, YOLO's texts, or a table of file,x1,y1,x2,y2,class
    #[arg(long, value_name = "FILE|DIR", requires = "images", value_hint = ValueHint::AnyPath)]
    annotations: Option<InputPath>,
}

impl OwnBoxes {
    /// Scenes of `size` to learn from and to test on, with a sentence that tells what they are: those given, or else
    /// drawn ones, so many of each.
    ///
    /// # Errors
    /// When pictures or boxes cannot be read, or what they mean is in doubt.
    pub fn sets(
        &self,
        size: [usize; 2],
        names: Option<&Path>,
        counts: [usize; 2],
        seed: u32,
    ) -> Result<([Scenes; 2], String), Failure> {
        let (Some(images), Some(annotations)) = (&self.images, &self.annotations) else {
            if names.is_some() {
                let reason = "--classes names the classes of --weights or of --annotations";
                return Err(Failure::Input(reason.to_string()));
            }
            let [learnt, tested] = counts;
            let text = format!("Data: {learnt} drawn street scenes to train on, {tested} to test.");
            return Ok((Scenes::drawn_sets(size, counts, seed)?, text));
        };
        let names = names.map(classes::read).transpose()?;
        let (found, mut text) = own::own(images, annotations, names.as_deref())?;
        let sets = Scenes::own_sets(&found, size, seed)?;
        let [learnt, tested] = sets.each_ref().map(Scenes::len);
        text += &format!("\n{learnt} to train on, {tested} to test.");
        Ok((sets, text))
    }
}
