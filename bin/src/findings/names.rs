//! Names that a model makes up.

use fireside_recipes::dinosaurs::{Look, number};

use crate::Failure;
use crate::run::Run;

impl Run {
    /// Says what a training by hand had come to whenever it was looked at: its smoothed loss, and names.
    ///
    /// # Errors
    /// When the device fails.
    pub fn looks(&self, looks: Vec<Look>) -> Result<(), Failure> {
        self.say("\nBy hand, the smoothed loss of a name, and what the network makes up:");
        for Look { iteration, loss, names } in looks {
            let (loss, names) = (number(loss)?, names.join(" "));
            self.say(&format!("    {iteration:6} {loss:9.4}  {names}"));
        }
        Ok(())
    }

    /// Says names made up, and how many of them are in the list learnt from, and keeps both: `names` and
    /// `names_known`.
    pub fn made_up(&mut self, names: Vec<String>, known: usize) {
        names.iter().for_each(|name| self.say(&format!("    {name}")));
        self.say(&format!("{known} of {} are in the list already.", names.len()));
        self.result("names_known", known);
        self.result("names", names);
    }
}
