//! What can be done to one picture: bytes in, as many bytes out.
//!
//! Every function takes `shape`, which is `[height, width, channels]`, and panics when the picture has
//! another number of bytes than that. A place outside of a picture takes the value of the nearest inside.

/// Mirrors left and right.
pub fn flip(image: &[u8], shape: [usize; 3]) -> Vec<u8> {
    let [_, width, channels] = shape;
    check(image, shape);
    let rows = image.chunks_exact((width * channels).max(1));
    rows.flat_map(|row| row.chunks_exact(channels).rev().flatten()).copied().collect()
}

/// Moves a picture down and to the right by whole pixels, or up and to the left by negative ones.
pub fn shift(image: &[u8], shape: [usize; 3], down: isize, right: isize) -> Vec<u8> {
    resample(image, shape, |row, column| [row - down as f64, column - right as f64])
}

/// Turns a picture around its middle, clockwise for degrees above 0.
pub fn rotate(image: &[u8], shape: [usize; 3], degrees: f64) -> Vec<u8> {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let [middle_row, middle_column] = [shape[0], shape[1]].map(|size| (size as f64 - 1.0) / 2.0);
    resample(image, shape, |row, column| {
        let [y, x] = [row - middle_row, column - middle_column];
        [y * cos - x * sin + middle_row, y * sin + x * cos + middle_column]
    })
}

/// Cuts out `size` pixels down and across from `corner` on, and scales them back to the whole.
///
/// # Panics
/// When the crop is empty or does not lie within the picture.
pub fn crop(image: &[u8], shape: [usize; 3], corner: [usize; 2], size: [usize; 2]) -> Vec<u8> {
    for axis in 0..2 {
        assert!(size[axis] > 0 && corner[axis] + size[axis] <= shape[axis], "the crop lies within");
    }
    let [down, across] = [0, 1].map(|axis| size[axis] as f64 / shape[axis] as f64);
    resample(image, shape, |row, column| {
        // Middles of pixels lie at their number and a half; none is taken from beyond the crop.
        let place = |place: f64, scale: f64, axis: usize| {
            let within = ((place + 0.5) * scale - 0.5).clamp(0.0, size[axis] as f64 - 1.0);
            within + corner[axis] as f64
        };
        [place(row, down, 0), place(column, across, 1)]
    })
}

/// Adds `change`, one number for each channel in units of a byte, to every pixel, and cuts off at 0 and 255.
///
/// # Panics
/// When there is not one for each channel.
pub fn shift_colors(image: &[u8], change: &[f64]) -> Vec<u8> {
    assert!(image.len().is_multiple_of(change.len().max(1)), "a change for each channel");
    let changed = image.iter().zip(change.iter().cycle());
    changed.map(|(&value, change)| byte(f64::from(value) + change)).collect()
}

/// Fills a picture with what lies at the place that `from` returns for each row and column, mixed from the
/// four pixels around it.
fn resample(image: &[u8], shape: [usize; 3], from: impl Fn(f64, f64) -> [f64; 2]) -> Vec<u8> {
    check(image, shape);
    let [height, width, channels] = shape;
    let mut resampled = Vec::with_capacity(image.len());
    for row in 0..height {
        for column in 0..width {
            let place = from(row as f64, column as f64);
            let [y, x] = [0, 1].map(|axis| place[axis].clamp(0.0, shape[axis] as f64 - 1.0));
            let [top, left] = [y as usize, x as usize];
            let [bottom, right] = [(top + 1).min(height - 1), (left + 1).min(width - 1)];
            let [y, x] = [y.fract(), x.fract()];
            for channel in 0..channels {
                let at =
                    |row, column| f64::from(image[(row * width + column) * channels + channel]);
                let upper = at(top, left) * (1.0 - x) + at(top, right) * x;
                let lower = at(bottom, left) * (1.0 - x) + at(bottom, right) * x;
                resampled.push(byte(upper * (1.0 - y) + lower * y));
            }
        }
    }
    resampled
}

fn byte(value: f64) -> u8 {
    value.clamp(0.0, 255.0).round() as u8
}

fn check(image: &[u8], shape: [usize; 3]) {
    assert_eq!(image.len(), shape.iter().product::<usize>(), "a picture of {shape:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [usize; 3] = [3, 3, 1];
    #[rustfmt::skip]
    const NINE: [u8; 9] = [
        10, 20, 30,
        40, 50, 60,
        70, 80, 90,
    ];

    #[test]
    #[rustfmt::skip]
    fn each_does_to_nine_pixels_what_one_finds_by_hand() {
        assert_eq!(flip(&NINE, SQUARE), [
            30, 20, 10,
            60, 50, 40,
            90, 80, 70,
        ]);
        assert_eq!(shift(&NINE, SQUARE, 1, 0), [
            10, 20, 30,
            10, 20, 30,
            40, 50, 60,
        ]);
        assert_eq!(shift(&NINE, SQUARE, 0, -2), [
            30, 30, 30,
            60, 60, 60,
            90, 90, 90,
        ]);
        assert_eq!(rotate(&NINE, SQUARE, 90.0), [
            70, 40, 10,
            80, 50, 20,
            90, 60, 30,
        ]);
        // An eighth of a turn: the corners come from between the edges' middles and beyond the border.
        let turned = rotate(&NINE, SQUARE, 45.0);
        // Right of the middle lies what was sqrt(1/2) up and right: 50 - 0.7071 x 30 + 0.7071 x 10.
        assert_eq!((turned[4], turned[5]), (50, 36));
        assert_eq!(crop(&NINE, SQUARE, [1, 0], [1, 3]), [
            40, 50, 60,
            40, 50, 60,
            40, 50, 60,
        ]);
        // Two columns over three: their middles lie at 1/3 - 1/2 (cut off at 0), 1/2, and 1 + 1/6.
        assert_eq!(crop(&NINE, SQUARE, [0, 1], [3, 2]), [
            20, 25, 30,
            50, 55, 60,
            80, 85, 90,
        ]);
        assert_eq!(shift_colors(&NINE, &[-40.4]), [
            0, 0, 0,
            0, 10, 20,
            30, 40, 50,
        ]);
    }

    #[test]
    fn channels_stay_together() {
        let shape = [1, 2, 3];
        let image = [1, 2, 3, 4, 5, 6];
        assert_eq!(flip(&image, shape), [4, 5, 6, 1, 2, 3]);
        assert_eq!(shift(&image, shape, 0, 1), [1, 2, 3, 1, 2, 3]);
        assert_eq!(shift_colors(&image, &[1.0, 0.0, 250.0]), [2, 2, 253, 5, 5, 255]);
    }

    #[test]
    fn opposites_and_whole_turns_lead_back() {
        let image: Vec<u8> = (0..5 * 4 * 3).map(|value| (value * 37 % 256) as u8).collect();
        let shape = [5, 4, 3];
        assert_eq!(flip(&flip(&image, shape), shape), image);
        assert_eq!(rotate(&image, shape, 360.0), image);
        assert_eq!(rotate(&rotate(&image, shape, 180.0), shape, 180.0), image);
        assert_eq!(shift(&image, shape, 0, 0), image);
        assert_eq!(crop(&image, shape, [0, 0], [5, 4]), image);
        assert_eq!(shift_colors(&image, &[0.0; 3]), image);
    }

    #[test]
    #[should_panic(expected = "the crop lies within")]
    fn crop_beyond_the_border_is_a_mistake_of_the_caller() {
        crop(&NINE, SQUARE, [1, 0], [3, 3]);
    }
}
