//! Drawn street scenes: what they hold, and what they do not give away.

use fireside_datasets::drawn_street::{
    CLASSES, ONE_OBJECT_CLASSES, SEGMENTS, StreetScene, StreetScenes,
};
use sha2::{Digest, Sha256};

const SIZE: [usize; 2] = [96, 128];

fn scenes(count: u64) -> Vec<StreetScene> {
    StreetScenes::new(SIZE, 1).unwrap().scenes(0..count)
}

fn hash(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn everything_of(scene: &StreetScene) -> Vec<u8> {
    let boxes = scene.boxes().iter().flat_map(|found| {
        let [x1, y1, x2, y2] = found.bounds;
        [found.class as f64, x1, y1, x2, y2, found.visibility]
    });
    let boxes: Vec<u8> = boxes.flat_map(f64::to_le_bytes).collect();
    [scene.picture(), scene.semantic(), scene.instances(), &boxes].concat()
}

#[test]
fn same_seed_draws_the_same_bytes_on_every_machine() {
    let all: Vec<Vec<u8>> = scenes(64).iter().map(everything_of).collect();
    assert_eq!(hash(&[&all.concat()]), "0009089096280407");
    let other = StreetScenes::new([61, 97], 7).unwrap();
    assert_eq!(hash(&[&everything_of(&other.scene(1 << 40))]), "700c45cca79a4f20");
    let small = StreetScenes::new([64, 64], 1).unwrap();
    let all: Vec<Vec<u8>> = (0..64).map(|index| small.one_object(index).picture).collect();
    assert_eq!(hash(&[&all.concat()]), "d24f9f5ad52722f4");
}

#[test]
fn scene_is_the_same_whatever_was_drawn_before_and_on_however_many_threads() {
    let street = StreetScenes::new(SIZE, 3).unwrap();
    let together = street.scenes(10..30);
    for index in [29, 10, 17] {
        assert_eq!(street.scene(index), together[index as usize - 10]);
    }
    let mut pictures: Vec<&[u8]> = together.iter().map(StreetScene::picture).collect();
    pictures.sort_unstable();
    pictures.dedup();
    assert_eq!(pictures.len(), together.len());
    assert_ne!(StreetScenes::new(SIZE, 4).unwrap().scene(10), together[0]);
}

#[test]
fn scenes_have_boxes_of_every_class_and_pixels_of_every_segment() {
    let scenes = scenes(1000);
    let boxes = || scenes.iter().flat_map(StreetScene::boxes);
    let mean = boxes().count() as f64 / scenes.len() as f64;
    assert!((3.4..4.0).contains(&mean), "{mean} boxes a scene"); // 3.6 are asked for
    for (class, name) in CLASSES.iter().enumerate() {
        let share =
            boxes().filter(|found| found.class == class).count() as f64 / boxes().count() as f64;
        assert!((share - 1.0 / 6.0).abs() < 0.03, "{name}: {share}");
    }
    for (segment, name) in SEGMENTS.iter().enumerate() {
        let with = |scene: &&StreetScene| scene.semantic().contains(&(segment as u8));
        let with = scenes.iter().filter(with).count();
        assert!(with >= 150, "{name} in {with} of 1000 scenes");
    }
    assert!(scenes.iter().all(|scene| scene.boxes().len() <= 8));
}

#[test]
fn boxes_are_the_bounds_of_their_pixels_in_the_mask_of_instances() {
    for scene in scenes(200) {
        let [height, width] = scene.size();
        assert_eq!(scene.picture().len(), height * width * 3);
        assert_eq!(scene.semantic().len(), height * width);
        for (number, found) in scene.boxes().iter().enumerate() {
            let instance = number as u8 + 1;
            let of_it: Vec<usize> =
                (0..height * width).filter(|&at| scene.instances()[at] == instance).collect();
            let columns = || of_it.iter().map(|at| at % width);
            let rows = || of_it.iter().map(|at| at / width);
            let [x1, y1] = [columns().min(), rows().min()].map(Option::unwrap);
            let [x2, y2] = [columns().max(), rows().max()].map(|last| last.unwrap() + 1);
            assert_eq!(found.bounds, [x1, y1, x2, y2].map(|place| place as f64));
            assert!(of_it.len() >= 14 && x2 - x1 >= 3 && y2 - y1 >= 3, "{found:?}");
            let segment =
                ["vehicle", "vehicle", "pedestrian", "traffic sign", "traffic sign", "vehicle"];
            let segments = of_it.iter().map(|&at| SEGMENTS[usize::from(scene.semantic()[at])]);
            assert!(segments.into_iter().all(|name| name == segment[found.class]));
        }
        let most = scene.instances().iter().max().copied().unwrap_or(0);
        assert_eq!(usize::from(most), scene.boxes().len());
    }
}

#[test]
fn what_is_hidden_or_cut_off_is_less_than_wholly_visible() {
    let scenes = scenes(500);
    let mut hidden = 0;
    for scene in &scenes {
        for found in scene.boxes() {
            assert!(found.visibility > 0.0 && found.visibility <= 1.0, "{found:?}");
            assert!(found.visibility >= 0.35 || found.difficult);
            hidden += usize::from(found.visibility < 1.0);
        }
    }
    let all: usize = scenes.iter().map(|scene| scene.boxes().len()).sum();
    let share = hidden as f64 / all as f64;
    assert!((0.15..0.5).contains(&share), "{share} of the boxes are partly hidden");
    let difficult = scenes.iter().flat_map(StreetScene::boxes).filter(|found| found.difficult);
    let share = difficult.count() as f64 / all as f64;
    assert!((0.01..0.1).contains(&share), "{share} of the boxes are difficult");
}

/// Mean colours of things, by class.
type Colors = Vec<Vec<[f64; 3]>>;

/// How often the class whose mean colour is nearest is right, of as many things of each class: the means from one
/// half, the share from the other.
fn right_by_mean_color(colors: &Colors) -> f64 {
    let half = colors.iter().map(Vec::len).min().unwrap() / 2;
    let means: Vec<[f64; 3]> = colors
        .iter()
        .map(|of_class| {
            [0, 1, 2]
                .map(|c| of_class[..half].iter().map(|color| color[c]).sum::<f64>() / half as f64)
        })
        .collect();
    let nearest = |color: &[f64; 3]| {
        let distance = |mean: &[f64; 3]| -> f64 {
            mean.iter().zip(color).map(|(a, b)| (a - b) * (a - b)).sum()
        };
        (0..means.len())
            .min_by(|&a, &b| distance(&means[a]).total_cmp(&distance(&means[b])))
            .unwrap()
    };
    let right = colors.iter().enumerate().map(|(class, of_class)| {
        of_class[half..2 * half].iter().filter(|color| nearest(color) == class).count()
    });
    right.sum::<usize>() as f64 / (half * colors.len()) as f64
}

fn mean_color(pixels: &[u8], width: usize, bounds: [f64; 4]) -> [f64; 3] {
    let [x1, y1, x2, y2] = bounds.map(|place| place as usize);
    [0, 1, 2].map(|c| {
        let places = (y1..y2).flat_map(|y| (x1..x2).map(move |x| y * width + x));
        let sum: f64 = places.map(|place| f64::from(pixels[place * 3 + c])).sum();
        sum / ((x2 - x1) * (y2 - y1)) as f64
    })
}

#[test]
fn colours_alone_tell_no_class() {
    let mut colors: Colors = vec![Vec::new(); CLASSES.len()];
    for scene in scenes(4000) {
        for found in scene.boxes() {
            colors[found.class].push(mean_color(scene.picture(), SIZE[1], found.bounds));
        }
    }
    let right = right_by_mean_color(&colors);
    assert!(right <= 1.0 / 6.0 + 0.05, "{right}");

    // Of whole pictures too: one with an object is no other than one without.
    let small = StreetScenes::new([64, 64], 1).unwrap();
    let mut colors: Colors = vec![Vec::new(); 2];
    for found in small.one_objects(0..4000) {
        let whole = mean_color(&found.picture, 64, [0.0, 0.0, 64.0, 64.0]);
        colors[usize::from(found.object.is_some())].push(whole);
    }
    let right = right_by_mean_color(&colors);
    assert!(right <= 0.5 + 0.05, "{right}");
}

#[test]
fn three_of_ten_pictures_of_one_object_have_none_and_the_classes_are_alike_frequent() {
    let small = StreetScenes::new([64, 64], 2).unwrap();
    let pictures = small.one_objects(0..3000);
    let none = pictures.iter().filter(|found| found.object.is_none()).count();
    assert!((820..980).contains(&none), "{none} of 3000"); // 900, give or take 25
    for (class, name) in ONE_OBJECT_CLASSES.iter().enumerate() {
        let objects = pictures.iter().filter_map(|found| found.object);
        let count = objects.filter(|object| object.class == class).count();
        assert!((610..790).contains(&count), "{name}: {count}"); // 700, give or take 23
    }
    for object in pictures.iter().filter_map(|found| found.object) {
        let [x1, y1, x2, y2] = object.bounds;
        assert!(0.0 <= x1 && x1 < x2 && x2 <= 64.0 && 0.0 <= y1 && y1 < y2 && y2 <= 64.0);
        assert!(object.visibility > 0.6 && !object.difficult, "{object:?}");
    }
    assert_eq!(small.one_object(77), pictures[77]);
}

#[test]
fn scenes_of_every_size_are_drawn_and_others_refused() {
    for size in [[32, 32], [33, 200], [192, 256], [416, 416]] {
        let street = StreetScenes::new(size, 1).unwrap();
        let scene = street.scene(0);
        assert_eq!((street.size(), scene.size()), (size, size));
        assert_eq!(scene.picture().len(), size[0] * size[1] * 3);
    }
    for (size, expected) in [
        ([31, 64], "the height is 31: it must be in 32..=2048"),
        ([96, 0], "the width is 0: it must be in 32..=2048"),
        ([96, usize::MAX], "the width is 18446744073709552000: it must be in 32..=2048"),
    ] {
        assert_eq!(StreetScenes::new(size, 1).unwrap_err().to_string(), expected);
    }
}
