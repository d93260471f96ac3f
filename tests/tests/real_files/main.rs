//! The readers on the course's own files.
//!
//! These are not in the repository: they lie in the folder of `FIRESIDE_DATA`, or in `../shared/datasets`
//! beside the checkout. Without them the run says so and passes.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "what fails here fails the test")]
#![allow(clippy::print_stdout, reason = "the run says what it read")]

mod weights;

use std::env;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use burn::tensor::Device;
use fireside_datasets::emojify::Emojify;
use fireside_datasets::football::Football;
use fireside_datasets::happy::Happy;
use fireside_datasets::image_folder::{ImageFolder, ImageSettings};
use fireside_datasets::jazz::{Edition, Jazz, Value};
use fireside_datasets::named_entities::NamedEntities;
use fireside_datasets::signs::Signs;
use fireside_datasets::source;
use fireside_datasets::word_vectors::{self, WordVectors};
use fireside_datasets::words::WordRule;
use fireside_numpy_rng::NumpyRng;
use fireside_recipes::emojify;
use fireside_recipes::trained::KnownFile;
use fireside_recipes::word_vectors::{Demonstration, completed, is_first};
use fireside_sequence::word_vectors::Analogy;

/// What a check claims, and the check.
type Claim = (&'static str, fn(&Path));

const CLAIMS: &[Claim] = &[
    ("football_field_is_the_same_in_both_formats", football_field_is_the_same_in_both_formats),
    (
        "signs_are_the_same_photographs_in_both_formats",
        signs_are_the_same_photographs_in_both_formats,
    ),
    ("shakespeare_net_knows_the_sonnets_as_its_file_says", weights::shakespeare),
    ("shakespeare_net_knows_them_by_our_layers_too", weights::shakespeare_by_our_layers),
    ("date_net_translates_the_dates_of_the_assignment", weights::dates),
    ("trigger_word_net_is_read_whole", weights::trigger_word),
    ("face_net_is_read_from_its_folder_of_csv_files", weights::face),
    ("happy_faces_of_the_test_set_are_the_course_s", happy_faces_of_the_test_set_are_the_course_s),
    (
        "signs_arranged_by_class_are_the_same_pictures",
        signs_arranged_by_class_are_the_same_pictures,
    ),
    (
        "metheny_s_solo_has_the_values_of_both_editions",
        metheny_s_solo_has_the_values_of_both_editions,
    ),
    ("photographs_of_all_kinds_become_of_one_size", photographs_of_all_kinds_become_of_one_size),
    ("spans_of_all_resumes_stand_where_they_should", spans_of_all_resumes_stand_where_they_should),
    (
        "emojify_reads_the_course_s_words_and_comes_to_its_figure",
        emojify_comes_to_the_course_s_figure,
    ),
    ("shown_analogies_are_right_with_the_vectors_of_glove", shown_analogies_are_right),
];

fn main() -> ExitCode {
    if env::args().any(|argument| argument == "--list") {
        println!("real_files: test");
        return ExitCode::SUCCESS;
    }
    let Some(folder) = data_folder() else {
        println!("real_files: not run: no ../shared/datasets, and FIRESIDE_DATA is not set");
        return ExitCode::SUCCESS;
    };
    let mut failed = 0;
    for (claim, check) in CLAIMS {
        let passed = panic::catch_unwind(|| check(&folder)).is_ok();
        failed += usize::from(!passed);
        println!("{claim}: {}", if passed { "ok" } else { "FAILED" });
    }
    println!("real files: {} passed, {failed} failed", CLAIMS.len() - failed);
    match failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn data_folder() -> Option<PathBuf> {
    if let Some(folder) = env::var_os("FIRESIDE_DATA") {
        return Some(folder.into()); // even if it is not there: then the run fails
    }
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/datasets");
    beside.is_dir().then_some(beside)
}

/// To the last digit.
fn football_field_is_the_same_in_both_formats(folder: &Path) {
    let field = Football::read(folder).unwrap();
    assert_eq!(field, Football::read_csv(&folder.join("planar/football.csv")).unwrap());
    assert_eq!((field.train.points.len(), field.test.points.len()), (211, 200));
    assert_eq!((field.train.points[0], field.train.labels[0]), ([-0.158986, 0.423977], 1));
    assert_eq!(field.train.labels.iter().sum::<usize>(), 106);
    assert_eq!(field.test.labels.iter().sum::<usize>(), 87);
}

/// The training file was made from the JPEG files, in an order of chance; the course's test file from
/// other compressions of the photographs, so that it matches in labels only.
fn signs_are_the_same_photographs_in_both_formats(folder: &Path) {
    let signs = Signs::read(folder).unwrap();
    let jpegs = Signs::read_jpegs(&folder.join("signs/64x64_SIGNS")).unwrap();
    for (set, of_each) in [(&signs.train, 180), (&signs.test, 20)] {
        assert_eq!((set.len(), set.image_shape()), (6 * of_each, [64, 64, 3]));
        let count = |class| set.labels().iter().filter(|&&label| label == class).count();
        assert!((0..6).all(|class| count(class) == of_each));
    }
    let order = NumpyRng::new(0).permutation(1080);
    let jpeg_train = jpegs.train.subset(&order);
    assert_eq!(signs.train.labels(), jpeg_train.labels());
    let mut difference = 0_u64;
    for index in 0..1080 {
        for (&a, &b) in signs.train.image(index).iter().zip(jpeg_train.image(index)) {
            // Decoders may differ by rounding, most where colours are spread over two pixels.
            assert!(a.abs_diff(b) <= 6, "picture {index}: {a} and {b}");
            difference += u64::from(a.abs_diff(b));
        }
    }
    let mean = difference as f64 / (1080.0 * 12288.0);
    assert!(mean < 0.3, "{mean} of 255 apart on average");
    let sorted = |labels: &[usize]| {
        let mut labels = labels.to_vec();
        labels.sort_unstable();
        labels
    };
    assert_eq!(sorted(signs.test.labels()), sorted(jpegs.test.labels()));
}

/// The training file is not among those at hand.
fn happy_faces_of_the_test_set_are_the_course_s(folder: &Path) {
    let test = Happy::read_test(folder).unwrap();
    assert_eq!((test.len(), test.image_shape()), (150, [64, 64, 3]));
    assert_eq!(test.labels().iter().sum::<usize>(), 84);
    assert_eq!(test.labels()[..10], [1, 1, 1, 1, 1, 1, 1, 0, 1, 0]);
}

/// The JPEG edition of the hands in a folder for each number of fingers.
fn signs_arranged_by_class_are_the_same_pictures(folder: &Path) {
    let jpegs = folder.join("signs/64x64_SIGNS");
    let by_class = tempfile::tempdir().unwrap();
    for (set, name) in [("train", "train_signs"), ("val", "val_signs"), ("test", "test_signs")] {
        for entry in fs::read_dir(jpegs.join(name)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let class = by_class.path().join(set).join(&name[..1]);
            fs::create_dir_all(&class).unwrap();
            fs::copy(&path, class.join(name)).unwrap();
        }
    }
    let found = ImageFolder::open(by_class.path()).unwrap();
    assert_eq!(found.classes, ["0", "1", "2", "3", "4", "5"]);
    assert_eq!((found.train.len(), found.validation.len(), found.test.len()), (864, 216, 120));
    let loaded = found.test.load(&ImageSettings::new([64, 64])).unwrap();
    let test = loaded.source.pictures(&(0..120).collect::<Vec<_>>()).unwrap();
    // The names begin with the class, so that both orders are the same.
    assert_eq!(test, Signs::read_jpegs(&jpegs).unwrap().test);
}

/// Whole frames, faces and drawings: JPEG of several kinds, PNG with and without alpha.
fn photographs_of_all_kinds_become_of_one_size(folder: &Path) {
    let mixed = tempfile::tempdir().unwrap();
    let mut count = 0;
    for topic in ["faces", "carla/examples", "carla/images", "carla/labels", "style", "yolo"] {
        for entry in fs::read_dir(folder.join(topic)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "jpg" || ending == "png") {
                let class = mixed.path().join(topic.replace('/', "-"));
                fs::create_dir_all(&class).unwrap();
                fs::copy(&path, class.join(path.file_name().unwrap())).unwrap();
                count += 1;
            }
        }
    }
    let found = ImageFolder::open(mixed.path()).unwrap();
    let settings = ImageSettings { skip_damaged: true, ..ImageSettings::new([48, 64]) };
    let loaded = found.train.load(&settings).unwrap();
    assert_eq!((loaded.source.len(), loaded.damaged.len()), (count, 0), "{:?}", loaded.damaged);
    assert!(count > 30);
}

/// The counts are music21's, 5.7 for the older edition and 6.7 for that of 2021, with the assignment's rules.
fn metheny_s_solo_has_the_values_of_both_editions(folder: &Path) {
    for (edition, values, different) in [(Edition::Older, 193, 78), (Edition::Of2021, 275, 90)] {
        let jazz = Jazz::read(folder, edition).unwrap();
        assert_eq!(
            (jazz.measures.len(), jazz.corpus.len(), jazz.vocabulary.len()),
            (18, values, different)
        );
        let first = jazz.measures[0].values.iter().take(3).map(Value::to_string);
        let wanted = match edition {
            Edition::Older => ["C,0.500", "C,0.333,<P1,d-5>", "C,0.250,<M-2,m-6>"],
            Edition::Of2021 => ["C,0.500", "R,0.167", "C,0.333,<P1,d-5>"],
        };
        assert!(first.eq(wanted));
    }
}

/// The reader refuses a line of which a span's text is not at its place. The file has 220 resumes with 3,558 spans, 4
/// of them without a class; of those that share words one is kept, which leaves 3,433 by the same rule in Python.
fn spans_of_all_resumes_stand_where_they_should(folder: &Path) {
    let read = NamedEntities::read(&folder.join("transformer/ner.json")).unwrap();
    assert_eq!((read.texts.len(), read.classes.len()), (220, 10));
    let entities: usize = read.texts.iter().map(|text| text.entities.len()).sum();
    assert_eq!(entities, 3433);
    let first = &read.texts[0];
    let found: Vec<(&str, String)> = first.entities[..4]
        .iter()
        .map(|entity| {
            (read.classes[entity.class].as_str(), first.words[entity.words.clone()].join(" "))
        })
        .collect();
    let expected = [
        ("Name", "Abhishek Jha"),
        ("Designation", "Application Development Associate"),
        ("Companies worked at", "Accenture"),
        ("Location", "Bengaluru,"),
    ];
    assert!(found.iter().map(|(class, words)| (*class, words.as_str())).eq(expected), "{found:?}");
}

/// The course's rule divides at blanks; its sentences have no marks, so that both rules give the same words. It prints
/// 0.839 of its 56 sentences, 47 of them.
fn emojify_comes_to_the_course_s_figure(folder: &Path) {
    let Emojify { train, test, .. } = Emojify::read(folder).unwrap();
    for sentence in train.sentences.iter().chain(&test.sentences) {
        assert_eq!(WordRule::Boundaries.words(sentence), WordRule::Blanks.words(sentence));
    }
    let file = source::find(folder, word_vectors::TOPIC, word_vectors::NAMES).unwrap();
    let vectors = WordVectors::read(&file, None).unwrap();
    let device = Device::flex();
    let known = KnownFile::of(&file, "vectors").unwrap();
    let lesson = emojify::Lesson::new([train, test.clone()], (vectors, known), 1, &device);
    let [_, found] = lesson.found_by_v1(&lesson.train_v1(0.01, 400).model).unwrap();
    let right = found.iter().zip(&test.labels).filter(|(found, label)| found == label).count();
    assert_eq!((right, test.len()), (47, 56));
}

/// Of the course's own four one word is not in the file at hand; what is shown in its place is right too.
fn shown_analogies_are_right(folder: &Path) {
    let file = source::find(folder, word_vectors::TOPIC, word_vectors::NAMES).unwrap();
    let vectors = WordVectors::read(&file, None).unwrap();
    let Demonstration { analogies, .. } = Demonstration::of(&vectors);
    assert_eq!(analogies.len(), 4);
    for ([a, b, c, d], ways) in analogies {
        assert_eq!(ways[0].1, Analogy::Sum, "{a}, {b}, {c}");
        for (how, by) in ways {
            let found = completed(&vectors, [a, b, c], by, 1).unwrap();
            assert_eq!(is_first(&vectors, &found, d), Some(true), "{a}, {b}, {c}: {how}");
        }
    }
}
