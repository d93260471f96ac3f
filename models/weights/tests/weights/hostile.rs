//! Files that are damaged, or made to do damage.

use std::fs;
use std::io::Write as _;
use std::panic;
use std::path::Path;

use burn::nn::LinearConfig;
use burn::tensor::Device;
use fireside_numpy_rng::NumpyRng;
use fireside_weights::{Limits, Tensors, WeightsError, read, write};
use zip::write::SimpleFileOptions;

use crate::{fixture, fixture_tensors};

/// Mutations of each file.
const MUTATIONS: usize = 3000;

/// Nothing here needs more; what declares it is refused.
const LIMITS: Limits = Limits { file_bytes: 16 << 20, value_bytes: 64 << 20, arrays: 1000 };

const FILES: [&str; 11] = [
    "keras_layers.h5",
    "keras_layers.weights.h5",
    "keras_layers.keras",
    "keras_sequence.h5",
    "torch_layers.pth",
    "torch_layers_2019.pth",
    "torch_layers_checkpoint.pt",
    "torch_layers.safetensors",
    "torch_layers.npz",
    "columns_first.npy",
    "openface/stem_w.csv",
];

fn read_as(name: &str, contents: &[u8]) -> Result<Tensors, WeightsError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, contents).unwrap();
    read(&path, &LIMITS)
}

pub fn mutate(contents: &mut Vec<u8>, rng: &mut NumpyRng) {
    let mut below = |limit: usize| rng.randint(0, limit.max(1) as i64).unwrap() as usize;
    for _ in 0..1 + below(7) {
        let place = below(contents.len());
        match (below(10), contents.get_mut(place)) {
            (0, _) => contents.truncate(place),
            (1..=3, Some(byte)) => *byte = below(256) as u8,
            (_, Some(byte)) => *byte ^= 1 << below(8),
            (_, None) => (), // nothing is left
        }
    }
}

fn mutated_files_do_no_harm(name: &str, whole: &[u8], rng: &mut NumpyRng) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(Path::new(name).file_name().unwrap());
    for number in 0..MUTATIONS {
        let mut contents = whole.to_vec();
        mutate(&mut contents, rng);
        fs::write(&path, contents).unwrap();
        let outcome = panic::catch_unwind(|| read(&path, &LIMITS));
        match outcome {
            Err(_) => panic!("the reader panicked on mutation {number} of {name}"),
            Ok(Ok(tensors)) => {
                for array in tensors.arrays {
                    assert_eq!(array.values.len(), array.shape.iter().product::<usize>());
                }
            }
            Ok(Err(error)) => assert!(!error.to_string().is_empty()),
        }
    }
}

#[test]
fn mutated_files_give_an_error_or_arrays_but_never_a_panic_nor_much_memory() {
    let rng = &mut NumpyRng::new(3);
    for name in FILES {
        mutated_files_do_no_harm(name, &fs::read(fixture(name)).unwrap(), rng);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.bpk");
    write(&LinearConfig::new(5, 7).init(&Device::default()), &path).unwrap();
    mutated_files_do_no_harm("model.bpk", &fs::read(&path).unwrap(), rng);
    if let Some(peak) = peak_memory_kib() {
        assert!(peak < 400 * 1024, "{peak} KiB at the most");
    }
}

/// The most memory that this process ever held, where the system tells.
pub fn peak_memory_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// From now on [`peak_memory_kib`] tells the most memory after this, where the system can.
pub fn forget_peak_memory() {
    fs::write("/proc/self/clear_refs", "5").unwrap_or_default();
}

#[test]
fn truncated_files_are_errors() {
    for name in FILES {
        let whole = fs::read(fixture(name)).unwrap();
        let file = Path::new(name).file_name().unwrap().to_str().unwrap();
        let complete = fixture_tensors(name);
        for twelfths in 0..12 {
            let length = whole.len() * twelfths / 12;
            // Half of a CSV line is a CSV line, of fewer numbers.
            match read_as(file, &whole[..length]) {
                Ok(tensors) => {
                    assert!(name.ends_with(".csv") && tensors != complete, "{name}: {length}")
                }
                Err(error) => assert!(error.to_string().contains(file), "{error}"),
            }
        }
    }
}

/// What `pickle.dumps` writes for an object whose `__reduce__` is `(os.system, ("touch FILE",))`.
fn system_call(marker: &Path) -> Vec<u8> {
    let mut pickle = b"\x80\x02cposix\nsystem\nX".to_vec();
    let command = format!("touch {}", marker.display());
    pickle.extend((command.len() as u32).to_le_bytes());
    pickle.extend(command.as_bytes());
    pickle.extend(b"\x85R");
    pickle
}

#[test]
fn pickle_that_calls_the_system_is_an_error_and_calls_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let marker = folder.path().join("called");
    let call = system_call(&marker);
    let mut alone = call.clone();
    alone.push(b'.');
    let mut among_weights = b"\x80\x02}X\x01\x00\x00\x00w".to_vec(); // {"w": os.system(..)}
    among_weights.extend(&call[2..]);
    among_weights.extend(b"s.");
    for pickle in [&alone, &among_weights] {
        for contents in [pickle.clone(), zipped("model/data.pkl", pickle)] {
            let error = read_as("model.pt", &contents).unwrap_err();
            assert!(matches!(error, WeightsError::Code { .. }), "{error}");
            assert!(error.to_string().contains("model.pt calls posix.system: "), "{error}");
        }
    }
    assert!(!marker.exists());
}

fn zipped(entry: &str, contents: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    zip.start_file(entry, options).unwrap();
    zip.write_all(contents).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn deeply_nested_pickle_is_an_error() {
    for depth in [2_000, 1_000_000] {
        let mut pickle = b"\x80\x02".to_vec();
        pickle.extend(vec![b']'; depth]);
        pickle.extend(vec![b'a'; depth - 1]);
        pickle.push(b'.');
        let error = read_as("model.pt", &pickle).unwrap_err();
        assert!(matches!(error, WeightsError::Malformed { .. }), "{error}");
    }
}

fn npy(shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut contents = b"\x93NUMPY\x01\x00".to_vec();
    contents.extend((header.len() as u16).to_le_bytes());
    contents.extend(header.as_bytes());
    contents.extend(data);
    contents
}

#[test]
fn numpy_array_of_2_to_the_60_numbers_is_refused() {
    for shape in ["(1152921504606846976,)", "(1073741824, 1073741824)", "(4294967296, 4294967296)"]
    {
        let error = read_as("bomb.npy", &npy(shape, &[0; 64])).unwrap_err();
        assert!(matches!(error, WeightsError::TooLarge { .. }), "{error}");
    }
    // No more than the data fill, even if the limit would allow it.
    let error = read_as("bomb.npy", &npy("(1000,)", &[0; 64])).unwrap_err();
    assert!(matches!(error, WeightsError::Malformed { .. }), "{error}");
    let error = read_as("bomb.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff{").unwrap_err();
    assert!(matches!(error, WeightsError::Malformed { .. }), "{error}");
}

#[test]
fn zip_bomb_is_refused() {
    let zeros = vec![0; 100 << 20];
    let bomb = zipped("weights.npy", &zeros);
    assert!(bomb.len() < 200 << 10);
    let error = read_as("bomb.npz", &bomb).unwrap_err();
    assert!(matches!(error, WeightsError::TooLarge { .. }), "{error}");
}

/// A data set of 2 by 2 numbers that says to have 2^60 by 2.
#[test]
fn hdf5_bomb_is_refused() {
    let mut contents = fs::read(fixture("keras_layers.h5")).unwrap();
    let shape: Vec<u8> = [3_u64, 3, 3, 4].into_iter().flat_map(u64::to_le_bytes).collect();
    let places: Vec<usize> = contents
        .windows(shape.len())
        .enumerate()
        .filter_map(|(place, bytes)| (bytes == shape).then_some(place))
        .collect();
    assert!(!places.is_empty());
    for place in places {
        contents[place..place + 8].copy_from_slice(&(1_u64 << 60).to_le_bytes());
    }
    let error = read_as("bomb.h5", &contents).unwrap_err();
    assert!(matches!(error, WeightsError::TooLarge { .. }), "{error}");
}

#[test]
fn csv_with_ragged_lines_or_words_says_where() {
    let sentence = |contents: &str| read_as("w.csv", contents.as_bytes()).unwrap_err().to_string();
    assert!(sentence("1,2,3\n4,5\n").contains("w.csv is not a whole CSV file: "), "ragged");
    assert!(sentence("1,2\n3,four\n").ends_with("line 2, field 2 is \"four\", no number"));
    assert!(sentence("").ends_with("it is empty"));
}

#[test]
fn limits_are_kept_for_files_arrays_and_bytes() {
    let path = fixture("torch_layers.pth");
    let small = Limits { file_bytes: 1000, ..Limits::default() };
    assert!(matches!(read(&path, &small), Err(WeightsError::TooLarge { .. })));
    let few = Limits { arrays: 3, ..Limits::default() };
    assert!(matches!(read(&path, &few), Err(WeightsError::TooMany { .. })));
    let narrow = Limits { value_bytes: 2000, ..Limits::default() };
    let error = read(&path, &narrow).unwrap_err();
    assert!(error.to_string().starts_with("fc.0.weight [5, 196] of "), "{error}");
}

#[test]
fn files_of_no_known_kind_and_empty_folders_name_what_is_wanted() {
    for (name, contents) in [("weights", &b"hello"[..]), ("notes.txt", b"notes")] {
        let error = read_as(name, contents).unwrap_err();
        assert!(matches!(error, WeightsError::UnknownFormat { .. }), "{error}");
    }
    let error = read_as("words.h5", b"not found").unwrap_err();
    assert!(error.to_string().contains("words.h5 is not a whole HDF5 file"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let error = read(folder.path(), &LIMITS).unwrap_err();
    assert!(error.to_string().contains("is of no known format"), "{error}");
    let error = read(&folder.path().join("absent.h5"), &LIMITS).unwrap_err();
    assert!(matches!(error, WeightsError::Unreadable { .. }), "{error}");
}
