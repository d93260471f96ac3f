//! What programs that classify pictures have in common.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use fireside_datasets::image_file::read_rgb;
use fireside_datasets::labelled_images::LabelledImages;
use fireside_recipes::classify;
use fireside_recipes::picture_set::PictureSet;
use fireside_recipes::trained::{self, Card, Model, Trained};
use fireside_training::files::write_whole;
use fireside_training::metrics::accuracy;
use fireside_vision::Classifier;

use crate::run::Run;
use crate::{Failure, Given};

/// A picture of the user's that can be read.
#[derive(Debug, Clone)]
pub struct Question {
    path: PathBuf,
}

impl Question {
    /// Reads the picture, where one is given: a wrong one is found before the training and not after it.
    ///
    /// # Errors
    /// When the file is no picture.
    pub fn asked(path: Option<&Path>) -> Result<Option<Self>, Failure> {
        let Some(path) = path else { return Ok(None) };
        read_rgb(path, 1, 1).given_by("--predict")?;
        Ok(Some(Self { path: path.to_path_buf() }))
    }

    /// Says which class a trained model sees in the picture.
    ///
    /// # Errors
    /// When it takes no pictures, or the device fails.
    pub fn ask(&self, run: &mut Run, model: &Trained) -> Result<(), Failure> {
        let answer = model.answer(&trained::Question::Picture(self.path.clone()))?;
        run.answer(&self.path, &answer);
        Ok(())
    }

    /// Says whether a trained model takes the picture for a cat: its name in the figures, and what people call it.
    ///
    /// # Errors
    /// As [`Question::ask`].
    pub fn ask_for_cats(
        &self,
        run: &mut Run,
        name_and_called: [&str; 2],
        model: &Trained,
    ) -> Result<(), Failure> {
        let answer = model.answer(&trained::Question::Picture(self.path.clone()))?;
        run.cat_answer(name_and_called, &self.path, &answer);
        Ok(())
    }
}

impl Run {
    /// Pictures in memory to learn from, and to be judged by, as a training wants them; in a dry run a few of each.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn picture_sets(
        &self,
        [train, test]: [LabelledImages; 2],
        device: &Device,
    ) -> Result<[PictureSet; 2], Failure> {
        let set = |pictures: LabelledImages| {
            PictureSet::first(pictures, self.examples(usize::MAX), device)
        };
        Ok([set(train)?, set(test)?])
    }

    /// Says which class a model that was trained sees in a picture of the user's, where there is one.
    ///
    /// # Errors
    /// When the model does not do what the card says, or the device fails.
    pub fn ask(
        &mut self,
        question: Option<Question>,
        card: &Card,
        model: Model,
        device: &Device,
    ) -> Result<(), Failure> {
        let Some(question) = question else { return Ok(()) };
        question.ask(self, &Trained::of(card, model, device)?)
    }

    /// Says where a model that was trained finds something in a picture of the user's, where there is one, keeps it under
    /// a key and draws it as a file.
    ///
    /// # Errors
    /// As [`Run::ask`], and when the picture cannot be drawn or written.
    pub fn ask_where(
        &mut self,
        question: Option<&Question>,
        key_and_file: (&str, &str),
        card: &Card,
        model: impl Into<Model>,
        device: &Device,
    ) -> Result<(), Failure> {
        let Some(Question { path }) = question else { return Ok(()) };
        let trained = Trained::of(card, model.into(), device)?;
        let answer = trained.answer(&trained::Question::Picture(path.clone()))?;
        self.answer_where(key_and_file, path, &answer)
    }

    /// Says how many pictures of each set a network gets right, and returns its answers to those of the last.
    ///
    /// # Errors
    /// When the device fails.
    pub fn judge<M: Classifier>(
        &mut self,
        net: &M,
        sets: &[(&str, &PictureSet)],
    ) -> Result<Vec<usize>, Failure> {
        self.judge_as(net, ("", ""), sets)
    }

    /// As [`Run::judge`], of one network of several: the key of each figure ends with its key, what is said of it with its
    /// name, such as ` of the old task`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn judge_as<M: Classifier>(
        &mut self,
        net: &M,
        (key, name): (&str, &str),
        sets: &[(&str, &PictureSet)],
    ) -> Result<Vec<usize>, Failure> {
        let mut found = Vec::new();
        for (set, pictures) in sets {
            found = classify::predictions(net, pictures)?;
            let share = accuracy(&found, pictures.labels());
            self.accuracy(
                &format!("{set} accuracy{name}"),
                &format!("{set}_accuracy {key}"),
                share,
            );
        }
        Ok(found)
    }

    /// Writes what the classes are called beside the trained network.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_classes(&self, stage: &str, classes: &[String]) -> Result<(), Failure> {
        let Some(folder) = self.folder() else { return Ok(()) };
        let path = folder.join(stage).join("classes.txt");
        write_whole(&path, classes.join("\n").as_bytes())
            .map_err(|error| Failure::unkept(&path, &error))
    }
}
