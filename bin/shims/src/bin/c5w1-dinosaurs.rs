//! `course run c5w1-dinosaurs` under its own name.

fn main() -> std::process::ExitCode {
    fireside_bin::course::assignment(env!("CARGO_BIN_NAME"))
}
