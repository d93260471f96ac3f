//! What can be done to one picture: bytes in, as many bytes out.
//!
//! Every function takes `shape`, which is `[height, width, channels]`, and panics when the picture has
//! another number of bytes than that. What moves a picture is an [`Affine`]; several of them become one, so
//! that a picture is mixed from its pixels once, however much is done to it.

mod affine;

use serde::{Deserialize, Serialize};

pub use self::affine::Affine;

/// What lies beyond the border of a picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Border {
    /// The nearest pixel, again and again.
    #[default]
    Nearest,
    /// Black, as the zeros around a picture in the crops of residual networks.
    Black,
    /// The picture's mirror image.
    Mirrored,
}

/// Returns a picture of `output`, height and width, in which each pixel is mixed from the four around its
/// place in `image`.
pub fn warp(
    image: &[u8],
    shape: [usize; 3],
    change: &Affine,
    border: Border,
    output: [usize; 2],
) -> Vec<u8> {
    check(image, shape);
    let [height, width, channels] = shape;
    let mut warped = vec![0; output[0] * output[1] * channels];
    if height == 0 || width == 0 || warped.is_empty() {
        return warped;
    }
    // Where a pixel begins.
    let start = |row: usize, column: usize| (row * width + column) * channels;
    for (index, pixel) in warped.chunks_exact_mut(channels).enumerate() {
        let place = change.place((index / output[1]) as f64, (index % output[1]) as f64);
        let ([top, left], [down, right]) = whole_and_rest(place);
        let weights = [
            (1.0 - down) * (1.0 - right),
            (1.0 - down) * right,
            down * (1.0 - right),
            down * right,
        ];
        let has_four =
            (0..height as isize - 1).contains(&top) && (0..width as isize - 1).contains(&left);
        if has_four {
            let upper = &image[start(top as usize, left as usize)..][..2 * channels];
            let lower = &image[start(top as usize + 1, left as usize)..][..2 * channels];
            for (channel, value) in pixel.iter_mut().enumerate() {
                let mixed = weights[0] * f32::from(upper[channel])
                    + weights[1] * f32::from(upper[channels + channel])
                    + weights[2] * f32::from(lower[channel])
                    + weights[3] * f32::from(lower[channels + channel]);
                *value = (mixed + 0.5) as u8;
            }
        } else {
            let corners = [(top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)];
            let corners = corners.map(|(row, column)| {
                Some(start(border.within(row, height)?, border.within(column, width)?))
            });
            for (channel, value) in pixel.iter_mut().enumerate() {
                let at = |corner: Option<usize>| {
                    corner.map_or(0.0, |first| f32::from(image[first + channel]))
                };
                let mixed: f32 = (0..4).map(|i| weights[i] * at(corners[i])).sum();
                *value = (mixed + 0.5) as u8;
            }
        }
    }
    warped
}

/// The pixel above and to the left of a place, and how far below and to the right of it the place lies.
fn whole_and_rest(place: [f64; 2]) -> ([isize; 2], [f32; 2]) {
    // Far beyond any picture; so that sums with it do not overflow.
    let place = place.map(|place| place.clamp(-1e9, 1e9));
    let whole = place.map(|place| place as isize - isize::from(place < (place as isize) as f64));
    (whole, [0, 1].map(|axis| (place[axis] - whole[axis] as f64) as f32))
}

impl Border {
    /// The pixel of `0..size` that stands for one that may lie beyond.
    fn within(self, place: isize, size: usize) -> Option<usize> {
        let last = size as isize - 1;
        match self {
            _ if (0..=last).contains(&place) => Some(place as usize),
            Self::Nearest => Some(place.clamp(0, last) as usize),
            Self::Black => None,
            Self::Mirrored => {
                let place = place.rem_euclid(2 * size as isize);
                Some(place.min(2 * last + 1 - place) as usize)
            }
        }
    }
}

/// Mirrors left and right.
pub fn flip(image: &[u8], shape: [usize; 3]) -> Vec<u8> {
    let [_, width, channels] = shape;
    check(image, shape);
    let rows = image.chunks_exact((width * channels).max(1));
    rows.flat_map(|row| row.chunks_exact(channels).rev().flatten()).copied().collect()
}

/// Adds `change`, one number for each channel in units of a byte, to every pixel, and cuts off at 0 and 255.
///
/// # Panics
/// When there is not one for each channel.
pub fn shift_colors(image: &[u8], change: &[f64]) -> Vec<u8> {
    assert!(image.len().is_multiple_of(change.len().max(1)), "a change for each channel");
    let shifted = |change: &f64| {
        std::array::from_fn(|value| (value as f64 + change).clamp(0.0, 255.0).round() as u8)
    };
    let tables: Vec<[u8; 256]> = change.iter().map(shifted).collect();
    image
        .iter()
        .zip(tables.iter().cycle())
        .map(|(&value, table)| table[usize::from(value)])
        .collect()
}

/// Paints a rectangle of `size` from `corner` on, both down and across, and as much of it as lies within;
/// `color` has one value for each channel.
///
/// # Panics
/// When it has not.
pub fn cut_out(
    image: &[u8],
    shape: [usize; 3],
    corner: [isize; 2],
    size: [usize; 2],
    color: &[u8],
) -> Vec<u8> {
    check(image, shape);
    let [height, width, channels] = shape;
    assert_eq!(color.len(), channels, "a value for each channel");
    let range = |axis: usize, limit: usize| {
        let end = corner[axis].saturating_add_unsigned(size[axis]);
        let [first, end] = [corner[axis], end].map(|place| place.clamp(0, limit as isize) as usize);
        first..end
    };
    let mut cut = image.to_vec();
    for row in range(0, height) {
        for column in range(1, width) {
            cut[(row * width + column) * channels..][..channels].copy_from_slice(color);
        }
    }
    cut
}

fn check(image: &[u8], shape: [usize; 3]) {
    assert_eq!(image.len(), shape.iter().product::<usize>(), "a picture of {shape:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [usize; 3] = [3, 3, 1];
    #[rustfmt::skip]
    const NINE: [u8; 9] = [
        10, 20, 30,
        40, 50, 60,
        70, 80, 90,
    ];

    fn nine(change: &Affine, border: Border) -> Vec<u8> {
        warp(&NINE, SQUARE, change, border, [3, 3])
    }

    #[test]
    #[rustfmt::skip]
    fn each_does_to_nine_pixels_what_one_finds_by_hand() {
        let nearest = |change: Affine| nine(&change, Border::Nearest);
        assert_eq!(flip(&NINE, SQUARE), [
            30, 20, 10,
            60, 50, 40,
            90, 80, 70,
        ]);
        assert_eq!(nearest(Affine::flip(3)), flip(&NINE, SQUARE));
        assert_eq!(nearest(Affine::shift(1.0, 0.0)), [
            10, 20, 30,
            10, 20, 30,
            40, 50, 60,
        ]);
        assert_eq!(nearest(Affine::shift(0.0, -2.0)), [
            30, 30, 30,
            60, 60, 60,
            90, 90, 90,
        ]);
        assert_eq!(nearest(Affine::rotation([3, 3], 90.0)), [
            70, 40, 10,
            80, 50, 20,
            90, 60, 30,
        ]);
        // An eighth of a turn: the corners come from between the edges' middles and beyond the border.
        let turned = nearest(Affine::rotation([3, 3], 45.0));
        // Right of the middle lies what was sqrt(1/2) up and right: 50 - 0.7071 x 30 + 0.7071 x 10.
        assert_eq!((turned[4], turned[5]), (50, 36));
        // Slanted by an eighth of a turn, each row moves by one.
        assert_eq!(nearest(Affine::shear([3, 3], 45.0)), [
            10, 10, 20,
            40, 50, 60,
            80, 90, 90,
        ]);
        assert_eq!(warp(&NINE, SQUARE, &Affine::crop([1, 0], [2, 2], [2, 2]), Border::Nearest, [2, 2]), [
            40, 50,
            70, 80,
        ]);
        // Two columns over three: their middles lie at 1 + 1/3 - 1/2, 1 + 1/2, and 1 + 1 + 1/6.
        assert_eq!(nearest(Affine::crop([0, 1], [3, 2], [3, 3])), [
            18, 25, 30,
            48, 55, 60,
            78, 85, 90,
        ]);
        assert_eq!(shift_colors(&NINE, &[-40.4]), [
            0, 0, 0,
            0, 10, 20,
            30, 40, 50,
        ]);
        assert_eq!(cut_out(&NINE, SQUARE, [1, -1], [5, 2], &[7]), [
            10, 20, 30,
            7, 50, 60,
            7, 80, 90,
        ]);
    }

    #[test]
    #[rustfmt::skip]
    fn beyond_the_border_lies_what_it_says() {
        let moved = Affine::shift(2.0, 2.0);
        assert_eq!(nine(&moved, Border::Black), [
            0, 0, 0,
            0, 0, 0,
            0, 0, 10,
        ]);
        assert_eq!(nine(&moved, Border::Mirrored), [
            50, 40, 40,
            20, 10, 10,
            20, 10, 10,
        ]);
        // Half a pixel: half black.
        assert_eq!(nine(&Affine::shift(0.0, 0.5), Border::Black)[..3], [5, 15, 25]);
    }

    #[test]
    fn channels_stay_together() {
        let shape = [1, 2, 3];
        let image = [1, 2, 3, 4, 5, 6];
        assert_eq!(flip(&image, shape), [4, 5, 6, 1, 2, 3]);
        let moved = warp(&image, shape, &Affine::shift(0.0, 1.0), Border::Nearest, [1, 2]);
        assert_eq!(moved, [1, 2, 3, 1, 2, 3]);
        assert_eq!(shift_colors(&image, &[1.0, 0.0, 250.0]), [2, 2, 253, 5, 5, 255]);
        assert_eq!(cut_out(&image, shape, [0, 1], [1, 1], &[7, 8, 9]), [1, 2, 3, 7, 8, 9]);
    }

    fn picture() -> ([usize; 3], Vec<u8>) {
        ([5, 4, 3], (0..5 * 4 * 3).map(|value| (value * 37 % 256) as u8).collect())
    }

    #[test]
    fn opposites_and_whole_turns_lead_back() {
        let (shape, image) = picture();
        let size = [5, 4];
        let half_turn = Affine::rotation(size, 180.0);
        assert_eq!(flip(&flip(&image, shape), shape), image);
        assert_eq!(shift_colors(&image, &[0.0; 3]), image);
        for change in [
            Affine::IDENTITY,
            Affine::rotation(size, 360.0),
            half_turn.then(&half_turn),
            Affine::rotation(size, 31.0).then(&Affine::rotation(size, -31.0)),
            Affine::shear(size, 20.0).then(&Affine::shear(size, -20.0)),
            Affine::shift(3.0, -1.0).then(&Affine::shift(-3.0, 1.0)),
            Affine::crop([0, 0], size, size),
        ] {
            for border in [Border::Nearest, Border::Black, Border::Mirrored] {
                assert_eq!(warp(&image, shape, &change, border, size), image, "{change:?}");
            }
        }
    }

    /// For changes by whole pixels, which mix nothing.
    #[test]
    fn one_change_after_another_is_the_same_as_both_at_once() {
        let (shape, image) = picture();
        let warp =
            |image: &[u8], change: &Affine| warp(image, shape, change, Border::Nearest, [5, 4]);
        let [first, next] = [Affine::flip(4), Affine::shift(2.0, -1.0)];
        let after = warp(&warp(&image, &first), &next);
        assert_eq!(warp(&image, &first.then(&next)), after);
    }

    #[test]
    fn far_places_and_pictures_of_one_pixel_or_none_are_fine() {
        let far = Affine::shift(1e300, -1e300);
        for border in [Border::Nearest, Border::Black, Border::Mirrored] {
            assert_eq!(warp(&[7], [1, 1, 1], &far, border, [1, 1]).len(), 1);
            assert_eq!(warp(&[7], [1, 1, 1], &Affine::IDENTITY, border, [1, 1]), [7]);
            assert!(warp(&[], [0, 4, 3], &far, border, [0, 4]).is_empty());
        }
    }

    #[test]
    #[should_panic(expected = "a picture of [2, 2, 3]")]
    fn picture_of_another_size_is_a_mistake_of_the_caller() {
        warp(&NINE, [2, 2, 3], &Affine::IDENTITY, Border::Nearest, [3, 3]);
    }
}
