//! Course 5, week 2: what word vectors know, and a bias taken out of them.

use clap::Args;
use fireside_recipes::steps::word_vectors::NOTEBOOK;
use fireside_recipes::trained::Card;
use fireside_recipes::word_bias::debias;
use fireside_recipes::word_vectors::{Demonstration, looked_up, near};
use serde::{Deserialize, Serialize};

use crate::frame::{self, Nothing, Program, Setup};
use crate::options::Data;
use crate::programs::files::GLOVE;
use crate::values::Units;
use crate::word_learning::Vectors;
use crate::{Failure, Given};

/// Asks word vectors how alike words are, what is near a word and what completes an analogy; finds the axis of
/// gender in them, takes it out of professions and makes pairs equal along it; and draws a map by t-SNE.
///
/// Expect queen for man, woman, king, and 277 or 278 of 278 analogies right with the embedded vectors, which are
/// learnt here from a generated text; with GloVe's 50 dimensions 8 of 10. Takes 5 to 7 seconds of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    #[command(flatten)]
    #[serde(flatten)]
    vectors: Vectors,
    /// Complete "A is to B as C is to ..."
    #[arg(long, num_args = 3, value_names = ["A", "B", "C"])]
    analogy: Vec<String>,
    /// List the words nearest to this one
    #[arg(long, value_name = "WORD")]
    near: Option<String>,
    /// How many words to list
    #[arg(long, default_value = "5")]
    top: Units,
    /// Seed of the generated text and of the vectors learnt from it
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w2-word-vectors",
    teaches: "what word vectors know: likeness, analogies, a bias and how to take it out",
    files: &[GLOVE],
    embedded: "vectors learnt from a generated text",
    minutes: 0.1,
    command: frame::command::<Settings, Nothing>,
    trains: "--analogy man woman king --near france",
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let Settings { vectors, analogy, near: close, top, seed, data } = settings;
    let source = vectors.open(&data.source(), *seed, setup.is_dry_run())?;
    source.check(analogy).given_by("--analogy")?;
    source.check(close).given_by("--near")?;
    let mut run = setup.begin()?;
    let (vectors, file) = run.word_vectors(source, device)?;
    run.result("words", vectors.len());
    run.describe("vectors", &Card::of_vectors(&vectors, file))?;
    let chosen = Demonstration::of(&vectors);
    run.words("the questions to show", "left out for want of a vector", &chosen.unknown);

    run.similarities(&vectors);
    let own = analogy.first_chunk().map(|words: &[String; 3]| words.each_ref().map(String::as_str));
    run.analogies(&vectors, own, &chosen, top.get());
    run.knowledge("vectors", &vectors);
    let close = close.as_deref().unwrap_or("king");
    if let Some(found) = near(&vectors, close, top.get()) {
        let word = looked_up(&vectors, close);
        run.found_words(&format!("near {word}: "), &vectors, &found, "");
    }
    run.gender(debias(&vectors)?)?;
    let title = "Words by t-SNE: those alike stand together";
    run.map_of_vectors("map.png", title, &vectors, *seed, device)?;
    run.finish()
}
