//! What several detectors find in the same scenes, and how long a picture takes each of them.

use std::time::Instant;

use burn::tensor::Device;
use fireside_datasets::image_file::Picture;
use fireside_vision::ConfigError;
use fireside_vision::detection::{Bounds, Detection};

use super::detector::{RegionDetector, selection};
use super::proposals::recall;
use crate::RecipeError;
use crate::car_detection::detector::{Detector, Usual};
use crate::car_detection::judging::{Judged, LEAST};
use crate::car_detection::scenes::Scenes;

/// What proposes regions.
#[derive(Debug, Clone)]
pub struct Proposer {
    /// What it is called.
    pub name: &'static str,
    /// Its regions in each scene, in its order.
    pub regions: Vec<Vec<Bounds>>,
    /// The share of the boxes that they hold.
    pub recall: f64,
    /// For a picture, in the mean.
    pub seconds: f64,
}

/// What a detector comes to.
#[derive(Debug, Clone)]
pub struct Contestant {
    /// What it is called.
    pub name: &'static str,
    /// What it finds in each scene, and how good that is.
    pub judged: Judged,
    /// For a picture, in the mean, the search of its regions with it.
    pub seconds: f64,
}

/// The four detectors of the comparison.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is what its name says")]
pub struct Detectors<'a> {
    pub rcnn: &'a RegionDetector,
    pub fast: &'a RegionDetector,
    pub faster: &'a RegionDetector,
    pub yolo: &'a Detector,
}

type Way<'a, T> = &'a dyn Fn(&Picture) -> Result<T, ConfigError>;

impl Detectors<'_> {
    /// Proposes regions in scenes: selective search, then the network of Faster R-CNN. `done` is told after how many
    /// scenes it is.
    ///
    /// # Errors
    /// When a network cannot see scenes of this size.
    pub fn propose(
        &self,
        scenes: &Scenes,
        device: &Device,
        done: impl FnMut(usize),
    ) -> Result<[Proposer; 2], RecipeError> {
        let searched = |picture: &Picture| self.fast.regions(&picture.pixels, device);
        let proposed = |picture: &Picture| self.faster.regions(&picture.pixels, device);
        let found = in_turns(scenes, [&searched, &proposed], done)?;
        let names = ["selective search", "region proposals"];
        let mut names = names.into_iter();
        Ok(found.map(|(regions, seconds)| Proposer {
            name: names.next().unwrap_or_default(),
            recall: recall(scenes, &regions, usize::MAX),
            regions,
            seconds,
        }))
    }

    /// Finds boxes in scenes: R-CNN, Fast R-CNN, Faster R-CNN, YOLO. Each is asked about one picture after the other, all
    /// in turns, so that whatever else the machine does slows all of them. `done` is told after how many scenes it is.
    ///
    /// # Errors
    /// As [`Detectors::propose`].
    pub fn detect(
        &self,
        scenes: &Scenes,
        device: &Device,
        done: impl FnMut(usize),
    ) -> Result<[Contestant; 4], RecipeError> {
        let by_regions = selection(Some(LEAST), None)?;
        let on_grid = Usual::LITE.selection(Some(LEAST), None)?;
        let rcnn = |picture: &Picture| self.rcnn.detect(picture, &by_regions, device);
        let fast = |picture: &Picture| self.fast.detect(picture, &by_regions, device);
        let faster = |picture: &Picture| self.faster.detect(picture, &by_regions, device);
        let yolo = |picture: &Picture| self.yolo.detect(picture, &on_grid, device);
        let found: [(Vec<Vec<Detection>>, f64); 4] =
            in_turns(scenes, [&rcnn, &fast, &faster, &yolo], done)?;
        let [rcnn, fast, faster, yolo] = found;
        let contestant = |name, (found, seconds)| -> Result<Contestant, RecipeError> {
            Ok(Contestant { name, judged: Judged::of(scenes, found)?, seconds })
        };
        Ok([
            contestant("R-CNN", rcnn)?,
            contestant("Fast R-CNN", fast)?,
            contestant("Faster R-CNN", faster)?,
            contestant("YOLO", yolo)?,
        ])
    }
}

/// What each way says of every scene, and the seconds that a scene takes it in the mean, after a first one to warm up.
fn in_turns<T, const N: usize>(
    scenes: &Scenes,
    ways: [Way<'_, T>; N],
    mut done: impl FnMut(usize),
) -> Result<[(Vec<T>, f64); N], ConfigError> {
    let [height, width] = scenes.size.map(|side| side as u32);
    let mut all = [(); N].map(|()| (Vec::with_capacity(scenes.len()), 0.0));
    for (place, pixels) in scenes.pictures.iter().enumerate() {
        let picture = Picture { pixels: pixels.clone(), width, height };
        for (way, (found, seconds)) in ways.iter().zip(&mut all) {
            if place == 0 {
                way(&picture)?;
            }
            let start = Instant::now();
            found.push(way(&picture)?);
            *seconds += start.elapsed().as_secs_f64();
        }
        done(place + 1);
    }
    Ok(all.map(|(found, seconds)| (found, seconds / scenes.len().max(1) as f64)))
}
