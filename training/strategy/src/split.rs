//! Which examples to train on, to choose by and to judge by.
//!
//! Course 2, "Train/dev/test sets"; course 3, "Train/dev/test distributions", "Size of dev and test sets",
//! and, for the train-dev set, "Bias and variance with mismatched data distributions".

use crate::StrategyError;
use crate::document::Block;
use crate::examples::{Examples, Groups};
use crate::number::fixed;
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
            let place = sources.and_then(|groups| groups.names.iter().position(|n| n == target));
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
    pub fn report(&self, examples: &Examples) -> Vec<Block> {
        report(&self.sets(), examples, &self.warnings(examples))
    }
}

impl Folds {
    /// Sizes, classes and sources of the folds and the test set.
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
mod tests {
    use super::*;

    /// `of` gives how many examples there are of each class and source.
    fn examples(of: &[(&str, &str, usize)]) -> Examples {
        let each = |pick: fn(&(&str, &str, usize)) -> String| -> Vec<String> {
            of.iter().flat_map(|group| vec![pick(group); group.2]).collect()
        };
        let (classes, sources) = (each(|g| g.0.to_string()), each(|g| g.1.to_string()));
        Examples {
            classes: Some(Groups::new(&classes)),
            sources: Some(Groups::new(&sources)),
            ..Examples::unnamed(classes.len())
        }
    }

    fn ratios(ratios: [f64; 3]) -> SplitConfig {
        SplitConfig { ratios: Some(ratios.into()), ..SplitConfig::default() }
    }

    #[test]
    fn every_example_is_in_one_set_and_sets_have_their_sizes() {
        let examples = examples(&[("cat", "", 630), ("dog", "", 361), ("owl", "", 10)]);
        let split = split(&examples, &ratios([0.7, 0.2, 0.1])).unwrap();
        assert_eq!([split.train.len(), split.dev.len(), split.test.len()], [701, 200, 100]);
        let mut all = [split.train, split.dev, split.test].concat();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..1001));
    }

    /// Within one example of the exact share, in every set.
    #[test]
    fn classes_and_sources_keep_their_shares() {
        let groups =
            [("cat", "web", 503), ("cat", "app", 97), ("dog", "web", 211), ("dog", "app", 389)];
        let examples = examples(&groups);
        let split = split(&examples, &ratios([0.6, 0.25, 0.15])).unwrap();
        let mut start = 0;
        for (class, source, count) in groups {
            let members = start..start + count;
            start += count;
            for (set, share) in [(&split.train, 0.6), (&split.dev, 0.25), (&split.test, 0.15)] {
                let found = set.iter().filter(|example| members.contains(example)).count() as f64;
                assert!((found - share * count as f64).abs() <= 1.0, "{class} {source}: {found}");
            }
        }
        assert_eq!(split.warnings(&examples), []);
    }

    #[test]
    fn seed_decides_the_split() {
        let examples = examples(&[("cat", "", 50), ("dog", "", 50)]);
        let of = |seed| split(&examples, &SplitConfig { seed, ..SplitConfig::default() }).unwrap();
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }

    /// The notes' cat classifier: 200,000 pictures of the web, 10,000 of the app that matters.
    #[test]
    fn target_alone_fills_dev_and_test_and_train_dev_is_drawn_from_all_training_data() {
        let examples = examples(&[("cat", "web", 200_000), ("cat", "app", 10_000)]);
        let config = SplitConfig {
            train_dev: 0.02,
            target: Some("app".into()),
            ..ratios([0.5, 0.25, 0.25])
        };
        let split = split(&examples, &config).unwrap();
        let of_source = |set: &[usize]| examples.sources.as_ref().unwrap().count(set);
        assert_eq!(of_source(&split.dev), [2500, 0]);
        assert_eq!(of_source(&split.test), [2500, 0]);
        assert_eq!(of_source(&split.train_dev), [100, 4000]);
        assert_eq!(of_source(&split.train), [4900, 196_000]);
        assert_eq!(split.warnings(&examples), []);
    }

    #[test]
    fn split_made_before_is_warned_of_with_the_share_of_each_source() {
        let text = "file,set,source\n1,train,web\n2,dev,web\n3,dev,web\n4,test,app\n5,test,app\n";
        let table = Table::parse("a.csv", text.as_bytes()).unwrap();
        let split = Split::from_table(&table, "set").unwrap();
        let examples = Examples::from_table(&table, None, Some("source")).unwrap();
        let warnings = split.warnings(&examples);
        let shares = |app, web| vec![("app".to_string(), app), ("web".to_string(), web)];
        let expected = Warning::DifferentSources { dev: shares(0.0, 1.0), test: shares(1.0, 0.0) };
        assert_eq!(warnings[0], expected);
        assert!(warnings[0].to_string().contains("dev: web 100 %; test: app 100 %"));
        assert_eq!(warnings[1], Warning::SmallSet { set: "dev", examples: 2 });

        let table = Table::parse("a.csv", b"file,set\n1,train\n2,Test\n").unwrap();
        let message = Split::from_table(&table, "set").unwrap_err().to_string();
        assert!(message.starts_with("a.csv, line 3, column set: \"Test\" is none of"), "{message}");
    }

    #[test]
    fn rare_class_that_a_set_lacks_is_warned_of() {
        let examples = examples(&[("cat", "", 500), ("owl", "", 2)]);
        let split = split(&examples, &ratios([0.6, 0.2, 0.2])).unwrap();
        let missing = Warning::MissingClass { class: "owl".into(), set: "test" };
        assert!(split.warnings(&examples).contains(&missing), "{:?}", split.warnings(&examples));
    }

    #[test]
    fn folds_are_equal_disjoint_and_stratified() {
        let examples = examples(&[("cat", "", 60), ("dog", "", 43)]);
        let folds = folds(&examples, 5, 0.2, 7).unwrap();
        assert_eq!(folds.test.len(), 21);
        let sizes: Vec<usize> = folds.folds.iter().map(Vec::len).collect();
        assert_eq!(sizes, [17, 17, 16, 16, 16]);
        for fold in &folds.folds {
            let cats = examples.classes.as_ref().unwrap().count(fold)[0];
            assert!((9..=10).contains(&cats), "{cats}");
        }
        let mut all = [folds.folds.concat(), folds.test].concat();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..103));
    }

    #[test]
    fn impossible_folds_are_refused() {
        let ten = Examples::unnamed(10);
        assert_eq!(folds(&ten, 1, 0.0, 0), Err(StrategyError::TooFewFolds(1)));
        let error = StrategyError::TooManyFolds { folds: 9, examples: 8 };
        assert_eq!(folds(&ten, 9, 0.2, 0), Err(error));
        assert_eq!(folds(&ten, 10, 0.0, 0).unwrap().folds.len(), 10);
        assert!(matches!(folds(&ten, 2, 1.0, 0), Err(StrategyError::Ratios { .. })));
    }

    #[test]
    fn impossible_shares_are_refused_by_value() {
        let ten = Examples::unnamed(10);
        let error = split(&ten, &ratios([0.6, 0.2, 0.1])).unwrap_err().to_string();
        assert!(
            error.starts_with("the sets' shares 0.6, 0.2, 0.1 sum to 0.9, not to 1"),
            "{error}"
        );
        for wrong in [[1.2, -0.1, -0.1], [f64::NAN, 0.5, 0.5], [0.0, 0.5, 0.5], [60.0, 20.0, 20.0]]
        {
            let error = split(&ten, &ratios(wrong)).unwrap_err();
            assert!(matches!(error, StrategyError::Ratios { .. }), "{error}");
        }
        let error = split(&ten, &ratios([0.98, 0.01, 0.01])).unwrap_err();
        assert!(matches!(error, StrategyError::EmptySet { set: "dev" | "test", .. }), "{error}");
        for train_dev in [-0.1, 1.0, f64::NAN] {
            let config = SplitConfig { train_dev, ..SplitConfig::default() };
            assert!(matches!(split(&ten, &config), Err(StrategyError::TrainDev(_))));
        }
        let many = set_sizes(usize::MAX, [0.5, 0.5, 0.0].into()).unwrap_err();
        assert!(matches!(many, StrategyError::TooMany { .. }), "{many}");
        assert!(split(&Examples::unnamed(0), &SplitConfig::default()).is_err());
        let config = SplitConfig { target: Some("app".into()), ..SplitConfig::default() };
        assert!(matches!(split(&ten, &config), Err(StrategyError::NoTarget { .. })));
    }
}
