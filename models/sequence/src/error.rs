/// A setting with which no network can be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// A number of features, units, layers or classes is 0.
    #[error("{name} is 0: at least 1 is needed")]
    Zero {
        /// The setting.
        name: &'static str,
    },
    /// A share to drop is not one.
    #[error("{name} is {found}: at least 0 and less than 1 is needed")]
    Share {
        /// The setting.
        name: &'static str,
        /// What it is.
        found: f64,
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
pub(crate) fn check_share(name: &'static str, share: f64) -> Result<(), ConfigError> {
    match (0.0..1.0).contains(&share) {
        true => Ok(()),
        false => Err(ConfigError::Share { name, found: share }),
    }
}
