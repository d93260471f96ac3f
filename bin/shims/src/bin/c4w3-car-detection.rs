//! `course run c4w3-car-detection` under its own name.

fn main() -> std::process::ExitCode {
    fireside_bin::course::assignment(env!("CARGO_BIN_NAME"))
}
