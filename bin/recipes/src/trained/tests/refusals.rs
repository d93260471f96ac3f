//! What is refused.

use fireside_dense::deep_net::DeepNetConfig;
use fireside_dense::logistic_regression::LogisticRegressionConfig;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;

/// A model of two numbers, and its description as JSON to be spoilt.
fn of_two_numbers() -> (TempDir, Value) {
    let folder = tempfile::tempdir().unwrap();
    let config = DeepNetConfig::new(vec![2, 3, 1]);
    let net = drawn(config.init(&Device::flex()).unwrap());
    let values = Values::plain(&["x", "y"], Reading::one_of(&["red", "blue"]));
    write(folder.path(), net, Architecture::DeepNet(config), Task::Values(values));
    let card = serde_json::from_slice(&fs::read(folder.path().join(CARD_FILE)).unwrap()).unwrap();
    (folder, card)
}

fn refused(folder: &TempDir, card: &Value) -> String {
    fs::write(folder.path().join(CARD_FILE), serde_json::to_vec(card).unwrap()).unwrap();
    load(folder.path()).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn descriptions_that_claim_absurd_sizes_are_refused_before_anything_is_built() {
    let (folder, card) = of_two_numbers();
    let huge = 4_000_000_000_000_u64;
    let lstm = json!({"Lstm": {"peepholes": false, "gates": "Logistic"}});
    let configurations = [
        json!({"name": "deep_net", "config": {"layer_sizes": [2, huge, 1], "activation": "Relu"}}),
        json!({"name": "deep_net", "config": {"layer_sizes": vec![1; 100_000], "activation": "Relu"}}),
        json!({"name": "logistic_regression", "config": {"num_features": huge}}),
        json!({"name": "linear", "config": {"inputs": 60_000, "outputs": 60_000}}),
        json!({"name": "zoo", "config": {"network": "resnet50", "num_classes": huge, "image": [3, 64, 64]}}),
        json!({"name": "word_vectors", "config": {"words": huge, "dimensions": huge}}),
        json!({"name": "small_res_net", "config": {
            "depth": 6_000_000_002_u64, "num_classes": 2, "channels": 3, "shortcut": "Zeros"}}),
        json!({"name": "emojify_v2", "config": {
            "num_words": 90_000, "emb_dim": 90_000, "hidden": 1, "dropout": 0.5, "num_classes": 5}}),
        json!({"name": "language_model", "config": {"cell": lstm, "vocab_size": 2,
            "hidden": huge, "embedding": null, "layers": 1, "dropout": 0.0}}),
    ];
    for architecture in configurations {
        let mut card = card.clone();
        card["architecture"] = architecture.clone();
        let found = refused(&folder, &card);
        let claims = found.contains(" claims ") && found.ends_with("bytes of weights cannot hold");
        assert!(claims || found.contains("does not describe"), "{architecture}: {found}");
    }
    let mut card = card;
    card["task"] = json!({"takes": "pictures", "side": [huge, huge], "channels": 3,
        "range": [0.0, 1.0], "shrunk": 1, "gives": {"kind": "one_of", "classes": ["a", "b"]}});
    assert!(refused(&folder, &card).contains("are not from 1x1 to"));
}

#[test]
fn damaged_descriptions_and_those_of_other_formats_are_refused() {
    let (folder, card) = of_two_numbers();
    let mut later = card.clone();
    later["format"] = json!(2);
    let found = refused(&folder, &later);
    assert!(found.ends_with("is of format 2: this version reads format 1"), "{found}");
    let mut unknown = card.clone();
    unknown["architecture"]["name"] = json!("perceptron");
    assert!(refused(&folder, &unknown).contains("does not describe a model that can be used"));
    let mut without = card.clone();
    without["weights"] = Value::Null;
    assert!(refused(&folder, &without).ends_with("it names no weights"));
    let mut outside = card.clone();
    outside["weights"]["file"] = json!("../../etc/passwd");
    assert!(refused(&folder, &outside).ends_with("is no file of its run"));
    let mut unfit = card.clone();
    unfit["task"] = json!({"takes": "neighbourhoods"});
    assert_eq!(refused(&folder, &unfit), "a model of a deep network does not know words");
    let mut narrow = card.clone();
    narrow["task"]["names"] = json!(["x"]);
    let found = refused(&folder, &narrow);
    assert!(found.ends_with("the network takes 2 numbers, the input has 1"), "{found}");

    let text = serde_json::to_vec(&card).unwrap();
    fs::write(folder.path().join(CARD_FILE), &text[..text.len() / 2]).unwrap();
    assert!(load(folder.path()).unwrap_err().to_string().contains("does not describe"));
    fs::remove_file(folder.path().join(CARD_FILE)).unwrap();
    let found = load(folder.path()).unwrap_err().to_string();
    assert!(found.ends_with("holds no trained model: there is no model.json in it"), "{found}");
}

#[test]
fn weights_that_were_changed_or_are_of_another_network_are_refused() {
    let (folder, card) = of_two_numbers();
    let path = folder.path().join("model.bpk");
    let bytes = fs::read(&path).unwrap();
    let mut changed = bytes.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    for (contents, reason) in
        [(changed, "its SHA-256 differs"), (bytes[..9].to_vec(), "bytes, not")]
    {
        fs::write(&path, contents).unwrap();
        assert!(refused(&folder, &card).contains(reason));
    }
    fs::write(&path, &bytes).unwrap();
    for sizes in [vec![2, 4, 1], vec![2, 1]] {
        let mut card = card.clone();
        card["architecture"]["config"]["layer_sizes"] = json!(sizes);
        let found = refused(&folder, &card);
        assert!(
            found.contains("holds the weights of another model than model.json says"),
            "{found}"
        );
    }
    let config = LogisticRegressionConfig::new(2);
    let mut other = card;
    other["architecture"] = json!(Architecture::LogisticRegression(config));
    assert!(refused(&folder, &other).contains("holds the weights of another model"));
}

#[test]
fn damaged_weights_are_refused_whatever_was_changed_in_them() {
    let (folder, card) = of_two_numbers();
    let path = folder.path().join("model.bpk");
    let bytes = fs::read(&path).unwrap();
    let rng = &mut NumpyRng::new(5);
    for _ in 0..500 {
        let mut mutant = bytes.clone();
        for _ in 0..=rng.next_u32() % 4 {
            let place = rng.next_u32() as usize % mutant.len();
            mutant[place] = rng.next_u32() as u8;
        }
        fs::write(&path, &mutant).unwrap();
        let mut card = card.clone(); // by somebody who wrote the description too
        card["weights"] = json!(KnownFile::of(&path, "model.bpk").unwrap());
        fs::write(folder.path().join(CARD_FILE), serde_json::to_vec(&card).unwrap()).unwrap();
        if let Ok(trained) = load(folder.path()) {
            let _ = trained.answer(&Question::Values(vec![0.0, 1.0])); // another number, at most
        }
    }
}
