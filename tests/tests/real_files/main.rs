//! The readers on the course's own files.
//!
//! These are not in the repository: they lie in the folder of `FIRESIDE_DATA`, or in `../shared/datasets`
//! beside the checkout. Without them the run says so and passes.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "what fails here fails the test")]
#![allow(clippy::print_stdout, reason = "the run says what it read")]

mod weights;

use std::env;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use fireside_datasets::football::Football;
use fireside_datasets::signs::Signs;
use fireside_training::rng::NumpyRng;

/// What a check claims, and the check.
type Claim = (&'static str, fn(&Path));

const CLAIMS: &[Claim] = &[
    ("football_field_is_the_same_in_both_formats", football_field_is_the_same_in_both_formats),
    (
        "signs_are_the_same_photographs_in_both_formats",
        signs_are_the_same_photographs_in_both_formats,
    ),
    ("shakespeare_net_knows_the_sonnets_as_its_file_says", weights::shakespeare),
    ("date_net_translates_the_dates_of_the_assignment", weights::dates),
    ("trigger_word_net_is_read_whole", weights::trigger_word),
    ("face_net_is_read_from_its_folder_of_csv_files", weights::face),
];

fn main() -> ExitCode {
    if env::args().any(|argument| argument == "--list") {
        println!("real_files: test");
        return ExitCode::SUCCESS;
    }
    let Some(folder) = data_folder() else {
        println!("real_files: not run: no ../shared/datasets, and FIRESIDE_DATA is not set");
        return ExitCode::SUCCESS;
    };
    let mut failed = 0;
    for (claim, check) in CLAIMS {
        let passed = panic::catch_unwind(|| check(&folder)).is_ok();
        failed += usize::from(!passed);
        println!("{claim}: {}", if passed { "ok" } else { "FAILED" });
    }
    println!("real files: {} passed, {failed} failed", CLAIMS.len() - failed);
    match failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn data_folder() -> Option<PathBuf> {
    if let Some(folder) = env::var_os("FIRESIDE_DATA") {
        return Some(folder.into()); // even if it is not there: then the run fails
    }
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/datasets");
    beside.is_dir().then_some(beside)
}

/// To the last digit.
fn football_field_is_the_same_in_both_formats(folder: &Path) {
    let field = Football::read(folder).unwrap();
    assert_eq!(field, Football::read_csv(&folder.join("planar/football.csv")).unwrap());
    assert_eq!((field.train.points.len(), field.test.points.len()), (211, 200));
    assert_eq!((field.train.points[0], field.train.labels[0]), ([-0.158986, 0.423977], 1));
    assert_eq!(field.train.labels.iter().sum::<usize>(), 106);
    assert_eq!(field.test.labels.iter().sum::<usize>(), 87);
}

/// The training file was made from the JPEG files, in an order of chance; the course's test file from
/// other compressions of the photographs, so that it matches in labels only.
fn signs_are_the_same_photographs_in_both_formats(folder: &Path) {
    let signs = Signs::read(folder).unwrap();
    let jpegs = Signs::read_jpegs(&folder.join("signs/64x64_SIGNS")).unwrap();
    for (set, of_each) in [(&signs.train, 180), (&signs.test, 20)] {
        assert_eq!((set.len(), set.image_shape()), (6 * of_each, [64, 64, 3]));
        let count = |class| set.labels().iter().filter(|&&label| label == class).count();
        assert!((0..6).all(|class| count(class) == of_each));
    }
    let order = NumpyRng::new(0).permutation(1080);
    let jpeg_train = jpegs.train.subset(&order);
    assert_eq!(signs.train.labels(), jpeg_train.labels());
    let mut difference = 0_u64;
    for index in 0..1080 {
        for (&a, &b) in signs.train.image(index).iter().zip(jpeg_train.image(index)) {
            // Decoders may differ by rounding, most where colours are spread over two pixels.
            assert!(a.abs_diff(b) <= 6, "picture {index}: {a} and {b}");
            difference += u64::from(a.abs_diff(b));
        }
    }
    let mean = difference as f64 / (1080.0 * 12288.0);
    assert!(mean < 0.3, "{mean} of 255 apart on average");
    let sorted = |labels: &[usize]| {
        let mut labels = labels.to_vec();
        labels.sort_unstable();
        labels
    };
    assert_eq!(sorted(signs.test.labels()), sorted(jpegs.test.labels()));
}
