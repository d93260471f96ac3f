//! The first weights of an assignment, as the course's notebook prints them: `np.random.seed(1)`, then
//! `np.random.randn(2, 3) * 0.01`.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use fireside_numpy_rng::NumpyRng;

fn main() {
    let mut rng = NumpyRng::new(1);
    let weights: Vec<f64> = rng.randn_vec(6).into_iter().map(|value| value * 0.01).collect();
    for row in weights.chunks(3) {
        println!("{row:.8?}");
    }
    println!("an order of ten examples: {:?}", rng.permutation(10));
}
