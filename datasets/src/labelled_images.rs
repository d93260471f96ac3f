//! Pictures with a class each, as bytes until a model asks for tensors.

use burn::tensor::{Device, Tensor, TensorData};

use crate::hdf5::Pictures;

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

    /// Returns the labels as numbers, `[count, 1]`.
    pub fn targets(&self, device: &Device) -> Tensor<2> {
        targets(&self.labels, device)
    }
}

/// Returns `[count, num_features]` from bytes, divided by 255 into 0..=1.
pub fn features(pixels: &[u8], num_features: usize, device: &Device) -> Tensor<2> {
    let values: Vec<f64> = pixels.iter().map(|&byte| f64::from(byte) / 255.0).collect();
    let shape = [pixels.len() / num_features, num_features];
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Returns class indices as numbers, `[count, 1]`.
pub fn targets(labels: &[usize], device: &Device) -> Tensor<2> {
    let values: Vec<f64> = labels.iter().map(|&label| label as f64).collect();
    Tensor::from_data(TensorData::new(values, [labels.len(), 1]), device)
}
