//! `course run c1w3-planar-classification` under its own name.

fn main() -> std::process::ExitCode {
    fireside_bin::course::assignment(env!("CARGO_BIN_NAME"))
}
