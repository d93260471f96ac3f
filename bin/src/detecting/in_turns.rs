//! Regions searched and detectors asked within a run, which tells how far it is.

use std::sync::atomic::{AtomicUsize, Ordering};

use burn::tensor::Device;
use fireside_recipes::car_detection::scenes::Scenes;
use fireside_recipes::region_proposals::comparing::{Contestant, Detectors, Proposer};
use fireside_recipes::region_proposals::proposals::{propose_all, search};
use fireside_vision::detection::Bounds;

use crate::Failure;
use crate::run::Run;

impl Run {
    /// The regions that selective search proposes in each scene.
    ///
    /// # Errors
    /// As [`propose_all`].
    pub fn search_regions(&self, scenes: &Scenes) -> Result<Vec<Vec<Bounds>>, Failure> {
        let meter = self.voice().meter("selective search", "scenes", scenes.len());
        let (dial, searched) = (meter.dial(), AtomicUsize::new(0));
        let tell = || dial.at((searched.fetch_add(1, Ordering::Relaxed) + 1) as f64);
        Ok(propose_all(&search(), scenes, tell)?)
    }

    /// What proposes regions and what detectors find in scenes, each asked about one after the other.
    ///
    /// # Errors
    /// As [`Detectors::propose`].
    pub fn ask_in_turns(
        &self,
        all: &Detectors<'_>,
        scenes: &Scenes,
        device: &Device,
    ) -> Result<([Proposer; 2], [Contestant; 4]), Failure> {
        let meter = self.voice().meter("proposing regions", "scenes", scenes.len());
        let dial = meter.dial();
        let proposers = all.propose(scenes, device, |done| dial.at(done as f64))?;
        drop(meter);
        let meter = self.voice().meter("finding boxes", "scenes", scenes.len());
        let dial = meter.dial();
        let contestants = all.detect(scenes, device, |done| dial.at(done as f64))?;
        drop(meter);
        Ok((proposers, contestants))
    }
}
