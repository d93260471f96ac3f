//! A binary tree over the words, the frequent ones near its root: what hierarchical softmax asks its way down
//! (D. Huffman, "A Method for the Construction of Minimum-Redundancy Codes", 1952).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// One turn on the way from the root to a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The inner node, 0 to the number of words less 2.
    pub node: usize,
    /// Whether the way goes right.
    pub right: bool,
}

/// A Huffman tree: no other has shorter ways on the mean over the words as they occur.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HuffmanTree {
    ways: Vec<Vec<Turn>>,
}

impl HuffmanTree {
    /// Builds the tree of words that occur so often. Of equally rare ones those of lower index are joined first.
    pub fn new(counts: &[u64]) -> Self {
        let words = counts.len();
        let leaves = counts.iter().enumerate().map(|(word, &count)| Reverse((count, word)));
        let mut rarest: BinaryHeap<_> = leaves.collect();
        let mut parents = vec![None; (2 * words).saturating_sub(1)];
        for node in 0..words.saturating_sub(1) {
            let mut count = 0;
            for right in [false, true] {
                if let Some(Reverse((less, child))) = rarest.pop() {
                    parents[child] = Some(Turn { node, right });
                    count += less;
                }
            }
            rarest.push(Reverse((count, words + node)));
        }
        let way = |word: usize| {
            let parent = |turn: &Turn| parents[words + turn.node];
            let mut way: Vec<Turn> = std::iter::successors(parents[word], parent).collect();
            way.reverse();
            way
        };
        Self { ways: (0..words).map(way).collect() }
    }

    /// The turns from the root to a word; none for a word outside, or one that is alone.
    #[must_use]
    pub fn way(&self, word: usize) -> &[Turn] {
        self.ways.get(word).map_or(&[], Vec::as_slice)
    }

    /// The number of inner nodes.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.ways.len().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_words_have_short_ways() {
        let tree = HuffmanTree::new(&[45, 13, 12, 16, 9, 5]);
        let lengths: Vec<usize> = (0..6).map(|word| tree.way(word).len()).collect();
        assert_eq!(lengths, [1, 3, 3, 3, 4, 4]); // the textbook's example
        assert_eq!(tree.nodes(), 5);
    }

    #[test]
    fn no_way_is_the_beginning_of_another() {
        let counts: Vec<u64> = (0..50).map(|word| word * word % 23).collect();
        let tree = HuffmanTree::new(&counts);
        for word in 0..50 {
            for other in (0..50).filter(|&other| other != word) {
                assert!(!tree.way(other).starts_with(tree.way(word)), "{word}, {other}");
            }
        }
    }

    #[test]
    fn trees_of_one_word_and_of_none_have_no_turns() {
        assert_eq!(HuffmanTree::new(&[7]).way(0), []);
        assert_eq!(
            (HuffmanTree::new(&[]).nodes(), HuffmanTree::new(&[]).way(3)),
            (0, [].as_slice())
        );
    }
}
