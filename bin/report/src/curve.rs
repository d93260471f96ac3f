//! Curves of a run: what `metrics.csv` and `epochs.csv` say, thinned to what an eye can tell apart.

use std::io::Read;
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder};

use crate::{files, text};

/// Points kept of a curve, and curves of a file.
const MOST_POINTS: usize = 256;
const MOST_STAGES: usize = 64;
const LONGEST_STAGE: usize = 80;
/// Bounds of what is read.
const MOST_ROWS: usize = 1_000_000;
const LARGEST_TABLE: u64 = 128 << 20;
/// Beyond this a figure is as good as infinite, and no axis can show it.
const LARGEST_VALUE: f64 = 1e30;

/// What a curve shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// The cost before an update.
    Cost,
    /// The loss over an epoch of the training set.
    TrainingLoss,
    /// The loss on the set that is not trained on.
    HeldOutLoss,
    /// The share answered right over an epoch of the training set.
    TrainingAccuracy,
    /// The share answered right of the set that is not trained on.
    HeldOutAccuracy,
    /// The learning rate of an epoch's last update.
    LearningRate,
}

impl Quantity {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Cost,
        Self::TrainingLoss,
        Self::HeldOutLoss,
        Self::TrainingAccuracy,
        Self::HeldOutAccuracy,
        Self::LearningRate,
    ];

    /// As the page's script calls it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::TrainingLoss => "training_loss",
            Self::HeldOutLoss => "held_out_loss",
            Self::TrainingAccuracy => "training_accuracy",
            Self::HeldOutAccuracy => "held_out_accuracy",
            Self::LearningRate => "learning_rate",
        }
    }

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::TrainingLoss => "training loss",
            Self::HeldOutLoss => "held-out loss",
            Self::TrainingAccuracy => "training accuracy",
            Self::HeldOutAccuracy => "held-out accuracy",
            Self::LearningRate => "learning rate",
        }
    }

    /// What it goes over.
    pub fn across(self) -> &'static str {
        match self {
            Self::Cost => "iteration",
            _ => "epoch",
        }
    }
}

/// One figure of one training, over its iterations or epochs.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// The training within the run: what people call it, where that is known, or its key.
    pub stage: String,
    /// What it shows.
    pub quantity: Quantity,
    /// Its points, at least one, in order; of many, those that make its outline.
    pub points: Vec<(f64, f64)>,
    /// How many points were recorded.
    pub recorded: usize,
}

/// The tables that hold curves: the column that they go over, and what the others show.
const COSTS: &[(&str, Quantity)] = &[("cost", Quantity::Cost)];
const EPOCHS: &[(&str, Quantity)] = &[
    ("train_loss", Quantity::TrainingLoss),
    ("validation_loss", Quantity::HeldOutLoss),
    ("held_out_loss", Quantity::HeldOutLoss),
    ("train_accuracy", Quantity::TrainingAccuracy),
    ("validation_accuracy", Quantity::HeldOutAccuracy),
    ("held_out_accuracy", Quantity::HeldOutAccuracy),
    ("learning_rate", Quantity::LearningRate),
];

/// The curves in a run's folder, and a sentence for what is wrong with each table.
pub fn read(folder: &Path) -> (Vec<Curve>, Vec<String>) {
    let (mut curves, mut problems) = (Vec::new(), Vec::new());
    for (name, across, columns) in
        [("metrics.csv", "iteration", COSTS), ("epochs.csv", "epoch", EPOCHS)]
    {
        let path = folder.join(name);
        if !path.exists() {
            continue;
        }
        let read = match files::open(&path) {
            Ok(file) => table(file.take(LARGEST_TABLE), across, columns),
            Err(error) => (Vec::new(), Some(format!("cannot be read ({error})"))),
        };
        curves.extend(read.0);
        problems.extend(read.1.map(|problem| format!("{name} {problem}.")));
    }
    (curves, problems)
}

/// Curves of a table with the columns `stage`, `across` and some of `columns`, and what is wrong with it. What stands
/// before a damaged row is kept.
fn table(
    source: impl Read,
    across: &str,
    columns: &[(&str, Quantity)],
) -> (Vec<Curve>, Option<String>) {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(source);
    let header = match reader.byte_headers() {
        Ok(header) => header.clone(),
        Err(error) => return (Vec::new(), Some(format!("is damaged ({error})"))),
    };
    let place = |name: &str| header.iter().position(|found| found == name.as_bytes());
    let (Some(stage), Some(x)) = (place("stage"), place(across)) else {
        return (Vec::new(), Some(format!("has no columns stage and {across}")));
    };
    let columns: Vec<(usize, Quantity)> =
        columns.iter().filter_map(|(name, quantity)| Some((place(name)?, *quantity))).collect();
    let (mut curves, mut problem) = (Vec::<Curve>::new(), None);
    let mut record = ByteRecord::new();
    let mut stages = Vec::<String>::new();
    for row in 2.. {
        match reader.read_byte_record(&mut record) {
            Ok(true) if row <= MOST_ROWS => {}
            Ok(true) => {
                problem = Some(format!("is read up to row {}", text::count(MOST_ROWS as u64)));
                break;
            }
            Ok(false) => break,
            Err(error) => {
                problem = Some(format!("is damaged in row {row} ({error})"));
                break;
            }
        }
        let figures = number(&record, x).and_then(|x| {
            let figures = columns.iter().map(|column| number(&record, column.0));
            Ok((x, figures.collect::<Result<Vec<_>, _>>()?))
        });
        let (x, figures) = match figures {
            Ok(figures) => figures,
            Err(reason) => {
                problem = Some(format!("is damaged in row {row} ({reason})"));
                break;
            }
        };
        let name = String::from_utf8_lossy(record.get(stage).unwrap_or_default());
        let name = text::bounded(&name, LONGEST_STAGE);
        if !stages.contains(&name) {
            if stages.len() == MOST_STAGES {
                let most = MOST_STAGES;
                problem = Some(format!("holds more than {most} trainings: the rest is not drawn"));
                continue;
            }
            stages.push(name.clone());
        }
        for (&(_, quantity), y) in columns.iter().zip(figures) {
            let of_this = |curve: &&mut Curve| curve.quantity == quantity && curve.stage == name;
            let curve = match curves.iter_mut().rev().find(of_this) {
                Some(curve) => curve,
                None => {
                    let (stage, points) = (name.clone(), Vec::new());
                    curves.push(Curve { stage, quantity, points, recorded: 0 });
                    let Some(last) = curves.last_mut() else { continue };
                    last
                }
            };
            curve.recorded += 1;
            if [x, y].iter().all(|value| value.abs() <= LARGEST_VALUE) {
                curve.points.push((x, y));
            }
        }
    }
    for curve in &mut curves {
        curve.points.sort_by(|one, other| one.0.total_cmp(&other.0));
        curve.points = thinned(&curve.points, MOST_POINTS);
    }
    curves.retain(|curve| !curve.points.is_empty());
    curves.sort_by_key(|curve| curve.quantity);
    (curves, problem)
}

fn number(record: &ByteRecord, column: usize) -> Result<f64, String> {
    let field = record.get(column).ok_or("it ends early")?;
    let field = String::from_utf8_lossy(field);
    let wrong = || format!("{} is no number", text::bounded(&format!("{field:?}"), 40));
    field.trim().parse().map_err(|_| wrong())
}

/// At most `most` of the points: the first, the last, and the lowest and highest of each stretch between.
fn thinned(points: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    let [first, inner @ .., last] = points else {
        return points.to_vec();
    };
    if points.len() <= most {
        return points.to_vec();
    }
    let stretch = inner.len().div_ceil((most - 2) / 2);
    let mut kept = vec![*first];
    for part in inner.chunks(stretch) {
        let by_height = |one: &usize, other: &usize| part[*one].1.total_cmp(&part[*other].1);
        let low = (0..part.len()).min_by(by_height).unwrap_or(0);
        let high = (0..part.len()).max_by(by_height).unwrap_or(0);
        kept.push(part[low.min(high)]);
        if low != high {
            kept.push(part[low.max(high)]);
        }
    }
    kept.push(*last);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_come_by_training_and_quantity() {
        let text = "stage,epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy\n\
                    mean,1,0.01,0.7,0.5,0.6,NaN\nmean,2,0.01,0.5,0.8,0.55,NaN\nlstm,1,0.01,0.9,0.4,0.8,0.4\n";
        let (curves, problem) = table(text.as_bytes(), "epoch", EPOCHS);
        assert_eq!(problem, None);
        let of = |quantity: Quantity| curves.iter().filter(move |curve| curve.quantity == quantity);
        assert_eq!(of(Quantity::HeldOutLoss).count(), 2);
        assert_eq!(of(Quantity::HeldOutAccuracy).count(), 1, "of one training it was never taken");
        let mean = of(Quantity::TrainingLoss).next().unwrap();
        assert_eq!(mean.points, [(1.0, 0.7), (2.0, 0.5)]);
    }

    #[test]
    fn a_half_written_table_keeps_what_stands_before_and_names_the_row() {
        let (curves, problem) =
            table(&b"stage,iteration,cost\nnet,0,0.7\nnet,100,0.6\nnet,2"[..], "iteration", COSTS);
        assert_eq!(curves[0].points.len(), 2);
        assert_eq!(problem.unwrap(), "is damaged in row 4 (it ends early)");
        let (curves, problem) =
            table(&b"stage,iteration,cost\nnet,0,<b>\n"[..], "iteration", COSTS);
        assert!(curves.is_empty());
        assert_eq!(problem.unwrap(), "is damaged in row 2 (\"<b>\" is no number)");
        let (_, problem) = table(&b"\xff\x00\x01"[..], "iteration", COSTS);
        assert_eq!(problem.unwrap(), "has no columns stage and iteration");
    }

    #[test]
    fn what_is_infinite_is_no_point() {
        let text = "stage,iteration,cost\nnet,0,1\nnet,1,inf\nnet,2,NaN\nnet,3,1e300\n";
        let (curves, problem) = table(text.as_bytes(), "iteration", COSTS);
        assert_eq!((curves[0].points.len(), curves[0].recorded, problem), (1, 4, None));
    }

    #[test]
    fn a_thinned_curve_keeps_its_ends_and_its_peaks() {
        let mut points: Vec<(f64, f64)> = (0..10_000).map(|x| (f64::from(x), 0.0)).collect();
        points[7_777].1 = 9.0;
        points[3_333].1 = -9.0;
        let kept = thinned(&points, MOST_POINTS);
        assert!(kept.len() <= MOST_POINTS && kept.is_sorted());
        for index in [0, 3_333, 7_777, 9_999] {
            assert!(kept.contains(&points[index]), "{index}");
        }
    }
}
