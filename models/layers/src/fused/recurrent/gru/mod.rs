//! The gated recurrent unit.

mod step;

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use self::step::GruStep;
use super::part::Inputs;
use super::through_time;
use super::transposed::transposed;
use crate::fused::operation::{BackwardPass, Operation, Outcome, exactly};
use crate::fused::record::{apply, or_zeros, serves};
use crate::kernels::memory::tensor;
use crate::kernels::real::Real;
use crate::plain::{self, GruOptions, GruWeights, Reset};

/// See [`ops::gru`](crate::ops::gru).
pub(crate) fn gru(
    x: Tensor<3>,
    weights: GruWeights,
    initial: Option<Tensor<2>>,
    options: &GruOptions,
) -> (Tensor<3>, Tensor<2>) {
    if !serves(&x) {
        return plain::gru(x, weights, initial, options);
    }
    let GruWeights { input, recurrent, bias, recurrent_bias } = weights;
    let [hidden, columns] = recurrent.dims();
    let biases = [bias, recurrent_bias].map(|bias| or_zeros(bias, [columns], &x));
    let initial = or_zeros(initial, [x.dims()[0], hidden], &x);
    let vectors = biases.into_iter().map(Tensor::into_dispatch);
    let matrices = [input, recurrent, initial].into_iter().map(Tensor::into_dispatch);
    let inputs = std::iter::once(x.into_dispatch()).chain(vectors).chain(matrices);
    let [output, last] = apply(Arc::new(Gru { options: options.clone() }), inputs.collect());
    (Tensor::from_dispatch(output), Tensor::from_dispatch(last))
}

/// Inputs: x, bias, recurrent bias, input weight, recurrent weight, hidden state.
#[derive(Debug)]
struct Gru {
    options: GruOptions,
}

impl Operation for Gru {
    fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let [x, bias, recurrent_bias, input, recurrent, initial] = exactly(&inputs);
        let hidden = initial.layout().shape()[1];
        let step = GruStep {
            hidden,
            options: &self.options,
            recurrent: recurrent.storage::<T>(),
            transposed: Vec::new(),
        };
        let biases = bias.storage::<T>().iter().zip(recurrent_bias.storage::<T>());
        let mut start: Vec<T> = biases.map(|(bias, recurrent)| *bias + *recurrent).collect();
        match self.options.reset {
            Reset::AfterProduct => {
                start.truncate(2 * hidden);
                start.extend_from_slice(&bias.storage()[2 * hidden..]);
                start.extend_from_slice(&recurrent_bias.storage()[2 * hidden..]);
            }
            Reset::BeforeProduct => start.resize(4 * hidden, T::ZERO),
        }
        let over = Inputs { x, weight: input.storage(), scan: &self.options.scan };
        let initial = [initial.storage::<T>()];
        let mut outcome = through_time::forward(&step, over, &start, &initial, training);
        if training {
            outcome.saved.extend([x, input, recurrent].map(FlexTensor::clone));
        }
        outcome
    }

    fn backward<T: Real>(&self, mut pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let weights = pass.saved.split_off(pass.saved.len() - 3);
        let [x, input, recurrent] = exactly(&weights);
        let [hidden, columns] = recurrent.layout().shape().dims();
        let features = input.layout().shape()[0];
        let step = GruStep {
            hidden,
            options: &self.options,
            recurrent: recurrent.storage::<T>(),
            transposed: transposed(recurrent.storage(), hidden, columns),
        };
        let over = Inputs { x, weight: input.storage(), scan: &self.options.scan };
        let found = through_time::backward(&step, over, pass, 0);
        let parameters = found.parameters;
        let [of_gates, of_new] = [
            &parameters.start[..2 * hidden],
            match self.options.reset {
                Reset::AfterProduct => &parameters.start[3 * hidden..],
                Reset::BeforeProduct => &parameters.start[2 * hidden..columns],
            },
        ];
        let of_parameters = [
            found.x,
            Some(tensor(parameters.start[..columns].to_vec(), [columns])),
            Some(tensor([of_gates, of_new].concat(), [columns])),
            Some(tensor(parameters.weight, [features, columns])),
            Some(tensor(parameters.recurrent, [hidden, columns])),
        ];
        of_parameters.into_iter().chain(found.initial.into_iter().map(Some)).collect()
    }
}
