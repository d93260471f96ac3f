//! What is drawn: names, texts, solos.

use fireside_datasets::jazz::Edition;
use fireside_sequence::alphabet::Alphabet;
use fireside_sequence::language_model::LanguageModelConfig;
use fireside_sequence::music_model::MusicModelConfig;
use fireside_sequence::recurrent::Cell;

use super::*;

#[test]
fn names_begin_as_they_should_and_are_the_seed_s() {
    let folder = tempfile::tempdir().unwrap();
    let alphabet = Alphabet::of("\nrextzul");
    let config = LanguageModelConfig::new(Cell::LSTM, alphabet.len(), 6);
    let net = drawn(config.init(&Device::flex()).unwrap());
    let task = Task::Names(Names::new(&alphabet, 1));
    write(folder.path(), net, Architecture::LanguageModel(config), task);
    let names = |start: &str, draws| {
        let start = start.to_string();
        load(folder.path()).unwrap().answer(&Question::Names { start, count: 3, draws })
    };
    let seed = |seed| Draws { seed: Some(seed), ..DRAWS };
    let answer = names("Re", DRAWS).unwrap();
    let Answer::Names { names: found } = &answer else { panic!("{answer:?}") };
    assert!(found.len() == 3 && found.iter().all(|name| name.starts_with("Re")), "{found:?}");
    assert_eq!(answer, names("Re", seed(1)).unwrap());
    assert_ne!(answer, names("Re", seed(2)).unwrap());
    let error = names("Tri", DRAWS).unwrap_err().to_string();
    assert!(error.starts_with("--start: 'i', character 3 of \"tri\""), "{error}");
    for temperature in [0.0, -1.0, f64::NAN] {
        assert!(names("", Draws { temperature, seed: None }).is_err());
    }
}

#[test]
fn texts_and_solos_draw_on_from_where_their_run_had_come() {
    let device = Device::flex();
    let folder = tempfile::tempdir().unwrap();
    let alphabet = Alphabet::of("forsoth e");
    let config = LanguageModelConfig::new(Cell::LSTM, alphabet.len(), 6);
    let rng = &mut NumpyRng::new(3);
    let net = initialize(config.init(&device).unwrap(), Initializer::GlorotUniform, rng);
    let drew_weights = true;
    let texts = Texts {
        alphabet: "forsoth e".into(),
        window: crate::shakespeare::TX,
        seed: 3,
        drew_weights,
    };
    let architecture = Architecture::LanguageModel(config);
    write(folder.path(), net, architecture.clone(), Task::Texts(texts));
    let mut resumed = architecture.draws_after_weights(3, true, &device).unwrap();
    assert_eq!(resumed.random_sample(), rng.random_sample());
    let text = |draws| {
        let prompt = "Forsooth ".to_string();
        ask(folder.path(), &Question::Text { prompt, length: 20, draws })
    };
    let Answer::Text { text: written } = text(DRAWS) else { panic!() };
    assert!(written.starts_with("Forsooth ") && written.chars().count() == 29, "{written}");
    assert_ne!(text(DRAWS), text(Draws { seed: Some(3), ..DRAWS }));

    let folder = tempfile::tempdir().unwrap();
    let jazz = Jazz::embedded(Edition::Of2021, 1);
    let config = MusicModelConfig::new().with_num_values(jazz.vocabulary.len()).with_hidden(4);
    let net = config.init(&device).unwrap();
    let solos = Solos::new(Learnt::Composed { edition: Edition::Of2021, seed: 1 }, &jazz, 1);
    write(folder.path(), net, Architecture::MusicModel(config), Task::Solos(solos));
    let solo = Question::Solo { length: Some(40), draws: DRAWS };
    assert_eq!(ask(folder.path(), &solo), ask(folder.path(), &solo));
}
