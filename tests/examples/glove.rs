//! Measures GloVe on a large text: how many words a second are counted and learnt, and how much memory that takes.
//!
//! ```text
//! cargo build --release --workspace --examples
//! RAYON_NUM_THREADS=1 target/release/examples/glove
//! RAYON_NUM_THREADS=2 target/release/examples/glove
//! ```
//!
//! The text is made first, in a temporary file: lines of the generator of `fireside-datasets`, each followed by as
//! many words that no language has, of which the k-th most frequent is drawn in proportion to about 1 / k (Zipf's
//! law). What is done with it is what `c5w2-train-embeddings` does.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use clap::Parser;
use fireside_datasets::cooccurrences::{Cooccurrence, CooccurrenceCounter};
use fireside_datasets::corpus::{Sentences, count_words, indices};
use fireside_datasets::generated_corpus::generate;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::glove::{Glove, GloveSettings, Meeting};

/// Sentences that are generated at a time.
const SENTENCES: usize = 3000;
/// Pairs that are learnt at a time.
const MEETINGS: usize = 1 << 19;

/// Measures GloVe on a large text.
#[derive(Parser)]
struct Arguments {
    /// Size of the text, in millions of bytes.
    #[arg(long, default_value_t = 100)]
    megabytes: usize,
    /// Different words besides those of the generator.
    #[arg(long, default_value_t = 40_000)]
    words: usize,
    /// Numbers in each vector.
    #[arg(long, default_value_t = 50)]
    dimensions: usize,
    /// Words to both sides of a word that count as near it.
    #[arg(long, default_value_t = 10)]
    window: usize,
    /// Times through the counts.
    #[arg(long, default_value_t = 2)]
    epochs: usize,
    /// Pairs that are counted in memory.
    #[arg(long, default_value_t = 4 << 20)]
    pairs: usize,
}

#[expect(clippy::print_stdout, reason = "the figures are what the program is for")]
fn main() -> Result<(), Box<dyn Error>> {
    let given = Arguments::parse();
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("text.txt");
    write_text(&path, 1_000_000 * given.megabytes, given.words)?;
    println!("{} MB of text; loaded: {:.0} MiB", given.megabytes, peak()?);

    let begin = Instant::now();
    let (vocabulary, counts) = count_words(Sentences::open(&path)?, &path, 1)?;
    let words: u64 = counts.iter().sum();
    let report = |what: &str, begin: Instant, number: u64, unit: &str| -> io::Result<()> {
        let seconds = begin.elapsed().as_secs_f64();
        let (speed, words) = (number as f64 / seconds / 1e6, words as f64 / seconds / 1e6);
        let peak = peak()?;
        println!(
            "{what}: {seconds:.1} s, {words:.2} M words/s, {speed:.2} M {unit}/s, peak {peak:.0} MiB"
        );
        Ok(())
    };
    println!("{words} words, {} different", counts.len());
    report("vocabulary", begin, words, "words")?;

    let begin = Instant::now();
    let mut counter = CooccurrenceCounter::new(given.window, given.pairs);
    for sentence in Sentences::open(&path)? {
        counter.add(&indices(&vocabulary, &sentence?))?;
    }
    report("counting, unsorted", begin, words, "words")?;
    let mut pairs = counter.finish()?;
    println!("{} different pairs", pairs.pairs());
    report("counting, merged", begin, words, "words")?;

    let mut rng = NumpyRng::new(1);
    let settings = GloveSettings::default();
    let uniform = &mut || rng.random_sample();
    let mut model = Glove::new(vocabulary.len(), given.dimensions, settings, uniform);
    for epoch in 1..=given.epochs {
        let begin = Instant::now();
        let (mut cost, mut updates) = (0.0, 0);
        let mut learn = |meetings: &mut Vec<Meeting>| {
            cost += model.learn_all(meetings);
            updates += meetings.len() as u64;
            meetings.clear();
        };
        let mut meetings = Vec::with_capacity(MEETINGS);
        pairs.for_each(|Cooccurrence { word, context, count }| {
            meetings.push(Meeting { word: word as usize, context: context as usize, count });
            if meetings.len() == MEETINGS {
                learn(&mut meetings);
            }
        })?;
        learn(&mut meetings);
        report(&format!("epoch {epoch}"), begin, updates, "updates")?;
        println!("mean cost {:.6}", cost / updates as f64);
    }
    Ok(())
}

fn write_text(path: &Path, bytes: usize, words: usize) -> io::Result<()> {
    let mut rng = NumpyRng::new(1);
    let mut file = BufWriter::new(File::create(path)?);
    let (mut written, mut seed) = (0, 1);
    while written < bytes {
        for line in generate(SENTENCES, seed).lines() {
            let mut line = line.trim_end().to_string();
            for _ in 0..line.split(' ').count() {
                line.push(' ');
                push_word(&mut line, (words as f64 + 1.0).powf(rng.random_sample()) as usize - 1);
            }
            line.push('\n');
            written += line.len();
            file.write_all(line.as_bytes())?;
        }
        seed += 1;
    }
    file.flush()
}

/// Spells a number in syllables, two at least.
fn push_word(line: &mut String, number: usize) {
    let consonants = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z"];
    let vowels = ["a", "e", "i", "o", "u"];
    let mut left = number;
    for place in 0.. {
        line.push_str(consonants[left % consonants.len()]);
        left /= consonants.len();
        line.push_str(vowels[left % vowels.len()]);
        left /= vowels.len();
        if place > 0 && left == 0 {
            return;
        }
    }
}

/// The most memory held so far, in MiB.
fn peak() -> io::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kibibytes.map(|size| size / 1024.0).ok_or_else(|| io::Error::other("no VmHWM in /proc"))
}
