//! Figures in rows: said as a table, kept one by one.

use serde_json::Value;

use crate::run::Run;

/// A table that is said row by row: the first column left-aligned, the others right-aligned.
#[derive(Debug, Clone)]
pub struct Table {
    widths: Vec<usize>,
}

impl Table {
    /// Says what the columns are called; each has a width in characters.
    pub fn begin<'a>(run: &Run, columns: impl IntoIterator<Item = (&'a str, usize)>) -> Self {
        let (names, widths): (Vec<&str>, Vec<usize>) = columns.into_iter().unzip();
        let table = Self { widths };
        run.say(&table.line(names));
        table
    }

    /// Says a row, and keeps those of its cells that have a key.
    pub fn row(&self, run: &mut Run, cells: impl IntoIterator<Item = Cell>) {
        let cells: Vec<Cell> = cells.into_iter().collect();
        run.say(&self.line(cells.iter().map(|cell| cell.text.as_str())));
        for (key, value) in cells.into_iter().filter_map(|cell| cell.kept) {
            run.result(&key, value);
        }
    }

    fn line<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> String {
        let mut line = String::new();
        for (place, (text, &width)) in texts.into_iter().zip(&self.widths).enumerate() {
            line += &match place {
                0 => format!("{text:width$}"),
                _ => format!(" {text:>width$}"),
            };
        }
        line
    }
}

/// A cell of a [`Table`].
#[derive(Debug, Clone)]
pub struct Cell {
    text: String,
    kept: Option<(String, Value)>,
}

impl Cell {
    /// A cell that is said and not kept.
    pub fn said(text: impl Into<String>) -> Self {
        Self { text: text.into(), kept: None }
    }

    /// A figure that is said with so many decimals and kept whole.
    pub fn figure(key: impl Into<String>, figure: f64, decimals: usize) -> Self {
        Self::said(format!("{figure:.decimals$}")).keeping(key, figure)
    }

    /// The same cell, with a value that is kept under `key`.
    pub fn keeping(self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { kept: Some((key.into(), value.into())), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_their_names() {
        let table = Table { widths: vec![6, 7, 3] };
        assert_eq!(table.line(["", "train %", "n"]), "       train %   n");
        assert_eq!(table.line(["L2", "93.84", "200"]), "L2       93.84 200");
    }
}
