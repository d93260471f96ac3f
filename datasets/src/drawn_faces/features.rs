//! Where the features of a drawn face are.

use crate::canvas::Canvas;

/// Landmarks of a face.
pub(crate) const COUNT: usize = 12;

/// Where a face's features are, in its own coordinates; of two, the one on the left of the picture first.
pub(super) struct Features {
    pub eyes: [Ends; 2],
    pub brow_ends: [[f64; 2]; 2],
    pub nose_tip: [f64; 2],
    pub nostrils: [[f64; 2]; 2],
    pub mouth: Ends,
    pub chin: [f64; 2],
}

/// The two ends of something, the left one first.
pub(super) type Ends = [[f64; 2]; 2];

impl Features {
    /// In pixels from the upper left corner, across and down, in the order of
    /// [`LANDMARKS`](crate::face_landmarks::LANDMARKS).
    pub fn on(&self, canvas: &Canvas) -> [[f64; 2]; COUNT] {
        let [[a, b], [c, d]] = self.eyes;
        let [e, f] = self.brow_ends;
        let [g, h] = self.nostrils;
        let [i, j] = self.mouth;
        [a, b, c, d, e, f, self.nose_tip, g, h, i, j, self.chin].map(|place| canvas.place(place))
    }
}
