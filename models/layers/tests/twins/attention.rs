use burn::tensor::{Bool, DType, Device, Tensor, TensorData};
use fireside_layers::{ops, plain};
use ops::Attention;

use crate::compare::{Numbers, assert_close, assert_twins, flat, shaped};

/// Sizes of one case.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    batch: usize,
    queries: usize,
    keys: usize,
    heads: usize,
    features: usize,
    value_features: usize,
}

impl Sizes {
    const fn new(
        batch: usize,
        [queries, keys]: [usize; 2],
        heads: usize,
        widths: [usize; 2],
    ) -> Self {
        let [features, value_features] = widths;
        Self { batch, queries, keys, heads, features, value_features }
    }

    fn shapes(&self) -> [[usize; 3]; 3] {
        [
            [self.batch, self.queries, self.heads * self.features],
            [self.batch, self.keys, self.heads * self.features],
            [self.batch, self.keys, self.heads * self.value_features],
        ]
    }
}

fn check(claim: &str, sizes: Sizes, strided: bool, options: &Attention) {
    let mut numbers = Numbers::new(11);
    let shapes = sizes.shapes();
    let vectors = shapes.map(|shape| numbers.vector(shape.iter().product()));
    let run =
        |v: &[Tensor<1>],
         function: fn(Tensor<3>, Tensor<3>, Tensor<3>, &Attention) -> Tensor<3>| {
            let [query, key, value] = [0, 1, 2].map(|i| shaped(&v[i], shapes[i], strided));
            vec![flat(function(query, key, value, options))]
        };
    assert_twins(
        &format!("attention {claim}, {sizes:?}"),
        &vectors,
        |v| run(v, ops::attention),
        |v| run(v, plain::attention),
    );
}

/// Batches, times and widths that are 1, odd, larger than a block, and different where they may be.
const SIZES: [Sizes; 6] = [
    Sizes::new(1, [1, 1], 1, [1, 1]),
    Sizes::new(2, [3, 5], 2, [3, 4]),
    Sizes::new(3, [7, 7], 1, [17, 2]),
    Sizes::new(1, [70, 33], 3, [5, 9]),
    Sizes::new(2, [65, 130], 4, [8, 8]),
    Sizes::new(5, [4, 40], 2, [32, 32]),
];

#[test]
fn attention_agrees_with_its_twin() {
    for sizes in SIZES {
        for strided in [false, true] {
            check("of everything", sizes, strided, &Attention::new(sizes.heads));
            check("causal", sizes, strided, &Attention::new(sizes.heads).causal());
        }
        check("with a scale", sizes, false, &Attention::new(sizes.heads).with_scale(0.7));
    }
}

fn mask(shape: [usize; 4]) -> Tensor<4> {
    let data = TensorData::new(Numbers::new(13).vector(shape.iter().product()), shape);
    Tensor::from_data(data, (&Device::flex(), DType::F64))
}

/// True for about a third, never the first key.
fn hidden(shape: [usize; 4]) -> Tensor<4, Bool> {
    let mut numbers = Numbers::new(17);
    let hidden: Vec<_> =
        (0..shape.iter().product()).map(|i| i % shape[3] != 0 && numbers.number() > 0.7).collect();
    Tensor::from_data(TensorData::new(hidden, shape), &Device::flex())
}

#[test]
fn masks_of_every_broadcast_form_agree() {
    for sizes in SIZES {
        let Sizes { batch, queries, keys, heads, .. } = sizes;
        for shape in [
            [1, 1, queries, keys],
            [batch, 1, 1, keys],
            [batch, 1, queries, keys],
            [1, heads, queries, keys],
            [batch, heads, queries, keys],
        ] {
            let options = Attention::new(heads);
            check("with a mask", sizes, false, &options.clone().with_mask(mask(shape)));
            check("with hidden keys", sizes, false, &options.clone().with_hidden(hidden(shape)));
            let both = options.with_mask(mask(shape)).with_hidden(hidden(shape));
            check("with all masks", sizes, false, &both.clone().causal());
            check("with a finite score", sizes, false, &Attention { hidden_score: -3.0, ..both });
        }
    }
}

#[test]
fn a_query_that_sees_nothing_gets_zeros_and_passes_no_gradient() {
    let sizes = Sizes::new(1, [2, 3], 1, [4, 4]);
    let all = [[true, true, true], [false, true, false]];
    let hidden = Tensor::<2, Bool>::from_data(all, &Device::flex()).unsqueeze();
    let options = Attention::new(1).with_hidden(hidden);
    check("of nothing", sizes, false, &options);
    let ones = || Tensor::<3>::ones([1, 3, 4], &Device::flex());
    let query = Tensor::ones([1, 2, 4], &Device::flex());
    let found = ops::attention(query, ones(), ones(), &options).into_data();
    assert_eq!(found.iter::<f64>().collect::<Vec<_>>(), [[0.0; 4], [1.0; 4]].concat());
}

#[test]
fn scores_of_ten_thousand_agree_and_stay_finite() {
    let options = Attention::new(1).with_scale(1e4);
    let (query, key) = (vec![1.0, -1.0, 0.5, 0.25], vec![1.0, 0.9, -1.0, 0.3, 0.2, 0.1]);
    let value = vec![1.0, 2.0, 3.0];
    let run =
        |v: &[Tensor<1>],
         function: fn(Tensor<3>, Tensor<3>, Tensor<3>, &Attention) -> Tensor<3>| {
            let query = v[0].clone().reshape([1, 2, 2]);
            let key = v[1].clone().reshape([1, 3, 2]);
            vec![flat(function(query, key, v[2].clone().reshape([1, 3, 1]), &options))]
        };
    let vectors = [query, key, value];
    assert_twins("attention", &vectors, |v| run(v, ops::attention), |v| run(v, plain::attention));
}

#[test]
fn nan_and_infinity_come_out_where_the_twin_has_them() {
    let device = Device::flex();
    let run = |function: fn(Tensor<3>, Tensor<3>, Tensor<3>, &Attention) -> Tensor<3>| {
        let query = [[[1.0, f64::NAN], [f64::INFINITY, 1.0], [1.0, 1.0]]];
        let query = Tensor::<3>::from_data(query, &device);
        let key = Tensor::from_data([[[1.0, 2.0], [3.0, 4.0]]], &device);
        let value = Tensor::from_data([[[1.0], [2.0]]], &device);
        let output = function(query, key, value, &Attention::new(1));
        output.into_data().iter::<f64>().collect::<Vec<_>>()
    };
    assert_close("attention", &run(ops::attention), &run(plain::attention), 1e-5);
}

#[test]
fn without_queries_or_keys_there_is_nothing_or_zero() {
    let device = Device::flex();
    let zeros = |time| Tensor::<3>::zeros([2, time, 6], &device);
    let options = Attention::new(2);
    assert_eq!(ops::attention(zeros(0), zeros(3), zeros(3), &options).dims(), [2, 0, 6]);
    let blind = ops::attention(zeros(3), zeros(0), zeros(0), &options);
    assert_eq!(blind.sum().into_scalar::<f64>(), 0.0);
}

/// 4,096 steps: a kept score matrix would be 67 megabytes a head, twice in the backward pass.
#[test]
fn long_sequences_take_memory_that_grows_with_their_length() {
    let device = Device::flex().autodiff();
    let time = 4096;
    let numbers = TensorData::new(Numbers::new(1).vector(time * 16), [1, time, 16]);
    let x = Tensor::<3>::from_data(numbers, &device).require_grad();
    let before = peak_kilobytes();
    let y = ops::attention(x.clone(), x.clone(), x.clone(), &Attention::new(2));
    let dx = x.grad(&(y.clone() * y).sum().backward()).unwrap();
    assert!(dx.abs().sum().into_scalar::<f64>().is_finite());
    if let (Some(before), Some(after)) = (before, peak_kilobytes()) {
        assert!(after - before < 40_000, "{} kilobytes", after - before);
    }
}

/// The most memory that this process has held, where the system tells.
fn peak_kilobytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
#[should_panic(expected = "attention: the query is [1, 2, 6] and the key [1, 2, 4] in 2 heads")]
fn widths_that_differ_are_named() {
    let zeros = |width| Tensor::<3>::zeros([1, 2, width], &Device::flex());
    let _ = ops::attention(zeros(6), zeros(4), zeros(4), &Attention::new(2));
}

#[test]
#[should_panic(expected = "the scores are [1, 2, 3, 3] and a mask [1, 1, 3, 2]")]
fn masks_that_do_not_fit_are_named() {
    let zeros = || Tensor::<3>::zeros([1, 3, 4], &Device::flex());
    let options = Attention::new(2).with_mask(Tensor::zeros([1, 1, 3, 2], &Device::flex()));
    let _ = ops::attention(zeros(), zeros(), zeros(), &options);
}
