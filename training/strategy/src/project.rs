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
mod tests {
    use super::*;

    fn plan(json: &str) -> Result<Plan, StrategyError> {
        Project::parse("plan.json", json.as_bytes())?.plan(Path::new("."))
    }

    fn refused(json: &str) -> String {
        plan(json).unwrap_err().to_string()
    }

    #[test]
    fn steps_go_from_the_target_to_hitting_it() {
        let plan = plan(
            r#"{"split": {"examples": 1000000, "sources": {"dev": {"camera": 9000, "phone": 1000},
                                                          "test": {"camera": 10000}}},
                "models": {"rows": [{"name": "A", "x": 1}], "optimise": "x"},
                "error_rates": {"human": [0.01], "train": "8%", "dev": "10%"},
                "error_analysis": {"counts": {"examined": 10, "tags": {"fog": 7}, "wrong_labels": 3}}}"#,
        )
        .unwrap();
        let begins: Vec<&str> =
            plan.steps.iter().map(|step| step.split([':', ',']).next().unwrap()).collect();
        let expected = [
            "Mind the sets",
            "Choose A",
            "Work on avoidable bias.",
            "Look at fog first",
            "Clean the labels",
        ];
        assert_eq!(begins, expected);
        assert!(plan.steps[0].contains("dev: camera 90 %, phone 10 %; test: camera 100 %"));
        assert_eq!(plan.split.unwrap().sizes, [980_000, 10_000, 10_000]);
        // The dev error of the rates makes points of the shares.
        assert_eq!(plan.error_analysis.unwrap().dev_error, Some(0.1));
    }

    #[test]
    fn any_part_alone_makes_a_page() {
        for (json, heading) in [
            (r#"{"split": {"examples": 500}}"#, "## Data"),
            (r#"{"models": {"rows": [{"name": "A", "x": 1}], "average": true}}"#, "## Models"),
            (r#"{"error_rates": {"train": 0.01, "dev": 0.02}}"#, "## Bias and variance"),
            (r#"{"error_analysis": {"counts": {"examined": 3}}}"#, "## Error analysis"),
        ] {
            let page = plan(json).unwrap().markdown();
            assert!(page.starts_with("# What to do next\n") && page.contains(heading), "{page}");
        }
    }

    #[test]
    fn files_are_found_beside_the_plan() {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("models.csv", "model,precision,recall\nA,0.95,0.90\nB,0.98,0.85\n");
        write("errors.csv", "image,dog\n1,x\n2,\n");
        write("predictions.csv", "label,prediction\ncat,cat\ndog,cat\n");
        write(
            "plan.json",
            r#"{"models": {"csv": "models.csv", "f1": true}, "error_analysis": {"csv": "errors.csv"},
                "predictions": {"csv": "predictions.csv"}}"#,
        );
        let plan = Project::read(&folder.path().join("plan.json")).unwrap();
        let plan = plan.plan(folder.path()).unwrap();
        assert_eq!(plan.models.unwrap().best().unwrap().name, "A");
        assert_eq!(plan.predictions.unwrap().accuracy, 0.5);
        assert_eq!(plan.error_analysis.unwrap().tags[0].share, 0.5);
    }

    #[test]
    fn title_and_names_are_text_on_the_page() {
        let page = plan(
            r#"{"title": "<img src=x onerror=alert(1)>", "models": {"rows": [{"name": "</style>|*b*", "x": 1}],
                "optimise": "x"}}"#,
        )
        .unwrap()
        .html();
        assert!(!page.contains("<img") && !page.contains("<em>"), "{page}");
        assert_eq!(page.matches("</style>").count(), 1);
        assert!(page.contains("<td>&lt;/style&gt;|*b*</td>"), "{page}");
    }

    #[test]
    fn what_is_no_plan_is_refused_with_its_place() {
        let culprits = [
            ("", "line 1 column 0"),
            ("{", "line 1 column 1"),
            ("{}", "holds no part of a plan"),
            (r#"{"spilt": {}}"#, "unknown field `spilt`"),
            (r#"{"error_rates": {"train": 8, "dev": 0.1}}"#, "\"8\" is no error rate"),
            (r#"{"error_rates": {"train": [], "dev": 0.1}}"#, "an error rate: a share"),
            (r#"{"error_rates": {"dev": 0.1}}"#, "missing field `train`"),
            (r#"{"split": {"examples": 9, "ratios": [0.5, 0.2, 0.2]}}"#, "sum to 0.9"),
            (r#"{"models": {"rows": [], "average": true}}"#, "holds no rows"),
            (r#"{"models": {"rows": [{"name": "A", "x": 1}]}}"#, "one of optimise"),
            (r#"{"models": {"average": true}}"#, "one of csv and rows"),
            (
                r#"{"models": {"average": true, "rows": [{"name": "A", "x": 1}, {"name": "B", "y": 1}]}}"#,
                "model B has not the columns",
            ),
            (
                r#"{"models": {"optimise": "x", "satisfy": ["x=1"], "rows": []}}"#,
                "\"x=1\" is no limit",
            ),
            (r#"{"error_analysis": {}}"#, "one of csv and counts"),
            (r#"{"error_analysis": {"csv": "absent.csv"}}"#, "absent.csv cannot be read"),
        ];
        for (json, culprit) in culprits {
            assert!(refused(json).contains(culprit), "{json}: {}", refused(json));
        }
    }
}
