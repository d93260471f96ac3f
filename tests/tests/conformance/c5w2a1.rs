//! Operations on word vectors.

use burn::tensor::Device;
use fireside_datasets::words::Vocabulary;
use fireside_sequence::word_vectors::bias::{
    BiasError, equalize, equalize_first_edition, neutralize,
};
use fireside_sequence::word_vectors::{Analogy, Rows, complete_analogy, cosine_similarity};
use fireside_tests::case::{Case, Outputs, Problem, Value};
use fireside_tests::compare::{EXACT, FUNCTION};

use crate::Handlers;

pub const HANDLERS: Handlers = &[
    ("cosine_similarity", FUNCTION, similarity),
    ("complete_analogy", EXACT, |case, _| analogy(case, Analogy::Parallel)),
    ("complete_analogy_v1", EXACT, |case, _| analogy(case, Analogy::ParallelToOthers)),
    ("neutralize", FUNCTION, neutralized),
    ("equalize", FUNCTION, |case, _| equalized(case, equalize)),
    ("equalize_v1", FUNCTION, |case, _| equalized(case, equalize_first_edition)),
];

/// The words of a case and their vectors.
pub fn word_vectors(case: &Case) -> Result<(Vocabulary, Rows<'_, f64>), Problem> {
    let words = Vocabulary::new(case.texts("words")?).map_err(|error| error.to_string())?;
    match case.array("vectors")? {
        ([rows, dimensions], vectors) if *rows == words.len() => {
            Ok((words, Rows::new(vectors, *dimensions)))
        }
        (shape, _) => Err(format!("vectors have shape {shape:?} for {} words", words.len())),
    }
}

fn similarity(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let ((_, u), (_, v)) = (case.array("u")?, case.array("v")?);
    Ok([("cosine_similarity".to_string(), Value::Number(cosine_similarity(u, v)))].into())
}

fn analogy(case: &Case, analogy: Analogy) -> Result<Outputs, Problem> {
    let (words, vectors) = word_vectors(case)?;
    let query = |name| -> Result<usize, Problem> {
        let word = case.text(name)?;
        words.index(word).ok_or_else(|| format!("{word} has no vector"))
    };
    let abc = [query("word_a")?, query("word_b")?, query("word_c")?];
    let found = complete_analogy(vectors, abc, analogy, 1);
    let best = found.first().and_then(|best| words.word(best.index)).ok_or("no word is left")?;
    Ok([("best_word".to_string(), Value::Text(best.to_string()))].into())
}

/// A vector may be a list, a row or a column.
pub fn in_shape_of(case: &Case, name: &str, data: Vec<f64>) -> Result<Value, Problem> {
    Ok(Value::Array { shape: case.array(name)?.0.to_vec(), data })
}

fn neutralized(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let ((_, e), (_, g)) = (case.array("e")?, case.array("g")?);
    let found = neutralize(e, g).map_err(|error| error.to_string())?;
    Ok([("e_debiased".to_string(), in_shape_of(case, "e", found)?)].into())
}

type Equalize = fn(&[f64], &[f64], &[f64]) -> Result<[Vec<f64>; 2], BiasError>;

fn equalized(case: &Case, equalize: Equalize) -> Result<Outputs, Problem> {
    let ((_, e_w1), (_, e_w2)) = (case.array("e_w1")?, case.array("e_w2")?);
    let (_, axis) = case.array("bias_axis")?;
    let [e1, e2] = equalize(e_w1, e_w2, axis).map_err(|error| error.to_string())?;
    Ok([
        ("e1".to_string(), in_shape_of(case, "e_w1", e1)?),
        ("e2".to_string(), in_shape_of(case, "e_w2", e2)?),
    ]
    .into())
}
