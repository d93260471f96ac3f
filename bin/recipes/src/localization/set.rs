//! Pictures with the numbers that are to be told of them.

use std::sync::Arc;

use burn::data::dataset::DatasetError;
use burn::tensor::{Device, Tensor, TensorData};
use fireside_datasets::labelled_images::images;
use fireside_training::supervised::Examples;

/// Images `[batch, 3, height, width]` in 0..=1, and what is to be told of each, `[batch, numbers]`.
pub type Targets = (Tensor<4>, Tensor<2>);

/// Pictures of one size with the numbers that are to be told of each; if asked for, each of them mirrored as well.
#[derive(Debug, Clone)]
pub struct Located {
    pixels: Arc<Vec<u8>>,
    size: [usize; 2],
    targets: Arc<Vec<Vec<f64>>>,
    mirrored: Arc<Vec<Vec<f64>>>,
    device: Device,
}

impl Located {
    /// Takes pictures of `size`, rows and columns, RGB bytes one after the other, with their numbers.
    pub fn new(pixels: &[u8], size: [usize; 2], targets: Vec<Vec<f64>>, device: &Device) -> Self {
        let pixels = Arc::new(pixels.to_vec());
        let (targets, mirrored) = (Arc::new(targets), Arc::default());
        Self { pixels, size, targets, mirrored, device: device.clone() }
    }

    /// The same and each picture mirrored, whose numbers are those of the picture mirrored by `change`.
    #[must_use]
    pub fn and_mirrored(self, change: impl Fn(&[f64]) -> Vec<f64>) -> Self {
        let mirrored = self.targets.iter().map(|target| change(target)).collect();
        Self { mirrored: Arc::new(mirrored), ..self }
    }

    /// The bytes of a picture, mirrored or not.
    fn picture(&self, place: usize) -> Vec<u8> {
        let [height, width] = self.size;
        let length = height * width * 3;
        let count = self.targets.len();
        let picture = &self.pixels[place % count * length..][..length];
        match place < count {
            true => picture.to_vec(),
            false => picture
                .chunks_exact(width * 3)
                .flat_map(|row| row.chunks_exact(3).rev().flatten().copied())
                .collect(),
        }
    }
}

impl Examples for Located {
    type Batch = Targets;

    fn count(&self) -> usize {
        self.targets.len() + self.mirrored.len()
    }

    fn batch(&self, places: &[usize]) -> Result<Targets, DatasetError> {
        let pixels: Vec<u8> = places.iter().flat_map(|place| self.picture(*place)).collect();
        let [height, width] = self.size;
        let images = images(&pixels, [places.len(), height, width, 3], &self.device);
        let count = self.targets.len();
        let target = |place: usize| match place < count {
            true => &self.targets[place],
            false => &self.mirrored[place - count],
        };
        let numbers: Vec<f64> = places.iter().flat_map(|place| target(*place).clone()).collect();
        let shape = [places.len(), numbers.len() / places.len().max(1)];
        Ok((images, Tensor::from_data(TensorData::new(numbers, shape), &self.device)))
    }

    fn ahead(&self) -> usize {
        2
    }
}

#[cfg(all(test, feature = "flex"))]
mod tests {
    use super::*;

    #[test]
    fn mirrored_pictures_come_after_the_others_with_numbers_of_their_own() {
        let pixels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]; // a picture of 1x4
        let located = Located::new(&pixels, [1, 4], vec![vec![0.25]], &Device::flex());
        let located = located.and_mirrored(|target| vec![1.0 - target[0]]);
        assert_eq!(located.count(), 2);
        assert_eq!(located.picture(1), [9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2]);
        let (images, targets) = located.batch(&[1, 0]).unwrap();
        assert_eq!(images.dims(), [2, 3, 1, 4]);
        assert_eq!(targets.into_data().iter::<f64>().collect::<Vec<_>>(), [0.75, 0.25]);
    }
}
