//! The data before anything is learnt from them: of what shape, how many of each class, and some of them.

use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::labelled_sentences::LabelledSentences;
use fireside_datasets::planar::PointSet;
use fireside_datasets::signs::{self, Signs};
use fireside_datasets::source::Source;
use fireside_recipes::RecipeError;
use fireside_recipes::classify::{self, Pictures};
use fireside_recipes::sentences::excerpt;
use fireside_recipes::tuning::{Data as Examples, Problem};
use fireside_report::DATA_FILE;

use crate::plot::{self, Cloud, Kind, Series};
use crate::run::Run;
use crate::{Failure, picture};

/// Pictures shown at most, and how many in a row.
const SHOWN: usize = 24;
const COLUMNS: u32 = 6;
/// Sentences shown of each class.
const QUOTED: usize = 2;

impl Run {
    /// Says what was loaded and how many pictures of each class there are, and draws some of each, in turns; `classes`
    /// names each class.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    pub fn look_at_pictures(
        &mut self,
        [train, test]: [&LabelledImages; 2],
        classes: &[impl AsRef<str>],
        source: &Source,
    ) -> Result<(), Failure> {
        self.say(&classify::describe(train, test, source));
        let sets = to_train_and_test(train.labels(), test.labels());
        self.look(sets, classes, |places| Ok(train.subset(places)))
    }

    /// As [`Run::look_at_pictures`] of hands, and says which files of their folders were passed over.
    ///
    /// # Errors
    /// As [`Run::look_at_pictures`].
    pub fn look_at_hands(&mut self, hands: &Signs, source: &Source) -> Result<(), Failure> {
        let Signs { train, test, .. } = hands;
        self.say(&classify::describe_signs(hands, source));
        let sets = to_train_and_test(train.labels(), test.labels());
        self.look(sets, &signs::IN_WORDS, |places| Ok(train.subset(places)))
    }

    /// As [`Run::look_at_pictures`], of pictures that may still be in their files.
    ///
    /// # Errors
    /// As [`Run::look_at_pictures`], and when a picture cannot be read.
    pub fn look_at_loaded(&mut self, pictures: &Pictures) -> Result<(), Failure> {
        let Pictures { in_words, sets: [train, test], description, .. } = pictures;
        self.say(description);
        let sets = to_train_and_test(train.labels(), test.labels());
        self.look(sets, in_words, |places| train.pictures(places))
    }

    /// As [`Run::look_at_pictures`] or [`Run::look_at_points`], of what a search learns.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn look_at_problem(&mut self, problem: &Problem) -> Result<(), Failure> {
        let [train, dev] = match problem.data() {
            Examples::Points(points) => return self.look_at_points(problem.describe(), points),
            Examples::Pictures(sets) => sets,
        };
        self.say(&format!("Data: {}.", problem.describe()));
        let sets = [("to train on", train.labels()), ("to score on", dev.labels())];
        self.look(sets, &signs::IN_WORDS, |places| Ok(train.subset(places)))
    }

    /// Counts the pictures of sets by class, and draws some of the first, those at the places asked for.
    fn look(
        &mut self,
        sets: [(&str, &[usize]); 2],
        classes: &[impl AsRef<str>],
        pictures: impl FnOnce(&[usize]) -> Result<LabelledImages, RecipeError>,
    ) -> Result<(), Failure> {
        sets.iter().for_each(|(what, labels)| self.count_by_class(what, labels, classes));
        let [(_, train), _] = sets;
        let shown = in_turns(train, classes.len(), SHOWN);
        let caption = |&place: &usize| classes[train[place]].as_ref().to_string();
        let captions: Vec<String> = shown.iter().map(caption).collect();
        let (title, shown) = ("Some of the pictures to train on", pictures(&shown)?);
        self.picture(DATA_FILE, &picture::captioned(title, &shown, &captions, COLUMNS)?)
    }

    /// Says what points are learnt from and how many of each class there are, and draws all of them.
    ///
    /// # Errors
    /// When they cannot be drawn or written.
    pub fn look_at_points(&mut self, what: &str, points: &PointSet) -> Result<(), Failure> {
        self.say(&format!("Data: {what}."));
        let classes = points.labels.iter().max().map_or(0, |last| last + 1);
        let classes: Vec<String> = (0..classes).map(|class| format!("class {class}")).collect();
        self.count_by_class("to train on", &points.labels, &classes);
        let group = |(class, name): (usize, &String)| {
            let of_class = points.points.iter().zip(&points.labels).filter(|(_, of)| **of == class);
            Series::new(name, of_class.map(|([x, y], _)| (*x, *y)).collect())
        };
        let groups: Vec<Series> = classes.iter().enumerate().map(group).collect();
        let [x, y] = ["x", "y"].map(str::to_string);
        let cloud = Cloud { x, y, kinds: [Kind::Linear; 2], groups };
        self.picture(DATA_FILE, &plot::clouds("The points to learn from", &[cloud], 1)?)
    }

    /// As [`Run::look_at_classes`], and quotes some sentences of each class.
    ///
    /// # Errors
    /// As [`Run::look_at_classes`].
    pub fn look_at_sentences(
        &mut self,
        sets: [&LabelledSentences; 2],
        classes: &[impl AsRef<str>],
    ) -> Result<(), Failure> {
        self.look_at_classes(sets, classes)?;
        let LabelledSentences { sentences, labels } = sets[0];
        for place in in_turns(labels, classes.len(), QUOTED * classes.len()) {
            let (class, sentence) = (classes[labels[place]].as_ref(), excerpt(&sentences[place]));
            self.say(&format!("    {class}: {sentence}"));
        }
        Ok(())
    }

    /// Says between what each column of numbers lies and draws the `target`, a name and its values, over each.
    ///
    /// # Errors
    /// When they cannot be drawn or written.
    pub fn look_at_columns(
        &mut self,
        columns: &[(&str, Vec<f64>)],
        target: (&str, &[f64]),
    ) -> Result<(), Failure> {
        for (name, values) in
            columns.iter().map(|(name, values)| (*name, &values[..])).chain([target])
        {
            let [least, most] =
                [f64::min, f64::max].map(|of| values.iter().copied().fold(f64::NAN, of));
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            self.say(&format!("    {name}: {least:.1} to {most:.1}, {mean:.1} in the mean"));
        }
        let cloud = |(name, values): &(&str, Vec<f64>)| Cloud {
            x: (*name).to_string(),
            y: target.0.to_string(),
            kinds: [Kind::Linear; 2],
            groups: vec![Series::new(
                "examples",
                values.iter().copied().zip(target.1.iter().copied()).collect(),
            )],
        };
        let clouds: Vec<Cloud> = columns.iter().map(cloud).collect();
        let title = format!("What goes with the {}", target.0);
        self.picture(DATA_FILE, &plot::clouds(&title, &clouds, 2)?)
    }

    /// `to train on: 137 other, 72 cat`.
    fn count_by_class(&self, what: &str, labels: &[usize], classes: &[impl AsRef<str>]) {
        let count = |class| labels.iter().filter(|of| **of == class).count();
        let counts = classes.iter().enumerate();
        self.say_counts(what, counts.map(|(class, name)| (name.as_ref(), count(class))));
    }

    /// `to train on: 137 other, 72 cat`, of so many of each.
    pub(super) fn say_counts<'a>(
        &self,
        what: &str,
        counts: impl IntoIterator<Item = (&'a str, usize)>,
    ) {
        let told = counts.into_iter().map(|(name, count)| of_class(count, name));
        self.say(&format!("    {what}: {}", told.collect::<Vec<_>>().join(", ")));
    }
}

/// The labels of both sets, by what each is for.
fn to_train_and_test<'a>(
    train: &'a [usize],
    test: &'a [usize],
) -> [(&'static str, &'a [usize]); 2] {
    [("to train on", train), ("to test", test)]
}

/// How many there are of a class: `137 other`, and `class 0: 200` of one whose name is a number too.
pub(super) fn of_class(count: usize, name: &str) -> String {
    match name.contains(char::is_numeric) {
        true => format!("{name}: {count}"),
        false => format!("{count} {name}"),
    }
}

/// Places of at most `most` examples, the first of each class, then the second of each, and so on.
fn in_turns(labels: &[usize], classes: usize, most: usize) -> Vec<usize> {
    let mut by_class = vec![Vec::new(); classes];
    for (place, label) in labels.iter().enumerate() {
        by_class[*label].push(place);
    }
    let turns = by_class.iter().map(Vec::len).max().unwrap_or(0);
    let turn = |turn: usize| by_class.iter().filter_map(move |places| places.get(turn).copied());
    (0..turns).flat_map(turn).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_names_that_are_numbers_are_told_apart() {
        let told = [of_class(137, "other"), of_class(180, "0 fingers"), of_class(180, "7")];
        assert_eq!(told, ["137 other", "0 fingers: 180", "7: 180"]);
    }

    #[test]
    fn examples_are_shown_of_each_class_in_turns() {
        assert_eq!(in_turns(&[0, 0, 0, 2, 1, 2], 3, 5), [0, 4, 3, 1, 5]);
        assert_eq!(in_turns(&[0, 0, 0, 2, 1, 2], 3, 100), [0, 4, 3, 1, 5, 2]);
        assert!(in_turns(&[], 2, 3).is_empty());
    }
}
