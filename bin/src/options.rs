//! Flags that programs share.

use std::path::PathBuf;

use burn::tensor::Device;
use clap::{Args, ValueHint};
use fireside_datasets::image_file::READ;
use fireside_datasets::source::Source;
use fireside_recipes::classify::Pictures;
use serde::{Deserialize, Serialize};

use crate::values::InputPath;
use crate::{Failure, Given, given};

/// Flags of every program that runs an assignment.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Running")]
pub struct Common {
    /// Folder to write into [default: runs/ASSIGNMENT/TIME]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "resume")]
    pub out: Option<PathBuf>,
    /// Delete the run that --out holds, and begin anew
    #[arg(long, requires = "out")]
    pub overwrite: bool,
    /// Continue the run in this folder, with the settings it was started with; data that have moved can be given again
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "dry_run")]
    pub resume: Option<PathBuf>,
    /// Repeat a run from its folder or its config.json; other flags change its settings
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath, conflicts_with = "resume")]
    pub config: Option<PathBuf>,
    /// Where to compute, out of the backends this program was built with [default: the first of them]
    #[arg(long, value_name = "NAME")]
    pub device: Option<String>,
    /// Write the trained models as safetensors too
    #[arg(long)]
    pub export: bool,
    /// Keep the last checkpoint of every training, with its optimiser, when it is over
    #[arg(long)]
    pub keep: bool,
    /// Go through every step with two iterations each and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print one JSON object and nothing else
    #[arg(long)]
    pub json: bool,
    /// Print nothing but errors
    #[arg(long, conflicts_with = "json")]
    pub quiet: bool,
}

/// Where an assignment's data comes from.
#[derive(Args, Debug, Clone, Default, Serialize, Deserialize)]
pub struct Data {
    /// Folder of the course's own files [default: embedded data, made by a generator]
    #[arg(long, value_name = "DIR", env = "FIRESIDE_DATA", value_hint = ValueHint::DirPath)]
    pub data: Option<InputPath>,
}

impl Data {
    /// Returns the source that the flag chose.
    pub fn source(&self) -> Source {
        match &self.data {
            Some(folder) => Source::Real(folder.to_path_buf()),
            None => Source::Embedded,
        }
    }

    /// What was read in a phrase: the user's own file, or else the source.
    pub fn origin(&self, file: Option<&InputPath>) -> String {
        match file {
            Some(path) => path.display().to_string(),
            None => self.source().to_string(),
        }
    }
}

/// Pictures of one's own to train on.
#[derive(Args, Debug, Clone, Default, Serialize, Deserialize)]
pub struct OwnPictures {
    /// Train on this folder of class folders [default: hands that show 0 to 5 fingers]
    #[arg(long, value_name = "DIR", requires = "model")]
    folder: Option<InputPath>,
    /// Leave out pictures of the folder that cannot be decoded
    #[arg(long)]
    skip_damaged: bool,
}

impl OwnPictures {
    /// Reads them, `side` by `side` pixels large, or the hands where there are none.
    ///
    /// # Errors
    /// When pictures are missing or damaged.
    pub fn load(
        &self,
        data: &Data,
        side: usize,
        seed: u32,
        device: &Device,
    ) -> Result<Pictures, Failure> {
        let (folder, source) = (self.folder.as_deref(), data.source());
        let pictures = Pictures::load(folder, self.skip_damaged, &source, side, seed, device);
        pictures.given_by(&given(self, "--folder"))
    }
}

/// A picture to ask the trained model about.
#[derive(Args, Debug, Clone)]
pub struct Predict {
    /// A picture of any size.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[arg(help = format!("Say what this picture shows, by what was trained: {READ} are read"))]
    pub predict: Option<PathBuf>,
}

impl Predict {
    /// Checks that no picture is asked about where nothing is trained, for want of this flag.
    ///
    /// # Errors
    /// When one is.
    pub fn nothing_without(&self, flag: &str) -> Result<(), Failure> {
        match self.predict {
            None => Ok(()),
            Some(_) => {
                Err(Failure::Input(format!("--predict asks a trained network: give it by {flag}")))
            }
        }
    }
}

/// Burn's dashboard.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Running")]
pub struct Dashboard {
    /// Show the training as a dashboard in the terminal instead of lines (builds with --features tui)
    #[arg(long)]
    pub dashboard: bool,
}

impl Dashboard {
    /// Whether it is wanted.
    ///
    /// # Errors
    /// When it is, and the program was built without.
    pub fn checked(&self) -> Result<bool, Failure> {
        match self.dashboard && !cfg!(feature = "tui") {
            false => Ok(self.dashboard),
            true => Err(Failure::Input(
                "--dashboard: this build has none: build with --features tui".into(),
            )),
        }
    }
}

/// Comparison with the course's figures.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Verifying")]
pub struct Verify {
    /// Repeat the course's own runs in 64-bit floats and compare figure by figure; exit 1 if one differs
    #[arg(long, conflicts_with_all = ["resume", "config", "export", "dry_run"])]
    pub verify: bool,
    /// Folder with the reference runs, models.json
    #[arg(
        long,
        value_name = "DIR",
        env = "FIRESIDE_CONFORMANCE",
        default_value = "../shared/conformance",
        value_hint = ValueHint::DirPath
    )]
    pub reference: PathBuf,
}
