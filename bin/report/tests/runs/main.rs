//! Reports, lists and clearings of runs that the tests write themselves: whole ones, hostile ones, damaged ones.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod clearing;
mod page;

use std::fs;
use std::path::{Path, PathBuf};

/// Writes a file of a run, with the folders above it.
fn write(folder: &Path, name: &str, contents: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, contents).unwrap();
}

/// Writes a run as a program leaves it when it is done.
fn finished(root: &Path, assignment: &str, name: &str) -> PathBuf {
    let folder = root.join(assignment).join(name);
    let config = serde_json::json!({
        "assignment": assignment,
        "version": "0.1.0",
        "device": "flex",
        "settings": {"lr": 0.01, "hidden": 4, "data": null},
    });
    write(&folder, "config.json", config.to_string());
    write(&folder, "metrics.json", r#"{"test_accuracy": 90.75, "cost": 0.2180491}"#);
    write(&folder, "metrics.csv", "stage,iteration,cost\nnet,0,0.69\nnet,100,0.3\nnet,200,0.218\n");
    write(&folder, "boundary.png", png(40, 30));
    write(&folder, "net/model.bpk", [0; 2000]);
    folder
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let picture = image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 9]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}
