//! From files to pictures: decoded at once and kept, or whenever they are wanted.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use fireside_numpy_rng::NumpyRng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::files::ImageFiles;
use crate::image_file::{Fit, read_fitted};
use crate::labelled_images::LabelledImages;
use crate::pictures::Pictures;
use crate::{DataError, SettingError};

/// The most pixels across and down of the pictures that are made.
const MAX_SIDE: usize = 16_384;

/// What files become.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageSettings {
    /// Height and width of every picture, 1 to 16384.
    pub size: [usize; 2],
    /// How those of other proportions get there.
    #[serde(default)]
    pub fit: Fit,
    /// Whether pictures that cannot be decoded are left out and listed; one of them is an error otherwise.
    #[serde(default)]
    pub skip_damaged: bool,
    /// How many bytes of pixels to keep decoded at most. A set of more is decoded anew whenever its pictures are
    /// wanted.
    #[serde(default = "one_gibibyte")]
    pub memory: usize,
}

fn one_gibibyte() -> usize {
    1 << 30
}

impl ImageSettings {
    /// Pictures of `size`, height and width, cropped to fit, none of them damaged, in 1 GiB at most.
    pub fn new(size: [usize; 2]) -> Self {
        Self { size, fit: Fit::default(), skip_damaged: false, memory: one_gibibyte() }
    }
}

/// Pictures ready to be made batches of.
#[derive(Debug, Clone, PartialEq)]
pub enum ImageSource {
    /// Decoded.
    Memory(LabelledImages),
    /// To be decoded when they are wanted.
    Files(ImageFiles, ImageSettings),
}

/// Pictures that were all decoded once.
#[derive(Debug)]
pub struct Loaded {
    /// Those that can be.
    pub source: ImageSource,
    /// Why others could not, in the order of their names; empty unless damaged ones are skipped.
    pub damaged: Vec<DataError>,
}

impl ImageFiles {
    /// Decodes every file once, several at a time, and keeps the pictures if all of them fit into the memory
    /// that the settings grant.
    ///
    /// # Errors
    /// When the size is out of its range, or a picture is damaged and none may be skipped, or none is left.
    pub fn load(&self, settings: &ImageSettings) -> Result<Loaded, DataError> {
        self.load_watched(settings, |_| {})
    }

    /// As [`ImageFiles::load`]; `watch` is told now and then how many files are done, from several threads.
    ///
    /// # Errors
    /// As [`ImageFiles::load`].
    pub fn load_watched(
        &self,
        settings: &ImageSettings,
        watch: impl Fn(usize) + Sync,
    ) -> Result<Loaded, DataError> {
        let ImageSettings { size: size @ [height, width], fit, skip_damaged, memory } = *settings;
        for (setting, value) in [("height", height), ("width", width)] {
            if !(1..=MAX_SIDE).contains(&value) {
                let expected = "1 to 16384 pixels";
                let value = value as f64;
                return Err(SettingError { setting, value, expected }.into());
            }
        }
        let bytes = self.len().saturating_mul(height * width * 3);
        let keeps = bytes <= memory;
        let done = AtomicUsize::new(0);
        let decode = |path: &PathBuf| {
            let picture = read_fitted(path, size, fit);
            watch(done.fetch_add(1, Ordering::Relaxed) + 1);
            picture.map(|pixels| if keeps { pixels } else { Vec::new() })
        };
        let pictures: Vec<Result<Vec<u8>, DataError>> =
            self.paths().par_iter().map(decode).collect();
        let (mut whole, mut damaged) = (Vec::new(), Vec::new());
        let mut pixels = Vec::with_capacity(if keeps { bytes } else { 0 });
        for (index, picture) in pictures.into_iter().enumerate() {
            match picture {
                Ok(picture) => {
                    whole.push(index);
                    pixels.extend(picture);
                }
                Err(error) if skip_damaged => damaged.push(error),
                Err(error) => return Err(error),
            }
        }
        if let (true, Some(_)) = (whole.is_empty(), damaged.first()) {
            return Err(damaged.swap_remove(0));
        }
        let files = self.subset(&whole);
        let source = match keeps {
            true => {
                let shape = [files.len(), height, width, 3];
                let labels = files.labels().to_vec();
                ImageSource::Memory(LabelledImages::new(Pictures { shape, pixels }, labels))
            }
            false => ImageSource::Files(files, settings.clone()),
        };
        Ok(Loaded { source, damaged })
    }
}

impl ImageSource {
    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.labels().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels().is_empty()
    }

    /// The class of each.
    pub fn labels(&self) -> &[usize] {
        match self {
            Self::Memory(images) => images.labels(),
            Self::Files(files, _) => files.labels(),
        }
    }

    /// Returns the pictures at `indices` in that order, decoded several at a time.
    ///
    /// # Errors
    /// When a file cannot be read or is damaged by now.
    ///
    /// # Panics
    /// When there is no such picture.
    pub fn pictures(&self, indices: &[usize]) -> Result<LabelledImages, DataError> {
        match self {
            Self::Memory(images) => Ok(images.subset(indices)),
            Self::Files(files, ImageSettings { size, fit, .. }) => {
                let read = |&index: &usize| read_fitted(&files.paths()[index], *size, *fit);
                let pictures: Vec<_> = indices.par_iter().map(read).collect();
                let pixels = pictures.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
                let shape = [indices.len(), size[0], size[1], 3];
                let labels = indices.iter().map(|&index| files.labels()[index]).collect();
                Ok(LabelledImages::new(Pictures { shape, pixels }, labels))
            }
        }
    }

    /// Returns `count` pictures drawn at random without repetition, or all where there are fewer: enough to find
    /// the colours of a set too large for memory.
    ///
    /// # Errors
    /// As [`ImageSource::pictures`].
    pub fn sample(&self, count: usize, seed: u32) -> Result<LabelledImages, DataError> {
        let mut order = NumpyRng::new(seed).permutation(self.len());
        order.truncate(count);
        self.pictures(&order)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use image::{ImageFormat, Rgb, RgbImage};

    use super::super::files::ImageFolder;
    use super::super::fixture::{pets, write};
    use super::*;

    #[test]
    fn pictures_of_every_size_become_of_one() {
        let root = tempfile::tempdir().unwrap();
        for (index, size) in
            [(1, 1), (5, 900), (900, 5), (64, 64), (65, 63)].into_iter().enumerate()
        {
            write(&root.path().join(format!("cat/{index}.png")), size, [index as u8 * 40, 2, 3]);
        }
        write(&root.path().join("dog/1.png"), (7, 7), [200, 2, 3]);
        let found = ImageFolder::open(root.path()).unwrap();
        for fit in [Fit::Crop, Fit::Squash] {
            let settings = ImageSettings { fit, ..ImageSettings::new([8, 6]) };
            let loaded = found.train.load(&settings).unwrap();
            let ImageSource::Memory(images) = loaded.source else { panic!("six are few") };
            assert_eq!((images.image_shape(), images.len()), ([8, 6, 3], 6));
            for index in 0..5 {
                assert_eq!(images.image(index), [index as u8 * 40, 2, 3].repeat(48));
            }
        }
    }

    /// Red, green, blue and grey side by side, four times as wide as high.
    #[test]
    fn crop_keeps_shapes_and_squash_keeps_rims() {
        let root = tempfile::tempdir().unwrap();
        let colors = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]];
        let picture = RgbImage::from_fn(40, 10, |x, _| Rgb(colors[x as usize / 10]));
        let path = root.path().join("wide.png");
        picture.save_with_format(&path, ImageFormat::Png).unwrap();
        let row = |fit| read_fitted(&path, [4, 8], fit).unwrap()[..24].to_vec();
        let reds =
            |row: Vec<u8>| -> Vec<u8> { row.chunks_exact(3).map(|pixel| pixel[0]).collect() };
        // Squashed: two columns of each colour, but for what is mixed where they meet.
        let squashed = reds(row(Fit::Squash));
        assert!(
            squashed[0] > 240 && squashed[3] < 15 && squashed[7].abs_diff(9) < 5,
            "{squashed:?}"
        );
        // Cropped: twenty of the forty columns, those of the middle.
        let cropped = row(Fit::Crop);
        assert!(cropped[1] > 180 && cropped[23] > 180, "{cropped:?}");
        // A bit comes from beyond, as where colours meet within.
        assert!(reds(cropped).iter().all(|&red| red < 60));
    }

    #[test]
    fn damaged_pictures_are_an_error_or_skipped_and_listed() {
        let (root, found) = pets();
        fs::write(root.path().join("dog/03.png"), "no picture").unwrap();
        fs::write(root.path().join("cat/05.png"), "").unwrap();
        let settings = ImageSettings::new([2, 2]);
        let error = found.train.load(&settings).unwrap_err().to_string();
        assert!(error.contains("cat/05.png"), "{error}");
        for memory in [settings.memory, 0] {
            let settings = ImageSettings { skip_damaged: true, memory, ..settings.clone() };
            let loaded = found.train.load(&settings).unwrap();
            assert_eq!(loaded.source.len(), 58);
            assert_eq!(matches!(loaded.source, ImageSource::Memory(_)), memory > 0);
            let damaged: Vec<String> = loaded.damaged.iter().map(ToString::to_string).collect();
            assert!(damaged[0].contains("cat/05.png") && damaged[1].contains("dog/03.png"));
            assert_eq!(damaged.len(), 2);
            assert_eq!(loaded.source.labels()[38..40], [0, 1]);
            // With all that is left, either source gives the same.
            let all = loaded.source.pictures(&(0..58).collect::<Vec<_>>()).unwrap();
            assert_eq!((all.len(), all.labels()), (58, loaded.source.labels()));
        }
        let bad = found.train.subset(&[5]);
        let settings = ImageSettings { skip_damaged: true, ..settings };
        assert!(bad.load(&settings).is_err(), "none is left");
    }

    #[test]
    fn file_that_is_damaged_after_it_was_loaded_is_an_error_that_names_it() {
        let (root, found) = pets();
        let settings = ImageSettings { memory: 0, ..ImageSettings::new([2, 2]) };
        let source = found.train.load(&settings).unwrap().source;
        fs::remove_file(root.path().join("cat/07.png")).unwrap();
        assert!(source.pictures(&[6, 8]).is_ok());
        let error = source.pictures(&[6, 7]).unwrap_err().to_string();
        assert!(error.contains("cat/07.png"), "{error}");
    }

    #[test]
    fn sample_is_the_seed_s_and_not_more_than_there_is() {
        let (_root, found) = pets();
        let source = found.train.load(&ImageSettings::new([2, 2])).unwrap().source;
        assert_eq!(source.sample(9, 1).unwrap().len(), 9);
        assert_eq!(source.sample(9, 1).unwrap().labels(), source.sample(9, 1).unwrap().labels());
        assert_eq!(source.sample(1000, 1).unwrap().len(), 60);
    }

    #[test]
    fn sizes_out_of_range_are_refused() {
        let (_root, found) = pets();
        for (size, sentence) in [
            ([0, 4], "height is 0: it must be 1 to 16384 pixels"),
            ([4, 16_385], "width is 16385: it must be 1 to 16384 pixels"),
        ] {
            let error = found.train.load(&ImageSettings::new(size)).unwrap_err();
            assert_eq!(error.to_string(), sentence);
        }
    }
}
