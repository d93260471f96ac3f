//! The same run on every backend that is compiled in, against the figures of the course.
//!
//! `cargo test --release -p fireside-tests --test backends --features ndarray,wgpu` puts three side by side.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod layers;

use std::ops::ControlFlow;

use burn::module::Module;
use burn::tensor::Device;
use fireside_bin::backend::{self, Floats};
use fireside_datasets::planar::Shape;
use fireside_dense::shallow_net::ShallowNet;
use fireside_recipes::planar;
use fireside_training::descent::{Descent, DescentConfig, autodiff};
use fireside_training::loss::binary_cross_entropy;

/// What the course prints at iterations 0 and 1000 for the petals and four hidden units.
const COURSE: [f64; 2] = [0.693162, 0.258625];
/// Half of the last digit printed, and as much again for 32-bit floats that are added in another order.
const TOLERANCE: f64 = 1e-6;

/// The costs at iterations 0 and 1000, trained by hand and by autodiff.
fn costs(device: &Device) -> [Vec<f64>; 2] {
    let points = planar::draw_points(Shape::Petals, 1);
    let (x, y) = (points.features(device), points.targets(device));
    let start = planar::draw_weights(4, 3, device);
    let descent = || Descent::new(DescentConfig::new(1001, 1.2).with_cost_interval(1000));

    let update = planar::by_hand(x.clone(), y.clone());
    let by_hand = descent().run(start.clone(), update, |_| ControlFlow::Continue(()));
    let cross_entropy = |net: &ShallowNet| binary_cross_entropy(net.forward(x.clone()), y.clone());
    let by_autodiff =
        descent().run(ShallowNet::from_layers(&start).train(), autodiff(cross_entropy), |_| {
            ControlFlow::Continue(())
        });
    [by_hand.unwrap().history, by_autodiff.unwrap().history]
        .map(|history| history.costs_every(1000))
}

#[test]
fn every_backend_reaches_the_costs_of_the_course_by_hand_and_by_autodiff() {
    for name in backend::names() {
        let (_, device) = backend::open(Some(name), Floats::F32).unwrap();
        for (way, found) in ["by hand", "by autodiff"].into_iter().zip(costs(&device)) {
            println!("{name} {way}: {found:?}");
            assert_eq!(found.len(), COURSE.len());
            for (found, course) in found.iter().zip(COURSE) {
                assert!(
                    (found - course).abs() < TOLERANCE,
                    "{name} {way}: cost {found}, the course has {course}"
                );
            }
        }
    }
}

#[test]
fn unknown_backend_is_an_error_that_lists_those_there_are() {
    let sentence = backend::open(Some("abacus"), Floats::F32).unwrap_err().to_string();
    assert!(sentence.contains("abacus"), "{sentence}");
    for name in backend::names() {
        assert!(sentence.contains(name), "{sentence}");
    }
}
