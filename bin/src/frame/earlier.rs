//! The settings of an earlier run, to continue it or to repeat it with others.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches};
use fireside_report::CONFIG_FILE;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Program, file, given_flags, one_sentence};
use crate::Failure;
use crate::values::InputPath;

/// What `config.json` says of a run.
#[derive(Debug, Clone)]
pub(crate) struct Earlier {
    flag: &'static str,
    path: PathBuf,
    program: &'static str,
    config: Value,
}

impl Earlier {
    /// Reads what `flag` names: a run's folder or the `config.json` in it.
    ///
    /// # Errors
    /// When that is no run of this program.
    pub(crate) fn read(
        flag: &'static str,
        path: &Path,
        program: &'static Program,
    ) -> Result<Self, Failure> {
        let path = path.to_path_buf();
        let file = if path.is_dir() { path.join(CONFIG_FILE) } else { path.clone() };
        let earlier = Self { flag, path, program: program.name, config: Value::Null };
        let text = fs::read(&file)
            .map_err(|error| earlier.wrong(&format!("no {CONFIG_FILE} ({error})")))?;
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&text);
        let config: Value =
            serde_json::from_slice(text).map_err(|error| earlier.damaged(&error.to_string()))?;
        if config["assignment"] != program.name {
            return Err(earlier.wrong(&format!("it holds a run of {}", config["assignment"])));
        }
        Ok(Self { config, ..earlier })
    }

    /// Its settings.
    ///
    /// # Errors
    /// When there is one that the program does not have, or a value is none that a flag could have: the sentence
    /// names it.
    pub(crate) fn settings<S>(&self) -> Result<S, Failure>
    where
        S: Args + FromArgMatches + DeserializeOwned + Serialize,
    {
        let Some(given) = self.config["settings"].as_object() else {
            return Err(self.damaged("it has no settings"));
        };
        file::settings(given, self.program).map_err(|wrong| {
            // Nobody is to write into what a run left; to repeat one, everybody may.
            let damaged = if self.flag == "--resume" { "config.json is damaged: " } else { "" };
            Failure::Input(format!("{} {}: {damaged}{wrong}", self.flag, self.path.display()))
        })
    }

    /// Its settings, but for those given on this command line.
    ///
    /// # Errors
    /// As [`Earlier::settings`].
    pub(crate) fn changed<S>(&self, flags: &ArgMatches) -> Result<S, Failure>
    where
        S: Args + FromArgMatches + DeserializeOwned + Serialize,
    {
        let settings = self.settings::<S>()?;
        let given =
            S::from_arg_matches(flags).map_err(|error| Failure::Input(one_sentence(&error)))?;
        let (mut merged, given) = (object(&settings)?, object(&given)?);
        for flag in given_flags::<S>(flags) {
            if let Some(value) = given.get(&flag) {
                merged.insert(flag, value.clone());
            }
        }
        serde_json::from_value(Value::Object(merged))
            .map_err(|error| self.damaged(&error.to_string()))
    }

    /// Its settings, with those files and folders that are given again because they have moved.
    ///
    /// # Errors
    /// When another setting is given, which the run to continue has already.
    pub(crate) fn continued<S>(&self, flags: &ArgMatches) -> Result<S, Failure>
    where
        S: Args + FromArgMatches + DeserializeOwned + Serialize,
    {
        let changed: S = self.changed(flags)?;
        let values = object(&changed)?;
        let group = S::augment_args(Command::new(""));
        for id in given_flags::<S>(flags) {
            if !values.get(&id).is_some_and(InputPath::is) {
                let argument = group.get_arguments().find(|argument| argument.get_id() == &*id);
                let long = argument.and_then(|argument| argument.get_long()).unwrap_or(&id);
                return Err(Failure::Input(format!(
                    "--{long} cannot be given beside --resume: a run goes on with the settings it was started \
                     with; --config {} begins another with them",
                    self.path.display()
                )));
            }
        }
        Ok(changed)
    }

    /// What it was trained on: see [`Run`](crate::run::Run).
    pub(crate) fn data(&self) -> &Value {
        &self.config["data"]
    }

    fn wrong(&self, reason: &str) -> Failure {
        Failure::Input(format!(
            "{} {}: {reason}; give the folder of an earlier run of {}",
            self.flag,
            self.path.display(),
            self.program
        ))
    }

    fn damaged(&self, error: &str) -> Failure {
        self.wrong(&format!("{CONFIG_FILE} is damaged ({error})"))
    }
}

fn object(settings: &impl Serialize) -> Result<Map<String, Value>, Failure> {
    file::object(settings).map_err(Failure::Run)
}
