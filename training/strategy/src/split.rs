//! Which examples to train on, to choose by and to judge by.
//!
//! Course 2, "Train/dev/test sets"; course 3, "Train/dev/test distributions", "Size of dev and test sets",
//! and, for the train-dev set, "Bias and variance with mismatched data distributions".

use crate::StrategyError;
use crate::document::Block;
use crate::examples::{Examples, Groups};
use crate::number::{class_name, fixed};
use crate::ratios::{Ratios, advised_ratios, set_sizes};
use crate::table::Table;
use crate::warning::{SMALL, Warning, different_sources};
use fireside_numpy_rng::NumpyRng;

/// How to split.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SplitConfig {
    /// The shares of the sets; those of [`advised_ratios`] if absent.
    pub ratios: Option<Ratios>,
    /// Share of the training set to hold out of it as train-dev set, from 0 (none) to below 1.
    pub train_dev: f64,
    /// The source that the product will meet. Dev and test set are then drawn from it alone and `ratios`
    /// share it out; all other examples are for training.
    pub target: Option<String>,
    /// Seed of the shuffling.
    pub seed: u32,
}

/// The examples of each set, as positions in ascending order. A set that is not wanted is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// To train on.
    pub train: Vec<usize>,
    /// Distributed as the training set, but not trained on.
    pub train_dev: Vec<usize>,
    /// To choose by.
    pub dev: Vec<usize>,
    /// To judge by.
    pub test: Vec<usize>,
}

/// Splits examples at random, so that every set has each class, and each source, in the same share.
///
/// # Errors
/// When the ratios are no shares or do not sum to 1, a set that is asked for would be empty, or no example
/// comes from the target.
pub fn split(examples: &Examples, config: &SplitConfig) -> Result<Split, StrategyError> {
    let order = shuffled(examples, config.seed);
    let (shared, others): (Vec<usize>, Vec<usize>) = match &config.target {
        Some(target) => {
            let sources = examples.sources.as_ref();
            // As it is called, or where the sources are numbers of a table, by its number.
            let named = |name: &str| sources.and_then(|s| s.names.iter().position(|n| n == name));
            let place = named(target).or_else(|| named(&class_name(target)));
            let (Some(sources), Some(place)) = (sources, place) else {
                let present = sources.map_or_else(Vec::new, |sources| sources.names.clone());
                return Err(StrategyError::NoTarget { target: target.clone(), present });
            };
            order.iter().partition(|&&example| sources.of[example] == place)
        }
        None => (order, Vec::new()),
    };
    let ratios = config.ratios.unwrap_or_else(|| advised_ratios(shared.len()));
    let sizes = set_sizes(shared.len(), ratios)?;
    let [mut train, mut dev, mut test] = deal(&shared, sizes);
    train.extend(others);
    let mut train_dev = hold_out(examples, &mut train, config.train_dev)?;
    for set in [&mut train, &mut train_dev, &mut dev, &mut test] {
        set.sort_unstable();
    }
    Ok(Split { train, train_dev, dev, test })
}

/// Parts of a data set for cross-validation: train on all but one, validate on that one, for each in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    /// The folds, of equal size but for one example.
    pub folds: Vec<Vec<usize>>,
    /// Held out of all of it, for the end.
    pub test: Vec<usize>,
}

/// Holds a share for the test out and cuts the rest into `count` folds, classes and sources in equal shares.
/// The course does this when data is too small for a dev set of its own, with a test share of 0.2.
///
/// # Errors
/// When there are fewer than 2 folds or more than examples, or `test` is no share below 1.
pub fn folds(
    examples: &Examples,
    count: usize,
    test: f64,
    seed: u32,
) -> Result<Folds, StrategyError> {
    if count < 2 {
        return Err(StrategyError::TooFewFolds(count));
    }
    let order = shuffled(examples, seed);
    let sizes = set_sizes(order.len(), Ratios { train: 1.0 - test, dev: 0.0, test })?;
    let [rest, _, mut test] = deal(&order, sizes);
    if count > rest.len() {
        return Err(StrategyError::TooManyFolds { folds: count, examples: rest.len() });
    }
    let mut folds = vec![Vec::new(); count];
    for (place, example) in rest.into_iter().enumerate() {
        folds[place % count].push(example);
    }
    folds.iter_mut().for_each(|fold| fold.sort_unstable());
    test.sort_unstable();
    Ok(Folds { folds, test })
}

/// The examples in random order within each class and source, those of one class and source together.
fn shuffled(examples: &Examples, seed: u32) -> Vec<usize> {
    let mut order = NumpyRng::new(seed).permutation(examples.len());
    order.sort_by_key(|&example| stratum(examples, example));
    order
}

fn stratum(examples: &Examples, example: usize) -> (usize, usize) {
    let group = |groups: &Option<Groups>| groups.as_ref().map_or(0, |groups| groups.of[example]);
    (group(&examples.classes), group(&examples.sources))
}

/// Deals examples to sets of the given sizes, which sum to their number, evenly: every stretch of the order is
/// shared out in nearly the same proportion, and so is every class in an order by class. The next example
/// goes to the set that is furthest behind, as seats do in the Webster method.
fn deal<const SETS: usize>(order: &[usize], sizes: [usize; SETS]) -> [Vec<usize>; SETS] {
    let mut sets = sizes.map(Vec::with_capacity);
    for &example in order {
        let due = |set: usize| (2 * sets[set].len() + 1) as f64 / sizes[set] as f64;
        let open = (0..SETS).filter(|&set| sets[set].len() < sizes[set]);
        let next = open.min_by(|&a, &b| due(a).total_cmp(&due(b)));
        sets[next.unwrap_or(0)].push(example);
    }
    sets
}

fn hold_out(
    examples: &Examples,
    train: &mut Vec<usize>,
    share: f64,
) -> Result<Vec<usize>, StrategyError> {
    if !(0.0..1.0).contains(&share) {
        return Err(StrategyError::TrainDev(share));
    }
    let size = (share * train.len() as f64).round() as usize;
    if share > 0.0 && (size == 0 || size == train.len()) {
        return Err(StrategyError::EmptySet { set: "train-dev", share, examples: train.len() });
    }
    train.sort_by_key(|&example| stratum(examples, example));
    let [kept, held] = deal(train, [train.len() - size, size]);
    *train = kept;
    Ok(held)
}

impl Split {
    /// Reads a split that was made before from a column of a table: `train`, `train-dev`, `dev` or `test` in
    /// each row.
    ///
    /// # Errors
    /// When the column is missing or holds anything else.
    pub fn from_table(table: &Table, column: &str) -> Result<Self, StrategyError> {
        let set =
            |cell: &str| ["train", "train-dev", "dev", "test"].iter().position(|s| *s == cell);
        let wanted = "none of train, train-dev, dev, test";
        let sets = table.each(table.column(column)?, wanted, set)?;
        let of = |set| (0..sets.len()).filter(|&row| sets[row] == set).collect();
        Ok(Self { train: of(0), train_dev: of(1), dev: of(2), test: of(3) })
    }

    /// The sets that are there, with their names.
    #[must_use]
    pub fn sets(&self) -> Vec<(&'static str, &[usize])> {
        let all = [
            ("train", &self.train[..]),
            ("train-dev", &self.train_dev),
            ("dev", &self.dev),
            ("test", &self.test),
        ];
        all.into_iter().filter(|(_, set)| !set.is_empty()).collect()
    }

    /// What may go wrong with it: dev and test from different sources, classes that are missing, sets too small
    /// to measure an error with.
    #[must_use]
    pub fn warnings(&self, examples: &Examples) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if let Some(sources) = &examples.sources {
            let shares = |set| shares(sources, set);
            warnings.extend(different_sources(&shares(&self.dev), &shares(&self.test), {
                self.dev.len().min(self.test.len())
            }));
        }
        for (set, members) in self.sets() {
            if let Some(classes) = &examples.classes {
                let counts = classes.count(members);
                let missing = counts.iter().zip(&classes.names).filter(|(count, _)| **count == 0);
                let warning = |class: &String| Warning::MissingClass { class: class.clone(), set };
                warnings.extend(missing.map(|(_, class)| warning(class)));
            }
            if set != "train" && members.len() < SMALL {
                warnings.push(Warning::SmallSet { set, examples: members.len() });
            }
        }
        warnings
    }

    /// Sizes, classes and sources of the sets, and the warnings.
    #[must_use]
    pub fn report(&self, examples: &Examples) -> Vec<Block> {
        report(&self.sets(), examples, &self.warnings(examples))
    }
}

impl Folds {
    /// Sizes, classes and sources of the folds and the test set.
    #[must_use]
    pub fn report(&self, examples: &Examples) -> Vec<Block> {
        let names: Vec<String> =
            (1..=self.folds.len()).map(|fold| format!("fold {fold}")).collect();
        let folds = names.iter().zip(&self.folds).map(|(name, fold)| (name.as_str(), &fold[..]));
        let mut sets: Vec<(&str, &[usize])> = folds.collect();
        if !self.test.is_empty() {
            sets.push(("test", &self.test));
        }
        report(&sets, examples, &[])
    }
}

fn shares(groups: &Groups, set: &[usize]) -> Vec<(String, f64)> {
    let counts = groups.count(set).into_iter();
    let shares = counts.map(|count| count as f64 / set.len().max(1) as f64);
    groups.names.iter().cloned().zip(shares).collect()
}

/// The most classes or sources with a column of their own.
const MAX_COLUMNS: usize = 6;

fn report(sets: &[(&str, &[usize])], examples: &Examples, warnings: &[Warning]) -> Vec<Block> {
    let groups: Vec<&Groups> = [&examples.classes, &examples.sources]
        .into_iter()
        .flatten()
        .filter(|groups| groups.names.len() <= MAX_COLUMNS)
        .collect();
    let mut header = vec!["set", "examples", "share"];
    header.extend(groups.iter().flat_map(|groups| groups.names.iter().map(String::as_str)));
    let rows = sets.iter().map(|(name, set)| {
        let share = set.len() as f64 / examples.len().max(1) as f64;
        let mut row = vec![name.to_string(), set.len().to_string(), fixed(share, 1)];
        let columns = groups.iter().flat_map(|groups| shares(groups, set));
        row.extend(columns.map(|(_, share)| fixed(share, 1)));
        row
    });
    let mut blocks = vec![Block::table(&header, rows.collect())];
    if !warnings.is_empty() {
        blocks.push(Block::List(warnings.iter().map(|it| format!("Warning: {it}.")).collect()));
    }
    blocks
}

#[cfg(test)]
mod tests;
