//! Where the features of a face are.

use burn::tensor::{Device, Tensor, s};
use fireside_datasets::face_landmarks::{self, FaceLandmarks, LANDMARKS, MIRRORED};
use fireside_training::supervised::{Examples as _, Score};
use fireside_vision::localization::{Head, Localizer, landmark_distances, landmarks};

use super::own::OF_300_W;
use super::{IMAGE, Located, RISE, Targets, config, signed};
use crate::RecipeError;
use crate::lesson::{Lesson, Pace};
use crate::trained::{Architecture, Card, Landmarks, Task};

/// Faces judged at a time.
const BATCH: usize = 64;
/// The outer corners of the eyes, whose distance errors are measured by, as for 300-W (Sagonas et al., 2013): among the
/// drawn features, and among the 68 of 300-W.
const EYES: [usize; 2] = [0, 3];
const EYES_OF_68: [usize; 2] = [36, 45];
/// Eyes are no nearer to each other than this share of a picture: a pixel of [`IMAGE`].
const LEAST_APART: f64 = 1.0 / IMAGE[1] as f64;
/// A face whose error is a larger share of that distance is told wrong.
pub(super) const FAILURE: f64 = 0.1;

/// Pictures of faces with the places of their features.
#[derive(Debug, Clone, PartialEq)]
pub struct Faces {
    /// What the features are called.
    pub names: Vec<String>,
    /// Which feature each becomes when the picture is mirrored.
    pub mirrored: Vec<usize>,
    /// RGB bytes, one picture after the other, [`IMAGE`] large.
    pub pixels: Vec<u8>,
    /// Where the features of each face are: across and down in pixels.
    pub landmarks: Vec<Vec<[f64; 2]>>,
}

impl Faces {
    /// Draws faces to train on, and others to judge by; says so in a sentence.
    pub fn drawn(train: usize, test: usize, seed: u32) -> ([Self; 2], String) {
        let said = format!("Faces: {train} drawn to train on and {test} others to judge by.");
        let (train, test) = face_landmarks::draw(train, test, seed);
        let of = |faces: FaceLandmarks| Self {
            names: LANDMARKS.map(str::to_string).to_vec(),
            mirrored: MIRRORED.to_vec(),
            pixels: faces.pictures.pixels,
            landmarks: faces.landmarks.iter().map(|points| points.to_vec()).collect(),
        };
        ([of(train), of(test)], said)
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.landmarks.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of a picture.
    ///
    /// # Panics
    /// When there is no such picture.
    pub fn picture(&self, place: usize) -> &[u8] {
        let length = IMAGE[0] * IMAGE[1] * 3;
        &self.pixels[place * length..][..length]
    }

    /// The pictures with what a network is to tell of them.
    pub fn targets(&self, device: &Device) -> Located {
        let [height, width] = IMAGE.map(|side| side as f64);
        let shares = |points: &Vec<[f64; 2]>| {
            points.iter().flat_map(|[x, y]| [x / width, y / height]).collect()
        };
        Located::new(&self.pixels, IMAGE, self.landmarks.iter().map(shares).collect(), device)
    }

    /// The same to learn from: mirrored as well, whereby left becomes right.
    pub fn to_learn(&self, device: &Device) -> Located {
        self.targets(device).and_mirrored(|target| {
            let place = |from: &usize| [1.0 - target[2 * from], target[2 * from + 1]];
            self.mirrored.iter().flat_map(place).collect()
        })
    }

    /// A network that learns to tell them, and them mirrored, from scratch.
    ///
    /// # Errors
    /// When the learning rate is not in 0..=1.
    pub fn lesson(
        &self,
        pace: Pace,
        device: &Device,
    ) -> Result<Lesson<Localizer, Targets>, RecipeError> {
        let config = config(Head::Landmarks(self.names.len()));
        let task = Task::Landmarks(Landmarks { side: IMAGE, names: self.names.clone() });
        device.seed(u64::from(pace.seed));
        let net = config.init(device)?;
        Ok(Lesson {
            stage: "landmarks".to_string(),
            card: Card::new(Architecture::Localizer(config), task),
            net,
            training: pace.warmed_up(2 * self.len(), RISE)?,
            answer,
        })
    }

    /// Where a network says that the features of every face are, in pixels.
    ///
    /// # Errors
    /// When the device fails.
    pub fn found(
        &self,
        net: &Localizer,
        device: &Device,
    ) -> Result<Vec<Vec<[f64; 2]>>, RecipeError> {
        let set = self.targets(device);
        let places: Vec<usize> = (0..self.len()).collect();
        let mut found = Vec::new();
        for places in places.chunks(BATCH) {
            let (images, _) =
                set.batch(places).map_err(|error| RecipeError::Run(error.to_string()))?;
            found.extend(landmarks(net.forward(signed(images)), IMAGE));
        }
        Ok(found)
    }
}

fn eyes(landmarks: usize) -> [usize; 2] {
    if landmarks == OF_300_W { EYES_OF_68 } else { EYES }
}

/// How well a batch is told. The loss is the normalised mean error, how far features are away on average as a share of
/// the distance of the eyes; a face is right if that is less than a tenth.
fn answer(net: &Localizer, (images, targets): Targets) -> Score {
    let outputs = net.forward(signed(images));
    let [batch, numbers] = targets.dims();
    let eye = |number: usize| targets.clone().slice(s![.., 2 * number..2 * number + 2]);
    let [left, right] = eyes(numbers / 2).map(eye);
    let errors = landmark_distances(outputs, targets)
        / landmark_distances(left, right).clamp_min(LEAST_APART);
    let right = errors.clone().detach().lower_elem(FAILURE).float().sum();
    let judged = Tensor::full([1], batch as f64, &right.device());
    Score { right, judged, loss: errors.mean() }
}

/// How well the features of faces are told.
#[derive(Debug, Clone, PartialEq)]
pub struct FaceFigures {
    /// For each face how far its features are away on average, as a share of the distance of its eyes' outer corners.
    pub errors: Vec<f64>,
    /// The mean of these: the normalised mean error.
    pub mean_error: f64,
    /// The share of the faces whose error is above a tenth.
    pub failures: f64,
    /// The faces, the worst first.
    pub worst: Vec<usize>,
}

/// Counts how far features are from where they are.
pub fn face_figures(is: &[Vec<[f64; 2]>], told: &[Vec<[f64; 2]>]) -> FaceFigures {
    let length = |one: [f64; 2], other: [f64; 2]| (one[0] - other[0]).hypot(one[1] - other[1]);
    let error = |(is, told): (&Vec<[f64; 2]>, &Vec<[f64; 2]>)| {
        let away: f64 = is.iter().zip(told).map(|(is, told)| length(*is, *told)).sum();
        let [left, right] = eyes(is.len());
        away / is.len() as f64 / length(is[left], is[right])
    };
    let errors: Vec<f64> = is.iter().zip(told).map(error).collect();
    let count = errors.len().max(1) as f64;
    let failed = errors.iter().filter(|error| **error > FAILURE).count();
    let mut worst: Vec<usize> = (0..errors.len()).collect();
    worst.sort_by(|one, other| errors[*other].total_cmp(&errors[*one]));
    FaceFigures {
        mean_error: errors.iter().sum::<f64>() / count,
        failures: failed as f64 / count,
        errors,
        worst,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_measured_by_the_distance_of_the_eyes() {
        let mut face = vec![[0.0, 0.0]; LANDMARKS.len()];
        face[EYES[1]] = [20.0, 0.0];
        let moved: Vec<_> = face.iter().map(|[x, y]| [x + 3.0, y + 4.0]).collect();
        let figures = face_figures(&[face.clone(), face.clone()], &[face, moved]);
        assert_eq!(figures.errors, [0.0, 0.25]);
        assert_eq!((figures.mean_error, figures.failures), (0.125, 0.5));
        assert_eq!(figures.worst, [1, 0]);
    }
}
