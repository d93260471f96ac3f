//! What the data sets hand to models, as tensors.

use burn::tensor::{Device, Tensor};
use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::pictures::Pictures;
use fireside_datasets::scenes;

fn entries<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

#[test]
fn labels_are_indices_numbers_or_rows_with_a_one() {
    let device = Device::flex();
    let pictures = Pictures { shape: [3, 1, 1, 2], pixels: vec![0, 51, 255, 102, 0, 0] };
    let images = LabelledImages::new(pictures, vec![2, 0, 1]);
    let indices = images.class_indices(&device);
    assert_eq!(indices.dims(), [3]);
    assert_eq!(indices.into_data().iter::<i64>().collect::<Vec<_>>(), [2, 0, 1]);
    let one_hot = images.one_hot(4, &device);
    assert_eq!(one_hot.dims(), [3, 4]);
    let rows = [[0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]];
    assert_eq!(entries(one_hot), rows.as_flattened());
    assert_eq!(images.targets(&device).dims(), [3, 1]);
    let features = images.subset(&[1]).features(&device);
    assert_eq!(features.dims(), [1, 2]);
    let found = entries(features);
    assert!((found[0] - 1.0).abs() < 1e-7 && (found[1] - 0.4).abs() < 1e-7, "{found:?}");
}

#[test]
fn images_have_their_channels_first() {
    // Two pictures of one row and two pixels.
    let pixels = vec![0, 51, 102, 153, 204, 255, 255, 0, 0, 0, 255, 0];
    let images = LabelledImages::new(Pictures { shape: [2, 1, 2, 3], pixels }, vec![0, 1]);
    let tensor = images.images(&Device::flex());
    assert_eq!(tensor.dims(), [2, 3, 1, 2]);
    let expected = [0.0, 0.6, 0.2, 0.8, 0.4, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    for (found, expected) in entries(tensor).into_iter().zip(expected) {
        assert!((found - expected).abs() < 1e-7, "{found}, not {expected}");
    }
}

#[test]
#[should_panic(expected = "label 2 is not one of 2 classes")]
fn label_beyond_the_classes_is_a_mistake_of_the_caller() {
    let images = LabelledImages::new(Pictures { shape: [1, 1, 1, 1], pixels: vec![0] }, vec![2]);
    images.one_hot(2, &Device::flex());
}

#[test]
fn missing_labels_of_scenes_are_0_in_the_targets_and_in_the_mask() {
    let device = Device::flex();
    let (scenes, _) = scenes::draw(50, 0, 0.3, 1).unwrap();
    assert_eq!(scenes.features(&device).dims(), [50, scenes::NUM_FEATURES]);
    let (targets, mask) = (scenes.targets(&device), scenes.mask(&device));
    assert_eq!((targets.dims(), mask.dims()), ([50, 4], [50, 4]));
    let pairs: Vec<_> = entries(targets).into_iter().zip(entries(mask)).collect();
    for (label, pair) in scenes.labels().as_flattened().iter().zip(&pairs) {
        let expected = match label {
            Some(true) => (1.0, 1.0),
            Some(false) => (0.0, 1.0),
            None => (0.0, 0.0),
        };
        assert_eq!(*pair, expected);
    }
    for case in [(1.0, 1.0), (0.0, 1.0), (0.0, 0.0)] {
        assert!(pairs.contains(&case), "no {case:?} among {pairs:?}");
    }
}
