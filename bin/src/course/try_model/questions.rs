//! From what is typed, piped or found in folders to what a model is asked.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, IsTerminal};
use std::path::Path;

use fireside_recipes::dinosaurs::NAMES;
use fireside_recipes::trained::{Architecture, Card, Draws, Question, Task};

use super::Flags;
use crate::Failure;
use crate::values::{Count, Penalty, Units};

/// A question, and how the answer names it.
pub(super) struct Asked {
    /// What its answer is called.
    pub(super) name: String,
    /// The question.
    pub(super) question: Question,
    /// Whether it is a file of a folder, which may hold others than pictures.
    pub(super) is_found: bool,
}

/// Everything that is asked.
pub(super) struct Questions {
    /// What this model may answer.
    pub(super) asked: Vec<Asked>,
    /// Why the other inputs are no questions to it, in sentences.
    pub(super) refused: Vec<String>,
}

impl Flags {
    /// Everything that is asked, at least one input.
    pub(super) fn questions(&self, card: &Card) -> Result<Questions, Failure> {
        let task = &card.task;
        let is_by_hand = matches!(card.architecture, Architecture::CharacterRnn { .. });
        let draws =
            Draws { temperature: self.temperature.map_or(1.0, Penalty::get), seed: self.seed };
        let named =
            |name: &str, question| Asked { name: name.to_string(), question, is_found: false };
        let top = self.top.map_or(5, Count::get);
        let mut refused = Vec::new();
        let asked: Vec<Asked> = match task {
            Task::Pictures(_) | Task::Boxes(_) | Task::Landmarks(_) | Task::Edges(_) => {
                let inputs = self.read_inputs()?.into_iter();
                let read =
                    |input: OsString| unless_refused(pictures(&input, &task.takes()), &mut refused);
                inputs.filter_map(read).flatten().collect()
            }
            Task::Sentences(_) | Task::Entities(_) => {
                let inputs = self.read_inputs()?.into_iter();
                let read = |input| unless_refused(sentence(input, task), &mut refused);
                inputs.filter_map(read).collect()
            }
            Task::Values(values) => {
                let mut rows = Vec::new();
                if self.values.is_empty() {
                    for line in self.read_inputs()? {
                        rows.extend(unless_refused(numbers(&line), &mut refused));
                    }
                }
                let given: Vec<f64> = self.values.iter().map(|value| value.get()).collect();
                let count = values.names.len().max(1);
                rows.extend(given.chunks(count).map(<[f64]>::to_vec));
                let row = |row: Vec<f64>| {
                    let name = row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
                    named(&name, Question::Values(row))
                };
                rows.into_iter().map(row).collect()
            }
            Task::Names(_) => {
                // The notebook's network makes up seven.
                let usual = if is_by_hand { NAMES } else { 10 };
                let count = self.sample.map_or(usual, Units::get);
                let ask = |start: String| {
                    named(&start, Question::Names { start: start.clone(), count, draws })
                };
                self.beginnings(&self.start, "")?.into_iter().map(ask).collect()
            }
            Task::Texts(_) => {
                let length = self.length.map_or(400, Units::get);
                let ask = |prompt: String| {
                    named(&prompt, Question::Text { prompt: prompt.clone(), length, draws })
                };
                self.beginnings(&self.prompt, POEM)?.into_iter().map(ask).collect()
            }
            Task::Solos(_) => {
                vec![named("solo", Question::Solo { length: self.length.map(Units::get), draws })]
            }
            Task::Neighbourhoods(_) => {
                let near = self.near.iter().map(|word| {
                    named(&format!("near {word}"), Question::Near { word: word.clone(), top })
                });
                let analogies = self.analogy.chunks_exact(3).map(|words| {
                    let words = [words[0].clone(), words[1].clone(), words[2].clone()];
                    let [a, b, c] = &words;
                    named(&format!("{a} -> {b} :: {c} ->"), Question::Analogy { words, top })
                });
                near.chain(analogies).collect()
            }
            _ => Vec::new(),
        };
        match asked.is_empty() && refused.is_empty() {
            true => {
                Err(Failure::Input(format!("nothing was asked: this model takes {}", task.takes())))
            }
            false => Ok(Questions { asked, refused }),
        }
    }

    /// The beginnings of names or texts: those given with the flag, those given without, or the usual one.
    fn beginnings(&self, given: &[String], usual: &str) -> Result<Vec<String>, Failure> {
        let mut beginnings = given.to_vec();
        if !self.inputs.is_empty() {
            for input in self.read_inputs()? {
                beginnings.push(text(input)?);
            }
        }
        if beginnings.is_empty() {
            beginnings.push(usual.to_string());
        }
        Ok(beginnings)
    }

    /// The inputs, with the lines of standard input in the place of `-`, or alone where there are none and it is no
    /// terminal.
    fn read_inputs(&self) -> Result<Vec<OsString>, Failure> {
        let is_piped = self.inputs.is_empty() && !io::stdin().is_terminal();
        let inputs = if is_piped { vec!["-".into()] } else { self.inputs.clone() };
        let mut read = Vec::new();
        for input in inputs {
            if input != "-" {
                read.push(input);
                continue;
            }
            for line in io::stdin().lock().lines() {
                let line = line.map_err(|error| {
                    Failure::Input(format!("standard input cannot be read: {error}"))
                })?;
                let line = line.trim_start_matches('\u{feff}').trim();
                if !line.is_empty() {
                    read.push(line.into());
                }
            }
        }
        Ok(read)
    }
}

/// What was read of an input, unless it is refused: then it is said why.
fn unless_refused<T>(read: Result<T, Failure>, refused: &mut Vec<String>) -> Option<T> {
    match read {
        Ok(read) => Some(read),
        Err(failure) => {
            refused.push(failure.to_string());
            None
        }
    }
}

/// How a text begins where nobody says how, as in the assignment.
const POEM: &str = "Forsooth this maketh no sense ";

/// The picture that an input names, or all files of the folder that it names.
fn pictures(input: &OsStr, takes: &str) -> Result<Vec<Asked>, Failure> {
    let path = Path::new(input);
    let asked = |path: &Path, is_found| Asked {
        name: path.display().to_string(),
        question: Question::Picture(path.to_path_buf()),
        is_found,
    };
    if !path.is_dir() {
        return match path.exists() {
            true => Ok(vec![asked(path, false)]),
            false => Err(Failure::Input(format!(
                "{} is no file: this model takes {takes}",
                path.display()
            ))),
        };
    }
    let unreadable =
        |error: io::Error| Failure::Input(format!("{} cannot be read: {error}", path.display()));
    let mut files = Vec::new();
    for entry in path.read_dir().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if entry.path().is_file() && !is_hidden {
            files.push(entry.path());
        }
    }
    files.sort();
    match files.is_empty() {
        true => Err(Failure::Input(format!("{} holds no files", path.display()))),
        false => Ok(files.iter().map(|file| asked(file, true)).collect()),
    }
}

fn sentence(input: OsString, task: &Task) -> Result<Asked, Failure> {
    if Path::new(&input).is_file() {
        return Err(Failure::Input(format!(
            "{} is a file: this model takes {}",
            Path::new(&input).display(),
            task.takes()
        )));
    }
    let text = text(input)?;
    Ok(Asked { name: text.clone(), question: Question::Sentence(text), is_found: false })
}

fn text(input: OsString) -> Result<String, Failure> {
    let wrong =
        |input: OsString| Failure::Input(format!("{} is not UTF-8", Path::new(&input).display()));
    input.into_string().map_err(wrong)
}

/// The numbers of a line, parted by white space, commas or semicolons.
fn numbers(line: &OsStr) -> Result<Vec<f64>, Failure> {
    let line = line.to_string_lossy();
    let words = line.split([' ', '\t', ',', ';']).filter(|word| !word.is_empty());
    let number = |word: &str| {
        let wrong = || Failure::Input(format!("{word:?} is no number: {line:?}"));
        word.parse::<f64>().ok().filter(|number| number.is_finite()).ok_or_else(wrong)
    };
    words.map(number).collect()
}
