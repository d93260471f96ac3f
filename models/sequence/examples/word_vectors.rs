//! Fits word vectors to a few sentences by skip-gram and asks which words are near one another.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use fireside_sequence::skip_gram::SkipGram;
use fireside_sequence::windows::{ByWindows as _, Windows};
use fireside_sequence::word_output::WordOutput;
use fireside_sequence::word_vectors::{Rows, neighbours};

const WORDS: [&str; 9] = ["cat", "dog", "eats", "fish", "meat", "car", "bus", "needs", "petrol"];
const SENTENCES: [[u32; 3]; 6] = [[0, 2, 3], [0, 2, 4], [1, 2, 3], [1, 2, 4], [5, 7, 8], [6, 7, 8]];

fn main() {
    let mut state = 1_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let sentences = SENTENCES.map(|sentence| sentence.to_vec());
    let mut counts = [0; WORDS.len()];
    sentences.iter().flatten().for_each(|&word| counts[word as usize] += 1);

    let output = WordOutput::negative_sampling(&counts, 5);
    let windows = Windows::new(2, &counts, 1.0);
    let mut model = SkipGram::new(WORDS.len(), 8, &mut uniform);
    for epoch in 0..500 {
        let loss = model.epoch(&sentences, &windows, &output, [0.1, 0.1], &mut uniform);
        if epoch % 100 == 0 {
            println!("{epoch}: {loss:.3}");
        }
    }

    let table = Rows::new(model.vectors(), 8);
    for (index, word) in WORDS.iter().enumerate() {
        let near = neighbours(table, &table.row(index), &[index], 2);
        println!("{word}: {:?}", near.iter().map(|found| WORDS[found.index]).collect::<Vec<_>>());
    }
}
