//! The page: one HTML file with everything in it.
//!
//! The templates escape whatever they are given. What goes in as it is, `|safe`, is made here: the style, the script,
//! drawings and the data for the script. Besides, the page forbids by its own policy every script but its own and
//! everything that is not within it.

mod chart;
mod comparison;
mod drawing;
mod pictures;

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::DateTime;
use serde_json::json;
use sha2::{Digest, Sha256};

use self::chart::Chart;
use self::comparison::{Cell, Comparison};
use self::pictures::{Room, Shown};
use crate::entry::Entry;
use crate::{ReportError, RunRecord, State, text};

const STYLE: &str = include_str!("../../templates/style.css");
const SCRIPT: &str = include_str!("../../templates/script.js");
/// Figures on a card, and files listed of a run.
const FIGURES_OF_CARD: usize = 4;
const MOST_FILES: usize = 100;

/// Makes the page of these runs; `written` is the time that it names.
///
/// # Errors
/// When the page cannot be put together, which no run's files can cause.
pub fn page(records: &[RunRecord], written: DateTime) -> Result<String, ReportError> {
    let mut room = Room::new();
    let runs: Vec<RunView> = records
        .iter()
        .enumerate()
        .map(|(index, record)| RunView::new(index, record, &mut room))
        .collect();
    let page = Page {
        title: title(records),
        summary: summary(records),
        written: text::time(written),
        policy: policy(),
        style: STYLE,
        script: SCRIPT,
        comparison: comparison::of(records),
        data: data(records),
        runs,
    };
    page.render().map_err(|error| ReportError::Page(error.to_string()))
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    title: String,
    summary: String,
    written: String,
    policy: String,
    style: &'static str,
    script: &'static str,
    comparison: Option<Comparison>,
    data: String,
    runs: Vec<RunView>,
}

/// A run as its card and its page show it.
struct RunView {
    index: usize,
    assignment: String,
    name: String,
    when: String,
    state: &'static str,
    state_sentence: &'static str,
    problems: Vec<String>,
    main: Vec<(String, String)>,
    figures: Vec<Named>,
    settings: Vec<Named>,
    models: Vec<(String, Vec<Named>)>,
    charts: Vec<Chart>,
    shown: Shown,
    command: Option<(&'static str, String)>,
    files: Vec<(String, String)>,
    files_left_out: usize,
    size: String,
    around: String,
    /// What the filter looks through.
    words: String,
}

/// A setting or a figure, ready to be shown.
struct Named {
    name: String,
    value: String,
    is_long: bool,
}

impl RunView {
    fn new(index: usize, record: &RunRecord, room: &mut Room) -> Self {
        let named = |entries: &[Entry]| entries.iter().map(Named::new).collect::<Vec<_>>();
        let figure =
            |entry: &Entry| Named { name: record.in_words(&entry.name), ..Named::new(entry) };
        let main = record.main_figures().into_iter().take(FIGURES_OF_CARD);
        let models = record.models.iter().filter(|(_, about)| !about.is_empty());
        let files = record.files.iter().take(MOST_FILES);
        let size = text::bytes(record.size());
        let device = record.device.as_ref().map(|device| format!("on {device}"));
        let version = record.version.as_ref().map(|version| format!("by version {version}"));
        let how: Vec<String> = [device, version].into_iter().flatten().collect();
        let around = match how.is_empty() {
            true => format!("It takes {size} on the disk."),
            false => format!("Computed {}; it takes {size} on the disk.", how.join(" ")),
        };
        Self {
            index,
            assignment: record.assignment.clone(),
            name: record.name.clone(),
            when: record.started.map(text::time).unwrap_or_default(),
            state: record.state.name(),
            state_sentence: match record.state {
                State::Finished => "It went to its end.",
                State::Stopped => "It was stopped before its end.",
                State::Running => "It still goes.",
                State::Damaged => "Some of its files cannot be read; what can is shown.",
            },
            problems: record.problems.clone(),
            main: main.map(|(name, value)| (record.in_words(name), text::number(value))).collect(),
            figures: record.figures.iter().map(figure).collect(),
            settings: named(&record.settings),
            models: models
                .map(|(name, about)| (record.model_in_words(name), named(about)))
                .collect(),
            charts: chart::of_run(index, record),
            shown: pictures::of_run(record, room),
            command: command(record),
            files: files
                .map(|file| (text::bounded(&file.name, 160), text::bytes(file.size)))
                .collect(),
            files_left_out: record.files.len().saturating_sub(MOST_FILES),
            size,
            around,
            words: format!("{} {}", record.label(), record.state.name()).to_lowercase(),
        }
    }

    /// What its card shows that has no picture: the first of its charts, as drawn for a narrow screen.
    fn cover(&self) -> Option<&String> {
        self.charts.iter().find_map(|chart| chart.drawings.last())
    }
}

impl Named {
    fn new(entry: &Entry) -> Self {
        Self {
            name: text::words(&entry.name),
            value: entry.value.shown(),
            is_long: entry.value.is_long(),
        }
    }
}

/// What to type to have the run again, or to go on with it.
fn command(record: &RunRecord) -> Option<(&'static str, String)> {
    let folder = text::quoted(&record.folder.to_string_lossy());
    let file = record.folder.join(crate::record::CONFIG_FILE);
    let assignment = text::quoted(&record.assignment);
    match record.state {
        _ if !record.is_ours => None,
        State::Running => None,
        State::Stopped => {
            Some(("Go on with it", format!("course run {assignment} --resume {folder}")))
        }
        _ => {
            let file = text::quoted(&file.to_string_lossy());
            Some(("Repeat it", format!("course run {assignment} --config {file}")))
        }
    }
}

fn title(records: &[RunRecord]) -> String {
    match records {
        [one] => one.assignment.clone(),
        _ => text::counted(records.len(), "run"),
    }
}

fn summary(records: &[RunRecord]) -> String {
    let of = |state: State| records.iter().filter(|record| record.state == state).count();
    let states = [State::Finished, State::Running, State::Stopped, State::Damaged].into_iter();
    let states = states.filter(|state| of(*state) > 0);
    let states: Vec<String> =
        states.map(|state| format!("{} {}", of(state), state.name())).collect();
    let mut assignments: Vec<&str> =
        records.iter().map(|record| record.assignment.as_str()).collect();
    assignments.sort_unstable();
    assignments.dedup();
    let size = records.iter().map(RunRecord::size).sum();
    format!(
        "Of {}: {}. {} on disk.",
        text::counted(assignments.len(), "assignment"),
        states.join(", "),
        text::bytes(size)
    )
}

/// Curves and names for the script, so that no text in them can end its element.
fn data(records: &[RunRecord]) -> String {
    let rounded = |value: f64| text::number(value).parse::<f64>().unwrap_or(value);
    let runs = records.iter().map(|record| {
        let curves = record.curves.iter().map(|curve| {
            let points = curve.points.iter().map(|point| [point.0, rounded(point.1)]);
            json!([curve.quantity.key(), curve.stage, points.collect::<Vec<_>>()])
        });
        json!({"assignment": record.assignment, "name": record.name, "curves": curves.collect::<Vec<_>>()})
    });
    let text = serde_json::Value::from_iter(runs).to_string();
    text.replace('&', r"\u0026").replace('<', r"\u003c").replace('>', r"\u003e")
}

/// Nothing from outside, and no script or style but the page's own.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    let (script, style) = (hash(SCRIPT), hash(STYLE));
    format!(
        "default-src 'none'; img-src data:; media-src data:; style-src 'sha256-{style}'; \
         script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
    )
}
