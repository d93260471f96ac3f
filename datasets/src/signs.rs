//! Hands that show 0 to 5 fingers: 64x64 RGB, 1080 pictures for training and 120 for testing.
//!
//! The course's files are `train_signs.h5` and `test_signs.h5`: `train_set_x` of bytes
//! `[1080, 64, 64, 3]`, `train_set_y` of integers `[1080]`, and the same for `test`, 180 and 20 pictures of
//! each class. The class is the number of fingers. The photographs behind them are about as JPEG files,
//! 864 + 216 for training in folders of their own, which [`Signs::read`] takes in their place. Without any
//! of them [`Signs::embedded`] and [`Signs::embedded_before_dark_walls`] draw hands.

use std::fs;
use std::path::{Path, PathBuf};

use crate::DataError;
use crate::course_pictures::CoursePictures;
use crate::drawn_hands::{self, Wall};
use crate::image_file::{is_picture, read_rgb};
use crate::image_folder::{PassedOver, is_visible};
use crate::labelled_images::LabelledImages;
use crate::pictures::Pictures;
use crate::source::Source;

/// What the classes are called.
pub const CLASSES: [&str; 6] = ["0", "1", "2", "3", "4", "5"];

/// The same in words.
pub const IN_WORDS: [&str; 6] =
    ["0 fingers", "1 finger", "2 fingers", "3 fingers", "4 fingers", "5 fingers"];

/// The folder of the course's data that holds the files.
pub const TOPIC: &str = "signs";
/// Names of the training file: the course's own, and one made from the JPEG files.
pub const TRAIN_NAMES: &[&str] = &["train_signs.h5", "train_signs_from_jpeg.h5"];
/// Names of the test file.
pub const TEST_NAMES: &[&str] = &["test_signs.h5"];

/// The folder of the JPEG edition.
const JPEG_FOLDER: &str = "64x64_SIGNS";
/// Folders in it to train on, and the one to judge by.
const JPEG_TRAIN: [&str; 2] = ["train_signs", "val_signs"];
const JPEG_TEST: &str = "test_signs";
/// The most pictures of one folder that are read: 240 MiB of pixels.
const MAX_PICTURES: usize = 20_000;

/// Pixels across and down.
const SIDE: usize = 64;

const FILES: CoursePictures = CoursePictures {
    topic: TOPIC,
    train_names: TRAIN_NAMES,
    test_names: TEST_NAMES,
    num_classes: CLASSES.len(),
};

/// Both sets of pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signs {
    /// To train on.
    pub train: LabelledImages,
    /// To judge by.
    pub test: LabelledImages,
    /// Files of the JPEG folders that are no pictures.
    pub passed_over: PassedOver,
}

impl Signs {
    /// Reads the course's files from `folder` or `folder/signs`; where there are none, the JPEG files of
    /// `64x64_SIGNS` in the same places.
    ///
    /// # Errors
    /// When files are missing or anything in them is not as the course has it.
    pub fn read(folder: &Path) -> Result<Self, DataError> {
        match FILES.read(folder) {
            Ok((train, test)) => Ok(Self { train, test, passed_over: PassedOver::default() }),
            Err(missing @ DataError::Missing { .. }) => {
                let places = [folder.join(JPEG_FOLDER), folder.join(TOPIC).join(JPEG_FOLDER)];
                match places.iter().find(|place| place.is_dir()) {
                    Some(place) => Self::read_jpegs(place),
                    None => Err(missing),
                }
            }
            Err(damaged) => Err(damaged),
        }
    }

    /// The same hands, `side` by `side` pixels large.
    pub fn scaled(&self, side: usize) -> Self {
        let [train, test] = [&self.train, &self.test].map(|set| set.scaled([side, side]));
        Self { train, test, passed_over: self.passed_over.clone() }
    }

    /// Reads the JPEG files in `folder/train_signs` and `folder/val_signs` to train on, and those in
    /// `folder/test_signs` to judge by, as [`read_jpeg_folder`].
    ///
    /// # Errors
    /// As [`read_jpeg_folder`].
    pub fn read_jpegs(folder: &Path) -> Result<Self, DataError> {
        let mut passed_over = PassedOver::default();
        let train = JPEG_TRAIN.map(|name| folder.join(name));
        Ok(Self {
            train: read_jpeg_folders(&train, &mut passed_over)?,
            test: read_jpeg_folders(&[folder.join(JPEG_TEST)], &mut passed_over)?,
            passed_over,
        })
    }

    /// Reads the course's files, or draws pictures in their place.
    ///
    /// # Errors
    /// As [`Signs::read`].
    pub fn load(source: &Source, seed: u32) -> Result<Self, DataError> {
        match source {
            Source::Real(folder) => Self::read(folder),
            Source::Embedded => Ok(Self::embedded(seed)),
        }
    }

    /// Reads the course's files, or draws pictures in their place: [`Signs::embedded_before_dark_walls`].
    ///
    /// # Errors
    /// As [`Signs::read`].
    pub fn load_before_dark_walls(source: &Source, seed: u32) -> Result<Self, DataError> {
        match source {
            Source::Real(folder) => Self::read(folder),
            Source::Embedded => Ok(Self::embedded_before_dark_walls(seed)),
        }
    }

    /// Draws 1080 and 120 pictures, as many of each class; the same seed draws the same ones.
    pub fn embedded(seed: u32) -> Self {
        Self::drawn(Wall::DIM, seed)
    }

    /// As [`Signs::embedded`], before walls that are nearly black: what a small dense network can learn from.
    pub fn embedded_before_dark_walls(seed: u32) -> Self {
        Self::drawn(Wall::DARK, seed)
    }

    fn drawn(wall: Wall, seed: u32) -> Self {
        let (train, test) = drawn_hands::draw(wall, seed);
        Self { train, test, passed_over: PassedOver::default() }
    }
}

/// Reads the pictures in a folder in the order of their names, each scaled to 64x64. The first character
/// of a name is the label: `3_IMG_5942.jpg` shows 3 fingers. Files that are no pictures are passed over.
///
/// # Errors
/// When the folder cannot be read, holds no picture or more than 20000, a name begins with no label, or a
/// picture is damaged.
pub fn read_jpeg_folder(folder: &Path) -> Result<LabelledImages, DataError> {
    read_jpeg_folders(&[folder.to_path_buf()], &mut PassedOver::default())
}

/// Reads the pictures in several folders, all in the order of their names.
fn read_jpeg_folders(
    folders: &[PathBuf],
    passed_over: &mut PassedOver,
) -> Result<LabelledImages, DataError> {
    let mut files = Vec::new();
    for folder in folders {
        let entries =
            fs::read_dir(folder).map_err(|source| DataError::unreadable(folder, source))?;
        for entry in entries {
            let path = entry.map_err(|source| DataError::unreadable(folder, source))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match (is_visible(&path) && !path.is_dir(), is_picture(&path)) {
                (false, _) => {}
                (true, true) => files.push((name, path)),
                (true, false) => passed_over.count(&path),
            }
            if files.len() > MAX_PICTURES {
                return Err(not_pictures(folder, &format!("more than {MAX_PICTURES}")));
            }
        }
    }
    if files.is_empty() {
        return Err(not_pictures(&folders[0], "none"));
    }
    files.sort();
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for (name, path) in &files {
        let digit = name.chars().next().and_then(|first| first.to_digit(10));
        let label = digit.map(|digit| digit as usize).filter(|&digit| digit < CLASSES.len());
        labels.push(label.ok_or_else(|| DataError::Unexpected {
            path: path.clone(),
            name: "the first character of the name".to_string(),
            expected: format!("a label of 0 to {}", CLASSES.len() - 1),
            found: name.chars().next().map(|first| format!("{first:?}")).unwrap_or_default(),
        })?);
        pixels.extend(read_rgb(path, SIDE as u32, SIDE as u32)?);
    }
    Ok(LabelledImages::new(Pictures { shape: [labels.len(), SIDE, SIDE, 3], pixels }, labels))
}

fn not_pictures(folder: &Path, found: &str) -> DataError {
    DataError::Unexpected {
        path: folder.to_path_buf(),
        name: "the number of pictures".to_string(),
        expected: format!("1 to {MAX_PICTURES}"),
        found: found.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, Rgb, RgbImage};

    use super::*;

    fn write_picture(folder: &Path, name: &str, color: [u8; 3]) {
        let picture = RgbImage::from_pixel(SIDE as u32, SIDE as u32, Rgb(color));
        picture.save_with_format(folder.join(name), ImageFormat::Png).unwrap();
    }

    #[test]
    fn drawn_hands_have_the_course_s_shape_and_are_the_seed_s() {
        for draw in [Signs::embedded, Signs::embedded_before_dark_walls] {
            let signs = draw(1);
            for (set, of_each) in [(&signs.train, 180), (&signs.test, 20)] {
                assert_eq!((set.len(), set.image_shape()), (6 * of_each, [64, 64, 3]));
                for class in 0..6 {
                    let count = set.labels().iter().filter(|&&label| label == class).count();
                    assert_eq!(count, of_each, "class {class}");
                }
            }
            assert_eq!(signs, draw(1));
            assert_ne!(signs.test, draw(2).test);
        }
    }

    #[test]
    fn pictures_of_both_training_folders_come_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["train_signs", "val_signs", "test_signs"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let [train, val, test] =
            ["train_signs", "val_signs", "test_signs"].map(|name| folder.path().join(name));
        write_picture(&train, "5_IMG_2.png", [50, 0, 0]);
        write_picture(&train, "0_IMG_1.PNG", [1, 0, 0]);
        write_picture(&val, "3_IMG_9.png", [30, 0, 0]);
        write_picture(&test, "2_IMG_7.png", [20, 0, 0]);
        fs::write(train.join("readme.txt"), "of no interest").unwrap();
        fs::write(train.join("._5_IMG_2.png"), "of no interest either").unwrap();
        let signs = Signs::read_jpegs(folder.path()).unwrap();
        assert_eq!(signs.passed_over.to_string(), "1 .txt");
        assert_eq!(signs.train.labels(), [0, 3, 5]);
        let reds: Vec<u8> = (0..3).map(|index| signs.train.image(index)[0]).collect();
        assert_eq!(reds, [1, 30, 50]);
        assert_eq!((signs.test.labels(), signs.test.image(0)[0]), ([2].as_slice(), 20));

        // The same by way of the data folder.
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join(TOPIC)).unwrap();
        fs::rename(folder.path(), data.path().join(TOPIC).join(JPEG_FOLDER)).unwrap();
        assert_eq!(Signs::read(data.path()).unwrap(), signs);
    }

    #[test]
    fn name_without_a_label_and_empty_folder_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display();
        assert_eq!(
            read_jpeg_folder(folder.path()).unwrap_err().to_string(),
            format!("the number of pictures in {place} is none, not 1 to 20000")
        );
        write_picture(folder.path(), "6_IMG_1.png", [0; 3]);
        assert_eq!(
            read_jpeg_folder(folder.path()).unwrap_err().to_string(),
            format!(
                "the first character of the name in {place}/6_IMG_1.png is '6', \
                 not a label of 0 to 5"
            )
        );
        assert!(matches!(
            read_jpeg_folder(&folder.path().join("none")),
            Err(DataError::Unreadable { .. })
        ));
    }

    #[test]
    fn damaged_picture_among_others_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        write_picture(folder.path(), "1_IMG_1.png", [0; 3]);
        fs::write(folder.path().join("2_IMG_1.jpg"), b"\xff\xd8\xff\xe0 and no more").unwrap();
        let error = read_jpeg_folder(folder.path()).unwrap_err().to_string();
        assert!(error.contains("2_IMG_1.jpg"), "{error}");
    }
}
