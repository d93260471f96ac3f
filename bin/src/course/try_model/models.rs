//! Which models a run has, and what is said of the answers of one.

use std::io;
use std::path::{Path, PathBuf};

use fireside_recipes::trained::{Answer, CARD_FILE, Card};
use fireside_report::CONFIG_FILE;
use serde_json::{Value, json};

use crate::{Failure, print};

/// The models of a run, and the one that is asked.
pub(super) struct Models {
    run: PathBuf,
    /// What it is called.
    name: String,
    /// Its folder.
    pub(super) folder: PathBuf,
    /// What all are called, it among them.
    all: Vec<String>,
}

impl Models {
    pub(super) fn find(run: &Path, wanted: Option<&str>) -> Result<Self, Failure> {
        let wrong = |reason: String| Err(Failure::Input(format!("{}: {reason}", run.display())));
        if run.join(CARD_FILE).is_file() {
            let name = run.file_name().map(|name| name.to_string_lossy().into_owned());
            let name = name.unwrap_or_default();
            return match wanted {
                Some(wanted) if wanted != name => wrong(format!(
                    "it is the folder of one model: give that of its run with --model {wanted}"
                )),
                _ => Ok(Self {
                    run: run.to_path_buf(),
                    folder: run.to_path_buf(),
                    all: vec![name.clone()],
                    name,
                }),
            };
        }
        if !run.is_dir() {
            return wrong("there is no such folder: give that of a run".to_string());
        }
        let all = stages(run)?;
        if all.is_empty() {
            return match run.join(CONFIG_FILE).is_file() {
                true => wrong(format!(
                    "the run has no model that can be asked, none with a {CARD_FILE}: it is not over, trains none, \
                     or was made by an earlier version"
                )),
                false => {
                    wrong(format!("it is no run: neither {CONFIG_FILE} nor {CARD_FILE} is in it"))
                }
            };
        }
        let name = match wanted {
            Some(wanted) if all.iter().any(|name| name == wanted) => wanted.to_string(),
            Some(wanted) => {
                return wrong(format!("it has no model {wanted}: they are {}", all.join(", ")));
            }
            None => main_of(run, &all),
        };
        Ok(Self { folder: run.join(&name), run: run.to_path_buf(), name, all })
    }

    pub(super) fn report(
        &self,
        card: &Card,
        answers: &[(String, Answer)],
        passed_over: &[String],
        refused: &[String],
    ) -> Value {
        let answer = |(name, answer): &(String, Answer)| {
            let mut object = json!(answer);
            object["input"] = json!(name);
            object
        };
        json!({
            "run": self.run.display().to_string(),
            "model": self.name,
            "models": self.all,
            "program": card.made_by.as_ref().map(|made_by| made_by.program.clone()),
            "answers": answers.iter().map(answer).collect::<Vec<_>>(),
            "passed_over": passed_over,
            "refused": refused,
        })
    }

    pub(super) fn print(&self, answers: &[(String, Answer)], passed_over: &[String]) {
        let mut text = String::new();
        if self.all.len() > 1 {
            text += &format!("{} of {}; --model asks another\n", self.name, self.all.join(", "));
        }
        for (name, answer) in answers {
            text += &match answer {
                Answer::Names { .. }
                | Answer::Text { .. }
                | Answer::Entities { .. }
                | Answer::Words { .. } => format!("{answer}\n"),
                _ => format!("{name}: {answer}\n"),
            };
        }
        if !passed_over.is_empty() {
            let count = passed_over.len();
            text +=
                &format!("Passed over {count} that are no pictures: {}\n", passed_over.join(", "));
        }
        print::text(&text);
    }
}

/// The names of the folders in a run that hold a model, in their order.
fn stages(run: &Path) -> Result<Vec<String>, Failure> {
    let unreadable =
        |error: io::Error| Failure::Input(format!("{} cannot be read: {error}", run.display()));
    let mut found = Vec::new();
    for entry in run.read_dir().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if entry.path().join(CARD_FILE).is_file() {
            found.extend(entry.file_name().into_string());
        }
    }
    found.sort();
    Ok(found)
}

/// The model that says of itself that it is the main one, or else the first.
fn main_of(run: &Path, all: &[String]) -> String {
    let is_main = |name: &&String| Card::read(&run.join(name)).is_ok_and(|card| card.is_main);
    all.iter().find(is_main).or(all.first()).cloned().unwrap_or_default()
}
