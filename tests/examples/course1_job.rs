//! Runs one training of course 1 and prints its seconds: what `tests/peers/course1.py` times.
//!
//! `course1_job` alone lists the jobs, `course1_job NAME` runs one.

use std::process::ExitCode;
use std::time::Instant;

use burn::tensor::Device;
use fireside_tests::course1::jobs;

#[expect(clippy::print_stdout, reason = "the list and the seconds are for the script")]
fn main() -> ExitCode {
    let device = Device::flex();
    let wanted = std::env::args().nth(1);
    for mut job in jobs(&device) {
        match &wanted {
            None => println!("{} {}", job.name, job.iterations),
            Some(wanted) if wanted == job.name => {
                (job.update)(); // the first update also starts the threads
                let start = Instant::now();
                (0..job.iterations).for_each(|_| (job.update)());
                println!("{}", start.elapsed().as_secs_f64());
                return ExitCode::SUCCESS;
            }
            Some(_) => (),
        }
    }
    match wanted {
        None => ExitCode::SUCCESS,
        Some(_) => ExitCode::from(2),
    }
}
