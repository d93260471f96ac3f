//! The text of a `.cfg`: sections of lines `key = value`.

use std::path::Path;

use crate::limits::{Limits, contents};
use crate::{WeightsError, disguise};

/// That of YOLOv3, the longest of Darknet's own, has 8 kB.
const MAX_BYTES: u64 = 1 << 20;

/// A section, which is a layer or, the first, the network's settings. Several have the same name.
#[derive(Debug)]
pub struct Section {
    pub name: String,
    pub line: usize,
    settings: Vec<Setting>,
}

#[derive(Debug)]
struct Setting {
    key: String,
    value: String,
    line: usize,
}

/// A line that is wrong, and why.
pub type Wrong = (usize, String);

/// The text of the file.
pub fn text(path: &Path) -> Result<String, WeightsError> {
    let no_text = || {
        let reason = "it is no text; the weights and their description may be swapped";
        WeightsError::malformed(path, "Darknet .cfg", reason)
    };
    if disguise::head(path)?.contains(&0) {
        return Err(no_text());
    }
    let limits = Limits { file_bytes: MAX_BYTES, ..Limits::default() };
    String::from_utf8(contents(path, &limits)?).map_err(|_| no_text())
}

/// The sections of a text, whichever way its lines end. Blanks mean nothing, and what follows `#` or `;` is a comment.
pub fn sections(text: &str) -> Result<Vec<Section>, Wrong> {
    let mut sections: Vec<Section> = Vec::new();
    for (index, whole) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = index + 1;
        let content = whole.split(['#', ';']).next().unwrap_or_default();
        let content: String = content.split_whitespace().collect();
        if content.is_empty() {
            continue;
        }
        if let Some(name) = content.strip_prefix('[') {
            let name = name.strip_suffix(']').ok_or((line, format!("{whole:?} is not closed")))?;
            sections.push(Section { name: name.to_string(), line, settings: Vec::new() });
            continue;
        }
        let wanted = || (line, format!("{whole:?} is neither [section] nor key = value"));
        let (key, value) = content.split_once('=').ok_or_else(wanted)?;
        let section = sections.last_mut();
        let section = section.ok_or((line, format!("{key} stands before the first section")))?;
        let (key, value) = (key.to_string(), value.to_string());
        section.settings.push(Setting { key, value, line });
    }
    Ok(sections)
}

impl Section {
    /// The value of a setting and its line. Of several of one name the first counts, as in Darknet.
    pub fn text(&self, key: &str) -> Option<(&str, usize)> {
        let setting = self.settings.iter().find(|setting| setting.key == key)?;
        Some((&setting.value, setting.line))
    }

    /// A whole number from `least` on, and what stands for it where the section does not say.
    pub fn number(&self, key: &str, least: usize, default: usize) -> Result<usize, Wrong> {
        let Some((value, line)) = self.text(key) else {
            return Ok(default);
        };
        let number = value.parse().ok().filter(|&number| number >= least);
        number.ok_or((line, format!("{key}={value}: a whole number from {least} on is wanted")))
    }

    /// Numbers with commas between them, and their line; a comma at the end is allowed.
    pub fn numbers<T: std::str::FromStr>(
        &self,
        key: &str,
    ) -> Result<Option<(Vec<T>, usize)>, Wrong> {
        let Some((value, line)) = self.text(key) else {
            return Ok(None);
        };
        let fields = value.split(',').filter(|field| !field.is_empty());
        let numbers: Option<Vec<T>> = fields.map(|field| field.parse().ok()).collect();
        match numbers {
            Some(numbers) => Ok(Some((numbers, line))),
            None => Err((line, format!("{key}={value}: numbers with commas between are wanted"))),
        }
    }

    /// Refuses what changes the calculation and is not read.
    pub fn must_be(&self, key: &str, only: &str) -> Result<(), Wrong> {
        match self.text(key) {
            Some((value, line)) if value != only => {
                Err((line, format!("{key}={value} is not supported, {key}={only} alone is")))
            }
            _ => Ok(()),
        }
    }
}
