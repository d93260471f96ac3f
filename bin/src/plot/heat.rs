//! Values over the pixels of a picture.

/// Colours a picture by values of 0 to 1, one for each pixel: as it is at half its brightness where there is nothing, to
/// red, orange and pale yellow at 1. RGB bytes, row by row.
pub fn heated(picture: &[u8], values: &[f64]) -> Vec<u8> {
    const COLORS: [[f64; 3]; 4] =
        [[0.0, 0.0, 0.0], [200.0, 20.0, 30.0], [255.0, 140.0, 20.0], [255.0, 250.0, 180.0]];
    let pixels = picture.chunks_exact(3).zip(values);
    let heated = pixels.flat_map(|(pixel, value)| {
        let value = if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) };
        let at = value * (COLORS.len() - 1) as f64;
        let below = (at as usize).min(COLORS.len() - 2);
        let share = at - below as f64;
        [0, 1, 2].map(|channel| {
            let color = COLORS[below][channel] * (1.0 - share) + COLORS[below + 1][channel] * share;
            let shown = f64::from(pixel[channel]) * 0.5 * (1.0 - value) + color * value;
            shown.round() as u8
        })
    });
    heated.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cold_pixels_are_dimmed_and_hot_ones_pale() {
        let picture = [100, 50, 20];
        assert_eq!(heated(&picture, &[0.0]), [50, 25, 10]);
        assert_eq!(heated(&picture, &[1.0]), [255, 250, 180]);
        assert_eq!(heated(&picture, &[7.0]), heated(&picture, &[1.0]));
        assert_eq!(heated(&picture, &[f64::NAN]), heated(&picture, &[0.0]));
    }
}
