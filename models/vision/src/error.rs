/// A setting with which no network can be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// A number of classes, channels or layers is 0.
    #[error("{name} is 0: at least 1 is needed")]
    Zero {
        /// The setting.
        name: &'static str,
    },
    /// A setting is not one of those that the architecture has.
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
}

/// Checks that none of the settings is 0.
pub(crate) fn check_not_zero<const N: usize>(
    settings: [(&'static str, usize); N],
) -> Result<(), ConfigError> {
    match settings.into_iter().find(|(_, value)| *value == 0) {
        Some((name, _)) => Err(ConfigError::Zero { name }),
        None => Ok(()),
    }
}

/// Checks that a share to drop is at least 0 and less than 1.
pub(crate) fn check_rate(name: &'static str, rate: f64) -> Result<(), ConfigError> {
    match (0.0..1.0).contains(&rate) {
        true => Ok(()),
        false => Err(ConfigError::Setting {
            name,
            expected: "at least 0 and less than 1".to_string(),
            found: rate.to_string(),
        }),
    }
}

/// Checks that a factor is a positive number.
pub(crate) fn check_positive(name: &'static str, factor: f64) -> Result<(), ConfigError> {
    match factor > 0.0 && factor.is_finite() {
        true => Ok(()),
        false => Err(ConfigError::Setting {
            name,
            expected: "a positive number".to_string(),
            found: factor.to_string(),
        }),
    }
}
