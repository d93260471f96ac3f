//! What a bug report needs to say of a machine.

use std::path::Path;

use serde_json::{Value, json};

use super::found;
use crate::options::Data;
use crate::{backend, print};

/// Prints it.
pub(super) fn report(data: &Data, as_json: bool) {
    let facts = facts(data.data.as_deref());
    if as_json {
        let object = facts.into_iter().map(|(name, value)| (name.to_string(), value));
        return print::json(&Value::Object(object.collect()));
    }
    for (name, value) in facts {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_string);
        print::line(&format!("{:16} {value}", name.replace('_', " ")));
    }
}

fn facts(data: Option<&Path>) -> Vec<(&'static str, Value)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let pool = std::env::var("RAYON_NUM_THREADS").ok();
    let mut facts = vec![
        ("fireside", json!(env!("CARGO_PKG_VERSION"))),
        ("burn", json!(BURN_VERSION)),
        ("system", json!(format!("{} {}", std::env::consts::OS, std::env::consts::ARCH))),
        ("instructions", json!(instructions().join(" "))),
        ("threads", json!(threads)),
        (
            "rayon_threads",
            json!(pool.unwrap_or_else(|| "RAYON_NUM_THREADS is not set: all".to_string())),
        ),
        ("optimised", json!(!cfg!(debug_assertions))),
        ("backends", json!(backend::names().join(" "))),
    ];
    for name in backend::names() {
        let state = match backend::open(Some(name), backend::Floats::F32) {
            Ok(_) => "computes".to_string(),
            Err(failure) => failure.to_string(),
        };
        facts.push((name, json!(state)));
    }
    let runs = std::env::current_dir().map_or_else(
        |error| format!("the current folder cannot be found ({error})"),
        |folder| folder.join("runs").display().to_string(),
    );
    facts.push(("runs_go_to", json!(runs)));
    let (folder, found) = match data {
        None => (
            "--data and FIRESIDE_DATA are not given".to_string(),
            "made-up data are used".to_string(),
        ),
        Some(folder) => (folder.display().to_string(), found::summary(folder)),
    };
    facts.extend([("data", json!(folder)), ("found", json!(found))]);
    facts
}

/// The version of Burn that this program is built on, as its manifest asks for it.
const BURN_VERSION: &str = "0.22.1";

/// The vector instructions that the processor has, out of those that make a difference here.
fn instructions() -> Vec<&'static str> {
    #[cfg(target_arch = "x86_64")]
    let known = [
        ("sse4.2", std::arch::is_x86_feature_detected!("sse4.2")),
        ("avx", std::arch::is_x86_feature_detected!("avx")),
        ("avx2", std::arch::is_x86_feature_detected!("avx2")),
        ("fma", std::arch::is_x86_feature_detected!("fma")),
        ("avx512f", std::arch::is_x86_feature_detected!("avx512f")),
    ];
    #[cfg(target_arch = "aarch64")]
    let known = [("neon", std::arch::is_aarch64_feature_detected!("neon"))];
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let known = [("none known", true)];
    known.into_iter().filter_map(|(name, has)| has.then_some(name)).collect()
}
