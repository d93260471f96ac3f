//! Writes the page of all runs below some folders: `page FILE FOLDER...`.

use std::path::PathBuf;

use fireside_report::{page, record, written_now};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let file = arguments.next().unwrap_or_else(|| "report.html".into());
    let mut folders: Vec<PathBuf> = arguments.collect();
    if folders.is_empty() {
        folders.push("runs".into());
    }
    std::fs::write(file, page::page(&record::read_all(&folders)?, written_now())?)?;
    Ok(())
}
