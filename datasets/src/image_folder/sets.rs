//! Which folders are sets, by their names.

/// Names of the folders of each set, in small letters: to train on, to choose by, to judge by.
pub const SETS: [&[&str]; 3] = [
    &["train", "training"],
    &["val", "valid", "validation", "dev", "development", "eval", "evaluation"],
    &["test", "testing"],
];

/// Words that may follow a set's name, apart or not: `training_set`, `testset`, `Train Images`.
const FILLERS: [&str; 6] = ["set", "data", "dataset", "split", "images", "pictures"];

/// Which of the sets a folder of this name is.
pub fn set_of(name: &str) -> Option<usize> {
    let name = name.to_lowercase();
    let words: Vec<&str> = words(&name).filter(|word| !FILLERS.contains(word)).collect();
    match words[..] {
        [word] => set_of_word(word),
        _ => None,
    }
}

/// Whether names that are no sets' look like several sets all the same: one has to do with training, and another with
/// judging, as `cats_train` and `cats_test`.
pub fn look_like_sets<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = [false; 3];
    for name in names {
        let name = name.to_lowercase();
        words(&name).filter_map(set_of_word).for_each(|set| seen[set] = true);
    }
    let [train, validation, test] = seen;
    train && (validation || test)
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty())
}

fn set_of_word(word: &str) -> Option<usize> {
    let of = |word: &str| SETS.iter().position(|names| names.contains(&word));
    let shorter = || FILLERS.iter().filter_map(|filler| word.strip_suffix(filler)).find_map(of);
    of(word).or_else(shorter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_known_in_any_case_and_with_the_words_that_follow() {
        for (names, set) in [
            (&["train", "Training", "TRAINING_SET", "train-set", "trainset", "Train Data"][..], 0),
            (&["val", "Valid", "validation_set", "dev", "DevSet", "eval", "evaluation"], 1),
            (&["test", "test_set", "Testing", "test images", "TestSet"], 2),
        ] {
            for name in names {
                assert_eq!(set_of(name), Some(set), "{name}");
            }
        }
        for name in ["cats", "trains", "set", "test_tube", "training_cats", "data", "contest", "1"]
        {
            assert_eq!(set_of(name), None, "{name}");
        }
    }

    #[test]
    fn names_that_look_like_sets_are_told_from_classes() {
        for names in [["cats_train", "cats_test"], ["train_signs", "val_signs"]] {
            assert!(look_like_sets(names.into_iter()), "{names:?}");
        }
        for names in [["bullet train", "freight train"], ["test_tube", "flask"], ["cat", "dog"]] {
            assert!(!look_like_sets(names.into_iter()), "{names:?}");
        }
    }
}
