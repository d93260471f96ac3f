//! Pictures with boxes of one's own.

use std::path::Path;

use clap::{Args, ValueHint};
use fireside_recipes::car_detection::scenes::Scenes;
use fireside_recipes::car_detection::{classes, own};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::values::InputPath;

/// Pictures with boxes of one's own to train on.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
#[command(next_help_heading = "Pictures of one's own")]
pub struct OwnBoxes {
    /// Train on the pictures of this folder [default: drawn street scenes]
    #[arg(long, value_name = "DIR", requires = "annotations", conflicts_with = "weights")]
    #[arg(value_hint = ValueHint::DirPath)]
    images: Option<InputPath>,
    /// Their boxes: a COCO JSON, Pascal VOC XML, YOLO's texts, or a table of file,x1,y1,x2,y2,class
    #[arg(long, value_name = "FILE|DIR", requires = "images", value_hint = ValueHint::AnyPath)]
    annotations: Option<InputPath>,
}

impl OwnBoxes {
    /// Scenes of `size` to learn from and to test on, with a sentence that tells what they are: those given, or else
    /// drawn ones, so many of each.
    ///
    /// # Errors
    /// When pictures or boxes cannot be read, or what they mean is in doubt.
    pub fn sets(
        &self,
        size: [usize; 2],
        names: Option<&Path>,
        counts: [usize; 2],
        seed: u32,
    ) -> Result<([Scenes; 2], String), Failure> {
        let (Some(images), Some(annotations)) = (&self.images, &self.annotations) else {
            if names.is_some() {
                let reason = "--classes names the classes of --weights or of --annotations";
                return Err(Failure::Input(reason.to_string()));
            }
            let [learnt, tested] = counts;
            let text = format!("Data: {learnt} drawn street scenes to train on, {tested} to test.");
            return Ok((Scenes::drawn_sets(size, counts, seed)?, text));
        };
        let names = names.map(classes::read).transpose()?;
        let (found, mut text) = own::own(images, annotations, names.as_deref())?;
        let sets = Scenes::own_sets(&found, size, seed)?;
        let [learnt, tested] = sets.each_ref().map(Scenes::len);
        text += &format!("\n{learnt} to train on, {tested} to test.");
        Ok((sets, text))
    }
}
