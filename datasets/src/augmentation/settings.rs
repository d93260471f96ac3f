//! How far pictures may be changed.

use serde::{Deserialize, Serialize};

use crate::error::SettingError;
use crate::transform::Border;

/// How far pictures may be changed; the default changes nothing.
///
/// Every picture draws its own settings, in the order of the fields, and from a generator of the same seed
/// the same ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Augmentation {
    /// The probability of mirroring left and right, in 0..=1.
    pub flip: f64,
    /// The largest turn in degrees, in 0..=180; each is drawn evenly from minus this to this.
    pub max_rotation: f64,
    /// The largest slant in degrees, in 0..=60; each is drawn evenly from minus this to this.
    pub max_shear: f64,
    /// The largest shift down and across as a share of height and width, in 0..=1; each is drawn evenly
    /// from the whole pixels of minus this to this. With a black border, this is the crop of a padded picture
    /// by which residual networks learn: 4 / 32 is their padding of 4 pixels around 32.
    pub max_shift: f64,
    /// The largest share of height and width that a crop leaves out, in 0..1. A share is drawn evenly from
    /// 0 to this, a place evenly from all that fit, and the crop is scaled back to the size of the picture.
    pub max_crop: f64,
    /// What comes in from beyond the border of a picture that is moved.
    pub border: Border,
    /// The largest colour shift as a share of the full range, in 0..=1: each channel is made brighter or darker
    /// on its own, by as much as is drawn evenly from minus this to this.
    pub color_shift: f64,
    /// The strength of AlexNet's colour jitter, 0 or more; AlexNet had 0.1. Along each principal colour of the
    /// training set, all pixels are shifted by this times the set's deviation there times a normal number;
    /// see [`PrincipalColors`](crate::principal_colors::PrincipalColors).
    pub pca_color: f64,
    /// The side of a square that is covered with grey as a share of height and width, in 0..=1. Its middle is
    /// drawn evenly from all pixels, so that some of it may lie beyond the border (DeVries and Taylor,
    /// "Improved Regularization of Convolutional Neural Networks with Cutout", 2017).
    pub cutout: f64,
}

impl Augmentation {
    /// Checks the settings.
    ///
    /// # Errors
    /// The first one that is out of its range, with its value.
    pub fn validate(&self) -> Result<(), SettingError> {
        let share = "in 0..=1";
        let checks = [
            ("flip", self.flip, (0.0..=1.0).contains(&self.flip), share),
            (
                "max_rotation",
                self.max_rotation,
                (0.0..=180.0).contains(&self.max_rotation),
                "in 0..=180 degrees",
            ),
            (
                "max_shear",
                self.max_shear,
                (0.0..=60.0).contains(&self.max_shear),
                "in 0..=60 degrees",
            ),
            ("max_shift", self.max_shift, (0.0..=1.0).contains(&self.max_shift), share),
            ("max_crop", self.max_crop, (0.0..1.0).contains(&self.max_crop), "in 0..1"),
            ("color_shift", self.color_shift, (0.0..=1.0).contains(&self.color_shift), share),
            (
                "pca_color",
                self.pca_color,
                self.pca_color >= 0.0 && self.pca_color.is_finite(),
                "a finite number, not negative",
            ),
            ("cutout", self.cutout, (0.0..=1.0).contains(&self.cutout), share),
        ];
        match checks.into_iter().find(|(_, _, is_fine, _)| !is_fine) {
            None => Ok(()),
            Some((setting, value, _, expected)) => Err(SettingError { setting, value, expected }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let none = Augmentation::default();
        for (wrong, sentence) in [
            (Augmentation { flip: 1.5, ..none }, "flip is 1.5: it must be in 0..=1"),
            (
                Augmentation { max_rotation: -1.0, ..none },
                "max_rotation is -1: it must be in 0..=180 degrees",
            ),
            (
                Augmentation { max_shear: 90.0, ..none },
                "max_shear is 90: it must be in 0..=60 degrees",
            ),
            (Augmentation { max_shift: f64::NAN, ..none }, "max_shift is NaN: it must be in 0..=1"),
            (Augmentation { max_crop: 1.0, ..none }, "max_crop is 1: it must be in 0..1"),
            (Augmentation { color_shift: 2.0, ..none }, "color_shift is 2: it must be in 0..=1"),
            (
                Augmentation { pca_color: f64::INFINITY, ..none },
                "pca_color is inf: it must be a finite number, not negative",
            ),
            (Augmentation { cutout: -0.1, ..none }, "cutout is -0.1: it must be in 0..=1"),
        ] {
            let error = wrong.validate().unwrap_err();
            assert_eq!(error.to_string(), sentence);
        }
    }
}
