//! Folders of pictures and files of boxes for tests.

use std::fs;
use std::path::{Path, PathBuf};

use fireside_datasets::boxes_files::{BoxedPictures, read};
use image::{Rgb, RgbImage};
use tempfile::TempDir;

/// A folder with `images` and what else is written.
pub struct Folder(TempDir);

impl Folder {
    /// With pictures of these names, each 40 pixels wide and 20 high.
    pub fn with(pictures: &[&str]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        fs::create_dir(folder.at("images")).unwrap();
        pictures.iter().for_each(|name| folder.draw(name, [20, 40]));
        folder
    }

    pub fn draw(&self, name: &str, [height, width]: [u32; 2]) {
        let path = self.at("images").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        RgbImage::from_pixel(width, height, Rgb([9, 99, 199])).save(path).unwrap();
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> &Self {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
        self
    }

    pub fn read(&self, annotations: &str) -> BoxedPictures {
        read(&self.at("images"), &self.at(annotations), None).unwrap()
    }

    /// The message without the folder's path.
    pub fn refusal(&self, annotations: &str) -> String {
        let error = read(&self.at("images"), &self.at(annotations), None).unwrap_err();
        self.without_path(&error.to_string())
    }

    pub fn without_path(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.0.path().display()), "")
    }
}

/// Class and corners of every box of the picture of this name.
pub fn boxes_of(found: &BoxedPictures, name: &str) -> Vec<(usize, [f64; 4])> {
    let is_it = |path: &Path| path.ends_with(name);
    let picture = found.pictures.iter().find(|picture| is_it(&picture.path)).unwrap();
    picture.boxes.iter().map(|found| (found.class, found.bounds)).collect()
}
