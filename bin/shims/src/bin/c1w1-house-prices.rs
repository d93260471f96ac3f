//! `course run c1w1-house-prices` under its own name.

fn main() -> std::process::ExitCode {
    fireside_bin::course::assignment(env!("CARGO_BIN_NAME"))
}
