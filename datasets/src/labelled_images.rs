//! Pictures with a class each, as bytes until a model asks for tensors.

use burn_tensor::{Device, Int, Tensor, TensorData};

use crate::image_file::{Fit, scale_rgb};
use crate::pictures::Pictures;

/// Pictures of one size with their labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledImages {
    height: usize,
    width: usize,
    channels: usize,
    pixels: Vec<u8>,
    labels: Vec<usize>,
}

impl LabelledImages {
    /// Joins pictures and labels.
    ///
    /// # Panics
    /// When their numbers differ.
    pub fn new(pictures: Pictures, labels: Vec<usize>) -> Self {
        let [count, height, width, channels] = pictures.shape;
        assert_eq!(count, labels.len(), "one label for each picture");
        assert_eq!(pictures.pixels.len(), count * height * width * channels);
        Self { height, width, channels, pixels: pictures.pixels, labels }
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Height, width and channels of every picture.
    pub fn image_shape(&self) -> [usize; 3] {
        [self.height, self.width, self.channels]
    }

    /// Height and width of every picture.
    pub fn side(&self) -> [usize; 2] {
        [self.height, self.width]
    }

    /// Numbers in one picture: height x width x channels.
    pub fn num_features(&self) -> usize {
        self.height * self.width * self.channels
    }

    /// The class of every picture.
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// The bytes of one picture, row-major `[height, width, channels]`.
    ///
    /// # Panics
    /// When there is no such picture.
    pub fn image(&self, index: usize) -> &[u8] {
        &self.pixels[index * self.num_features()..][..self.num_features()]
    }

    /// Returns `[count, height * width * channels]`, each picture laid out row-major, values in 0..=1.
    pub fn features(&self, device: &Device) -> Tensor<2> {
        features(&self.pixels, self.num_features(), device)
    }

    /// Returns `[count, channels, height, width]`, values in 0..=1.
    pub fn images(&self, device: &Device) -> Tensor<4> {
        let shape = [self.len(), self.height, self.width, self.channels];
        images(&self.pixels, shape, device)
    }

    /// Returns the labels as numbers, `[count, 1]`.
    pub fn targets(&self, device: &Device) -> Tensor<2> {
        targets(&self.labels, device)
    }

    /// Returns the labels as indices, `[count]`, as a cross-entropy of classes takes them.
    pub fn class_indices(&self, device: &Device) -> Tensor<1, Int> {
        class_indices(&self.labels, device)
    }

    /// Returns the labels as rows of zeros with a one, `[count, num_classes]`.
    ///
    /// # Panics
    /// When a label is not below `num_classes`.
    pub fn one_hot(&self, num_classes: usize, device: &Device) -> Tensor<2> {
        one_hot(&self.labels, num_classes, device)
    }

    /// Returns these pictures and then others of the same size.
    ///
    /// # Panics
    /// When the sizes differ.
    pub fn joined(&self, others: &Self) -> Self {
        assert_eq!(self.image_shape(), others.image_shape(), "pictures of one size");
        Self {
            pixels: [&self.pixels[..], &others.pixels].concat(),
            labels: [&self.labels[..], &others.labels].concat(),
            ..*self
        }
    }

    /// Returns the pictures scaled to `size`, height and width, whatever their proportions.
    ///
    /// # Panics
    /// When a size is 0, or the pictures have not 3 channels.
    pub fn scaled(&self, size: [usize; 2]) -> Self {
        let from = [self.height, self.width];
        if size == from {
            return self.clone();
        }
        let pictures = (0..self.len()).map(|index| self.image(index));
        let scaled = pictures.map(|picture| scale_rgb(picture, from, size, Fit::Squash));
        let pixels = scaled.collect::<Vec<_>>().concat();
        let [height, width] = size;
        Self { height, width, channels: self.channels, pixels, labels: self.labels.clone() }
    }

    /// Returns the pictures of some classes, whose labels become their places in `classes`.
    pub fn of_classes(&self, classes: &[usize]) -> Self {
        let class = |&label: &usize| classes.iter().position(|&class| class == label);
        let (indices, labels): (Vec<usize>, Vec<usize>) = self
            .labels
            .iter()
            .enumerate()
            .filter_map(|(index, label)| class(label).map(|class| (index, class)))
            .unzip();
        Self { labels, ..self.subset(&indices) }
    }

    /// Returns the pictures at `indices` in that order; one may come again.
    ///
    /// # Panics
    /// When there is no such picture.
    pub fn subset(&self, indices: &[usize]) -> Self {
        let images = indices.iter().map(|&index| self.image(index));
        Self {
            pixels: images.collect::<Vec<_>>().concat(),
            labels: indices.iter().map(|&index| self.labels[index]).collect(),
            ..*self
        }
    }

    /// Returns the first `count` pictures; all of them where there are fewer.
    #[must_use]
    pub fn first(mut self, count: usize) -> Self {
        self.labels.truncate(count);
        self.pixels.truncate(self.labels.len() * self.num_features());
        self
    }
}

/// Returns `[count, num_features]` from bytes, divided by 255 into 0..=1.
pub fn features(pixels: &[u8], num_features: usize, device: &Device) -> Tensor<2> {
    let values: Vec<f64> = pixels.iter().map(|&byte| f64::from(byte) / 255.0).collect();
    let shape = [pixels.len() / num_features, num_features];
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Returns `[count, channels, height, width]` from bytes of `shape`, which is `[count, height, width, channels]`,
/// divided by 255 into 0..=1.
///
/// # Panics
/// When there are not as many bytes.
pub fn images(pixels: &[u8], shape: [usize; 4], device: &Device) -> Tensor<4> {
    let [count, height, width, channels] = shape;
    let mut values = Vec::with_capacity(pixels.len());
    for picture in pixels.chunks_exact((height * width * channels).max(1)) {
        for channel in 0..channels {
            let plane = picture[channel..].iter().step_by(channels);
            values.extend(plane.map(|&byte| f64::from(byte) / 255.0));
        }
    }
    Tensor::from_data(TensorData::new(values, [count, channels, height, width]), device)
}

/// Returns class indices as numbers, `[count, 1]`.
pub fn targets(labels: &[usize], device: &Device) -> Tensor<2> {
    let values: Vec<f64> = labels.iter().map(|&label| label as f64).collect();
    Tensor::from_data(TensorData::new(values, [labels.len(), 1]), device)
}

/// Returns class indices as indices, `[count]`.
pub fn class_indices(labels: &[usize], device: &Device) -> Tensor<1, Int> {
    let values: Vec<i64> = labels.iter().map(|&label| label as i64).collect();
    Tensor::from_data(TensorData::new(values, [labels.len()]), device)
}

/// Returns class indices as rows of zeros with a one, `[count, num_classes]`.
///
/// # Panics
/// When a label is not below `num_classes`.
pub fn one_hot(labels: &[usize], num_classes: usize, device: &Device) -> Tensor<2> {
    let mut values = vec![0.0; labels.len() * num_classes];
    for (row, &label) in labels.iter().enumerate() {
        assert!(label < num_classes, "label {label} is not one of {num_classes} classes");
        values[row * num_classes + label] = 1.0;
    }
    Tensor::from_data(TensorData::new(values, [labels.len(), num_classes]), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three pictures of one pixel, of 3 channels.
    fn three() -> LabelledImages {
        let pictures =
            Pictures { shape: [3, 1, 1, 3], pixels: vec![0, 1, 2, 10, 11, 12, 20, 21, 255] };
        LabelledImages::new(pictures, vec![2, 0, 1])
    }

    /// Two pictures of two by one pixels: the channels part, the pictures stay apart.
    #[test]
    fn images_have_their_channels_first() {
        let pictures = Pictures { shape: [2, 2, 1, 3], pixels: (0..12).collect() };
        let images = LabelledImages::new(pictures, vec![0, 0]).images(&Device::flex());
        assert_eq!(images.dims(), [2, 3, 2, 1]);
        let data = images.into_data();
        let values = data.iter::<f32>().map(|value| (value * 255.0).round() as u8);
        assert_eq!(values.collect::<Vec<_>>(), [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]);
    }

    #[test]
    fn joined_pictures_keep_their_labels_and_scaled_ones_their_colours() {
        let twice = three().joined(&three().subset(&[1]));
        assert_eq!((twice.labels(), twice.image(3)), ([2, 0, 1, 0].as_slice(), three().image(1)));
        let larger = twice.scaled([2, 3]);
        assert_eq!((larger.image_shape(), larger.labels()), ([2, 3, 3], twice.labels()));
        assert_eq!(larger.image(1), [10, 11, 12].repeat(6));
    }

    #[test]
    fn classes_that_are_taken_are_counted_anew() {
        let two = three().of_classes(&[1, 2]);
        assert_eq!((two.labels(), two.image(0)), ([1, 0].as_slice(), three().image(0)));
        assert_eq!(two.image(1), three().image(2));
        assert!(three().of_classes(&[7]).is_empty());
    }

    #[test]
    fn subset_takes_pictures_with_their_labels_in_the_order_asked_for() {
        let subset = three().subset(&[2, 0, 2]);
        assert_eq!(subset.labels(), [1, 2, 1]);
        assert_eq!(subset.image(0), [20, 21, 255]);
        assert_eq!(subset.image(1), [0, 1, 2]);
        assert_eq!(subset.image_shape(), [1, 1, 3]);
        assert!(three().subset(&[]).is_empty());
    }

    #[test]
    fn first_pictures_are_those_of_the_subset_and_no_more_than_there_are() {
        assert_eq!(three().first(2), three().subset(&[0, 1]));
        assert_eq!(three().first(4), three());
    }
}
