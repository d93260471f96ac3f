//! `course run c4w3-region-proposals` under its own name.

fn main() -> std::process::ExitCode {
    fireside_bin::course::assignment(env!("CARGO_BIN_NAME"))
}
