//! Any folder of pictures arranged by class, of any sizes and colour modes.
//!
//! ```text
//! pets/cat/1.jpg            pets/train/cat/1.jpg       pets/cat/train/1.jpg
//! pets/cat/more/2.png       pets/test/cat/2.png        pets/cat/test/2.png
//! pets/dog/3.jpeg           pets/train/dog/3.jpeg      pets/dog/train/3.jpeg
//! ```
//!
//! A class is a folder, and what it is called. Sets are folders called `train` or `training`; `val`, `valid`,
//! `validation` or `dev`; `test` or `testing`; they may hold the classes or lie in them. Folders without sets
//! are shared out by [`ImageFolder::split`]. Files are JPEG and PNG by their endings, in the class or in folders
//! below; hidden ones (`.DS_Store`, `__MACOSX`) and all others are passed over, and links to folders within a
//! class are not followed.
//!
//! [`ImageFolder::open`] looks at names alone. [`ImageFiles::load`] decodes every file once, to find out which
//! are damaged, and keeps the pictures if they fit into memory.

mod listing;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use fireside_training::rng::NumpyRng;
use fireside_training::strategy::StrategyError;
use fireside_training::strategy::examples::{Examples, Groups};
use fireside_training::strategy::ratios::Ratios;
use fireside_training::strategy::split::{SplitConfig, split};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::image_file::{Fit, read_fitted};
use crate::labelled_images::LabelledImages;
use crate::pictures::Pictures;
use crate::{DataError, SettingError};

/// The most classes.
pub const MAX_CLASSES: usize = 10_000;
/// The most pictures of a folder.
pub const MAX_PICTURES: usize = 2_000_000;
/// The most pixels across and down of the pictures that are made.
const MAX_SIDE: usize = 16_384;

/// A folder of pictures, listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFolder {
    /// What the classes are called, in alphabetical order; labels are positions here.
    pub classes: Vec<String>,
    /// To train on.
    pub train: ImageFiles,
    /// To choose by; empty if the folder has no such set.
    pub validation: ImageFiles,
    /// To judge by; empty if the folder has no such set.
    pub test: ImageFiles,
}

/// Files of pictures with their labels, by class and then by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageFiles {
    paths: Vec<PathBuf>,
    labels: Vec<usize>,
}

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

impl ImageFolder {
    /// Lists the pictures of a folder and its sets.
    ///
    /// # Errors
    /// When the folder cannot be read, holds no classes or one alone, a class has no pictures to train on or is in
    /// another set only, some pictures are in sets and others not, or there are too many.
    pub fn open(root: &Path) -> Result<Self, DataError> {
        let found = listing::list(root)?;
        match &found.classes[..] {
            [class] => Err(DataError::OneClass { path: root.to_path_buf(), class: class.clone() }),
            _ => Ok(found),
        }
    }

    /// Shares the pictures out among three sets at random, each class in the same proportion, where the folder
    /// has no sets of its own; it stays as it is where it has.
    ///
    /// # Errors
    /// When the ratios are no shares or do not sum to 1, or a set that is asked for would be empty.
    pub fn split(self, ratios: Ratios, seed: u32) -> Result<Self, StrategyError> {
        if !(self.validation.is_empty() && self.test.is_empty()) {
            return Ok(self);
        }
        let all = self.train;
        let examples = Examples {
            names: vec![String::new(); all.len()],
            classes: Some(Groups { names: self.classes.clone(), of: all.labels.clone() }),
            sources: None,
        };
        let config = SplitConfig { ratios: Some(ratios), seed, ..SplitConfig::default() };
        let sets = split(&examples, &config)?;
        Ok(Self {
            classes: self.classes,
            train: all.subset(&sets.train),
            validation: all.subset(&sets.dev),
            test: all.subset(&sets.test),
        })
    }
}

impl ImageFiles {
    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// The files.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// The class of each.
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// Returns the files at `indices` in that order.
    ///
    /// # Panics
    /// When there is no such file.
    pub fn subset(&self, indices: &[usize]) -> Self {
        Self {
            paths: indices.iter().map(|&index| self.paths[index].clone()).collect(),
            labels: indices.iter().map(|&index| self.labels[index]).collect(),
        }
    }

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
        let pictures: Vec<Result<Vec<u8>, DataError>> = self.paths.par_iter().map(decode).collect();
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
                ImageSource::Memory(LabelledImages::new(Pictures { shape, pixels }, files.labels))
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
                let read = |&index: &usize| read_fitted(&files.paths[index], *size, *fit);
                let pictures: Vec<_> = indices.par_iter().map(read).collect();
                let pixels = pictures.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
                let shape = [indices.len(), size[0], size[1], 3];
                let labels = indices.iter().map(|&index| files.labels[index]).collect();
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

    use super::*;

    /// Writes a picture of `size`, width and height, and of one colour.
    fn write(path: &Path, size: (u32, u32), color: [u8; 3]) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let picture = RgbImage::from_pixel(size.0, size.1, Rgb(color));
        picture.save_with_format(path, ImageFormat::Png).unwrap();
    }

    fn folder_of(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        files.iter().for_each(|file| write(&root.path().join(file), (3, 2), [7; 3]));
        root
    }

    /// Paths below the root with their labels.
    fn names(root: &Path, files: &ImageFiles) -> Vec<(String, usize)> {
        let below = |path: &PathBuf| path.strip_prefix(root).unwrap().display().to_string();
        files.paths().iter().map(below).zip(files.labels().iter().copied()).collect()
    }

    fn error_of(files: &[&str]) -> (String, tempfile::TempDir) {
        let root = folder_of(files);
        (ImageFolder::open(root.path()).unwrap_err().to_string(), root)
    }

    #[test]
    fn classes_and_files_come_in_alphabetical_order() {
        let root =
            folder_of(&["dog/b.png", "cat/z.png", "cat/deep/er/a.PNG", "dog/a.jpeg", "eel/x.jpg"]);
        for other in ["cat/notes.txt", "cat/.hidden.png", "README.md", "cat/Thumbs.db"] {
            fs::write(root.path().join(other), "of no interest").unwrap();
        }
        for hidden in [".git", "__MACOSX", "cat/.cache", "cat/__MACOSX"] {
            write(&root.path().join(hidden).join("a.png"), (1, 1), [0; 3]);
        }
        let found = ImageFolder::open(root.path()).unwrap();
        assert_eq!(found.classes, ["cat", "dog", "eel"]);
        let expected = [
            ("cat/deep/er/a.PNG", 0),
            ("cat/z.png", 0),
            ("dog/a.jpeg", 1),
            ("dog/b.png", 1),
            ("eel/x.jpg", 2),
        ];
        let expected = expected.map(|(name, label)| (name.to_string(), label));
        assert_eq!(names(root.path(), &found.train), expected);
        assert!(found.validation.is_empty() && found.test.is_empty());
    }

    #[test]
    fn sets_around_the_classes_and_within_them_are_the_same() {
        let around = folder_of(&[
            "train/cat/1.png",
            "train/dog/2.png",
            "val/dog/3.png",
            "Test/cat/4.png",
            "testing/dog/5.png",
        ]);
        let within = folder_of(&[
            "cat/train/1.png",
            "dog/train/2.png",
            "dog/val/3.png",
            "cat/Test/4.png",
            "dog/testing/5.png",
        ]);
        for root in [around, within] {
            let found = ImageFolder::open(root.path()).unwrap();
            assert_eq!(found.classes, ["cat", "dog"]);
            let files = |files: &ImageFiles| -> Vec<(String, usize)> {
                let file = |path: &PathBuf| path.file_name().unwrap().display().to_string();
                files.paths().iter().map(file).zip(files.labels().iter().copied()).collect()
            };
            assert_eq!(files(&found.train), [("1.png".to_string(), 0), ("2.png".to_string(), 1)]);
            assert_eq!(files(&found.validation), [("3.png".to_string(), 1)]);
            assert_eq!(files(&found.test), [("4.png".to_string(), 0), ("5.png".to_string(), 1)]);
            // A folder that has sets keeps them.
            let halves = Ratios { train: 0.5, dev: 0.0, test: 0.5 };
            assert_eq!(found.clone().split(halves, 1).unwrap(), found);
        }
    }

    #[test]
    fn folders_that_are_not_by_class_are_refused_with_what_is_wrong() {
        let (error, root) = error_of(&["1.png", "2.png"]);
        let place = root.path().display();
        let expected =
            "holds no folders: the pictures of each class belong in a folder of its name";
        assert_eq!(error, format!("{place} {expected}"));

        let (error, root) = error_of(&["cat/1.png", "cat/2.png"]);
        let place = root.path().display();
        assert_eq!(error, format!("{place} holds one class, cat: it must hold at least two"));

        let (error, root) = error_of(&["train/cat/1.png", "train/dog/1.png", "test/eel/1.png"]);
        let place = root.path().display();
        assert_eq!(error, format!("{place}/test/eel is none of the classes to train on, cat, dog"));

        let (error, root) = error_of(&["test/cat/1.png", "test/dog/1.png"]);
        assert_eq!(error, format!("no train or training in {}", root.path().display()));

        let (error, root) = error_of(&["train/cat/1.png", "dog/1.png"]);
        let place = root.path().display();
        let rule = "all pictures must be in sets, or none";
        let expected = format!("holds sets, such as train, beside something else, dog: {rule}");
        assert_eq!(error, format!("{place} {expected}"));

        let (error, _root) = error_of(&["cat/train/1.png", "dog/1.png"]);
        assert!(error.contains("such as cat/train, beside something else, dog:"), "{error}");

        let (error, root) = error_of(&["cat/test/1.png", "dog/train/1.png"]);
        assert_eq!(error, format!("{}/cat holds no JPEG or PNG file", root.path().display()));

        let root = folder_of(&["cat/1.png", "dog/1.png"]);
        fs::create_dir(root.path().join("eel")).unwrap();
        let error = ImageFolder::open(root.path()).unwrap_err();
        assert!(matches!(error, DataError::NoPictures { path } if path.ends_with("eel")));

        let nowhere = ImageFolder::open(&root.path().join("none")).unwrap_err();
        assert!(matches!(nowhere, DataError::Unreadable { .. }));
    }

    #[test]
    fn folders_within_each_other_without_end_are_refused() {
        let deep = ["d"; listing::MAX_DEPTH + 1].join("/");
        let (error, _root) = error_of(&[&format!("cat/{deep}/1.png"), "dog/1.png"]);
        assert!(error.ends_with("holds more than 16 folders within each other"), "{error}");
        let deep = ["d"; listing::MAX_DEPTH].join("/");
        let root = folder_of(&[&format!("cat/{deep}/1.png"), "dog/1.png"]);
        assert_eq!(ImageFolder::open(root.path()).unwrap().train.len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn links_to_files_and_classes_are_followed_and_circles_are_not() {
        use std::os::unix::fs::symlink;
        let root = folder_of(&["cat/1.png", "dog/1.png"]);
        let elsewhere = folder_of(&["eels/1.png"]);
        let at = |name: &str| root.path().join(name);
        symlink(elsewhere.path().join("eels"), at("eel")).unwrap();
        symlink(at("dog/1.png"), at("cat/2.png")).unwrap();
        symlink(at("cat"), at("cat/circle")).unwrap();
        symlink(at("gone.png"), at("dog/2.png")).unwrap();
        let found = ImageFolder::open(root.path()).unwrap();
        assert_eq!(found.classes, ["cat", "dog", "eel"]);
        assert_eq!(found.train.labels(), [0, 0, 1, 1, 2]);
        let error = found.train.load(&ImageSettings::new([2, 2])).unwrap_err();
        assert!(matches!(error, DataError::Unreadable { path, .. } if path == at("dog/2.png")));
    }

    /// 40 cats and 20 dogs.
    fn pets() -> (tempfile::TempDir, ImageFolder) {
        let files = (0..40).map(|i| format!("cat/{i:02}.png"));
        let files: Vec<String> = files.chain((0..20).map(|i| format!("dog/{i:02}.png"))).collect();
        let root = folder_of(&files.iter().map(String::as_str).collect::<Vec<_>>());
        let found = ImageFolder::open(root.path()).unwrap();
        (root, found)
    }

    #[test]
    fn split_shares_out_every_class_and_is_the_seed_s() {
        let (_root, found) = pets();
        let ratios = Ratios { train: 0.7, dev: 0.1, test: 0.2 };
        let split = |seed| found.clone().split(ratios, seed).unwrap();
        let once = split(1);
        let count = |files: &ImageFiles| {
            [0, 1].map(|class| files.labels().iter().filter(|&&label| label == class).count())
        };
        let counts = [&once.train, &once.validation, &once.test].map(count);
        assert_eq!(counts, [[28, 14], [4, 2], [8, 4]]);
        let mut all: Vec<_> =
            [&once.train, &once.validation, &once.test].iter().flat_map(|f| f.paths()).collect();
        all.sort();
        assert!(all.into_iter().eq(found.train.paths()));
        assert_eq!(once, split(1));
        assert_ne!(once, split(2));
    }

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
