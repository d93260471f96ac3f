//! What an assignment starts with: settings that are checked, and a device that computes.

use std::path::Path;

use burn::tensor::Device;
use clap::{ArgMatches, Args, FromArgMatches};
use fireside_recipes::RecipeError;
use fireside_recipes::comparison::Comparison;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::earlier::Earlier;
use super::{Program, one_sentence};
use crate::backend::{self, Floats};
use crate::options::{Common, Dashboard, Verify};
use crate::run::{FEW, Run, Start, Voice};
use crate::{Failure, fingerprint, print};

/// The settings `S` of an assignment, and the questions `Q` to what it trains.
#[derive(Debug, Clone)]
pub struct Setup<S, Q = super::Nothing> {
    /// What decides the figures; those of the earlier run with `--resume`.
    pub settings: S,
    /// What the trained model is asked.
    pub asked: Q,
    /// Where to compute.
    pub device: Device,
    /// Whether Burn's dashboard is wanted.
    pub dashboard: bool,
    program: &'static Program,
    common: Common,
    verify: Option<Verify>,
    backend: &'static str,
    earlier: Option<Earlier>,
}

impl<S, Q> Setup<S, Q>
where
    S: Args + FromArgMatches + Serialize + DeserializeOwned,
    Q: FromArgMatches,
{
    /// Reads settings and questions from the command line, or from the run to resume or to repeat, and opens the
    /// device.
    ///
    /// # Errors
    /// When one is wrong, or the device cannot compute.
    pub fn new(program: &'static Program, flags: &ArgMatches) -> Result<Self, Failure> {
        let wrong = |error: clap::Error| Failure::Input(one_sentence(&error));
        let common = Common::from_arg_matches(flags).map_err(wrong)?;
        let asked = Q::from_arg_matches(flags).map_err(wrong)?;
        let dashboard = match program.has_dashboard {
            true => Dashboard::from_arg_matches(flags).map_err(wrong)?.checked()?,
            false => false,
        };
        let verify = match program.verifies {
            true => Some(Verify::from_arg_matches(flags).map_err(wrong)?),
            false => None,
        };
        let verify = verify.filter(|verify| verify.verify);
        let read = |flag, path: &Path| Earlier::read(flag, path, program);
        let (settings, earlier) = match (&common.resume, &common.config) {
            (Some(folder), _) => {
                let earlier = read("--resume", folder)?;
                (earlier.continued(flags)?, Some(earlier))
            }
            (None, Some(file)) => (read("--config", file)?.changed(flags)?, None),
            (None, None) => (S::from_arg_matches(flags).map_err(wrong)?, None),
        };
        let floats = if verify.is_some() { Floats::F64 } else { program.floats };
        let (backend, device) = backend::open(common.device.as_deref(), floats)?;
        let setup =
            Self { settings, asked, device, dashboard, program, common, verify, backend, earlier };
        setup.check_verify(flags)?;
        Ok(setup)
    }

    /// The course's figures are those of its own files.
    fn check_verify(&self, flags: &ArgMatches) -> Result<(), Failure> {
        let wants_data = self.verify.is_some() && !self.program.files.is_empty();
        match wants_data && !flags.contains_id("data") {
            false => Ok(()),
            true => Err(Failure::Input(
                "--verify compares figures of the course's own files: give their folder with --data"
                    .to_string(),
            )),
        }
    }

    /// The folder of the course's own runs, if the run is to be compared with them.
    pub fn reference(&self) -> Option<&Path> {
        self.verify.as_ref().map(|verify| verify.reference.as_path())
    }

    /// Compares a run with the course's and prints the figures of both. While it goes it tells so, as a training does.
    ///
    /// # Errors
    /// When the comparison fails, or a figure differs by more than its allowance.
    pub fn compare(
        &self,
        compare: impl FnOnce() -> Result<Comparison, RecipeError>,
    ) -> Result<(), Failure> {
        let meter = Voice::of(&self.common).meter("comparing with the course's figures", "", 0);
        let comparison = compare()?;
        drop(meter);
        if self.common.json {
            print::json(&comparison.json());
        } else if !self.common.quiet {
            print::line(&comparison.table());
        }
        match comparison.differing() {
            _ if comparison.is_empty() => Err(Failure::Run("nothing was compared".to_string())),
            0 => Ok(()),
            differing => Err(Failure::Run(format!(
                "{differing} of {} figures differ from the course's by more than allowed",
                comparison.len()
            ))),
        }
    }

    /// Whether all is only tried.
    pub fn is_dry_run(&self) -> bool {
        self.common.dry_run
    }

    /// Returns `count` examples, or few where all is only tried.
    pub fn examples(&self, count: usize) -> usize {
        if self.is_dry_run() { count.min(FEW) } else { count }
    }

    /// Begins the run, once all input was checked: makes its folder, or opens the one to resume.
    ///
    /// # Errors
    /// When the folder cannot be written, holds another run, or the data are not those of the run to resume.
    pub fn begin(&self) -> Result<Run, Failure> {
        let settings = serde_json::to_value(&self.settings)
            .map_err(|error| Failure::Run(error.to_string()))?;
        let data = match self.common.dry_run {
            true => serde_json::Map::new(),
            false => fingerprint::of(&settings, self.program.files, Voice::of(&self.common))?,
        };
        if let (Some(earlier), Some(folder)) = (&self.earlier, &self.common.resume) {
            fingerprint::check(earlier.data(), &data, folder)?;
        }
        Run::begin(Start {
            assignment: self.program.name,
            common: &self.common,
            settings,
            data,
            device: self.backend,
        })
    }
}
