//! Boxes and landmarks.

use fireside_vision::localization::{BoxLoss, Head, LocalizerConfig};
use fireside_vision::sliding_window::WindowConfig;

use super::*;
use crate::sliding_windows::{Part, Windows};

fn one_or_none(least: f64, side: [usize; 2]) -> Task {
    let by = Finder::OneOrNone { side, loss: BoxLoss::Squared, least };
    Task::Boxes(Boxes { classes: vec!["cup".into(), "plate".into()], by })
}

fn windows() -> Windows {
    let part = |class, shape| Part { class, shape };
    Windows {
        longest: 64,
        parts: vec![part(0, [0.8, 0.4]), part(1, [0.3, 0.8])],
        largest: 1.0,
        step: 1.3,
        sizes: 2,
        least: 0.01,
        overlap: 0.3,
    }
}

fn with_windows(windows: Windows) -> Task {
    let classes = vec!["cup".into(), "plate".into()];
    Task::Boxes(Boxes { classes, by: Finder::Windows(windows) })
}

#[test]
fn boxes_and_landmarks_lie_in_the_picture_that_was_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let device = Device::flex();
    let config = LocalizerConfig::new(Head::Box(2)).with_image([32, 32]);
    let net = drawn(config.init(&device).unwrap());
    let task = one_or_none(0.0, [32, 32]);
    write(folder.path(), net, Architecture::Localizer(config), task);
    let Answer::Boxes { boxes, size } = ask(folder.path(), &picture(folder.path())) else {
        panic!("no boxes")
    };
    assert_eq!((boxes.len(), size), (1, [30, 40]));
    let [x1, y1, x2, y2] = boxes[0].bounds();
    assert!(0.0 <= x1 && x1 <= x2 && x2 <= 40.0 && 0.0 <= y1 && y1 <= y2 && y2 <= 30.0);

    let folder = tempfile::tempdir().unwrap();
    let config = LocalizerConfig::new(Head::Landmarks(3)).with_image([32, 32]);
    let net = drawn(config.init(&device).unwrap());
    let names = ["eye", "nose", "chin"].map(str::to_string).to_vec();
    let task = Task::Landmarks(Landmarks { side: [32, 32], names });
    write(folder.path(), net, Architecture::Localizer(config), task);
    let Answer::Points { points, size } = ask(folder.path(), &picture(folder.path())) else {
        panic!("no points")
    };
    assert_eq!((points.len(), points[2].name.as_str(), size), (3, "chin", [30, 40]));

    let folder = tempfile::tempdir().unwrap();
    let config = WindowConfig::of_32_pixels(3);
    let net = drawn(config.init(&device).unwrap());
    write(folder.path(), net, Architecture::WindowNet(config), with_windows(windows()));
    let answer = ask(folder.path(), &picture(folder.path()));
    assert!(matches!(answer, Answer::Boxes { size: [30, 40], .. }), "{answer:?}");
}

#[test]
fn descriptions_of_boxes_that_cannot_be_are_refused() {
    let device = Device::flex();
    let localizer = || LocalizerConfig::new(Head::Box(2)).with_image([32, 32]);
    let refused = |task: Task| {
        let folder = tempfile::tempdir().unwrap();
        let net = localizer().init(&device).unwrap();
        write(folder.path(), net, Architecture::Localizer(localizer()), task);
        load(folder.path()).unwrap_err().to_string()
    };
    let message = refused(one_or_none(0.5, [64, 64]));
    assert!(message.contains("other outputs"), "{message}");
    let message = refused(one_or_none(0.5, [0, 64]));
    assert!(message.contains("not from 1x1"), "{message}");
    let three = vec!["a".into(), "b".into(), "c".into()];
    let by = Finder::OneOrNone { side: [32, 32], loss: BoxLoss::Squared, least: 0.5 };
    let message = refused(Task::Boxes(Boxes { classes: three, by }));
    assert!(message.contains("other outputs"), "{message}");
    let names = vec!["eye".to_string()];
    let message = refused(Task::Landmarks(Landmarks { side: [32, 32], names }));
    assert!(message.contains("other landmarks"), "{message}");

    let refused = |windows: Windows| {
        let folder = tempfile::tempdir().unwrap();
        let config = WindowConfig::of_32_pixels(3);
        let net = config.init(&device).unwrap();
        write(folder.path(), net, Architecture::WindowNet(config), with_windows(windows));
        load(folder.path()).unwrap_err().to_string()
    };
    let part = |class, shape| vec![Part { class, shape }; 2];
    for (wrong, culprit) in [
        (Windows { parts: part(7, [0.5; 2]), ..windows() }, "the class of one"),
        (Windows { parts: part(0, [0.5, 0.0]), ..windows() }, "a shape"),
        (Windows { parts: Vec::new(), ..windows() }, "the number"),
        (Windows { parts: part(0, [0.5; 2])[..1].to_vec(), ..windows() }, "other outputs"),
        (Windows { longest: 1 << 40, ..windows() }, "the longest side"),
        (Windows { largest: 1e9, ..windows() }, "the largest size"),
        (Windows { step: 1.0, ..windows() }, "the step"),
        (Windows { sizes: 1 << 40, ..windows() }, "the number of sizes"),
        (Windows { overlap: -1.0, ..windows() }, "a threshold"),
    ] {
        let message = refused(wrong);
        assert!(message.contains(culprit), "{culprit}: {message}");
    }
}

#[test]
fn localisers_and_windows_that_no_file_could_hold_are_refused_before_they_are_built() {
    let [huge, wide] = [1 << 40, 1 << 20];
    let mut windows = WindowConfig::of_32_pixels(3);
    windows.window = huge;
    let localizer = LocalizerConfig::new(Head::Box(2)).with_image([wide, wide]);
    for architecture in [Architecture::WindowNet(windows), Architecture::Localizer(localizer)] {
        assert!(architecture.least_parameters() > 1 << 36, "{architecture:?}");
    }
}
