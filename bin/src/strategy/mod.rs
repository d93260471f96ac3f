//! What `c3-strategy` shares among its commands: what a command found, and where it goes.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use fireside_strategy::document::{self, Block};
use fireside_training::files::write_whole;
use serde_json::{Value, json};

use crate::{Failure, print};

pub mod arguments;
pub mod commands;
pub mod course;
pub mod lists;

/// Where results go.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Output")]
pub struct Output {
    /// Folder to write the report and other files into, too [default: none; standard output only]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Go through everything and write no file
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// Print one JSON object and nothing else
    #[arg(long, global = true)]
    pub json: bool,
    /// Print nothing but errors
    #[arg(long, global = true, conflicts_with = "json")]
    pub quiet: bool,
}

/// What a command found.
#[derive(Debug)]
pub struct Outcome {
    /// The command's name; its report is `NAME.md` and `NAME-results.json`.
    pub name: &'static str,
    /// To read.
    pub report: Vec<Block>,
    /// For machines.
    pub results: Value,
    /// Other files, by name.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Outcome {
    /// Prints and writes what was found. `input`, the file that was read, is never written over.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn deliver(mut self, output: &Output, input: Option<&Path>) -> Result<(), Failure> {
        let pretty = serde_json::to_vec_pretty(&self.results);
        let pretty = pretty.map_err(|error| Failure::Run(error.to_string()))?;
        self.files.push((format!("{}.md", self.name), document::markdown(&self.report).into()));
        self.files.push((format!("{}-results.json", self.name), pretty));
        let mut written = Vec::new();
        if let Some(folder) = output.out.as_ref().filter(|_| !output.dry_run) {
            fs::create_dir_all(folder).map_err(|error| Failure::unwritable(folder, &error))?;
            let input = input.and_then(|path| path.canonicalize().ok());
            for (name, _) in &self.files {
                let path = folder.join(name);
                if input.is_some() && path.canonicalize().ok() == input {
                    let path = path.display();
                    return Err(Failure::Input(format!(
                        "{path} is what was read and would be written over: give another folder with --out"
                    )));
                }
            }
            for (name, contents) in &self.files {
                let path = folder.join(name);
                write_whole(&path, contents).map_err(|error| Failure::unwritable(&path, &error))?;
                written.push(path);
            }
        }
        if output.json {
            let files: Vec<_> = written.iter().map(|path| path.display().to_string()).collect();
            print::json(&json!({
                "assignment": "c3-strategy",
                "command": self.name,
                "files": files,
                "results": self.results,
            }));
        } else if !output.quiet {
            print::line(&document::text(&self.report));
            if !written.is_empty() {
                let names: Vec<_> = written.iter().map(|path| path.display().to_string()).collect();
                print::line(&format!("\nWrote {}", names.join(", ")));
            }
            if output.dry_run {
                print::line("\nA dry run: nothing was written.");
            }
        }
        Ok(())
    }
}
