//! What a convolution costs, counted (course 4, weeks 1 and 2).

/// Channels and window of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conv2dSize {
    /// Channels of the images.
    pub channels: usize,
    /// Channels of the result.
    pub outputs: usize,
    /// Rows and columns of the window.
    pub kernel: [usize; 2],
    /// Channels are divided into so many groups; as many as channels is depthwise.
    pub groups: usize,
}

impl Conv2dSize {
    /// Weights, and a bias for each output if there is one.
    ///
    /// ```
    /// use fireside_vision::cost::Conv2dSize;
    ///
    /// let first_of_lenet = Conv2dSize { channels: 1, outputs: 6, kernel: [5, 5], groups: 1 };
    /// assert_eq!(first_of_lenet.parameters(true), 156);
    /// ```
    #[must_use]
    pub fn parameters(&self, bias: bool) -> usize {
        self.weights() + if bias { self.outputs } else { 0 }
    }

    /// Multiplications for one image whose result has `places` pixels: each weight once for every place.
    #[must_use]
    pub fn multiplications(&self, places: usize) -> usize {
        self.weights() * places
    }

    fn weights(&self) -> usize {
        self.channels / self.groups * self.outputs * self.kernel[0] * self.kernel[1]
    }
}
