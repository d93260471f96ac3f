//! More pictures from those there are: mirrored, turned, slanted, shifted, cropped, in other light and with a
//! part covered (course 4, week 2, "Data augmentation"; course 2, week 1, as a regulariser).
//!
//! [`Augmentation`] says how far pictures may be changed, and [`Augmenter`] draws how far each is. What that
//! does to the meaning of a picture is the caller's affair, and labels are copied as they are. A mirrored
//! hand still shows as many fingers and a mirrored face still smiles; but a mirrored 2 is no digit, a mirrored
//! word no word, and where classes are left and right, as of arrows, shoes or the side of a heart, mirroring
//! gives a picture the label of the other class. The same holds for turning a 6 by 180 degrees, and for
//! colours where the class is a colour.
//!
//! [`ten_crop`] makes the views of a picture over which AlexNet averages its answers at test time.

mod settings;
mod ten_crop;

use fireside_numpy_rng::NumpyRng;
use rayon::prelude::*;

pub use self::settings::Augmentation;
pub use self::ten_crop::{TEN, ten_crop};
use crate::error::SettingError;
use crate::labelled_images::LabelledImages;
use crate::pictures::Pictures;
use crate::principal_colors::PrincipalColors;
use crate::transform::{Affine, cut_out, shift_colors, warp};

/// What covers a part of a picture.
const GRAY: u8 = 128;

impl Augmentation {
    /// Prepares to change pictures: checks the settings and finds the principal colours of the training set,
    /// where they are wanted.
    ///
    /// # Errors
    /// As [`Augmentation::validate`].
    pub fn fit(&self, training: &LabelledImages) -> Result<Augmenter, SettingError> {
        self.validate()?;
        let colors = (self.pca_color > 0.0).then(|| PrincipalColors::of(training));
        Ok(Augmenter { settings: *self, colors })
    }
}

/// Changes pictures at random.
#[derive(Debug, Clone, PartialEq)]
pub struct Augmenter {
    settings: Augmentation,
    colors: Option<PrincipalColors>,
}

impl Augmenter {
    /// Returns as many pictures of the same size, each changed by its own draw, and the labels as they are.
    /// The work is shared out among threads; the outcome is the seed's alone.
    pub fn apply(&self, rng: &mut NumpyRng, images: &LabelledImages) -> LabelledImages {
        // A generator for each picture, so that none has to wait for another's draws.
        let seeds: Vec<u32> = (0..images.len()).map(|_| rng.next_u32()).collect();
        self.apply_seeded(&seeds, images)
    }

    /// As [`Augmenter::apply`], with the seed of each picture.
    ///
    /// # Panics
    /// When there are not as many seeds as pictures.
    pub fn apply_seeded(&self, seeds: &[u32], images: &LabelledImages) -> LabelledImages {
        assert_eq!(seeds.len(), images.len(), "a seed for each picture");
        let shape @ [height, width, channels] = images.image_shape();
        let mut pixels = vec![0; images.len() * images.num_features()];
        let changed = pixels.par_chunks_exact_mut(images.num_features().max(1));
        changed.zip(seeds).enumerate().for_each(|(index, (place, &seed))| {
            let rng = &mut NumpyRng::new(seed);
            place.copy_from_slice(&self.change(images.image(index), shape, rng));
        });
        let shape = [images.len(), height, width, channels];
        LabelledImages::new(Pictures { shape, pixels }, images.labels().to_vec())
    }

    /// Returns one picture, changed by the next draw. What is set to zero draws nothing.
    ///
    /// # Panics
    /// When `image` has another number of bytes than `shape`, height, width and channels.
    pub fn change(&self, image: &[u8], shape: [usize; 3], rng: &mut NumpyRng) -> Vec<u8> {
        let settings = &self.settings;
        let [height, width, channels] = shape;
        let mut changed = match self.draw_move([height, width], rng) {
            Some(place) => warp(image, shape, &place, settings.border, [height, width]),
            None => image.to_vec(),
        };
        if settings.color_shift > 0.0 {
            let most = 255.0 * settings.color_shift;
            let change: Vec<f64> = (0..channels).map(|_| rng.uniform(-most, most)).collect();
            changed = shift_colors(&changed, &change);
        }
        if let Some(colors) = &self.colors {
            changed = shift_colors(&changed, &colors.draw(settings.pca_color, rng));
        }
        if settings.cutout > 0.0 {
            let size = [height, width].map(|side| (side as f64 * settings.cutout).round() as usize);
            let corner = [(height, size[0]), (width, size[1])]
                .map(|(side, cut)| rng.below(side) as isize - (cut / 2) as isize);
            changed = cut_out(&changed, shape, corner, size, &vec![GRAY; channels]);
        }
        changed
    }

    /// Draws how a picture of `size` is moved, if it is.
    fn draw_move(&self, size: [usize; 2], rng: &mut NumpyRng) -> Option<Affine> {
        let settings = &self.settings;
        let mut moves = Vec::new();
        if settings.flip > 0.0 && rng.random_sample() < settings.flip {
            moves.push(Affine::flip(size[1]));
        }
        if settings.max_rotation > 0.0 {
            let degrees = rng.uniform(-settings.max_rotation, settings.max_rotation);
            moves.push(Affine::rotation(size, degrees));
        }
        if settings.max_shear > 0.0 {
            let degrees = rng.uniform(-settings.max_shear, settings.max_shear);
            moves.push(Affine::shear(size, degrees));
        }
        if settings.max_shift > 0.0 {
            let [down, right] = size.map(|side| {
                let reach = (side as f64 * settings.max_shift) as usize;
                rng.below(2 * reach + 1) as f64 - reach as f64
            });
            moves.push(Affine::shift(down, right));
        }
        if settings.max_crop > 0.0 {
            let share = 1.0 - rng.uniform(0.0, settings.max_crop);
            let cut = size.map(|side| ((side as f64 * share).round() as usize).max(1).min(side));
            let corner = [0, 1].map(|axis| rng.below(size[axis] - cut[axis] + 1));
            moves.push(Affine::crop(corner, cut, size));
        }
        moves.into_iter().reduce(|before, next| before.then(&next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::Border;

    const EVERYTHING: Augmentation = Augmentation {
        flip: 0.5,
        max_rotation: 20.0,
        max_shear: 10.0,
        max_shift: 0.2,
        max_crop: 0.3,
        border: Border::Mirrored,
        color_shift: 0.1,
        pca_color: 0.2,
        cutout: 0.3,
    };

    /// `count` pictures of 6 by 5 pixels, no two bytes alike in a row.
    fn pictures(count: usize, channels: usize) -> LabelledImages {
        let bytes = 0..count * 6 * 5 * channels;
        let pixels = bytes.map(|value| (value * 89 % 251) as u8).collect();
        let shape = [count, 6, 5, channels];
        LabelledImages::new(Pictures { shape, pixels }, (0..count).collect())
    }

    fn augment(settings: Augmentation, seed: u32, images: &LabelledImages) -> LabelledImages {
        settings.fit(images).unwrap().apply(&mut NumpyRng::new(seed), images)
    }

    #[test]
    fn nothing_is_changed_by_settings_out_of_range() {
        let wrong = Augmentation { flip: 1.5, ..EVERYTHING };
        let error = wrong.fit(&pictures(1, 3)).unwrap_err();
        assert_eq!(error.to_string(), "flip is 1.5: it must be in 0..=1");
    }

    #[test]
    fn default_changes_nothing() {
        let images = pictures(4, 3);
        assert_eq!(augment(Augmentation::default(), 1, &images), images);
    }

    #[test]
    fn same_seed_changes_pictures_the_same_way_and_another_does_not() {
        let images = pictures(40, 3);
        let changed = |seed| augment(EVERYTHING, seed, &images);
        assert_eq!(changed(1), changed(1));
        assert_ne!(changed(1), changed(2));
        assert_ne!(changed(1), images);
    }

    /// One thread or several.
    #[test]
    fn number_of_threads_changes_nothing() {
        let images = pictures(40, 3);
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let several = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
        let [a, b] = [alone, several].map(|pool| pool.install(|| augment(EVERYTHING, 1, &images)));
        assert_eq!(a, b);
    }

    #[test]
    fn sizes_and_labels_stay_for_any_number_of_channels_and_pictures() {
        for (count, channels) in [(0, 3), (1, 1), (7, 4)] {
            let images = pictures(count, channels);
            let changed = augment(EVERYTHING, 1, &images);
            assert_eq!(changed.image_shape(), images.image_shape());
            assert_eq!(changed.labels(), images.labels());
        }
    }

    /// The extremes of every range, many times: no draw may lead out of a picture.
    #[test]
    fn widest_settings_work() {
        let widest = Augmentation {
            flip: 1.0,
            max_rotation: 180.0,
            max_shear: 60.0,
            max_shift: 1.0,
            max_crop: 0.999,
            color_shift: 1.0,
            pca_color: 1e300,
            cutout: 1.0,
            border: Border::Nearest,
        };
        for border in [Border::Nearest, Border::Black, Border::Mirrored] {
            augment(Augmentation { border, ..widest }, 1, &pictures(500, 3));
        }
        let dot = LabelledImages::new(Pictures { shape: [1, 1, 1, 1], pixels: vec![7] }, vec![0]);
        let moved = Augmentation { color_shift: 0.0, pca_color: 0.0, cutout: 0.0, ..widest };
        assert_eq!(augment(moved, 1, &dot), dot);
    }

    #[test]
    fn flip_of_probability_1_is_undone_by_another() {
        let always = Augmentation { flip: 1.0, ..Augmentation::default() };
        let images = pictures(3, 3);
        let once = augment(always, 1, &images);
        assert_ne!(once, images);
        assert_eq!(augment(always, 2, &once), images);
    }

    /// Shifts of a padded picture: what comes in is black, and each of the nine places comes.
    #[test]
    fn black_border_makes_crops_of_the_padded_picture() {
        let pixels = (1..=9).collect();
        let nine = LabelledImages::new(Pictures { shape: [1, 3, 3, 1], pixels }, vec![0]);
        let settings =
            Augmentation { max_shift: 0.34, border: Border::Black, ..Augmentation::default() };
        let augmenter = settings.fit(&nine).unwrap();
        let rng = &mut NumpyRng::new(1);
        let mut seen: Vec<Vec<u8>> =
            (0..200).map(|_| augmenter.change(nine.image(0), [3, 3, 1], rng)).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 9);
        assert!(seen.contains(&vec![0, 0, 0, 0, 1, 2, 0, 4, 5]));
        assert!(seen.contains(&vec![5, 6, 0, 8, 9, 0, 0, 0, 0]));
    }

    #[test]
    fn color_shift_moves_whole_channels_within_its_range() {
        let images = LabelledImages::new(
            Pictures { shape: [1, 2, 2, 3], pixels: [100, 120, 140].repeat(4) },
            vec![0],
        );
        let settings = Augmentation { color_shift: 0.1, ..Augmentation::default() };
        let augmenter = settings.fit(&images).unwrap();
        let rng = &mut NumpyRng::new(1);
        let mut reach = [0_u8; 3];
        for _ in 0..1000 {
            let changed = augmenter.change(images.image(0), [2, 2, 3], rng);
            assert_eq!(changed, changed[..3].repeat(4));
            for channel in 0..3 {
                let change = changed[channel].abs_diff(images.image(0)[channel]);
                reach[channel] = reach[channel].max(change);
            }
        }
        // 25.5 at most, and nearly that in a thousand draws.
        assert!(reach.iter().all(|change| (25..=26).contains(change)), "{reach:?}");
    }

    #[test]
    fn cutout_covers_a_square_of_its_size_where_it_lies_within() {
        let images =
            LabelledImages::new(Pictures { shape: [1, 10, 10, 1], pixels: vec![0; 100] }, vec![0]);
        let settings = Augmentation { cutout: 0.4, ..Augmentation::default() };
        let augmenter = settings.fit(&images).unwrap();
        let rng = &mut NumpyRng::new(1);
        let covered: Vec<usize> = (0..500)
            .map(|_| {
                let changed = augmenter.change(images.image(0), [10, 10, 1], rng);
                changed.iter().filter(|&&value| value == GRAY).count()
            })
            .collect();
        // A middle in the corner leaves a quarter of it, or a bit more on the other side.
        assert_eq!((covered.iter().max(), covered.iter().min()), (Some(&16), Some(&4)));
    }
}
