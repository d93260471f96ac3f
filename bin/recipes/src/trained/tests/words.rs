//! Sentences, their words, and word vectors.

use burn::nn::LinearConfig;
use burn::tensor::Tensor;
use fireside_datasets::word_vectors::{Format, WordVectors};
use fireside_datasets::words::{Vocabulary, WordRule};
use fireside_sequence::emojify::EmojifyV2Config;
use fireside_sequence::entity_tagger::EntityTaggerConfig;
use fireside_sequence::mean_classifier::MeanClassifierConfig;
use fireside_sequence::recurrent::Cell;
use fireside_sequence::sentiment_classifier::SentimentClassifierConfig;
use fireside_sequence::steps::emojify::EmojifyV1;

use super::*;

#[test]
fn sentences_are_judged_by_every_kind_of_network() {
    let device = Device::flex();
    let vocabulary = Vocabulary::new(["good", "not", "bad"]).unwrap();
    let task = Sentences {
        words: Words::of(&vocabulary),
        rule: WordRule::Boundaries,
        longest: 10,
        gives: Reading::one_of(&["negative", "positive"]),
        emoji: Vec::new(),
    };
    let mean = MeanClassifierConfig::new(3, 4, 2);
    let lstm = SentimentClassifierConfig::new(Cell::LSTM, 3, 4, 5, 2);
    let said = |text: &str| Question::Sentence(text.to_string());
    let folder = tempfile::tempdir().unwrap();
    let net = drawn(mean.init(&device).unwrap());
    write(folder.path(), net, Architecture::MeanClassifier(mean), Task::Sentences(task.clone()));
    let sentences = ["not good", "good not", "Not really GOOD", "(not) good!", "not-good..."];
    let found = sentences.map(|text| probabilities_of(&ask(folder.path(), &said(text))));
    assert!(found.iter().all(|probabilities| *probabilities == found[0]), "{found:?}");
    let long = ask(folder.path(), &said(&"good ".repeat(12)));
    assert!(long.to_string().ends_with("; the last 2 words are not read"), "{long}");
    let error = load(folder.path()).unwrap().answer(&said("so what")).unwrap_err();
    assert_eq!(error.to_string(), "\"so what\": the model knows no word of it");

    let folder = tempfile::tempdir().unwrap();
    let net = drawn(lstm.init(&device).unwrap());
    write(folder.path(), net, Architecture::SentimentClassifier(lstm), Task::Sentences(task));
    assert_ne!(ask(folder.path(), &said("not good")), ask(folder.path(), &said("good not")));
}

/// Models of before know words with marks around them, and keep them.
#[test]
fn description_without_a_rule_is_of_words_between_blanks() {
    let device = Device::flex();
    let config = MeanClassifierConfig::new(2, 4, 2);
    let task = Sentences {
        words: Words::of(&Vocabulary::new(["good", "good!"]).unwrap()),
        rule: WordRule::Blanks,
        longest: 10,
        gives: Reading::one_of(&["negative", "positive"]),
        emoji: Vec::new(),
    };
    let folder = tempfile::tempdir().unwrap();
    let net = drawn(config.init(&device).unwrap());
    write(folder.path(), net, Architecture::MeanClassifier(config), Task::Sentences(task));
    let path = folder.path().join(CARD_FILE);
    let asked = |text: &str| ask(folder.path(), &Question::Sentence(text.to_string()));
    let by_blanks = asked("so good!").to_string();
    assert_ne!(asked("so good"), asked("so good!"));

    let mut card: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(card["task"].as_object_mut().unwrap().remove("rule").unwrap(), "blanks");
    fs::write(&path, card.to_string()).unwrap();
    assert_eq!(asked("so good!").to_string(), by_blanks);
    card["task"]["rule"] = "boundaries".into();
    fs::write(&path, card.to_string()).unwrap();
    assert_eq!(asked("so good"), asked("so good!"));
    card["task"]["rule"] = "letters".into();
    fs::write(&path, card.to_string()).unwrap();
    let error = load(folder.path()).unwrap_err().to_string();
    assert!(error.contains("unknown variant `letters`"), "{error}");
}

#[test]
fn emoji_come_from_both_models_and_moved_vectors_are_asked_for() {
    let run = tempfile::tempdir().unwrap();
    let device = Device::flex();
    let vectors = WordVectors::new(["ball", "love"], vec![1.0, -1.0, 0.5, 2.0], 2).unwrap();
    let file = run.path().join("vectors.txt");
    vectors.write(fs::File::create(&file).unwrap(), Format::Glove).unwrap();
    let task = Sentences {
        words: Words::OfVectors {
            vectors: KnownFile::of(&file, "../vectors.txt").unwrap(),
            count: 2,
        },
        rule: WordRule::Boundaries,
        longest: 3,
        gives: Reading::one_of(&["heart", "baseball"]),
        emoji: vec!["❤️".to_string(), "⚾".to_string()],
    };
    let [v1, v2] = ["v1", "v2"].map(|name| run.path().join(name));
    fs::create_dir(&v1).unwrap();
    fs::create_dir(&v2).unwrap();
    let layer = drawn(LinearConfig::new(2, 2).init(&device));
    let [weight, bias] =
        [layer.weight.val().transpose().into_data(), layer.bias.clone().unwrap().val().into_data()];
    let weight: Vec<f64> = weight.iter().collect();
    let weight = weight.chunks(2).map(<[f64]>::to_vec).collect();
    let mean = EmojifyV1 { weight, bias: bias.iter().collect() };
    let task = Task::Sentences(task);
    write(&v1, layer, Architecture::EmojifyV1 { classes: 2, dimensions: 2 }, task.clone());
    let said = Question::Sentence("play BALL".to_string());
    let answer = ask(&v1, &said);
    let by_hand = mean.probabilities(&[1.0, -1.0]);
    assert_eq!(probabilities_of(&answer), by_hand);
    let named = if by_hand[1] > by_hand[0] { "⚾ baseball (" } else { "❤️ heart (" };
    assert!(answer.to_string().starts_with(named), "{answer}");

    let config = EmojifyV2Config::new(2, 2).with_hidden(3).with_num_classes(2);
    let net = drawn(config.init(&device).unwrap());
    write(&v2, net.clone(), Architecture::EmojifyV2(config), task);
    let padded = Tensor::from_data([[0, 2, 2]], &device);
    let expected: Vec<f64> = probabilities(net.forward(padded)).into_data().iter().collect();
    assert_eq!(probabilities_of(&ask(&v2, &said)), expected);

    let moved = run.path().join("elsewhere.txt");
    fs::rename(&file, &moved).unwrap();
    let error = load(&v2).unwrap_err().to_string();
    assert!(error.ends_with("give them with --vectors FILE"), "{error}");
    Trained::load(&v2, Some(&moved), &device).unwrap();
    fs::write(&moved, "ball 1.0 -1.0\nlove 0.5 2.5\n").unwrap();
    let error = Trained::load(&v2, Some(&moved), &device).unwrap_err().to_string();
    assert!(error.contains("is not the file that the model was described with"), "{error}");
}

#[test]
fn words_are_tagged_whether_they_are_known_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let device = Device::flex();
    let words = Words::of(&Vocabulary::new(["he", "met"]).unwrap());
    let classes = vec!["person".to_string()];
    let config = EntityTaggerConfig::new(Cell::LSTM, 3, 4, 5, 3);
    let net = drawn(config.init(&device).unwrap());
    let task = Task::Entities(Entities { words, rule: WordRule::Blanks, longest: 2, classes });
    write(folder.path(), net, Architecture::EntityTagger(config), task);
    let answer = ask(folder.path(), &Question::Sentence("He, met! Teddy".into()));
    let as_known = ask(folder.path(), &Question::Sentence("he met Roosevelt".into()));
    assert!(answer.to_string().ends_with("; 1 not known: Teddy"), "{answer}");
    let Answer::Entities { marked, entities, .. } = answer else { panic!("{answer:?}") };
    let Answer::Entities { entities: with_known, .. } = as_known else { panic!("{as_known:?}") };
    let tags = |found: &[NamedWords]| -> Vec<_> {
        found.iter().map(|entity| (entity.class.clone(), entity.begin, entity.end)).collect()
    };
    assert_eq!(tags(&entities), tags(&with_known), "marks around a known word do not matter");
    for entity in &entities {
        assert!(marked.contains(&format!("[person {}]", entity.text)), "{marked}");
    }
    assert!(load(folder.path()).unwrap().answer(&Question::Sentence(" ".into())).is_err());
}

/// As in the texts of the CoNLL-2003 task, where they are learnt; where they are not they name nothing.
#[test]
fn marks_are_tagged_by_themselves() {
    let device = Device::flex();
    let classes = vec!["person".to_string()];
    let task = |known: &[&str]| {
        let words = Words::of(&Vocabulary::new(known).unwrap());
        let (rule, classes) = (WordRule::Tokens, classes.clone());
        Task::Entities(Entities { words, rule, longest: 3, classes })
    };
    let config = EntityTaggerConfig::new(Cell::LSTM, 3, 4, 5, 3);
    let net = || drawn(config.init(&device).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let architecture = || Architecture::EntityTagger(config.clone());
    write(folder.path(), net(), architecture(), task(&["he", "met"]));
    let said = |text: &str| Question::Sentence(text.to_string());
    let plain = ask(folder.path(), &said("He met Teddy"));
    let marked = ask(folder.path(), &said("He met Teddy."));
    assert_eq!(marked.marked(), format!("{} .", plain.marked()));
    assert!(marked.to_string().ends_with("; 1 not known: Teddy"), "{marked}");
    let error = load(folder.path()).unwrap().answer(&said("...")).unwrap_err();
    assert_eq!(error.to_string(), "\"...\": no word of it is there to tag");

    write(folder.path(), net(), architecture(), task(&["met", "."]));
    let marked = ask(folder.path(), &said("Teddy met."));
    assert!(marked.to_string().ends_with("; 1 not known: Teddy"), "{marked}");
    assert_eq!(marked.marked(), ask(folder.path(), &said("Teddy met .")).marked());
}

#[test]
fn word_vectors_know_neighbours_and_analogies() {
    let run = tempfile::tempdir().unwrap();
    let words = ["man", "woman", "king", "queen"];
    let table = vec![1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0];
    let vectors = WordVectors::new(words, table, 3).unwrap();
    let file = run.path().join("skip-gram.txt");
    vectors.write(fs::File::create(&file).unwrap(), Format::Glove).unwrap();
    let folder = run.path().join("skip-gram");
    fs::create_dir(&folder).unwrap();
    let weights = Some(KnownFile::of(&file, "../skip-gram.txt").unwrap());
    let architecture = Architecture::WordVectors { words: 4, dimensions: 3 };
    let task = Task::Neighbourhoods(Neighbourhoods::default());
    let card = Card { weights, ..Card::new(architecture, task) };
    fs::write(folder.join(CARD_FILE), serde_json::to_vec(&card).unwrap()).unwrap();
    let near = Question::Near { word: "King".into(), top: 1 };
    let answer = ask(&folder, &near);
    assert!(answer.to_string().starts_with("near king: "), "{answer}");
    let Answer::Words { words, .. } = answer else { panic!() };
    assert_eq!(words.len(), 1);
    let asked = ["man", "woman", "king"].map(str::to_string);
    let answer = ask(&folder, &Question::Analogy { words: asked, top: 1 });
    assert!(answer.to_string().starts_with("man -> woman :: king -> queen ("), "{answer}");
    let unknown = Question::Near { word: "ball".into(), top: 1 };
    let error = load(&folder).unwrap().answer(&unknown).unwrap_err();
    assert_eq!(error.to_string(), "\"ball\" has no vector");
}
