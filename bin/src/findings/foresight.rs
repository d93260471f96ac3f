//! How much of a text a network foresees, character by character.

use burn::tensor::Device;
use fireside_recipes::shakespeare::{STRIDE, TX, Verse, foresight};
use fireside_sequence::language_model::LanguageModel;

use crate::Failure;
use crate::run::Run;

impl Run {
    /// Says how many characters a network foresees, each from those before it, and keeps the figures by where the
    /// windows begin that it reads: `accuracy_offset_OFFSET`, in percent, and `loss_offset_OFFSET`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn foresight(
        &mut self,
        net: &LanguageModel,
        verse: &Verse,
        device: &Device,
    ) -> Result<(), Failure> {
        self.say(&format!(
            "\nHow many characters it foresees, each from the {TX} before it, over windows of the text that begin at"
        ));
        for offset in 0..STRIDE {
            let mut starts = verse.text.judged(offset);
            starts.truncate(self.examples(starts.len()));
            let found = foresight(net, &verse.text.numbers, &starts, device)?;
            let [first, second] = [1 + offset, 1 + offset + STRIDE];
            let (percent, loss) = (100.0 * found.accuracy, found.loss);
            self.say(&format!(
                "    character {first}, {second} and so on: {percent:.1} % right, cross-entropy {loss:.3}"
            ));
            self.result(&format!("accuracy_offset_{offset}"), percent);
            self.result(&format!("loss_offset_{offset}"), loss);
        }
        if verse.weights.is_some() {
            self.say(&format!(
                "The course's network was trained on windows {STRIDE} characters apart, which are the first of these."
            ));
        }
        Ok(())
    }
}
