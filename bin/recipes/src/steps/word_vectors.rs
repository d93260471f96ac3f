//! Course 5, week 2: operations on word vectors.
//!
//! The notebook's own inputs are rows of the GloVe file. Two of its functions have tests on small tables, which are
//! here; the others are shown on vectors made up for it.

use burn::tensor::Device;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::word_vectors::bias::{equalize, neutralize, normalize};
use fireside_sequence::word_vectors::{Analogy, Rows, complete_analogy, cosine_similarity};

use super::{Array, Notebook, Step, Value};
use crate::RecipeError;

/// Operations on word vectors.
pub const NOTEBOOK: Notebook = Notebook { name: "c5w2a1", steps };

/// Words on a plane: two at one place, and others north, east, south and west of one.
pub(super) const WORDS: [(&str, [f64; 2]); 13] = [
    ("a", [3.0, 3.0]),
    ("synonym_of_a", [3.0, 3.0]),
    ("a_nw", [2.0, 4.0]),
    ("a_s", [3.0, 2.0]),
    ("c", [-2.0, 1.0]),
    ("c_n", [-2.0, 2.0]),
    ("c_ne", [-1.0, 2.0]),
    ("c_e", [-1.0, 1.0]),
    ("c_se", [-1.0, 0.0]),
    ("c_s", [-2.0, 0.0]),
    ("c_sw", [-3.0, 0.0]),
    ("c_w", [-3.0, 1.0]),
    ("c_nw", [-3.0, 2.0]),
];

/// `a`, `b` and `c` of the analogies, by their places among the words.
const ANALOGIES: [[usize; 3]; 2] = [[0, 2, 4], [0, 3, 4]];

fn steps(_: &Device) -> Result<Vec<Step>, RecipeError> {
    let mut rng = NumpyRng::new(0);
    let mut drawn = || (0..10).map(|_| rng.uniform(-10.0, 10.0)).collect::<Vec<_>>();
    let (u, v) = (drawn(), drawn());
    let similarity = cosine_similarity(&u, &v);
    let mut all = vec![
        Step::new("cosine_similarity", "u . v / (|u| |v|)")
            .input("u", Array::list(u))
            .input("v", Array::list(v))
            .output("cosine_similarity", similarity),
    ];
    all.extend(ANALOGIES.map(analogy));

    let e = normalize(&[0.6, 0.4, -0.2, 0.1, 0.5]);
    let g = [0.8, -0.1, 0.0, 0.3, 0.1];
    let neutral = neutralize(&e, &g)?;
    all.push(
        Step::new("neutralize", "e - (e . g / |g|^2) g")
            .on_other_inputs()
            .input("e", Array::list(e))
            .input("g", Array::list(g))
            .output("e_debiased", Array::list(neutral)),
    );
    let (man, woman) =
        (normalize(&[-0.5, 0.4, 0.1, -0.3, 0.6]), normalize(&[0.7, 0.3, 0.2, 0.1, 0.6]));
    let [e1, e2] = equalize(&man, &woman, &g)?;
    all.push(
        Step::new("equalize", "both as far from the middle along the axis, and the same across it")
            .on_other_inputs()
            .input("e_w1", Array::list(man))
            .input("e_w2", Array::list(woman))
            .input("bias_axis", Array::list(g))
            .output("e1", Array::list(e1))
            .output("e2", Array::list(e2)),
    );
    Ok(all)
}

fn analogy([a, b, c]: [usize; 3]) -> Step {
    let vectors = Array::matrix(&WORDS.map(|(_, vector)| vector));
    let found = complete_analogy(Rows::new(&vectors.data, 2), [a, b, c], Analogy::Parallel, 1);
    let best = found.first().map_or("", |found| WORDS[found.index].0);
    let words = WORDS.map(|(word, _)| word.to_string()).to_vec();
    Step::new("complete_analogy", "the word for which e_w - e_c is most parallel to e_b - e_a")
        .input("word_a", WORDS[a].0)
        .input("word_b", WORDS[b].0)
        .input("word_c", WORDS[c].0)
        .input("words", Value::Texts(words))
        .input("vectors", vectors)
        .output("best_word", best)
}
