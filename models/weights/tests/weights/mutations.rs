//! Mutated files of the formats of detectors: an error or arrays, and never a panic nor much memory.
//!
//! Of each 3,000 are tried, or as many as `FIRESIDE_MUTATIONS` says.

use std::fs;
use std::panic;
use std::path::Path;

use fireside_numpy_rng::NumpyRng;
use fireside_weights::{Limits, read};

use crate::bundle_writer::{Variable, block, masked_crc, pairs, seal, table, write};
use crate::hostile::{forget_peak_memory, mutate, peak_memory_kib};
use crate::{darknet, tfjs};

/// Nothing here needs more; what declares it is refused.
const LIMITS: Limits = Limits { file_bytes: 1 << 20, value_bytes: 1 << 20, arrays: 1000 };

/// What the files of the readers take of memory, times their length, besides what is not of their making: the numbers
/// four times (a byte becomes an f32), names 64 times those of an index.
const MAX_EXPANSION: u64 = 64;

fn mutations() -> usize {
    std::env::var("FIRESIDE_MUTATIONS").map_or(3000, |count| count.parse().unwrap())
}

/// Reads `path` after each change of `mutated`, whose contents lie there.
fn do_no_harm(
    path: &Path,
    mutated: &Path,
    seed: u32,
    change: impl Fn(&mut Vec<u8>, &mut NumpyRng),
) {
    let whole = fs::read(mutated).unwrap();
    forget_peak_memory();
    let before = peak_memory_kib();
    let rng = &mut NumpyRng::new(seed);
    let (mut accepted, count) = (0, mutations());
    for number in 0..count {
        let mut contents = whole.clone();
        change(&mut contents, rng);
        fs::write(mutated, contents).unwrap();
        let name = mutated.display();
        match panic::catch_unwind(|| read(path, &LIMITS)) {
            Err(_) => panic!("the reader panicked on mutation {number} of {name}"),
            Ok(Err(error)) => assert!(!error.to_string().is_empty()),
            Ok(Ok(tensors)) => {
                accepted += 1;
                let mut bytes = 0;
                for array in tensors.arrays {
                    assert_eq!(array.values.len(), array.shape.iter().product::<usize>());
                    bytes += array.values.len() * 4 + array.name.len();
                }
                let files = path.parent().unwrap().read_dir().unwrap();
                let length: u64 = files.map(|file| file.unwrap().metadata().unwrap().len()).sum();
                assert!(bytes as u64 <= MAX_EXPANSION * length, "{bytes} of {length}");
            }
        }
    }
    let name = mutated.file_name().unwrap().display();
    let (before, after) = (before.unwrap_or_default(), peak_memory_kib().unwrap_or_default());
    println!(
        "{name}: {count} mutations, {accepted} read; from {before} KiB to {after} at the most"
    );
    assert!(after < 400 * 1024, "other tests take memory at the same time");
    fs::write(mutated, whole).unwrap();
}

#[test]
fn mutated_weights_and_descriptions_of_darknet_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let (weights, cfg) = (folder.path().join("small.weights"), folder.path().join("small.cfg"));
    fs::write(&weights, darknet::weights(darknet::NUMBERS, 20)).unwrap();
    fs::write(&cfg, darknet::CFG).unwrap();
    // Half of the mutations in the header and the numbers next to it.
    do_no_harm(&weights, &weights, 4, |contents, rng| {
        let is_head = rng.random_sample() < 0.5;
        let rest = contents.split_off(if is_head { 32 } else { contents.len() });
        mutate(contents, rng);
        contents.extend(rest);
    });
    do_no_harm(&weights, &cfg, 5, |contents, rng| match rng.random_sample() < 0.5 {
        true => mutate(contents, rng),
        false => swap_lines(contents, rng),
    });
}

/// Lines in each other's place, left out, or with another number.
fn swap_lines(contents: &mut Vec<u8>, rng: &mut NumpyRng) {
    let text = String::from_utf8_lossy(contents).into_owned();
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    let mut below = |limit: usize| rng.randint(0, limit.max(1) as i64).unwrap() as usize;
    for _ in 0..1 + below(4) {
        let (a, b) = (below(lines.len()), below(lines.len()));
        let numbers =
            ["0", "-1", "-3", "7", "1000000000", "18446744073709551615", "1e308", "nan", ""];
        match below(4) {
            0 => lines.swap(a, b),
            1 => drop(lines.remove(a)),
            2 => lines.insert(a, lines[b].clone()),
            _ => {
                if let Some((key, _)) = lines[a].split_once('=') {
                    lines[a] = format!("{key}={}", numbers[below(numbers.len())]);
                }
            }
        }
    }
    *contents = lines.join("\n").into_bytes();
}

#[test]
fn mutated_indices_of_tensorflow_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let numbers: Vec<f32> = (0..24).map(|number| number as f32).collect();
    let variables = [
        Variable::new("layer_with_weights-0/bias", &[4], &numbers[..4]),
        Variable::new("layer_with_weights-0/kernel", &[2, 3, 4], &numbers),
        Variable::of_kind("layer_with_weights-1/half", 19, &[2], &[0, 0x3c, 0, 0xc1]),
        Variable::of_kind("save_counter", 9, &[], &1_i64.to_le_bytes()),
    ];
    let index = write(folder.path(), "ckpt", &variables, 1);
    let data = index.with_extension("data-00000-of-00001");
    do_no_harm(&index, &index, 6, mutate);
    do_no_harm(&index, &data, 7, mutate);
    // The blocks with right checksums around what is mutated, or no mutation would come further than to these.
    let sealed = block(&pairs(&variables, 1).0);
    let contents = &sealed[..sealed.len() - 5];
    assert_eq!(masked_crc(&sealed[..sealed.len() - 4]).to_le_bytes(), sealed[sealed.len() - 4..]);
    do_no_harm(&index, &index, 8, |file, rng| {
        let mut contents = contents.to_vec();
        mutate(&mut contents, rng);
        *file = table(&[seal(contents, 0)]);
    });
}

#[test]
fn mutated_manifests_of_tensorflow_js_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights_manifest.json");
    fs::write(&path, tfjs::MANIFEST).unwrap();
    let (first, second) =
        (folder.path().join("shard1of2.bin"), folder.path().join("shard2of2.bin"));
    let shards = tfjs::shards();
    fs::write(&first, &shards[..9]).unwrap();
    fs::write(second, &shards[9..]).unwrap();
    do_no_harm(&path, &path, 9, mutate);
    do_no_harm(&path, &first, 10, mutate);
}
