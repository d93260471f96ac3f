//! How often words stand near each other: the counts that GloVe learns from, of texts larger than memory.
//!
//! ```text
//! X_ij = Σ over the places where i and j are at most `window` words apart, 1 / their distance
//! ```
//!
//! Counts are kept in memory up to a limit, then sorted, written to a temporary file and begun anew; in the end the
//! sorted files are merged into one. What they are sorted by is no order of the words but a fixed scrambling of the
//! pair, so that the merged file has the pairs shuffled, as their learner wants them. Memory is that of the limit,
//! however long the text; the disk has to hold 16 bytes for each pair that meets. Temporary files have no name, and
//! the system removes them.
//!
//! Source: J. Pennington, R. Socher and C. Manning, "GloVe" (2014), whose authors' program counts likewise.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::fs::File;
use std::hash::{BuildHasherDefault, Hasher};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Sorted files at a time; when there are more, they are merged into one.
const MAX_RUNS: usize = 64;
/// Bytes of a pair with its count.
const RECORD: usize = 16;

/// A pair of words and how often it met.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cooccurrence {
    /// One word.
    pub word: u32,
    /// The other, or the same.
    pub context: u32,
    /// `X_ij`.
    pub count: f64,
}

/// Counts the pairs of a text, sentence by sentence.
#[derive(Debug)]
pub struct CooccurrenceCounter {
    window: usize,
    limit: usize,
    counts: HashMap<u64, f64, BuildHasherDefault<Scrambler>>,
    runs: Vec<File>,
}

impl CooccurrenceCounter {
    /// Counts pairs at most `window` words apart, with at most `limit` different pairs in memory, each of which takes
    /// about 40 bytes.
    pub fn new(window: usize, limit: usize) -> Self {
        Self { window, limit: limit.max(1), counts: HashMap::default(), runs: Vec::new() }
    }

    /// Counts the pairs of a sentence.
    ///
    /// # Errors
    /// When a temporary file cannot be written.
    pub fn add(&mut self, sentence: &[u32]) -> io::Result<()> {
        for (place, &word) in sentence.iter().enumerate() {
            let before = sentence[place.saturating_sub(self.window)..place].iter().rev();
            for (&other, distance) in before.zip(1..) {
                *self.counts.entry(key(word, other)).or_default() += 1.0 / f64::from(distance);
            }
            if self.counts.len() >= self.limit {
                self.spill()?;
            }
        }
        Ok(())
    }

    /// Merges everything.
    ///
    /// # Errors
    /// When a temporary file cannot be written or read.
    pub fn finish(mut self) -> io::Result<Cooccurrences> {
        self.spill()?;
        let mut file = merge(&mut self.runs)?;
        let pairs = file.seek(SeekFrom::End(0))? / RECORD as u64;
        Ok(Cooccurrences { file, pairs })
    }

    /// Sorts what is in memory and writes it to a file.
    fn spill(&mut self) -> io::Result<()> {
        if self.runs.len() >= MAX_RUNS {
            let merged = merge(&mut self.runs)?;
            self.runs = vec![merged];
        }
        let mut sorted: Vec<(u64, f64)> = self.counts.drain().collect();
        sorted.sort_unstable_by_key(|(key, _)| scrambled(*key));
        let mut writer = BufWriter::new(tempfile::tempfile()?);
        sorted.into_iter().try_for_each(|record| write_record(&mut writer, record))?;
        self.runs.push(writer.into_inner().map_err(io::IntoInnerError::into_error)?);
        Ok(())
    }
}

/// The counts of a whole text, in a temporary file.
#[derive(Debug)]
pub struct Cooccurrences {
    file: File,
    pairs: u64,
}

impl Cooccurrences {
    /// The number of different pairs, `i, j` and `j, i` being one.
    pub fn pairs(&self) -> u64 {
        self.pairs
    }

    /// Calls `learn` for all pairs in a shuffled order, which is the same every time: with `i, j`, and unless they
    /// are the same word with `j, i` next.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn for_each(&mut self, mut learn: impl FnMut(Cooccurrence)) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::new(&mut self.file);
        while let Some((key, count)) = read_record(&mut reader)? {
            let (word, context) = ((key >> 32) as u32, key as u32);
            learn(Cooccurrence { word, context, count });
            if word != context {
                learn(Cooccurrence { word: context, context: word, count });
            }
        }
        Ok(())
    }
}

/// Merges sorted files into one; counts of the same pair are added.
fn merge(runs: &mut Vec<File>) -> io::Result<File> {
    let mut readers = Vec::new();
    for mut run in runs.drain(..) {
        run.seek(SeekFrom::Start(0))?;
        readers.push(BufReader::new(run));
    }
    let mut heads: Vec<Option<(u64, f64)>> = Vec::new();
    let mut order = BinaryHeap::new();
    for (run, reader) in readers.iter_mut().enumerate() {
        let head = read_record(reader)?;
        order.extend(head.map(|(key, _)| Reverse((scrambled(key), run))));
        heads.push(head);
    }
    let mut writer = BufWriter::new(tempfile::tempfile()?);
    let mut current: Option<(u64, f64)> = None;
    while let Some(Reverse((_, run))) = order.pop() {
        let next = read_record(&mut readers[run])?;
        order.extend(next.map(|(key, _)| Reverse((scrambled(key), run))));
        let Some((key, count)) = std::mem::replace(&mut heads[run], next) else { continue };
        current = match current {
            Some((same, sum)) if same == key => Some((key, sum + count)),
            before => {
                before.into_iter().try_for_each(|record| write_record(&mut writer, record))?;
                Some((key, count))
            }
        };
    }
    current.into_iter().try_for_each(|record| write_record(&mut writer, record))?;
    writer.into_inner().map_err(io::IntoInnerError::into_error)
}

fn write_record(writer: &mut impl Write, (key, count): (u64, f64)) -> io::Result<()> {
    writer.write_all(&key.to_le_bytes())?;
    writer.write_all(&count.to_le_bytes())
}

/// The next record; none at the end of the file.
fn read_record(reader: &mut impl Read) -> io::Result<Option<(u64, f64)>> {
    let mut record = [0; RECORD];
    match reader.read_exact(&mut record) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let [key, count] = [0, 8].map(|begin| {
        let mut half = [0; 8];
        half.copy_from_slice(&record[begin..begin + 8]);
        u64::from_le_bytes(half)
    });
    Ok(Some((key, f64::from_bits(count))))
}

/// One number for both orders of a pair.
fn key(word: u32, other: u32) -> u64 {
    (u64::from(word.min(other)) << 32) | u64::from(word.max(other))
}

/// Scrambles a number so that no two become one: the last step of SplitMix64.
fn scrambled(key: u64) -> u64 {
    let key = (key ^ (key >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let key = (key ^ (key >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    key ^ (key >> 31)
}

/// Hashes a pair by scrambling it: the words of a text are no attack, and counting is all about this.
#[derive(Debug, Default)]
struct Scrambler(u64);

impl Hasher for Scrambler {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(self.0 << 8 | u64::from(byte)));
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = scrambled(key);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use fireside_training::rng::NumpyRng;

    use super::*;

    fn counted(sentences: &[Vec<u32>], window: usize, limit: usize) -> BTreeMap<(u32, u32), f64> {
        let mut counter = CooccurrenceCounter::new(window, limit);
        sentences.iter().for_each(|sentence| counter.add(sentence).unwrap());
        let mut found = BTreeMap::new();
        counter
            .finish()
            .unwrap()
            .for_each(|Cooccurrence { word, context, count }| {
                assert_eq!(found.insert((word, context), count), None, "a pair comes once");
            })
            .unwrap();
        found
    }

    #[test]
    fn pairs_count_the_inverse_of_their_distance_in_both_orders() {
        let found = counted(&[vec![7, 5, 7], vec![5], vec![]], 10, 100);
        assert_eq!(found, [((5, 7), 2.0), ((7, 5), 2.0), ((7, 7), 0.5)].into());
        assert_eq!(counted(&[vec![7, 5, 7]], 1, 100), [((5, 7), 2.0), ((7, 5), 2.0)].into());
        assert_eq!(counted(&[], 5, 1), BTreeMap::new());
    }

    /// A limit of 3 pairs makes hundreds of files, more than are kept at a time.
    #[test]
    fn counts_do_not_depend_on_the_memory_they_may_take() {
        let rng = &mut NumpyRng::new(1);
        let mut word = || (rng.random_sample().powi(2) * 30.0) as u32;
        let sentences: Vec<Vec<u32>> = (0..40).map(|_| (0..20).map(|_| word()).collect()).collect();
        let whole = counted(&sentences, 4, usize::MAX);
        for limit in [1, 3, 50] {
            let found = counted(&sentences, 4, limit);
            assert!(found.keys().eq(whole.keys()), "limit {limit}");
            for (pair, count) in &whole {
                assert!((found[pair] - count).abs() < 1e-12 * count, "limit {limit}");
            }
        }
    }
}
