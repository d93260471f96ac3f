//! Runs as a list: what each is, when it was started, how far it came, what it found and what it takes.

use serde::Serialize;

use crate::{RunRecord, State, text};

/// Figures in a row of the table, and characters of a figure's name.
const FIGURES: usize = 2;
const LONGEST_FIGURE: usize = 48;
const LONGEST_NAME: usize = 48;

/// A run in the list.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The assignment.
    pub assignment: String,
    /// The name of its folder.
    pub name: String,
    /// Where it is.
    pub folder: String,
    /// When it was started, as `2026-11-29T01:16:08`.
    pub started: Option<String>,
    /// How far it came.
    pub state: State,
    /// Its figures, the main ones first.
    pub figures: Vec<(String, f64)>,
    /// What it takes on the disk, in bytes.
    pub bytes: u64,
    /// What cannot be read of it.
    pub problems: Vec<String>,
}

/// The list of these runs, in their order.
pub fn rows(records: &[RunRecord]) -> Vec<Row> {
    let row = |record: &RunRecord| {
        let figures = record.main_figures().into_iter();
        Row {
            assignment: record.assignment.clone(),
            name: record.name.clone(),
            folder: record.folder.to_string_lossy().into_owned(),
            started: record.started.map(|time| time.to_string()),
            state: record.state,
            figures: figures.map(|(name, value)| (name.to_string(), value)).collect(),
            bytes: record.size(),
            problems: record.problems.clone(),
        }
    };
    records.iter().map(row).collect()
}

/// The list as lines of a terminal: aligned, without anything that moves its cursor, and the sum below.
pub fn table(records: &[RunRecord]) -> String {
    let head = ["assignment", "run", "state", "size", "figures"].map(String::from);
    let cells = rows(records).into_iter().zip(records).map(|(row, record)| {
        let figures = row.figures.iter().take(FIGURES).map(|(name, value)| {
            format!(
                "{} {}",
                text::bounded(&record.in_words(name), LONGEST_FIGURE),
                text::number(*value)
            )
        });
        let about = match row.problems.first() {
            Some(problem) => text::bounded(problem, 100),
            None => figures.collect::<Vec<_>>().join(", "),
        };
        let [assignment, name] =
            [row.assignment, row.name].map(|text| text::bounded(&text, LONGEST_NAME));
        [assignment, name, row.state.name().to_string(), text::bytes(row.bytes), about]
    });
    let lines: Vec<[String; 5]> =
        std::iter::once(head).chain(cells).map(|line| line.map(|cell| tame(&cell))).collect();
    let width =
        |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let mut table = String::new();
    for [assignment, name, state, size, about] in &lines {
        let [a, n, s, b] = widths;
        let line = format!("{assignment:a$}  {name:n$}  {state:s$}  {size:>b$}  {about}");
        table.push_str(line.trim_end());
        table.push('\n');
    }
    let bytes = records.iter().map(RunRecord::size).sum();
    table.push_str(&format!("{}, {}", text::counted(records.len(), "run"), text::bytes(bytes)));
    table
}

/// Without the characters by which a name could write over other lines of a terminal.
pub(crate) fn tame(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
