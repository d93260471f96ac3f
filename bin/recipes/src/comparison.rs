//! The course's figures beside ours.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use fireside_training::descent::{Descent, DescentConfig};
use serde::Serialize;
use serde_json::{Value, json};

use crate::RecipeError;

/// How far a figure may be from the course's, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Allowance {
    /// Largest difference, relative to the course's figure.
    pub relative: f64,
    /// Largest difference where that is more.
    pub absolute: f64,
    /// Why not 0.
    pub reason: Cow<'static, str>,
}

impl Allowance {
    /// An allowance of one program.
    pub const fn new(relative: f64, absolute: f64, reason: &'static str) -> Self {
        Self { relative, absolute, reason: Cow::Borrowed(reason) }
    }

    /// Widens the allowance of `course` where repeated runs do not agree among themselves: `spread` is the
    /// range of the figure over runs whose first weights differ in their last bits, and twice that is
    /// allowed.
    pub fn with_spread(mut self, course: f64, spread: f64) -> Self {
        if 2.0 * spread > self.largest_difference(course) {
            self.absolute = 2.0 * spread;
            self.reason =
                format!("last bits of the weights spread it over {spread:.1e}: twice that").into();
        }
        self
    }

    /// Widens the allowance where the course itself shows two runs of the same training: their difference is
    /// allowed.
    pub fn with_other_run(mut self, course: f64, other: f64) -> Self {
        let apart = (course - other).abs();
        if apart > self.largest_difference(course) {
            self.absolute = apart;
            self.reason = format!("the course's own two runs differ by {apart:.1e}").into();
        }
        self
    }

    fn largest_difference(&self, course: f64) -> f64 {
        self.absolute.max(self.relative * course.abs())
    }
}

/// The figure is a count or a share of a few hundred examples.
pub const EXACT: Allowance = Allowance {
    relative: 1e-12,
    absolute: 0.0,
    reason: Cow::Borrowed("a share of counted examples: equal"),
};

/// The course's program printed the figure with six decimals.
pub const PRINTED_6: Allowance = Allowance {
    relative: 0.0,
    absolute: 0.500_001e-6,
    reason: Cow::Borrowed("printed with 6 decimals: half of the last"),
};

/// The figure has all digits, from a run whose sums were added in another order.
pub const SUMMED: Allowance = Allowance {
    relative: 1e-6,
    absolute: 0.0,
    reason: Cow::Borrowed("sums in another order, grown over the updates: 1e-6"),
};

/// The widest range of a figure over seeds, of the course's figure, that still tells one training from another.
const WIDEST: f64 = 0.1;

/// A figure of the course and ours.
#[derive(Debug, Clone, Serialize)]
struct Row {
    figure: String,
    course: f64,
    ours: f64,
    allowance: Allowance,
}

impl Row {
    fn agrees(&self) -> bool {
        // Infinities agree if they are the same, NaN with nothing.
        self.ours == self.course
            || (self.ours - self.course).abs() <= self.allowance.largest_difference(self.course)
    }

    /// Significant digits on which both agree, 16 when equal.
    fn digits(&self) -> f64 {
        let scale = self.course.abs().max(f64::MIN_POSITIVE);
        let error = ((self.ours - self.course) / scale).abs();
        if error.is_nan() { 0.0 } else { (-error.max(1e-16).log10()).max(0.0) }
    }
}

/// A figure of the course that ours cannot be held against.
#[derive(Debug, Clone, Serialize)]
struct NotCompared {
    figure: String,
    course: f64,
    /// The least and the largest of ours.
    ours: [f64; 2],
    reason: String,
}

/// The comparison of a run with the course's.
#[derive(Debug, Default)]
pub struct Comparison {
    rows: Vec<Row>,
    not_compared: Vec<NotCompared>,
}

impl Comparison {
    /// Adds a figure.
    pub fn add(&mut self, figure: impl Into<String>, course: f64, ours: f64, allowance: Allowance) {
        self.rows.push(Row { figure: figure.into(), course, ours, allowance });
    }

    /// Adds a figure of a run that nobody can repeat, because its first weights or its division of the data are
    /// unknown; `ours` are those of several seeds. It agrees with them if it is no farther from their mean than they
    /// range. Where they range over more than a tenth of it, that would be said of nearly every training, and the
    /// figure is told without being compared.
    pub fn add_of_seeds(&mut self, figure: impl Into<String>, course: f64, ours: &[f64]) {
        let (seeds, range) = (ours.len(), spread(ours.iter().copied()));
        if range > WIDEST * course.abs() {
            let least = ours.iter().copied().fold(f64::INFINITY, f64::min);
            let reason = format!(
                "not compared: the course's first weights are unknown, and over {seeds} seeds ours range over {range:.1e}"
            );
            self.tell(figure, course, [least, least + range], reason);
            return;
        }
        let mean = ours.iter().sum::<f64>() / seeds as f64;
        let reason =
            format!("ours: mean of {seeds} seeds, which range over {range:.1e}: that").into();
        self.add(figure, course, mean, Allowance { relative: 0.0, absolute: range, reason });
    }

    /// Tells a figure of the course that ours cannot be held against, the least and the largest of ours, and why.
    pub fn tell(
        &mut self,
        figure: impl Into<String>,
        course: f64,
        ours: [f64; 2],
        reason: impl Into<String>,
    ) {
        let (figure, reason) = (figure.into(), reason.into());
        self.not_compared.push(NotCompared { figure, course, ours, reason });
    }

    /// Adds the costs that the course lists, one each `interval` iterations; a list of another length
    /// fails the comparison. `allowance` is asked for each place in the list and its cost.
    pub fn add_costs(
        &mut self,
        run: &str,
        interval: usize,
        course: &[f64],
        ours: &[f64],
        allowance: impl Fn(usize, f64) -> Allowance,
    ) {
        for index in 0..course.len().max(ours.len()) {
            let figure = |list: &[f64]| list.get(index).copied().unwrap_or(f64::NAN);
            let name = format!("{run}: cost {}", interval * index);
            let allowance = allowance(index, figure(course));
            self.add(name, figure(course), figure(ours), allowance);
        }
    }

    /// Adds the accuracies on the training and the test set, in the units of the reference run.
    ///
    /// # Errors
    /// When the reference run has none.
    pub fn add_accuracies(
        &mut self,
        run: &str,
        reference: &Reference,
        [train, test]: [f64; 2],
    ) -> Result<(), RecipeError> {
        for (set, ours) in [("train", train), ("test", test)] {
            let course = reference.figure(&format!("{set}_accuracy"))?;
            self.add(format!("{run}: {set} accuracy"), course, ours, EXACT);
        }
        Ok(())
    }

    /// How many figures differ by more than their allowance.
    pub fn differing(&self) -> usize {
        self.rows.iter().filter(|row| !row.agrees()).count()
    }

    /// How many figures are compared.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nothing is compared.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Every figure with its verdict, for machines.
    pub fn json(&self) -> Value {
        let row = |row: &Row| json!({"row": row, "digits": row.digits(), "agrees": row.agrees()});
        let rows: Vec<Value> = self.rows.iter().map(row).collect();
        json!({"verify": rows, "differing": self.differing(), "not_compared": self.not_compared})
    }

    /// Every figure in a line with both sides.
    pub fn table(&self) -> String {
        let mut text = format!(
            "{:44} {:>20} {:>20} {:>6}      allowed\n",
            "figure", "course", "ours", "digits"
        );
        for row in &self.rows {
            let verdict = if row.agrees() { "ok" } else { "DIFFERS" };
            let _ = writeln!(
                text,
                "{:44} {:>20} {:>20} {:>6.1} {verdict:4} {}",
                row.figure,
                shortened(row.course),
                shortened(row.ours),
                row.digits(),
                row.allowance.reason
            ); // writing to a string cannot fail
        }
        for NotCompared { figure, course, ours: [least, most], reason } in &self.not_compared {
            let (course, ours) = (shortened(*course), format!("{least:.4} to {most:.4}"));
            let _ = writeln!(text, "{figure:44} {course:>20} {ours:>20} {:>6}      {reason}", "");
        }
        let agreeing = self.rows.iter().filter(|row| row.agrees()).count();
        let _ = write!(text, "{agreeing} of {} figures agree", self.rows.len());
        if !self.not_compared.is_empty() {
            let _ = write!(text, "; {} not compared", self.not_compared.len());
        }
        text
    }
}

fn shortened(figure: f64) -> String {
    let text = figure.to_string();
    if text.len() <= 20 { text } else { format!("{figure:.16}") }
}

/// A training run of the course's solution, out of `models.json`.
#[derive(Debug, Clone)]
pub struct Reference {
    run: Value,
}

impl Reference {
    /// Reads the runs of one model.
    ///
    /// # Errors
    /// When the file is missing, damaged, or has no such run.
    pub fn read(folder: &Path, assignment: &str, model: &str) -> Result<Vec<Self>, RecipeError> {
        let path = folder.join("models.json");
        let shown = path.display();
        let text = fs::read(&path).map_err(|error| {
            RecipeError::Input(format!(
                "{shown} cannot be read ({error}): give the folder of the reference runs with --reference"
            ))
        })?;
        let document: Value = serde_json::from_slice(&text)
            .map_err(|error| RecipeError::Input(format!("{shown} is damaged: {error}")))?;
        let runs = document["models"].as_array().cloned().unwrap_or_default();
        let runs: Vec<_> = runs
            .into_iter()
            .filter(|run| run["assignment"] == assignment && run["model"] == model)
            .map(|run| Self { run })
            .collect();
        match runs.is_empty() {
            true => Err(RecipeError::Input(format!("{shown} has no run of {model}"))),
            false => Ok(runs),
        }
    }

    /// What the run was trained on, as its author describes it.
    pub fn data(&self) -> &str {
        self.run["data"].as_str().unwrap_or_default()
    }

    /// The descent of the run, its costs recorded every `cost_interval` iterations.
    ///
    /// # Errors
    /// When the run does not say how long or how fast it went.
    pub fn descent(&self, cost_interval: usize) -> Result<Descent, RecipeError> {
        let iterations = self.hyperparameter("num_iterations")? as usize;
        let config = DescentConfig::new(iterations, self.hyperparameter("learning_rate")?);
        Ok(Descent::new(config.with_cost_interval(cost_interval)))
    }

    /// The seed of the first weights.
    ///
    /// # Errors
    /// When the run does not say.
    pub fn seed(&self) -> Result<u32, RecipeError> {
        Ok(self.hyperparameter("seed")? as u32)
    }

    /// A hyperparameter that is a word.
    ///
    /// # Errors
    /// When the run has none of that name.
    pub fn text(&self, name: &str) -> Result<String, RecipeError> {
        let text = self.run["hyperparameters"][name].as_str();
        text.map(str::to_string).ok_or_else(|| absent(name))
    }

    /// A hyperparameter.
    ///
    /// # Errors
    /// When the run has none of that name.
    pub fn hyperparameter(&self, name: &str) -> Result<f64, RecipeError> {
        number(&self.run["hyperparameters"][name], name)
    }

    /// A figure.
    ///
    /// # Errors
    /// When the run has none of that name.
    pub fn figure(&self, name: &str) -> Result<f64, RecipeError> {
        number(&self.run["figures"][name], name)
    }

    /// A list of figures.
    ///
    /// # Errors
    /// When the run has none of that name.
    pub fn figures(&self, name: &str) -> Result<Vec<f64>, RecipeError> {
        numbers(&self.run["figures"][name], name)
    }

    /// A list of anything else.
    ///
    /// # Errors
    /// When the run has none of that name.
    pub fn list(&self, name: &str) -> Result<Vec<Value>, RecipeError> {
        self.run["figures"][name].as_array().cloned().ok_or_else(|| absent(name))
    }

    /// The same list as the notebook printed it, where that was another run of the same.
    ///
    /// # Errors
    /// When the notebook printed none of that name.
    pub fn printed(&self, name: &str) -> Result<Vec<f64>, RecipeError> {
        numbers(&self.run["printed"][name], name)
    }
}

fn numbers(value: &Value, name: &str) -> Result<Vec<f64>, RecipeError> {
    let list = value.as_array().ok_or_else(|| absent(name))?;
    list.iter().map(|value| number(value, name)).collect()
}

/// The range that figures of repeated runs span.
pub fn spread(figures: impl Iterator<Item = f64>) -> f64 {
    let range = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = figures.fold(range, |(low, high), x| (low.min(x), high.max(x)));
    high - low
}

fn number(value: &Value, name: &str) -> Result<f64, RecipeError> {
    let infinite = (value == "inf").then_some(f64::INFINITY);
    value.as_f64().or(infinite).ok_or_else(|| absent(name))
}

fn absent(name: &str) -> RecipeError {
    RecipeError::Input(format!("a reference run in models.json has no {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figure_of_seeds_differs_where_it_is_farther_from_their_mean_than_they_range() {
        let ours = [0.74, 0.76, 0.75];
        for (course, differing) in [(0.75, 0), (0.769, 0), (0.771, 1), (0.72, 1)] {
            let mut comparison = Comparison::default();
            comparison.add_of_seeds("accuracy", course, &ours);
            assert_eq!((comparison.len(), comparison.differing()), (1, differing), "{course}");
        }
        let mut comparison = Comparison::default();
        comparison.add_of_seeds("accuracy", 0.75, &[f64::NAN; 3]);
        assert_eq!(comparison.differing(), 1, "a run that is too short");
    }

    #[test]
    fn figure_that_every_training_would_hit_is_told_and_not_counted() {
        let mut comparison = Comparison::default();
        comparison.add_of_seeds("cost", 1.83, &[1.7, 2.1, 1.8]);
        assert!(comparison.is_empty());
        comparison.add_of_seeds("accuracy", 0.75, &[0.74, 0.76, 0.75]);
        let text = comparison.table();
        assert!(text.contains("1.7000 to 2.1000"), "{text}");
        assert!(text.contains("not compared: the course's first weights are unknown"), "{text}");
        assert!(text.ends_with("1 of 1 figures agree; 1 not compared"), "{text}");
        let json = comparison.json();
        assert_eq!(json["verify"].as_array().map(Vec::len), Some(1));
        assert_eq!(json["not_compared"][0]["figure"], "cost");
    }
}
