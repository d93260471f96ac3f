//! The petals of course 1, week 3, learnt by hand: a recipe in a program of one's own.
//!
//! `cargo run --release -p fireside-recipes --example petals`
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::ops::ControlFlow;

use burn::tensor::Device;
use fireside_datasets::planar::Shape;
use fireside_recipes::{RecipeError, planar};
use fireside_training::descent::{Descent, DescentConfig};

fn main() -> Result<(), RecipeError> {
    let device = Device::flex();
    let points = planar::draw_points(Shape::Petals, 1);
    let net = planar::draw_net(4, 3, &device);

    let update = planar::by_hand(points.features(&device), points.targets(&device));
    let descent = Descent::new(DescentConfig::new(2000, 1.2));
    let learnt =
        descent.run((planar::BY_HAND.parameters)(&net), update, |_| ControlFlow::Continue(()))?;

    let net = (planar::BY_HAND.module)(&learnt.model);
    let share = planar::share_right(&points, &device, |x| net.forward(x))?;
    println!("{:.2} % of the petals", 100.0 * share);
    Ok(())
}
