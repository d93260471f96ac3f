//! The one program that holds every assignment.

use std::process::ExitCode;

fn main() -> ExitCode {
    fireside_bin::course::main()
}
