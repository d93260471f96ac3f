//! How an operation on plain memory becomes a differentiable one of Burn's CPU backend.
//!
//! [`apply`] runs an [`Operation`] behind Burn's dispatch: recorded for the backward pass where an input is
//! tracked, and merely run where none is.

use std::sync::{Arc, Mutex, PoisonError};

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::backend::{
    Autodiff, AutodiffBackend, Backend, BackendTensor, Dispatch, DispatchAutodiffContext,
    DispatchTensor, DispatchTensorKind, ExtensionType, Flex, TensorMetadata, backend_extension,
};
use burn::tensor::{DType, FloatDType, Shape, Tensor};

use super::operation::{AnyFloat, BackwardPass};
use crate::trace;

/// Whether kernels of ours serve this tensor: 32- or 64-bit floats on Burn's CPU backend.
pub(super) fn serves<const D: usize>(tensor: &Tensor<D>) -> bool {
    let tensor = tensor.clone().into_dispatch();
    let on_flex = match &tensor.kind {
        DispatchTensorKind::Flex(_) => true,
        DispatchTensorKind::Autodiff(inner) => matches!(**inner, DispatchTensorKind::Flex(_)),
        #[allow(unreachable_patterns)] // no other backend may be compiled in
        _ => false,
    };
    on_flex && matches!(tensor.dtype(), DType::F32 | DType::F64)
}

/// Runs `operation` on tensors of Burn's CPU backend; returns its outputs, then its constants.
///
/// Where the caller is generic, a function that is neither generic nor inlined makes the operation: else every
/// crate that calls it for a rank would compile the kernels once more.
pub(super) fn apply<const N: usize>(
    operation: Arc<dyn AnyFloat>,
    inputs: Vec<DispatchTensor>,
) -> [DispatchTensor; N] {
    trace::count_kernel();
    let Tensors(outputs) = Dispatch::run(Tensors(inputs), operation);
    let count = outputs.len();
    let Ok(outputs) = outputs.try_into() else {
        unreachable!("an operation of {N} outputs returned {count}")
    };
    outputs
}

/// [`apply`] for one output.
pub(super) fn apply_one<const D: usize>(
    operation: Arc<dyn AnyFloat>,
    inputs: Vec<DispatchTensor>,
) -> Tensor<D> {
    let [output] = apply(operation, inputs);
    Tensor::from_dispatch(output)
}

/// The inputs of a layer: `x`, the weight, and the bias if there is one.
pub(super) fn with_bias<const D: usize, const W: usize>(
    x: Tensor<D>,
    weight: Tensor<W>,
    bias: Option<Tensor<1>>,
) -> Vec<DispatchTensor> {
    let tensors = [x.into_dispatch(), weight.into_dispatch()];
    tensors.into_iter().chain(bias.map(Tensor::into_dispatch)).collect()
}

/// An input that may be missing: zeros of that shape then.
pub(super) fn or_zeros<const D: usize, const X: usize>(
    tensor: Option<Tensor<D>>,
    shape: [usize; D],
    like: &Tensor<X>,
) -> Tensor<D> {
    tensor.unwrap_or_else(|| Tensor::zeros(shape, (&like.device(), like.dtype())))
}

/// Inputs or outputs of one operation.
struct Tensors<B: Backend>(Vec<FloatTensor<B>>);

impl<B: Backend> ExtensionType<B> for Tensors<B> {
    type Target = Tensors<Dispatch>;

    fn map_to_dispatch<F>(self, map_kind: F, autodiff: DispatchAutodiffContext) -> Self::Target
    where
        F: Fn(BackendTensor<B>) -> DispatchTensorKind,
    {
        let wrap =
            |tensor| DispatchTensor { kind: map_kind(BackendTensor::Float(tensor)), autodiff };
        Tensors(self.0.into_iter().map(wrap).collect())
    }

    fn map_from_dispatch<F>(target: Self::Target, unwrap_kind: F) -> Self
    where
        F: Fn(DispatchTensor) -> BackendTensor<B>,
    {
        Self(target.0.into_iter().map(|tensor| unwrap_kind(tensor).float()).collect())
    }

    fn routing_tensor(target: &Self::Target) -> Option<&DispatchTensor> {
        target.0.first()
    }

    fn routing_float_tensor(target: &Self::Target) -> Option<&DispatchTensor> {
        target.0.first()
    }

    fn autodiff_context(target: &Self::Target) -> DispatchAutodiffContext {
        let contexts = target.0.iter().map(|tensor| tensor.autodiff);
        contexts.fold(DispatchAutodiffContext::Disabled, DispatchAutodiffContext::merge)
    }
}

#[backend_extension(Flex, Autodiff)]
trait Run: Backend {
    fn run(#[extension_type] inputs: Tensors<Self>, operation: Arc<dyn AnyFloat>) -> Tensors<Self>;
}

impl Run for Flex {
    fn run(inputs: Tensors<Self>, operation: Arc<dyn AnyFloat>) -> Tensors<Self> {
        let mut outcome = operation.forward(inputs.0, false);
        outcome.outputs.append(&mut outcome.constants);
        Tensors(outcome.outputs)
    }
}

impl<C: CheckpointStrategy> Run for Autodiff<Flex, C> {
    fn run(inputs: Tensors<Self>, operation: Arc<dyn AnyFloat>) -> Tensors<Self> {
        let (tensors, guards): (Vec<_>, Vec<_>) =
            inputs.0.into_iter().map(|input| input.into_parts()).unzip();
        match guards.len() {
            1 => record::<C, 1>(tensors, guards, operation),
            2 => record::<C, 2>(tensors, guards, operation),
            3 => record::<C, 3>(tensors, guards, operation),
            4 => record::<C, 4>(tensors, guards, operation),
            5 => record::<C, 5>(tensors, guards, operation),
            6 => record::<C, 6>(tensors, guards, operation),
            7 => record::<C, 7>(tensors, guards, operation),
            8 => record::<C, 8>(tensors, guards, operation),
            inputs => unreachable!("an operation of {inputs} inputs"),
        }
    }
}

/// What one recorded operation keeps until its backward pass.
#[derive(Debug, Clone)]
struct Recorded {
    operation: Arc<dyn AnyFloat>,
    saved: Vec<FlexTensor>,
    /// Shapes of the inputs.
    shapes: Vec<Shape>,
    /// Gradients of the outputs after the main one, left here by [`SideOutput`].
    side_gradients: Arc<Mutex<Vec<Option<FlexTensor>>>>,
}

/// Runs the operation and puts it into the graph.
///
/// A node of Burn's graph has one output. The main output is that node; every other is a child of it, which
/// only hands its gradient over. Children go back before their parents, so the gradients are there in time.
fn record<C: CheckpointStrategy, const N: usize>(
    tensors: Vec<FlexTensor>,
    guards: Vec<NodeGuard>,
    operation: Arc<dyn AnyFloat>,
) -> Tensors<Autodiff<Flex, C>> {
    let Ok(guards) = <[NodeGuard; N]>::try_from(guards) else {
        unreachable!("as many guards as inputs")
    };
    let constant = <Autodiff<Flex, C> as AutodiffBackend>::from_inner;
    let recorded = match Record.prepare::<C>(guards).compute_bound().stateful() {
        OpsKind::UnTracked(prep) => {
            let outcome = operation.forward(tensors, false);
            let mut outputs = outcome.outputs.into_iter();
            let main = outputs.next().map(|output| prep.finish(output));
            main.into_iter().chain(outputs.chain(outcome.constants).map(constant)).collect()
        }
        OpsKind::Tracked(prep) => {
            let shapes = tensors.iter().map(TensorMetadata::shape).collect();
            let outcome = operation.forward(tensors, true);
            let mut outputs = outcome.outputs.into_iter();
            let sides = outputs.len().saturating_sub(1);
            let side_gradients = Arc::new(Mutex::new(vec![None; sides]));
            let state = Recorded {
                operation,
                saved: outcome.saved,
                shapes,
                side_gradients: side_gradients.clone(),
            };
            let mut recorded: Vec<_> =
                outputs.next().map(|output| prep.finish(state, output)).into_iter().collect();
            for (index, output) in outputs.enumerate() {
                let parent = &recorded[0];
                let side = SideOutputState {
                    index,
                    gradients: side_gradients.clone(),
                    main_shape: parent.shape(),
                    main_dtype: parent.dtype(),
                };
                let prep = SideOutput.prepare::<C>([parent.node()]).compute_bound().stateful();
                recorded.push(match prep {
                    OpsKind::Tracked(prep) => prep.finish(side, output),
                    OpsKind::UnTracked(prep) => prep.finish(output),
                });
            }
            recorded.extend(outcome.constants.into_iter().map(constant));
            recorded
        }
    };
    Tensors(recorded)
}

#[derive(Debug)]
struct Record;

impl<const N: usize> Backward<Flex, N> for Record {
    type State = Recorded;

    fn backward(
        self,
        ops: Ops<Recorded, N>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let Recorded { operation, saved, shapes, side_gradients } = ops.state;
        let main = gradients.consume::<Flex>(&ops.node);
        let dtype = main.dtype();
        let mut sides = side_gradients.lock().unwrap_or_else(PoisonError::into_inner);
        let others = sides.drain(..).collect();
        let wanted = ops.parents.each_ref().map(Option::is_some);
        let pass = BackwardPass { saved, gradient: main, others, wanted: &wanted };
        let mut of_inputs = operation.backward(pass).into_iter();
        for (parent, shape) in ops.parents.into_iter().zip(shapes) {
            let gradient = of_inputs.next().flatten();
            // What came before a constant goes back as well, and expects a gradient.
            if let Some(parent) = parent {
                let gradient = gradient.unwrap_or_else(|| zeros(shape, dtype));
                gradients.register::<Flex>(parent.id, gradient);
            }
        }
    }
}

#[derive(Debug)]
struct SideOutput;

#[derive(Debug, Clone)]
struct SideOutputState {
    index: usize,
    gradients: Arc<Mutex<Vec<Option<FlexTensor>>>>,
    main_shape: Shape,
    main_dtype: DType,
}

impl Backward<Flex, 1> for SideOutput {
    type State = SideOutputState;

    fn backward(
        self,
        ops: Ops<SideOutputState, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let state = ops.state;
        let gradient = gradients.consume::<Flex>(&ops.node);
        let mut sides = state.gradients.lock().unwrap_or_else(PoisonError::into_inner);
        sides[state.index] = Some(gradient);
        // The parent goes back only when a gradient reached it.
        let [parent] = ops.parents;
        if let Some(parent) = parent {
            gradients.register::<Flex>(parent.id, zeros(state.main_shape, state.main_dtype));
        }
    }
}

fn zeros(shape: Shape, dtype: DType) -> FlexTensor {
    let dtype = if dtype == DType::F64 { FloatDType::F64 } else { FloatDType::F32 };
    Flex::float_zeros(shape, &Default::default(), dtype)
}
