//! What the files of YOLOv2 call its layers, held against the layers that lie in them.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::BTreeSet;

use burn::tensor::Device;
use fireside_vision::Edition;
use fireside_vision::yolo::v2::YoloV2Config;
use fireside_weights::{Library, names, names_in};

/// Filters of the convolutions in the order of `yolov2.cfg`, and their windows.
const DARKNET: [(usize, usize); 23] = [
    (32, 3),
    (64, 3),
    (128, 3),
    (64, 1),
    (128, 3),
    (256, 3),
    (128, 1),
    (256, 3),
    (512, 3),
    (256, 1),
    (512, 3),
    (256, 1),
    (512, 3),
    (1024, 3),
    (512, 1),
    (1024, 3),
    (512, 1),
    (1024, 3),
    (1024, 3),
    (1024, 3),
    (64, 1),
    (1024, 3),
    (425, 1),
];

/// Of every kernel its name in the library, its filters and its window.
fn kernels(
    config: &YoloV2Config,
    library: Library,
    renames: &[(&str, &str)],
) -> Vec<(String, usize, usize)> {
    let net = config.init(&Device::flex()).unwrap();
    let named = names_in(&net, library, renames).unwrap();
    let all: BTreeSet<&String> = named.iter().map(|(_, theirs)| theirs).collect();
    assert_eq!(all.len(), 22 * 5 + 2, "a name of its own for every array");
    let shapes = names(&net);
    let kernels = named.into_iter().zip(shapes).filter(|(_, (_, shape))| shape.len() == 4);
    kernels.map(|((_, theirs), (_, shape))| (theirs, shape[0], shape[2])).collect()
}

#[test]
fn darknet_s_and_keras_s_names_are_in_the_order_of_the_cfg() {
    for (edition, library, name) in [
        (Edition::Paper, Library::PyTorch, "conv_{}.weight"),
        (Edition::Course, Library::Keras, "conv2d_{}/kernel"),
    ] {
        let config = YoloV2Config::coco().with_edition(edition);
        let found = kernels(&config, library, config.renames().unwrap());
        for (place, (filters, window)) in DARKNET.into_iter().enumerate() {
            let name = name.replace("{}", &(place + 1).to_string());
            assert!(found.contains(&(name.clone(), filters, window)), "{name}");
        }
    }
}

/// As the list of layers in the course's `saved_model.pb` has them: the convolution of the finer map comes before the
/// second of 1024 channels beside it.
#[test]
fn saved_model_s_names_are_in_the_order_of_its_graph() {
    let config = YoloV2Config::coco().with_edition(Edition::Course);
    let found = kernels(&config, Library::Keras, config.saved_model_renames().unwrap());
    let mut order = DARKNET;
    order.swap(19, 20);
    for (place, (filters, window)) in order.into_iter().enumerate() {
        let name = format!("layer_with_weights-{}/kernel", 2 * place);
        assert!(found.contains(&(name.clone(), filters, window)), "{name}");
    }
}
