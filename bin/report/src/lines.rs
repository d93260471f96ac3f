//! Which lines make a diagram, and what is said in place of one.

use crate::text;

/// Why lines make no diagram, as their values in words say more: none of them has two points, or all are at one level.
/// Nothing where they make one.
pub fn no_diagram<'a>(lines: impl IntoIterator<Item = &'a [(f64, f64)]>) -> Option<&'static str> {
    let heights = |line| drawn(line).map(|point| point.1).collect::<Vec<f64>>();
    let lines: Vec<Vec<f64>> = lines.into_iter().map(heights).collect();
    let mut values = lines.iter().flatten();
    let first = values.next();
    if lines.iter().all(|line| line.len() < 2) {
        return Some("one value is no curve");
    }
    values.all(|value| Some(value) == first).then_some("nothing changes")
}

/// What is said in place of a diagram of lines by name, over `x`, and why there is none; nothing where they make one.
pub fn in_words([x, y]: [&str; 2], lines: &[(&str, &[(f64, f64)])]) -> Option<String> {
    let reason = no_diagram(lines.iter().map(|line| line.1))?;
    let told = lines.iter().map(|(name, points)| {
        let mut points = drawn(points);
        match (points.next(), points.next()) {
            (None, _) => format!("{name} has none"),
            (Some((at, value)), None) => {
                format!("{name} {} at {x} {}", text::significant(*value, 5), text::number(*at))
            }
            (Some((_, value)), Some(_)) => {
                format!("{name} {} throughout", text::significant(*value, 5))
            }
        }
    });
    let told: Vec<String> = told.collect();
    Some(format!("{y}: {}; no picture, for {reason}", told.join(", ")))
}

/// The points that can be drawn.
fn drawn(line: &[(f64, f64)]) -> impl Iterator<Item = &(f64, f64)> {
    line.iter().filter(|(x, y)| x.is_finite() && y.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXES: [&str; 2] = ["epoch", "cost"];

    #[test]
    fn lines_of_one_point_are_told_and_not_drawn() {
        let told = in_words(AXES, &[("training set", &[(1.0, 0.5)]), ("test set", &[])]).unwrap();
        let expected = "cost: training set 0.5 at epoch 1, test set has none; \
                        no picture, for one value is no curve";
        assert_eq!(told, expected);
        let lost = in_words(AXES, &[("lost", &[(1.0, 128.42), (2.0, f64::NAN)])]).unwrap();
        assert!(lost.starts_with("cost: lost 128.42 at epoch 1;"), "{lost}");
    }

    #[test]
    fn lines_at_one_level_are_told_and_not_drawn() {
        let level = [(1.0, 0.0), (2.0, 0.0)];
        let told = in_words(AXES, &[("faces", &level)]).unwrap();
        assert_eq!(told, "cost: faces 0 throughout; no picture, for nothing changes");
        let other = [(1.0, 3.0), (2.0, 3.0)];
        assert_eq!(in_words(AXES, &[("one", &level), ("other", &other)]), None);
    }

    #[test]
    fn lines_among_which_one_has_two_points_are_drawn() {
        let two = [(1.0, 0.5), (2.0, 0.4)];
        assert_eq!(in_words(AXES, &[("one", &[(1.0, 0.5)]), ("two", &two)]), None);
    }
}
