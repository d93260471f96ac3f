//! More pictures from those there are: mirrored, turned, shifted, cropped, and in other light (course 4,
//! week 2; course 2, week 1, as a regulariser).
//!
//! [`Augmentation`] draws at random how far the functions of [`transform`](crate::transform) go. What they
//! do to the meaning of a picture is the caller's affair, and labels are copied as they are: a mirrored
//! hand still shows as many fingers, a mirrored 2 is no digit.

use fireside_training::rng::NumpyRng;
use serde::{Deserialize, Serialize};

use crate::error::SettingError;
use crate::hdf5::Pictures;
use crate::labelled_images::LabelledImages;
use crate::transform::{crop, flip, rotate, shift, shift_colors};

/// How far pictures may be changed; the default changes nothing.
///
/// Every picture draws its own settings, in the order of the fields, and from a generator of the same seed
/// the same ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Augmentation {
    /// The probability of mirroring left and right, in 0..=1.
    pub flip: f64,
    /// The largest turn in degrees, in 0..=180; each is drawn evenly from minus this to this.
    pub max_rotation: f64,
    /// The largest shift down and across as a share of height and width, in 0..=1; each is drawn evenly
    /// from the whole pixels of minus this to this.
    pub max_shift: f64,
    /// The largest share of height and width that a crop leaves out, in 0..1. A share is drawn evenly from
    /// 0 to this, a place evenly from all that fit, and the crop is scaled back to the size of the picture.
    pub max_crop: f64,
    /// The strength of the colour shift, 0 or more: one colour, drawn from a normal distribution with the
    /// covariance of all colours of the set, times this is added to every pixel. So brightness, in which
    /// most sets vary most, changes more than hue. It is AlexNet's shift along the principal colours, each
    /// by its own deviation; AlexNet had 0.1.
    pub color: f64,
}

impl Augmentation {
    /// Checks the settings.
    ///
    /// # Errors
    /// The first one that is out of its range, with its value.
    pub fn validate(&self) -> Result<(), SettingError> {
        let checks = [
            ("flip", self.flip, (0.0..=1.0).contains(&self.flip), "in 0..=1"),
            (
                "max_rotation",
                self.max_rotation,
                (0.0..=180.0).contains(&self.max_rotation),
                "in 0..=180 degrees",
            ),
            ("max_shift", self.max_shift, (0.0..=1.0).contains(&self.max_shift), "in 0..=1"),
            ("max_crop", self.max_crop, (0.0..1.0).contains(&self.max_crop), "in 0..1"),
            (
                "color",
                self.color,
                self.color >= 0.0 && self.color.is_finite(),
                "a finite number, not negative",
            ),
        ];
        match checks.into_iter().find(|(_, _, is_fine, _)| !is_fine) {
            None => Ok(()),
            Some((setting, value, _, expected)) => Err(SettingError { setting, value, expected }),
        }
    }

    /// Returns as many pictures of the same size, each changed by its own draw, and the labels as they are.
    ///
    /// # Errors
    /// As [`Augmentation::validate`].
    pub fn apply(
        &self,
        rng: &mut NumpyRng,
        images: &LabelledImages,
    ) -> Result<LabelledImages, SettingError> {
        self.validate()?;
        let shape @ [height, width, channels] = images.image_shape();
        let colors = (self.color > 0.0).then(|| Colors::fit(images));
        let mut pixels = Vec::with_capacity(images.len() * images.num_features());
        for index in 0..images.len() {
            let mut image = images.image(index).to_vec();
            // A setting of zero draws nothing.
            if self.flip > 0.0 && rng.random_sample() < self.flip {
                image = flip(&image, shape);
            }
            if self.max_rotation > 0.0 {
                image = rotate(&image, shape, rng.uniform(-self.max_rotation, self.max_rotation));
            }
            if self.max_shift > 0.0 {
                let [down, right] = [height, width].map(|size| {
                    let reach = (size as f64 * self.max_shift) as usize;
                    below(2 * reach + 1, rng) as isize - reach as isize
                });
                image = shift(&image, shape, down, right);
            }
            if self.max_crop > 0.0 {
                let share = 1.0 - rng.uniform(0.0, self.max_crop);
                let size =
                    [height, width].map(|size| ((size as f64 * share).round() as usize).max(1));
                let corner = [below(height - size[0] + 1, rng), below(width - size[1] + 1, rng)];
                image = crop(&image, shape, corner, size);
            }
            if let Some(colors) = &colors {
                image = shift_colors(&image, &colors.draw(self.color, rng));
            }
            pixels.extend(image);
        }
        let shape = [images.len(), height, width, channels];
        Ok(LabelledImages::new(Pictures { shape, pixels }, images.labels().to_vec()))
    }
}

/// A whole number of `0..limit`.
fn below(limit: usize, rng: &mut NumpyRng) -> usize {
    ((rng.random_sample() * limit as f64) as usize).min(limit.saturating_sub(1))
}

/// How the colours of a set of pictures vary: the Cholesky factor of their covariance, row by row.
struct Colors {
    factor: Vec<Vec<f64>>,
}

impl Colors {
    fn fit(images: &LabelledImages) -> Self {
        let [_, _, channels] = images.image_shape();
        let mut sums = vec![0_u64; channels];
        let mut products = vec![vec![0_u64; channels]; channels];
        let mut count = 0_u32;
        for index in 0..images.len() {
            for pixel in images.image(index).chunks_exact(channels) {
                count += 1;
                for (a, &value) in pixel.iter().enumerate() {
                    sums[a] += u64::from(value);
                    for (b, &other) in pixel[..=a].iter().enumerate() {
                        products[a][b] += u64::from(value) * u64::from(other);
                    }
                }
            }
        }
        let count = f64::from(count.max(1));
        let mean: Vec<f64> = sums.iter().map(|&sum| sum as f64 / count).collect();
        let mut factor = vec![vec![0.0; channels]; channels];
        for a in 0..channels {
            for b in 0..=a {
                let covariance = products[a][b] as f64 / count - mean[a] * mean[b];
                let explained: f64 = (0..b).map(|c| factor[a][c] * factor[b][c]).sum();
                let rest = covariance - explained;
                factor[a][b] = match (a == b, factor[b][b]) {
                    (true, _) => rest.max(0.0).sqrt(),
                    // A channel that the ones before it settle has nothing of its own to share.
                    (false, own) if own > 1e-6 => rest / own,
                    (false, _) => 0.0,
                };
            }
        }
        Self { factor }
    }

    fn draw(&self, strength: f64, rng: &mut NumpyRng) -> Vec<f64> {
        let normal = rng.randn_vec(self.factor.len());
        let times = |row: &Vec<f64>| row.iter().zip(&normal).map(|(a, b)| a * b).sum::<f64>();
        self.factor.iter().map(|row| strength * times(row)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERYTHING: Augmentation =
        Augmentation { flip: 0.5, max_rotation: 20.0, max_shift: 0.2, max_crop: 0.3, color: 0.2 };

    /// `count` pictures of 6 by 5 pixels, no two bytes alike in a row.
    fn pictures(count: usize, channels: usize) -> LabelledImages {
        let bytes = 0..count * 6 * 5 * channels;
        let pixels = bytes.map(|value| (value * 89 % 251) as u8).collect();
        let shape = [count, 6, 5, channels];
        LabelledImages::new(Pictures { shape, pixels }, (0..count).collect())
    }

    #[test]
    fn default_changes_nothing_and_draws_nothing() {
        let mut rng = NumpyRng::new(1);
        let images = pictures(4, 3);
        assert_eq!(Augmentation::default().apply(&mut rng, &images).unwrap(), images);
        assert_eq!(rng.next_u32(), NumpyRng::new(1).next_u32());
    }

    #[test]
    fn same_seed_changes_pictures_the_same_way_and_another_does_not() {
        let images = pictures(4, 3);
        let changed = |seed| EVERYTHING.apply(&mut NumpyRng::new(seed), &images).unwrap();
        assert_eq!(changed(1), changed(1));
        assert_ne!(changed(1), changed(2));
        assert_ne!(changed(1), images);
    }

    #[test]
    fn sizes_and_labels_stay_for_any_number_of_channels_and_pictures() {
        for (count, channels) in [(0, 3), (1, 1), (7, 4)] {
            let images = pictures(count, channels);
            let changed = EVERYTHING.apply(&mut NumpyRng::new(1), &images).unwrap();
            assert_eq!(changed.image_shape(), images.image_shape());
            assert_eq!(changed.labels(), images.labels());
        }
    }

    /// The extremes of every range, many times: no draw may lead out of a picture.
    #[test]
    fn widest_settings_work() {
        let widest = Augmentation {
            flip: 1.0,
            max_rotation: 180.0,
            max_shift: 1.0,
            max_crop: 0.999,
            color: 1e300,
        };
        widest.apply(&mut NumpyRng::new(1), &pictures(500, 3)).unwrap();
        let dot = LabelledImages::new(Pictures { shape: [1, 1, 1, 1], pixels: vec![7] }, vec![0]);
        let changed = Augmentation { color: 0.0, ..widest }.apply(&mut NumpyRng::new(1), &dot);
        assert_eq!(changed.unwrap(), dot);
    }

    #[test]
    fn flip_of_probability_1_is_undone_by_another() {
        let always = Augmentation { flip: 1.0, ..Augmentation::default() };
        let images = pictures(3, 3);
        let once = always.apply(&mut NumpyRng::new(1), &images).unwrap();
        assert_ne!(once, images);
        assert_eq!(always.apply(&mut NumpyRng::new(2), &once).unwrap(), images);
    }

    /// Red and green vary together, blue not at all.
    #[test]
    fn colors_shift_as_those_of_the_set_vary() {
        let pixels = (0..100).flat_map(|value| [value, 2 * value, 77]).collect();
        let images = LabelledImages::new(Pictures { shape: [1, 10, 10, 3], pixels }, vec![0]);
        let colors = Colors::fit(&images);
        let rng = &mut NumpyRng::new(1);
        let mut squares = 0.0;
        for _ in 0..10_000 {
            let change = colors.draw(0.1, rng);
            assert!((change[1] - 2.0 * change[0]).abs() < 1e-9 && change[2] == 0.0, "{change:?}");
            squares += change[0] * change[0];
        }
        // 0 to 99 have variance (100^2 - 1) / 12; the mean of 10000 squares is within a few percent.
        let expected = 0.01 * 9999.0 / 12.0;
        let found = squares / 10_000.0;
        assert!((found / expected - 1.0).abs() < 0.05, "{found}, expected {expected}");
    }

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let none = Augmentation::default();
        for (wrong, sentence) in [
            (Augmentation { flip: 1.5, ..none }, "flip is 1.5: it must be in 0..=1"),
            (
                Augmentation { max_rotation: -1.0, ..none },
                "max_rotation is -1: it must be in 0..=180 degrees",
            ),
            (Augmentation { max_shift: f64::NAN, ..none }, "max_shift is NaN: it must be in 0..=1"),
            (Augmentation { max_crop: 1.0, ..none }, "max_crop is 1: it must be in 0..1"),
            (
                Augmentation { color: f64::INFINITY, ..none },
                "color is inf: it must be a finite number, not negative",
            ),
        ] {
            let error = wrong.apply(&mut NumpyRng::new(1), &pictures(1, 3)).unwrap_err();
            assert_eq!(error.to_string(), sentence);
        }
    }
}
