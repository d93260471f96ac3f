//! Gradients held against differences of the cost, one after the other.

use fireside_report::text::significant;
use fireside_training::gradient_check::{Report, TOLERANCE};

use crate::Failure;
use crate::plot::{self, Kind, Row};
use crate::run::Run;

/// A tensor whose own difference is above this holds an error, not noise.
const SUSPICIOUS: f64 = 1e-4;

/// What was checked so far.
#[derive(Debug, Default)]
pub struct GradientChecks(Vec<Row>);

impl GradientChecks {
    /// Says whether a gradient, of `what`, agrees with differences of the cost, and where not; keeps how far they are
    /// apart as `difference_NAME` and what is wrong as `wrong_NAME`.
    pub fn add(&mut self, run: &mut Run, what: &str, name: &str, report: &Report) {
        let verdict = if report.passes(TOLERANCE) { "right" } else { "not exact" };
        let difference = significant(report.difference, 4);
        run.say(&format!("{what}:\n    difference {difference}: {verdict}"));
        run.result(&format!("difference_{name}"), report.difference);
        let mut wrong = Vec::new();
        for suspect in report.suspects(SUSPICIOUS) {
            run.say(&format!(
                "    wrong: {}, difference {:.3}; worst at [{}], gradient {:.6}, approximation {:.6}",
                suspect.name,
                suspect.difference,
                suspect.index,
                suspect.gradient,
                suspect.approximation
            ));
            wrong.push(suspect.name.clone());
        }
        run.result(&format!("wrong_{name}"), wrong);
        if let Some(worst) = report.worst() {
            run.say(&format!("    farthest apart: {}[{}]", worst.name, worst.index));
        }
        self.0.push(Row { name: what.to_string(), values: vec![report.difference] });
    }

    /// Draws how far each was from the differences: `differences.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn draw(self, run: &mut Run) -> Result<(), Failure> {
        let titles = ["How far gradients are from differences of the cost", "relative difference"];
        let png = plot::rows(titles, Kind::Logarithmic, &["difference"], &self.0)?;
        run.picture("differences.png", &png)
    }
}
