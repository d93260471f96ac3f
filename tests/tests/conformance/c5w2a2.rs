//! Emojify.

use burn::tensor::{Device, Int, Tensor};
use fireside_datasets::emojify::{CLASSES, TOPIC, TRAIN_NAMES};
use fireside_datasets::labelled_sentences::LabelledSentences;
use fireside_datasets::source::find;
use fireside_datasets::words::{Vocabulary, WordRule};
use fireside_layers::trace::{self, Step};
use fireside_sequence::emojify::EmojifyV2Config;
use fireside_sequence::steps::emojify::{
    EmojifyV1, convert_to_one_hot, label_to_emoji, model, pretrained_embedding_layer,
    sentence_to_avg, sentences_to_indices, softmax,
};
use fireside_tests::case::{Case, Outputs, Problem, Value, list};
use fireside_tests::compare::{EXACT, FUNCTION, TRAINING};

use crate::c5w2a1::{in_shape_of, word_vectors};
use crate::keras_table::{KerasRow, KerasTable};
use crate::{ABSENT, Handlers, course_files};

pub const HANDLERS: Handlers = &[
    ("sentence_to_avg", FUNCTION, avg),
    ("sentences_to_indices", EXACT, indices),
    ("model", TRAINING, trained),
    ("softmax", FUNCTION, of_vector),
    ("convert_to_one_hot", EXACT, one_hot),
    ("predict", EXACT, predicted),
    ("pretrained_embedding_layer", EXACT, embedding),
    ("Emojify_V2_summary", EXACT, summary),
    ("label_to_emoji", EXACT, emoji),
    ("read_csv", EXACT, read_csv),
];

/// The words that have an index, divided as the assignment does.
fn known(vocabulary: &Vocabulary, sentence: &str) -> Vec<usize> {
    let words = WordRule::Blanks.words(sentence);
    words.iter().filter_map(|word| vocabulary.index(word)).collect()
}

fn avg(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let (words, vectors) = word_vectors(case)?;
    let sentence = known(&words, case.text("sentence")?);
    Ok([("avg".to_string(), list(sentence_to_avg(&sentence, vectors)))].into())
}

/// The words have the indices given; the padding is 0.
fn indices(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let words = case.texts("words")?;
    let given = case.counts("indices")?;
    let places = Vocabulary::new(words).map_err(|e| e.to_string())?;
    let of = |sentence: &String| known(&places, sentence).iter().map(|&at| given[at]).collect();
    let sentences: Vec<Vec<usize>> = case.texts("X")?.iter().map(of).collect();
    let found = sentences_to_indices(&sentences, case.count("max_len")?, 0);
    let data = found.iter().flatten().map(|&index| index as f64).collect();
    let shape = vec![found.len(), case.count("max_len")?];
    Ok([("X_indices".to_string(), Value::Array { shape, data })].into())
}

/// The means of the sentences of a case, and their labels.
fn examples(case: &Case) -> Result<(Vec<Vec<f64>>, Vec<usize>), Problem> {
    let (words, vectors) = word_vectors(case)?;
    let mean = |sentence: &String| sentence_to_avg(&known(&words, sentence), vectors);
    Ok((case.texts("X")?.iter().map(mean).collect(), case.counts("Y")?))
}

/// A weight of a row for each class.
fn weight(case: &Case, name: &str) -> Result<Vec<Vec<f64>>, Problem> {
    match case.array(name)? {
        ([_, features], data) => Ok(data.chunks(*features).map(<[f64]>::to_vec).collect()),
        (shape, _) => Err(format!("{name} has shape {shape:?}")),
    }
}

/// The predictions as a column, and the share of them that is right.
fn judged(predictions: &[usize], labels: &[usize]) -> [(String, Value); 2] {
    let data: Vec<f64> = predictions.iter().map(|&class| class as f64).collect();
    let right = predictions.iter().zip(labels).filter(|(found, label)| found == label).count();
    [
        ("pred".to_string(), Value::Array { shape: vec![data.len(), 1], data }),
        ("accuracy".to_string(), Value::Number(right as f64 / labels.len() as f64)),
    ]
}

fn trained(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let (sentences, labels) = examples(case)?;
    let start = EmojifyV1::new(weight(case, "W0")?);
    let rate = case.number_or("learning_rate", 0.01)?;
    let epochs = case.count_or("num_iterations", 400)?;
    let found = model(start, &sentences, &labels, rate, epochs);
    let (shape, _) = case.array("W0")?;
    let w = Value::Array { shape: shape.to_vec(), data: found.model.weight.concat() };
    let mut outputs = Outputs::from(judged(&found.predictions, &labels));
    outputs.insert("W".to_string(), w);
    outputs.insert("b".to_string(), list(found.model.bias));
    outputs.insert("costs".to_string(), list(found.costs));
    Ok(outputs)
}

fn of_vector(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    Ok([("y".to_string(), in_shape_of(case, "x", softmax(case.array("x")?.1))?)].into())
}

fn one_hot(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let classes = case.count("C")?;
    let rows = convert_to_one_hot(&case.counts("Y")?, classes);
    let shape = vec![rows.len(), classes];
    Ok([("Y_oh".to_string(), Value::Array { shape, data: rows.concat() })].into())
}

fn predicted(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let (sentences, labels) = examples(case)?;
    let model = EmojifyV1 { weight: weight(case, "W")?, bias: case.array("b")?.1.to_vec() };
    let found: Vec<usize> = sentences.iter().map(|avg| model.predict(avg)).collect();
    Ok(judged(&found, &labels).into())
}

fn embedding(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let (words, vectors) = word_vectors(case)?;
    let rows = words.len() + 1;
    let data = pretrained_embedding_layer(vectors, &case.counts("indices")?, rows);
    let shape = vec![rows, vectors.dimensions()];
    Ok([("emb_matrix".to_string(), Value::Array { shape, data })].into())
}

/// The table of what ran on one sentence, under Keras's names, with the input and the softmax around it.
fn summary(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let max_len = case.count("max_len")?;
    let net = EmojifyV2Config::new(case.count("num_words")?, case.count("emb_dim")?)
        .init(device)
        .map_err(|error| error.to_string())?;
    let sentence = Tensor::<2, Int>::zeros([1, max_len], device);
    let (logits, steps) = trace::record(|| net.forward(sentence));
    let outside =
        |kind, output: &[usize]| KerasRow { kind, output: output.to_vec(), trained: 0, fixed: 0 };
    let mut table = KerasTable::default().with_row(outside("InputLayer", &[max_len]));
    for step in &steps {
        table = table.with_row(row(step)?);
    }
    Ok(table.with_row(outside("Activation", &logits.dims()[1..])).outputs())
}

fn row(step: &Step) -> Result<KerasRow, Problem> {
    let kind = match step.kind {
        "Lstm" => "LSTM",
        "Linear" => "Dense",
        kind @ ("Embedding" | "Dropout") => kind,
        other => return Err(format!("{other} has no name in Keras's table")),
    };
    let (trained, fixed) = match kind {
        "Embedding" => (0, step.num_parameters),
        _ => (step.num_parameters, 0),
    };
    Ok(KerasRow { kind, output: step.output[1..].to_vec(), trained, fixed })
}

fn emoji(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let label = case.count("label")?;
    let code = label_to_emoji(label).ok_or_else(|| format!("{label} is no label"))?;
    Ok([("code".to_string(), Value::Text(code.to_string()))].into())
}

/// The counts are those of the assignment's present edition, whose test set has this name; files of other names are
/// of earlier ones.
fn read_csv(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let names = match case.text("name")? {
        "train" => TRAIN_NAMES,
        "test" => &["tesss.csv"],
        other => return Err(format!("there is no set {other}")),
    };
    let path =
        find(&course_files()?, TOPIC, names).map_err(|error| format!("{ABSENT}: {error}"))?;
    let set = LabelledSentences::read(&path, CLASSES.len(), "0 to 4")
        .map_err(|error| error.to_string())?;
    let count = |class| set.labels.iter().filter(|&&label| label == class).count() as f64;
    let number = |count: usize| Value::Number(count as f64);
    let first = |count: usize| set.labels[..count].iter().map(|&label| label as f64).collect();
    let shown = set.len().min(10);
    Ok([
        ("num_sentences".to_string(), number(set.len())),
        ("label_counts".to_string(), list((0..CLASSES.len()).map(count).collect())),
        ("max_len".to_string(), number(set.max_len())),
        ("first_sentences".to_string(), Value::Texts(set.sentences[..shown].to_vec())),
        ("first_labels".to_string(), list(first(shown))),
    ]
    .into())
}
