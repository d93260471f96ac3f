//! Rows, losses and attention agree with their twins on shapes and masks that nobody chose.

use burn::tensor::{Bool, DType, Device, Int, Tensor, TensorData};
use fireside_layers::{ops, plain};
use ops::{Attention, CrossEntropy};
use proptest::prelude::*;

use crate::compare::{Numbers, assert_twins, flat, shaped};

/// As many as keep the test quick; each compares two float types and all gradients.
const CASES: u32 = 48;

fn hidden(shape: [usize; 4], share: f64, seed: u64) -> Tensor<4, Bool> {
    let mut numbers = Numbers::new(seed);
    let hidden: Vec<_> =
        (0..shape.iter().product()).map(|_| (numbers.number() + 2.0) / 4.0 < share).collect();
    Tensor::from_data(TensorData::new(hidden, shape), &Device::flex())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    /// Some masks hide every key of a query.
    #[test]
    fn attention_agrees(
        sizes in prop::array::uniform3(1usize..5),
        times in prop::array::uniform2(1usize..50),
        widths in prop::array::uniform2(1usize..20),
        broadcast in prop::array::uniform3(any::<bool>()),
        share in 0.0..1.0,
        (causal, with_mask, finite, strided) in any::<(bool, bool, bool, bool)>(),
        seed in any::<u64>(),
    ) {
        let ([batch, heads, _], [queries, keys], [features, value_features]) = (sizes, times, widths);
        let full = [batch, heads, queries];
        let [b, h, q] = std::array::from_fn(|axis| if broadcast[axis] { 1 } else { full[axis] });
        let mut options = Attention::new(heads).with_hidden(hidden([b, h, q, keys], share, seed));
        options.causal = causal;
        if finite {
            options.hidden_score = -4.0;
        }
        if with_mask {
            let values = Numbers::new(seed ^ 1).vector(b * h * q * keys);
            let data = TensorData::new(values, [b, h, q, keys]);
            options.mask = Some(Tensor::from_data(data, (&Device::flex(), DType::F64)));
        }
        let shapes = [
            [batch, queries, heads * features],
            [batch, keys, heads * features],
            [batch, keys, heads * value_features],
        ];
        let mut numbers = Numbers::new(seed ^ 2);
        let vectors = shapes.map(|shape| numbers.vector(shape.iter().product()));
        let inputs = |v: &[Tensor<1>]| [0, 1, 2].map(|i| shaped(&v[i], shapes[i], strided));
        assert_twins(
            &format!("attention of {sizes:?}, {times:?} and {widths:?}, seed {seed}"),
            &vectors,
            |v| {
                let [query, key, value] = inputs(v);
                vec![flat(ops::attention(query, key, value, &options))]
            },
            |v| {
                let [query, key, value] = inputs(v);
                vec![flat(plain::attention(query, key, value, &options))]
            },
        );
    }

    #[test]
    fn softmax_and_layer_norm_agree(
        shape in prop::array::uniform3(1usize..40),
        dim in 0usize..3,
        strided in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let mut numbers = Numbers::new(seed);
        let x = numbers.vector(shape.iter().product());
        assert_twins(
            &format!("softmax and log_softmax of {shape:?} along {dim}, seed {seed}"),
            std::slice::from_ref(&x),
            |v| {
                let x = shaped(&v[0], shape, strided);
                vec![flat(ops::softmax(x.clone(), dim)), flat(ops::log_softmax(x, dim))]
            },
            |v| {
                let x = shaped(&v[0], shape, strided);
                vec![flat(plain::softmax(x.clone(), dim)), flat(plain::log_softmax(x, dim))]
            },
        );
        // A large epsilon: rows of two or three may all but coincide, and then nothing but noise is left.
        let vectors = [x, numbers.vector(shape[2]), numbers.vector(shape[2])];
        assert_twins(
            &format!("layer_norm of {shape:?}, seed {seed}"),
            &vectors,
            |v| {
                let x = shaped(&v[0], shape, strided);
                vec![flat(ops::layer_norm(x, v[1].clone(), Some(v[2].clone()), 0.1))]
            },
            |v| {
                let x = shaped(&v[0], shape, strided);
                vec![flat(plain::layer_norm(x, v[1].clone(), Some(v[2].clone()), 0.1))]
            },
        );
    }

    #[test]
    fn losses_agree(
        [rows, count] in prop::array::uniform2(1usize..60),
        smoothing in 0.0..1.0,
        (smooth, ignore) in any::<(bool, bool)>(),
        seed in any::<u64>(),
    ) {
        let mut numbers = Numbers::new(seed);
        let logits: Vec<_> = numbers.vector(rows * count).into_iter().map(|x| x * 5.0).collect();
        let mut share = || (numbers.number() + 2.0) / 4.0;
        let targets: Vec<_> = (0..rows * count).map(|_| share()).collect();
        let classes: Vec<_> = (0..rows).map(|_| (share() * count as f64) as i64).collect();
        let options = CrossEntropy {
            label_smoothing: if smooth { smoothing } else { 0.0 },
            ignored: ignore.then_some(0),
        };
        let run = |v: &[Tensor<1>], ours: bool| {
            let logits = v[0].clone().reshape([rows, count]);
            let data = TensorData::new(targets.clone(), [rows, count]);
            let targets = Tensor::from_data(data, (&v[0].device(), v[0].dtype()));
            let classes = Tensor::<1, Int>::from_data(&classes[..], &v[0].device());
            let (binary, softmax) = if ours {
                let binary = ops::binary_cross_entropy(logits.clone(), targets);
                (binary, ops::cross_entropy(logits, classes, &options))
            } else {
                let binary = plain::binary_cross_entropy(logits.clone(), targets);
                (binary, plain::cross_entropy(logits, classes, &options))
            };
            vec![binary, softmax]
        };
        let claim = format!("losses of {rows} by {count}, seed {seed}");
        assert_twins(&claim, std::slice::from_ref(&logits), |v| run(v, true), |v| run(v, false));
    }
}
