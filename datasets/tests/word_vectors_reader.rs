//! Damaged files of word vectors: refused, or read as something whole; never a panic, never more memory than they hold.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod mutation;

use std::fs;

use fireside_datasets::word_vectors::{Format, WordVectors};
use fireside_numpy_rng::NumpyRng;
use mutation::{mutate, peak_memory_kib};

/// Of each format; what a run of them may take in all.
const FILES: usize = 2_000;
const MEMORY_KIB: u64 = 256 << 10;

#[test]
fn damaged_files_are_refused_or_whole() {
    let rng = &mut NumpyRng::new(0);
    let words = (0..20).map(|index| format!("wörd{index}"));
    let vectors = rng.randn_vec(20 * 5).iter().map(|&entry| entry as f32).collect();
    let written = WordVectors::new(words, vectors, 5).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (name, format) in [
        ("g.txt", Format::Glove),
        ("w.txt", Format::Word2VecText),
        ("w.bin", Format::Word2VecBinary),
    ] {
        let path = folder.path().join(name);
        written.write(fs::File::create(&path).unwrap(), format).unwrap();
        let whole = fs::read(&path).unwrap();
        for _ in 0..FILES {
            let mut contents = whole.clone();
            mutate(&mut contents, rng);
            fs::write(&path, &contents).unwrap();
            match WordVectors::read(&path, None) {
                Err(error) => assert!(error.to_string().contains(name), "{error}"),
                Ok(read) => {
                    assert_eq!(read.vectors().len(), read.len() * read.dimensions());
                    assert!(read.vectors().iter().all(|entry| entry.is_finite()));
                }
            }
        }
    }
    assert!(peak_memory_kib().is_none_or(|peak| peak < MEMORY_KIB), "{:?}", peak_memory_kib());
}
