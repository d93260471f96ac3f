//! What edge detectors and pooling make of a picture, and a detector that was learnt.

use burn::tensor::Tensor;
use fireside_recipes::convolution_by_hand::{
    Answer, Pupil, answer_of, halvings, number, strengths,
};
use fireside_recipes::counted;
use fireside_training::gradient_check::relative_difference;
use fireside_training::history::History;
use fireside_vision::steps::edges::{Kernel, detect_edges, filters};
use fireside_vision::steps::pooling::PoolMode;
use fireside_vision::steps::sizes::{Padding, output_size};

use crate::Failure;
use crate::picture::{Tile, sheet};
use crate::plot::Series;
use crate::run::Run;

/// Pictures in a row of a sheet.
const COLUMNS: u32 = 4;

impl Run {
    /// Says how large a window of 3x3 leaves a picture and how strongly every detector answers to it, and draws it
    /// all: `edges.png`.
    ///
    /// # Errors
    /// When the device fails, or the sheet cannot be drawn or written.
    pub fn edges(
        &mut self,
        picture: &Tensor<4>,
        gray: &Tensor<4>,
        answers: &[Answer],
    ) -> Result<(), Failure> {
        let [.., height, width] = gray.dims();
        self.say(&format!("Data: a picture of {width}x{height}. A window of 3x3 leaves of it:"));
        for padding in [Padding::Valid, Padding::Same] {
            let pad = padding.pad(3).unwrap_or_default();
            let size = |n: usize| output_size(n, 3, pad, 1).unwrap_or_default();
            self.say(&format!("    {padding:?}, pad {pad}: {}x{}", size(width), size(height)));
        }
        self.say("Mean strength of each detector's answer over the picture (0.5 at most):");
        let mut shown = vec![Shown::new(picture, "the picture")?, Shown::new(gray, "in gray")?];
        for Answer { name, edges, mean } in answers {
            self.say(&format!("    {name:18} {mean:.4}"));
            self.result(&format!("mean_answer_{name}"), *mean);
            shown.push(Shown::signed(edges, name)?);
        }
        for (name, strength) in strengths(answers)? {
            shown.push(Shown::new(&strength, &format!("{name}, any direction"))?);
        }
        let title = "What each detector finds: edges are light or dark, the rest is gray";
        self.picture("edges.png", &contact_sheet(title, &shown, COLUMNS)?)
    }

    /// Says how near a kernel came to the `teacher` of edges at so many degrees, and draws what it found on the way
    /// and its cost: `learnt-kernel.png` and `learning.png`.
    ///
    /// # Errors
    /// When the device fails, or a picture cannot be drawn or written.
    pub fn learnt_kernel(
        &mut self,
        gray: &Tensor<4>,
        (degrees, teacher): (f64, &Kernel),
        pupil: &Pupil,
        history: &History,
        iterations: usize,
    ) -> Result<(), Failure> {
        let learnt = pupil.kernel();
        let kernel: Vec<f64> = learnt.clone().try_into_data()?.iter::<f64>().collect();
        let difference = relative_difference(&kernel, teacher.as_flattened());
        self.say(&format!(
            "\nA kernel learnt from edges at {degrees} degrees, and the one that made them:"
        ));
        for (learnt, teacher) in kernel.chunks(3).zip(teacher) {
            self.say(&format!("    {}      {}", row(learnt), row(teacher)));
        }
        self.say(&format!("They differ by {:.2} %.", 100.0 * difference));
        self.result("learnt_kernel", kernel);
        self.result("difference_learnt_kernel", difference);
        self.result("cost_learnt_kernel", history.last_cost());
        let found = answer_of(&learnt, gray)?;
        self.result("mean_answer_learnt_kernel", found.mean);

        let teacher = filters(&[*teacher], &gray.device());
        let mut shown = vec![Shown::signed(&teacher, "the kernel to learn")?];
        for (look, kernel) in pupil.looks(iterations) {
            if look < iterations {
                shown.push(Shown::signed(&kernel, &format!("after {}", counted(look, "update")))?);
            }
        }
        let updates = counted(iterations, "update");
        shown.push(Shown::signed(&learnt, &format!("after {updates}"))?);
        shown.push(Shown::signed(&detect_edges(gray, &teacher), "the edges given")?);
        shown.push(Shown::signed(&found.edges, "those it finds")?);
        let title = "A kernel that learns to find edges";
        self.picture("learnt-kernel.png", &contact_sheet(title, &shown, COLUMNS)?)?;
        let costs = [Series::of_costs("learnt kernel", history)];
        let title = "A kernel learns to find edges";
        self.curves("learning.png", title, ["iteration", "cost"], &costs)
    }

    /// Says how large and how bright a picture is, halved again and again by its largest pixels and by their means,
    /// and draws it: `pooled.png`.
    ///
    /// # Errors
    /// When the device fails, or the sheet cannot be drawn or written.
    pub fn halvings(&mut self, picture: &Tensor<4>) -> Result<(), Failure> {
        let mut shown = Vec::new();
        for (name, mode) in [("max", PoolMode::Max), ("average", PoolMode::Average)] {
            let (mut sizes, mut brightness) = (Vec::new(), 0.0);
            for pooled in halvings(picture, mode) {
                let [.., height, width] = pooled.dims();
                sizes.push(format!("{width}x{height}"));
                shown.push(match (sizes.len(), shown.is_empty()) {
                    (1, true) => Shown::new(&pooled, &format!("the picture, {width}x{height}"))?,
                    (1, false) => Shown::nothing(), // both begin with the picture
                    _ => Shown::new(&pooled, &format!("{name}, {width}x{height}"))?,
                });
                brightness = number(pooled.mean())?;
            }
            let sizes = sizes.join(" -> ");
            self.say(&format!("\nPooled by {name}: {sizes}, brightness {brightness:.3}"));
            self.result(&format!("pooled_brightness_{name}"), brightness);
        }
        let title = "The picture, halved again and again by pooling";
        self.picture("pooled.png", &contact_sheet(title, &shown, COLUMNS)?)
    }
}

fn row(entries: &[f64]) -> String {
    let entries: Vec<String> = entries.iter().map(|entry| format!("{entry:7.3}")).collect();
    entries.join(" ")
}

/// Pixels to show, with what to say of them.
#[derive(Debug, Clone)]
struct Shown {
    pixels: Vec<u8>,
    side: u32,
    caption: String,
}

impl Shown {
    /// Shows `[1, 1 or 3, height, width]` of 0..=1 on a white square.
    ///
    /// # Errors
    /// When the device fails.
    fn new(picture: &Tensor<4>, caption: &str) -> Result<Self, Failure> {
        let [_, channels, height, width] = picture.dims();
        let values: Vec<f64> =
            picture.clone().permute([0, 2, 3, 1]).try_into_data()?.iter::<f64>().collect();
        let side = height.max(width);
        let (top, left) = ((side - height) / 2, (side - width) / 2);
        let mut pixels = vec![255; side * side * 3];
        for (index, pixel) in values.chunks(channels).enumerate() {
            let place = (top + index / width) * side + left + index % width;
            for (channel, byte) in pixels[place * 3..][..3].iter_mut().enumerate() {
                let value = pixel[channel.min(channels - 1)];
                *byte = (value.clamp(0.0, 1.0) * 255.0).round() as u8;
            }
        }
        Ok(Self { pixels, side: side as u32, caption: caption.to_string() })
    }

    /// Shows nothing: an empty place on a sheet.
    fn nothing() -> Self {
        Self { pixels: vec![255; 3], side: 1, caption: String::new() }
    }

    /// Shows `[1, 1, height, width]` of any sign: 0 in gray, the largest magnitude in white or black.
    ///
    /// # Errors
    /// When the device fails.
    fn signed(answers: &Tensor<4>, caption: &str) -> Result<Self, Failure> {
        let largest = number(answers.clone().abs().max())?;
        let scale = if largest > 0.0 { 0.5 / largest } else { 0.0 };
        Self::new(&(answers.clone() * scale + 0.5), caption)
    }

    fn tile(&self) -> Tile<'_> {
        let size = (self.side, self.side);
        Tile { pixels: &self.pixels, size, caption: self.caption.clone() }
    }
}

/// Lays pictures out in rows of `columns` below a title.
///
/// # Errors
/// When the drawing fails.
fn contact_sheet(title: &str, shown: &[Shown], columns: u32) -> Result<Vec<u8>, Failure> {
    let tiles: Vec<Tile<'_>> = shown.iter().map(Shown::tile).collect();
    sheet(title, &tiles, columns)
}

#[cfg(all(test, feature = "flex"))]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn shown_picture_stands_in_the_middle_of_a_white_square() {
        let answers = Tensor::<4>::from_data([[[[-2.0, 0.0, 1.0]]]], &Device::flex());
        let shown = Shown::signed(&answers, "").unwrap();
        assert_eq!(shown.side, 3);
        let middle = [0, 0, 0, 128, 128, 128, 191, 191, 191];
        assert_eq!(shown.pixels, [[255; 9], middle, [255; 9]].concat());
    }
}
