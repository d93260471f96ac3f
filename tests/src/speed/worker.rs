//! A process that repeats a step and tells how long it took, for whoever compares two of them.
//!
//! It prints `ready`, and then reads one number from each line: the steps to do now. It answers with a JSON
//! list of their milliseconds. What it measures is set up at the first line, so that the memory of a
//! process with nothing in it can be read before.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use super::Step;

/// Answers on `output` until `input` ends.
///
/// # Errors
/// When either fails, or a line is not a number.
pub fn serve(
    start: impl Fn() -> Step,
    input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    writeln!(output, "ready")?;
    output.flush()?;
    let mut step: Option<Step> = None;
    for line in input.lines() {
        let count: usize = line?.trim().parse().map_err(io::Error::other)?;
        let step = step.get_or_insert_with(&start);
        let milliseconds: Vec<f64> = (0..count)
            .map(|_| {
                let before = Instant::now();
                step();
                before.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        writeln!(output, "{}", serde_json::to_string(&milliseconds)?)?;
        output.flush()?;
    }
    Ok(())
}

/// The other end: a process that serves.
#[derive(Debug)]
pub struct Worker {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// MiB, before anything was set up.
    loaded: f64,
}

impl Worker {
    /// Starts the process and waits until it is ready.
    ///
    /// # Errors
    /// When it does not start or does not say that it is ready.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let pipes = process.stdin.take().zip(process.stdout.take());
        let (requests, answers) =
            pipes.ok_or_else(|| io::Error::other("a worker without pipes"))?;
        let answers = BufReader::new(answers);
        let mut worker = Self { process, requests, answers, loaded: 0.0 };
        let greeting = worker.answer()?;
        if greeting.trim() != "ready" {
            let message = format!("the worker says {greeting:?} instead of ready");
            return Err(io::Error::other(message));
        }
        worker.loaded = worker.peak()?;
        Ok(worker)
    }

    /// Returns the milliseconds of each of `count` steps.
    ///
    /// # Errors
    /// When the process has ended or answers something else.
    pub fn run(&mut self, count: usize) -> io::Result<Vec<f64>> {
        writeln!(self.requests, "{count}")?;
        Ok(serde_json::from_str(&self.answer()?)?)
    }

    /// Returns by how many MiB its steps have raised the memory of the process at most.
    ///
    /// # Errors
    /// Where there is no `/proc`.
    pub fn memory(&self) -> io::Result<f64> {
        Ok(self.peak()? - self.loaded)
    }

    /// The most that it has held so far, in MiB.
    fn peak(&self) -> io::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        kibibytes.map(|size| size / 1024.0).ok_or_else(|| io::Error::other("no VmHWM in /proc"))
    }

    fn answer(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
