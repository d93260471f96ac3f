//! Runs beside each other: their curves laid over each other, the settings that differ, the figures they share.

use std::collections::{BTreeMap, BTreeSet};

use super::chart::{self, Chart};
use crate::curve::Quantity;
use crate::{RunRecord, text};

/// Bounds of what is compared.
const MOST_RUNS: usize = 48;
const MOST_COLUMNS: usize = 80;

/// Everything about several runs.
#[derive(Debug)]
pub(super) struct Comparison {
    pub(super) charts: Vec<Chart>,
    pub(super) settings: Table,
    pub(super) figures: Table,
    /// Places and labels of the runs compared.
    pub(super) runs: Vec<(usize, String)>,
    pub(super) left_out: usize,
}

/// A row for each run.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) left_out: usize,
}

/// A run in a table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) run: usize,
    pub(super) cells: Vec<Cell>,
}

/// A run's value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// Its assignment has no such thing.
    Foreign,
    /// Its assignment has, this run has not.
    Absent,
    /// As people read it.
    Value(String),
}

type Values<'a> = BTreeMap<&'a str, String>;

/// Compares the runs, if there are two.
pub(super) fn of(records: &[RunRecord]) -> Option<Comparison> {
    if records.len() < 2 {
        return None;
    }
    let left_out = records.len().saturating_sub(MOST_RUNS);
    let compared: Vec<(usize, &RunRecord)> = records.iter().enumerate().take(MOST_RUNS).collect();
    let quantities = Quantity::ALL.into_iter().filter(|one| *one != Quantity::LearningRate);
    let settings: Vec<Values<'_>> = compared.iter().map(|(_, record)| settings(record)).collect();
    let figures: Vec<Values<'_>> = compared.iter().map(|(_, record)| figures(record)).collect();
    Some(Comparison {
        charts: quantities.filter_map(|quantity| chart::of_runs(quantity, &compared)).collect(),
        settings: table(&compared, &settings, |_, name| text::words(name), differs),
        figures: table(&compared, &figures, RunRecord::in_words, |cells| values(cells).count() > 1),
        runs: compared.iter().map(|(place, record)| (*place, record.label())).collect(),
        left_out,
    })
}

fn settings(record: &RunRecord) -> Values<'_> {
    let given = record.settings.iter();
    let mut values: Values<'_> =
        given.map(|entry| (entry.name.as_str(), text::bounded(&entry.value.shown(), 80))).collect();
    let around = [("device", &record.device), ("version", &record.version)];
    values.extend(around.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
    values
}

fn figures(record: &RunRecord) -> Values<'_> {
    record.main_figures().into_iter().map(|(name, value)| (name, text::number(value))).collect()
}

fn table(
    runs: &[(usize, &RunRecord)],
    values: &[Values<'_>],
    in_words: fn(&RunRecord, &str) -> String,
    is_worth: fn(&[Cell]) -> bool,
) -> Table {
    let names: BTreeSet<&str> = values.iter().flat_map(|values| values.keys().copied()).collect();
    let mut columns = Vec::new();
    let mut rows: Vec<Row> =
        runs.iter().map(|(run, _)| Row { run: *run, cells: Vec::new() }).collect();
    let mut left_out = 0;
    for name in names {
        let with = runs.iter().zip(values).filter(|(_, values)| values.contains_key(name));
        let assignments: BTreeSet<&str> =
            with.map(|((_, record), _)| record.assignment.as_str()).collect();
        let cell = |((_, record), values): (&(usize, &RunRecord), &Values<'_>)| match (
            values.get(name),
            assignments.contains(record.assignment.as_str()),
        ) {
            (Some(value), _) => Cell::Value(value.clone()),
            (None, true) => Cell::Absent,
            (None, false) => Cell::Foreign,
        };
        let cells: Vec<Cell> = runs.iter().zip(values).map(cell).collect();
        if !is_worth(&cells) {
            continue;
        }
        if columns.len() == MOST_COLUMNS {
            left_out += 1;
            continue;
        }
        let first = runs.iter().zip(values).find(|(_, values)| values.contains_key(name));
        columns.extend(first.map(|((_, record), _)| in_words(record, name)));
        for (row, cell) in rows.iter_mut().zip(cells) {
            row.cells.push(cell);
        }
    }
    rows.retain(|row| row.cells.iter().any(|cell| matches!(cell, Cell::Value(_))));
    Table { columns, rows, left_out }
}

/// Whether runs that have such a setting have it otherwise.
fn differs(cells: &[Cell]) -> bool {
    let mut own = cells.iter().filter(|cell| **cell != Cell::Foreign);
    let first = own.next();
    own.any(|cell| Some(cell) != first)
}

fn values(cells: &[Cell]) -> impl Iterator<Item = &Cell> {
    cells.iter().filter(|cell| matches!(cell, Cell::Value(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{Datum, Entry};
    use std::path::Path;

    fn run(assignment: &str, settings: &[(&str, f64)]) -> RunRecord {
        let entry = |(name, value): &(&str, f64)| Entry {
            name: (*name).to_string(),
            value: Datum::Number(*value),
        };
        RunRecord {
            assignment: assignment.to_string(),
            settings: settings.iter().map(entry).collect(),
            ..RunRecord::read(Path::new("nowhere"))
        }
    }

    #[test]
    fn only_settings_that_differ_among_runs_that_have_them_are_shown() {
        let runs = [
            run("planar", &[("lr", 1.2), ("seed", 3.0), ("hidden", 4.0)]),
            run("planar", &[("lr", 0.6), ("seed", 3.0)]),
            run("cats", &[("seed", 3.0), ("layers", 2.0)]),
        ];
        let table = of(&runs).unwrap().settings;
        assert_eq!(table.columns, ["hidden", "lr"]);
        assert_eq!(table.rows.len(), 2, "the third run has neither");
        assert_eq!(table.rows[1].cells, [Cell::Absent, Cell::Value("0.6".to_string())]);
    }

    #[test]
    fn one_run_is_compared_with_nothing() {
        assert!(of(&[run("planar", &[])]).is_none());
    }
}
