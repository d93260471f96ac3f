//! `course try`: a trained model, asked by whoever has its run.

mod models;
mod questions;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use clap::{Args, ValueHint};
use fireside_datasets::synthesiser::{render, wav};
use fireside_recipes::trained::{Answer, Card, Task, Trained, TrainedError};
use fireside_training::files::write_whole;

use self::models::Models;
use self::questions::{Asked, Questions};
use crate::backend::{self, Floats};
use crate::picture::gray_png;
use crate::values::{Count, Degrees, Penalty, Units};
use crate::{Failure, print};

/// What to ask, and of which model.
#[derive(Args, Debug)]
pub(super) struct Flags {
    /// The folder of a run, or of one of its models
    #[arg(value_name = "RUN", value_hint = ValueHint::DirPath)]
    run: PathBuf,
    /// Pictures, folders of pictures, or sentences in quotes; - reads them from standard input, one a line
    #[arg(value_name = "INPUT", value_hint = ValueHint::AnyPath)]
    inputs: Vec<OsString>,
    /// Which of the run's models to ask, by the name of its folder [default: the main one, or the last]
    #[arg(long, value_name = "STAGE")]
    model: Option<String>,
    /// What the names made up are to begin with
    #[arg(long, value_name = "TEXT")]
    start: Vec<String>,
    /// How many names to make up [default: 10]
    #[arg(long, value_name = "N")]
    sample: Option<Units>,
    /// How the text to be continued begins
    #[arg(long, value_name = "TEXT")]
    prompt: Vec<String>,
    /// Characters to write, or values to play [default: 400 characters, or a whole solo]
    #[arg(long, value_name = "N")]
    length: Option<Units>,
    /// Below 1 the likely gets likelier, above 1 everything more alike [default: 1]
    #[arg(long, value_name = "T")]
    temperature: Option<Penalty>,
    /// Seed of what is drawn [default: goes on as the run did]
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
    /// Numbers, as many as the model takes, or as many again for each further question
    #[arg(long, value_name = "NUMBER", num_args = 1.., allow_negative_numbers = true)]
    values: Vec<Degrees>,
    /// The words nearest to this one
    #[arg(long, value_name = "WORD")]
    near: Vec<String>,
    /// What completes "A is to B as C is to ..."
    #[arg(long, num_args = 3, value_names = ["A", "B", "C"])]
    analogy: Vec<String>,
    /// How many words to list [default: 5]
    #[arg(long, value_name = "N")]
    top: Option<Count>,
    /// Where the word vectors lie, if they have moved
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    vectors: Option<PathBuf>,
    /// Write the answer here: a text, a tune as MIDI (*.mid) or sound (*.wav), or edges as a picture (*.png)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
    /// Where to compute, out of the backends this program was built with [default: the first of them]
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
    /// Print one JSON object and nothing else
    #[arg(long)]
    json: bool,
}

/// Answers everything that is asked.
///
/// # Errors
/// When there is no such model, it takes something else, or the device fails; and when something has no answer, once
/// the rest is answered.
pub(super) fn answer(flags: &Flags) -> Result<(), Failure> {
    let models = Models::find(&flags.run, flags.model.as_deref())?;
    let card = Card::read(&models.folder)?;
    flags.check(&card.task)?;
    let Questions { asked, mut refused } = flags.questions(&card)?;
    if asked.is_empty() {
        return unanswered(&refused, 0);
    }
    let (_, device): (_, Device) = backend::open(flags.device.as_deref(), Floats::F32)?;
    let trained = Trained::load(&models.folder, flags.vectors.as_deref(), &device)?;

    let (mut answers, mut passed_over) = (Vec::new(), Vec::new());
    for Asked { name, question, is_found } in asked {
        match trained.answer(&question) {
            Ok(answer) => answers.push((name, answer)),
            Err(TrainedError::Data(_)) if is_found => passed_over.push(name),
            Err(error) if error.is_failure() => return Err(error.into()),
            Err(error) => refused.push(error.to_string()),
        }
    }
    if answers.is_empty() {
        unanswered(&refused, 0)?;
        return Err(Failure::Input(format!("none of {} files is a picture", passed_over.len())));
    }
    if let Some(path) = &flags.out {
        write(path, &answers)?;
    }
    match flags.json {
        true => print::json(&models.report(&card, &answers, &passed_over, &refused)),
        false => models.print(&answers, &passed_over),
    }
    unanswered(&refused, answers.len())
}

/// Says what has no answer, beside so many that have one.
fn unanswered(refused: &[String], answered: usize) -> Result<(), Failure> {
    let of = refused.len() + answered;
    match (refused, answered) {
        ([], _) => Ok(()),
        ([why], 0) => Err(Failure::Input(why.clone())),
        (refused, _) => Err(Failure::Input(format!(
            "{} of {of} could not be answered: {}",
            refused.len(),
            refused.join("; ")
        ))),
    }
}

impl Flags {
    /// Refuses flags that this model has no use for: none is passed over in silence.
    fn check(&self, task: &Task) -> Result<(), Failure> {
        let draws = matches!(task, Task::Names(_) | Task::Texts(_) | Task::Solos(_));
        let knows_words = matches!(task, Task::Neighbourhoods(_));
        let speaks = matches!(task, Task::Sentences(_)) || knows_words;
        let has_length = matches!(task, Task::Texts(_) | Task::Solos(_));
        let is_read = !matches!(task, Task::Values(_) | Task::Solos(_)) && !knows_words;
        let is_given = |list: &[String]| !list.is_empty();
        let of_names = matches!(task, Task::Names(_));
        let unheeded = [
            ("--start", is_given(&self.start), of_names),
            ("--sample", self.sample.is_some(), of_names),
            ("--prompt", is_given(&self.prompt), matches!(task, Task::Texts(_))),
            ("--length", self.length.is_some(), has_length),
            ("--temperature", self.temperature.is_some(), draws),
            ("--seed", self.seed.is_some(), draws),
            ("--values", !self.values.is_empty(), matches!(task, Task::Values(_))),
            ("--near", is_given(&self.near), knows_words),
            ("--analogy", is_given(&self.analogy), knows_words),
            ("--top", self.top.is_some(), knows_words),
            ("--vectors", self.vectors.is_some(), speaks),
            ("--out", self.out.is_some(), draws || matches!(task, Task::Edges(_))),
            ("an input", self.inputs.iter().any(|input| input != "-"), is_read),
        ];
        match unheeded.into_iter().find(|(_, is_given, is_heeded)| *is_given && !is_heeded) {
            None => Ok(()),
            Some((flag, ..)) => Err(Failure::Input(format!(
                "{flag} is nothing for this model: it takes {}",
                task.takes()
            ))),
        }
    }
}

/// Writes what was made: a tune as its name says, the edges of one picture, or texts one after the other.
fn write(path: &Path, answers: &[(String, Answer)]) -> Result<(), Failure> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let contents = match answers {
        [(_, Answer::Tune { tune, .. })] => match ending.as_deref() {
            Some("mid" | "midi") => tune.to_bytes(),
            Some("wav") => wav(&render(tune)),
            _ => {
                return Err(Failure::Input(format!(
                    "--out {}: a tune is written to a .mid or a .wav file",
                    path.display()
                )));
            }
        },
        [(_, Answer::Edges { size: [height, width], pixels, .. })]
            if ending.as_deref() == Some("png") =>
        {
            gray_png(*width as u32, *height as u32, pixels)?
        }
        [(_, Answer::Edges { .. }), ..] => {
            return Err(Failure::Input(format!(
                "--out {}: the edges of one picture are written to a .png file",
                path.display()
            )));
        }
        answers => {
            let texts: Vec<String> = answers.iter().map(|(_, answer)| answer.to_string()).collect();
            (texts.join("\n\n") + "\n").into_bytes()
        }
    };
    write_whole(path, &contents).map_err(|error| Failure::unwritable(path, &error))
}
