//! What is written is read again.

use burn::tensor::{Device, Distribution, Tensor};
use fireside_weights::{Library, Limits, Options, WeightsError, load, read, write};

use crate::networks::{KerasSequence, TorchLayers};

#[test]
fn model_survives_safetensors_and_burn_s_format_bit_for_bit() {
    let device = Device::default();
    let folder = tempfile::tempdir().unwrap();
    let images = Tensor::<4>::random([2, 4, 5, 5], Distribution::Default, &device);
    for ending in ["safetensors", "bpk"] {
        let path = folder.path().join(format!("model.{ending}"));
        let trained = TorchLayers::new(&device);
        for _ in 0..2 {
            write(&trained, &path).unwrap(); // the second replaces the first
        }
        let tensors = read(&path, &Limits::default()).unwrap();
        assert_eq!(tensors.library, Library::Fireside);
        let options = Options::default();
        let (model, report) = load(TorchLayers::new(&device), &tensors, &[], &options).unwrap();
        assert_eq!((report.matched.len(), report.implied.len()), (20, 0), "{report}");
        let [ours, theirs] = [model, trained].map(|model| model.forward(images.clone()).to_data());
        assert_eq!(ours, theirs);
        let sequence = load(KerasSequence::new(&device), &tensors, &[], &options);
        assert!(matches!(sequence, Err(WeightsError::Differs(_))));
    }
}

#[test]
fn model_is_written_under_no_other_ending() {
    let model = TorchLayers::new(&Device::default());
    let error = write(&model, "model.h5".as_ref()).unwrap_err();
    let expected = "model.h5 cannot be written: its name must end in .safetensors or .bpk";
    assert_eq!(error.to_string(), expected);
}
