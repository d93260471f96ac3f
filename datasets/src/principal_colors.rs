//! The colours along which the pixels of a set vary most, as AlexNet's colour jitter takes them.
//!
//! Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks" (2012),
//! section 4.1: to every pixel of a picture is added
//! `[p1, p2, p3] [alpha1 lambda1, alpha2 lambda2, alpha3 lambda3]^T`, where `p` and `lambda` are eigenvectors
//! and eigenvalues of the covariance of all pixels of the training set, and `alpha` is normal with a deviation
//! of 0.1. By the letter the strength would depend on the unit that pixels are counted in, of which eigenvalues
//! are squares. The first author's program (cuda-convnet) multiplies by the deviations, which are their roots,
//! and so does this.
//!
//! The few rows of a covariance are solved here and not by Burn: what augmentation draws is the seed's alone, whatever
//! device the model is on, and with how many bits.

use fireside_numpy_rng::NumpyRng;

use crate::labelled_images::LabelledImages;

/// Principal colours, the one that varies most first.
#[derive(Debug, Clone, PartialEq)]
pub struct PrincipalColors {
    /// How far the pixels spread along each, in units of a byte: square roots of the eigenvalues.
    pub deviations: Vec<f64>,
    /// The colours, each of length 1 with one number for each channel: the eigenvectors.
    pub directions: Vec<Vec<f64>>,
}

impl PrincipalColors {
    /// Finds the principal colours of all pixels of a set; of an empty one, all deviations are 0.
    pub fn of(images: &LabelledImages) -> Self {
        let [_, _, channels] = images.image_shape();
        let mut sums = vec![0_u64; channels];
        let mut products = vec![vec![0_u64; channels]; channels];
        let mut count = 0_u64;
        for index in 0..images.len() {
            for pixel in images.image(index).chunks_exact(channels.max(1)) {
                count += 1;
                for (a, &value) in pixel.iter().enumerate() {
                    sums[a] += u64::from(value);
                    for (b, &other) in pixel.iter().enumerate() {
                        products[a][b] += u64::from(value) * u64::from(other);
                    }
                }
            }
        }
        let count = count.max(1) as f64;
        let mean = |channel: usize| sums[channel] as f64 / count;
        let entry = |a: usize, b: usize| products[a][b] as f64 / count - mean(a) * mean(b);
        let row = |a: usize| (0..channels).map(|b| entry(a, b)).collect();
        Self::of_covariance((0..channels).map(row).collect())
    }

    fn of_covariance(covariance: Vec<Vec<f64>>) -> Self {
        let (values, vectors) = eigen(covariance);
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
        Self {
            // Rounding may leave a bit less than nothing.
            deviations: order.iter().map(|&which| values[which].max(0.0).sqrt()).collect(),
            directions: order.iter().map(|&which| vectors[which].clone()).collect(),
        }
    }

    /// Draws one colour to add to every pixel of a picture, in units of a byte.
    pub fn draw(&self, strength: f64, rng: &mut NumpyRng) -> Vec<f64> {
        let mut change = vec![0.0; self.directions.len()];
        for (deviation, direction) in self.deviations.iter().zip(&self.directions) {
            let alpha = strength * rng.randn();
            for (change, part) in change.iter_mut().zip(direction) {
                *change += alpha * deviation * part;
            }
        }
        change
    }
}

/// Sweeps after which the few rows of a covariance have long been solved.
const SWEEPS: usize = 32;

/// Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations.
fn eigen(mut matrix: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let size = matrix.len();
    let mut vectors: Vec<Vec<f64>> =
        (0..size).map(|a| (0..size).map(|b| f64::from(u8::from(a == b))).collect()).collect();
    for _ in 0..SWEEPS {
        for a in 0..size {
            for b in a + 1..size {
                if matrix[a][b] == 0.0 {
                    continue;
                }
                // The rotation of rows and columns a and b that leaves zero where they meet.
                let ratio = (matrix[b][b] - matrix[a][a]) / (2.0 * matrix[a][b]);
                let tan = ratio.signum() / (ratio.abs() + ratio.hypot(1.0));
                let cos = 1.0 / tan.hypot(1.0);
                let sin = tan * cos;
                let turned = |x: f64, y: f64| (cos * x - sin * y, sin * x + cos * y);
                for row in &mut matrix {
                    (row[a], row[b]) = turned(row[a], row[b]);
                }
                for rows in [&mut matrix, &mut vectors] {
                    let both = rows[a].iter().zip(&rows[b]);
                    (rows[a], rows[b]) = both.map(|(&x, &y)| turned(x, y)).unzip();
                }
            }
        }
    }
    ((0..size).map(|a| matrix[a][a]).collect(), vectors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::Pictures;

    fn pixels(pixels: Vec<u8>) -> LabelledImages {
        let shape = [1, 1, pixels.len() / 3, 3];
        LabelledImages::new(Pictures { shape, pixels }, vec![0])
    }

    /// Red and green vary together, blue not at all: all variance lies along (1, 2, 0), and that of 0 to 99
    /// is (100^2 - 1) / 12.
    #[test]
    fn colors_that_vary_together_have_one_principal_color() {
        let images = pixels((0..100).flat_map(|value| [value, 2 * value, 77]).collect());
        let colors = PrincipalColors::of(&images);
        let expected = (5.0 * 9999.0 / 12.0_f64).sqrt();
        assert!((colors.deviations[0] - expected).abs() < 1e-9, "{colors:?}");
        assert!(colors.deviations[1..].iter().all(|&deviation| deviation < 1e-5), "{colors:?}");
        let sign = colors.directions[0][0].signum() / 5.0_f64.sqrt();
        for (part, share) in colors.directions[0].iter().zip([1.0, 2.0, 0.0]) {
            assert!((part - sign * share).abs() < 1e-9, "{colors:?}");
        }
        let rng = &mut NumpyRng::new(1);
        let mut squares = 0.0;
        for _ in 0..10_000 {
            let change = colors.draw(0.1, rng);
            assert!((change[1] - 2.0 * change[0]).abs() < 1e-5 && change[2].abs() < 1e-5);
            squares += change[0] * change[0];
        }
        // The mean of 10000 squares is within a few percent.
        let found = squares / 10_000.0 / (0.01 * 9999.0 / 12.0);
        assert!((found - 1.0).abs() < 0.05, "{found}");
    }

    /// `C v = lambda v`, vectors of length 1 at right angles, the largest first.
    #[test]
    fn eigenvectors_solve_their_equation() {
        let rng = &mut NumpyRng::new(3);
        for size in [1, 2, 3, 4, 8] {
            let factor: Vec<Vec<f64>> = (0..size).map(|_| rng.randn_vec(size)).collect();
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            let covariance: Vec<Vec<f64>> =
                factor.iter().map(|a| factor.iter().map(|b| dot(a, b)).collect()).collect();
            let colors = PrincipalColors::of_covariance(covariance.clone());
            assert!(colors.deviations.is_sorted_by(|a, b| a >= b));
            for (a, vector) in colors.directions.iter().enumerate() {
                let value = colors.deviations[a].powi(2);
                for (row, part) in covariance.iter().zip(vector) {
                    assert!((dot(row, vector) - value * part).abs() < 1e-12 * size as f64 * 10.0);
                }
                for (b, other) in colors.directions.iter().enumerate() {
                    let expected = f64::from(u8::from(a == b));
                    assert!((dot(vector, other) - expected).abs() < 1e-13);
                }
            }
        }
    }

    #[test]
    fn set_of_one_color_and_empty_set_have_nothing_to_shift() {
        let rng = &mut NumpyRng::new(1);
        let gray = pixels([9, 9, 9].repeat(50));
        for images in [&gray, &gray.subset(&[])] {
            let change = PrincipalColors::of(images).draw(1.0, rng);
            assert_eq!(change, [0.0; 3]);
        }
    }
}
