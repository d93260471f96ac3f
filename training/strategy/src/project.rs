//! What is known of a project, read from JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::StrategyError;
use crate::diagnose::{ErrorRates, diagnose};
use crate::error_analysis::{self, AnalysisConfig, Counts, ErrorAnalysis};
use crate::file::{parse_json, read_json};
use crate::metric;
use crate::number::ErrorRate;
use crate::plan::{Plan, SplitPlan};
use crate::ranking::{self, Criterion, Direction, Limit, Ranking, Score};
use crate::ratios::{Ratios, advised_ratios, set_sizes};
use crate::table::Table;
use crate::warning::{SMALL, Warning, different_sources};

/// What is known of a project, as a JSON object. Every part may be left out; paths are relative to the file;
/// error rates are shares from 0 to 1 or texts such as `"8%"`.
///
/// ```
/// use fireside_strategy::project::Project;
///
/// let json = r#"{
///     "title": "Bird detector",
///     "split": {"examples": 10000000, "ratios": [0.95, 0.025, 0.025],
///               "sources": {"dev": {"camera": 250000}, "test": {"camera": 250000}}},
///     "models": {"rows": [{"name": "A", "accuracy": 0.98, "seconds": 9},
///                         {"name": "B", "accuracy": 0.99, "seconds": 13}],
///                "optimise": "accuracy", "direction": "maximise", "satisfy": ["seconds<=10"]},
///     "error_rates": {"human": ["0.3%", "0.5%"], "train": "2%", "train_dev": "2.1%", "dev": "2.2%",
///                     "test": "2.3%"},
///     "error_analysis": {"counts": {"examined": 100, "tags": {"fog": 61}, "wrong_labels": 3}}
/// }"#;
/// let plan = Project::parse("bird.json", json.as_bytes())?.plan(".".as_ref())?;
/// assert_eq!(plan.steps[0], "Choose A: the highest accuracy within the limits, 0.98.");
/// # Ok::<(), fireside_strategy::StrategyError>(())
/// ```
///
/// Instead of `rows`, `models` takes a `csv`, and `"average": true` or `"f1": true` instead of `optimise`;
/// instead of `counts`, `error_analysis` takes a `csv` with `tags`, `wrong_label` and `dev_error` as in
/// [`AnalysisConfig`]; `predictions` takes a `csv` and the names of its columns `label`, `prediction` and
/// `weight`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// What the project is called.
    title: Option<String>,
    split: Option<SplitPart>,
    models: Option<ModelsPart>,
    predictions: Option<PredictionsPart>,
    error_rates: Option<ErrorRates>,
    error_analysis: Option<AnalysisPart>,
    /// The file it was read from, for messages.
    #[serde(skip)]
    file: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct SplitPart {
    examples: usize,
    ratios: Option<Ratios>,
    sources: Option<Sources>,
}

/// How many examples of each set come from each source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sources {
    dev: BTreeMap<String, usize>,
    test: BTreeMap<String, usize>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelsPart {
    csv: Option<PathBuf>,
    rows: Option<Vec<Row>>,
    optimise: Option<String>,
    #[serde(default)]
    average: bool,
    #[serde(default)]
    f1: bool,
    direction: Option<Direction>,
    #[serde(default)]
    satisfy: Vec<Limit>,
}

#[derive(Debug, Clone, Deserialize)]
struct Row {
    name: String,
    #[serde(flatten)]
    values: BTreeMap<String, f64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PredictionsPart {
    csv: PathBuf,
    label: Option<String>,
    prediction: Option<String>,
    weight: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnalysisPart {
    csv: Option<PathBuf>,
    tags: Option<Vec<String>>,
    wrong_label: Option<String>,
    counts: Option<Counts>,
    /// That of `error_rates` if absent.
    dev_error: Option<ErrorRate>,
}

impl Project {
    /// Reads a project's JSON.
    ///
    /// # Errors
    /// When it cannot be read or is not of the format above; the message names line and column.
    pub fn read(path: &Path) -> Result<Self, StrategyError> {
        Self::checked(&path.display().to_string(), read_json(path)?)
    }

    /// Reads the text of a project's JSON; `file` names it in messages.
    ///
    /// # Errors
    /// When it is not of the format above, or has no part.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, StrategyError> {
        Self::checked(file, parse_json(file, bytes)?)
    }

    fn checked(file: &str, project: Self) -> Result<Self, StrategyError> {
        match &project {
            Self {
                split: None,
                models: None,
                predictions: None,
                error_rates: None,
                error_analysis: None,
                ..
            } => Err(StrategyError::Empty {
                file: file.to_string(),
                wanted: "part of a plan: split, models, predictions, error_rates or error_analysis",
            }),
            _ => Ok(Self { file: file.to_string(), ..project }),
        }
    }

    /// Works everything out. Paths are relative to `folder`.
    ///
    /// # Errors
    /// When a part is inconsistent, or a file that it names cannot be read.
    pub fn plan(&self, folder: &Path) -> Result<Plan, StrategyError> {
        let split = self.split.as_ref().map(|part| self.split(part)).transpose()?;
        let models = self.models.as_ref().map(|part| self.models(part, folder)).transpose()?;
        let predictions = self.predictions.as_ref().map(|part| {
            let table = Table::read(&folder.join(&part.csv))?;
            let label = part.label.as_deref().unwrap_or(metric::LABEL);
            let prediction = part.prediction.as_deref().unwrap_or(metric::PREDICTION);
            metric::evaluate_table(&table, label, prediction, part.weight.as_deref())
        });
        let diagnosis = self.error_rates.as_ref().map(diagnose);
        let analysis = self.error_analysis.as_ref().map(|part| self.analysis(part, folder));
        let mut plan = Plan {
            title: self.title.clone().unwrap_or_else(|| "What to do next".to_string()),
            steps: Vec::new(),
            split,
            models,
            predictions: predictions.transpose()?,
            diagnosis,
            error_analysis: analysis.transpose()?,
        };
        plan.steps = plan.next_steps();
        Ok(plan)
    }

    fn split(&self, part: &SplitPart) -> Result<SplitPlan, StrategyError> {
        let advised = advised_ratios(part.examples);
        let ratios = part.ratios.unwrap_or(advised);
        let sizes = set_sizes(part.examples, ratios)?;
        let warning = part.sources.as_ref().and_then(|Sources { dev, test }| {
            let names: BTreeSet<&String> = dev.keys().chain(test.keys()).collect();
            let total =
                |set: &BTreeMap<String, usize>| set.values().map(|&n| n as f64).sum::<f64>();
            let shares = |set: &BTreeMap<String, usize>| -> Vec<(String, f64)> {
                let share = |name| set.get(name).map_or(0.0, |&n| n as f64 / total(set));
                names.iter().map(|&name| (name.clone(), share(name))).collect()
            };
            let smaller = total(dev).min(total(test)) as usize;
            different_sources(&shares(dev), &shares(test), smaller)
        });
        let small = ["dev", "test"].into_iter().zip(&sizes[1..]).filter_map(|(set, &examples)| {
            (1..SMALL).contains(&examples).then_some(Warning::SmallSet { set, examples })
        });
        let warnings = warning.into_iter().chain(small).collect();
        Ok(SplitPlan { sizes, ratios, advised, warnings })
    }

    fn models(&self, part: &ModelsPart, folder: &Path) -> Result<Ranking, StrategyError> {
        let score = match (&part.optimise, part.average, part.f1) {
            (Some(column), false, false) => Score::Column(column.clone()),
            (None, true, false) => Score::Mean,
            (None, false, true) => Score::F1,
            _ => return Err(self.wrong("models needs one of optimise, average and f1".to_string())),
        };
        let direction = part.direction.unwrap_or(Direction::Maximise);
        let table = match (&part.csv, &part.rows) {
            (Some(csv), None) => Table::read(&folder.join(csv))?,
            (None, Some(rows)) => self.table(rows)?,
            _ => return Err(self.wrong("models needs one of csv and rows".to_string())),
        };
        ranking::rank(&table, &Criterion { score, direction, limits: part.satisfy.clone() })
    }

    /// Rows of the JSON as a table, once they are known to have the same columns.
    fn table(&self, rows: &[Row]) -> Result<Table, StrategyError> {
        let columns = |row: &Row| -> Vec<String> { row.values.keys().cloned().collect() };
        let header = rows.first().map(columns).unwrap_or_default();
        if let Some(other) = rows.iter().find(|row| columns(row) != header) {
            let (name, first) = (&other.name, header.join(", "));
            return Err(
                self.wrong(format!("model {name} has not the columns of the first: {first}"))
            );
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = std::iter::once("name".to_string()).chain(header);
        let rows = rows.iter().map(|row| {
            let values = row.values.values().map(ToString::to_string);
            std::iter::once(row.name.clone()).chain(values).collect::<Vec<_>>()
        });
        let written = std::iter::once(header.collect::<Vec<_>>())
            .chain(rows)
            .try_for_each(|row| writer.write_record(row))
            .map_err(|error| self.wrong(error.to_string()));
        written?;
        let text = writer.into_inner().map_err(|error| self.wrong(error.to_string()))?;
        Table::parse(&format!("{}, models", self.file), &text)
    }

    fn analysis(&self, part: &AnalysisPart, folder: &Path) -> Result<ErrorAnalysis, StrategyError> {
        let dev_error = part.dev_error.or(self.error_rates.as_ref().map(|rates| rates.dev));
        match (&part.csv, &part.counts) {
            (Some(csv), None) => {
                let config = AnalysisConfig {
                    tags: part.tags.clone(),
                    wrong_label: part.wrong_label.clone(),
                    dev_error,
                };
                error_analysis::analyse(&Table::read(&folder.join(csv))?, &config)
            }
            (None, Some(counts)) => counts.analyse(dev_error),
            _ => Err(self.wrong("error_analysis needs one of csv and counts".to_string())),
        }
    }

    fn wrong(&self, reason: String) -> StrategyError {
        StrategyError::Unreadable { file: self.file.clone(), reason }
    }
}

#[cfg(test)]
mod tests;
