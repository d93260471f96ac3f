use super::*;
use crate::optimizer::OptimizerConfig;
use burn::nn::{Linear, LinearConfig};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};

fn progress(model: &str) -> Progress {
    let mut history = History::default();
    history.record(0, 0.1 + 0.2);
    Progress { model: model.to_string(), completed: 40, history }
}

fn linear(inputs: usize) -> Linear {
    LinearConfig::new(inputs, 2).init(&Device::flex())
}

#[test]
fn model_and_progress_come_back_bit_for_bit() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("net");
    let saved = linear(3);
    save(&folder, &saved, None, &progress("Linear 3-2")).unwrap();
    save(&folder, &saved, None, &progress("Linear 3-2")).unwrap(); // over an earlier one
    let (loaded, read) = load(&folder, linear(3), "Linear 3-2").unwrap();
    assert_eq!(read, progress("Linear 3-2"));
    assert_eq!(loaded.weight.val().into_data(), saved.weight.val().into_data());
}

#[test]
fn saving_leaves_other_files_of_the_folder_alone() {
    let root = tempfile::tempdir().unwrap();
    let mine = root.path().join("thesis.txt");
    fs::write(&mine, "years of work").unwrap();
    save(root.path(), &linear(3), None, &progress("Linear 3-2")).unwrap();
    assert_eq!(fs::read_to_string(&mine).unwrap(), "years of work");
}

#[test]
fn model_of_another_moment_is_noticed() {
    let root = tempfile::tempdir().unwrap();
    let [early, late] = ["early", "late"].map(|name| root.path().join(name));
    save(&early, &linear(3), None, &progress("Linear 3-2")).unwrap();
    save(&late, &linear(3), None, &progress("Linear 3-2")).unwrap();
    fs::copy(early.join(MODEL_FILE), late.join(MODEL_FILE)).unwrap();
    assert!(matches!(load(&late, linear(3), "Linear 3-2"), Err(CheckpointError::Malformed { .. })));
}

#[test]
fn checkpoint_of_another_model_names_both() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("net");
    save(&folder, &linear(3), None, &progress("Linear 3-2")).unwrap();
    let error = load(&folder, linear(4), "Linear 4-2").unwrap_err();
    let sentence = error.to_string();
    assert!(sentence.ends_with("holds Linear 3-2, not Linear 4-2"), "{sentence}");
    // The same name with other shapes is refused as well.
    assert!(matches!(
        load(&folder, linear(4), "Linear 3-2"),
        Err(CheckpointError::Malformed { .. })
    ));
}

#[test]
fn truncated_model_file_is_an_error_at_every_length() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("net");
    save(&folder, &linear(3), None, &progress("Linear 3-2")).unwrap();
    let file = folder.join(MODEL_FILE);
    let whole = fs::read(&file).unwrap();
    for length in 0..whole.len() {
        fs::write(&file, &whole[..length]).unwrap();
        assert!(load(&folder, linear(3), "Linear 3-2").is_err(), "{length}");
    }
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
    save(root.path(), &net, Some(&adam), &progress("Linear 3-2")).unwrap();

    let fresh = OptimizerConfig::adam().init().unwrap();
    let mut loaded = load_optimizer(root.path(), fresh, "Linear 3-2").unwrap();
    let (same, _) = load(root.path(), LinearConfig::new(3, 2).init(&device), "Linear 3-2").unwrap();
    let (on, after) = (step(&mut adam, net), step(&mut loaded, same));
    assert_eq!(on.weight.val().into_data(), after.weight.val().into_data());

    save(root.path(), &on, None, &progress("Linear 3-2")).unwrap();
    let fresh = OptimizerConfig::adam().init().unwrap();
    let error = load_optimizer(root.path(), fresh, "Linear 3-2").err().unwrap();
    assert!(error.to_string().contains("without an optimiser"), "{error}");
}

/// As it was written before SHA-256: no format, and numbers for checksums.
#[test]
fn checkpoint_of_format_1_is_read_and_checked() {
    let root = tempfile::tempdir().unwrap();
    let saved = linear(3);
    save(root.path(), &saved, None, &progress("Linear 3-2")).unwrap();
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let model = fs::read(root.path().join(MODEL_FILE)).unwrap();
    let checksum = model.into_iter().fold(0xcbf2_9ce4_8422_2325, step);
    let written = |checksum: u64| {
        let history = serde_json::to_string(&progress("").history).unwrap();
        let text = format!(
            r#"{{"model": "Linear 3-2", "completed": 40, "history": {history},
                "model_checksum": {checksum}, "optimizer_checksum": null}}"#
        );
        fs::write(root.path().join(PROGRESS_FILE), text).unwrap();
    };
    written(checksum);
    let (loaded, read) = load(root.path(), linear(3), "Linear 3-2").unwrap();
    assert_eq!(read, progress("Linear 3-2"));
    assert_eq!(loaded.weight.val().into_data(), saved.weight.val().into_data());
    written(checksum ^ 1);
    let error = load(root.path(), linear(3), "Linear 3-2").unwrap_err().to_string();
    assert!(error.contains("model.bpk"), "{error}");
}

#[test]
fn checkpoint_of_a_later_format_is_refused_with_its_number() {
    let root = tempfile::tempdir().unwrap();
    save(root.path(), &linear(3), None, &progress("Linear 3-2")).unwrap();
    let file = root.path().join(PROGRESS_FILE);
    let text = fs::read_to_string(&file).unwrap().replace("\"format\": 2", "\"format\": 3");
    fs::write(&file, text).unwrap();
    let error = load(root.path(), linear(3), "Linear 3-2").unwrap_err().to_string();
    assert!(error.ends_with("it is of format 3, later than 2"), "{error}");
}

#[test]
fn missing_checkpoint_names_the_file() {
    let root = tempfile::tempdir().unwrap();
    let error = load(&root.path().join("none"), linear(3), "Linear 3-2").unwrap_err();
    assert!(error.to_string().contains("progress.json"), "{error}");
}
