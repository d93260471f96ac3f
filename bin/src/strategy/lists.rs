//! The lists of a split as CSV files.

use fireside_strategy::examples::{Examples, Groups};
use fireside_strategy::table::Table;

use crate::Failure;

/// Writes a list for each set: the rows of the table the examples came from, or the files of a folder with
/// their classes and sources.
///
/// # Errors
/// When a list cannot be made.
pub fn csv(
    sets: &[(String, &[usize])],
    examples: &Examples,
    table: Option<&Table>,
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let lists = sets.iter().map(|(name, set)| {
        let list = match table {
            Some(table) => rows(table, set),
            None => files(examples, set),
        };
        let list = list.and_then(|writer| writer.into_inner().map_err(|e| e.into_error().into()));
        list.map(|list| (format!("{name}.csv"), list)).map_err(|e| Failure::Run(e.to_string()))
    });
    lists.collect()
}

type Writer = csv::Writer<Vec<u8>>;

fn rows(table: &Table, set: &[usize]) -> Result<Writer, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(table.header())?;
    for &row in set {
        writer.write_record(table.row(row))?;
    }
    Ok(writer)
}

fn files(examples: &Examples, set: &[usize]) -> Result<Writer, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let columns = [("label", &examples.classes), ("source", &examples.sources)];
    let columns: Vec<(&str, &Groups)> =
        columns.into_iter().filter_map(|(name, groups)| Some((name, groups.as_ref()?))).collect();
    let header = std::iter::once("file").chain(columns.iter().map(|(name, _)| *name));
    writer.write_record(header)?;
    for &example in set {
        let groups = columns.iter().map(|(_, groups)| groups.names[groups.of[example]].as_str());
        writer.write_record(std::iter::once(examples.names[example].as_str()).chain(groups))?;
    }
    Ok(writer)
}
