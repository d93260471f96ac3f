//! Selective search: what it must find, and what it must bear.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use fireside_numpy_rng::NumpyRng;
use fireside_vision::detection::Bounds;
use fireside_vision::detection::iou::iou;
use fireside_vision::region::selective_search::{Colours, Measures, Picture, SelectiveSearch};

const SIZE: [usize; 2] = [96, 128];

/// A noisy ground with boxes of colours of their own, `[3, height, width]`.
fn scene(seed: u32, boxes: &[([usize; 4], [f32; 3])]) -> Vec<f32> {
    let [height, width] = SIZE;
    let mut rng = NumpyRng::new(seed);
    let mut planes = vec![0.0; 3 * height * width];
    for channel in 0..3 {
        for row in 0..height {
            for column in 0..width {
                let inside = |[x1, y1, x2, y2]: [usize; 4]| {
                    (x1..x2).contains(&column) && (y1..y2).contains(&row)
                };
                let found = boxes.iter().rev().find(|(bounds, _)| inside(*bounds));
                let value = found.map_or([0.4, 0.5, 0.3], |(_, colour)| *colour)[channel];
                let noise = rng.normal(0.0, 0.02) as f32;
                planes[(channel * height + row) * width + column] = (value + noise).clamp(0.0, 1.0);
            }
        }
    }
    planes
}

fn boxes() -> Vec<([usize; 4], [f32; 3])> {
    vec![
        ([10, 20, 40, 44], [0.8, 0.2, 0.2]),
        ([70, 10, 80, 40], [0.2, 0.3, 0.8]),
        ([60, 60, 110, 90], [0.9, 0.8, 0.2]),
        ([90, 66, 100, 78], [0.1, 0.1, 0.1]),
    ]
}

fn best(found: &[Bounds], wanted: [usize; 4]) -> f64 {
    let wanted = wanted.map(|edge| edge as f64);
    found.iter().map(|bounds| iou(*bounds, wanted)).fold(0.0, f64::max)
}

/// Each, or one so like it that only the first of the two stays.
#[test]
fn boxes_of_their_own_colours_are_proposed_and_one_within_another_as_well() {
    let planes = scene(1, &boxes());
    let picture = Picture::new(&planes, SIZE).unwrap();
    let closer = SelectiveSearch { overlap: 0.8, ..SelectiveSearch::fast() };
    for search in [SelectiveSearch::single(), SelectiveSearch::fast(), closer] {
        let found = search.propose(&picture).unwrap();
        for (wanted, _) in boxes() {
            let overlap = best(&found, wanted);
            assert!(overlap > search.overlap, "{wanted:?}: {overlap} in {} proposals", found.len());
        }
    }
}

#[test]
fn proposals_lie_in_the_picture_apart_and_are_the_same_each_time() {
    let planes = scene(2, &boxes());
    let picture = Picture::new(&planes, SIZE).unwrap();
    let search = SelectiveSearch::fast();
    let found = search.propose(&picture).unwrap();
    assert_eq!(found, search.propose(&picture).unwrap());
    assert!(found.len() <= search.most);
    for (place, one) in found.iter().enumerate() {
        let others = found[..place].iter().map(|other| iou(*one, *other));
        assert!(others.fold(0.0, f64::max) <= search.overlap);
    }
    let few = SelectiveSearch { most: 7, ..search.clone() };
    assert_eq!(few.propose(&picture).unwrap(), found[..7]);
    for [x1, y1, x2, y2] in found {
        assert!(0.0 <= x1 && x1 + 3.0 <= x2 && x2 <= 128.0);
        assert!(0.0 <= y1 && y1 + 3.0 <= y2 && y2 <= 96.0);
    }
}

#[test]
fn an_even_picture_is_one_region() {
    let planes = vec![0.5; 3 * 96 * 128];
    let picture = Picture::new(&planes, SIZE).unwrap();
    let found = SelectiveSearch::fast().propose(&picture).unwrap();
    assert_eq!(found, [[0.0, 0.0, 128.0, 96.0]]);
}

/// Segments of one pixel: nothing is smoothed, nothing joined at first.
fn one_by_one() -> SelectiveSearch {
    SelectiveSearch {
        colours: vec![Colours::Rgb],
        thresholds: vec![1e-9],
        measures: vec![Measures::ALL],
        sigma: 0.0,
        least_pixels: 1,
        least_side: 1,
        overlap: 1.0,
        most: usize::MAX,
        seed: 0,
    }
}

#[test]
fn regions_of_one_pixel_are_borne() {
    let mut rng = NumpyRng::new(3);
    let planes: Vec<f32> = (0..3 * 6 * 7).map(|_| rng.random_sample() as f32).collect();
    let picture = Picture::new(&planes, [6, 7]).unwrap();
    let hierarchies = one_by_one().hierarchies(&picture).unwrap();
    assert_eq!(hierarchies[0].segments().count, 42);
    assert_eq!(hierarchies[0].boxes().count(), 2 * 42 - 1);
    assert_eq!(
        one_by_one().propose(&picture).unwrap().iter().filter(|b| area(b) == 1.0).count(),
        42
    );
}

fn area([x1, y1, x2, y2]: &Bounds) -> f64 {
    (x2 - x1) * (y2 - y1)
}

#[test]
fn a_picture_of_one_pixel_has_one_proposal_and_none_where_it_is_too_small() {
    let picture = Picture::new(&[0.1, 0.2, 0.3], [1, 1]).unwrap();
    assert_eq!(one_by_one().propose(&picture).unwrap(), [[0.0, 0.0, 1.0, 1.0]]);
    assert!(SelectiveSearch::fast().propose(&picture).unwrap().is_empty());
}

#[test]
fn pictures_of_one_row_and_of_one_column_are_borne() {
    let planes: Vec<f32> = (0..3 * 40).map(|value| (value % 7) as f32 / 7.0).collect();
    for size in [[1, 40], [40, 1]] {
        let picture = Picture::new(&planes, size).unwrap();
        let found = one_by_one().propose(&picture).unwrap();
        assert!(found.contains(&[0.0, 0.0, size[1] as f64, size[0] as f64]));
    }
}

#[test]
fn levels_of_a_hierarchy_have_as_many_regions_as_asked_for_and_each_lies_within_the_next() {
    let planes = scene(4, &boxes());
    let picture = Picture::new(&planes, SIZE).unwrap();
    let hierarchy = &SelectiveSearch::single().hierarchies(&picture).unwrap()[0];
    assert_eq!(hierarchy.level(usize::MAX), *hierarchy.segments());
    let levels = [5, 3, 1].map(|count| {
        let level = hierarchy.level(count);
        assert_eq!(level.count, count);
        assert_eq!(level.labels.iter().max().map(|most| *most as usize + 1), Some(count));
        level.labels
    });
    for (finer, coarser) in levels.iter().zip(&levels[1..]) {
        let mut parents = [None; 5];
        for (child, parent) in finer.iter().zip(coarser) {
            let known = parents[*child as usize].get_or_insert(*parent);
            assert_eq!(known, parent, "a region in two");
        }
    }
    assert_eq!(hierarchy.level(0).count, 1);
}

/// A ramp of steps of one value each is one segment however far its ends are apart; a step of many is an edge.
#[test]
fn segments_end_where_neighbours_differ_and_not_where_a_slope_goes_on() {
    let [height, width] = [20, 40];
    let plane: Vec<f32> = (0..height * width)
        .map(|pixel| (pixel % width) as f32 / 255.0 + if pixel % width < 25 { 0.0 } else { 0.5 })
        .collect();
    let planes = plane.repeat(3);
    let picture = Picture::new(&planes, [height, width]).unwrap();
    let search = SelectiveSearch { thresholds: vec![60.0], sigma: 0.0, ..one_by_one() };
    let segments = search.hierarchies(&picture).unwrap()[0].segments().clone();
    assert_eq!(segments.count, 2);
    let expected = |pixel: usize| u32::from(pixel % width >= 25);
    assert!(segments.labels.iter().enumerate().all(|(pixel, label)| *label == expected(pixel)));
}

#[test]
fn settings_that_mean_nothing_are_refused() {
    let planes = vec![0.5; 3 * 4];
    let picture = Picture::new(&planes, [2, 2]).unwrap();
    let refused = |search: SelectiveSearch| search.propose(&picture).is_err();
    assert!(refused(SelectiveSearch { thresholds: vec![0.0], ..SelectiveSearch::fast() }));
    assert!(refused(SelectiveSearch { thresholds: vec![f64::NAN], ..SelectiveSearch::fast() }));
    assert!(refused(SelectiveSearch { sigma: -1.0, ..SelectiveSearch::fast() }));
    assert!(refused(SelectiveSearch { overlap: 1.5, ..SelectiveSearch::fast() }));
    assert!(refused(SelectiveSearch { sigma: f64::NAN, ..SelectiveSearch::fast() }));
}
