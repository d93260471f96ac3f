use super::*;
use crate::descent::Progress;
use crate::optimizer::OptimizerConfig;
use burn::nn::{Linear, LinearConfig};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};

const BELOW: &str = "iterations";

fn identity(model: &str) -> Identity {
    Identity::default().with("model", model).unwrap()
}

fn shelf(folder: &Path) -> Shelf {
    Shelf::new(folder, BELOW, identity("Linear 3-2"))
}

fn progress(completed: usize) -> Progress {
    let mut progress = Progress { completed, ..Progress::default() };
    progress.history.record(0, 0.1 + 0.2);
    progress
}

fn linear(inputs: usize) -> Linear {
    LinearConfig::new(inputs, 2).init(&Device::flex())
}

fn save(shelf: &mut Shelf, model: &Linear, completed: usize) {
    let bytes = model_bytes(model).unwrap();
    let place = Place { whole: completed, within: 0 };
    shelf.save(place, &progress(completed), &[(MODEL, &bytes)]).unwrap();
}

fn find(folder: &Path) -> Result<Found<Progress>, CheckpointError> {
    shelf(folder).find()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn model_and_progress_come_back_bit_for_bit() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("net");
    assert!(find(&folder).unwrap().checkpoint.is_none());
    let (saved, mut shelf) = (linear(3), shelf(&folder));
    save(&mut shelf, &saved, 40);
    save(&mut shelf, &saved, 40); // over an earlier one
    let mut found = find(&folder).unwrap().checkpoint.unwrap();
    assert_eq!((&found.progress, found.is_final), (&progress(40), false));
    let loaded = found.load_model(linear(3)).unwrap();
    assert_eq!(loaded.weight.val().into_data(), saved.weight.val().into_data());
    // The model so far has a name of its own.
    assert_eq!(fs::read(folder.join("model.bpk")).unwrap(), model_bytes(&saved).unwrap());
}

#[test]
fn last_two_moments_stay_and_nothing_of_a_killed_process() {
    let root = tempfile::tempdir().unwrap();
    let mut shelf = shelf(root.path());
    let below = root.path().join(BELOW);
    save(&mut shelf, &linear(3), 10);
    for unfinished in ["model-20.bpk.77-0.tmp", "progress.json.77-1.tmp", "model-15.bpk"] {
        fs::write(below.join(unfinished), "half").unwrap();
    }
    fs::write(below.join("thesis-1.txt"), "years of work").unwrap();
    save(&mut shelf, &linear(3), 20);
    let moments = ["model-10.bpk", "model-20.bpk", "progress-10.json", "progress-20.json"];
    let expected = [&moments[..], &["progress.json", "thesis-1.txt"]].concat();
    assert_eq!(names(&below), expected);
    let bytes = model_bytes(&linear(3)).unwrap();
    shelf.finish(Place { whole: 30, within: 0 }, &progress(30), &bytes, false).unwrap();
    assert_eq!(names(root.path()), [BELOW, "model.bpk", "progress.json"]);
    assert_eq!(names(&below), ["thesis-1.txt"]);
}

#[test]
fn finished_training_is_found_and_keeps_its_states_where_that_is_wanted() {
    for keep in [false, true] {
        let root = tempfile::tempdir().unwrap();
        let (model, mut shelf) = (linear(3), shelf(root.path()));
        save(&mut shelf, &model, 30);
        let bytes = model_bytes(&model).unwrap();
        shelf.finish(Place { whole: 30, within: 0 }, &progress(30), &bytes, keep).unwrap();
        let mut found = find(root.path()).unwrap().checkpoint.unwrap();
        assert!(found.is_final);
        let loaded = found.load_model(linear(3)).unwrap();
        assert_eq!(loaded.weight.val().into_data(), model.weight.val().into_data());
        assert_eq!(root.path().join(BELOW).exists(), keep);
        let on_the_way = shelf.find_on_the_way::<Progress>().unwrap().checkpoint;
        assert_eq!(on_the_way.is_some(), keep);
    }
}

#[test]
fn damaged_moment_is_passed_over_for_the_one_before_at_every_length() {
    let root = tempfile::tempdir().unwrap();
    let mut shelf = shelf(root.path());
    save(&mut shelf, &linear(3), 10);
    save(&mut shelf, &linear(3), 20);
    let below = root.path().join(BELOW);
    let (file, last) = (below.join("model-20.bpk"), below.join("progress.json"));
    let whole = fs::read(&file).unwrap();
    for length in (0..whole.len()).step_by(7) {
        fs::write(&file, &whole[..length]).unwrap();
        let found = find(root.path()).unwrap();
        assert_eq!(found.checkpoint.unwrap().progress.completed, 10, "{length}");
        assert_eq!(found.passed_over.len(), 1, "{:?}", found.passed_over);
        assert!(found.passed_over[0].to_string().contains("model-20.bpk"));
    }
    // As a power failure leaves files that were renamed and not yet on the disk.
    fs::write(&file, vec![0; whole.len()]).unwrap();
    assert_eq!(find(root.path()).unwrap().checkpoint.unwrap().progress.completed, 10);
    fs::write(&file, &whole).unwrap();
    for torn in ["", "{", "{}", "\0\0\0\0"] {
        fs::write(&last, torn).unwrap();
        let found = find(root.path()).unwrap();
        assert_eq!(found.checkpoint.unwrap().progress.completed, 20, "{torn:?}");
    }
    fs::remove_file(&file).unwrap();
    assert_eq!(find(root.path()).unwrap().checkpoint.unwrap().progress.completed, 10);
    fs::remove_file(below.join("model-10.bpk")).unwrap();
    let found = find(root.path()).unwrap();
    assert!(found.checkpoint.is_none() && found.passed_over.len() >= 2);
}

#[test]
fn model_of_another_moment_is_noticed() {
    let root = tempfile::tempdir().unwrap();
    let mut shelf = shelf(root.path());
    save(&mut shelf, &linear(3), 10);
    save(&mut shelf, &linear(3), 20);
    let below = root.path().join(BELOW);
    fs::copy(below.join("model-10.bpk"), below.join("model-20.bpk")).unwrap();
    assert_eq!(find(root.path()).unwrap().checkpoint.unwrap().progress.completed, 10);
}

#[test]
fn checkpoint_of_another_run_is_refused_with_what_differs() {
    let root = tempfile::tempdir().unwrap();
    let of = |model: &str, seed: u32| {
        let identity = identity(model).with("settings", &serde_json::json!({"seed": seed}));
        Shelf::new(root.path(), BELOW, identity.unwrap())
    };
    save(&mut of("Linear 3-2", 2), &linear(3), 10);
    let error = of("Linear 3-2", 1).find::<Progress>().unwrap_err();
    let sentence = error.to_string();
    let expected = "another run: settings.seed is 2 in the checkpoint and 1 in this run";
    assert!(sentence.ends_with(expected), "{sentence}");
    let error = of("Linear 4-2", 1).find::<Progress>().unwrap_err().to_string();
    assert!(error.contains("model is \"Linear 3-2\" in the checkpoint"), "{error}");
    // The same identity with other shapes is refused as well.
    let mut found = of("Linear 3-2", 2).find::<Progress>().unwrap().checkpoint.unwrap();
    assert!(matches!(found.load_model(linear(4)), Err(CheckpointError::Malformed { .. })));
}

#[test]
fn optimizers_averages_come_back_with_the_model() {
    let root = tempfile::tempdir().unwrap();
    let device = Device::flex().autodiff();
    let mut adam = OptimizerConfig::adam().init().unwrap();
    let step = |adam: &mut ModuleOptimizer, net: Linear| {
        let x = Tensor::<2>::from_data([[1.0, -2.0, 0.5]], &device);
        let gradients = GradientsParams::from_grads(net.forward(x).sum().backward(), &net);
        adam.step(0.1, net, gradients)
    };
    let net = step(&mut adam, LinearConfig::new(3, 2).init(&device));
    let (model, averages) = (model_bytes(&net).unwrap(), optimizer_bytes(&adam).unwrap());
    let files = [(MODEL, &model[..]), (OPTIMIZER, &averages)];
    shelf(root.path()).save(Place::default(), &progress(0), &files).unwrap();

    let mut found = find(root.path()).unwrap().checkpoint.unwrap();
    let fresh = OptimizerConfig::adam().init().unwrap();
    let mut loaded = found.load_optimizer(fresh).unwrap();
    let same = found.load_model(LinearConfig::new(3, 2).init(&device)).unwrap();
    let (on, after) = (step(&mut adam, net), step(&mut loaded, same));
    assert_eq!(on.weight.val().into_data(), after.weight.val().into_data());

    save(&mut shelf(root.path()), &linear(3), 1);
    let mut found = find(root.path()).unwrap().checkpoint.unwrap();
    let fresh = OptimizerConfig::adam().init().unwrap();
    let error = found.load_optimizer(fresh).err().unwrap().to_string();
    assert!(error.contains("saved without its optimizer"), "{error}");
}

#[test]
fn checkpoint_of_another_format_is_refused_with_its_number() {
    let root = tempfile::tempdir().unwrap();
    let mut shelf = shelf(root.path());
    let bytes = model_bytes(&linear(3)).unwrap();
    shelf.finish(Place::default(), &progress(0), &bytes, false).unwrap();
    let file = root.path().join("progress.json");
    let text = fs::read_to_string(&file).unwrap();
    // The first format did not say which it was.
    for (format, number) in [("\"format\": 2,", 2), ("\"format\": 4,", 4), ("\"model\": \"a\",", 1)]
    {
        fs::write(&file, text.replace("\"format\": 3,", format)).unwrap();
        let error = find(root.path()).unwrap_err().to_string();
        let expected = format!("is of format {number}, not 3: begin the run anew");
        assert!(error.ends_with(&expected), "{error}");
    }
}

#[test]
fn file_outside_the_folder_is_not_read() {
    let root = tempfile::tempdir().unwrap();
    save(&mut shelf(root.path()), &linear(3), 10);
    let below = root.path().join(BELOW);
    fs::remove_file(below.join("progress-10.json")).unwrap();
    let last = below.join("progress.json");
    let text = fs::read_to_string(&last).unwrap();
    fs::write(&last, text.replace("model-10.bpk", "../model.bpk")).unwrap();
    let found = find(root.path()).unwrap();
    assert!(found.checkpoint.is_none());
    assert!(found.passed_over[0].to_string().contains("no file of its folder"));
}

#[test]
fn folder_that_cannot_be_made_is_an_error_with_its_name() {
    let root = tempfile::tempdir().unwrap();
    let taken = root.path().join("taken");
    fs::write(&taken, "").unwrap();
    let bytes = model_bytes(&linear(3)).unwrap();
    let error =
        shelf(&taken.join("below")).save(Place::default(), &progress(0), &[(MODEL, &bytes)]);
    assert!(error.unwrap_err().to_string().contains("taken"));
}
