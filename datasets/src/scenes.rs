//! Street scenes for learning several tasks at once: is there a pedestrian, a car, a stop sign, a traffic
//! light? Each is there or not, whatever the others do, so that four yes-or-no outputs answer, not one
//! choice of four.
//!
//! The course has no file for this example of multi-task learning (course 3, week 2): [`draw`] draws the
//! scenes. As in the course, whoever labelled them may have left some questions open; such labels are
//! `None`, and [`Scenes::mask`] takes them out of a loss.

use burn_tensor::{Device, Tensor, TensorData};
use fireside_numpy_rng::NumpyRng;

use crate::drawn_scenes::{SIDE, draw_scene};
use crate::error::SettingError;
use crate::labelled_images::features;

/// What is asked of a scene, in the order of its labels.
pub const TASKS: [&str; 4] = ["pedestrian", "car", "stop sign", "traffic light"];

/// Height, width and channels of every scene.
pub const IMAGE_SHAPE: [usize; 3] = [SIDE, SIDE, 3];

/// Numbers in one scene.
pub const NUM_FEATURES: usize = SIDE * SIDE * 3;

/// Scenes with four labels each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenes {
    pixels: Vec<u8>,
    labels: Vec<[Option<bool>; 4]>,
}

/// Draws a training set, each of whose labels is missing with probability `missing`, and a test set that
/// has all its labels. Everything is present in about half of the scenes. The same seed draws the same
/// scenes, whatever `missing` is.
///
/// # Errors
/// When `missing` is not in 0..=1.
pub fn draw(
    train: usize,
    test: usize,
    missing: f64,
    seed: u32,
) -> Result<(Scenes, Scenes), SettingError> {
    if !(0.0..=1.0).contains(&missing) {
        return Err(SettingError {
            setting: "the share of missing labels",
            value: missing,
            expected: "in 0..=1",
        });
    }
    let rng = &mut NumpyRng::new(seed);
    Ok((Scenes::draw(train, missing, rng), Scenes::draw(test, 0.0, rng)))
}

impl Scenes {
    fn draw(count: usize, missing: f64, rng: &mut NumpyRng) -> Self {
        let mut scenes =
            Self { pixels: Vec::with_capacity(count * NUM_FEATURES), labels: Vec::new() };
        for _ in 0..count {
            let present = TASKS.map(|_| rng.random_sample() < 0.5);
            scenes.pixels.extend(draw_scene(present, rng).bytes());
            scenes
                .labels
                .push(present.map(|label| (rng.random_sample() >= missing).then_some(label)));
        }
        scenes
    }

    /// Number of scenes.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The labels of every scene in the order of [`TASKS`], `None` where nobody answered.
    pub fn labels(&self) -> &[[Option<bool>; 4]] {
        &self.labels
    }

    /// The bytes of one scene, row-major [`IMAGE_SHAPE`].
    ///
    /// # Panics
    /// When there is no such scene.
    pub fn image(&self, index: usize) -> &[u8] {
        &self.pixels[index * NUM_FEATURES..][..NUM_FEATURES]
    }

    /// Returns `[count, 3072]`, each scene laid out row-major, values in 0..=1.
    pub fn features(&self, device: &Device) -> Tensor<2> {
        features(&self.pixels, NUM_FEATURES, device)
    }

    /// Returns `[count, 4]`: 1 where the thing is there, 0 where it is not or where nobody answered.
    pub fn targets(&self, device: &Device) -> Tensor<2> {
        self.numbers(device, |label| label == Some(true))
    }

    /// Returns `[count, 4]`: 1 where the label is known, 0 where it is missing. A loss of every entry times
    /// this, summed, and divided by the sum of this, is the mean over the known labels.
    pub fn mask(&self, device: &Device) -> Tensor<2> {
        self.numbers(device, |label| label.is_some())
    }

    fn numbers(&self, device: &Device, number: impl Fn(Option<bool>) -> bool) -> Tensor<2> {
        let labels = self.labels.as_flattened().iter();
        let values: Vec<f64> = labels.map(|&label| f64::from(u8::from(number(label)))).collect();
        Tensor::from_data(TensorData::new(values, [self.len(), TASKS.len()]), device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_labels_change_neither_the_scenes_nor_the_labels_that_are_left() {
        let (whole, test) = draw(200, 20, 0.0, 3).unwrap();
        let (partial, same_test) = draw(200, 20, 0.4, 3).unwrap();
        assert_eq!((test.len(), test.image(19).len()), (20, 32 * 32 * 3));
        assert_eq!(test, same_test);
        assert_eq!(whole.pixels, partial.pixels);
        let pairs = whole.labels.as_flattened().iter().zip(partial.labels.as_flattened());
        let missing = pairs.clone().filter(|(_, label)| label.is_none()).count();
        assert!((260..380).contains(&missing), "{missing} of 800"); // 320, give or take 14
        for (known, label) in pairs {
            assert!(label.is_none() || known == label);
        }
        assert!(draw(5, 1, 1.0, 3).unwrap().0.labels.as_flattened().iter().all(Option::is_none));
    }

    #[test]
    fn every_thing_is_there_in_half_of_the_scenes_whatever_the_others_do() {
        let (scenes, _) = draw(2000, 0, 0.0, 1).unwrap();
        let share = |wanted: &dyn Fn(&[Option<bool>; 4]) -> bool| {
            scenes.labels.iter().filter(|labels| wanted(labels)).count() as f64 / 2000.0
        };
        for a in 0..4 {
            let there = share(&|labels| labels[a] == Some(true));
            assert!((there - 0.5).abs() < 0.05, "{}: {there}", TASKS[a]);
            for b in 0..a {
                let both = share(&|labels| labels[a] == Some(true) && labels[b] == Some(true));
                assert!((both - 0.25).abs() < 0.05, "{} and {}: {both}", TASKS[a], TASKS[b]);
            }
        }
    }

    #[test]
    fn share_of_missing_labels_outside_0_to_1_is_refused() {
        for missing in [-0.1, 1.1, f64::NAN] {
            let error = draw(1, 1, missing, 1).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("the share of missing labels is {missing}: it must be in 0..=1")
            );
        }
    }
}
