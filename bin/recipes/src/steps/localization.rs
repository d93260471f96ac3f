//! Course 4, week 3: the lecture's loss of object localisation. It has no notebook, so that no input is the course's own.

use burn::tensor::{Device, Tensor};
use fireside_vision::localization::{BoxLoss, box_target};
use fireside_vision::steps::localization::{localization_cost, localization_gradient};

use super::array::scalar;
use super::{Array, Notebook, Step};
use crate::RecipeError;
use crate::by_hand::entries;

/// The lecture on object localisation.
pub const NOTEBOOK: Notebook = Notebook { name: "c4w3 (a lecture)", steps };

/// The lecture's classes: pedestrian, car, motorcycle.
const CLASSES: usize = 3;
/// A picture with a car in it, and one with nothing.
const IMAGE: [usize; 2] = [100, 100];
const CAR: (usize, [f64; 4]) = (1, [30.0, 55.0, 70.0, 85.0]);
/// What a network might say of both.
const TOLD: [[f64; 8]; 2] =
    [[0.8, 0.55, 0.65, 0.25, 0.45, 0.1, 0.7, 0.2], [0.3, 0.9, 0.1, 0.4, 0.2, 0.5, 0.3, 0.2]];
/// Half of the difference that approximates a derivative.
const EPSILON: f64 = 1e-6;

fn steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let target = |object| box_target(object, CLASSES, IMAGE);
    let (car, nothing) = (target(Some(CAR))?, target(None)?);
    let y = Array::new(vec![2, 8], [car.clone(), nothing].concat());
    let y_hat = Array::matrix(&TOLD);
    let (told, is) = (y_hat.tensor::<2>(device), y.tensor::<2>(device));
    let cost = scalar(localization_cost(&told, &is))?;
    let gradient = Array::of(localization_gradient(&told, &is))?;

    let approximated = approximated(&told, &is, device)?;
    let differs = gradient.data.iter().zip(&approximated.data);
    let difference = differs.map(|(one, other)| (one - other).abs()).fold(0.0, f64::max);
    let of_nobody: Vec<f64> = gradient.data[9..].to_vec(); // all but p_c of the second picture
    let nobody_cares = of_nobody.iter().all(|entry| *entry == 0.0);

    let cost_of_loss = scalar(BoxLoss::Squared.loss(told, is))?;
    Ok(vec![
        Step::new(
            "box_target",
            "y = (p_c, b_x, b_y, b_h, b_w, c_1, c_2, c_3): height before width",
        )
        .on_other_inputs()
        .input("bounds", Array::list(CAR.1))
        .input("class", CAR.0)
        .input("image", Array::counts(&IMAGE))
        .output("y", Array::list(car)),
        Step::new(
            "localization_cost",
            "squared errors of all numbers if p_c = 1, else of p_c; the mean",
        )
        .on_other_inputs()
        .input("y_hat", &y_hat)
        .input("y", &y)
        .output("cost", cost)
        .output("cost_of_the_library", cost_of_loss),
        Step::new(
            "localization_gradient",
            "2 (y_hat - y) / m; exactly 0 for what nobody cares for",
        )
        .on_other_inputs()
        .input("y_hat", &y_hat)
        .input("y", &y)
        .output("gradient", &gradient)
        .output("zero_where_nobody_cares", f64::from(u8::from(nobody_cares))),
        Step::new("gradient_check", "(J(y_hat + e) - J(y_hat - e)) / 2e, entry by entry")
            .on_other_inputs()
            .input("epsilon", EPSILON)
            .output("gradapprox", approximated)
            .output("largest_difference", difference),
    ])
}

/// The gradient by differences of the cost.
fn approximated(told: &Tensor<2>, is: &Tensor<2>, device: &Device) -> Result<Array, RecipeError> {
    let values = entries(told.clone())?;
    let cost = |place: usize, step: f64| {
        let mut moved = values.clone();
        moved[place] += step;
        let moved = Array::new(told.dims().to_vec(), moved);
        scalar(localization_cost(&moved.tensor::<2>(device), is))
    };
    let mut data = Vec::with_capacity(values.len());
    for place in 0..values.len() {
        data.push((cost(place, EPSILON)? - cost(place, -EPSILON)?) / (2.0 * EPSILON));
    }
    Ok(Array::new(told.dims().to_vec(), data))
}

#[cfg(all(test, feature = "flex"))]
mod tests {
    use super::*;
    use crate::steps::Value;

    fn number(step: &Step, name: &str) -> f64 {
        let found = step.outputs.iter().find(|(found, _)| found == name);
        match found {
            Some((_, Value::Number(number))) => *number,
            _ => f64::NAN,
        }
    }

    /// In 32-bit floats here, 64 in the program.
    #[test]
    fn the_lecture_s_loss_its_gradient_and_the_library_s_agree() {
        let steps = (NOTEBOOK.steps)(&Device::flex()).unwrap();
        assert!(
            (number(&steps[1], "cost") - number(&steps[1], "cost_of_the_library")).abs() < 1e-6
        );
        assert_eq!(number(&steps[2], "zero_where_nobody_cares"), 1.0);
        // ((0.2² + 0.05² + 0.05² + 0.05² + 0.05² + 0.1² + 0.3² + 0.2²) + 0.3²) / 2
        assert!((number(&steps[1], "cost") - 0.14).abs() < 1e-6, "{}", number(&steps[1], "cost"));
    }
}
