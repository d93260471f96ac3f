//! A model with its data as a step to repeat.

use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;

use super::{Setup, Work};

/// Does the work once.
pub type Step = Box<dyn FnMut()>;

/// So small that the thousandth step still does the work of the first: no loss of 0, no subnormal numbers.
const LEARNING_RATE: f64 = 1e-6;

/// The step of a model: `loss` of `forward` and an update in training, `forward` alone in inference.
pub(super) fn of_model<M: Module + 'static, const D: usize>(
    setup: Setup,
    model: M,
    mut optimizer: ModuleOptimizer,
    forward: impl Fn(&M) -> Tensor<D> + 'static,
    loss: impl Fn(Tensor<D>) -> Tensor<1> + 'static,
) -> Step {
    if setup.work == Work::Inference {
        let model = model.valid();
        return Box::new(move || drop(forward(&model)));
    }
    let mut model = Some(model);
    Box::new(move || {
        model = model.take().map(|model| {
            let gradients = GradientsParams::from_grads(loss(forward(&model)).backward(), &model);
            optimizer.step(LEARNING_RATE, model, gradients)
        });
    })
}

/// The step of one operation: `forward`, and in training the gradients of all that is tracked, from an
/// output gradient of ones.
pub(super) fn of_operation<const D: usize>(
    setup: Setup,
    forward: impl Fn() -> Tensor<D> + 'static,
) -> Step {
    match setup.work {
        Work::Training => Box::new(move || drop(forward().backward())),
        Work::Inference => Box::new(move || drop(forward())),
    }
}
