//! One object or none.

use burn::tensor::{Device, Tensor, s};
use fireside_datasets::drawn_street::{ONE_OBJECT_CLASSES, StreetScenes};
use fireside_training::supervised::{Examples as _, Score};
use fireside_vision::detection::iou::iou;
use fireside_vision::detection::{Bounds, Detection};
use fireside_vision::localization::overlap::{Areas, areas};
use fireside_vision::localization::{Head, Localizer, box_target, located};

use super::{IMAGE, Located, Loss, RISE, Targets, config, signed};
use crate::RecipeError;
use crate::lesson::{Lesson, Pace};
use crate::trained::{Architecture, Boxes, Card, Finder, Task};

/// Pictures judged at a time.
const BATCH: usize = 64;
/// Numbers of a box before the classes.
const BOX: usize = 5;

/// Pictures with one object or none.
#[derive(Debug, Clone, PartialEq)]
pub struct Objects {
    /// What the classes are called.
    pub classes: Vec<String>,
    /// RGB bytes, one picture after the other, [`IMAGE`] large.
    pub pixels: Vec<u8>,
    /// The class and the box of each picture's object.
    pub objects: Vec<Option<(usize, Bounds)>>,
}

impl Objects {
    /// Draws streets with a pedestrian, a car, a motorcycle or nothing: some to train on and others to judge by; and says
    /// so in a sentence.
    ///
    /// # Errors
    /// None: the size is one of a scene.
    pub fn drawn(train: usize, test: usize, seed: u32) -> Result<([Self; 2], String), RecipeError> {
        let street = StreetScenes::new(IMAGE, seed)?;
        let said =
            format!("Data: {train} drawn streets to train on and {test} others to judge by.");
        let (train, test) = (train as u64, test as u64);
        let of = |range| {
            let mut set = Self {
                classes: ONE_OBJECT_CLASSES.map(str::to_string).to_vec(),
                pixels: Vec::new(),
                objects: Vec::new(),
            };
            for drawn in street.one_objects(range) {
                set.pixels.extend(drawn.picture);
                set.objects.push(drawn.object.map(|object| (object.class, object.bounds)));
            }
            set
        };
        Ok(([of(0..train), of(train..train + test)], said))
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
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
    ///
    /// # Errors
    /// When a box is none or outside of its picture.
    pub fn targets(&self, device: &Device) -> Result<Located, RecipeError> {
        let target = |object: &Option<_>| box_target(*object, self.classes.len(), IMAGE);
        let targets = self.objects.iter().map(target).collect::<Result<Vec<_>, _>>()?;
        Ok(Located::new(&self.pixels, IMAGE, targets, device))
    }

    /// The same to learn from: mirrored as well.
    ///
    /// # Errors
    /// As [`Objects::targets`].
    pub fn to_learn(&self, device: &Device) -> Result<Located, RecipeError> {
        Ok(self.targets(device)?.and_mirrored(|target| {
            let mut mirrored = target.to_vec();
            if target[0] > 0.0 {
                mirrored[1] = 1.0 - target[1]; // b_x
            }
            mirrored
        }))
    }

    /// A network that learns to tell them, and them mirrored, from scratch.
    ///
    /// # Errors
    /// When the learning rate is not in 0..=1.
    pub fn lesson(
        &self,
        loss: Loss,
        pace: Pace,
        device: &Device,
    ) -> Result<Lesson<Localizer, Targets>, RecipeError> {
        let config = config(Head::Box(self.classes.len()));
        device.seed(u64::from(pace.seed));
        let net = config.init(device)?;
        let by = Finder::OneOrNone { side: IMAGE, loss: loss.of_boxes(), least: 0.5 };
        let task = Boxes { classes: self.classes.clone(), by };
        let card = Card::new(Architecture::Localizer(config.clone()), Task::Boxes(task));
        Ok(Lesson {
            stage: "objects".to_string(),
            card: card.as_main(),
            net,
            training: pace.warmed_up(2 * self.len(), RISE)?,
            answer: match loss {
                Loss::Mixed => |net, batch| answer(net, batch, Loss::Mixed),
                Loss::Squared => |net, batch| answer(net, batch, Loss::Squared),
            },
        })
    }

    /// What a network tells of every picture.
    ///
    /// # Errors
    /// When the device fails.
    pub fn found(
        &self,
        net: &Localizer,
        loss: Loss,
        device: &Device,
    ) -> Result<Vec<Detection>, RecipeError> {
        let set = self.targets(device)?;
        let places: Vec<usize> = (0..self.len()).collect();
        let mut found = Vec::new();
        for places in places.chunks(BATCH) {
            let (images, _) =
                set.batch(places).map_err(|error| RecipeError::Run(error.to_string()))?;
            found.extend(located(net.forward(signed(images)), &loss.of_boxes(), IMAGE)?);
        }
        Ok(found)
    }
}

/// How well a batch is told: a picture is right if it is told whether there is an object, and of one its class and a box
/// that shares half with the true one.
fn answer(net: &Localizer, (images, targets): Targets, loss: Loss) -> Score {
    let outputs = net.forward(signed(images));
    let judged = Tensor::full([1], targets.dims()[0] as f64, &targets.device());
    let right = right(outputs.clone().detach(), targets.clone(), loss);
    Score { right, judged, loss: loss.of_boxes().loss(outputs, targets) }
}

/// How many pictures are told right, `[1]`.
fn right(outputs: Tensor<2>, targets: Tensor<2>, loss: Loss) -> Tensor<1> {
    let part = |of: &Tensor<2>, from: usize, to: usize| of.clone().slice(s![.., from..to]);
    let least = match loss {
        Loss::Squared => 0.5,
        Loss::Mixed => 0.0, // a logit
    };
    let is_there = part(&targets, 0, 1).greater_elem(0.5);
    let is_told = part(&outputs, 0, 1).greater_elem(least);
    let class = |of: &Tensor<2>| part(of, BOX, of.dims()[1]).argmax(1);
    let Areas { shared, covered, .. } = areas(part(&outputs, 1, BOX), part(&targets, 1, BOX));
    let is_box = (shared * 2.0).greater(covered);
    let is_found = is_box.bool_and(class(&outputs).equal(class(&targets)));
    let is_right = is_told.equal(is_there.clone()).bool_and(is_there.bool_not().bool_or(is_found));
    is_right.float().sum()
}

/// How well objects are told, as shares of 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectFigures {
    /// Of all pictures: whether there is an object.
    pub is_there: f64,
    /// Of the pictures with one: it is told, its class is right and its box shares more than half with the true one.
    pub at_half: f64,
    /// The same with three quarters.
    pub at_three_quarters: f64,
    /// Of the pictures with one: its class.
    pub class: f64,
    /// What the boxes share with the true ones, one for each picture with an object.
    pub overlaps: Vec<f64>,
    /// The mean of these.
    pub mean_overlap: f64,
    /// The pictures told wrong, the worst first: what is not there, no object, another class, the least overlap.
    pub worst: Vec<usize>,
}

/// Counts how well objects are told.
pub fn object_figures(objects: &[Option<(usize, Bounds)>], found: &[Detection]) -> ObjectFigures {
    let overlap = |place: usize| objects[place].map(|(_, bounds)| iou(bounds, found[place].bounds));
    let is_told = |place: usize| found[place].score >= 0.5;
    let is_class =
        |place: usize| objects[place].is_some_and(|(class, _)| class == found[place].class);
    let with: Vec<usize> = (0..objects.len()).filter(|place| objects[*place].is_some()).collect();
    let share = |count: usize, of: usize| count as f64 / of.max(1) as f64;
    let at = |least: f64| {
        let is_found = |place: &&usize| {
            is_told(**place) && is_class(**place) && overlap(**place) > Some(least)
        };
        share(with.iter().filter(is_found).count(), with.len())
    };
    let overlaps: Vec<f64> = with.iter().filter_map(|place| overlap(*place)).collect();
    // A class that is wrong is as bad as a box that shares nothing.
    let badness = |place: usize| match (overlap(place), is_told(place)) {
        (None, told) => f64::from(u8::from(told)) * (1.0 + found[place].score),
        (Some(_), false) => 2.0 - found[place].score,
        (Some(overlap), true) => {
            f64::from(u8::from(!is_class(place))) * found[place].score + 1.0 - overlap
        }
    };
    let mut worst: Vec<usize> = (0..objects.len()).filter(|place| badness(*place) > 0.0).collect();
    worst.sort_by(|one, other| badness(*other).total_cmp(&badness(*one)));
    let is_told_right = |place: &usize| is_told(*place) == objects[*place].is_some();
    ObjectFigures {
        is_there: share((0..objects.len()).filter(is_told_right).count(), objects.len()),
        at_half: at(0.5),
        at_three_quarters: at(0.75),
        class: share(with.iter().filter(|place| is_class(**place)).count(), with.len()),
        mean_overlap: overlaps.iter().sum::<f64>() / overlaps.len().max(1) as f64,
        overlaps,
        worst,
    }
}

#[cfg(all(test, feature = "flex"))]
mod tests {
    use super::*;

    fn told(numbers: [f64; 7]) -> Tensor<2> {
        Tensor::from_data([numbers], &Device::flex())
    }

    #[test]
    fn a_picture_is_right_if_its_object_class_and_box_are() {
        let there = [1.0, 0.5, 0.5, 0.4, 0.2, 1.0, 0.0];
        let right = |outputs: [f64; 7], targets: [f64; 7]| -> f64 {
            right(told(outputs), told(targets), Loss::Squared).into_scalar()
        };
        assert_eq!(right([0.9, 0.5, 0.5, 0.4, 0.2, 0.7, 0.1], there), 1.0);
        assert_eq!(right([0.4, 0.5, 0.5, 0.4, 0.2, 0.7, 0.1], there), 0.0);
        assert_eq!(right([0.9, 0.5, 0.5, 0.4, 0.2, 0.1, 0.7], there), 0.0);
        // Height and width the other way around share a third.
        assert_eq!(right([0.9, 0.5, 0.5, 0.2, 0.4, 0.7, 0.1], there), 0.0);
        assert_eq!(right([0.9, 0.55, 0.5, 0.4, 0.2, 0.7, 0.1], there), 1.0);
        assert_eq!(right([0.9, 0.65, 0.5, 0.4, 0.2, 0.7, 0.1], there), 0.0);
        let none = [0.0; 7];
        assert_eq!(right([0.4, 9.0, -3.0, 0.0, 0.0, 0.7, 0.1], none), 1.0);
        assert_eq!(right([0.6, 0.5, 0.5, 0.4, 0.2, 0.7, 0.1], none), 0.0);
    }

    #[test]
    fn figures_count_objects_classes_and_boxes() {
        let bounds = [0.0, 0.0, 10.0, 10.0];
        let objects = [Some((0, bounds)), Some((1, bounds)), None, None];
        let found = |class, score, x2| Detection { class, score, bounds: [0.0, 0.0, x2, 10.0] };
        let all = [found(0, 0.9, 7.0), found(0, 0.8, 10.0), found(1, 0.1, 5.0), found(2, 0.6, 5.0)];
        let figures = object_figures(&objects, &all);
        assert_eq!(figures.is_there, 0.75);
        assert_eq!((figures.at_half, figures.at_three_quarters, figures.class), (0.5, 0.0, 0.5));
        assert_eq!(figures.overlaps, [0.7, 1.0]);
        assert_eq!(figures.worst, [3, 1, 0]);
    }
}
