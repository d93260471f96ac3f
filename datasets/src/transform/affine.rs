//! Changes of place, several of which become one.

/// A change of place: where in a picture each pixel of the changed one lies, as row and column.
///
/// Middles of pixels lie at whole numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    /// Row and column, each a sum of row, column and 1 times these.
    rows: [[f64; 3]; 2],
}

impl Affine {
    /// Changes nothing.
    pub const IDENTITY: Self = Self { rows: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]] };

    /// Mirrors left and right.
    pub fn flip(width: usize) -> Self {
        Self { rows: [[1.0, 0.0, 0.0], [0.0, -1.0, width as f64 - 1.0]] }
    }

    /// Moves down and to the right, or up and to the left by negative numbers.
    pub fn shift(down: f64, right: f64) -> Self {
        Self { rows: [[1.0, 0.0, -down], [0.0, 1.0, -right]] }
    }

    /// Turns around the middle of `size`, height and width; clockwise for degrees above 0.
    pub fn rotation(size: [usize; 2], degrees: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Self::around_the_middle(size, [[cos, -sin], [sin, cos]])
    }

    /// Slants by `degrees`, below 90: rows above the middle of `size` move to the right, those below to the
    /// left.
    pub fn shear(size: [usize; 2], degrees: f64) -> Self {
        Self::around_the_middle(size, [[1.0, 0.0], [degrees.to_radians().tan(), 1.0]])
    }

    /// Cuts out `size` from `corner` on, and scales it to `output`; each is height and width.
    pub fn crop(corner: [usize; 2], size: [usize; 2], output: [usize; 2]) -> Self {
        let scale = [0, 1].map(|axis| size[axis] as f64 / output[axis] as f64);
        // Rims of pixels lie half a pixel before and behind their middles.
        let start = [0, 1].map(|axis| corner[axis] as f64 + 0.5 * scale[axis] - 0.5);
        Self { rows: [[scale[0], 0.0, start[0]], [0.0, scale[1], start[1]]] }
    }

    /// This change, and then `next`.
    pub fn then(&self, next: &Self) -> Self {
        let [down, right] = next.rows;
        Self {
            rows: self.rows.map(|[row, column, constant]| {
                let sum = |term: usize| row * down[term] + column * right[term];
                [sum(0), sum(1), sum(2) + constant]
            }),
        }
    }

    /// Where a pixel lies in the picture that is changed.
    pub fn place(&self, row: f64, column: f64) -> [f64; 2] {
        self.rows.map(|[down, right, constant]| down * row + right * column + constant)
    }

    fn around_the_middle(size: [usize; 2], [down, right]: [[f64; 2]; 2]) -> Self {
        let [row, column] = size.map(|size| (size as f64 - 1.0) / 2.0);
        let constant = |[a, b]: [f64; 2], middle: f64| [a, b, middle - a * row - b * column];
        Self { rows: [constant(down, row), constant(right, column)] }
    }
}
