//! Where the trainings of a run keep their checkpoints, how often, and what is said of going on from one.

use std::sync::atomic::Ordering;
use std::time::Duration;

use fireside_training::checkpoint::{Identity, Pace, Shelf};
use serde::Serialize;

use super::Run;
use crate::Failure;

impl Run {
    /// A place for the checkpoints of a training, those on the way in the folder `below` it; none in a dry run.
    ///
    /// # Errors
    /// When the configuration of the model has no form in JSON, or the environment wants an impossible pace.
    pub fn shelf(
        &self,
        name: &str,
        below: &str,
        model: &(impl Serialize + ?Sized),
    ) -> Result<Option<Shelf>, Failure> {
        let Some(folder) = self.folder() else {
            return Ok(None);
        };
        let identity = Identity::new(self.identity.clone()).with("model", model);
        let identity = identity.map_err(|error| Failure::Run(format!("{name}: {error}")))?;
        Ok(Some(Shelf::new(&folder.join(name), below, identity).at(pace()?)))
    }

    /// Says where a training goes on, or for the first one of a resumed run that it begins anew. To be called by
    /// each, once.
    pub fn beginning(&self) -> impl Fn(&str, Option<String>) + Send + use<> {
        let (begun, resumes, voice) = (self.begun.clone(), self.resumes, self.voice);
        move |name, continues| {
            let is_first = !begun.swap(true, Ordering::Relaxed);
            match continues {
                Some(after) => voice.say(&format!("{name}: continuing after {after}.")),
                None if resumes && is_first => {
                    voice.say(&format!("{name}: nothing to continue from: it begins anew."));
                }
                None => (),
            }
        }
    }
}

/// How often to write checkpoints: as seldom as they are dear, or as the environment says.
fn pace() -> Result<Pace, Failure> {
    const NAME: &str = "FIRESIDE_CHECKPOINT_SECONDS";
    let Ok(text) = std::env::var(NAME) else {
        return Ok(Pace::default());
    };
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let wrong = || Failure::Input(format!("{NAME} is {text}: it must be a number of seconds"));
    seconds.map(Pace::every).ok_or_else(wrong)
}
