//! Course 1, week 2: the basic functions on tensors, and vectorised against looped.

use std::hint::black_box;

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::run::Run;
use crate::values::Side;
use burn::tensor::{Device, Tensor, TensorData};
use clap::Args;
use fireside_dense::steps::basics;
use fireside_numpy_rng::NumpyRng;
use fireside_recipes::timing::{
    looped_dot, looped_matrix_vector, looped_outer, looped_product, median_seconds,
};
use serde::{Deserialize, Serialize};

/// Shows the functions that everything after is made of, on the course's own inputs, and times products
/// and sums as loops over numbers against the same as one tensor operation.
///
/// A loop in Rust is compiled, not interpreted as in the course, so expect ratios near 1 where the compiler
/// vectorises by itself, and around 10 where it may not reorder a sum. Takes a second.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Side of the matrices to time; the long vectors have as many entries as a matrix
    #[arg(long, default_value = "1000")]
    size: Side,
    /// Seed of the numbers to time with
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c1w2-numpy-basics",
    teaches: "the functions everything is made of, and why to vectorise",
    files: &[],
    embedded: "the course's small inputs",
    minutes: 0.05,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let mut run = setup.begin()?;
    show_functions(&mut run, device)?;
    let size = match setup.is_dry_run() {
        true => settings.size.get().min(8),
        false => settings.size.get(),
    };
    time_both_ways(&mut run, size, settings.seed, device)?;
    run.finish()
}

/// The functions of the assignment on the inputs it tries them on.
fn show_functions(run: &mut Run, device: &Device) -> Result<(), Failure> {
    let x = || Tensor::<1>::from_data([1.0, 2.0, 3.0], device);
    let pixels: [[[f64; 2]; 3]; 3] = [
        [[0.67826139, 0.29380381], [0.90714982, 0.52835647], [0.4215251, 0.45017551]],
        [[0.92814219, 0.96677647], [0.85304703, 0.52351845], [0.19981397, 0.27417313]],
        [[0.60659855, 0.00533165], [0.10820313, 0.49978937], [0.34144279, 0.94630077]],
    ];
    let rows = [[0.0, 3.0, 4.0], [1.0, 6.0, 4.0]];
    let scores = [[9.0, 2.0, 5.0, 0.0, 0.0], [7.0, 5.0, 0.0, 0.0, 0.0]];
    let yhat = || Tensor::<1>::from_data([0.9, 0.2, 0.1, 0.4, 0.9], device);
    let y = || Tensor::<1>::from_data([1.0, 0.0, 0.0, 1.0, 1.0], device);

    run.say(&format!("basic_sigmoid(1) = {}", basics::basic_sigmoid(1.0)));
    run.result("basic_sigmoid", basics::basic_sigmoid(1.0));
    show(run, "sigmoid", basics::sigmoid(x()))?;
    show(run, "sigmoid_derivative", basics::sigmoid_derivative(x()))?;
    show(run, "image2vector", basics::image2vector(Tensor::from_data(pixels, device)))?;
    show(run, "normalize_rows", basics::normalize_rows(Tensor::from_data(rows, device)))?;
    show(run, "softmax", basics::softmax(Tensor::from_data(scores, device)))?;
    show(run, "L1", basics::l1(yhat(), y()))?;
    show(run, "L2", basics::l2(yhat(), y()))
}

fn show<const D: usize>(run: &mut Run, name: &str, result: Tensor<D>) -> Result<(), Failure> {
    let shape = result.dims();
    let values: Vec<f64> = result.try_into_data()?.iter::<f64>().collect();
    let rounded: Vec<String> = values.iter().map(|value| format!("{value:.6}")).collect();
    run.say(&format!("{name} {shape:?} = {}", rounded.join(" ")));
    run.result(name, values);
    Ok(())
}

/// Each operation as a loop over numbers and as one tensor operation: time and ratio.
fn time_both_ways(run: &mut Run, size: usize, seed: u32, device: &Device) -> Result<(), Failure> {
    let mut rng = NumpyRng::new(seed);
    let mut draw =
        |count: usize| -> Vec<f32> { (0..count).map(|_| rng.random_sample() as f32).collect() };
    let (a, b) = (draw(size * size), draw(size * size));
    let tensor = |values: &[f32], shape: [usize; 2]| {
        Tensor::<2>::from_data(TensorData::new(values.to_vec(), shape), device)
    };
    let (long_a, long_b) = (tensor(&a, [1, a.len()]), tensor(&b, [1, b.len()]));
    let matrix = tensor(&a, [size, size]);
    let (row, column) = (tensor(&a[..size], [1, size]), tensor(&b[..size], [size, 1]));

    run.say(&format!("\n{:32} {:>12} {:>12} {:>8}", "", "looped", "vectorised", "ratio"));
    let long = size * size;
    compare(
        run,
        &format!("dot {long} · {long}"),
        || looped_dot(&a, &b),
        || long_a.clone().matmul(long_b.clone().transpose()),
    )?;
    compare(
        run,
        &format!("outer {size} x {size}"),
        || looped_outer(&a[..size], &b[..size]),
        || column.clone() * row.clone(),
    )?;
    compare(
        run,
        &format!("element-wise {long} * {long}"),
        || looped_product(&a, &b),
        || long_a.clone() * long_b.clone(),
    )?;
    let name = format!("matrix-vector {size}x{size} · {size}");
    compare(
        run,
        &name,
        || looped_matrix_vector(&a, &b[..size]),
        || matrix.clone().matmul(column.clone()),
    )
}

fn compare<T>(
    run: &mut Run,
    name: &str,
    looped: impl Fn() -> T,
    vectorised: impl Fn() -> Tensor<2>,
) -> Result<(), Failure> {
    let looped = median_seconds(|| {
        black_box(looped());
        Ok::<_, Failure>(())
    })?;
    let vectorised = median_seconds(|| vectorised().device().sync())?;
    let ratio = looped / vectorised;
    let micros = |seconds: f64| format!("{:.1} us", 1e6 * seconds);
    run.say(&format!("{name:32} {:>12} {:>12} {ratio:>8.2}", micros(looped), micros(vectorised)));
    let operation = name.split(' ').next().unwrap_or(name);
    run.result(&format!("ratio_{operation}"), ratio);
    Ok(())
}
