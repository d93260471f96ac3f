//! Course 4, week 1: convolutional networks step by step.

use burn::tensor::{Device, Tensor};
use fireside_numpy_rng::NumpyRng;
use fireside_vision::steps::convolution::{
    ConvSettings, conv_backward, conv_forward, conv_single_step, zero_pad,
};
use fireside_vision::steps::pooling::{
    PoolMode, PoolSettings, create_mask_from_window, distribute_value, pool_backward, pool_forward,
};

use super::{Array, Notebook, Step};
use crate::RecipeError;
use crate::by_hand::entries;

/// Convolutional networks step by step.
pub const NOTEBOOK: Notebook = Notebook { name: "c4w1a1", steps };

const MODES: [(&str, PoolMode); 2] = [("max", PoolMode::Max), ("average", PoolMode::Average)];

fn steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let mut all = vec![padded(device)?, single_step(device)?, forward(device)?];
    for mode in MODES {
        all.push(pooled(mode, device)?);
    }
    all.push(backward(device)?);
    all.extend(windows(device)?);
    for mode in MODES {
        all.push(pooled_backward(mode, device)?);
    }
    Ok(all)
}

fn padded(device: &Device) -> Result<Step, RecipeError> {
    let (x, pad) = (Array::randn(&mut NumpyRng::new(1), [4, 3, 3, 2]), 3);
    let found = zero_pad(&x.channels_first(device), pad);
    Ok(Step::new("zero_pad", "pad zeros on every side of each image")
        .input("X", x)
        .input("pad", pad)
        .output("X_pad", Array::channels_last(found)?))
}

fn single_step(device: &Device) -> Result<Step, RecipeError> {
    let mut rng = NumpyRng::new(1);
    let (slice, w) = (Array::randn(&mut rng, [4, 4, 3]), Array::randn(&mut rng, [4, 4, 3]));
    let b = Array::randn(&mut rng, [1, 1, 1]);
    let alone = |array: &Array| -> Tensor<4> {
        array.tensor::<3>(device).permute([2, 0, 1]).unsqueeze() // a batch of one
    };
    let bias = b.tensor::<3>(device).reshape([1]);
    let z = conv_single_step(alone(&slice), &alone(&w), &bias);
    let z: f64 = entries(z)?.into_iter().sum();
    Ok(Step::new("conv_single_step", "the sum of a_slice_prev W, and b")
        .input("a_slice_prev", slice)
        .input("W", w)
        .input("b", b)
        .output("Z", z))
}

/// Images, filters and biases drawn under seed 1.
struct Drawn {
    a_prev: Array,
    w: Array,
    b: Array,
}

impl Drawn {
    fn new(images: [usize; 4], filters: [usize; 4]) -> Self {
        let mut rng = NumpyRng::new(1);
        let [.., outputs] = filters;
        Self {
            a_prev: Array::randn(&mut rng, images),
            w: Array::randn(&mut rng, filters),
            b: Array::randn(&mut rng, [1, 1, 1, outputs]),
        }
    }

    fn convolved(&self, settings: ConvSettings, device: &Device) -> Tensor<4> {
        let (images, filters) = (self.a_prev.channels_first(device), self.w.filters(device));
        let bias = self.b.tensor::<4>(device).reshape([self.b.data.len()]);
        conv_forward(&images, &filters, &bias, settings)
    }
}

fn forward(device: &Device) -> Result<Step, RecipeError> {
    let drawn = Drawn::new([2, 5, 7, 4], [3, 3, 4, 8]);
    let settings = ConvSettings { stride: 2, pad: 1 };
    let z = Array::channels_last(drawn.convolved(settings, device))?;
    let what = "conv_single_step at every place; n = floor((n_prev - f + 2 pad) / stride) + 1";
    let Drawn { a_prev, w, b } = drawn;
    Ok(Step::new("conv_forward", what)
        .input("A_prev", a_prev)
        .input("W", w)
        .input("b", b)
        .input("pad", settings.pad)
        .input("stride", settings.stride)
        .output("Z", z))
}

/// As in the notebook, what the forward pass gave stands for the gradient by it.
fn backward(device: &Device) -> Result<Step, RecipeError> {
    let drawn = Drawn::new([10, 4, 4, 3], [2, 2, 3, 8]);
    let settings = ConvSettings { stride: 2, pad: 2 };
    let dz = drawn.convolved(settings, device);
    let Drawn { a_prev, w, b } = drawn;
    let found = conv_backward(&dz, &a_prev.channels_first(device), &w.filters(device), settings);
    let what = "dA_prev += W dZ and dW += a_slice dZ at every place, db = the sum of dZ";
    Ok(Step::new("conv_backward", what)
        .input("dZ", Array::channels_last(dz)?)
        .input("A_prev", a_prev)
        .input("W", w)
        .input("b", &b)
        .input("pad", settings.pad)
        .input("stride", settings.stride)
        .output("dA_prev", Array::channels_last(found.da_prev)?)
        .output("dW", Array::of(found.dw.permute([2, 3, 1, 0]))?)
        .output("db", Array { data: entries(found.db)?, ..b }))
}

fn pooled((name, mode): (&str, PoolMode), device: &Device) -> Result<Step, RecipeError> {
    let a_prev = Array::randn(&mut NumpyRng::new(1), [2, 5, 5, 3]);
    let settings = PoolSettings { f: 3, stride: 1, mode };
    let found = pool_forward(&a_prev.channels_first(device), settings);
    Ok(Step::new("pool_forward", "the largest or the mean of each window of f rows and columns")
        .input("A_prev", a_prev)
        .input("stride", settings.stride)
        .input("f", settings.f)
        .input("mode", name)
        .output("A", Array::channels_last(found)?))
}

fn windows(device: &Device) -> Result<[Step; 2], RecipeError> {
    let x = Array::randn(&mut NumpyRng::new(1), [2, 3]);
    let mask = create_mask_from_window(&x.tensor::<2>(device).unsqueeze());
    let (dz, size) = (2.0, [2, 2]);
    let spread = distribute_value(Tensor::from_data([[dz]], device), size);
    Ok([
        Step::new("create_mask_from_window", "1 where x is its largest entry, else 0")
            .input("x", &x)
            .output("mask", Array { data: entries(mask)?, ..x }.of_integers()),
        Step::new("distribute_value", "dz / (n_H n_W) everywhere")
            .input("dz", dz)
            .input("n_H", size[0])
            .input("n_W", size[1])
            .output("a", Array::new(size.to_vec(), entries(spread)?)),
    ])
}

fn pooled_backward((name, mode): (&str, PoolMode), device: &Device) -> Result<Step, RecipeError> {
    let mut rng = NumpyRng::new(1);
    let (a_prev, da) = (Array::randn(&mut rng, [5, 5, 3, 2]), Array::randn(&mut rng, [5, 4, 2, 2]));
    let settings = PoolSettings { f: 2, stride: 1, mode };
    let found = pool_backward(&da.channels_first(device), &a_prev.channels_first(device), settings);
    let what = "dA to the largest of each window, or spread evenly over it";
    Ok(Step::new("pool_backward", what)
        .input("dA", da)
        .input("A_prev", a_prev)
        .input("stride", settings.stride)
        .input("f", settings.f)
        .input("mode", name)
        .output("dA_prev", Array::channels_last(found)?))
}
