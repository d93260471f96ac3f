//! Any folder of pictures arranged by class, of any sizes and colour modes.
//!
//! ```text
//! pets/cat/1.jpg            pets/train/cat/1.jpg       pets/cat/train/1.jpg
//! pets/cat/more/2.png       pets/test/cat/2.png        pets/cat/test/2.png
//! pets/dog/3.jpeg           pets/train/dog/3.jpeg      pets/dog/train/3.jpeg
//! ```
//!
//! A class is a folder, and what it is called. Sets are folders called `train` or `training`; `val`, `valid`,
//! `validation`, `dev` or `eval`; `test` or `testing`, in any case, also with `set` and the like behind
//! (`training_set`, `TestSet`); they may hold the classes or lie in them. Folders that look like sets under other
//! names are refused. Folders without sets are shared out by [`ImageFolder::split`].
//!
//! Pictures are known by common endings, and all other files by what they hold; they lie in the class or in folders
//! below. Hidden files and those of a system (`.DS_Store`, `__MACOSX`) are of no interest; what else is passed over is
//! counted in [`PassedOver`], also links to folders within a class, which are not followed.
//!
//! [`ImageFolder::open`] does not decode. [`ImageFiles::load`] decodes every file once, to find out which are damaged,
//! and keeps the pictures if they fit into memory.

mod files;
#[cfg(test)]
mod fixture;
mod listing;
mod loading;
mod passed_over;
mod sets;

use std::path::Path;

use fireside_strategy::StrategyError;
use fireside_strategy::examples::{Examples, Groups};
use fireside_strategy::ratios::Ratios;
use fireside_strategy::split::{SplitConfig, split};

pub use self::files::{ImageFiles, ImageFolder};
pub(crate) use self::listing::is_visible;
pub use self::listing::{MAX_CLASSES, MAX_PICTURES};
pub use self::loading::{ImageSettings, ImageSource, Loaded};
pub use self::passed_over::PassedOver;
use crate::DataError;

impl ImageFolder {
    /// Lists the pictures of a folder and its sets.
    ///
    /// # Errors
    /// When the folder cannot be read, holds no classes or one alone, a class has no pictures to train on or is in
    /// another set only, some pictures are in sets and others not, classes look like sets, or there are too many.
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
            classes: Some(Groups { names: self.classes.clone(), of: all.labels().to_vec() }),
            sources: None,
        };
        let config = SplitConfig { ratios: Some(ratios), seed, ..SplitConfig::default() };
        let sets = split(&examples, &config)?;
        Ok(Self {
            classes: self.classes,
            train: all.subset(&sets.train),
            validation: all.subset(&sets.dev),
            test: all.subset(&sets.test),
            passed_over: self.passed_over,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::fixture::{folder_of, pets, write};
    use super::*;

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
        assert_eq!(found.passed_over.to_string(), "1 .md, 1 .txt");
        assert_eq!(found.describe_classes(), "3 classes (cat, dog, eel)");
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
        let rule = "all pictures must be in sets (train, val, test and the like), or none";
        let expected = format!("holds sets, such as train, beside something else, dog: {rule}");
        assert_eq!(error, format!("{place} {expected}"));

        let (error, _root) = error_of(&["cat/train/1.png", "dog/1.png"]);
        assert!(error.contains("such as cat/train, beside something else, dog:"), "{error}");

        let (error, root) = error_of(&["cat/test/1.png", "dog/train/1.png"]);
        assert_eq!(error, format!("{}/cat holds no pictures to train on", root.path().display()));

        let root = folder_of(&["cat/1.png", "dog/1.png"]);
        fs::create_dir(root.path().join("eel")).unwrap();
        let error = ImageFolder::open(root.path()).unwrap_err();
        assert!(matches!(error, DataError::NoPictures { path } if path.ends_with("eel")));

        let nowhere = ImageFolder::open(&root.path().join("none")).unwrap_err();
        assert!(matches!(nowhere, DataError::Unreadable { .. }));
    }

    #[test]
    fn pictures_are_found_by_content_and_what_is_passed_over_is_counted_by_ending() {
        let root = folder_of(&["cat/1.png", "cat/2.png", "dog/1.png", "loose.png"]);
        let at = |name: &str| root.path().join(name);
        for name in ["cat/3.jfif", "cat/4", "dog/5.WEBP", "dog/6.part"] {
            fs::copy(at("cat/1.png"), at(name)).unwrap();
        }
        for name in ["cat/1.heic", "dog/1.tif", "dog/2.TIF", "dog/readme", "labels.csv"] {
            fs::write(at(name), "no picture that is read").unwrap();
        }
        let found = ImageFolder::open(root.path()).unwrap();
        assert_eq!(found.train.labels(), [0, 0, 0, 0, 1, 1, 1]);
        let expected = "2 .tif, 1 without an ending, 1 .csv, 1 .heic, 1 picture in no class";
        assert_eq!(found.passed_over.to_string(), expected);
        let loaded = found.train.load(&ImageSettings::new([2, 2])).unwrap();
        assert_eq!(loaded.source.len(), 7);
    }

    #[test]
    fn sets_of_any_known_name_are_sets_also_within_a_folder_of_their_own_name() {
        let root = folder_of(&[
            "Training_Set/training_set/cats/1.png",
            "Training_Set/training_set/dogs/1.png",
            "eval/dogs/1.png",
            "test_set/cats/1.png",
        ]);
        fs::write(root.path().join("test_set/notes.txt"), "of no interest").unwrap();
        let found = ImageFolder::open(root.path()).unwrap();
        assert_eq!(found.classes, ["cats", "dogs"]);
        assert_eq!((found.train.len(), found.validation.len(), found.test.len()), (2, 1, 1));
        assert_eq!(found.passed_over.to_string(), "1 .txt");
    }

    #[test]
    fn folders_that_look_like_sets_are_not_taken_for_classes() {
        let (error, root) =
            error_of(&["a/cat/1.png", "a/dog/1.png", "b/cat/1.png", "b/dog/1.png", "b/eel/1.png"]);
        let rule = "sets are called train, val and test (training_set, valid, dev, eval and the like will do), and \
                    hold a folder for each class";
        let place = root.path().display();
        let expected =
            format!("{place} holds a, b, each with cat, dog, which looks like sets: {rule}");
        assert_eq!(error, expected);
        let (error, root) = error_of(&["cats_train/1.png", "cats_test/1.png"]);
        let place = root.path().display();
        assert_eq!(
            error,
            format!("{place} holds cats_test, cats_train, which looks like sets: {rule}")
        );
        // One folder alone may be common to all classes.
        let root = folder_of(&["cat/indoors/1.png", "dog/indoors/1.png", "dog/outdoors/1.png"]);
        assert_eq!(ImageFolder::open(root.path()).unwrap().classes, ["cat", "dog"]);
        let root =
            folder_of(&["cat/1.png", "cat/a/1.png", "cat/b/1.png", "dog/a/1.png", "dog/b/1.png"]);
        assert_eq!(ImageFolder::open(root.path()).unwrap().classes, ["cat", "dog"]);
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
}
