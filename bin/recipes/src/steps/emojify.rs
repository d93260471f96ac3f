//! Course 5, week 2: the first half of Emojify, the mean of a sentence's words and a softmax on it.

use burn::tensor::Device;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::steps::emojify::{EmojifyV1, label_to_emoji, model, sentence_to_avg};
use fireside_sequence::word_vectors::Rows;

use super::word_vectors::WORDS;
use super::{Array, Notebook, Step, Value};
use crate::RecipeError;

/// Emojify.
pub const NOTEBOOK: Notebook = Notebook { name: "c5w2a2", steps };

/// Sentences to learn from: six with label 0, about what lies around `a`, and six with label 1, around `c`.
const SENTENCES: [&str; 12] = [
    "a a_s synonym_of_a a_n c_sw",
    "a a_s a_n c_sw",
    "a_s  a a_n",
    "synonym_of_a a a_s a_n c_sw",
    " a_s a_n",
    " a a_s a_n c ",
    " a_n  a c c c_e missing",
    "c c_nw c_n c c_ne",
    "c_e c c_se c_s",
    "c_nw c a_s c_e c_e",
    "c_e a_nw c_sw",
    "c_sw c c_ne c_ne",
];

/// A table of word vectors.
struct Table {
    words: Vec<&'static str>,
    vectors: Array,
}

impl Table {
    fn new(words: &[(&'static str, [f64; 2])]) -> Self {
        let (words, vectors): (Vec<_>, Vec<_>) = words.iter().copied().unzip();
        Self { words, vectors: Array::matrix(&vectors) }
    }

    /// The mean of the words that are in the table; as in the notebook, a word is what stands between blanks.
    fn mean(&self, sentence: &str) -> Vec<f64> {
        let place = |word: &str| self.words.iter().position(|known| *known == word);
        let places: Vec<usize> = sentence.split_whitespace().filter_map(place).collect();
        sentence_to_avg(&places, Rows::new(&self.vectors.data, 2))
    }

    fn inputs(&self, step: Step) -> Step {
        step.input("words", texts(&self.words)).input("vectors", &self.vectors)
    }
}

fn steps(_: &Device) -> Result<Vec<Step>, RecipeError> {
    let table = Table::new(&WORDS);
    let sentences = ["a a_nw c_w a_s", "c_se foo a a_nw c_w a_s deeplearning c_nw"];
    let mean = |sentence: &str| {
        let what = "the mean of the vectors of its words, without those that have none";
        let step = Step::new("sentence_to_avg", what).input("sentence", sentence);
        table.inputs(step).output("avg", Array::list(table.mean(sentence)))
    };
    let mut all = sentences.map(mean).to_vec();
    all.push(trained());
    all.extend((0..3).map(|label| {
        Step::new("label_to_emoji", "the short code of a label")
            .input("label", label)
            .output("code", label_to_emoji(label).unwrap_or_default())
    }));
    Ok(all)
}

fn trained() -> Step {
    let mut words = WORDS.to_vec();
    words.insert(4, ("a_n", [3.0, 4.0]));
    let table = Table::new(&words);
    let means = SENTENCES.map(|sentence| table.mean(sentence));
    let labels: Vec<usize> = (0..SENTENCES.len()).map(|place| usize::from(place >= 6)).collect();
    let (seed, rate, epochs) = (10, 0.0025, 110);
    let first = Array::randn(&mut NumpyRng::new(seed), [2, 2]).map(|drawn| drawn / 2_f64.sqrt());
    let rows: Vec<Vec<f64>> = first.data.chunks(2).map(<[f64]>::to_vec).collect();
    let found = model(EmojifyV1::new(rows), &means, &labels, rate, epochs);

    let right = found.predictions.iter().zip(&labels).filter(|(class, label)| class == label);
    let accuracy = right.count() as f64 / labels.len() as f64;
    let step =
        Step::new("model", "softmax(W avg + b) by gradient descent, an update for each sentence")
            .input("X", texts(&SENTENCES))
            .input("Y", Array::counts(&labels));
    let predictions = found.predictions.iter().map(|&class| class as f64).collect();
    let pred = Array::new(vec![labels.len(), 1], predictions);
    table
        .inputs(step)
        .input("W0", &first)
        .input("seed", f64::from(seed))
        .input("learning_rate", rate)
        .input("num_iterations", epochs)
        .output("W", Array { data: found.model.weight.concat(), ..first })
        .output("b", Array::list(found.model.bias))
        .output("costs", Array::list(found.costs))
        .output("pred", pred)
        .output("accuracy", accuracy)
}

fn texts(words: &[&str]) -> Value {
    Value::Texts(words.iter().map(ToString::to_string).collect())
}
