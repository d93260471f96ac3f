//! Course 5, week 2: what word vectors know, and a bias taken out of them.

use std::collections::BTreeSet;

use clap::{Args, ValueHint};
use fireside_recipes::steps::word_vectors::NOTEBOOK;
use fireside_recipes::trained::Card;
use fireside_recipes::word_bias::debias;
use fireside_recipes::word_vectors::file_of;
use fireside_recipes::word_vectors::{
    ANALOGIES, PAIRS, completed, load, near, parallel, similarity,
};
use fireside_sequence::word_vectors::Analogy;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::interrupt::heed;
use crate::options::Data;
use crate::programs::files::GLOVE;
use crate::values::{Count, InputPath, Units};

/// Asks word vectors how alike words are, what is near a word and what completes an analogy; finds the axis of
/// gender in them, takes it out of professions and makes pairs equal along it; and draws a map by t-SNE.
///
/// Expect queen for man, woman, king, and more than nine of ten analogies right with the embedded vectors, which are
/// learnt here from a generated text; with GloVe's 50 dimensions eight of ten. Takes seconds.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Word vectors of GloVe or word2vec: text, or binary in a file named *.bin [default: those of --data, or
    /// learnt here]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    vectors: Option<InputPath>,
    /// Read the first so many words, which are the most frequent ones [default: all]
    #[arg(long, value_name = "COUNT")]
    words: Option<Count>,
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
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let Settings { vectors, words, analogy, near: close, top, seed, data } = settings;
    let (file, words, source) = (vectors.as_deref(), words.map(Count::get), data.source());
    let is_dry = setup.is_dry_run();
    let (vectors, from) = load(file, &source, words, *seed, is_dry, device, heed)?;
    for word in analogy.iter().chain(close) {
        if vectors.get(word).is_none() {
            return Err(Failure::Input(format!("{word} has no vector in {from}")));
        }
    }
    let mut run = setup.begin()?;
    let (count, dimensions) = (vectors.len(), vectors.dimensions());
    run.say(&format!("{count} words in {dimensions} dimensions: {from}."));
    run.result("words", count);
    let known = run.known_vectors(file_of(file, &source)?.as_deref(), &vectors)?;
    run.describe("vectors", &Card::of_vectors(&vectors, known))?;
    run.passed_over(&vectors);
    let asked: BTreeSet<&str> = PAIRS.concat().into_iter().chain(ANALOGIES.concat()).collect();
    let lacking = asked.into_iter().filter(|word| vectors.get(word).is_none());
    let lacking: Vec<String> = lacking.map(str::to_string).collect();
    run.words("the assignment's questions", "left out for want of a vector", &lacking);

    for [one, other] in PAIRS {
        if let Some(similarity) = similarity(&vectors, [one, other]) {
            run.say(&format!("similarity of {one} and {other}: {similarity:.4}"));
            run.result(&format!("similarity_{one}_{other}"), similarity);
        }
    }
    if let Some(similarity) = parallel(&vectors, [["france", "paris"], ["rome", "italy"]]) {
        run.say(&format!("similarity of france - paris and rome - italy: {similarity:.4}"));
        run.result("similarity_france_paris_rome_italy", similarity);
    }

    let asked = match analogy.as_slice() {
        [a, b, c] => [a.as_str(), b, c],
        _ => ["man", "woman", "king"],
    };
    for (number, words) in [asked].into_iter().chain(ANALOGIES).enumerate() {
        for (how, by) in [("nearest sum", Analogy::Sum), ("most parallel", Analogy::Parallel)] {
            let Some(found) = completed(&vectors, words, by, top.get()) else { continue };
            let [a, b, c] = words;
            let what = format!("{a} -> {b} :: {c} -> ");
            run.found_words(&what, &vectors, &found, &format!(" [{how}]"));
            if number == 0 && by == Analogy::Sum {
                let best = found.first().and_then(|best| vectors.vocabulary().word(best.index));
                run.result("analogy", best);
            }
        }
    }
    run.knowledge("vectors", &vectors);
    let close = close.as_deref().unwrap_or("king");
    if let Some(found) = near(&vectors, close, top.get()) {
        run.found_words(&format!("near {close}: "), &vectors, &found, "");
    }
    run.gender(debias(&vectors)?)?;
    let title = "Words by t-SNE: those alike stand together";
    run.map_of_vectors("map.png", title, &vectors, *seed, device)?;
    run.finish()
}
