//! One object or none, and the features of faces: what is there, and what a network tells.

use fireside_recipes::localization::{FaceFigures, Faces, IMAGE, ObjectFigures, Objects};
use fireside_report::DATA_FILE;
use fireside_vision::detection::Detection;

use super::Boxed;
use super::look::of_class;
use crate::Failure;
use crate::plot::Series;
use crate::run::Run;

/// Pictures shown at most, of those told wrong, and how many in a row.
const SHOWN: usize = 24;
const WORST: usize = 12;
const COLUMNS: u32 = 6;
/// Bars of the histogram of overlaps.
const BARS: usize = 20;
/// Errors up to this share of the eyes' distance are on the curve, in steps so large.
const LARGEST_ERROR: f64 = 0.2;
const STEPS: usize = 80;
/// The colours of points where they are and where they are told.
const IS: [u8; 3] = [255; 3];
const TOLD: [u8; 3] = [255, 200, 0];

impl Run {
    /// Says how many pictures of each class there are and draws some with their boxes: `data.png`.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    pub fn look_at_objects(
        &mut self,
        description: &str,
        sets: [&Objects; 2],
    ) -> Result<(), Failure> {
        self.say(description);
        for (what, set) in ["to train on", "to judge by"].into_iter().zip(sets) {
            let count = |class| {
                set.objects.iter().filter(|object| object.map(|(class, _)| class) == class).count()
            };
            let classes = set.classes.iter().enumerate();
            let counts = classes.map(|(class, name)| of_class(count(Some(class)), name));
            let counts = counts.collect::<Vec<_>>().join(", ");
            self.say(&format!("    {what}: {counts}, {} nothing", count(None)));
        }
        let set = sets[0];
        let tile = |place: usize| {
            let truth = set.objects[place].map(|(class, bounds)| (bounds, &*set.classes[class]));
            Boxed::new(set.picture(place), IMAGE).truth(truth)
        };
        let title = "Some of the pictures to train on, with the true boxes";
        let shown: Vec<Boxed<'_>> = (0..set.len().min(SHOWN)).map(tile).collect();
        self.box_sheet(DATA_FILE, title, &shown, COLUMNS)
    }

    /// Says how well objects are told, and draws some pictures with the true boxes and those told, the worst, and how
    /// much boxes share: `boxes.png`, `worst.png`, `overlaps.png`.
    ///
    /// # Errors
    /// When a picture cannot be drawn or written.
    pub fn objects_told(
        &mut self,
        set: &Objects,
        found: &[Detection],
        figures: &ObjectFigures,
    ) -> Result<(), Failure> {
        let ObjectFigures { is_there, at_half, at_three_quarters, class, mean_overlap, .. } =
            figures;
        self.accuracy("Told right whether there is an object", "object_accuracy", *is_there);
        self.say("Of the pictures with one:");
        self.accuracy("    its class is told right", "class_accuracy", *class);
        self.accuracy("    and found with an IoU above 0.5", "accuracy_at_half", *at_half);
        let what = "    and found with an IoU above 0.75";
        self.accuracy(what, "accuracy_at_three_quarters", *at_three_quarters);
        self.say(&format!("    mean IoU {mean_overlap:.3}"));
        self.result("mean_iou", *mean_overlap);

        let tile = |place: usize| {
            let truth = set.objects[place].map(|(_, bounds)| (bounds, ""));
            let told = found[place].score >= 0.5;
            let boxed = Boxed::new(set.picture(place), IMAGE).truth(truth);
            match told {
                true => boxed.found(&found[place..=place], &set.classes),
                false => boxed.captioned(format!("nothing; {}", sure(&found[place]))),
            }
        };
        let some: Vec<Boxed<'_>> = (0..set.len().min(SHOWN)).map(tile).collect();
        let title = "Boxes that were told, in colour, and the true ones, in white";
        self.box_sheet("boxes.png", title, &some, COLUMNS)?;
        let worst = figures.worst.iter().take(WORST).copied();
        let worst: Vec<Boxed<'_>> = worst
            .map(|place| {
                let name = set.objects[place].map_or("nothing", |(class, _)| &*set.classes[class]);
                tile(place).captioned(format!("is {name}; {}", sure(&found[place])))
            })
            .collect();
        let title = "The worst: boxes that were told, in colour, and the true ones, in white";
        self.box_sheet("worst.png", title, &worst, COLUMNS)?;
        let axes = ["IoU with the true box", "pictures with an object in %"];
        let bars = Series::new("pictures with an object", histogram(&figures.overlaps));
        let title = "How much boxes share with the true ones";
        self.accuracy_curves("overlaps.png", title, axes, &[bars])
    }

    /// Says what faces there are and draws some with the places of their features: `faces.png`.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    pub fn look_at_faces(&mut self, description: &str, faces: &Faces) -> Result<(), Failure> {
        self.say(&format!("\n{description}"));
        let tile = |place: usize| {
            Boxed::new(faces.picture(place), IMAGE).points(&faces.landmarks[place], IS)
        };
        let title = "Some of the faces to train on, with the features to find";
        let shown: Vec<Boxed<'_>> = (0..faces.len().min(WORST)).map(tile).collect();
        self.box_sheet("faces.png", title, &shown, COLUMNS)
    }

    /// Says how well features are told, and draws some faces with the true places and those told, the worst, and how many
    /// are within which error: `landmarks.png`, `worst-landmarks.png`, `errors.png`.
    ///
    /// # Errors
    /// When a picture cannot be drawn or written.
    pub fn landmarks_told(
        &mut self,
        set: &Faces,
        told: &[Vec<[f64; 2]>],
        figures: &FaceFigures,
    ) -> Result<(), Failure> {
        let what = "Mean error, in shares of the distance of the eyes' outer corners (NME)";
        self.accuracy(what, "normalized_mean_error", figures.mean_error);
        self.accuracy("Faces with an error above 10 %", "landmark_failures", figures.failures);
        let tile = |place: usize| {
            Boxed::new(set.picture(place), IMAGE)
                .points(&set.landmarks[place], IS)
                .points(&told[place], TOLD)
                .captioned(format!("error {:.1} %", 100.0 * figures.errors[place]))
        };
        let some: Vec<Boxed<'_>> = (0..set.len().min(WORST)).map(tile).collect();
        let title = "Features where they were told, in yellow, and where they are, in white";
        self.box_sheet("landmarks.png", title, &some, COLUMNS)?;
        let worst: Vec<Boxed<'_>> =
            figures.worst.iter().take(WORST).map(|place| tile(*place)).collect();
        let title = "The worst: features as they were told, in yellow, and as they are, in white";
        self.box_sheet("worst-landmarks.png", title, &worst, COLUMNS)?;
        let within = Series::new("faces", cumulative(&figures.errors)).in_percent();
        let axes = ["error in % of the eyes' distance", "faces within it in %"];
        self.accuracy_curves("errors.png", "Faces by the error of their features", axes, &[within])
    }
}

/// How sure a network is that there is an object.
fn sure(found: &Detection) -> String {
    format!("{:.2} sure of an object", found.score)
}

/// The outline of bars: shares in percent of values of 0 to 1.
fn histogram(values: &[f64]) -> Vec<(f64, f64)> {
    let mut counts = [0_usize; BARS];
    for value in values {
        counts[((value * BARS as f64) as usize).min(BARS - 1)] += 1;
    }
    let share = |count: usize| 100.0 * count as f64 / values.len().max(1) as f64;
    let edge = |bar: usize| bar as f64 / BARS as f64;
    let bars = counts.iter().enumerate();
    bars.flat_map(|(bar, count)| [(edge(bar), share(*count)), (edge(bar + 1), share(*count))])
        .collect()
}

/// The share of errors that are not larger than each of some, which are in percent.
fn cumulative(errors: &[f64]) -> Vec<(f64, f64)> {
    let share = |step: usize| {
        let most = LARGEST_ERROR * step as f64 / STEPS as f64;
        let within = errors.iter().filter(|error| **error <= most).count();
        (100.0 * most, within as f64 / errors.len().max(1) as f64)
    };
    (0..=STEPS).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histogram_has_all_values_and_the_curve_ends_with_all_within() {
        let bars = histogram(&[0.0, 0.49, 0.51, 1.0]);
        assert_eq!(bars.len(), 2 * BARS);
        assert_eq!(bars.iter().map(|bar| bar.1).sum::<f64>(), 200.0);
        assert_eq!((bars[0], bars[2 * BARS - 1]), ((0.0, 25.0), (1.0, 25.0)));
        let curve = cumulative(&[0.05, 0.1, 0.3]);
        assert_eq!((curve[0], curve[STEPS]), ((0.0, 0.0), (20.0, 2.0 / 3.0)));
    }
}
