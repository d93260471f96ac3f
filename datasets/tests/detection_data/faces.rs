//! Drawn faces with landmarks.

use fireside_datasets::face_landmarks::{FaceLandmarks, LANDMARKS, MIRRORED, draw};
use fireside_datasets::happy::Happy;
use sha2::{Digest, Sha256};

/// What is said of a seed in docs/lessons.md and docs/promises.md rests on its pictures.
#[test]
fn faces_of_the_happy_house_are_those_that_they_were() {
    let happy = Happy::embedded(1);
    let mut hash = Sha256::new();
    for set in [&happy.train, &happy.test] {
        (0..set.len()).for_each(|index| hash.update(set.image(index)));
    }
    let hash: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, "6ae08cbf8cf80397");
}

#[test]
fn landmarks_are_the_seed_s_and_lie_as_in_a_face() {
    let (train, test) = draw(60, 40, 1);
    assert_eq!(train.pictures.shape, [60, 64, 64, 3]);
    assert_eq!((train.landmarks.len(), test.landmarks.len()), (60, 40));
    assert_eq!(draw(60, 40, 1), (train.clone(), test.clone()));
    assert_ne!(draw(60, 40, 2).0, train);
    for face in train.landmarks.iter().chain(&test.landmarks) {
        for (place, name) in face.iter().zip(LANDMARKS) {
            assert!(place.iter().all(|at| (2.0..62.0).contains(at)), "{name} at {place:?}");
        }
        let [left, right] = [0, 3].map(|corner: usize| face[corner]);
        let across = [right[0] - left[0], right[1] - left[1]];
        // How far below the eyes it is, along the face.
        let below =
            |place: [f64; 2]| (place[1] - left[1]) * across[0] - (place[0] - left[0]) * across[1];
        let order = [face[4], left, face[6], face[9], face[11]].map(below);
        assert!(order.is_sorted(), "{face:?}"); // brow, eye, nose, mouth, chin
        assert!(face[0][0] < face[1][0] && face[1][0] < face[2][0] && face[2][0] < face[3][0]);
    }
}

#[test]
fn mirrored_landmarks_are_those_of_the_other_side() {
    for (number, name) in LANDMARKS.iter().enumerate() {
        let other = LANDMARKS[MIRRORED[number]];
        let swapped = match name.contains("left") {
            true => name.replace("left", "right"),
            false => name.replace("right", "left"),
        };
        assert_eq!(other, swapped);
        assert_eq!(MIRRORED[MIRRORED[number]], number);
    }
}

#[test]
fn nostrils_are_darker_than_the_nose_between_them() {
    let FaceLandmarks { pictures, landmarks } = draw(200, 0, 3).0;
    let mut darker = 0;
    for (number, face) in landmarks.iter().enumerate() {
        let value = |[x, y]: [f64; 2]| -> i32 {
            let place = ((number * 64 + y as usize) * 64 + x as usize) * 3;
            pictures.pixels[place..place + 3].iter().map(|&value| i32::from(value)).sum()
        };
        let bridge = [face[6][0], face[6][1] - 4.0];
        darker += usize::from(value(face[7]) + value(face[8]) < 2 * value(bridge));
    }
    assert!(darker >= 190, "{darker} of 200");
}
