//! One project's numbers as one page: what to do next, and why.

use serde::Serialize;

use crate::diagnose::Diagnosis;
use crate::document::{self, Block};
use crate::error_analysis::{ErrorAnalysis, WrongLabels};
use crate::metric::Metrics;
use crate::number::percent;
use crate::ranking::Ranking;
use crate::ratios::Ratios;
use crate::warning::Warning;

/// What follows from a [`Project`](super::project::Project).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// What the project is called.
    pub title: String,
    /// What to do, in order: first the target (data and metric), then hitting it.
    pub steps: Vec<String>,
    /// Sizes of the sets.
    pub split: Option<SplitPlan>,
    /// The models in order.
    pub models: Option<Ranking>,
    /// The classifier's scores.
    pub predictions: Option<Metrics>,
    /// Bias, variance and the rest.
    pub diagnosis: Option<Diagnosis>,
    /// Kinds of mistakes.
    pub error_analysis: Option<ErrorAnalysis>,
}

/// Sizes of train, dev and test set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SplitPlan {
    /// The number of examples of each.
    pub sizes: [usize; 3],
    /// Their shares.
    pub ratios: Ratios,
    /// What the course advises for so many examples.
    pub advised: Ratios,
    /// What may go wrong.
    pub warnings: Vec<Warning>,
}

impl Plan {
    pub(crate) fn next_steps(&self) -> Vec<String> {
        let mut steps = Vec::new();
        if let Some(split) = &self.split {
            steps.extend(split.warnings.iter().map(|warning| format!("Mind the sets: {warning}.")));
        }
        if let Some(predictions) = &self.predictions {
            let warnings = predictions.warnings.iter();
            steps.extend(warnings.map(|warning| format!("Mind the predictions: {warning}.")));
        }
        steps.extend(self.models.as_ref().map(Ranking::verdict));
        steps.extend(self.diagnosis.as_ref().map(Diagnosis::verdict));
        if let Some(analysis) = &self.error_analysis {
            steps.push(analysis.verdict());
            let wrong = analysis.wrong_labels.iter().filter(|labels| labels.worth_cleaning);
            steps.extend(wrong.map(WrongLabels::verdict));
        }
        steps
    }

    /// The page: what to do, then the figures behind it.
    #[must_use]
    pub fn report(&self) -> Vec<Block> {
        let heading = |text: &str| Block::Heading(2, text.to_string());
        let mut blocks = vec![Block::Heading(1, self.title.clone())];
        if !self.steps.is_empty() {
            blocks.extend([heading("Next steps"), Block::Steps(self.steps.clone())]);
        }
        if let Some(diagnosis) = &self.diagnosis {
            blocks.push(heading("Bias and variance"));
            blocks.extend(diagnosis.details());
        }
        if let Some(analysis) = &self.error_analysis {
            blocks.push(heading("Error analysis"));
            blocks.extend(analysis.details());
            let wrong = analysis.wrong_labels.iter().filter(|labels| !labels.worth_cleaning);
            blocks.extend(wrong.map(|labels| Block::Paragraph(labels.verdict())));
        }
        if let Some(models) = &self.models {
            blocks.push(heading("Models"));
            blocks.extend(models.details());
        }
        if let Some(metrics) = &self.predictions {
            blocks.push(heading("Classes"));
            blocks.extend(metrics.report());
        }
        if let Some(split) = &self.split {
            blocks.push(heading("Data"));
            blocks.extend(split.details());
        }
        blocks
    }

    /// The page as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        document::markdown(&self.report())
    }

    /// The page as HTML that needs no other file.
    #[must_use]
    pub fn html(&self) -> String {
        document::page(&self.title, &self.report())
    }
}

impl SplitPlan {
    fn details(&self) -> Vec<Block> {
        let shares = <[f64; 3]>::from(self.ratios);
        let sets = ["train", "dev", "test"].into_iter().zip(self.sizes).zip(shares);
        let sets = sets.filter(|((_, size), _)| *size > 0);
        let rows = sets
            .map(|((set, size), share)| vec![set.to_string(), size.to_string(), percent(share)]);
        let mut blocks = vec![Block::table(&["set", "examples", "share"], rows.collect())];
        if self.ratios != self.advised {
            let advised = format!("The course advises {} for so many examples.", self.advised);
            blocks.push(Block::Paragraph(advised));
        }
        blocks
    }
}
