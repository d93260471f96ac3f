use burn::module::Param;
use burn::nn::Initializer;
use burn::tensor::{Device, Tensor};

/// The bias 0 of so many outputs, for a layer that was built with an initialiser of its own: Burn draws the bias by it
/// as well, while the papers, Keras and the course begin at 0.
///
/// ```
/// use burn::nn::{Initializer, LinearConfig};
/// use burn::tensor::Device;
/// use fireside_layers::zero_bias;
///
/// let device = Device::flex();
/// let xavier = Initializer::XavierUniform { gain: 1.0 };
/// let mut linear = LinearConfig::new(3, 5).with_initializer(xavier).init(&device);
/// linear.bias = Some(zero_bias(5, &device));
/// ```
#[must_use]
pub fn zero_bias(outputs: usize, device: &Device) -> Param<Tensor<1>> {
    Initializer::Zeros.init([outputs], device)
}
