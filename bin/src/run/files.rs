//! The files of a run: pictures, tables, and what a program writes itself.

use std::path::PathBuf;

use fireside_report::CONFIG_FILE;
use fireside_training::files::write_whole;
use serde::Serialize;
use serde_json::Value;

use super::Run;
use crate::Failure;

impl Run {
    /// Writes a picture into the run's folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn picture(&mut self, name: &str, png: &[u8]) -> Result<(), Failure> {
        if let Some(path) = self.write(name, png)? {
            self.pictures.push(path);
        }
        Ok(())
    }

    /// Writes a file that is no picture into the run's folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn file(&self, name: &str, contents: &[u8]) -> Result<(), Failure> {
        self.write(name, contents).map(|_| ())
    }

    pub(crate) fn write_costs(&self) -> Result<(), Failure> {
        let rows = self.histories.iter().flat_map(|(stage, history)| {
            let points = history.points.iter();
            points.map(move |point| (stage, point.iteration, point.cost))
        });
        self.write_table("metrics.csv", &["stage", "iteration", "cost"], rows)
    }

    pub(crate) fn write_curves(&self) -> Result<(), Failure> {
        let header = [
            "stage",
            "epoch",
            "learning_rate",
            "train_loss",
            "train_accuracy",
            "validation_loss",
            "validation_accuracy",
        ];
        let rows = self.curves.iter().flat_map(|(stage, curve)| {
            curve.points.iter().map(move |point| {
                let (train, held_out) = (point.train, point.held_out);
                let figures = (train.loss, train.accuracy, held_out.loss, held_out.accuracy);
                (stage, point.epoch, point.learning_rate, figures)
            })
        });
        self.write_table("epochs.csv", &header, rows)
    }

    /// Writes no file where there are no rows.
    fn write_table<R: Serialize>(
        &self,
        name: &str,
        header: &[&str],
        rows: impl Iterator<Item = R>,
    ) -> Result<(), Failure> {
        let mut rows = rows.peekable();
        if rows.peek().is_none() {
            return Ok(());
        }
        let mut table = csv::Writer::from_writer(Vec::new());
        let written =
            table.write_record(header).and_then(|()| rows.try_for_each(|row| table.serialize(row)));
        let text = written
            .map_err(|error| error.to_string())
            .and_then(|()| table.into_inner().map_err(|error| error.to_string()))
            .map_err(Failure::Run)?;
        self.write(name, &text).map(|_| ())
    }

    /// Writes what the run was started with: without it there is nothing to go on with.
    pub(super) fn write_config(&self, config: &Value) -> Result<(), Failure> {
        let Some(folder) = self.folder() else {
            return Ok(());
        };
        let path = folder.join(CONFIG_FILE);
        let text = serde_json::to_vec_pretty(config).map_err(|e| Failure::Run(e.to_string()))?;
        write_whole(&path, &text).map_err(|error| Failure::unwritable(&path, &error))
    }

    pub(super) fn write_json(&self, name: &str, value: &Value) -> Result<(), Failure> {
        let text = serde_json::to_vec_pretty(value).map_err(|e| Failure::Run(e.to_string()))?;
        self.write(name, &text).map(|_| ())
    }

    fn write(&self, name: &str, contents: &[u8]) -> Result<Option<PathBuf>, Failure> {
        let Some(folder) = self.folder() else {
            return Ok(None);
        };
        let path = folder.join(name);
        write_whole(&path, contents).map_err(|error| Failure::unkept(&path, &error))?;
        Ok(Some(path))
    }
}
