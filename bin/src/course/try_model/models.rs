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
    /// The key of the one that is asked: the name of its folder.
    name: String,
    /// Its folder.
    pub(super) folder: PathBuf,
    /// Why it is asked where nobody said which, as an end of the sentence that names it.
    why: &'static str,
    /// All, it among them.
    all: Vec<Known>,
}

/// A model of a run, by what its description says; nothing where it cannot be read.
#[derive(Debug)]
struct Known {
    key: String,
    called: Option<String>,
    is_main: bool,
    /// How long the run had taken when it was written.
    minutes: f64,
}

impl Known {
    fn read(folder: &Path, key: String) -> Self {
        let card = Card::read(folder).ok();
        Self {
            key,
            called: card.as_ref().and_then(|card| card.called.clone()),
            is_main: card.as_ref().is_some_and(|card| card.is_main),
            minutes: card.and_then(|card| card.made_by).map_or(0.0, |made_by| made_by.minutes),
        }
    }

    /// What people call it, with its key behind, by which it is asked.
    fn shown(&self) -> String {
        match &self.called {
            Some(called) if *called != self.key => format!("{called} ({})", self.key),
            _ => self.key.clone(),
        }
    }
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
                    why: "",
                    all: vec![Known::read(run, name.clone())],
                    name,
                }),
            };
        }
        if !run.is_dir() {
            return wrong("there is no such folder: give that of a run".to_string());
        }
        let keys = stages(run)?.into_iter();
        let all: Vec<Known> = keys.map(|key| Known::read(&run.join(&key), key)).collect();
        let Some((main, why)) = chosen(&all) else {
            return match run.join(CONFIG_FILE).is_file() {
                true => wrong(format!(
                    "the run has no model that can be asked, none with a {CARD_FILE}: it is not over, trains none, \
                     or was made by an earlier version"
                )),
                false => {
                    wrong(format!("it is no run: neither {CONFIG_FILE} nor {CARD_FILE} is in it"))
                }
            };
        };
        let (name, why) = match wanted {
            None => (main.key.clone(), why),
            Some(wanted) if all.iter().any(|model| model.key == wanted) => (wanted.to_string(), ""),
            Some(wanted) => {
                return wrong(format!("it has no model {wanted}: they are {}", listed(&all)));
            }
        };
        Ok(Self { folder: run.join(&name), run: run.to_path_buf(), name, why, all })
    }

    fn asked(&self) -> Option<&Known> {
        self.all.iter().find(|model| model.key == self.name)
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
            "called": self.asked().and_then(|model| model.called.clone()),
            "models": self.all.iter().map(|model| &model.key).collect::<Vec<_>>(),
            "program": card.made_by.as_ref().map(|made_by| made_by.program.clone()),
            "answers": answers.iter().map(answer).collect::<Vec<_>>(),
            "passed_over": passed_over,
            "refused": refused,
        })
    }

    pub(super) fn print(&self, answers: &[(String, Answer)], passed_over: &[String]) {
        let mut text = String::new();
        if self.all.len() > 1 {
            let others = self.all.iter().filter(|model| model.key != self.name);
            text += &format!("Asked: {}{}.\n", listed(self.asked()), self.why);
            text += &format!("--model asks another: {}.\n", listed(others));
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

/// The model that is asked where nobody says which, and why, as an end of the sentence that names it: the one that says
/// of itself that it is the main one; where none or several do, as in a run that was broken off or one of an earlier
/// version, of these the one that was trained last.
fn chosen(all: &[Known]) -> Option<(&Known, &'static str)> {
    let mains: Vec<&Known> = all.iter().filter(|model| model.is_main).collect();
    match (all, mains.as_slice()) {
        ([only], _) => Some((only, "")),
        (_, [main]) => Some((*main, ", the run's main model")),
        (_, []) => Some((last(all)?, ", trained last; none is marked as the main model")),
        _ => {
            let last = last(mains.iter().copied())?;
            Some((last, ", trained last of several that are marked as the main model"))
        }
    }
}

/// The one that was trained last, of those of the same time the last by the alphabet.
fn last<'a>(models: impl IntoIterator<Item = &'a Known>) -> Option<&'a Known> {
    models.into_iter().max_by(|one, other| one.minutes.total_cmp(&other.minutes))
}

/// Models by their names.
fn listed<'a>(models: impl IntoIterator<Item = &'a Known>) -> String {
    models.into_iter().map(Known::shown).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(key: &str, is_main: bool, minutes: f64) -> Known {
        Known { key: key.to_string(), called: None, is_main, minutes }
    }

    fn asked(all: &[Known]) -> (&str, &str) {
        let (model, why) = chosen(all).unwrap();
        (model.key.as_str(), why)
    }

    #[test]
    fn main_model_is_asked_and_where_that_tells_not_which_the_last() {
        let rounds = |mains: [bool; 3]| {
            let of = |(place, is_main): (usize, bool)| {
                known(&format!("round-{}", place + 1), is_main, place as f64)
            };
            mains.into_iter().enumerate().map(of).collect::<Vec<_>>()
        };
        let (main, none) = (rounds([false, true, false]), rounds([false; 3]));
        assert_eq!(asked(&main), ("round-2", ", the run's main model"));
        let (name, why) = asked(&none);
        assert!(name == "round-3" && why.contains("none is marked"), "{name}{why}");
        let several = rounds([true, true, false]);
        let (name, why) = asked(&several);
        assert!(name == "round-2" && why.contains("of several"), "{name}{why}");
        assert_eq!(asked(&main[..1]), ("round-1", ""), "alone it needs no reason");
        assert!(chosen(&[]).is_none());
        let alike = [known("a", false, 0.0), known("b", false, 0.0)];
        assert_eq!(asked(&alike).0, "b");
    }

    #[test]
    fn keys_stand_behind_what_people_say() {
        let called = Some("four layers".to_string());
        let named = Known { called, ..known("L-layer", true, 1.0) };
        assert_eq!(listed([&named, &known("net", false, 0.0)]), "four layers (L-layer); net");
    }
}
