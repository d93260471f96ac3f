//! Files damaged at random, and what reading them cost.

use std::fs;

use fireside_numpy_rng::NumpyRng;

/// Changes a file in 1 to 7 places: a bit, a byte, or all from some byte on.
pub fn mutate(contents: &mut Vec<u8>, rng: &mut NumpyRng) {
    let mut below = |limit: usize| rng.randint(0, limit.max(1) as i64).unwrap() as usize;
    for _ in 0..1 + below(7) {
        let place = below(contents.len());
        match (below(10), contents.get_mut(place)) {
            (0, _) => contents.truncate(place),
            (1..=3, Some(byte)) => *byte = below(256) as u8,
            (_, Some(byte)) => *byte ^= 1 << below(8),
            (_, None) => (), // nothing is left
        }
    }
}

/// The most memory that this process ever held, where the system tells.
pub fn peak_memory_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
