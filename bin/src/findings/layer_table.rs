//! The layers of a network: what each gives out, and what it costs.

use burn::tensor::Device;
use fireside_vision::Classifier;
use fireside_vision::summary::summary;
use fireside_vision::yolo::YoloNetwork;

use crate::run::Run;

impl Run {
    /// Says the layer table of a network for images of `[channels, height, width]`. The network must not be on an
    /// autodiff device: see [`summary`].
    pub fn layer_table<M: Classifier>(&self, net: &M, image: [usize; 3], device: &Device) {
        self.say(&summary(net, M::forward, image, device).to_string());
    }

    /// As [`Run::layer_table`] of a YOLO.
    pub fn yolo_layers<M: YoloNetwork>(
        &self,
        net: &M,
        [height, width]: [usize; 2],
        device: &Device,
    ) {
        self.say(&summary(net, M::forward, [3, height, width], device).to_string());
    }
}
