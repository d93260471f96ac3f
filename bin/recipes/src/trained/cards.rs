//! What describes the models of the assignments.

use fireside_dense::deep_net::DeepNetConfig;
use fireside_vision::{Edition, Pixels};

use super::{Architecture, Card, HeadOn, Named, Pictures, Reading, Task, Values};

impl Architecture {
    /// A ReLU network of these layers.
    pub fn deep_net(layer_sizes: &[usize]) -> Self {
        Self::DeepNet(DeepNetConfig::new(layer_sizes.to_vec()))
    }

    /// A network that can be had by name, for images of `[channels, height, width]`.
    pub fn named(network: &str, num_classes: usize, image: [usize; 3]) -> Self {
        Self::Zoo(Named::new(network, num_classes, image))
    }
}

impl Named {
    /// The same of a library that has published weights.
    #[must_use]
    pub fn of_edition(self, edition: Edition) -> Self {
        Self { edition: Some(edition.name().to_string()), ..self }
    }
}

impl HeadOn {
    /// A head of `[features, classes]` on the features of a network that expects such pixels.
    pub fn new(base: Named, pixels: Pixels, [features, num_classes]: [usize; 2]) -> Self {
        Self { base, pixels: pixels.into(), features, num_classes }
    }

    /// What describes the head alone, which takes the features that the network computes.
    pub fn card_of_head(&self, classes: &[impl AsRef<str>]) -> Card {
        let names: Vec<String> = (1..=self.features).map(|n| format!("feature {n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let architecture =
            Architecture::Linear { inputs: self.features, outputs: self.num_classes };
        let values = Values::plain(&names, Reading::one_of(classes));
        Card::new(architecture, Task::Values(values))
    }
}

impl Card {
    /// A classifier of pictures of this size, rows and columns.
    pub fn of_pictures(
        architecture: Architecture,
        side: [usize; 2],
        classes: &[impl AsRef<str>],
    ) -> Self {
        let task = Pictures::new(side, Reading::one_of(classes));
        Self::new(architecture, Task::Pictures(task))
    }

    /// A classifier of points of the plane into two classes.
    pub fn of_points(architecture: Architecture) -> Self {
        let gives = Reading::one_of(&["class 0", "class 1"]);
        Self::new(architecture, Task::Values(Values::plain(&["x", "y"], gives)))
    }
}
