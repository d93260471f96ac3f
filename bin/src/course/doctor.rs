//! What a bug report needs to say of a machine.

use std::io::Write;
use std::path::Path;

use fireside_datasets::source::find;
use serde_json::{Value, json};

use crate::options::Data;
use crate::run::write_report;
use crate::{Failure, backend, programs};

/// Prints it.
///
/// # Errors
/// When JSON cannot be written.
pub(super) fn report(data: &Data, as_json: bool) -> Result<(), Failure> {
    let facts = facts(data.data.as_deref());
    if as_json {
        let object = facts.into_iter().map(|(name, value)| (name.to_string(), value));
        return write_report(&Value::Object(object.collect()));
    }
    for (name, value) in facts {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_string);
        let _ = writeln!(std::io::stdout(), "{:16} {value}", name.replace('_', " ")); // a closed pipe is no failure
    }
    Ok(())
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
        ("rayon_threads", json!(pool.unwrap_or_else(|| "not set".to_string()))),
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
    let (folder, found) = match data {
        None => ("not given (--data or FIRESIDE_DATA)".to_string(), String::new()),
        Some(folder) => {
            let wanted = programs::ALL.iter().flat_map(|program| program.files);
            let (mut all, mut here) = (Vec::new(), 0);
            for file in wanted {
                if !all.contains(&file.names) {
                    all.push(file.names);
                    here += usize::from(find(folder, file.topic, file.names).is_ok());
                }
            }
            (folder.display().to_string(), format!("{here} of {} of the course's files", all.len()))
        }
    };
    facts.push(("data", json!(folder)));
    if !found.is_empty() {
        facts.push(("found", json!(found)));
    }
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
