//! Choosing among models by one number, under limits that must hold.
//!
//! Of several metrics one is optimised; for the others it is enough to be within a limit (course 3,
//! "Satisficing and optimizing metric").

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::StrategyError;
use crate::document::Block;
use crate::metric::f1;
use crate::number::{self, plain};
use crate::table::Table;

/// Which end of a number is the good one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More is better, as of accuracy.
    Maximise,
    /// Less is better, as of error.
    Minimise,
}

/// The single number that models are compared by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Score {
    /// One column.
    Column(String),
    /// The mean of all columns of numbers.
    Mean,
    /// The harmonic mean of the columns `precision` and `recall`.
    F1,
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(column) => f.write_str(column),
            Self::Mean => f.write_str("mean"),
            Self::F1 => f.write_str("F1"),
        }
    }
}

/// How a value must compare with its bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `>`
    Above,
}

/// The longer signs first, for `<=` begins with `<`.
const SIGNS: [(&str, Comparison); 4] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Below),
    (">", Comparison::Above),
];

/// A limit that a satisficing metric must keep: `latency<=10`.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// The column it is on.
    pub column: String,
    /// How the value must compare.
    pub comparison: Comparison,
    /// With what.
    pub bound: f64,
}

impl Limit {
    /// What it wants of a value: `<= 10`.
    fn wish(&self) -> String {
        let sign = SIGNS.iter().find(|(_, comparison)| *comparison == self.comparison);
        format!("{} {}", sign.map_or("", |(sign, _)| sign), self.bound)
    }

    /// Whether a value keeps the limit.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        match self.comparison {
            Comparison::AtMost => value <= self.bound,
            Comparison::AtLeast => value >= self.bound,
            Comparison::Below => value < self.bound,
            Comparison::Above => value > self.bound,
        }
    }
}

impl FromStr for Limit {
    type Err = StrategyError;

    fn from_str(text: &str) -> Result<Self, StrategyError> {
        let wrong = || StrategyError::Limit { text: text.to_string() };
        let place = text.find(['<', '>']).ok_or_else(wrong)?;
        let (column, rest) = text.split_at(place);
        let sign = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign));
        let (sign, comparison) = sign.ok_or_else(wrong)?;
        let bound = number::parse(&rest[sign.len()..]).ok_or_else(wrong)?;
        let column = column.trim().to_string();
        if column.is_empty() || column.contains('=') {
            return Err(wrong());
        }
        Ok(Self { column, comparison: *comparison, bound })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.column, self.wish())
    }
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, target: S) -> Result<S::Ok, S::Error> {
        target.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        String::deserialize(source)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What the best model is the best at, and what it must keep to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Criterion {
    /// The number to compare by.
    pub score: Score,
    /// Whether more or less of it is better.
    pub direction: Direction,
    /// Limits that a model must keep to be chosen at all.
    pub limits: Vec<Limit>,
}

/// Models from the best to the worst, then those that break a limit, likewise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranking {
    /// What they were ranked by.
    pub criterion: Criterion,
    /// The models; equal ones in the order given.
    pub models: Vec<Ranked>,
}

/// A model with its single number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranked {
    /// Its name.
    pub name: String,
    /// Its number.
    pub score: f64,
    /// The limits it breaks, each with its value; none if it may be chosen.
    pub broken: Vec<(Limit, f64)>,
}

/// Ranks the models of a table: names in the first column, numbers in others. A column is one of numbers when
/// at least half of its filled cells are.
///
/// # Errors
/// When a name is blank, a column named by the criterion is missing, a cell of one that counts is no number,
/// or there is no column of numbers to average.
pub fn rank(table: &Table, criterion: &Criterion) -> Result<Ranking, StrategyError> {
    let names = table.names(0)?;
    let column = |name: &str| table.numbers(table.column(name)?);
    let mut scores = match &criterion.score {
        Score::Column(name) => column(name)?,
        Score::F1 => {
            let both = column("precision")?.into_iter().zip(column("recall")?);
            both.map(|(precision, recall)| f1(precision, recall)).collect()
        }
        Score::Mean => means(table)?,
    };
    let limits = criterion.limits.iter();
    let limits: Vec<(&Limit, Vec<f64>)> = limits
        .map(|limit| Ok((limit, column(&limit.column)?)))
        .collect::<Result<_, StrategyError>>()?;
    let mut models: Vec<Ranked> = scores
        .drain(..)
        .enumerate()
        .map(|(row, score)| {
            let broken = limits.iter().filter(|(limit, values)| !limit.holds(values[row]));
            let broken = broken.map(|(limit, values)| ((*limit).clone(), values[row])).collect();
            Ranked { name: names[row].to_string(), score, broken }
        })
        .collect();
    models.sort_by(|a, b| {
        let better = match criterion.direction {
            Direction::Maximise => b.score.total_cmp(&a.score),
            Direction::Minimise => a.score.total_cmp(&b.score),
        };
        (!a.broken.is_empty()).cmp(&!b.broken.is_empty()).then(better)
    });
    Ok(Ranking { criterion: criterion.clone(), models })
}

fn means(table: &Table) -> Result<Vec<f64>, StrategyError> {
    let is_number = |cell: &str| table.number(cell).is_some();
    let columns = (1..table.header().len()).filter(|&column| table.mostly(column, is_number));
    let columns: Vec<Vec<f64>> =
        columns.map(|column| table.numbers(column)).collect::<Result<_, _>>()?;
    if columns.is_empty() {
        let file = table.file().to_string();
        return Err(StrategyError::Empty { file, wanted: "column of numbers beside the names" });
    }
    let mean = |row| columns.iter().map(|column| column[row]).sum::<f64>() / columns.len() as f64;
    Ok((0..table.len()).map(mean).collect())
}

impl Ranking {
    /// The best model that keeps every limit.
    #[must_use]
    pub fn best(&self) -> Option<&Ranked> {
        self.models.first().filter(|model| model.broken.is_empty())
    }

    /// The choice, in a sentence.
    #[must_use]
    pub fn verdict(&self) -> String {
        let Criterion { score, direction, limits } = &self.criterion;
        let end = match direction {
            Direction::Maximise => "highest",
            Direction::Minimise => "lowest",
        };
        let limits = if limits.is_empty() { "" } else { " within the limits" };
        match self.best() {
            Some(best) => {
                let value = plain(best.score, 4);
                format!("Choose {}: the {end} {score}{limits}, {value}.", best.name)
            }
            None => "No model keeps the limits: improve one, or reconsider them.".to_string(),
        }
    }

    /// The models in order.
    #[must_use]
    pub fn details(&self) -> Vec<Block> {
        let rows = self.models.iter().map(|model| {
            let broken = model.broken.iter();
            let broken: Vec<_> = broken
                .map(|(limit, value)| format!("{} is {value}, not {}", limit.column, limit.wish()))
                .collect();
            let verdict = match broken.is_empty() {
                true => "yes".to_string(),
                false => format!("no: {}", broken.join(", ")),
            };
            vec![model.name.clone(), plain(model.score, 4), verdict]
        });
        let score = self.criterion.score.to_string();
        let mut rows: Vec<Vec<String>> = rows.collect();
        let mut header = vec!["model", &score, "within the limits"];
        if self.criterion.limits.is_empty() {
            header.pop();
            rows.iter_mut().for_each(|row| row.truncate(2));
        }
        vec![Block::table(&header, rows)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(text: &str, score: Score, direction: Direction, limits: &[&str]) -> Ranking {
        let table = Table::parse("models.csv", text.as_bytes()).unwrap();
        let limits = limits.iter().map(|limit| limit.parse().unwrap()).collect();
        rank(&table, &Criterion { score, direction, limits }).unwrap()
    }

    fn names(ranking: &Ranking) -> Vec<&str> {
        ranking.models.iter().map(|model| model.name.as_str()).collect()
    }

    /// The notes' table of errors by country and the means printed there.
    #[test]
    fn mean_of_the_countries_ranks_the_course_s_six_algorithms() {
        let text = "algorithm,US,China,India,Other\nA,3%,7%,5%,9%\nB,5%,6%,5%,10%\nC,2%,3%,4%,5%\n\
                    D,5%,8%,7%,2%\nE,4%,5%,2%,4%\nF,7%,11%,8%,12%\n";
        let ranking = ranked(text, Score::Mean, Direction::Minimise, &[]);
        assert_eq!(names(&ranking), ["C", "E", "D", "A", "B", "F"]);
        let printed = [0.0350, 0.0375, 0.0550, 0.0600, 0.0650, 0.0950];
        for (model, mean) in ranking.models.iter().zip(printed) {
            assert!((model.score - mean).abs() < 1e-12, "{}: {} {mean}", model.name, model.score);
        }
    }

    #[test]
    fn f1_chooses_the_course_s_classifier_a() {
        let text = "classifier,precision,recall\nA,95%,90%\nB,98%,85%\n";
        let ranking = ranked(text, Score::F1, Direction::Maximise, &[]);
        assert_eq!(names(&ranking), ["A", "B"]);
    }

    #[test]
    fn models_that_break_a_limit_come_last_with_the_limit_and_their_value() {
        let text = "model,accuracy,latency,memory\nslow,99,13,9\nfat,97,1,30\nboth,95,11,11\nfit,90,10,10\n";
        let limits = ["latency<=10", "memory <= 10"];
        let ranking = ranked(text, Score::Column("accuracy".into()), Direction::Maximise, &limits);
        assert_eq!(names(&ranking), ["fit", "slow", "fat", "both"]);
        assert_eq!(ranking.best().unwrap().name, "fit");
        assert_eq!(ranking.models[1].broken, [("latency<=10".parse().unwrap(), 13.0)]);
        assert_eq!(ranking.models[3].broken.len(), 2);
        let told = crate::document::text(&ranking.details());
        assert!(told.contains("no: latency is 13, not <= 10"), "{told}");
        assert!(told.contains("no: latency is 11, not <= 10, memory is 11, not <= 10"), "{told}");
        let none = ranked(text, Score::Mean, Direction::Maximise, &["latency<0"]);
        assert_eq!(none.best(), None);
    }

    #[test]
    fn direction_turns_the_order_around_and_equals_stay_in_place() {
        let text = "model,x\na,1\nb,2\nc,2\n";
        let by = |direction| ranked(text, Score::Column("x".into()), direction, &[]);
        assert_eq!(names(&by(Direction::Maximise)), ["b", "c", "a"]);
        assert_eq!(names(&by(Direction::Minimise)), ["a", "b", "c"]);
    }

    #[test]
    fn bound_itself_is_within_at_most_and_not_within_below() {
        for (limit, expected) in [("x<=2", true), ("x>=2", true), ("x<2", false), ("x>2", false)] {
            assert_eq!(limit.parse::<Limit>().unwrap().holds(2.0), expected, "{limit}");
        }
        assert_eq!("x >= 98 %".parse::<Limit>().unwrap().bound, 0.98);
    }

    #[test]
    fn what_is_no_limit_is_refused() {
        for text in
            ["", "latency", "latency=10", "<=10", "latency<=", "latency<=fast", "x<>3", "x=>3"]
        {
            let refused = text.parse::<Limit>();
            assert_eq!(refused, Err(StrategyError::Limit { text: text.into() }));
        }
    }

    #[test]
    fn columns_of_words_are_not_averaged_but_a_mistyped_number_is_refused() {
        let text = "model,note,x,y\na,good,1,2\nb,bad,3,oops\nc,5,5,6\n";
        let table = Table::parse("models.csv", text.as_bytes()).unwrap();
        let limits = Vec::new();
        let criterion = Criterion { score: Score::Mean, direction: Direction::Maximise, limits };
        let message = rank(&table, &criterion).unwrap_err().to_string();
        assert_eq!(message, "models.csv, line 3, column y: \"oops\" is no number");
        let fixed = text.replace("oops", "4");
        let ranking = ranked(&fixed, Score::Mean, Direction::Maximise, &[]);
        assert_eq!(ranking.models[0].score, 5.5);
    }
}
