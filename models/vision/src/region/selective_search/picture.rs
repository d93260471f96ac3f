//! A picture in some colour space, and smoothed.

use fireside_layers::ConfigError;

/// Of 2^28 pixels: their edges are numbered in 32 bits.
const MOST_VALUES: usize = 3 << 28;

/// A picture in red, green and blue.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    planes: &'a [f32],
    size: [usize; 2],
}

/// What the colours of pixels are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    /// Red, green, blue.
    Rgb,
    /// Hue, saturation, value: shadows change one of the three only.
    Hsv,
    /// CIE 1976 L*a*b* under D65: distances as one sees them.
    Lab,
}

/// Three planes of 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Planes {
    pub planes: [Vec<f32>; 3],
    pub size: [usize; 2],
}

impl<'a> Picture<'a> {
    /// Takes `[3, height, width]`, red first, values of 0 to 1.
    ///
    /// # Errors
    /// [`ConfigError`] when there is no pixel, not three values for each, or a value is not in 0..=1.
    pub fn new(planes: &'a [f32], size: [usize; 2]) -> Result<Self, ConfigError> {
        let wrong = |expected: String, found: String| ConfigError::Setting {
            name: "the picture",
            expected,
            found,
        };
        let [height, width] = size;
        let expected = height.checked_mul(width).and_then(|pixels| pixels.checked_mul(3));
        if expected != Some(planes.len()) || planes.is_empty() || planes.len() > MOST_VALUES {
            let expected =
                format!("3 values for each of {width}x{height} pixels, 1 to 2^28 of them,");
            return Err(wrong(expected, format!("{} values", planes.len())));
        }
        match planes.iter().find(|value| !(0.0..=1.0).contains(*value)) {
            Some(value) => Err(wrong("values of 0 to 1".to_string(), format!("one with {value}"))),
            None => Ok(Self { planes, size }),
        }
    }

    /// Returns it in another colour space.
    pub(super) fn converted(&self, colours: Colours) -> Planes {
        let pixels = self.planes.len() / 3;
        let (red, rest) = self.planes.split_at(pixels);
        let (green, blue) = rest.split_at(pixels);
        let mut planes = [(); 3].map(|()| Vec::with_capacity(pixels));
        for ((red, green), blue) in red.iter().zip(green).zip(blue) {
            let rgb = [*red, *green, *blue];
            let values = match colours {
                Colours::Rgb => rgb,
                Colours::Hsv => hsv(rgb),
                Colours::Lab => lab(rgb),
            };
            for (plane, value) in planes.iter_mut().zip(values) {
                plane.push(value);
            }
        }
        Planes { planes, size: self.size }
    }
}

/// Each in 0..=1; grey has hue 0.
fn hsv([red, green, blue]: [f32; 3]) -> [f32; 3] {
    let most = red.max(green).max(blue);
    let range = most - red.min(green).min(blue);
    if range <= 0.0 {
        return [0.0, 0.0, most];
    }
    let hue = if most == red {
        (green - blue) / range
    } else if most == green {
        2.0 + (blue - red) / range
    } else {
        4.0 + (red - green) / range
    };
    let hue = if hue < 0.0 { hue + 6.0 } else { hue };
    [hue / 6.0, range / most, most]
}

/// L of 0 to 100 as 0 to 1, a and b of -128 to 128 as 0 to 1.
fn lab(rgb: [f32; 3]) -> [f32; 3] {
    let [red, green, blue] = rgb.map(|value| match value {
        value if value <= 0.04045 => value / 12.92,
        value => ((value + 0.055) / 1.055).powf(2.4),
    });
    let x = (0.412_456_4 * red + 0.357_576_1 * green + 0.180_437_5 * blue) / 0.950_47;
    let y = 0.212_672_9 * red + 0.715_152_2 * green + 0.072_175 * blue;
    let z = (0.019_333_9 * red + 0.119_192 * green + 0.950_304_1 * blue) / 1.088_83;
    let [x, y, z] = [x, y, z].map(|value| match value {
        value if value > 0.008_856_452 => value.cbrt(),
        value => 7.787_037 * value + 16.0 / 116.0,
    });
    let [l, a, b] = [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)];
    [l / 100.0, (a + 128.0) / 256.0, (b + 128.0) / 256.0]
}

impl Planes {
    /// Returns it under a Gaussian of this deviation, cut off after four; pixels at the border go on beyond it.
    pub fn smoothed(&self, sigma: f64) -> Self {
        let radius = (4.0 * sigma).ceil() as usize;
        let weights: Vec<f64> = (0..=radius)
            .map(|at| if at == 0 { 1.0 } else { (-0.5 * (at as f64 / sigma).powi(2)).exp() })
            .collect();
        let sum = 2.0 * weights.iter().sum::<f64>() - weights[0];
        let weights: Vec<f32> = weights.iter().map(|weight| (weight / sum) as f32).collect();
        let [height, width] = self.size;
        let planes = self.planes.each_ref().map(|plane| {
            let across = smooth_lines(plane, height, width, 1, width, &weights);
            smooth_lines(&across, width, height, width, 1, &weights)
        });
        Self { planes, size: self.size }
    }
}

/// Smooths `lines` lines of `len` pixels, `step` apart; lines begin `pitch` apart.
fn smooth_lines(
    plane: &[f32],
    lines: usize,
    len: usize,
    step: usize,
    pitch: usize,
    weights: &[f32],
) -> Vec<f32> {
    let mut smooth = vec![0.0; plane.len()];
    let mut line = Vec::with_capacity(len);
    for start in (0..lines).map(|number| number * pitch) {
        line.clear();
        line.extend((0..len).map(|place| plane[start + place * step]));
        for place in 0..len {
            let mut sum = line[place] * weights[0];
            for (at, weight) in weights.iter().enumerate().skip(1) {
                let before = line[place.saturating_sub(at)];
                let after = line[(place + at).min(len - 1)];
                sum += weight * (before + after);
            }
            smooth[start + place * step] = sum;
        }
    }
    smooth
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: [f32; 3], expected: [f32; 3]) {
        let apart = found.iter().zip(expected).map(|(one, other)| (one - other).abs());
        assert!(apart.fold(0.0, f32::max) < 2e-4, "{found:?} {expected:?}");
    }

    #[test]
    fn colours_are_those_of_the_definitions() {
        close(hsv([1.0, 0.0, 0.0]), [0.0, 1.0, 1.0]);
        close(hsv([0.0, 0.5, 0.0]), [1.0 / 3.0, 1.0, 0.5]);
        close(hsv([0.5, 0.0, 0.25]), [11.0 / 12.0, 1.0, 0.5]);
        close(hsv([0.3, 0.3, 0.3]), [0.0, 0.0, 0.3]);
        close(lab([1.0, 1.0, 1.0]), [1.0, 0.5, 0.5]);
        close(
            lab([1.0, 0.0, 0.0]),
            [0.532_408, (80.092 + 128.0) / 256.0, (67.203 + 128.0) / 256.0],
        );
    }

    #[test]
    fn smoothing_keeps_an_even_picture_and_the_mean_of_a_dot() {
        let even = Planes { planes: [(); 3].map(|()| vec![0.4; 12]), size: [3, 4] };
        let smooth = even.smoothed(0.8);
        assert!(smooth.planes.iter().flatten().all(|value| (value - 0.4).abs() < 1e-6));
        assert_eq!(even.smoothed(0.0), even);
        let mut dot = vec![0.0; 21 * 21];
        dot[10 * 21 + 10] = 1.0;
        let dot = Planes { planes: [dot.clone(), dot.clone(), dot], size: [21, 21] };
        let sum: f32 = dot.smoothed(1.5).planes[0].iter().sum();
        assert!((sum - 1.0).abs() < 1e-5, "{sum}");
    }

    #[test]
    fn pictures_without_pixels_of_another_length_or_with_nan_are_refused() {
        assert!(Picture::new(&[], [0, 4]).is_err());
        assert!(Picture::new(&[0.0; 5], [1, 2]).is_err());
        assert!(Picture::new(&[f32::NAN, 0.0, 0.0], [1, 1]).is_err());
        assert!(Picture::new(&[255.0, 0.0, 0.0], [1, 1]).is_err());
        assert!(Picture::new(&[], [usize::MAX, 2]).is_err());
    }
}
