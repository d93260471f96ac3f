//! The trials of a search as a table, the best first.

use std::io;

use crate::point::{Value, short};
use crate::trial::{Record, Status};

/// Returns the first `rows` trials as lines of aligned columns: rank, trial, budget, score, and a column for
/// each of `names`. In place of a score stands how the trial ended.
#[must_use]
pub fn text(names: &[&str], ranked: &[&Record], rows: usize) -> String {
    let heading = ["rank", "trial", "budget", "score"].iter().chain(names);
    let mut table = vec![heading.map(|name| (*name).to_string()).collect::<Vec<_>>()];
    for (index, record) in ranked.iter().take(rows).enumerate() {
        let score = match &record.status {
            Status::Done { score } => short(*score),
            Status::Stopped { score } => format!("{} (stopped)", short(*score)),
            status => status.name().to_string(),
        };
        let start = [(index + 1).to_string(), record.number.to_string(), record.budget.to_string()];
        let values = names.iter().map(|name| record.point.value(name).map_or(String::new(), shown));
        table.push(start.into_iter().chain([score]).chain(values).collect());
    }
    let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..table[0].len()).map(|column| width(column).unwrap_or(0)).collect();
    let lines = table.iter().map(|row| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:>width$}"));
        cells.collect::<Vec<_>>().join("  ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => short(*number),
        other => other.to_string(),
    }
}

/// Writes all trials to `out` as CSV with every digit: rank, trial, budget, status, score, the columns of `names`,
/// seconds, and the reason why a trial has no score.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_csv(out: impl io::Write, names: &[&str], ranked: &[&Record]) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    let start = ["rank", "trial", "budget", "status", "score"];
    table.write_record(start.iter().chain(names).chain(&["seconds", "reason"]))?;
    for (index, record) in ranked.iter().enumerate() {
        let score = record.status.score().map_or(String::new(), |score| score.to_string());
        let reason = record.status.reason().unwrap_or_default();
        let mut row = vec![
            (index + 1).to_string(),
            record.number.to_string(),
            record.budget.to_string(),
            record.status.name().to_string(),
            score,
        ];
        let value = |name: &&str| record.point.value(name).map_or(String::new(), Value::to_string);
        row.extend(names.iter().map(value));
        row.extend([format!("{:.3}", record.seconds), reason.to_string()]);
        table.write_record(row)?;
    }
    table.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["rate", "optimizer"];

    fn record(number: usize, rate: f64, optimizer: &str, status: Status) -> Record {
        let values: [(&str, Value); 2] = [("rate", rate.into()), ("optimizer", optimizer.into())];
        let point = values.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
        Record { number, budget: 30, point, status, seconds: 1.25 }
    }

    fn records() -> [Record; 3] {
        [
            record(12, 0.012_345_678, "adam", Status::Done { score: 0.987_65 }),
            record(3, 3.25e-6, "momentum", Status::Stopped { score: 0.5 }),
            record(7, 0.9, "a, b", Status::Diverged { reason: "NaN in\nepoch 2".to_string() }),
        ]
    }

    #[test]
    fn text_is_aligned_and_cut_at_the_rows_asked_for() {
        let records = records();
        let expected = "\
rank  trial  budget             score      rate  optimizer
   1     12      30            0.9877   0.01235       adam
   2      3      30  0.5000 (stopped)  3.250e-6   momentum
   3      7      30          diverged    0.9000       a, b";
        let ranked: Vec<_> = records.iter().collect();
        assert_eq!(text(&NAMES, &ranked, 9), expected);
        assert_eq!(text(&NAMES, &ranked, 1).lines().count(), 2);
    }

    #[test]
    fn csv_has_every_digit_and_quotes_what_needs_it() {
        let mut table = Vec::new();
        let records = records();
        write_csv(&mut table, &NAMES, &records.iter().collect::<Vec<_>>()).unwrap();
        let expected = "\
rank,trial,budget,status,score,rate,optimizer,seconds,reason
1,12,30,done,0.98765,0.012345678,adam,1.250,
2,3,30,stopped,0.5,0.00000325,momentum,1.250,
3,7,30,diverged,,0.9,\"a, b\",1.250,\"NaN in
epoch 2\"
";
        assert_eq!(String::from_utf8(table).unwrap(), expected);
    }
}
