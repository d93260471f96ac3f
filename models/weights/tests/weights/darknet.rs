//! Networks of Darknet: the numbers of a `.weights` file under the names that its `.cfg` gives them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::tensor::Device;
use fireside_weights::darknet::{self, Kind, Network};
use fireside_weights::{Library, Limits, Tensors, WeightsError, load_file, read};
use tempfile::TempDir;

use crate::hostile::{forget_peak_memory, peak_memory_kib};

/// A body of one convolution, a passthrough by two routes and a reorganisation, and a head: YOLOv2 in small.
pub const CFG: &str = "\
[net]
# Testing
batch=1
width = 12
height=8 ; rows
channels=3

[convolutional]
batch_normalize=1
filters=4
size=3
stride=1
pad=1
activation=leaky

[maxpool]
size=2
stride=2

[convolutional]
batch_normalize=1
filters=2
size=3
pad=1
activation=leaky

[route]
layers=-3

[reorg]
stride=2

[route]
layers=-1, -3

[convolutional]
filters=14
size=1
stride=1
activation=linear

[region]
anchors = 0.5,0.75, 1.5,2.25,
classes=2
num=2
";

/// Numbers of the network above: each convolution with what is beside its kernel.
pub const NUMBERS: usize = (4 * 4 + 4 * 3 * 9) + (4 * 2 + 2 * 4 * 9) + (14 + 14 * 18);

/// A `.weights` file of these numbers, with the header of version 0.2 or of the one before.
pub fn weights(numbers: usize, header: usize) -> Vec<u8> {
    let minor = if header == 20 { 2_i32 } else { 1 };
    let mut contents: Vec<u8> = [0, minor, 0].into_iter().flat_map(i32::to_le_bytes).collect();
    contents.resize(header, 0);
    contents.extend((0..numbers).flat_map(|number| (number as f32 + 0.5).to_le_bytes()));
    contents
}

/// The two files in a folder of their own.
fn files(cfg: &str, weights: &[u8]) -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (weights_path, cfg_path) =
        (folder.path().join("small.weights"), folder.path().join("small.cfg"));
    fs::write(&weights_path, weights).unwrap();
    fs::write(&cfg_path, cfg).unwrap();
    (folder, weights_path, cfg_path)
}

fn read_both(cfg: &str, weights: &[u8]) -> Result<Tensors, WeightsError> {
    let (_folder, path, _) = files(cfg, weights);
    read(&path, &Limits::default())
}

fn network(cfg: &str) -> Result<Network, WeightsError> {
    let (_folder, _, path) = files(cfg, &[]);
    Network::read(&path)
}

/// Where and why a description is refused.
fn refusal(cfg: &str) -> (usize, String) {
    match network(cfg).unwrap_err() {
        WeightsError::Cfg { line, reason, .. } => (line, reason),
        other => panic!("{other}"),
    }
}

#[test]
fn numbers_are_bias_scale_mean_variance_and_kernel_of_each_convolution() {
    for header in [16, 20] {
        let tensors = read_both(CFG, &weights(NUMBERS, header)).unwrap();
        assert_eq!(tensors.library, Library::PyTorch);
        let mut next = 0;
        let expected: [(&str, &[usize]); 12] = [
            ("bn_1.bias", &[4]),
            ("bn_1.weight", &[4]),
            ("bn_1.running_mean", &[4]),
            ("bn_1.running_var", &[4]),
            ("conv_1.weight", &[4, 3, 3, 3]),
            ("bn_2.bias", &[2]),
            ("bn_2.weight", &[2]),
            ("bn_2.running_mean", &[2]),
            ("bn_2.running_var", &[2]),
            ("conv_2.weight", &[2, 4, 3, 3]),
            ("conv_3.bias", &[14]),
            ("conv_3.weight", &[14, 18, 1, 1]),
        ];
        for (array, (name, shape)) in tensors.arrays.iter().zip(expected) {
            assert_eq!((array.name.as_str(), array.shape.as_slice()), (name, shape));
            let count: usize = shape.iter().product();
            let numbers = (next..next + count).map(|number| number as f64 + 0.5);
            assert_eq!(
                array.values.to_f64(),
                numbers.collect::<Vec<_>>(),
                "{name}, header {header}"
            );
            next += count;
        }
        assert_eq!((next, tensors.arrays.len()), (NUMBERS, 12));
    }
}

#[test]
fn file_without_a_header_is_told_by_its_length() {
    let whole = weights(NUMBERS, 20);
    let bare = read_both(CFG, &whole[20..]).unwrap();
    assert_eq!(bare, read_both(CFG, &whole).unwrap());
    let error = read_both(CFG, &whole[20..whole.len() - 4]).unwrap_err();
    assert!(error.to_string().ends_with("; it has no header"), "{error}");
}

#[derive(Module, Debug)]
struct Small {
    first: Conv2d,
    first_norm: BatchNorm,
    second: Conv2d,
    second_norm: BatchNorm,
    head: Conv2d,
}

impl Small {
    fn new(device: &Device) -> Self {
        let conv = |inputs, filters, size| Conv2dConfig::new([inputs, filters], [size, size]);
        Self {
            first: conv(3, 4, 3).with_bias(false).init(device),
            first_norm: BatchNormConfig::new(4).init(device),
            second: conv(4, 2, 3).with_bias(false).init(device),
            second_norm: BatchNormConfig::new(2).init(device),
            head: conv(18, 14, 1).init(device),
        }
    }
}

const RENAMES: [(&str, &str); 5] = [
    ("first", "conv_1"),
    ("first_norm", "bn_1"),
    ("second", "conv_2"),
    ("second_norm", "bn_2"),
    ("head", "conv_3"),
];

#[test]
fn weights_go_into_a_model_when_the_description_lies_beside_them() {
    let (_folder, path, cfg) = files(CFG, &weights(NUMBERS, 20));
    let device = Device::default();
    let model = load_file(Small::new(&device), &path, &RENAMES).unwrap();
    let values = |data: burn::tensor::TensorData| data.try_into_vec::<f32>().unwrap();
    assert_eq!(values(model.first_norm.beta.to_data()), [0.5, 1.5, 2.5, 3.5]);
    assert_eq!(values(model.first_norm.gamma.to_data()), [4.5, 5.5, 6.5, 7.5]);
    assert_eq!(values(model.first.weight.to_data())[..2], [16.5, 17.5]);
    fs::remove_file(&cfg).unwrap();
    let error = load_file(Small::new(&device), &path, &RENAMES).unwrap_err();
    assert!(matches!(&error, WeightsError::NoCfg { cfg: wanted, .. } if *wanted == cfg), "{error}");
}

#[test]
fn description_tells_sizes_routes_and_anchors() {
    let network = network(CFG).unwrap();
    assert_eq!(network.input, [3, 8, 12]);
    let outputs: Vec<[usize; 3]> = network.layers.iter().map(|layer| layer.output).collect();
    let expected = [[4, 8, 12], [4, 4, 6], [2, 4, 6], [4, 8, 12], [16, 4, 6], [18, 4, 6]];
    assert_eq!(outputs[..6], expected);
    assert_eq!(network.layers[3].kind, Kind::Route(vec![0]));
    assert_eq!(network.layers[5].kind, Kind::Route(vec![4, 2]));
    let region = network.region().unwrap();
    assert_eq!((region.classes, region.anchors.as_slice()), (2, &[[0.5, 0.75], [1.5, 2.25]][..]));
    let lines: Vec<usize> = network.convolutions().map(|(_, line)| line).collect();
    assert_eq!(lines, [8, 20, 36]);
}

#[test]
fn description_is_the_same_with_other_line_ends_marks_and_blanks() {
    let expected = network(CFG).unwrap();
    assert_eq!(network(&CFG.replace('\n', "\r\n")).unwrap(), expected);
    assert_eq!(network(&format!("\u{feff}{CFG}")).unwrap(), expected);
    assert_eq!(network(&CFG.replace('=', "\t = ")).unwrap(), expected);
    assert_eq!(network(&CFG.replace("[net]", "[network]")).unwrap(), expected);
}

/// The published networks, by their sums of numbers.
#[test]
fn networks_of_yolo_have_the_numbers_of_their_published_files() {
    let conv = |filters: usize, size: usize| {
        format!(
            "[convolutional]\nbatch_normalize=1\nfilters={filters}\nsize={size}\npad=1\nactivation=leaky\n"
        )
    };
    let pool = "[maxpool]\nsize=2\nstride=2\n".to_string();
    let head = |filters: usize, classes: usize| {
        format!(
            "[convolutional]\nfilters={filters}\nsize=1\nactivation=linear\n[region]\nnum=5\n\
             anchors=1,1,2,2,3,3,4,4,5,5\nclasses={classes}\n"
        )
    };
    let net = "[net]\nwidth=608\nheight=608\nchannels=3\n".to_string();
    let three = |wide: usize| [conv(wide, 3), conv(wide / 2, 1), conv(wide, 3)].concat();
    let five = |wide: usize| [three(wide), conv(wide / 2, 1), conv(wide, 3)].concat();
    let body = [
        [net.clone(), conv(32, 3), pool.clone(), conv(64, 3), pool.clone()].concat(),
        [three(128), pool.clone(), three(256), pool.clone()].concat(),
        [five(512), pool.clone(), five(1024), conv(1024, 3), conv(1024, 3)].concat(),
    ]
    .concat();
    let passthrough =
        ["[route]\nlayers=-9\n", &conv(64, 1), "[reorg]\nstride=2\n", "[route]\nlayers=-1,-4\n"];
    let first = "[route]\nlayers=-9\n[reorg]\nstride=2\n[route]\nlayers=-1,-3\n";
    let tiny = |last: usize, filters, classes| {
        let six = [16, 32, 64, 128, 256].map(|wide| conv(wide, 3) + &pool).concat();
        let rest =
            [conv(512, 3), "[maxpool]\nsize=2\nstride=1\n".into(), conv(1024, 3), conv(last, 3)];
        [net.clone(), six, rest.concat(), head(filters, classes)].concat()
    };
    let cases = [
        ([body.clone(), passthrough.concat(), conv(1024, 3), head(425, 80)].concat(), 50_983_561),
        ([body.clone(), first.into(), conv(1024, 3), head(425, 80)].concat(), 67_465_609),
        ([body, passthrough.concat(), conv(1024, 3), head(125, 20)].concat(), 50_676_061),
        (tiny(1024, 125, 20), 15_867_885),
        (tiny(512, 425, 80), 11_237_145),
    ];
    for (cfg, expected) in cases {
        let network = network(&cfg).unwrap();
        let numbers = network.convolutions().map(|(convolution, _)| convolution.numbers().unwrap());
        assert_eq!(numbers.sum::<u64>(), expected);
        assert_eq!(network.layers.last().unwrap().output[1..], [19, 19]);
    }
}

#[test]
fn other_number_of_numbers_is_an_error_with_both_and_the_place_where_the_file_ends() {
    let sentence = |numbers: usize| read_both(CFG, &weights(numbers, 20)).unwrap_err().to_string();
    let cut = sentence(129);
    assert!(cut.contains("small.weights holds 129 numbers, and "), "{cut}");
    assert!(cut.contains(&format!("small.cfg asks for {NUMBERS}: ")), "{cut}");
    assert!(cut.ends_with("it ends in bn_2.running_mean, of the section in line 20"), "{cut}");
    let more = sentence(NUMBERS + 7);
    assert!(more.ends_with("7 numbers are left over"), "{more}");
    let mut odd = weights(NUMBERS, 20);
    odd.push(0);
    let error = read_both(CFG, &odd).unwrap_err();
    assert!(error.to_string().ends_with("1 bytes are left over"), "{error}");
    assert!(matches!(error, WeightsError::Count { held: 470, asked: 470, .. }), "{error}");
}

#[test]
fn header_of_another_version_than_it_says_is_an_error_that_tells_it() {
    let mut contents = weights(NUMBERS, 20);
    contents[4] = 1; // version 0.1, whose header has 16 bytes
    let error = read_both(CFG, &contents).unwrap_err().to_string();
    assert!(
        error.ends_with("with a header of 20 bytes it would fit, and that of version 0.1 has 16"),
        "{error}"
    );
}

#[test]
fn file_that_ends_in_its_header_is_an_error() {
    for length in [0, 3, 15] {
        let error = read_both(CFG, &weights(NUMBERS, 16)[..length]).unwrap_err().to_string();
        assert!(
            error.ends_with(&format!("it ends in its header: of 16 bytes it has {length}")),
            "{error}"
        );
    }
}

#[test]
fn known_networks_are_named_by_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.weights");
    fs::write(folder.path().join("small.cfg"), CFG).unwrap();
    for (numbers, name) in
        [(50_983_561, "YOLOv2 for COCO"), (67_465_609, "the first YOLOv2 for COCO")]
    {
        fs::write(&path, weights(0, 20)).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_len(20 + 4 * numbers).unwrap(); // a hole, which takes no room
        let error = read(&path, &Limits::default()).unwrap_err().to_string();
        assert!(error.contains(&format!("holds {numbers} numbers ({name}")), "{error}");
    }
}

/// Of the length of the published file.
#[test]
#[ignore = "alone: other tests take memory too"]
fn large_file_is_in_memory_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("yolov2.weights");
    let filters = (50_983_561 - 3) / (3 * 9 + 4); // one convolution of as many numbers
    let cfg = "[net]\nwidth=608\nheight=608\nchannels=3\n[convolutional]\nbatch_normalize=1\nsize=3\npad=1\n\
               activation=leaky\n";
    fs::write(path.with_extension("cfg"), format!("{cfg}filters={filters}\n")).unwrap();
    fs::write(&path, weights(filters * 31, 20)).unwrap();
    assert_is_held_once(&path);
}

/// Reads a large file whose numbers are f32, and compares what memory it takes.
pub fn assert_is_held_once(path: &Path) {
    forget_peak_memory();
    let (before, begin) = (peak_memory_kib().unwrap(), Instant::now());
    let tensors = read(path, &Limits::default()).unwrap();
    let took = begin.elapsed();
    let kib =
        tensors.arrays.iter().map(|array| array.values.len()).sum::<usize>() as u64 * 4 / 1024;
    let more = peak_memory_kib().unwrap().saturating_sub(before);
    println!("{kib} KiB of numbers in {took:?}, and {more} KiB more at the most");
    assert!(more < kib + kib / 50, "the numbers once, and 2 % beside");
}

#[test]
fn weights_and_description_in_each_other_s_place_are_told() {
    let (_folder, path, cfg) = files(CFG, &weights(NUMBERS, 20));
    let error = darknet::read(&cfg, &path, &Limits::default()).unwrap_err().to_string();
    assert!(
        error.contains("small.weights is not a whole Darknet .cfg file: it is no text"),
        "{error}"
    );
    let error = darknet::read(&cfg, &cfg, &Limits::default()).unwrap_err().to_string();
    assert!(error.contains("small.cfg is not a whole Darknet file: it is a text"), "{error}");
}

#[test]
fn two_gigabytes_promised_in_a_kilobyte_take_no_memory() {
    let wide = CFG.replace("filters=4", "filters=10000000");
    let error = read_both(&wide, &weights(NUMBERS, 20)).unwrap_err();
    assert!(matches!(error, WeightsError::Count { held: 470, .. }), "{error}");
    let endless =
        CFG.replace("filters=4", "filters=1000000000").replace("size=3", "size=999999999");
    let endless =
        endless.replace("width = 12", "width=4000000000").replace("height=8", "height=4000000000");
    let error = read_both(&endless, &weights(NUMBERS, 20)).unwrap_err();
    assert!(matches!(error, WeightsError::Count { asked: u64::MAX, .. }), "{error}");
}

#[test]
fn what_is_not_supported_is_refused_with_its_line() {
    let change = |from: &str, to: &str| refusal(&CFG.replacen(from, to, 1));
    assert_eq!(change("[maxpool]", "[upsample]").0, 16);
    let (line, reason) = change("activation=leaky", "activation=mish");
    assert_eq!(
        (line, reason.as_str()),
        (14, "activation=mish is not supported: leaky or linear is")
    );
    let (line, reason) = change("activation=leaky\n", "\n"); // Darknet's own default
    assert_eq!(
        (line, reason.as_str()),
        (8, "activation=logistic is not supported: leaky or linear is")
    );
    assert_eq!(change("[reorg]\n", "[reorg]\nreverse=1\n").0, 31);
}

#[test]
fn settings_without_sense_are_refused_with_their_line() {
    for (from, to, line) in [
        ("filters=4", "filters=0", 10),
        ("filters=4", "filters=-1", 10),
        ("filters=4", "filters=four", 10),
        ("filters=4", "filters=99999999999999999999", 10),
        ("filters=4", "filters", 10),
        ("size=3\nstride=1\npad=1", "size=99\nstride=1", 8),
        ("channels=3", "channels=0", 6),
        ("channels=3", "", 1),
        ("width = 12", "width = 11", 30), // not in halves
        ("[net]\n", "\n", 3),             // a setting before the first section
        ("[net]", "[convolutional]", 1),
        ("[net]", "[net", 1),
        ("layers=-3", "layers=3", 28),    // itself
        ("layers=-3", "layers=0, 4", 28), // a later one
        ("layers=-3", "layers=-4", 28),
        ("layers=-3", "layers=-9223372036854775808", 28),
        ("layers=-3", "layers=", 28),
        ("layers=-3", "", 27),
        ("layers=-1, -3", "layers=-1,-2", 34), // of other sizes
        ("0.5,0.75,", "0.5,", 43),
        ("0.5,0.75", "0,0.75", 43),
        ("0.5,0.75", "-1,0.75", 43),
        ("0.5,0.75", "nan,0.75", 43),
        ("classes=2", "classes=3", 42),
        ("num=2", "num=1", 43),
    ] {
        let (found, reason) = refusal(&CFG.replacen(from, to, 1));
        assert!(!reason.is_empty());
        assert_eq!(found, line, "{to}: {reason}");
    }
    assert_eq!(refusal("").0, 1);
    let (_, reason) = refusal(&CFG.replacen("classes=2", "classes=3", 1));
    assert_eq!(reason, "num=2 and classes=3 want num * (classes + 5) channels, and 14 come");
}
