//! Arrays as the notebooks have them, and the tensors that are the same.

use burn::tensor::{Device, Tensor, TensorData};
use fireside_numpy_rng::NumpyRng;
use serde::Serialize;

use crate::RecipeError;
use crate::by_hand::entries;

/// An array with the axes of the notebooks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Array {
    /// Its axes.
    pub shape: Vec<usize>,
    /// Its entries, row-major.
    pub data: Vec<f64>,
    /// Whether they are integers, which NumPy prints without a point.
    #[serde(skip)]
    pub is_whole: bool,
}

impl Array {
    /// Entries in the order of the last axis.
    pub(super) fn new(shape: Vec<usize>, data: Vec<f64>) -> Self {
        Self { shape, data, is_whole: false }
    }

    /// A list.
    pub(super) fn list(data: impl Into<Vec<f64>>) -> Self {
        let data = data.into();
        Self::new(vec![data.len()], data)
    }

    /// A list of indices, labels or sizes.
    pub(super) fn counts(counts: &[usize]) -> Self {
        Self::list(counts.iter().map(|&count| count as f64).collect::<Vec<_>>()).of_integers()
    }

    /// A matrix, row by row.
    pub(super) fn matrix<const N: usize>(rows: &[[f64; N]]) -> Self {
        Self::new(vec![rows.len(), N], rows.concat())
    }

    /// Zeros.
    pub(super) fn zeros<const D: usize>(shape: [usize; D]) -> Self {
        Self::new(shape.to_vec(), vec![0.0; shape.iter().product()])
    }

    /// `np.random.randn` of this shape.
    pub(super) fn randn<const D: usize>(rng: &mut NumpyRng, shape: [usize; D]) -> Self {
        Self::new(shape.to_vec(), rng.randn_vec(shape.iter().product()))
    }

    /// The entries of a tensor as they stand.
    pub(super) fn of<const D: usize>(tensor: Tensor<D>) -> Result<Self, RecipeError> {
        Ok(Self::new(tensor.dims().to_vec(), entries(tensor)?))
    }

    /// `[batch, features]` as `(features, m)`, and a weight `[inputs, outputs]` as `(outputs, inputs)`.
    pub(super) fn features_first(tensor: Tensor<2>) -> Result<Self, RecipeError> {
        Self::of(tensor.transpose())
    }

    /// `[batch, time, features]` as `(features, m, T)`.
    pub(super) fn of_sequence(tensor: Tensor<3>) -> Result<Self, RecipeError> {
        Self::of(tensor.permute([2, 0, 1]))
    }

    /// `[batch, channels, height, width]` as `(m, n_H, n_W, n_C)`.
    pub(super) fn channels_last(images: Tensor<4>) -> Result<Self, RecipeError> {
        Self::of(images.permute([0, 2, 3, 1]))
    }

    /// The tensor with these entries as they stand.
    pub(super) fn tensor<const D: usize>(&self, device: &Device) -> Tensor<D> {
        Tensor::from_data(TensorData::new(self.data.clone(), self.shape.clone()), device)
    }

    /// The opposite of [`features_first`](Self::features_first).
    pub(super) fn batch_first(&self, device: &Device) -> Tensor<2> {
        self.tensor::<2>(device).transpose()
    }

    /// The opposite of [`of_sequence`](Self::of_sequence).
    pub(super) fn sequence(&self, device: &Device) -> Tensor<3> {
        self.tensor::<3>(device).permute([1, 2, 0])
    }

    /// The opposite of [`channels_last`](Self::channels_last).
    pub(super) fn channels_first(&self, device: &Device) -> Tensor<4> {
        self.tensor::<4>(device).permute([0, 3, 1, 2])
    }

    /// Filters `(f, f, n_C_prev, n_C)` as `[outputs, channels, f, f]`.
    pub(super) fn filters(&self, device: &Device) -> Tensor<4> {
        self.tensor::<4>(device).permute([3, 2, 0, 1])
    }

    /// The same, of entries that are integers.
    pub(super) fn of_integers(self) -> Self {
        Self { is_whole: true, ..self }
    }

    /// Every entry changed.
    pub(super) fn map(&self, change: impl Fn(f64) -> f64) -> Self {
        Self::new(self.shape.clone(), self.data.iter().map(|&x| change(x)).collect())
    }

    /// 1 where an entry is above 0, else 0: the labels that the tests draw.
    pub(super) fn above_zero(&self) -> Self {
        self.map(|x| f64::from(u8::from(x > 0.0))).of_integers()
    }

    /// To the eight decimals that NumPy prints: what a notebook's tests have copied from its output.
    pub(super) fn as_printed(&self) -> Self {
        self.map(|x| format!("{x:.8}").parse().unwrap_or(x))
    }
}

/// The only entry of a tensor.
pub(super) fn scalar(tensor: Tensor<1>) -> Result<f64, RecipeError> {
    Ok(entries(tensor)?.into_iter().sum())
}
