//! Flags of programs that find things in pictures, and what they come to.

mod in_turns;
mod own;
mod published;
mod training;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use fireside_datasets::image_file::{Picture, READ};
use fireside_recipes::car_detection::detector::{self, Usual};
use fireside_recipes::region_proposals;
use fireside_vision::detection::Selection;
use fireside_vision::region::head;

pub use self::own::OwnBoxes;
pub use self::published::PublishedYolo;
pub use self::training::{RegionTraining, YoloTraining};
use crate::values::Probability;
use crate::{Failure, Given};

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
            open(path).given_by("--predict")?;
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
