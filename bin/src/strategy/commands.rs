//! What each command of `c3-strategy` finds.

use std::path::Path;

use fireside_strategy::StrategyError;
use fireside_strategy::diagnose::{ErrorRates, diagnose};
use fireside_strategy::document::Block;
use fireside_strategy::error_analysis::{self, AnalysisConfig};
use fireside_strategy::examples::Examples;
use fireside_strategy::metric;
use fireside_strategy::project::Project;
use fireside_strategy::ranking::{self, Criterion, Direction, Score};
use fireside_strategy::split::{self, Split, SplitConfig};
use fireside_strategy::table::Table;
use fireside_strategy::warning::Warning;
use serde_json::{Map, Value, json};

use super::arguments::{Diagnose, ErrorsArguments, Metric, Rates, ScoreFlags, SplitArguments};
use super::{Outcome, lists};
use crate::Failure;
use crate::findings::confusion;
use crate::run::snake_case;

/// Scores a classifier from its predictions, or chooses among models.
///
/// # Errors
/// When the table is damaged or lacks what is asked of it.
pub fn metric(arguments: Metric) -> Result<Outcome, Failure> {
    let table = Table::read(&arguments.file)?;
    let score = match arguments.score {
        ScoreFlags { optimise: Some(column), .. } => Score::Column(column),
        ScoreFlags { average: true, .. } => Score::Mean,
        ScoreFlags { f1: true, .. } => Score::F1,
        _ => {
            let Metric { label, prediction, weight, .. } = arguments;
            let columns = [
                ("--label", Some(&label)),
                ("--prediction", Some(&prediction)),
                ("--weight", weight.as_ref()),
            ];
            let metrics = metric::evaluate_table(&table, &label, &prediction, weight.as_deref())
                .map_err(|error| by_flag(error, &columns))?;
            let picture = confusion::draw(&metrics.classes, &metrics.confusion)?;
            let files = picture.into_iter().map(|png| ("confusion.png".to_string(), png));
            return Ok(Outcome {
                name: "metric",
                report: metrics.report(),
                results: json!(metrics),
                files: files.collect(),
            });
        }
    };
    let direction = if arguments.minimise { Direction::Minimise } else { Direction::Maximise };
    let criterion = Criterion { score, direction, limits: arguments.satisfy };
    let column = match &criterion.score {
        Score::Column(column) => Some(column),
        _ => None,
    };
    let ranking = ranking::rank(&table, &criterion)
        .map_err(|error| by_flag(error, &[("--optimise", column)]))?;
    let mut report = vec![Block::Paragraph(ranking.verdict())];
    report.extend(ranking.details());
    Ok(Outcome { name: "metric", report, results: json!(ranking), files: Vec::new() })
}

/// Makes sets or folds, or checks those there are.
///
/// # Errors
/// When the examples cannot be read, or cannot be split so.
pub fn split(arguments: &SplitArguments) -> Result<Outcome, Failure> {
    let columns = [
        ("--label", &arguments.label),
        ("--source", &arguments.source),
        ("--check", &arguments.check),
    ];
    let by_flag = |error| by_flag(error, &columns.map(|(flag, column)| (flag, column.as_ref())));
    let named = columns.iter().find(|(_, column)| column.is_some());
    let (table, examples) = match (arguments.data.is_dir(), named) {
        (true, Some((flag, _))) => {
            let data = arguments.data.display();
            return Err(Failure::Input(format!(
                "{flag} names a column, but {data} is a folder: its folders say class and source"
            )));
        }
        (true, None) => (None, Examples::from_folder(&arguments.data)?),
        (false, _) => {
            let table = Table::read(&arguments.data)?;
            let (label, source) = (arguments.label.as_deref(), arguments.source.as_deref());
            let examples = Examples::from_table(&table, label, source).map_err(by_flag)?;
            (Some(table), examples)
        }
    };
    if let Some(count) = arguments.folds {
        if !(0.0..1.0).contains(&arguments.hold_out) {
            return Err(Failure::Input(format!(
                "--hold-out {}: it must be a share from 0 to below 1",
                arguments.hold_out
            )));
        }
        let folds =
            split::folds(&examples, count, arguments.hold_out, arguments.seed).map_err(by_flag)?;
        let names = (1..=count).map(|fold| format!("fold-{fold}"));
        let mut sets: Vec<(String, &[usize])> =
            names.zip(folds.folds.iter().map(Vec::as_slice)).collect();
        sets.extend((!folds.test.is_empty()).then_some(("test".to_string(), &folds.test[..])));
        return lists_of(&sets, folds.report(&examples), Vec::new(), &examples, table.as_ref());
    }
    let split = match (&arguments.check, &table) {
        (Some(column), Some(table)) => Split::from_table(table, column).map_err(by_flag)?,
        _ => {
            let SplitArguments { ratios, train_dev, ref target, seed, .. } = *arguments;
            split::split(
                &examples,
                &SplitConfig { ratios, train_dev, target: target.clone(), seed },
            )
            .map_err(by_flag)?
        }
    };
    let sets: Vec<(String, &[usize])> =
        split.sets().into_iter().map(|(name, set)| (name.to_string(), set)).collect();
    let warnings = split.warnings(&examples);
    lists_of(&sets, split.report(&examples), warnings, &examples, table.as_ref())
}

/// The sets as lists of files or rows, and as names or lines for machines.
fn lists_of(
    sets: &[(String, &[usize])],
    report: Vec<Block>,
    warnings: Vec<Warning>,
    examples: &Examples,
    table: Option<&Table>,
) -> Result<Outcome, Failure> {
    let names = |set: &[usize]| -> Value {
        set.iter().map(|&example| examples.names[example].as_str()).collect()
    };
    let members: Map<String, Value> =
        sets.iter().map(|(name, set)| (snake_case(name), names(set))).collect();
    let results = json!({"sets": members, "warnings": warnings});
    Ok(Outcome { name: "split", report, results, files: lists::csv(sets, examples, table)? })
}

/// Finds where the error comes from.
///
/// # Errors
/// When there are no rates, or they are none.
pub fn diagnosis(Diagnose { file, rates }: Diagnose) -> Result<Outcome, Failure> {
    let rates = match (file, rates) {
        (Some(file), _) => ErrorRates::read(&file)?,
        (None, Some(Rates { human, train, train_dev, dev, test })) => {
            ErrorRates { human, train, train_dev, dev, test }
        }
        (None, None) => {
            return Err(Failure::Input(
                "give error rates: --train and --dev, or a JSON file".into(),
            ));
        }
    };
    let diagnosis = diagnose(&rates);
    let mut report = vec![Block::Paragraph(diagnosis.verdict())];
    report.extend(diagnosis.details());
    Ok(Outcome { name: "diagnose", report, results: json!(diagnosis), files: Vec::new() })
}

/// Counts the kinds of mistakes.
///
/// # Errors
/// When the table is damaged or lacks what is asked of it.
pub fn errors(arguments: ErrorsArguments) -> Result<Outcome, Failure> {
    let ErrorsArguments { file, dev_error, wrong_label, tags } = arguments;
    let config = AnalysisConfig { tags, wrong_label, dev_error };
    let tags = config.tags.iter().flatten().map(|tag| ("--tags", Some(tag)));
    let columns: Vec<_> = tags.chain([("--wrong-label", config.wrong_label.as_ref())]).collect();
    let analysis = error_analysis::analyse(&Table::read(&file)?, &config)
        .map_err(|error| by_flag(error, &columns))?;
    let mut report = vec![Block::Paragraph(analysis.verdict())];
    report.extend(analysis.wrong_labels.iter().map(|labels| Block::Paragraph(labels.verdict())));
    report.extend(analysis.details());
    Ok(Outcome { name: "errors", report, results: json!(analysis), files: Vec::new() })
}

/// Puts everything known of a project on one page.
///
/// # Errors
/// When what is known is damaged or contradicts itself.
pub fn plan(file: &Path) -> Result<Outcome, Failure> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let plan = Project::read(file)?.plan(folder)?;
    let files = vec![("plan.html".to_string(), plan.html().into_bytes())];
    Ok(Outcome { name: "plan", report: plan.report(), results: json!(plan), files })
}

/// Names the flag that an error is about: the one that named a column, or the one whose value cannot be.
fn by_flag(error: StrategyError, columns: &[(&str, Option<&String>)]) -> Failure {
    let flag = match &error {
        StrategyError::MissingColumn { column, .. } => {
            let names = |name: &String| name == column.trim_matches('"');
            let named = columns.iter().find(|(_, name)| name.is_some_and(names));
            named.map(|(flag, _)| format!("{flag} names another"))
        }
        StrategyError::Ratios { .. } => Some("--ratios sets them".to_string()),
        StrategyError::TrainDev(_) => Some("--train-dev sets it".to_string()),
        StrategyError::EmptySet { .. } => {
            Some("--ratios, --train-dev or --hold-out give it more".to_string())
        }
        StrategyError::TooFewFolds(_) | StrategyError::TooManyFolds { .. } => {
            Some("--folds sets how many".to_string())
        }
        StrategyError::NoTarget { .. } => Some("--target chooses one".to_string()),
        _ => None,
    };
    match flag {
        Some(flag) => Failure::Input(format!("{error} ({flag})")),
        None => error.into(),
    }
}
