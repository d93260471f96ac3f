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

/// What is said in place of a diagram of lines by name, over `x`, below a title, and why there is none; nothing where
/// they make one. A line alone needs no name, as it has none on a diagram.
pub fn in_words(title: &str, [x, y]: [&str; 2], lines: &[(&str, &[(f64, f64)])]) -> Option<String> {
    let reason = no_diagram(lines.iter().map(|line| line.1))?;
    let place = |at: f64| match x.contains(' ') {
        true => format!("{} {x}", text::number(at)),
        false => format!("{x} {}", text::number(at)),
    };
    let told = lines.iter().map(|(name, points)| {
        let mut points = drawn(points);
        let told = match (points.next(), points.next()) {
            (None, _) => "none".to_string(),
            (Some((at, value)), None) => {
                format!("{} at {}", text::significant(*value, 5), place(*at))
            }
            (Some((_, value)), Some(_)) => format!("{} throughout", text::significant(*value, 5)),
        };
        match lines.len() {
            1 => told,
            _ => format!("{name}: {told}"),
        }
    });
    let told: Vec<String> = told.collect();
    let measured = match title.to_lowercase().contains(&y.to_lowercase()) {
        true => String::new(), // the title says it
        false => format!(" ({y})"),
    };
    Some(format!("{title}{measured}: {}; no picture, for {reason}.", told.join("; ")))
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
        let both: [(&str, &[(f64, f64)]); 2] = [("training set", &[(1.0, 0.5)]), ("test set", &[])];
        let told = in_words("Hands", AXES, &both).unwrap();
        let expected = "Hands (cost): training set: 0.5 at epoch 1; test set: none; \
                        no picture, for one value is no curve.";
        assert_eq!(told, expected);
        let lost: [(&str, &[(f64, f64)]); 1] = [("lost", &[(1.0, 128.42), (2.0, f64::NAN)])];
        let told = in_words("Costs of a network", AXES, &lost).unwrap();
        assert!(told.starts_with("Costs of a network: 128.42 at epoch 1; no picture,"), "{told}");
        let told = in_words("Names", ["names read", "loss"], &lost).unwrap();
        assert!(told.starts_with("Names (loss): 128.42 at 1 names read; no picture,"), "{told}");
    }

    #[test]
    fn lines_at_one_level_are_told_and_not_drawn() {
        let level = [(1.0, 0.0), (2.0, 0.0)];
        let told = in_words("Faces", AXES, &[("faces", &level)]).unwrap();
        assert_eq!(told, "Faces (cost): 0 throughout; no picture, for nothing changes.");
        let other = [(1.0, 3.0), (2.0, 3.0)];
        assert_eq!(in_words("Faces", AXES, &[("one", &level), ("other", &other)]), None);
    }

    #[test]
    fn lines_among_which_one_has_two_points_are_drawn() {
        let two = [(1.0, 0.5), (2.0, 0.4)];
        assert_eq!(in_words("", AXES, &[("one", &[(1.0, 0.5)]), ("two", &two)]), None);
    }
}
