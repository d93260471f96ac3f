//! Regions against torchvision 0.29, whose numbers `tests/peers/region_ops.py` writes: kernels and twins, outputs
//! within 1e-6 and gradients within 1e-5 in 32-bit floats, both within 1e-9 in 64-bit floats.

use burn::tensor::{DType, Device, Tensor, TensorData};
use fireside_layers::ops::{self, Region, RoiAlignOptions, RoiPoolOptions};
use fireside_layers::plain;
use serde_json::Value;

/// Float type, tolerance of outputs, tolerance of gradients. The file has eleven digits.
const PRECISIONS: [(DType, f64, f64); 2] = [(DType::F32, 1e-6, 1e-5), (DType::F64, 1e-9, 1e-9)];

fn fixture() -> Value {
    serde_json::from_str(include_str!("../fixtures/region_ops.json")).expect("the fixture")
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list");
    list.iter().map(|number| number.as_f64().expect("a number")).collect()
}

fn size(case: &Value) -> [usize; 2] {
    let size = numbers(&case["size"]);
    [size[0] as usize, size[1] as usize]
}

fn regions(fixture: &Value) -> Vec<Region> {
    let list = fixture["regions"].as_array().expect("regions");
    let region = |numbers: Vec<f64>| Region {
        image: numbers[0] as usize,
        bounds: [numbers[1], numbers[2], numbers[3], numbers[4]],
    };
    list.iter().map(|list| region(numbers(list))).collect()
}

fn assert_case(fixture: &Value, case: &Value, operation: impl Fn(Tensor<4>) -> Tensor<4>) {
    let maps = numbers(&fixture["maps"]);
    let shape: [usize; 4] = std::array::from_fn(|axis| maps[axis] as usize);
    let values: Vec<f64> =
        (0..shape.iter().product()).map(|i: usize| 2.0 * (1.3 * i as f64 + 0.1).sin()).collect();
    for (dtype, of_output, of_gradient) in PRECISIONS {
        let device = Device::flex().autodiff();
        let x = TensorData::new(values.clone(), shape);
        let x = Tensor::<4>::from_data(x, (&device, dtype)).require_grad();
        let y = operation(x.clone());
        let count = y.shape().num_elements();
        let weights: Vec<f64> = (0..count).map(|i| (0.37 * i as f64).cos()).collect();
        let weights = Tensor::<4>::from_data(TensorData::new(weights, y.dims()), (&device, dtype));
        let gradients = (y.clone() * weights).sum().backward();
        let gradient = x.grad(&gradients).expect("a gradient");
        assert_close(case, dtype, "output", y.inner(), of_output);
        assert_close(case, dtype, "gradient", gradient, of_gradient);
    }
}

fn assert_close(case: &Value, dtype: DType, what: &str, found: Tensor<4>, tolerance: f64) {
    let found: Vec<f64> = found.into_data().iter().collect();
    let expected = numbers(&case[what]);
    assert_eq!(found.len(), expected.len(), "{what}");
    for (place, (found, expected)) in found.iter().zip(&expected).enumerate() {
        let apart = (found - expected).abs();
        assert!(
            apart <= tolerance,
            "{what} {place} of {} {} {} {}, {dtype:?}: {found}, but torchvision has {expected}",
            case["size"],
            case["scale"],
            case["samples"],
            case["aligned"],
        );
    }
}

#[test]
fn samples_of_regions_are_those_of_torchvision() {
    let fixture = fixture();
    let regions = regions(&fixture);
    for case in fixture["align"].as_array().expect("cases") {
        let options = RoiAlignOptions {
            size: size(case),
            scale: case["scale"].as_f64().expect("a scale"),
            samples: case["samples"].as_u64().expect("a number") as usize,
            aligned: case["aligned"].as_bool().expect("a choice"),
        };
        assert_case(&fixture, case, |x| ops::roi_align(x, &regions, &options));
        assert_case(&fixture, case, |x| plain::roi_align(x, &regions, &options));
    }
}

#[test]
fn largest_of_regions_are_those_of_torchvision() {
    let fixture = fixture();
    let regions = regions(&fixture);
    for case in fixture["pool"].as_array().expect("cases") {
        let scale = case["scale"].as_f64().expect("a scale");
        let options = RoiPoolOptions { size: size(case), scale };
        assert_case(&fixture, case, |x| ops::roi_pool(x, &regions, &options));
        assert_case(&fixture, case, |x| plain::roi_pool(x, &regions, &options));
    }
}
