//! What a search found: its best trials, their table, their picture.

use fireside_recipes::counted;
use fireside_recipes::tuning::{BEST, describe, in_words};
use fireside_search::{CurvePoint, Dimension, Direction, Range, Record, Space, Trial, rank, table};
use fireside_training::files::write_whole;

use crate::Failure;
use crate::plot::{self, Cloud, Kind, PERCENTAGE, Series};
use crate::run::Run;
use crate::trial::Alone;

/// Trials whose mean is less a matter of luck than the best one alone.
const LEADING: usize = 5;
/// Trials shown in the table.
const SHOWN: usize = 10;

/// The best trials of a search, those with a score, for a finer search to go around.
pub fn best(records: &[Record]) -> Vec<&Record> {
    let ranked = rank(records, Direction::HigherIsBetter).into_iter();
    ranked.filter(|record| record.status.score().is_some()).take(BEST).collect()
}

/// What is said of a search around the best trials of one before it, so many.
pub fn around(best: usize, space: &Space) -> String {
    let trials = match best {
        1 => "the best trial".to_string(),
        _ => format!("the best {best} trials"),
    };
    format!("Searching around {trials}: {}.", describe(space))
}

/// Says how good a search was.
///
/// # Errors
/// When no trial has a score.
pub fn report_best(run: &mut Run, name: &str, records: &[Record]) -> Result<(), Failure> {
    let Some(score) = best(records).first().and_then(|record| record.status.score()) else {
        let reason = records.iter().find_map(|record| record.status.reason());
        let reason = reason.unwrap_or("there are none");
        return Err(Failure::Run(format!("no trial of the {name} search has a score: {reason}")));
    };
    let scores = falling_scores(records);
    let median = scores[(scores.len() - 1) / 2];
    let leading = &scores[..scores.len().min(LEADING)];
    let mean = leading.iter().sum::<f64>() / leading.len() as f64;
    run.say(&match leading.len() {
        1 => format!("{name}: {score:.2} %, by the only trial with a score."),
        count => format!(
            "{name}: {score:.2} % at best, {mean:.2} % for the best {count} on average, \
             {median:.2} % in the middle."
        ),
    });
    run.result(&format!("dev_accuracy_best_{name}"), score);
    run.result(&format!("dev_accuracy_mean_of_best_{LEADING}_{name}"), mean);
    run.result(&format!("dev_accuracy_median_{name}"), median);
    Ok(())
}

fn falling_scores(records: &[Record]) -> Vec<f64> {
    let mut scores: Vec<_> = records.iter().filter_map(|record| record.status.score()).collect();
    scores.sort_by(|a, b| b.total_cmp(a));
    scores
}

/// Shows all trials as a table and as a picture over each hyperparameter that is a number; returns the best one.
///
/// # Errors
/// When one of them cannot be written.
pub fn report(
    run: &mut Run,
    space: &Space,
    groups: &[(&str, Vec<Record>)],
) -> Result<Option<Trial>, Failure> {
    let records: Vec<Record> = groups.iter().flat_map(|(_, records)| records.clone()).collect();
    let best = report_table(run, space, &records)?;
    let is_number = |dimension: &&Dimension| {
        records.iter().any(|record| record.point.number(&dimension.name).is_ok())
    };
    let dimensions = space.dimensions().iter().filter(is_number);
    let clouds: Vec<Cloud> = dimensions.map(|dimension| cloud(dimension, groups)).collect();
    run.picture(
        "trials.png",
        &plot::clouds("Accuracy of the trials by each hyperparameter", &clouds, 2)?,
    )?;
    Ok(best)
}

/// Shows a single trial as a table, and its curve as a picture.
///
/// # Errors
/// When it has no score, or something cannot be drawn or written.
pub fn report_babysat(run: &mut Run, space: &Space, found: &Alone) -> Result<(), Failure> {
    let (records, curve) = (vec![found.record.clone()], &found.curve[..]);
    report_best(run, "panda", &records)?;
    report_table(run, space, &records)?;
    let line = |name: &str, value: fn(&CurvePoint) -> f64| {
        let points = curve.iter().map(|point| (point.spent as f64, value(point)));
        Series::new(name, points.collect())
    };
    let lines = [
        line("cost", |point| point.cost),
        line("share of the dev set that is wrong", |point| 1.0 - point.score / 100.0),
    ];
    match curve {
        [] => Ok(()), // the training was resumed when it was over
        _ => {
            let axes = ["epoch", "cost, and share wrong"];
            run.curves("curve.png", "A babysat training", axes, &lines)
        }
    }
}

/// Shows the ranked table, as text and CSV; returns the best trial, if it has a score.
///
/// # Errors
/// When it cannot be written.
fn report_table(
    run: &mut Run,
    space: &Space,
    records: &[Record],
) -> Result<Option<Trial>, Failure> {
    let ranked = rank(records, Direction::HigherIsBetter);
    run.say(&format!(
        "The best trials, scored by dev accuracy in %:\n{}",
        table::text(&space.names(), &ranked, SHOWN)
    ));
    let without = |name: &str| ranked.iter().filter(|record| record.status.name() == name).count();
    let (diverged, failed) = (without("diverged"), without("failed"));
    if diverged + failed > 0 {
        run.say(&format!("{} diverged and {failed} failed.", counted(diverged, "trial")));
    }
    run.result("trials", ranked.len());
    run.result("diverged", diverged);
    run.result("failed", failed);
    if let Some(winner) = ranked.first() {
        run.result("dev_accuracy_best", winner.status.score());
        run.result("best_trial", winner.number);
        let point = serde_json::to_value(&winner.point);
        run.result("best_point", point.map_err(|error| Failure::Run(error.to_string()))?);
    }
    if let Some(folder) = run.folder() {
        let path = folder.join("trials.csv");
        let mut table = Vec::new();
        table::write_csv(&mut table, &space.names(), &ranked)
            .and_then(|()| write_whole(&path, &table))
            .map_err(|error| Failure::Run(format!("{}: {error}", path.display())))?;
    }
    let best = ranked.first().filter(|record| record.status.score().is_some());
    Ok(best.map(|record| record.trial()))
}

/// Dev accuracy over one hyperparameter, on the scale on which it was drawn.
fn cloud(dimension: &Dimension, groups: &[(&str, Vec<Record>)]) -> Cloud {
    let Dimension { name, range } = dimension;
    let mirrored = matches!(range, Range::OneMinusLogUniform { .. });
    let kind = match range {
        Range::LogUniform { .. } | Range::OneMinusLogUniform { .. } => Kind::Logarithmic,
        _ => Kind::Linear,
    };
    let series = groups.iter().map(|(group, records)| {
        let ranked = rank(records, Direction::HigherIsBetter).into_iter();
        let points = ranked.filter_map(|record| {
            let x = record.point.number(name).ok()?;
            Some((if mirrored { 1.0 - x } else { x }, record.status.score()?))
        });
        Series::new(*group, points.collect())
    });
    let label = in_words(name);
    Cloud {
        x: if mirrored { format!("1 - {label}") } else { label },
        y: "dev accuracy in %".to_string(),
        kinds: [kind, PERCENTAGE],
        groups: series.collect(),
    }
}
