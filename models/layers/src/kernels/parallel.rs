//! When and how work is shared among the threads of rayon's pool.

use rayon::prelude::*;

/// Elements of cheap work (an addition each) below which a second thread costs more than it saves.
///
/// Measured: waking a thread takes about 10 microseconds, in which one core adds 30,000 numbers from cache; at
/// twice that the second thread begins to pay.
const WORTH_SHARING: usize = 65_536;

/// Threads that take part.
pub(crate) fn threads() -> usize {
    rayon::current_num_threads()
}

/// Whether `work`, in elements of cheap work, is worth more than one thread.
pub(crate) fn worth_sharing(work: usize) -> bool {
    work >= WORTH_SHARING && threads() > 1
}

/// Splits `len` items into one contiguous range for each thread; one range where the work is small.
pub(crate) fn ranges(len: usize, work: usize) -> Vec<std::ops::Range<usize>> {
    let parts = if worth_sharing(work) { threads().min(len).max(1) } else { 1 };
    split(len, parts)
}

/// Splits `len` items into `parts` contiguous ranges whose lengths differ by one at most.
pub(crate) fn split(len: usize, parts: usize) -> Vec<std::ops::Range<usize>> {
    (0..parts).map(|part| part * len / parts..(part + 1) * len / parts).collect()
}

/// Cuts `values`, rows of `width`, into one slice for each range of rows; the ranges follow on one another.
pub(crate) fn cut<'a, T>(
    mut values: &'a mut [T],
    width: usize,
    ranges: &[std::ops::Range<usize>],
) -> Vec<&'a mut [T]> {
    let mut parts = Vec::with_capacity(ranges.len());
    for range in ranges {
        let (part, rest) = values.split_at_mut(range.len() * width);
        parts.push(part);
        values = rest;
    }
    parts
}

/// Calls `body` with every item, on all threads if there are several items.
pub(crate) fn for_each<I: Send>(mut items: Vec<I>, body: impl Fn(I) + Sync + Send) {
    if items.len() == 1 {
        if let Some(item) = items.pop() {
            body(item);
        }
    } else {
        items.into_par_iter().for_each(body);
    }
}

/// Returns `body` of every item in their order, computed on all threads if there are several items.
pub(crate) fn map<I: Send, R: Send>(items: Vec<I>, body: impl Fn(I) -> R + Sync + Send) -> Vec<R> {
    if items.len() <= 1 {
        items.into_iter().map(body).collect()
    } else {
        items.into_par_iter().map(body).collect()
    }
}
