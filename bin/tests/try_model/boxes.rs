//! Boxes and landmarks.

use super::*;

#[test]
fn boxes_and_landmarks_are_those_that_the_run_found() {
    let quick =
        ["--pictures", "40", "--epochs", "1", "--faces", "8", "--face-epochs", "1", "--predict"];
    let (folder, found) = train("c4w3-object-localization", &[&quick[..], &["photo.png"]].concat());
    assert_eq!(ask(&folder, &["photo.png"])[0]["boxes"], found["prediction"]);
    let asked = ["photo.png", "--model", "landmarks"];
    assert_eq!(ask(&folder, &asked)[0]["points"], found["landmarks"]);

    let quick = ["--scenes", "10", "--judged", "4", "--mined", "4", "--epochs", "1", "--predict"];
    let (folder, found) = train("c4w3-sliding-windows", &[&quick[..], &["photo.png"]].concat());
    assert_eq!(ask(&folder, &["photo.png"])[0]["boxes"], found["prediction"]);
}
