//! Street scenes with what a network sees in them.

use fireside_datasets::scenes::{IMAGE_SHAPE, Scenes, TASKS};
use fireside_recipes::multi_task::describe;
use fireside_report::DATA_FILE;

use crate::Failure;
use crate::picture::{Tile, sheet};
use crate::run::Run;

/// Scenes shown at most, and how many in a row.
const SHOWN: usize = 12;
const COLUMNS: u32 = 4;

impl Run {
    /// Says in how many scenes each thing is, and draws the first ones with what is in them: `data.png`.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    pub fn look_at_scenes(&mut self, scenes: &Scenes) -> Result<(), Failure> {
        let there =
            |task: usize| scenes.labels().iter().map(move |labels| labels[task] == Some(true));
        let labels: Vec<Vec<bool>> = (0..TASKS.len()).map(|task| there(task).collect()).collect();
        for (task, labels) in TASKS.iter().zip(&labels) {
            let count = labels.iter().filter(|is_there| **is_there).count();
            self.say(&format!("    {task}: {count} of {}", labels.len()));
        }
        self.draw_scenes(DATA_FILE, "Scenes to train on, and what is in them", scenes, &labels)
    }

    /// Draws the first scenes with the answers of a network to each: `scenes.png`.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    pub fn scenes(&mut self, scenes: &Scenes, answers: &[Vec<bool>]) -> Result<(), Failure> {
        let title = "New scenes, and what the network sees in them";
        self.draw_scenes("scenes.png", title, scenes, answers)
    }

    /// Says how many answers to each question are right, in percent, of one of several contestants, with so many
    /// percent of the labels missing, and keeps them as `test_accuracy_CONTESTANT_MISSING_QUESTION`; so too their mean, which it
    /// returns.
    pub fn questions_answered(&mut self, contestant: &str, missing: f64, right: &[f64]) -> f64 {
        let mut row = format!("{contestant:>14}:");
        for (task, right) in TASKS.iter().zip(right) {
            row += &format!(" {task} {right:.1},");
            self.result(&format!("test_accuracy {contestant} {missing} {task}"), *right);
        }
        let mean = right.iter().sum::<f64>() / right.len() as f64;
        self.say(&format!("{row} mean {mean:.1}"));
        self.result(&format!("mean_test_accuracy {contestant} {missing}"), mean);
        mean
    }

    fn draw_scenes(
        &mut self,
        file: &str,
        title: &str,
        scenes: &Scenes,
        answers: &[Vec<bool>],
    ) -> Result<(), Failure> {
        let [height, width, _] = IMAGE_SHAPE;
        let tile = |index: usize| Tile {
            pixels: scenes.image(index),
            size: (width as u32, height as u32),
            caption: describe(answers, index),
        };
        let tiles: Vec<Tile<'_>> = (0..scenes.len().min(SHOWN)).map(tile).collect();
        self.picture(file, &sheet(title, &tiles, COLUMNS)?)
    }
}
