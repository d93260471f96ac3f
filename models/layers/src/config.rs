//! What all configurations share: why one describes no network, and the checks that several make.

/// Settings with which no network can be built, or for which there is no such thing as was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A number of classes, features, channels, units or layers is 0.
    #[error("{name} is 0: at least 1 is needed")]
    Zero {
        /// The setting.
        name: &'static str,
    },
    /// A setting is not one of those that the network has.
    #[error("{name} is {found}: {expected} is needed")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What it must be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// The images are too small: a window would not fit into what is left of them.
    #[error("images of {height}x{width} are too small: {least}x{least} is the least")]
    TooSmall {
        /// Rows of the images.
        height: usize,
        /// Columns of the images.
        width: usize,
        /// The least of both.
        least: usize,
    },
    /// A fully connected layer has no units.
    #[error("layer {layer} has 0 units: every layer needs at least 1")]
    EmptyLayer {
        /// Position of the layer, the input being 0.
        layer: usize,
    },
    /// There is no layer after the input.
    #[error("{0} layer sizes were given: a network needs its input and at least one layer")]
    TooFewLayers(usize),
    /// A new last layer does not fit the network.
    #[error("the new head has {found} inputs: the layer before it has {expected} units")]
    OtherInputs {
        /// Units of the layer before the head.
        expected: usize,
        /// Inputs of the head.
        found: usize,
    },
    /// Nobody has published weights for a network of such settings.
    #[error("{name} is {found}: published weights are for {expected}")]
    Unpublished {
        /// The setting.
        name: &'static str,
        /// What it must be.
        expected: String,
        /// What it is.
        found: String,
    },
}

/// Checks that none of the settings is 0.
///
/// # Errors
/// [`ConfigError::Zero`] with the name of the first that is.
pub fn check_not_zero<const N: usize>(
    settings: [(&'static str, usize); N],
) -> Result<(), ConfigError> {
    match settings.into_iter().find(|(_, value)| *value == 0) {
        Some((name, _)) => Err(ConfigError::Zero { name }),
        None => Ok(()),
    }
}

/// Checks that a share to drop is at least 0 and less than 1.
///
/// # Errors
/// [`ConfigError::Setting`] when it is not, or no number.
pub fn check_share(name: &'static str, share: f64) -> Result<(), ConfigError> {
    match (0.0..1.0).contains(&share) {
        true => Ok(()),
        false => Err(ConfigError::Setting {
            name,
            expected: "at least 0 and less than 1".to_string(),
            found: share.to_string(),
        }),
    }
}

/// Checks that a factor is a positive number.
///
/// # Errors
/// [`ConfigError::Setting`] when it is not.
pub fn check_positive(name: &'static str, factor: f64) -> Result<(), ConfigError> {
    match factor > 0.0 && factor.is_finite() {
        true => Ok(()),
        false => Err(ConfigError::Setting {
            name,
            expected: "a positive number".to_string(),
            found: factor.to_string(),
        }),
    }
}
