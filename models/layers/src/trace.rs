//! What a forward pass is made of, written down while it runs.
//!
//! [`record`] runs a closure and returns the steps that the modules took in it, in their order. A step is what
//! a layer table has a row for: what [`Layer::apply`](crate::Layer::apply) ran, and whatever a model marks
//! with [`step`] because no module stands for it, such as a sum of two branches.
//!
//! [`count_kernels`] tells how many operations ran on kernels of this crate, and so whether a network takes the
//! fast path where it runs.
//!
//! Only the thread that calls them is watched. Elsewhere a mark costs the look at a thread's variable.

use std::cell::{Cell, RefCell};

use burn::module::ParamId;
use burn::tensor::Tensor;

/// One layer at work.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What sort of layer it is, by the name of Burn's module where it has one: `Conv2d`.
    pub kind: &'static str,
    /// The first of its parameters, by which the layer can be found in its model; none if it has none.
    pub parameter: Option<ParamId>,
    /// Entries of its parameters.
    pub num_parameters: usize,
    /// Entries of its running statistics, which are no parameters but kept with them.
    pub num_statistics: usize,
    /// Shape of the output, the batch first.
    pub output: Vec<usize>,
    /// Multiplications of weights with inputs, each with its addition, for the whole batch.
    pub multiply_adds: u64,
}

thread_local! {
    static STEPS: RefCell<Option<Vec<Step>>> = const { RefCell::new(None) };
    static KERNELS: Cell<usize> = const { Cell::new(0) };
}

/// Runs a closure and returns its result with the steps taken in it.
///
/// ```
/// use burn::nn::LinearConfig;
/// use burn::tensor::{Device, Tensor};
/// use fireside_layers::{Layer, trace};
///
/// let device = Device::flex();
/// let linear = LinearConfig::new(3, 5).init(&device);
/// let (_, steps) = trace::record(|| linear.apply(Tensor::<2>::zeros([1, 3], &device)));
/// assert_eq!((steps[0].kind, steps[0].num_parameters), ("Linear", 20));
/// ```
pub fn record<R>(run: impl FnOnce() -> R) -> (R, Vec<Step>) {
    let watch = Watch { outer: STEPS.replace(Some(Vec::new())) };
    let result = run();
    let steps = STEPS.take().unwrap_or_default();
    drop(watch);
    (result, steps)
}

/// Gives the steps back to a recording around this one, also when the closure panics.
struct Watch {
    outer: Option<Vec<Step>>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        STEPS.set(self.outer.take());
    }
}

/// Marks `output` as that of a step without parameters.
pub fn step<const D: usize>(kind: &'static str, output: Tensor<D>) -> Tensor<D> {
    note(|| Step::new(kind, &output));
    output
}

/// Writes a step down where steps are recorded.
pub fn note(step: impl FnOnce() -> Step) {
    STEPS.with_borrow_mut(|steps| {
        if let Some(steps) = steps {
            steps.push(step());
        }
    });
}

impl Step {
    /// A step without parameters.
    pub fn new<const D: usize>(kind: &'static str, output: &Tensor<D>) -> Self {
        Self {
            kind,
            parameter: None,
            num_parameters: 0,
            num_statistics: 0,
            output: output.dims().to_vec(),
            multiply_adds: 0,
        }
    }
}

/// Runs a closure and returns its result with the number of operations that kernels of this crate computed in it.
/// An operation counts when it goes forward; where it is made of Burn's instead, on another device or without the
/// feature `flex`, it does not.
///
/// ```
/// use burn::nn::LinearConfig;
/// use burn::tensor::{Device, Tensor};
/// use fireside_layers::{Layer, trace};
///
/// let device = Device::flex();
/// let linear = LinearConfig::new(3, 5).init(&device);
/// let (_, kernels) = trace::count_kernels(|| linear.apply(Tensor::<2>::zeros([1, 3], &device)));
/// assert_eq!(kernels, 1);
/// ```
pub fn count_kernels<R>(run: impl FnOnce() -> R) -> (R, usize) {
    let before = KERNELS.get();
    let result = run();
    (result, KERNELS.get().wrapping_sub(before))
}

/// Counts an operation that a kernel computes.
#[cfg(feature = "flex")]
pub(crate) fn count_kernel() {
    KERNELS.set(KERNELS.get().wrapping_add(1));
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn mark(kind: &'static str) {
        step(kind, Tensor::<1>::zeros([2], &Device::flex()));
    }

    #[test]
    fn recording_within_a_recording_keeps_its_steps_to_itself() {
        let ((), outer) = record(|| {
            mark("before");
            let ((), inner) = record(|| mark("within"));
            assert_eq!(inner.iter().map(|step| step.kind).collect::<Vec<_>>(), ["within"]);
            mark("after");
        });
        assert_eq!(outer.iter().map(|step| step.kind).collect::<Vec<_>>(), ["before", "after"]);
    }

    #[test]
    fn nothing_is_recorded_after_a_recording_that_panicked() {
        let broken = std::panic::catch_unwind(|| record::<()>(|| panic!("on purpose")));
        assert!(broken.is_err());
        STEPS.with_borrow(|steps| assert!(steps.is_none()));
    }
}
