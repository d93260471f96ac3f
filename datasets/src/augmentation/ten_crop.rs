//! The views of a picture over which AlexNet averages its answers at test time.

use rayon::prelude::*;

use crate::error::SettingError;
use crate::labelled_images::LabelledImages;
use crate::pictures::Pictures;
use crate::transform::{Affine, Border, warp};

/// The views of [`ten_crop`].
pub const TEN: usize = 10;

/// Returns ten views of each picture: the crops of `crop`, height and width, at its four corners and in its
/// middle, and the same mirrored. They are scaled to `output`, which is best the size that a model was
/// trained on.
///
/// The views of a picture follow each other with its label; a model's answer is the mean of its
/// probabilities for them (Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep
/// Convolutional Neural Networks", 2012, section 4.1).
///
/// # Errors
/// When a size is 0, or the crop is larger than the pictures.
pub fn ten_crop(
    images: &LabelledImages,
    crop: [usize; 2],
    output: [usize; 2],
) -> Result<LabelledImages, SettingError> {
    let shape @ [height, width, channels] = images.image_shape();
    let expected = "at least 1, and the crop not larger than the pictures";
    let sizes = [
        ("crop height", crop[0], height),
        ("crop width", crop[1], width),
        ("output height", output[0], usize::MAX),
        ("output width", output[1], usize::MAX),
    ];
    if let Some((setting, value, _)) = sizes.into_iter().find(|(_, v, most)| *v == 0 || v > most) {
        return Err(SettingError { setting, value: value as f64, expected });
    }
    let [bottom, right] = [height - crop[0], width - crop[1]];
    let corners = [[0, 0], [0, right], [bottom, 0], [bottom, right], [bottom / 2, right / 2]];
    let straight = corners.map(|corner| Affine::crop(corner, crop, output));
    let mirrored = straight.map(|view| view.then(&Affine::flip(output[1])));
    let views = [straight, mirrored].concat();
    let indices: Vec<usize> = (0..images.len()).collect();
    let pixels: Vec<Vec<u8>> = indices
        .par_iter()
        .flat_map_iter(|&index| {
            let image = images.image(index);
            views.iter().map(move |view| warp(image, shape, view, Border::Nearest, output))
        })
        .collect();
    let labels = images.labels().iter().flat_map(|&label| [label; TEN]).collect();
    let shape = [images.len() * TEN, output[0], output[1], channels];
    Ok(LabelledImages::new(Pictures { shape, pixels: pixels.concat() }, labels))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pixels of value `row * 10 + column`.
    #[test]
    fn ten_views_are_corners_and_middle_and_their_mirror_images() {
        let pixels = (0..4).flat_map(|row| (0..5).map(move |column| row * 10 + column)).collect();
        let images = LabelledImages::new(Pictures { shape: [1, 4, 5, 1], pixels }, vec![3]);
        let views = ten_crop(&images, [2, 3], [2, 3]).unwrap();
        assert_eq!((views.image_shape(), views.labels()), ([2, 3, 1], [3; 10].as_slice()));
        let corners = [[0, 0], [0, 2], [2, 0], [2, 2], [1, 1]];
        for (view, [row, column]) in corners.into_iter().enumerate() {
            let first = row * 10 + column;
            let expected = [0, 1, 2, 10, 11, 12].map(|place| first + place);
            assert_eq!(views.image(view), expected);
            let mirrored = [2, 1, 0, 12, 11, 10].map(|place| first + place);
            assert_eq!(views.image(view + 5), mirrored);
        }
        // Scaled, the views keep their places.
        let large = ten_crop(&images, [2, 3], [4, 6]).unwrap();
        assert_eq!((large.len(), large.image_shape()), (10, [4, 6, 1]));
        assert_eq!((large.image(1)[0], large.image(1)[23]), (2, 17));
    }

    #[test]
    fn crops_that_do_not_fit_are_refused() {
        let pixels = vec![0; 6 * 5];
        let images = LabelledImages::new(Pictures { shape: [1, 6, 5, 1], pixels }, vec![0]);
        for (crop, output, setting) in [
            ([7, 5], [4, 4], "crop height is 7"),
            ([6, 0], [4, 4], "crop width is 0"),
            ([6, 5], [0, 4], "output height is 0"),
        ] {
            let error = ten_crop(&images, crop, output).unwrap_err().to_string();
            assert!(error.starts_with(setting), "{error}");
        }
    }
}
