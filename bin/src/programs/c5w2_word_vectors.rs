//! Course 5, week 2: what word vectors know, and a bias taken out of them.

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::options::Data;
use crate::plot::Titles;
use crate::programs::files::GLOVE;
use crate::recipes::sentences::say_words;
use crate::recipes::word_vectors::{
    completed, draw_map, listed, load, report_score, report_similarity, rows, say_passed_over,
    vector,
};
use crate::run::Run;
use crate::values::{Count, InputPath, Units};
use crate::word_map::{self, Group};
use clap::{Args, ValueHint};
use fireside_datasets::generated_corpus::professions;
use fireside_datasets::word_vectors::WordVectors;
use fireside_sequence::word_vectors::bias::{bias_axis, equalize, neutralize, normalize};
use fireside_sequence::word_vectors::{Analogy, cosine_similarity, neighbours};
use serde::{Deserialize, Serialize};

/// The assignment's pairs, and three of its analogies.
const PAIRS: [(&str, &str); 4] =
    [("father", "mother"), ("king", "queen"), ("ball", "crocodile"), ("france", "italy")];
const ANALOGIES: [[&str; 3]; 3] =
    [["italy", "italian", "spain"], ["man", "woman", "boy"], ["small", "smaller", "cold"]];

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
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let Settings { vectors, words, analogy, near, top, seed, .. } = settings.clone();
    let (vectors, from) = load(
        vectors.as_deref(),
        &settings.data.source(),
        words.map(Count::get),
        seed,
        setup.is_dry_run(),
        device,
    )?;
    for word in analogy.iter().chain(&near) {
        if vectors.get(word).is_none() {
            return Err(Failure::Input(format!("{word} has no vector in {from}")));
        }
    }
    let mut run = setup.begin()?;
    let (count, dimensions) = (vectors.len(), vectors.dimensions());
    run.say(&format!("{count} words in {dimensions} dimensions: {from}."));
    run.result("words", count);
    say_passed_over(&run, &vectors);
    let asked = PAIRS.into_iter().flat_map(|(one, other)| [one, other]);
    let asked = asked.chain(ANALOGIES.concat()).filter(|word| vectors.get(word).is_none());
    let lacking: Vec<String> = asked.map(str::to_string).collect();
    say_words(&run, "the assignment's questions", "left out for want of a vector", &lacking);

    similarities(&mut run, &vectors);
    let asked: [&str; 3] = match analogy.as_slice() {
        [a, b, c] => [a, b, c],
        _ => ["man", "woman", "king"],
    };
    analogies(&mut run, &vectors, asked, top.get());
    let near = near.unwrap_or_else(|| "king".to_string());
    nearest(&mut run, &vectors, &near, top.get());
    debias(&mut run, &vectors)?;
    let title = "Words by t-SNE: those alike stand together";
    draw_map(&mut run, "map.png", title, &vectors, seed, device)?;
    run.finish()
}

/// The assignment's pairs; words without a vector are left out.
fn similarities(run: &mut Run, vectors: &WordVectors) {
    for (one, other) in PAIRS {
        if let (Some(u), Some(v)) = (vector(vectors, one), vector(vectors, other)) {
            let similarity = cosine_similarity(&u, &v);
            run.say(&format!("similarity of {one} and {other}: {similarity:.4}"));
            run.result(&format!("similarity_{one}_{other}"), similarity);
        }
    }
    let difference = |one: &str, other: &str| -> Option<Vec<f64>> {
        let (u, v) = (vector(vectors, one)?, vector(vectors, other)?);
        Some(u.iter().zip(&v).map(|(u, v)| u - v).collect())
    };
    if let Some((u, v)) = difference("france", "paris").zip(difference("rome", "italy")) {
        let similarity = cosine_similarity(&u, &v);
        run.say(&format!("similarity of france - paris and rome - italy: {similarity:.4}"));
        run.result("similarity_france_paris_rome_italy", similarity);
    }
}

fn analogies(run: &mut Run, vectors: &WordVectors, asked: [&str; 3], top: usize) {
    for (number, words) in [asked].into_iter().chain(ANALOGIES).enumerate() {
        for (how, analogy) in [("nearest sum", Analogy::Sum), ("most parallel", Analogy::Parallel)]
        {
            let Some(found) = completed(vectors, words, analogy, top) else { continue };
            let [a, b, c] = words;
            run.say(&format!("{a} -> {b} :: {c} -> {} [{how}]", listed(vectors, &found)));
            if number == 0 && analogy == Analogy::Sum {
                let best = found.first().and_then(|best| vectors.vocabulary().word(best.index));
                run.result("analogy", best);
            }
        }
    }
    report_score(run, vectors, "vectors");
    report_similarity(run, vectors, "vectors");
}

fn nearest(run: &mut Run, vectors: &WordVectors, word: &str, top: usize) {
    if let Some((index, vector)) = vectors.vocabulary().index(word).zip(vector(vectors, word)) {
        let found = neighbours(rows(vectors), &vector, &[index], top);
        run.say(&format!("near {word}: {}", listed(vectors, &found)));
    }
}

/// The axis of gender, woman - man, on vectors of length 1; professions and pairs before and after.
fn debias(run: &mut Run, vectors: &WordVectors) -> Result<(), Failure> {
    let unit = |word: &str| vector(vectors, word).map(|e| normalize(&e));
    let Some((man, woman)) = vector(vectors, "man").zip(vector(vectors, "woman")) else {
        run.say("man or woman has no vector: no axis of gender.");
        return Ok(());
    };
    // The notebook looks along the axis of the vectors as they are, and equalises on those of length 1.
    let raw = bias_axis(&[[&man, &woman]])?;
    run.result("man_gender_before", cosine_similarity(&man, &raw));
    run.result("woman_gender_before", cosine_similarity(&woman, &raw));
    let axis = bias_axis(&[[&normalize(&man), &normalize(&woman)]])?;
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut line = |word: &str, old: f64, new: f64| {
        run.say(&format!("along woman - man: {word:14} {old:7.4} before, {new:7.4} after"));
        let height = -(before.len() as f64);
        before.push((word.to_string(), [old, height]));
        after.push((word.to_string(), [new, height]));
    };
    for word in
        professions().into_iter().chain(["guns", "science", "arts", "technology", "fashion"])
    {
        if let Some(e) = unit(word) {
            let neutral = neutralize(&e, &axis)?;
            line(word, cosine_similarity(&e, &axis), cosine_similarity(&neutral, &axis));
        }
    }
    let [mut man_after, mut woman_after] = [f64::NAN; 2];
    for [man, woman] in [["actor", "actress"], ["waiter", "waitress"], ["man", "woman"]] {
        let Some((e_1, e_2)) = unit(man).zip(unit(woman)) else { continue };
        let [new_1, new_2] = equalize(&e_1, &e_2, &axis)?;
        let sides = [&new_1, &new_2].map(|e| cosine_similarity(e, &axis));
        line(man, cosine_similarity(&e_1, &axis), sides[0]);
        line(woman, cosine_similarity(&e_2, &axis), sides[1]);
        if man == "man" {
            [man_after, woman_after] = sides;
        }
    }
    run.result("man_gender_after", man_after);
    run.result("woman_gender_after", woman_after);
    let groups = [("before", before), ("after", after)];
    let groups = groups.map(|(name, words)| Group { name: name.to_string(), words });
    let title = "Gender in words, before and after";
    let titles = Titles { title, x: "cosine with woman - man", y: "" };
    run.picture("bias.png", &word_map::draw(titles, &groups)?)
}
