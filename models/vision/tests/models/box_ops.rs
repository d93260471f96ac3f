//! Boxes against torchvision 0.29, whose numbers `tests/peers/region_ops.py` writes.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use fireside_vision::detection::Bounds;
use fireside_vision::detection::iou::iou;
use fireside_vision::detection::nms::Nms;
use fireside_vision::region::box_coder::BoxCoder;
use serde::Deserialize;

/// The same sums in another order.
const SAME: f64 = 1e-12;

#[derive(Deserialize)]
struct Fixture {
    truths: Vec<Bounds>,
    proposals: Vec<Bounds>,
    encoded: Vec<[f64; 4]>,
    deltas: Vec<[f64; 4]>,
    decoded: Vec<Bounds>,
    boxes: Vec<Bounds>,
    scores: Vec<f64>,
    classes: Vec<usize>,
    iou: Vec<Vec<f64>>,
    nms: Vec<usize>,
    batched_nms: Vec<usize>,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../fixtures/box_ops.json")).unwrap()
}

fn assert_same(claim: &str, found: [f64; 4], expected: [f64; 4]) {
    let scale = expected.iter().fold(1.0f64, |largest, value| largest.max(value.abs()));
    let apart = found.iter().zip(expected).map(|(one, other)| (one - other).abs());
    let apart = apart.fold(0.0, f64::max);
    assert!(apart <= SAME * scale, "{claim}: {found:?}, but torchvision has {expected:?}");
}

#[test]
fn differences_of_boxes_are_those_of_torchvision() {
    let fixture = fixture();
    for (place, proposal) in fixture.proposals.iter().enumerate() {
        let encoded = BoxCoder::HEAD.encode(fixture.truths[place], *proposal);
        assert_same("encoded", encoded, fixture.encoded[place]);
        let decoded = BoxCoder::HEAD.decode(fixture.deltas[place], *proposal);
        assert_same("decoded", decoded, fixture.decoded[place]);
    }
}

#[test]
fn overlaps_are_those_of_torchvision() {
    let fixture = fixture();
    for (truth, row) in fixture.truths.iter().zip(&fixture.iou) {
        for (proposal, expected) in fixture.proposals.iter().zip(row) {
            assert!((iou(*truth, *proposal) - expected).abs() <= SAME);
        }
    }
}

#[test]
fn boxes_kept_are_those_of_torchvision() {
    let fixture = fixture();
    let nms = Nms::new(0.3).unwrap();
    assert_eq!(nms.keep(&fixture.boxes, &fixture.scores), fixture.nms);
    let kept = nms.keep_by_class(&fixture.boxes, &fixture.scores, &fixture.classes);
    assert_eq!(kept, fixture.batched_nms);
}
