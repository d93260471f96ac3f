//! Draws a sheet of street scenes, each with its boxes, its segments and its instances:
//! `cargo run --release -p fireside-datasets --example street_scenes -- street-scenes.png`
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::time::Instant;

use fireside_datasets::drawn_street::{StreetScene, StreetScenes};
use image::{Rgb, RgbImage};

const SIZE: [usize; 2] = [96, 128];
/// Scenes across and down, each three pictures wide.
const SHEET: [usize; 2] = [2, 4];
const GAP: usize = 4;
/// For each class of boxes, and instances in turn.
const COLORS: [[u8; 3]; 8] = [
    [255, 60, 60],
    [255, 160, 0],
    [60, 230, 60],
    [0, 220, 255],
    [255, 240, 60],
    [255, 90, 255],
    [120, 140, 255],
    [255, 255, 255],
];
/// For each segment, those of Cityscapes where it has them.
const SEGMENT_COLORS: [[u8; 3]; 13] = [
    [0, 0, 0],
    [70, 70, 70],
    [190, 153, 153],
    [250, 170, 160],
    [220, 20, 60],
    [153, 153, 153],
    [255, 255, 255],
    [128, 64, 128],
    [244, 35, 232],
    [107, 142, 35],
    [0, 0, 142],
    [102, 102, 156],
    [220, 220, 0],
];

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("give the name of a picture to write")?;
    let street = StreetScenes::new(SIZE, 1)?;
    let [height, width] = SIZE;
    let [across, down] = SHEET;
    let mut sheet = RgbImage::from_pixel(
        (across * (3 * width + GAP) - GAP) as u32,
        (down * (height + GAP) - GAP) as u32,
        Rgb([255; 3]),
    );
    for (index, scene) in street.scenes(0..(across * down) as u64).iter().enumerate() {
        let corner = [index % across * (3 * width + GAP), index / across * (height + GAP)];
        let segments = scene.semantic().iter().map(|&segment| SEGMENT_COLORS[usize::from(segment)]);
        let instances = scene.instances().iter().map(|&instance| match instance {
            0 => [30; 3],
            _ => COLORS[usize::from(instance - 1) % COLORS.len()],
        });
        paste(&mut sheet, corner, &with_boxes(scene));
        paste(&mut sheet, [corner[0] + width, corner[1]], &segments.collect::<Vec<_>>());
        paste(&mut sheet, [corner[0] + 2 * width, corner[1]], &instances.collect::<Vec<_>>());
    }
    sheet.save(&path)?;

    let start = Instant::now();
    let count = 500;
    (0..count).for_each(|index| drop(street.scene(index)));
    let rate = count as f64 / start.elapsed().as_secs_f64();
    println!("{path}: {} scenes; {rate:.0} a second are drawn on one core", across * down);
    Ok(())
}

fn paste(sheet: &mut RgbImage, [left, top]: [usize; 2], pixels: &[[u8; 3]]) {
    for (place, &color) in pixels.iter().enumerate() {
        let (x, y) = (left + place % SIZE[1], top + place / SIZE[1]);
        sheet.put_pixel(x as u32, y as u32, Rgb(color));
    }
}

fn with_boxes(scene: &StreetScene) -> Vec<[u8; 3]> {
    let mut pixels = scene.picture().as_chunks::<3>().0.to_vec();
    for found in scene.boxes() {
        let [x1, y1, x2, y2] = found.bounds.map(|place| place as usize);
        let rim = (x1..x2)
            .flat_map(|x| [(x, y1), (x, y2 - 1)])
            .chain((y1..y2).flat_map(|y| [(x1, y), (x2 - 1, y)]));
        rim.for_each(|(x, y)| pixels[y * SIZE[1] + x] = COLORS[found.class]);
    }
    pixels
}
