//! Files of landmarks.

use std::fmt::Write;
use std::path::Path;

use fireside_datasets::boxes_files::Reason;
use fireside_datasets::face_landmarks::LANDMARKS;
use fireside_datasets::landmark_files::{OF_68, parse, read};
use fireside_numpy_rng::NumpyRng;

use crate::folder::Folder;
use crate::mutation::mutate;

fn file(points: &[[f64; 2]]) -> String {
    let mut text = format!("version: 1\nn_points:  {}\n{{\n", points.len());
    points.iter().for_each(|[x, y]| writeln!(text, "{x} {y}").unwrap());
    text + "}\n"
}

#[test]
fn landmarks_are_those_of_the_picture_of_their_name_and_are_scaled_with_it() {
    let folder = Folder::with(&["a.png", "deep/b.png"]);
    let points = [[1.0, 1.0], [20.5, 10.5], [50.0, -3.0]];
    for (before, ends) in [("", "\n"), ("\u{feff}", "\r\n")] {
        let contents = format!("{before}{}", file(&points).replace('\n', ends));
        folder.write("points/a.pts", &contents).write("points/deep/b.pts", &contents);
        folder.write("points/gone.pts", &contents).write("points/notes.txt", "nothing");
        let found = read(&folder.at("images"), &folder.at("points")).unwrap();
        assert_eq!((found.num_points, found.pictures.len()), (3, 2));
        for picture in &found.pictures {
            assert_eq!(
                (picture.size, &picture.points),
                ([20, 40], &vec![[0.5, 0.5], [20.0, 10.0], [49.5, -3.5]])
            );
        }
        assert_eq!(found.passed_over.count(Reason::MissingPicture), 1);
        assert_eq!(found.passed_over.count(Reason::OtherFile), 1);
        let (pixels, points) = found.pictures[0].read([10, 80]).unwrap();
        assert_eq!((pixels.len(), points[1]), (10 * 80 * 3, [40.0, 5.0]));
    }
    // As in 300-W: beside the picture.
    folder.write("images/a.pts", file(&points));
    assert_eq!(read(&folder.at("images"), &folder.at("images")).unwrap().pictures.len(), 1);
    assert_eq!(read(&folder.at("images"), &folder.at("images/a.pts")).unwrap().pictures.len(), 1);
}

#[test]
fn files_that_are_no_landmarks_are_refused_with_the_line() {
    let whole = file(&[[1.0, 2.0], [3.0, 4.0]]);
    for (contents, expected) in [
        (whole.replace("3 4", "3 NaN"), "line 5 is no two numbers"),
        (whole.replace("3 4", "inf 4"), "line 5 is no two numbers"),
        (whole.replace("3 4", "3"), "line 5 is no two numbers"),
        (whole.replace("3 4", "3 4 5"), "line 5 is no two numbers"),
        (whole.replace("3 4", ""), "it has 1 landmarks, and says 2"),
        (whole.replace('}', ""), "its places do not stand between { and }"),
        (file(&[]), "it has no landmarks"),
        ("1 2\n3 4\n".to_string(), "line 1 is no name with a colon"),
        (String::new(), "its places do not stand between { and }"),
        (file(&vec![[1.0, 2.0]; 10_001]), "it has more than 10000 landmarks"),
    ] {
        let error = parse(Path::new("a.pts"), contents.as_bytes()).unwrap_err().to_string();
        assert_eq!(error, format!("a.pts is not a whole 300-W landmarks file: {expected}"));
    }
    let folder = Folder::with(&["a.png", "b.png"]);
    folder.write("points/a.pts", &whole).write("points/b.pts", file(&[[1.0, 2.0]]));
    let error =
        |points: &str| read(&folder.at("images"), &folder.at(points)).unwrap_err().to_string();
    let found = folder.without_path(&error("points"));
    assert!(found.ends_with("it has 1 landmarks, and points/a.pts has 2"), "{found}");
    folder.write("others/c.pts", &whole);
    assert!(error("others").contains("none of the 1 pictures that it speaks of"));
}

/// 300-W numbers from 0: the jaw 0 to 16, brows to 26, the nose to 35, eyes to 47, the mouth to 67.
#[test]
fn twelve_of_68_landmarks_are_those_of_drawn_faces() {
    for (number, name) in OF_68.into_iter().zip(LANDMARKS) {
        let part = match number {
            0..17 => "chin",
            17..27 => "brow",
            27..31 => "tip of the nose",
            31..36 => "nostril",
            36..48 => "eye",
            _ => "mouth",
        };
        assert!(name.contains(part), "{number} is {name}");
    }
}

#[test]
fn damaged_landmarks_are_places_or_an_error() {
    let original = file(&[[336.8, 240.8], [1e2, -5.0], [0.0, 17.25]]);
    let rng = &mut NumpyRng::new(1);
    let mut survivors = 0;
    for _ in 0..20_000 {
        let mut contents = original.clone().into_bytes();
        mutate(&mut contents, rng);
        if let Ok(points) = parse(Path::new("damaged"), &contents) {
            assert!(points.as_flattened().iter().all(|place| place.is_finite()));
            survivors += 1;
        }
    }
    assert!((200..18_000).contains(&survivors), "{survivors} of 20000");
}
