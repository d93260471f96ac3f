//! What YOLO's classes are called: `classes.txt`, `obj.names` or `data.yaml`.

use std::path::{Path, PathBuf};

use super::annotations::MAX_CLASSES;
use super::problem::BoxesProblem;
use crate::DataError;
use crate::source::{read_file, text_of};

const FORMAT: &str = "class names";
/// The largest file that is read.
const MAX_FILE_BYTES: u64 = 1 << 20;
/// One name a line.
const LISTS: [&str; 3] = ["classes.txt", "obj.names", "_darknet.labels"];
const YAMLS: [&str; 4] = ["data.yaml", "data.yml", "dataset.yaml", "dataset.yml"];

/// Whether a file of boxes is none but names classes.
pub(super) fn is_of_names(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    LISTS.contains(&name.as_ref()) || YAMLS.contains(&name.as_ref()) || name.ends_with(".names")
}

/// The names in the nearest of a folder, the one above and the one above that.
pub(super) fn find(folder: &Path) -> Result<Option<Vec<String>>, DataError> {
    for folder in folder.ancestors().take(3) {
        let found = LISTS.iter().chain(&YAMLS).map(|name| folder.join(name));
        if let Some(path) =
            found.into_iter().find(|path| path.is_file()).or_else(|| other_names(folder))
        {
            let contents = read_file(&path, MAX_FILE_BYTES)?;
            return parse(&path, &contents).map(Some);
        }
    }
    Ok(None)
}

/// A file called `anything.names`, if it is the only one.
fn other_names(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?.take(MAX_CLASSES);
    let mut found = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "names") && path.is_file());
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Reads names from a list or from the `names` of a YAML file, told by what the file holds.
///
/// # Errors
/// When it is no text, names nothing, or leaves a class without a name.
pub fn parse(path: &Path, contents: &[u8]) -> Result<Vec<String>, DataError> {
    let text = text_of(path, FORMAT, contents)?;
    let lines: Vec<&str> = text.lines().collect();
    let names_at = lines.iter().position(|line| line.starts_with("names:"));
    let names = match names_at {
        Some(place) => of_yaml(&lines[place..]),
        None => {
            let last = lines.iter().rposition(|line| !line.trim().is_empty());
            let lines = &lines[..last.map_or(0, |last| last + 1)];
            Some(lines.iter().map(|line| line.trim().to_string()).collect())
        }
    };
    let malformed = |reason: String| Err(DataError::malformed(path, FORMAT, reason));
    match names {
        None => malformed("its names are not numbered 0, 1, 2 and so on".to_string()),
        Some(names) if names.is_empty() => malformed("it names no class".to_string()),
        Some(names) if names.len() > MAX_CLASSES => {
            Err(DataError::boxes(path, BoxesProblem::TooManyClasses { limit: MAX_CLASSES }))
        }
        Some(names) => match names.iter().position(String::is_empty) {
            Some(class) => malformed(format!("class {class} has no name")),
            None => Ok(names),
        },
    }
}

/// `names: [a, b]`, or below `names:` lines of `- a` or `0: a`. None if the numbers are not in order.
fn of_yaml(lines: &[&str]) -> Option<Vec<String>> {
    let (first, rest) = lines.split_first()?;
    let inline = first.trim_start_matches("names:").trim();
    if inline.starts_with(['[', '{']) {
        // It may go on over several lines.
        let all = std::iter::once(inline).chain(rest.iter().copied()).collect::<Vec<_>>().join(" ");
        let inner = all[1..].split([']', '}']).next().unwrap_or_default();
        let items = inner.split(',').map(str::trim).filter(|item| !item.is_empty());
        let is_map = inline.starts_with('{');
        return items.zip(0..).map(|(item, number)| item_of(item, number, is_map)).collect();
    }
    let mut names = Vec::new();
    for line in rest {
        let line = line.split(" #").next().unwrap_or_default();
        let item = line.trim();
        if item.is_empty() || item.starts_with('#') {
            continue;
        }
        if let Some(item) = item.strip_prefix("- ") {
            names.push(item_of(item, names.len(), false)?);
        } else if line.starts_with([' ', '\t']) {
            names.push(item_of(item, names.len(), true)?);
        } else {
            break;
        }
    }
    Some(names)
}

/// A name without its quotes, and without the number before it, which must be the one expected.
fn item_of(item: &str, number: usize, is_numbered: bool) -> Option<String> {
    let name = match is_numbered {
        true => {
            let (found, name) = item.split_once(':')?;
            (found.trim().parse() == Ok(number)).then_some(name)?
        }
        false => item,
    };
    let name = name.trim();
    let quoted = |quote: char| name.strip_prefix(quote)?.strip_suffix(quote);
    Some(quoted('"').or_else(|| quoted('\'')).unwrap_or(name).to_string())
}
