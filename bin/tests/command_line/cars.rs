//! Car detection: published weights, boxes of one's own, and what is wrong with either.

use std::fs;
use std::path::{Path, PathBuf};

use fireside_datasets::drawn_street::{CLASSES, LabelledBox, StreetScenes};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{CARS, assert_refused, refuse, run, run_in, stderr, stdout};

/// The tiny network of Darknet for two classes and one anchor, its last layers changed.
fn tiny_cfg(filters: usize) -> String {
    let mut cfg = "[net]\nheight=64\nwidth=64\nchannels=3\n".to_string();
    for (filters, stride) in
        [(16, 2), (32, 2), (64, 2), (128, 2), (256, 2), (512, 1), (1024, 0), (1024, 0)]
    {
        cfg += &format!(
            "[convolutional]\nbatch_normalize=1\nfilters={filters}\nsize=3\npad=1\nactivation=leaky\n"
        );
        if stride > 0 {
            cfg += &format!("[maxpool]\nsize=2\nstride={stride}\n");
        }
    }
    cfg += &format!("[convolutional]\nsize=1\nfilters={filters}\nactivation=linear\n");
    cfg + "[region]\nanchors=1,2\nclasses=2\nnum=1\n"
}

fn picture(folder: &Path) -> PathBuf {
    let path = folder.join("photo.png");
    let pixel = |x, y| image::Rgb([(x * 2) as u8, (y * 3) as u8, (x + y) as u8]);
    image::RgbImage::from_fn(90, 70, pixel).save(&path).unwrap();
    path
}

/// A folder with a picture, and one in which the program is run.
fn folders() -> (TempDir, TempDir) {
    let files = tempfile::tempdir().unwrap();
    picture(files.path());
    (files, tempfile::tempdir().unwrap())
}

/// Asserts that weights are refused; `{}` in an argument is the folder of the files.
fn refuse_files(files: &Path, arguments: &[&str], culprit: &str) {
    let folder = tempfile::tempdir().unwrap();
    let place = files.to_str().unwrap();
    let arguments: Vec<String> =
        arguments.iter().map(|argument| argument.replace("{}", place)).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    assert_refused(&run_in(folder.path(), CARS, &arguments), folder.path(), culprit);
}

#[test]
fn flags_that_need_others_are_refused_without_them() {
    refuse(CARS, &["--weights", "yolo.h5"], "--predict");
    refuse(CARS, &["--cfg", "yolo.cfg"], "--weights");
    refuse(CARS, &["--anchors", "a.txt"], "--weights");
    refuse(CARS, &["--letterbox"], "--weights");
    refuse(CARS, &["--reorg", "darknet"], "--weights");
    refuse(CARS, &["--images", "here"], "--annotations");
    refuse(CARS, &["--annotations", "boxes.json"], "--images");
    refuse(CARS, &["--classes", "names.txt", "--dry-run"], "--classes names the classes of");
}

#[test]
fn values_that_cannot_be_are_refused_by_name() {
    refuse(CARS, &["--size", "96"], "96x128");
    refuse(CARS, &["--dry-run", "--size", "90x128"], "a multiple of 16");
    refuse(CARS, &["--score", "1.5"], "a number from 0 to 1");
    refuse(CARS, &["--iou=-0.1"], "a number from 0 to 1");
    refuse(CARS, &["--dry-run", "--num-anchors", "9999"], "anchors");
    refuse(CARS, &["--predict", "nowhere.jpg"], "nowhere.jpg");
}

#[test]
fn weights_that_cannot_be_read_are_refused_with_what_is_wrong() {
    let (files, _) = folders();
    let write = |name: &str, contents: &[u8]| fs::write(files.path().join(name), contents).unwrap();
    let photo = ["--predict", "{}/photo.png"];
    let refused = |arguments: &[&str], culprit: &str| {
        refuse_files(files.path(), &[&photo[..], arguments].concat(), culprit);
    };
    refused(&["--weights", "{}/yolo.h5"], "yolo.h5");
    write("alone.weights", &[0; 100]);
    refused(&["--weights", "{}/alone.weights"], "alone.cfg");
    write("tiny.weights", &[0; 100]);
    write("tiny.cfg", tiny_cfg(7).as_bytes());
    refused(&["--weights", "{}/tiny.weights"], "tiny.weights");
    refused(&["--weights", "{}/tiny.cfg"], "--cfg");
    refused(&["--weights", "{}/tiny.weights", "--cfg", "{}/tiny.weights"], "tiny.weights");
    write("wrong.cfg", tiny_cfg(8).as_bytes());
    refused(&["--weights", "{}/tiny.weights", "--cfg", "{}/wrong.cfg"], "wrong.cfg");
    write("net.cfg", b"[net]\nheight=64\nwidth=64\nchannels=3\n");
    refused(&["--weights", "{}/tiny.weights", "--cfg", "{}/net.cfg"], "[region]");
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 203934260\n";
    write("pointer.h5", pointer);
    refused(&["--weights", "{}/pointer.h5"], "Git LFS");
    fs::create_dir(files.path().join("model_data")).unwrap();
    refused(&["--weights", "{}/model_data"], "model_data");
}

#[test]
fn folders_without_pictures_are_refused() {
    let (files, _) = folders();
    fs::create_dir(files.path().join("empty")).unwrap();
    fs::write(files.path().join("empty/notes.txt"), "none").unwrap();
    refuse_files(files.path(), &["--predict", "{}/empty"], "holds no picture");
}

/// Random weights in the form of Darknet: it is the boxes' form that is looked at, and that they lie in the picture.
#[test]
fn boxes_of_published_weights_are_told_in_pixels_of_the_picture() {
    let (files, folder) = folders();
    let place = |name: &str| files.path().join(name).to_str().unwrap().to_string();
    fs::write(place("tiny.cfg"), tiny_cfg(7)).unwrap();
    let sizes = [3, 16, 32, 64, 128, 256, 512, 1024, 1024];
    let body: usize = sizes.windows(2).map(|pair| pair[1] * (4 + 9 * pair[0])).sum();
    let mut contents: Vec<u8> = [0_u32, 2, 0, 0, 0].iter().flat_map(|x| x.to_le_bytes()).collect();
    let mut state = 1_u32;
    contents.extend((0..body + 7 * 1025).flat_map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (0.01 + (state >> 8) as f32 / (1 << 24) as f32 * 0.05).to_le_bytes()
    }));
    fs::write(place("tiny.weights"), contents).unwrap();
    fs::write(place("names.txt"), "cat\ndog\n").unwrap();
    let (weights, photo, names) = (place("tiny.weights"), place("photo.png"), place("names.txt"));
    let given = ["--weights", &weights, "--predict", &photo, "--score", "0", "--json"];
    let output = run_in(folder.path(), CARS, &[&given[..], &["--classes", &names]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let found = &report["results"]["pictures"][0];
    assert_eq!(found["file"], json!(photo));
    let boxes = found["boxes"].as_array().unwrap();
    assert!(!boxes.is_empty());
    for found in boxes {
        let at = |edge: &str| found[edge].as_f64().unwrap();
        assert!(["cat", "dog"].contains(&found["class"].as_str().unwrap()), "{found}");
        assert!((0.0..=1.0).contains(&at("score")), "{found}");
        assert!(0.0 <= at("x1") && at("x1") <= at("x2") && at("x2") <= 90.0, "{found}");
        assert!(0.0 <= at("y1") && at("y1") <= at("y2") && at("y2") <= 70.0, "{found}");
    }
    assert!(report["pictures"][0].as_str().unwrap().ends_with("boxes-photo-png.png"));

    fs::write(&names, "cat\n").unwrap();
    let arguments = ["--weights", "{}/tiny.weights", "--predict", "{}/photo.png"];
    refuse_files(files.path(), &[&arguments[..], &["--reorg", "darknet"]].concat(), "--reorg");
    let classes = ["--classes", "{}/names.txt"];
    let fewer = [&arguments[..], &classes].concat();
    refuse_files(files.path(), &fewer, "names 1 classes, and the network has 2");
    fs::write(place("anchors.txt"), "1, 2, 3").unwrap();
    let anchors = ["--anchors", "{}/anchors.txt"];
    refuse_files(files.path(), &[&arguments[..], &anchors].concat(), "anchors.txt");
    let size = [&arguments[..], &["--size", "60x64"]].concat();
    refuse_files(files.path(), &size, "a multiple of 32");
}

/// Scenes in files, with their boxes in each of three forms.
fn own_pictures(folder: &Path) {
    let street = StreetScenes::new([64, 96], 5).unwrap();
    let mut coco = json!({"images": [], "annotations": [], "categories": []});
    for (number, name) in CLASSES.iter().enumerate() {
        coco["categories"].as_array_mut().unwrap().push(json!({"id": number, "name": name}));
    }
    for part in ["images", "voc", "yolo"] {
        fs::create_dir(folder.join(part)).unwrap();
    }
    fs::write(folder.join("names.txt"), CLASSES.join("\n")).unwrap();
    for number in 0..10 {
        let scene = street.scene(number);
        let name = format!("{number}.png");
        let file = folder.join("images").join(&name);
        image::save_buffer(file, scene.picture(), 96, 64, image::ColorType::Rgb8).unwrap();
        let images = coco["images"].as_array_mut().unwrap();
        images.push(json!({"id": number, "file_name": name, "width": 96, "height": 64}));
        let (mut voc, mut yolo) = (String::new(), String::new());
        for LabelledBox { bounds: [x1, y1, x2, y2], class, .. } in scene.boxes() {
            let annotations = coco["annotations"].as_array_mut().unwrap();
            let id = annotations.len();
            annotations.push(json!({
                "id": id, "image_id": number, "category_id": class,
                "bbox": [x1, y1, x2 - x1, y2 - y1],
            }));
            let (left, top) = (x1 + 1.0, y1 + 1.0);
            voc += &format!(
                "<object><name>{}</name><bndbox><xmin>{left}</xmin><ymin>{top}</ymin><xmax>{x2}</xmax>\
                 <ymax>{y2}</ymax></bndbox></object>",
                CLASSES[*class]
            );
            yolo += &format!(
                "{class} {} {} {} {}\n",
                (x1 + x2) / 192.0,
                (y1 + y2) / 128.0,
                (x2 - x1) / 96.0,
                (y2 - y1) / 64.0
            );
        }
        let voc = format!(
            "<annotation><filename>{name}</filename><size><width>96</width><height>64</height>\
             <depth>3</depth></size>{voc}</annotation>"
        );
        fs::write(folder.join(format!("voc/{number}.xml")), voc).unwrap();
        fs::write(folder.join(format!("yolo/{number}.txt")), yolo).unwrap();
    }
    fs::write(folder.join("boxes.json"), coco.to_string()).unwrap();
}

#[test]
fn boxes_of_one_s_own_are_learnt_from_in_each_form() {
    let files = tempfile::tempdir().unwrap();
    own_pictures(files.path());
    let place = |name: &str| files.path().join(name).to_str().unwrap().to_string();
    let (images, names) = (place("images"), place("names.txt"));
    let mut told = Vec::new();
    for form in ["boxes.json", "voc", "yolo"] {
        let boxes = place(form);
        let given = ["--images", &images, "--annotations", &boxes, "--classes", &names];
        let settings = ["--size", "64x96", "--dry-run", "--json"];
        let (output, _) = run(CARS, &[&given[..], &settings].concat());
        assert!(output.status.success(), "{form}: {}", stderr(&output));
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        told.push(report["results"]["anchors_mean_iou"].as_f64().unwrap());
    }
    assert!(told.iter().all(|iou| (iou - told[0]).abs() < 1e-6), "{told:?}");
}

#[test]
fn boxes_of_one_s_own_that_mean_nothing_are_refused() {
    let files = tempfile::tempdir().unwrap();
    own_pictures(files.path());
    let refused = |boxes: &str, culprit: &str| {
        let arguments = ["--images", "{}/images", "--annotations", boxes];
        refuse_files(files.path(), &arguments, culprit);
    };
    refused("{}/nowhere.json", "nowhere.json");
    fs::write(files.path().join("cut.json"), "{\"images\": [").unwrap();
    refused("{}/cut.json", "cut.json");
    fs::write(files.path().join("empty.json"), "{\"images\": [], \"annotations\": []}").unwrap();
    refused("{}/empty.json", "empty.json");
    let too_large = ["--size", "64x100"];
    let arguments = ["--images", "{}/images", "--annotations", "{}/boxes.json"];
    refuse_files(files.path(), &[&arguments[..], &too_large].concat(), "a multiple of 16");
}

/// The face detector of face-api, in the folder of `tests/fetch-weights`, on the course's pictures; without either
/// nothing is looked at, which is said.
#[test]
#[allow(clippy::print_stdout, reason = "it tells what was not there to be looked at")]
fn faces_of_the_course_s_pictures_are_found_by_the_weights_of_face_api() {
    let weights = std::env::var_os("FIRESIDE_WEIGHTS").map(PathBuf::from);
    let manifest =
        "vladmandic-face-api-1.7.15/model/tiny_face_detector_model-weights_manifest.json";
    let manifest = weights.map(|folder| folder.join(manifest)).filter(|path| path.is_file());
    let faces = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/datasets/faces");
    let (Some(manifest), true) = (manifest, faces.is_dir()) else {
        println!("no FIRESIDE_WEIGHTS with the face detector, or no faces beside the checkout");
        return;
    };
    let (manifest, faces) = (manifest.to_str().unwrap(), faces.to_str().unwrap());
    // The pictures are faces and little else, which the detector sees best as small as this.
    let given = ["--weights", manifest, "--predict", faces, "--size", "128x128", "--json"];
    let given = [&given[..], &["--score", "0.4"]].concat();
    let (output, _) = run(CARS, &given);
    assert!(output.status.success(), "{}", stderr(&output));
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let pictures = report["results"]["pictures"].as_array().unwrap();
    let with_a_face =
        pictures.iter().filter(|found| !found["boxes"].as_array().unwrap().is_empty());
    let (seen, all) = (with_a_face.count(), pictures.len());
    assert_eq!(seen, all, "a face is found in {seen} of {all} pictures");
}
