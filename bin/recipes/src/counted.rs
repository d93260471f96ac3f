//! One trial, two trials.

/// A number with what it counts: `1 trial`, `2 trials`.
///
/// ```
/// use fireside_recipes::counted;
///
/// assert_eq!(counted(1, "trial"), "1 trial");
/// assert_eq!([0, 2].map(|count| counted(count, "trial")), ["0 trials", "2 trials"]);
/// ```
pub fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
