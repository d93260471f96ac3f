//! The weights of other libraries in the recurrent layers of `fireside-sequence`.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use burn::tensor::Device;
use fireside_sequence::recurrent::{Cell, RecurrentConfig};
use fireside_weights::{Array, Library, Options, Tensors, Values, load};

fn keras(arrays: &[(&str, &[usize])]) -> Tensors {
    let arrays = arrays.iter().map(|(name, shape)| Array {
        name: (*name).to_string(),
        shape: shape.to_vec(),
        values: Values::F32((0..shape.iter().product::<usize>()).map(|i| i as f32).collect()),
    });
    Tensors { library: Library::Keras, arrays: arrays.collect() }
}

#[test]
fn keras_s_gates_in_our_order_are_taken_and_those_of_its_gru_are_refused() {
    let device = Device::default();
    let (n, h) = (3, 2);
    for (cell, gates, fits) in [(Cell::LSTM, 4, true), (Cell::Rnn, 1, true), (Cell::GRU, 3, false)]
    {
        let columns = gates * h;
        let tensors = keras(&[
            ("cell/kernel", &[n, columns]),
            ("cell/recurrent_kernel", &[h, columns]),
            ("cell/bias", &[columns]),
        ]);
        let net = RecurrentConfig::new(cell, n, h).init(&device).unwrap();
        let table = &[("forward.{i}", "cell")];
        let (_, report) = load(net, &tensors, table, &Options::what_fits()).unwrap();
        let expected = if fits { (3, 0) } else { (0, 3) };
        assert_eq!((report.matched.len(), report.mismatched.len()), expected, "{report}");
    }
}
