//! Word vectors that are learnt, watched.

use std::ops::ControlFlow;

use fireside_recipes::embeddings::Moment;

use crate::interrupt;
use crate::run::Run;

impl Run {
    /// Says how a learner gets on, the loss of every `interval` epochs, and heeds Ctrl-C.
    pub fn watching(&self, name: &str, interval: usize) -> impl FnMut(Moment) -> ControlFlow<()> {
        let beginning = self.beginning();
        let meter = self.voice().meter(name, "epochs", 0);
        let (mut done, mut said) = (0, false);
        move |moment| {
            let dial = meter.dial(); // the meter goes for as long as this is asked
            match moment {
                Moment::Begin { epochs, of, within, passed_over } => {
                    done = epochs;
                    dial.of(of as f64);
                    dial.starts_at(epochs as f64);
                    for reason in passed_over {
                        self.say(&format!("{name}: passed over: {reason}."));
                    }
                    let part = if within { " and a part of the next" } else { "" };
                    let after = (epochs > 0 || within).then(|| format!("epoch {epochs}{part}"));
                    beginning(name, after);
                }
                Moment::Part(share) => dial.at(done as f64 + share),
                Moment::Epoch(epoch, loss) => {
                    done = epoch;
                    dial.at(epoch as f64);
                    dial.note(format!("loss {loss:.4}"));
                    if epoch == 1 || epoch.is_multiple_of(interval) {
                        self.say(&format!("{name}, epoch {epoch}: loss {loss:.4}"));
                    }
                }
                Moment::Kept(pace) if !said => {
                    if let Some(line) = pace.rarity() {
                        said = true;
                        self.say(&line);
                    }
                }
                Moment::Kept(_) => (),
            }
            interrupt::heed()
        }
    }
}
