//! How time is counted in a solo.

/// Time in twelfths of a quarter note: sixteenths and triplets are whole numbers of them.
pub type Twelfths = i64;
/// What a measure lasts.
pub const MEASURE: Twelfths = 48;
