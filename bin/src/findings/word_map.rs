//! Maps of words.

use fireside_recipes::word_vectors::Group;

use crate::Failure;
use crate::plot;
use crate::run::Run;

impl Run {
    /// Draws words at their places, those of a group in one colour, or says that there are not two.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn word_map(&mut self, file: &str, title: &str, groups: &[Group]) -> Result<(), Failure> {
        let count: usize = groups.iter().map(|group| group.words.len()).sum();
        if count < 2 {
            self.say(&format!("{title}: no picture, for one word is no map."));
            return Ok(());
        }
        self.picture(file, &plot::words(title, groups)?)
    }
}
