//! What somebody gets who imports the crates: a crate outside the workspace, with a lock file of its own.
//!
//! Within the workspace, features that one crate asks for are there for all, so that nothing in it can see whether
//! a crate brings the kernels by itself.
//!
//! The program outside shares the workspace's folder of builds and its profile, so that Burn is not compiled again.
//! `-- --nocapture` shows how long its step takes beside `examples/speed` and the path without kernels; no time is
//! asserted.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use fireside_layers::trace;
use fireside_tests::speed::{self, Setup, Step, Work, worker::Worker};

/// The crates that compute, by their folders.
const COMPUTING: [(&str, &str); 7] = [
    ("fireside", "models/fireside"),
    ("fireside-layers", "models/layers"),
    ("fireside-dense", "models/dense"),
    ("fireside-vision", "models/vision"),
    ("fireside-sequence", "models/sequence"),
    ("fireside-weights", "models/weights"),
    ("fireside-training", "training"),
];
/// What Burn needs to be fast on a CPU.
const FAST: [&str; 4] = ["flex", "rayon", "simd", "x86-v4"];

#[test]
fn every_crate_that_computes_brings_the_kernels_by_itself() {
    for (name, folder) in COMPUTING {
        let outside = crate_of(&format!("only-{name}"), &[from_here(name, folder)]);
        let features = features(&outside, &[]);
        let of = |package: &str| {
            let found = features.iter().find(|(line, _)| line.starts_with(&format!("{package} v")));
            found.unwrap_or_else(|| panic!("{name} is without {package}")).1
        };
        assert!(of("fireside-layers").contains(&"flex".to_string()), "{name} brings no kernels");
        let burn = of("burn");
        let missing: Vec<_> =
            FAST.iter().filter(|fast| !burn.iter().any(|it| it == *fast)).collect();
        assert!(missing.is_empty(), "{name} brings Burn without {missing:?}");
    }
}

#[test]
fn a_crate_outside_the_workspace_trains_on_the_kernels() {
    let mut dependencies: Vec<String> = COMPUTING
        .into_iter()
        .filter(|(name, _)| {
            matches!(*name, "fireside-layers" | "fireside-vision" | "fireside-training")
        })
        .map(|(name, folder)| from_here(name, folder))
        .collect();
    let burn = r#"burn = { version = "*", default-features = false, features = ["optim"] }"#;
    dependencies.push(burn.to_string());
    let outside = share_with_the_workspace("trains", dependencies);
    cargo(if cfg!(debug_assertions) { &["build"] } else { &["build", "--release"] }, &outside);
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let program = builds().join(profile).join("trains");

    let kernels = Command::new(&program).arg("kernels").output().unwrap().stdout;
    let kernels: usize = String::from_utf8(kernels).unwrap().trim().parse().unwrap();
    let (mut ours, mut plain) = (step(speed::Path::Ours), step(speed::Path::Plain));
    assert_eq!(trace::count_kernels(&mut plain).1, 0, "the plain path runs on kernels");
    assert_eq!(trace::count_kernels(&mut ours).1, kernels);
    assert!(kernels > 0, "the program outside runs on Burn's own operations");

    let mut worker = Worker::start(&mut Command::new(&program)).unwrap();
    let (mut outside, mut within, mut without) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..5 {
        outside.extend(worker.run(10).unwrap());
        within.extend(milliseconds(&mut ours, 10));
        without.extend(milliseconds(&mut plain, 10));
    }
    println!(
        "a step of LeNet-5, batch 64: {:.2} ms outside, {:.2} ms in the workspace, {:.2} ms without kernels",
        median(outside),
        median(within),
        median(without)
    );
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// The folder of builds that this test lies in: `<builds>/release/deps/<test>`.
fn builds() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_path_buf()
}

/// A crate with these lines for dependencies. It keeps its folder, and what it compiled, for the next run.
fn crate_of(name: &str, dependencies: &[String]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside").join(name);
    let workspace = workspace();
    fs::create_dir_all(&folder).unwrap();
    let manifest = format!(
        "[workspace]\n[package]\nname = \"{name}\"\nedition = \"2024\"\n\
         [[bin]]\nname = \"{name}\"\npath = {:?}\n[dependencies]\n{}\n{}",
        workspace.join("tests/outside/main.rs"),
        dependencies.join("\n"),
        profiles(&fs::read_to_string(workspace.join("Cargo.toml")).unwrap())
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    // The same versions; what the crate has no use for is dropped.
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    folder
}

/// A line for a dependency on a crate of ours.
fn from_here(name: &str, folder: &str) -> String {
    format!("{name} = {{ path = {:?} }}", workspace().join(folder))
}

/// The tables of a manifest that say how to compile.
fn profiles(manifest: &str) -> String {
    let mut inside = false;
    let mut is_of_profile = |line: &&str| {
        inside = if line.starts_with('[') { line.starts_with("[profile") } else { inside };
        inside
    };
    manifest.lines().filter(|line| is_of_profile(line)).map(|line| format!("{line}\n")).collect()
}

/// A crate that asks for the features with which the workspace compiles the crates of others: Cargo shares what it
/// compiled where all features are the same, Burn above all. Of ours, which bring the kernels, nothing is asked for
/// here, and what they ask of Burn is for the other test.
fn share_with_the_workspace(name: &str, mut dependencies: Vec<String>) -> PathBuf {
    let within = features(&workspace(), &["--workspace", "--edges", "dev"]);
    loop {
        dependencies.sort();
        let before = dependencies.clone();
        let outside = crate_of(name, &dependencies);
        for (line, own) in features(&outside, &[]) {
            let Some((package, rest)) = line.split_once(" v") else { continue };
            let Some(wanted) = within.get(&line).filter(|wanted| **wanted != own) else { continue };
            if package.starts_with("fireside") {
                continue;
            }
            let version = rest.split(' ').next().unwrap();
            let key = match package {
                "burn" => package.to_string(),
                _ => format!("shared-{package}-{}", version.replace(['.', '+'], "-")),
            };
            dependencies.retain(|line| !line.starts_with(&format!("{key} =")));
            dependencies.push(format!(
                "{key} = {{ package = {package:?}, version = \"={version}\", \
                 default-features = false, features = {wanted:?} }}"
            ));
        }
        // A feature may bring another crate, with features of its own to share.
        dependencies.sort();
        if dependencies == before {
            return outside;
        }
    }
}

/// The features of each crate that a crate is made of, by its name and version.
fn features(folder: &Path, selection: &[&str]) -> BTreeMap<String, Vec<String>> {
    // What runs while others are compiled has features of its own.
    let tree =
        ["tree", "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p};{f}"];
    let tree = cargo(&[&tree, selection].concat(), folder);
    let lines = tree.lines().filter_map(|line| line.trim_end_matches(" (*)").split_once(';'));
    let named =
        |list: &str| list.split(',').filter(|it| !it.is_empty()).map(str::to_string).collect();
    lines.map(|(package, list)| (package.to_string(), named(list))).collect()
}

/// Runs Cargo in a folder and returns what it prints.
fn cargo(arguments: &[&str], folder: &Path) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(arguments)
        .arg("--offline")
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", builds())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn step(path: speed::Path) -> Step {
    let row = speed::row("lenet5").unwrap();
    (row.start)(Setup { work: Work::Training, path, sizes: row.sizes })
}

fn milliseconds(step: &mut Step, count: usize) -> Vec<f64> {
    let time = |_| {
        let before = Instant::now();
        step();
        before.elapsed().as_secs_f64() * 1e3
    };
    (0..count).map(time).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
