//! `course data`: which of the course's files the assignments read, and what those found are.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::found::{self, Wanted};
use crate::fingerprint::compare;
use crate::options::Data;
use crate::run::Voice;
use crate::{Failure, print};

/// Says of every file of the course which assignments read it, and what is known of the one found.
///
/// # Errors
/// When the folder is none, or a file cannot be read.
pub(super) fn tell(data: &Data, json: bool) -> Result<(), Failure> {
    let folder = data.data.as_deref();
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Failure::Input(format!("--data {}: it is no folder", folder.display())));
    }
    let voice = if json { Voice::Json } else { Voice::Speaks };
    let all = found::wanted(folder);
    let mut states = Vec::with_capacity(all.len());
    for Wanted { file, found, .. } in &all {
        states.push(match found {
            Some(path) => compare(path, file.originals, voice)?,
            None if folder.is_none() => "not looked for".to_string(),
            None => "not found".to_string(),
        });
    }
    if json {
        let rows = all.iter().zip(&states).map(|(wanted, state)| row(wanted, state));
        print::json(&rows.collect());
        return Ok(());
    }
    let mut text = match folder {
        Some(folder) => {
            format!("{}.\n", found::summary(folder))
        }
        None => "These files of the course are read from the folder that --data or FIRESIDE_DATA names; which of \
                 them are\nthere, and whether they are whole: course data --data DIR. Without them assignments make \
                 data of their own.\n"
            .to_string(),
    };
    for (wanted, state) in all.iter().zip(&states) {
        describe(&mut text, wanted, state);
    }
    print::text(&text);
    Ok(())
}

fn describe(text: &mut String, Wanted { file, readers, found }: &Wanted, state: &str) {
    let _ = writeln!(text, "\n{}  (in DIR or in DIR/{})", file.names.join(" or "), file.topic);
    let _ = writeln!(text, "    read by       {}", readers.join(",\n                  "));
    for original in file.originals {
        let _ = writeln!(text, "    the course's  {} bytes, SHA-256", original.bytes);
        let _ = writeln!(text, "                  {}", original.sha256);
    }
    if let Some(path) = found {
        let _ = writeln!(text, "    found         {}", path.display());
    }
    let _ = writeln!(text, "    state         {state}");
} // writing to a string cannot fail

fn row(Wanted { file, readers, found }: &Wanted, state: &str) -> Value {
    let original = |original: &crate::programs::files::Original| json!({"bytes": original.bytes, "sha256": original.sha256});
    json!({
        "names": file.names,
        "topic": file.topic,
        "originals": file.originals.iter().map(original).collect::<Vec<_>>(),
        "read_by": readers,
        "found": found.as_ref().map(|path| path.display().to_string()),
        "state": state,
    })
}
