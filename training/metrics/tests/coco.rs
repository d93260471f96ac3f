//! The figures of pycocotools 2.0.11 on 200 random sets of boxes: without detections, without truths, with equal scores,
//! with crowds, with more boxes than are looked at. `tests/peers/average_precision.py` wrote them.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use fireside_metrics::detection::{Detection, Picture, Truth, coco};
use fireside_numpy_rng::NumpyRng;

/// The kinds of sets, by their seed.
const KINDS: u32 = 8;

/// One set and how many classes it has, drawn as the script draws it.
fn draw(seed: u32) -> (Vec<Picture>, usize) {
    let mut rng = NumpyRng::new(seed);
    let kind = seed % KINDS;
    let pictures = 1 + below(&mut rng, 6);
    let classes = 1 + below(&mut rng, 4);
    ((0..pictures).map(|_| picture(&mut rng, kind, classes)).collect(), classes)
}

fn below(rng: &mut NumpyRng, count: usize) -> usize {
    (rng.random_sample() * count as f64) as usize
}

/// Left, top, width and height.
fn sized(rng: &mut NumpyRng) -> [f64; 4] {
    let [x, y] = [below(rng, 200), below(rng, 200)];
    let mut side = || 1.0 + (rng.random_sample() * rng.random_sample() * 160.0).floor();
    [x as f64, y as f64, side(), side()]
}

fn corners([x, y, width, height]: [f64; 4]) -> [f64; 4] {
    [x, y, x + width, y + height]
}

fn score(rng: &mut NumpyRng, kind: u32) -> f64 {
    let drawn = rng.random_sample();
    if kind == 2 { (drawn * 4.0).floor() / 4.0 } else { drawn }
}

fn picture(rng: &mut NumpyRng, kind: u32, classes: usize) -> Picture {
    let mut here = Vec::new();
    let mut truths = Vec::new();
    for _ in 0..(if kind == 1 { 0 } else { below(rng, 7) }) {
        let (class, sized) = (below(rng, classes), sized(rng));
        let ignored = rng.random_sample() < (if kind == 3 { 0.5 } else { 0.1 });
        let filled = if below(rng, 2) > 0 { 0.5 } else { 1.0 };
        let area = sized[2] * sized[3] * filled;
        here.push((class, sized));
        truths.push(Truth { ignored, area, ..Truth::new(class, corners(sized)) });
    }
    let mut detections = Vec::new();
    if kind == 0 {
        return Picture { truths, detections };
    }
    for (class, [x, y, width, height]) in here {
        if rng.random_sample() < 0.3 {
            continue;
        }
        let class = if rng.random_sample() < 0.15 { below(rng, classes) } else { class };
        let [x, y] = [x, y].map(|edge| edge + below(rng, 7) as f64 - 3.0);
        let [width, height] =
            [width, height].map(|side| (side + below(rng, 9) as f64 - 4.0).max(1.0));
        let bounds = corners([x, y, width, height]);
        detections.push(Detection { class, bounds, score: score(rng, kind) });
    }
    for _ in 0..(if kind == 7 { 130 } else { below(rng, 5) }) {
        let (class, bounds) = (below(rng, classes), corners(sized(rng)));
        detections.push(Detection { class, bounds, score: score(rng, kind) });
    }
    Picture { truths, detections }
}

#[test]
fn all_twelve_figures_of_200_sets_are_those_of_pycocotools() {
    let expected: Vec<[f64; 12]> = serde_json::from_str(include_str!("coco.json")).unwrap();
    assert_eq!(expected.len(), 200);
    for (seed, expected) in (0..).zip(expected) {
        let (pictures, classes) = draw(seed);
        let found = coco::evaluate(&pictures, classes).unwrap();
        let [small, medium, large] = found.by_size;
        let [of_one, of_ten, of_hundred] = found.recall;
        let [of_small, of_medium, of_large] = found.recall_by_size;
        let figures = [
            found.average_precision,
            found.at_half,
            found.at_three_quarters,
            small,
            medium,
            large,
            of_one,
            of_ten,
            of_hundred,
            of_small,
            of_medium,
            of_large,
        ];
        for (place, (figure, expected)) in figures.into_iter().zip(expected).enumerate() {
            let figure = figure.unwrap_or(-1.0); // as pycocotools has it where nothing is there
            let difference = (figure - expected).abs();
            assert!(difference <= 1e-12, "set {seed}, figure {place}: {figure}, not {expected}");
        }
    }
}

/// Three truths and four detections, of which two hit: the three counts differ.
#[test]
fn the_three_counts_differ_on_the_same_boxes() {
    use fireside_metrics::detection::voc::{self, Rule};

    let at = |x: f64| [x, 0.0, x + 10.0, 10.0];
    let truths = [0.0, 100.0, 200.0].map(|x| Truth::new(0, at(x))).to_vec();
    let found = [(0.9, 0.0), (0.8, 50.0), (0.7, 100.0), (0.6, 150.0)];
    let found = found.map(|(score, x)| Detection { class: 0, score, bounds: at(x) });
    let pictures = [Picture { truths, detections: found.to_vec() }];

    let coco = coco::evaluate(&pictures, 1).unwrap().at_half.unwrap();
    let of = |rule| voc::evaluate(&pictures, 1, 0.5, rule).unwrap()[0].unwrap();
    // Precision 1 up to a recall of 1/3, 2/3 up to 2/3, nothing above.
    assert!((coco - (34.0 + 33.0 * 2.0 / 3.0) / 101.0).abs() < 1e-12, "{coco}");
    let eleven = of(Rule::ElevenPoints);
    assert!((eleven - (4.0 + 3.0 * 2.0 / 3.0) / 11.0).abs() < 1e-12, "{eleven}");
    let all = of(Rule::AllPoints);
    assert!((all - (1.0 + 2.0 / 3.0) / 3.0).abs() < 1e-12, "{all}");
}
