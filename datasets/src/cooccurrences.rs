//! How often words stand near each other: the counts that GloVe learns from, of texts larger than memory.
//!
//! ```text
//! X_ij = Σ over the places where i and j are at most `window` words apart, 1 / their distance
//! ```
//!
//! Pairs are dealt out to a fixed number of shares, which threads count side by side. A share keeps its counts in
//! memory up to a limit, then sorts them, writes them to a temporary file and begins anew; in the end its sorted
//! files are merged into one. What they are sorted by is no order of the words but a fixed scrambling of the pair, so
//! that the merged file has the pairs shuffled, as their learner wants them. Memory is that of the limit, however long
//! the text; the disk has to hold 16 bytes for each pair that meets. Temporary files have no name, and the system
//! removes them; who wants to count but once keeps the counts in a file. The counts and their order are the same on any
//! number of threads.
//!
//! Source: J. Pennington, R. Socher and C. Manning, "GloVe" (2014), whose authors' program counts likewise.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::fs::{self, File};
use std::hash::{BuildHasherDefault, Hasher};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use rayon::iter::{
    IndexedParallelIterator, IntoParallelIterator, IntoParallelRefMutIterator, ParallelIterator,
};
use rayon::slice::ParallelSlice;

/// Shares of the pairs.
const SHARES: usize = 8;
/// Words that are counted at a time, and the parts in which threads look for their pairs.
const WORDS: usize = 1 << 17;
const PARTS: usize = 8;
/// Sorted files of a share at a time; when there are more, they are merged into one.
const MAX_RUNS: usize = 16;
/// Bytes of a pair with its count, and those read from a file or written to it at a time.
const RECORD: usize = 16;
const BUFFER: usize = 1 << 16;

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
    shares: Vec<Share>,
    /// Sentences that wait to be counted, and how many words they have.
    waiting: Vec<Vec<u32>>,
    words: usize,
}

impl CooccurrenceCounter {
    /// Counts pairs at most `window` words apart, with at most about `limit` different pairs in memory, each of which
    /// takes about 40 bytes.
    pub fn new(window: usize, limit: usize) -> Self {
        let share = |_| Share {
            limit: (limit / SHARES).max(1),
            counts: HashMap::default(),
            runs: Vec::new(),
        };
        let shares = (0..SHARES).map(share).collect();
        Self { window, shares, waiting: Vec::new(), words: 0 }
    }

    /// Counts the pairs of a sentence.
    ///
    /// # Errors
    /// When a temporary file cannot be written.
    pub fn add(&mut self, sentence: &[u32]) -> io::Result<()> {
        self.waiting.push(sentence.to_vec());
        self.words += sentence.len();
        if self.words >= WORDS {
            self.count()?;
        }
        Ok(())
    }

    /// Merges everything.
    ///
    /// # Errors
    /// When a temporary file cannot be written or read.
    pub fn finish(mut self) -> io::Result<Cooccurrences> {
        self.count()?;
        let files = self.shares.into_par_iter().map(Share::finish);
        let mut files = files.collect::<io::Result<Vec<_>>>()?;
        let ends = files.iter_mut().map(|file| file.seek(SeekFrom::End(0)));
        let bytes: u64 = ends.sum::<io::Result<_>>()?;
        Ok(Cooccurrences { files, pairs: bytes / RECORD as u64 })
    }

    /// Counts the sentences that wait.
    fn count(&mut self) -> io::Result<()> {
        let sentences = std::mem::take(&mut self.waiting);
        self.words = 0;
        let part = sentences.len().div_ceil(PARTS).max(1);
        let parts = sentences.par_chunks(part).map(|sentences| dealt(sentences, self.window));
        let parts: Vec<[Vec<Record>; SHARES]> = parts.collect();
        self.shares.par_iter_mut().enumerate().try_for_each(|(index, share)| {
            let met = parts.iter().flat_map(|part| &part[index]);
            met.copied().try_for_each(|record| share.add(record))
        })
    }
}

/// A scrambled pair and its count.
type Record = (u64, f64);

/// The pairs of sentences, for each share its own, in the order of the text.
fn dealt(sentences: &[Vec<u32>], window: usize) -> [Vec<Record>; SHARES] {
    let mut dealt: [Vec<Record>; SHARES] = Default::default();
    for sentence in sentences {
        for (place, &word) in sentence.iter().enumerate() {
            let before = sentence[place.saturating_sub(window)..place].iter().rev();
            for (&other, distance) in before.zip(1..) {
                let pair = scrambled(key(word, other));
                // The table of a share takes the bits at both ends.
                dealt[(pair >> 32) as usize % SHARES].push((pair, 1.0 / f64::from(distance)));
            }
        }
    }
    dealt
}

/// The pairs that one thread counts.
#[derive(Debug)]
struct Share {
    limit: usize,
    counts: HashMap<u64, f64, BuildHasherDefault<Scrambled>>,
    runs: Vec<File>,
}

impl Share {
    fn add(&mut self, (pair, count): Record) -> io::Result<()> {
        *self.counts.entry(pair).or_default() += count;
        match self.counts.len() >= self.limit {
            true => self.spill(),
            false => Ok(()),
        }
    }

    /// Sorts what is in memory and writes it to a file.
    fn spill(&mut self) -> io::Result<()> {
        if self.runs.len() >= MAX_RUNS {
            let merged = merge(&mut self.runs)?;
            self.runs = vec![merged];
        }
        let mut sorted: Vec<Record> = self.counts.drain().collect();
        sorted.sort_unstable_by_key(|(pair, _)| *pair);
        let mut writer = BufWriter::with_capacity(BUFFER, tempfile::tempfile()?);
        sorted.into_iter().try_for_each(|record| write_record(&mut writer, record))?;
        self.runs.push(writer.into_inner().map_err(io::IntoInnerError::into_error)?);
        Ok(())
    }

    fn finish(mut self) -> io::Result<File> {
        self.spill()?;
        self.counts = HashMap::default();
        merge(&mut self.runs)
    }
}

/// The counts of a whole text, in temporary files or in one that was kept.
#[derive(Debug)]
pub struct Cooccurrences {
    files: Vec<File>,
    pairs: u64,
}

impl Cooccurrences {
    /// The number of different pairs, `i, j` and `j, i` being one.
    pub fn pairs(&self) -> u64 {
        self.pairs
    }

    /// Moves the counts into a file that stays, whole or not at all: 16 bytes a pair, in the order in which they are
    /// learnt.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_in(mut self, path: &Path) -> io::Result<Self> {
        let begun = path.with_extension("tmp");
        let mut whole = File::create(&begun)?;
        for file in &mut self.files {
            file.seek(SeekFrom::Start(0))?;
            io::copy(file, &mut whole)?;
        }
        whole.sync_all()?;
        fs::rename(begun, path)?;
        Self::open(path)
    }

    /// The counts that a file was made to keep.
    ///
    /// # Errors
    /// When it cannot be read, or does not end with a pair.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        match bytes % RECORD as u64 {
            0 => Ok(Self { files: vec![file], pairs: bytes / RECORD as u64 }),
            _ => Err(io::Error::new(io::ErrorKind::InvalidData, "it ends within a pair")),
        }
    }

    /// Calls `learn` for all pairs in a shuffled order, which is the same every time: with `i, j`, and unless they
    /// are the same word with `j, i` next.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn for_each(&mut self, mut learn: impl FnMut(Cooccurrence)) -> io::Result<()> {
        for file in &mut self.files {
            file.seek(SeekFrom::Start(0))?;
            let mut reader = BufReader::with_capacity(BUFFER, file);
            while let Some((pair, count)) = read_record(&mut reader)? {
                let key = unscrambled(pair);
                let (word, context) = ((key >> 32) as u32, key as u32);
                learn(Cooccurrence { word, context, count });
                if word != context {
                    learn(Cooccurrence { word: context, context: word, count });
                }
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
        readers.push(BufReader::with_capacity(BUFFER, run));
    }
    let mut heads: Vec<Option<Record>> = Vec::new();
    let mut order = BinaryHeap::new();
    for (run, reader) in readers.iter_mut().enumerate() {
        let head = read_record(reader)?;
        order.extend(head.map(|(pair, _)| Reverse((pair, run))));
        heads.push(head);
    }
    let mut writer = BufWriter::with_capacity(BUFFER, tempfile::tempfile()?);
    let mut current: Option<Record> = None;
    while let Some(Reverse((_, run))) = order.pop() {
        let next = read_record(&mut readers[run])?;
        order.extend(next.map(|(pair, _)| Reverse((pair, run))));
        let Some((pair, count)) = std::mem::replace(&mut heads[run], next) else { continue };
        current = match current {
            Some((same, sum)) if same == pair => Some((pair, sum + count)),
            before => {
                before.into_iter().try_for_each(|record| write_record(&mut writer, record))?;
                Some((pair, count))
            }
        };
    }
    current.into_iter().try_for_each(|record| write_record(&mut writer, record))?;
    writer.into_inner().map_err(io::IntoInnerError::into_error)
}

fn write_record(writer: &mut impl Write, (pair, count): Record) -> io::Result<()> {
    writer.write_all(&pair.to_le_bytes())?;
    writer.write_all(&count.to_le_bytes())
}

/// The next record; none at the end of the file.
fn read_record(reader: &mut impl Read) -> io::Result<Option<Record>> {
    let mut record = [0; RECORD];
    match reader.read_exact(&mut record) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let [pair, count] = [0, 8].map(|begin| {
        let mut half = [0; 8];
        half.copy_from_slice(&record[begin..begin + 8]);
        u64::from_le_bytes(half)
    });
    Ok(Some((pair, f64::from_bits(count))))
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

/// The number that was scrambled: the same steps back, the factors being the inverse ones.
fn unscrambled(pair: u64) -> u64 {
    let pair = (pair ^ (pair >> 31) ^ (pair >> 62)).wrapping_mul(0x3196_42b2_d24d_8ec3);
    let pair = (pair ^ (pair >> 27) ^ (pair >> 54)).wrapping_mul(0x96de_1b17_3f11_9089);
    pair ^ (pair >> 30) ^ (pair >> 60)
}

/// Hashes a scrambled pair, by leaving it as it is: the words of a text are no attack.
#[derive(Debug, Default)]
struct Scrambled(u64);

impl Hasher for Scrambled {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.0 = scrambled((self.0 << 8) ^ u64::from(byte)));
    }

    fn write_u64(&mut self, pair: u64) {
        self.0 = pair;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use fireside_numpy_rng::NumpyRng;

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

    #[test]
    fn scrambling_is_undone() {
        for pair in [0, 1, key(3, 7), key(u32::MAX, 0), u64::MAX, 0x0123_4567_89ab_cdef] {
            assert_eq!(unscrambled(scrambled(pair)), pair);
        }
    }

    #[test]
    fn kept_counts_come_in_the_same_order_from_another_process() {
        let mut counter = CooccurrenceCounter::new(4, 50);
        (0..40).for_each(|k| counter.add(&[k % 7, k % 11, k % 3, k]).unwrap());
        let pairs = |counts: &mut Cooccurrences| {
            let mut pairs = Vec::new();
            counts.for_each(|pair| pairs.push(pair)).unwrap();
            pairs
        };
        let mut counts = counter.finish().unwrap();
        let expected = pairs(&mut counts);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("counts.bin");
        assert_eq!(pairs(&mut counts.keep_in(&path).unwrap()), expected);
        let mut again = Cooccurrences::open(&path).unwrap();
        let both_orders = expected.iter().filter(|pair| pair.word != pair.context).count();
        assert_eq!(again.pairs() as usize, expected.len() - both_orders / 2);
        assert_eq!(pairs(&mut again), expected);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");

        let cut_off = fs::metadata(&path).unwrap().len() - 1;
        File::options().write(true).open(&path).unwrap().set_len(cut_off).unwrap();
        assert_eq!(Cooccurrences::open(&path).unwrap_err().kind(), io::ErrorKind::InvalidData);
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
