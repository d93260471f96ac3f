//! Which curves make a chart, and what its legend says of them.

use super::drawing::draw;
use crate::curve::{Curve, Quantity};
use crate::lines::no_diagram;
use crate::{RunRecord, text};

/// Colours that the style names `--c0` and so on, and how lines of one colour are told apart.
const COLORS: usize = 8;
const DASHES: [&str; 4] = ["", "6 4", "2 3", "9 3 2 3"];
/// Lines of a chart; what is more is said, not drawn.
const MOST_LINES: usize = 16;

/// A chart, and what its script and its legend need.
#[derive(Debug)]
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) across: &'static str,
    /// Keys of the quantities, with spaces between.
    pub(super) quantities: String,
    /// For a wide and for a narrow screen; none where lines make no diagram.
    pub(super) drawings: Vec<String>,
    /// Why there is no drawing.
    pub(super) undrawn: Option<&'static str>,
    pub(super) lines: Vec<Line>,
    pub(super) left_out: usize,
}

/// A line of a chart, as the legend has it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) run: usize,
    /// Place among the run's curves.
    pub(super) curve: usize,
    pub(super) label: String,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) color: usize,
    pub(super) dash: usize,
    pub(super) pattern: &'static str,
}

/// The charts of one run: each shows what belongs on one axis, every training a line.
pub(super) fn of_run(run: usize, record: &RunRecord) -> Vec<Chart> {
    use Quantity::{
        Cost, HeldOutAccuracy, HeldOutLoss, LearningRate, TrainingAccuracy, TrainingLoss,
    };
    let groups: [(&str, &[Quantity]); 4] = [
        ("Cost by iteration", &[Cost]),
        ("Loss by epoch", &[TrainingLoss, HeldOutLoss]),
        ("Accuracy by epoch", &[TrainingAccuracy, HeldOutAccuracy]),
        ("Learning rate by epoch", &[LearningRate]),
    ];
    let changes = |curve: &Curve| curve.points.iter().any(|point| point.1 != curve.points[0].1);
    let charts = groups.iter().filter_map(|(title, quantities)| {
        let wanted = |curve: &&Curve| quantities.contains(&curve.quantity);
        let all: Vec<&Curve> = record.curves.iter().filter(wanted).collect();
        if *quantities == [LearningRate] && !all.iter().any(|curve| changes(curve)) {
            return None; // one number, which stands among the settings
        }
        let mut stages: Vec<&str> = Vec::new();
        for curve in &all {
            if !stages.contains(&curve.stage.as_str()) {
                stages.push(&curve.stage);
            }
        }
        let several = quantities.len() > 1;
        let mut lines = Vec::new();
        for (place, curve) in record.curves.iter().enumerate() {
            let Some(quantity) = quantities.iter().position(|one| *one == curve.quantity) else {
                continue;
            };
            let stage = stages.iter().position(|stage| *stage == curve.stage).unwrap_or(0);
            let label = match (several, stages.len()) {
                (false, _) => curve.stage.clone(),
                (true, 1) => curve.quantity.name().to_string(),
                (true, _) => format!("{}, {}", curve.stage, curve.quantity.name()),
            };
            let (color, dash) = if stages.len() == 1 { (quantity, 0) } else { (stage, quantity) };
            lines.push(line(run, place, label, curve, color, dash));
        }
        // Trainings one after the other, each with all that was taken of it.
        lines.sort_by_key(|line| {
            stages.iter().position(|stage| *stage == record.curves[line.curve].stage)
        });
        chart(title, quantities, lines, &[(run, record)])
    });
    charts.collect()
}

/// One quantity of several runs laid over each other: a colour for each run.
pub(super) fn of_runs(quantity: Quantity, records: &[(usize, &RunRecord)]) -> Option<Chart> {
    let has_it = |(_, record): &&(usize, &RunRecord)| {
        record.curves.iter().any(|curve| curve.quantity == quantity)
    };
    let records: Vec<(usize, &RunRecord)> = records.iter().filter(has_it).copied().collect();
    let mut assignments = records.iter().map(|(_, record)| &record.assignment);
    let first = assignments.next();
    let is_one_assignment = assignments.all(|other| Some(other) == first);
    let of_one = |(color, (run, record)): (usize, &(usize, &RunRecord))| {
        let name = if is_one_assignment { record.name.clone() } else { record.label() };
        let curves = record.curves.iter().enumerate();
        let curves: Vec<_> = curves.filter(|(_, curve)| curve.quantity == quantity).collect();
        let several = curves.len() > 1;
        let lines = curves.into_iter().enumerate().map(|(dash, (place, curve))| {
            let label = match several {
                true => format!("{name}, {}", curve.stage),
                false => name.clone(),
            };
            line(*run, place, label, curve, color, dash)
        });
        lines.collect::<Vec<_>>()
    };
    let of_each: Vec<Vec<Line>> = records.iter().enumerate().map(of_one).collect();
    if of_each.len() < 2 {
        return None;
    }
    // The first training of every run, then the second of each, so that none is left out for another's many.
    let rounds = of_each.iter().map(Vec::len).max().unwrap_or(0);
    let mut of_each: Vec<_> = of_each.into_iter().map(Vec::into_iter).collect();
    let mut lines = Vec::new();
    for _ in 0..rounds {
        lines.extend(of_each.iter_mut().filter_map(Iterator::next));
    }
    let mut name = quantity.name().to_string();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    chart(&format!("{name} by {}", quantity.across()), &[quantity], lines, &records)
}

fn line(run: usize, place: usize, label: String, curve: &Curve, color: usize, dash: usize) -> Line {
    let dash = (color / COLORS + dash) % DASHES.len();
    let value = |point: Option<&(f64, f64)>| point.map(|point| text::number(point.1));
    Line {
        run,
        curve: place,
        label,
        first: value(curve.points.first()).unwrap_or_default(),
        last: value(curve.points.last()).unwrap_or_default(),
        color: color % COLORS,
        dash,
        pattern: DASHES[dash],
    }
}

fn chart(
    title: &str,
    quantities: &[Quantity],
    mut lines: Vec<Line>,
    records: &[(usize, &RunRecord)],
) -> Option<Chart> {
    let across = quantities.first()?.across();
    let left_out = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    let curve = |line: &Line| {
        let record = records.iter().find(|(run, _)| *run == line.run)?.1;
        record.curves.get(line.curve)
    };
    let curves: Vec<&Curve> = lines.iter().filter_map(curve).collect();
    if curves.is_empty() {
        return None;
    }
    let told = lines
        .iter()
        .take(6)
        .map(|line| format!("{} goes from {} to {}", line.label, line.first, line.last));
    let mut summary = format!("{title}: {}", told.collect::<Vec<_>>().join("; "));
    if lines.len() > 6 {
        summary.push_str(&format!("; and {} more", text::counted(lines.len() - 6, "line")));
    }
    let undrawn = no_diagram(curves.iter().map(|curve| &curve.points[..]));
    let drawings = [("wide", 520.0, 280.0), ("narrow", 320.0, 230.0)];
    let drawings = drawings.into_iter().filter(|_| undrawn.is_none());
    let drawings = drawings.map(|(class, width, height)| {
        draw(class, (width, height), across, &summary, &lines, &curves)
    });
    let drawings = drawings.collect();
    Some(Chart {
        title: title.to_string(),
        across,
        quantities: quantities.iter().map(|one| one.key()).collect::<Vec<_>>().join(" "),
        drawings,
        undrawn,
        lines,
        left_out,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(stage: &str, points: Vec<(f64, f64)>) -> Curve {
        let recorded = points.len();
        Curve { stage: stage.to_string(), quantity: Quantity::Cost, points, recorded }
    }

    fn drawn(curves: Vec<Curve>) -> Vec<Chart> {
        let folder = std::path::Path::new("nowhere");
        of_run(0, &RunRecord { curves, ..RunRecord::read(folder) })
    }

    #[test]
    fn every_training_is_a_line_or_a_dot() {
        let curves = vec![
            curve("one", vec![(0.0, 1.0), (1.0, 0.5)]),
            curve("dot", vec![(1.0, 0.7)]),
            curve("two", vec![(0.0, 2.0), (1.0, 0.25)]),
        ];
        let charts = drawn(curves);
        assert_eq!(charts.len(), 1);
        for drawing in &charts[0].drawings {
            let lines = drawing.matches(r#"fill="none""#).count();
            assert_eq!((lines, drawing.matches("<circle").count()), (2, 1), "{drawing}");
            assert!(!drawing.contains("http") && !drawing.contains("script"), "{drawing}");
            assert!(drawing.contains("data-box") && drawing.contains("var(--c2)"), "{drawing}");
        }
        assert!(charts[0].drawings[0].contains("one goes from 1 to 0.5"));
    }

    #[test]
    fn a_chart_of_dots_alone_is_not_drawn_and_says_why() {
        let charts = drawn(vec![curve("net", vec![(1.0, 0.7)]), curve("other", vec![(1.0, 0.5)])]);
        assert_eq!((charts[0].drawings.len(), charts[0].lines.len()), (0, 2));
        assert_eq!(charts[0].undrawn, Some("one value is no curve"));
    }

    #[test]
    fn a_name_cannot_leave_the_picture() {
        let hostile = r#""><script>alert(1)</script>"#;
        let charts = drawn(vec![curve(hostile, vec![(0.0, 1.0), (1.0, 0.5)])]);
        assert!(charts[0].drawings.iter().all(|drawing| !drawing.contains("<script")));
    }

    #[test]
    fn any_numbers_can_be_drawn() {
        let values = [0.0, -0.0, 1e30, -1e30, 1e-300, -1e-300, 5e-324, 1.0, 1.0 + f64::EPSILON];
        for one in values {
            for other in values {
                for points in [vec![(0.0, one), (1.0, other)], vec![(one, other), (other, one)]] {
                    let charts = drawn(vec![curve("net", points)]);
                    assert!(charts[0].drawings.iter().all(|drawing| drawing.len() < 100_000));
                }
            }
        }
    }

    #[test]
    fn many_trainings_are_drawn_in_part_and_the_rest_counted() {
        let curves = (0..40).map(|n| curve(&format!("net-{n}"), vec![(0.0, 1.0), (1.0, 0.1)]));
        let charts = drawn(curves.collect());
        assert_eq!((charts[0].lines.len(), charts[0].left_out), (MOST_LINES, 24));
    }
}
