//! Long short-term memory.

mod step;

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use self::step::LstmStep;
use super::part::Inputs;
use super::through_time;
use super::transposed::transposed;
use crate::fused::operation::{BackwardPass, Operation, Outcome};
use crate::fused::record::{apply, or_zeros, serves};
use crate::kernels::memory::tensor;
use crate::kernels::real::Real;
use crate::plain::{self, LstmOptions, LstmState, LstmWeights};

/// See [`ops::lstm`](crate::ops::lstm).
pub(crate) fn lstm(
    x: Tensor<3>,
    weights: LstmWeights,
    initial: Option<LstmState>,
    options: &LstmOptions,
) -> (Tensor<3>, LstmState) {
    if !serves(&x) {
        return plain::lstm(x, weights, initial, options);
    }
    let LstmWeights { input, recurrent, bias, peepholes } = weights;
    let [hidden, columns] = recurrent.dims();
    let bias = or_zeros(bias, [columns], &x);
    let (hidden_state, cell) = initial.map(|state| (state.hidden, state.cell)).unzip();
    let [hidden_state, cell] =
        [hidden_state, cell].map(|state| or_zeros(state, [x.dims()[0], hidden], &x));
    let tensors = [input, recurrent, hidden_state, cell].into_iter().chain(peepholes);
    let matrices = tensors.map(Tensor::into_dispatch);
    let inputs = [x.into_dispatch(), bias.into_dispatch()].into_iter().chain(matrices);
    let [output, hidden, cell] =
        apply(Arc::new(Lstm { options: options.clone() }), inputs.collect());
    let last =
        LstmState { hidden: Tensor::from_dispatch(hidden), cell: Tensor::from_dispatch(cell) };
    (Tensor::from_dispatch(output), last)
}

/// Inputs: x, bias, input weight, recurrent weight, hidden state, cell, and perhaps peepholes.
#[derive(Debug)]
struct Lstm {
    options: LstmOptions,
}

impl Operation for Lstm {
    fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let [x, bias, input, recurrent, hidden_state, cell, peepholes @ ..] = &inputs[..] else {
            unreachable!("six inputs, and perhaps peepholes")
        };
        let step = LstmStep {
            hidden: hidden_state.layout().shape()[1],
            gates: self.options.gates,
            recurrent: recurrent.storage::<T>(),
            transposed: Vec::new(),
            peepholes: peepholes.first().map(FlexTensor::storage),
        };
        let over = Inputs { x, weight: input.storage(), scan: &self.options.scan };
        let initial = [hidden_state.storage::<T>(), cell.storage()];
        let mut outcome = through_time::forward(&step, over, bias.storage(), &initial, training);
        if training {
            let weights = [x, input, recurrent].into_iter().chain(peepholes).cloned();
            outcome.saved.extend(weights);
        }
        outcome
    }

    fn backward<T: Real>(&self, mut pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let own = pass.wanted.len() - 6;
        let weights = pass.saved.split_off(pass.saved.len() - 3 - own);
        let [x, input, recurrent, peepholes @ ..] = &weights[..] else {
            unreachable!("what forward saved")
        };
        let [hidden, columns] = recurrent.layout().shape().dims();
        let features = input.layout().shape()[0];
        let step = LstmStep {
            hidden,
            gates: self.options.gates,
            recurrent: recurrent.storage::<T>(),
            transposed: transposed(recurrent.storage(), hidden, columns),
            peepholes: peepholes.first().map(FlexTensor::storage),
        };
        let over = Inputs { x, weight: input.storage(), scan: &self.options.scan };
        let found = through_time::backward(&step, over, pass, own * 3 * hidden);
        let parameters = found.parameters;
        let mut of_inputs = vec![
            found.x,
            Some(tensor(parameters.start, [columns])),
            Some(tensor(parameters.weight, [features, columns])),
            Some(tensor(parameters.recurrent, [hidden, columns])),
        ];
        of_inputs.extend(found.initial.into_iter().map(Some));
        of_inputs.extend((own > 0).then(|| Some(tensor(parameters.own, [3, hidden]))));
        of_inputs
    }
}
