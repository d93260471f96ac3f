//! Pictures with a line below each.

use fireside_recipes::augmentation::Captioned;

use crate::Failure;
use crate::picture;
use crate::run::Run;

impl Run {
    /// Draws pictures with what there is to say of each, in rows of `columns` below a title.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    pub fn captioned(
        &mut self,
        file: &str,
        title: &str,
        captioned: &Captioned,
        columns: u32,
    ) -> Result<(), Failure> {
        let Captioned { pictures, captions } = captioned;
        self.picture(file, &picture::captioned(title, pictures, captions, columns)?)
    }
}
