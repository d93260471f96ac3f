//! A picture under edge detectors and pooling, a kernel that learns, and how far all of it is from autodiff.

mod differences;
mod looking;

use std::fmt::Display;
use std::path::Path;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData, s};
use fireside_datasets::drawn_house;
use fireside_datasets::image_file::{Picture, read_within};
use fireside_training::descent::{DescentConfig, Update};
use fireside_vision::steps::edges::{Kernel, cost_and_gradient, detect_edges, filters};

pub use self::differences::differences;
pub use self::looking::{Answer, LearntAnswer, answer_of, answers, halvings, number, strengths};
use crate::RecipeError;
use crate::trained::{Architecture, Card, Edges, Task};

/// Rows and columns that a picture needs: those of three halvings.
const LEAST: u32 = 8;
/// Rows and columns of the pieces that a kernel learns from: the lecture's 6x6, which give 4x4.
const PIECE: usize = 6;
/// Iterations from one recorded cost of the learning kernel to the next.
const INTERVAL: usize = 10;
/// Powers of ten up to the most iterations there are.
const LOOKS: usize = 9;

/// Reads a picture, shrunk to `longest` pixels along its longer side, or draws one of that side.
///
/// # Errors
/// When the file is no picture, or the picture has fewer pixels across or down than three halvings need.
pub fn open(path: Option<&Path>, longest: usize, seed: u32) -> Result<Picture, RecipeError> {
    let picture = match path {
        Some(path) => read_within(path, longest as u32)?,
        None => drawn_house::draw(longest, seed),
    };
    let name = path.map_or("--side".to_string(), |path| path.display().to_string());
    check_size(&picture, &name, longest)?;
    Ok(picture)
}

/// Checks that a picture called `name`, shrunk to `longest` pixels, has as many as three halvings need.
///
/// # Errors
/// When it has not.
pub fn check_size(
    picture: &Picture,
    name: &impl Display,
    longest: usize,
) -> Result<(), RecipeError> {
    if picture.width.min(picture.height) >= LEAST {
        return Ok(());
    }
    Err(RecipeError::Input(format!(
        "{name}: the picture has {}x{} pixels along a longer side of at most {longest}, but \
         {LEAST}x{LEAST} is the least",
        picture.width, picture.height
    )))
}

/// What describes the learnt kernel, which looks at pictures of `longest` pixels along the longer side.
pub fn card(longest: usize) -> Card {
    Card::new(Architecture::EdgeKernel, Task::Edges(Edges { longest }))
}

/// Returns a picture as `[1, 3, height, width]` in 0..=1.
pub fn color(picture: &Picture, device: &Device) -> Tensor<4> {
    let values: Vec<f32> = picture.pixels.iter().map(|byte| f32::from(*byte) / 255.0).collect();
    let shape = [1, picture.height as usize, picture.width as usize, 3];
    Tensor::<4>::from_data(TensorData::new(values, shape), device).permute([0, 3, 1, 2])
}

/// Returns the brightness of a picture, `[1, 1, height, width]`, by the weights of television (BT.601).
pub fn gray(color: &Tensor<4>) -> Tensor<4> {
    let weights = Tensor::<1>::from_data([0.299, 0.587, 0.114], &color.device());
    (color.clone() * weights.reshape([1, 3, 1, 1])).sum_dim(1)
}

/// A kernel that learns, and what was seen of it on the way.
#[derive(Module, Debug)]
pub struct Pupil {
    /// `[1, 1, 3, 3]`
    kernel: Param<Tensor<4>>,
    /// `[9, 1, 3, 3]`: the kernel after 1, 10, 100, ... iterations, zeros where it has not come so far.
    seen: Param<Tensor<4>>,
}

impl Pupil {
    /// A kernel of zeros.
    pub fn start(device: &Device) -> Self {
        let zeros = |count| Param::from_tensor(Tensor::zeros([count, 1, 3, 3], device));
        Self { kernel: zeros(1), seen: zeros(LOOKS) }
    }

    /// The kernel, `[1, 1, 3, 3]`.
    pub fn kernel(&self) -> Tensor<4> {
        self.kernel.val().without_autodiff()
    }

    /// The kernel after 1, 10, 100, ... of so many iterations.
    pub fn looks(&self, iterations: usize) -> Vec<(usize, Tensor<4>)> {
        let powers = (0..LOOKS).map(|look| (look, 10_usize.pow(look as u32)));
        let reached = powers.take_while(|(_, power)| *power <= iterations);
        let seen = self.seen.val().without_autodiff();
        let look = |(look, power)| (power, seen.clone().slice(s![look..look + 1, .., .., ..]));
        reached.map(look).collect()
    }

    fn moved(self, kernel: Tensor<4>, completed: usize) -> Self {
        let power = completed.ilog10();
        let mut seen = self.seen.val().without_autodiff();
        if 10_usize.pow(power) == completed && (power as usize) < LOOKS {
            let look = power as usize;
            seen = seen.slice_assign(s![look..look + 1, .., .., ..], kernel.clone());
        }
        Self { kernel: Param::from_tensor(kernel), seen: Param::from_tensor(seen) }
    }
}

/// How the kernel is to learn.
pub fn descent(iterations: usize, learning_rate: f64) -> DescentConfig {
    DescentConfig::new(iterations, learning_rate).with_cost_interval(INTERVAL)
}

/// Learns from a gray picture, cut into pieces, and from the edges that `teacher` finds in them: the update of a
/// descent.
///
/// The pieces are brought to mean 0 and variance 1 first: bright pictures would allow small steps only.
pub fn lesson(
    gray: &Tensor<4>,
    teacher: &Kernel,
) -> impl FnMut(Pupil, Update) -> (Pupil, Option<Tensor<1>>) + use<> {
    let pieces = pieces(gray);
    let pieces = pieces.clone() - pieces.mean().reshape([1, 1, 1, 1]);
    let deviation = pieces.clone().square().mean().sqrt().reshape([1, 1, 1, 1]);
    let pieces = pieces / (deviation + 1e-6); // one colour all over has none
    let edges = detect_edges(&pieces, &filters(&[*teacher], &gray.device()));
    move |pupil, update| {
        let kernel = pupil.kernel();
        let (cost, gradient) = cost_and_gradient(&kernel, &pieces, &edges);
        let kernel = kernel - gradient * update.learning_rate;
        (pupil.moved(kernel, update.iteration + 1), update.cost_wanted.then_some(cost))
    }
}

/// Cuts a gray picture into pieces of 6x6, `[pieces, 1, 6, 6]`; what is left over at the right and below is
/// left out.
fn pieces(gray: &Tensor<4>) -> Tensor<4> {
    let [.., height, width] = gray.dims();
    let [rows, columns] = [height / PIECE, width / PIECE];
    let whole = gray.clone().slice(s![.., .., 0..rows * PIECE, 0..columns * PIECE]);
    let cut = whole.reshape([rows, PIECE, columns, PIECE]).permute([0, 2, 1, 3]);
    cut.reshape([rows * columns, 1, PIECE, PIECE])
}

#[cfg(all(test, feature = "flex"))]
mod tests {
    use super::*;

    /// Pixel of row y and column x is 100 y + x.
    #[test]
    fn picture_is_cut_into_whole_pieces_row_by_row() {
        let values: Vec<f32> = (0..12 * 14).map(|i| (i / 14 * 100 + i % 14) as f32).collect();
        let data = TensorData::new(values, [1, 1, 12, 14]);
        let pieces = pieces(&Tensor::from_data(data, &Device::flex()));
        assert_eq!(pieces.dims(), [4, 1, 6, 6]);
        let pieces: Vec<f64> = pieces.into_data().iter().collect();
        assert_eq!(
            [0, 1, 6, 36, 72, 143].map(|i| pieces[i]),
            [0.0, 1.0, 100.0, 6.0, 600.0, 1111.0]
        );
    }
}
