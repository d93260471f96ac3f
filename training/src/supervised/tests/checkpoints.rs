//! A training that is broken off, damaged on the disk or taken for another.

use super::*;

fn files(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn training_broken_off_after_an_epoch_and_resumed_equals_an_unbroken_one() {
    let whole = run(training(7)).unwrap();
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("net");
    let broken =
        run_watched(training(7).resuming(&folder, &identity("Linear")), |moment| match moment {
            Moment::Epoch(point) if point.epoch == 3 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
    let broken = broken.unwrap();
    assert_eq!((broken.curve.epochs(), broken.ending), (3, Ending::BrokenOff));
    let resumed = run(training(7).resuming(&folder, &identity("Linear"))).unwrap();
    assert_eq!(weights(&resumed.model), weights(&whole.model));
    assert_eq!((resumed.curve, resumed.ending), (whole.curve, Ending::Complete));
}

#[test]
fn training_broken_off_within_an_epoch_and_resumed_equals_an_unbroken_one() {
    let whole = run(training(5)).unwrap();
    for examples in [0, 8, 16, 24] {
        let root = tempfile::tempdir().unwrap();
        let resuming = || training(5).resuming(root.path(), &identity("Linear"));
        let broken = run_watched(resuming(), move |moment| match moment {
            Moment::Batch { epoch: 3, examples: done } if done == examples => {
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        });
        let broken = broken.unwrap();
        assert_eq!((broken.curve.epochs(), broken.ending), (2, Ending::BrokenOff));
        let begun = Arc::new(Mutex::new(None));
        let seen = begun.clone();
        let resumed = run_watched(resuming(), move |moment| {
            if let Moment::Begin { epoch, examples, .. } = moment {
                *seen.lock().unwrap() = Some((epoch, examples));
            }
            ControlFlow::Continue(())
        });
        let resumed = resumed.unwrap();
        assert_eq!(*begun.lock().unwrap(), Some((3, examples)));
        assert_eq!(weights(&resumed.model), weights(&whole.model), "{examples}");
        assert_eq!(resumed.curve, whole.curve, "{examples}");
    }
}

/// A checkpoint before every batch.
#[test]
fn checkpoints_within_epochs_change_nothing() {
    let root = tempfile::tempdir().unwrap();
    let kept = Arc::new(AtomicUsize::new(0));
    let counter = kept.clone();
    let often =
        training(4).keeping(root.path(), &identity("Linear")).at(Pace::every(Duration::ZERO));
    let trained = run_watched(often, move |moment| {
        counter.fetch_add(usize::from(matches!(moment, Moment::Kept(_))), Ordering::Relaxed);
        ControlFlow::Continue(())
    });
    // Four epochs of four batches, three of them with a batch before, and the four ends.
    assert_eq!(kept.load(Ordering::Relaxed), 4 * 3 + 4);
    let (trained, whole) = (trained.unwrap(), run(training(4)).unwrap());
    assert_eq!(weights(&trained.model), weights(&whole.model));
    assert_eq!(trained.curve, whole.curve);
}

#[test]
fn finished_training_is_not_repeated_and_can_be_made_longer() {
    let root = tempfile::tempdir().unwrap();
    let first = run(training(3).keeping(root.path(), &identity("Linear"))).unwrap();
    let batches = Arc::new(AtomicUsize::new(0));
    let counter = batches.clone();
    let again = run_watched(training(3).resuming(root.path(), &identity("Linear")), move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        ControlFlow::Continue(())
    });
    assert_eq!(batches.load(Ordering::Relaxed), 0);
    assert_eq!(weights(&again.unwrap().model), weights(&first.model));
    let longer = run(training(6).resuming(root.path(), &identity("Linear"))).unwrap();
    assert_eq!(weights(&longer.model), weights(&run(training(6)).unwrap().model));
}

#[test]
fn folder_holds_the_last_two_moments_and_the_model_or_the_model_alone() {
    let root = tempfile::tempdir().unwrap();
    let often = || {
        let training = training(6).keeping(root.path(), &identity("Linear"));
        training.at(Pace::every(Duration::ZERO))
    };
    run(often()).unwrap();
    let moments = ["6", "5-24"].iter().flat_map(|place| {
        let states = ["model", "optimizer", "schedule"].map(|kind| format!("{kind}-{place}.bpk"));
        states.into_iter().chain([format!("progress-{place}.json")])
    });
    let mut expected: Vec<String> = moments.chain(["progress.json".to_string()]).collect();
    expected.sort();
    assert_eq!(files(&root.path().join("epochs")), expected);
    assert_eq!(files(root.path()), ["epochs", "model.bpk", "progress.json"]);
    run(often().leaving_the_model_alone()).unwrap();
    assert_eq!(files(root.path()), ["model.bpk", "progress.json"]);

    // It is known as finished, with its curve; to go on longer it takes what is gone.
    let resumed = || training(6).resuming(root.path(), &identity("Linear"));
    assert_eq!(run(resumed()).unwrap().curve, run(training(6)).unwrap().curve);
    let error = run(resumed().with_epochs(7)).unwrap_err().to_string();
    assert!(error.contains("kept without what it takes to go on longer"), "{error}");
}

#[test]
fn checkpoint_of_another_model_is_refused_and_a_damaged_one_passed_over() {
    let root = tempfile::tempdir().unwrap();
    let often = training(2).keeping(root.path(), &identity("Linear 2-2"));
    run(often.at(Pace::every(Duration::ZERO))).unwrap();
    let error = run(training(3).resuming(root.path(), &identity("Linear 2-3"))).unwrap_err();
    let expected = "model is \"Linear 2-2\" in the checkpoint and \"Linear 2-3\" in this run";
    assert!(error.to_string().ends_with(expected), "{error}");

    // The same name with other shapes.
    let other = LinearConfig::new(2, 3).init(&Device::flex());
    let resuming = || training(3).resuming(root.path(), &identity("Linear 2-2"));
    let error = resuming().run(other, answer, &points(27, 1), &points(5, 1), go_on).unwrap_err();
    assert!(matches!(error, SupervisedError::Checkpoint(CheckpointError::Malformed { .. })));

    let whole = run(training(3)).unwrap();
    let saved = tempfile::tempdir().unwrap();
    let copy = |from: &Path, to: &Path| {
        let _ = fs::remove_dir_all(to);
        fs::create_dir_all(to.join("epochs")).unwrap();
        for name in files(&from.join("epochs")) {
            fs::copy(from.join("epochs").join(&name), to.join("epochs").join(&name)).unwrap();
        }
    };
    copy(root.path(), saved.path());
    for torn in ["model-2.bpk", "optimizer-2.bpk", "schedule-2.bpk", "progress.json"] {
        let file = root.path().join("epochs").join(torn);
        for length in [0, 1, 100] {
            copy(saved.path(), root.path());
            let contents = fs::read(&file).unwrap();
            fs::write(&file, &contents[..length.min(contents.len())]).unwrap();
            let begun = Arc::new(Mutex::new(None));
            let seen = begun.clone();
            let resumed = run_watched(resuming(), move |moment| {
                if let Moment::Begin { epoch, examples, passed_over } = moment {
                    *seen.lock().unwrap() = Some((epoch, examples, passed_over.len()));
                }
                ControlFlow::Continue(())
            });
            let resumed = resumed.unwrap();
            let expected = if torn == "progress.json" { (3, 0, 1) } else { (2, 24, 1) };
            assert_eq!(*begun.lock().unwrap(), Some(expected), "{torn} {length}");
            assert_eq!(weights(&resumed.model), weights(&whole.model), "{torn} {length}");
            assert_eq!(resumed.curve, whole.curve, "{torn} {length}");
        }
    }
}

#[test]
fn checkpoint_of_other_batches_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let resuming = || training(3).resuming(root.path(), &identity("Linear"));
    let broken = run_watched(resuming(), |moment| match moment {
        Moment::Batch { epoch: 2, examples: 16 } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    broken.unwrap();
    let mut other = resuming();
    other.config.batch_size = 7;
    assert!(matches!(run(other), Err(SupervisedError::OtherBatches(16))));
}

#[test]
fn folder_that_cannot_be_made_is_an_error_with_its_name() {
    let root = tempfile::tempdir().unwrap();
    let taken = root.path().join("taken");
    fs::write(&taken, "").unwrap();
    let error = run(training(1).keeping(&taken.join("below"), &identity("Linear"))).unwrap_err();
    assert!(error.to_string().contains("taken"), "{error}");
}
