//! Connectionist temporal classification (Graves et al., 2006; course 5, week 3). The loss is Burn's
//! `CTCLoss`.

/// Reads a path of one class for each time step: merges repeats, then drops blanks.
///
/// ```
/// use fireside_sequence::ctc::collapse;
///
/// assert_eq!(collapse(&[0, 1, 1, 0, 1, 2, 2], 0), [1, 1, 2]);
/// ```
#[must_use]
pub fn collapse(path: &[usize], blank: usize) -> Vec<usize> {
    let runs = path.chunk_by(|before, after| before == after).map(|run| run[0]);
    runs.filter(|class| *class != blank).collect()
}
