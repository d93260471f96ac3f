//! The course's own worked examples, put through the same tools as a user's figures.

use std::path::Path;

use fireside_strategy::StrategyError;
use fireside_strategy::diagnose::{ErrorRates, diagnose};
use fireside_strategy::document::Block;
use fireside_strategy::error_analysis::{AnalysisConfig, analyse};
use fireside_strategy::examples::{Examples, Groups};
use fireside_strategy::number::ErrorRate;
use fireside_strategy::project::Project;
use fireside_strategy::ranking::{Criterion, Direction, Limit, Score, rank};
use fireside_strategy::ratios::advised_ratios;
use fireside_strategy::split::{SplitConfig, split};
use fireside_strategy::table::Table;
use serde_json::{Map, Value, json};

use super::Outcome;
use crate::Failure;
use crate::run::snake_case;

const CLASSIFIERS: &str = "classifier,precision,recall\nA,95%,90%\nB,98%,85%\n";

const COUNTRIES: &str = "algorithm,US,China,India,Other\nA,3%,7%,5%,9%\nB,5%,6%,5%,10%\nC,2%,3%,4%,5%\n\
    D,5%,8%,7%,2%\nE,4%,5%,2%,4%\nF,7%,11%,8%,12%\n";

/// Peacetopia's bird detectors.
const DETECTORS: &str =
    "detector,accuracy,seconds,megabytes\nA,98%,9,9\nB,99%,13,9\nC,97%,1,3\nD,97%,3,2\n";

/// Title, then error of people, on the training, train-dev, dev and test set.
const TABLES: [(&str, [&str; 5]); 14] = [
    ("case 1", ["0%", "1%", "", "12%", ""]),
    ("case 2", ["0%", "15%", "", "16%", ""]),
    ("case 3", ["0%", "15%", "", "30%", ""]),
    ("case 4", ["0%", "0.5%", "", "1%", ""]),
    ("people at 1 %", ["1%", "8%", "", "10%", ""]),
    ("people at 7.5 %", ["7.5%", "8%", "", "10%", ""]),
    ("mismatch 1a", ["0%", "1%", "9%", "10%", ""]),
    ("mismatch 1b", ["0%", "1%", "1.5%", "10%", ""]),
    ("mismatch 1c", ["0%", "10%", "11%", "12%", ""]),
    ("mismatch 1d", ["0%", "10%", "11%", "20%", ""]),
    ("mismatch 2a", ["4%", "7%", "10%", "12%", "12%"]),
    ("mismatch 2b", ["4%", "7%", "10%", "6%", "6%"]),
    ("birds, people unknown", ["", "3.5%", "", "4%", ""]),
    ("birds, on the test set", ["0.1%", "2%", "", "2.1%", "7%"]),
];

/// Ten errors of a cat classifier.
const CAT_ERRORS: &str = "picture,dog,great cat,blurry,wrong_label,comment\n1,x,,,,pitbull\n2,,,x,,\n3,,x,x,,\
    a lion in the rain\n4,,x,,,panther\n5,,,x,,\n6,,,,x,drawn cat\n7,,x,x,,\n8,,x,,,\n9,,,x,,\n10,,,x,,\n";

/// The road signs of the autonomous driving case.
const PROJECT: &str = r#"{
    "title": "Road signs",
    "split": {"examples": 1000000, "ratios": [0.96, 0.02, 0.02],
              "sources": {"dev": {"car": 20000}, "test": {"car": 20000}}},
    "error_rates": {"human": "0.5%", "train": "8.8%", "train_dev": "9.1%", "dev": "14.3%", "test": "14.8%"},
    "error_analysis": {"counts": {"examined": 153, "tags": {"fog": 80, "rain drops": 22}, "wrong_labels": 41}}
}"#;

/// Works all of them out.
///
/// # Errors
/// None, as long as the examples are right.
pub fn examples() -> Result<Outcome, Failure> {
    let mut report = Vec::new();
    let mut results = Map::new();
    models(&mut report, &mut results)?;
    sets(&mut report, &mut results)?;
    gaps(&mut report, &mut results)?;
    mistakes(&mut report, &mut results)?;
    let plan = Project::parse("the embedded plan", PROJECT.as_bytes())?.plan(Path::new("."))?;
    report.push(heading("All of it for one project: plan"));
    report.extend(plan.report().into_iter().map(|block| match block {
        Block::Heading(1, title) => Block::Paragraph(format!("Project: {title}.")),
        Block::Heading(_, title) => Block::Paragraph(format!("{title}:")),
        other => other,
    }));
    results.insert("plan".into(), json!(plan));
    Ok(Outcome {
        name: "course",
        report,
        results: Value::Object(results),
        files: vec![
            ("plan.md".into(), plan.markdown().into()),
            ("plan.html".into(), plan.html().into()),
        ],
    })
}

fn heading(text: &str) -> Block {
    Block::Heading(2, text.to_string())
}

fn models(report: &mut Vec<Block>, results: &mut Map<String, Value>) -> Result<(), StrategyError> {
    report.push(heading("Which model: metric"));
    let limits = ["accuracy>=98%", "seconds<=10", "megabytes<=10"].map(str::parse::<Limit>);
    let limits = limits.into_iter().collect::<Result<Vec<_>, _>>()?;
    let accuracy = Score::Column("accuracy".to_string());
    for (name, table, score, direction, limits) in [
        ("f1", CLASSIFIERS, Score::F1, Direction::Maximise, Vec::new()),
        ("mean", COUNTRIES, Score::Mean, Direction::Minimise, Vec::new()),
        ("limits", DETECTORS, accuracy, Direction::Maximise, limits),
    ] {
        let table = Table::parse("an embedded table", table.as_bytes())?;
        let ranking = rank(&table, &Criterion { score, direction, limits })?;
        report.push(Block::Paragraph(ranking.verdict()));
        report.extend(ranking.details());
        results.insert(name.to_string(), json!(ranking));
    }
    Ok(())
}

fn sets(report: &mut Vec<Block>, results: &mut Map<String, Value>) -> Result<(), StrategyError> {
    report.push(heading("Which data for what: split"));
    let advised = [10_000, 100_000, 1_000_000, 10_000_000];
    let rows = advised.map(|count| vec![count.to_string(), advised_ratios(count).to_string()]);
    report.push(Block::table(&["examples", "train/dev/test in percent"], rows.into()));
    report.push(Block::Paragraph(
        "200,000 pictures of cats from the web, and 10,000 from the app that is to work: dev and test set from \
         the app alone."
            .to_string(),
    ));
    let sources: Vec<&str> =
        std::iter::repeat_n("web", 200_000).chain(std::iter::repeat_n("app", 10_000)).collect();
    let examples =
        Examples { sources: Some(Groups::new(&sources)), ..Examples::unnamed(sources.len()) };
    let config = SplitConfig {
        ratios: Some([0.5, 0.25, 0.25].into()),
        train_dev: 0.01,
        target: Some("app".to_string()),
        seed: 1,
    };
    let split = split(&examples, &config)?;
    report.extend(split.report(&examples));
    let sizes = split.sets().into_iter().map(|(name, set)| (snake_case(name), set.len().into()));
    results.insert("split".into(), Value::Object(sizes.collect()));
    Ok(())
}

fn gaps(report: &mut Vec<Block>, results: &mut Map<String, Value>) -> Result<(), StrategyError> {
    report.push(heading("Where the error comes from: diagnose"));
    let rate = |text: &str| -> Result<Option<ErrorRate>, StrategyError> {
        if text.is_empty() { Ok(None) } else { text.parse().map(Some) }
    };
    let (mut rows, mut verdicts) = (Vec::new(), Map::new());
    for (title, cells) in TABLES {
        let [human, _, train_dev, _, test] = cells.map(rate);
        let rates = ErrorRates {
            human: human?.into_iter().collect(),
            train: cells[1].parse()?,
            train_dev: train_dev?,
            dev: cells[3].parse()?,
            test: test?,
        };
        let diagnosis = diagnose(&rates);
        let written =
            |rate: Option<ErrorRate>| rate.map_or("-".to_string(), |rate| rate.to_string());
        let cells = cells.map(rate).into_iter().map(|rate| rate.map(written));
        let cells: Vec<String> = cells.collect::<Result<_, _>>()?;
        let row = std::iter::once(title.to_string()).chain(cells);
        rows.push(row.chain([diagnosis.summary()]).collect());
        verdicts.insert(snake_case(title), json!(diagnosis.dominant));
    }
    let header = ["table", "human", "train", "train-dev", "dev", "test", "work on"];
    report.push(Block::table(&header, rows));
    results.insert("diagnose".into(), Value::Object(verdicts));
    Ok(())
}

fn mistakes(
    report: &mut Vec<Block>,
    results: &mut Map<String, Value>,
) -> Result<(), StrategyError> {
    report.push(heading("Which mistakes matter: errors"));
    let table = Table::parse("an embedded table", CAT_ERRORS.as_bytes())?;
    let config = AnalysisConfig { dev_error: Some("10%".parse()?), ..AnalysisConfig::default() };
    let analysis = analyse(&table, &config)?;
    report.push(Block::Paragraph(analysis.verdict()));
    report.extend(analysis.wrong_labels.iter().map(|labels| Block::Paragraph(labels.verdict())));
    report.extend(analysis.details());
    results.insert("errors".into(), json!(analysis));
    Ok(())
}
