//! Damaged files of labelled and of tagged sentences: refused, or read as something whole; never a panic.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod mutation;

use std::path::Path;

use fireside_datasets::labelled_sentences::LabelledSentences;
use fireside_datasets::named_entities::NamedEntities;
use fireside_datasets::tagged_text::entities;
use fireside_numpy_rng::NumpyRng;
use mutation::{mutate, peak_memory_kib};

/// Of each format; what a run of them may take in all.
const FILES: usize = 20_000;
const MEMORY_KIB: u64 = 256 << 10;

const ROWS: &str = "sentence,label\r\n\"Schön, sehr schön\",1\r\n ,0\r\nne pas bon\u{a0}!,0,3\r\n";
const COLUMNS: &str = "-DOCSTART- -X- O\n\nEU NNP B-ORG\nlädt VBZ O\nÉlodie\tNNP\tI-PER\nMüller NNP I-PER\n\nOslo B-LOC\n";
const SPANS: &str = r#"{"content": "Žofie 👩🏽 &amp; Łukasz,\nKraków 2017", "annotation": [
{"label": ["Name"], "points": [{"start": 0, "end": 5, "text": "Žofie "}]},
{"label": [], "points": [{"start": 11, "end": 16, "text": "Łukasz"}]},
{"label": ["Place"], "points": [{"start": 19, "end": 24, "text": "Kraków"}, {"start": 26, "end": 29, "text": "2017"}]}],
"extras": null}"#;

/// Damages the contents again and again; `read` says what is wrong with the file, or nothing where it was read.
fn damage(contents: &str, rng: &mut NumpyRng, read: impl Fn(&[u8]) -> Option<String>) {
    let mut survivors = 0;
    for _ in 0..FILES {
        let mut damaged = contents.as_bytes().to_vec();
        mutate(&mut damaged, rng);
        match read(&damaged) {
            Some(error) => assert!(error.starts_with("damaged.file"), "{error}"),
            None => survivors += 1,
        }
    }
    assert!((1..FILES).contains(&survivors), "{survivors} of {FILES} were read");
}

/// What cannot be in a file that was read.
fn assert_whole(read: &NamedEntities) {
    assert!(!read.texts.is_empty() && read.classes.is_sorted());
    for text in &read.texts {
        assert!(!text.words.is_empty() && text.words.iter().all(|word| !word.is_empty()));
        assert_eq!(entities(&text.tags()), text.entities);
        assert!(text.entities.iter().all(|entity| entity.class < read.classes.len()));
        for most in [1, 3, 1000] {
            let pieces = text.pieces(most);
            assert_eq!(
                pieces.iter().map(|piece| piece.words.len()).sum::<usize>(),
                text.words.len()
            );
            assert!(pieces.iter().all(|piece| (1..=most).contains(&piece.words.len())));
        }
    }
}

#[test]
fn damaged_files_are_refused_or_whole() {
    let rng = &mut NumpyRng::new(0);
    let path = Path::new("damaged.file");
    damage(ROWS, rng, |contents| {
        let read = LabelledSentences::of(path, contents, 2, "0 or 1");
        let read = read.map(|read| {
            assert!(!read.is_empty() && read.labels.iter().all(|label| *label < 2));
            assert_eq!(read.sentences.len(), read.labels.len());
        });
        read.err().map(|error| error.to_string())
    });
    damage(COLUMNS, rng, |contents| {
        let read = NamedEntities::of_conll(path, contents);
        read.map(|read| assert_whole(&read)).err().map(|error| error.to_string())
    });
    damage(&SPANS.replace('\n', ""), rng, |contents| {
        let read = NamedEntities::of_marked_spans(path, contents);
        read.map(|read| assert_whole(&read)).err().map(|error| error.to_string())
    });
    assert!(peak_memory_kib().is_none_or(|peak| peak < MEMORY_KIB), "{:?}", peak_memory_kib());
}
