//! Word vectors that are learnt, watched.

use std::ops::ControlFlow;

use fireside_recipes::embeddings::Moment;

use crate::interrupt;
use crate::run::Run;

impl Run {
    /// Says how a learner gets on, the loss of every `interval` epochs, and heeds Ctrl-C.
    pub fn watching(&self, name: &str, interval: usize) -> impl FnMut(Moment) -> ControlFlow<()> {
        let beginning = self.beginning();
        let mut said = false;
        move |moment| {
            match moment {
                Moment::Begin { epochs, within, passed_over } => {
                    for reason in passed_over {
                        self.say(&format!("{name}: passed over: {reason}."));
                    }
                    let part = if within { " and a part of the next" } else { "" };
                    let after = (epochs > 0 || within).then(|| format!("epoch {epochs}{part}"));
                    beginning(name, after);
                }
                Moment::Epoch(epoch, loss) if epoch == 1 || epoch.is_multiple_of(interval) => {
                    self.say(&format!("{name}, epoch {epoch}: loss {loss:.4}"));
                }
                Moment::Kept(pace) if !said => {
                    if let Some(line) = pace.rarity() {
                        said = true;
                        self.say(&line);
                    }
                }
                Moment::Part | Moment::Epoch(..) | Moment::Kept(_) => (),
            }
            interrupt::heed()
        }
    }
}
