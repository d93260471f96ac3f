//! Whether a handler's outputs are those expected.

use crate::case::{Case, Outputs, Value};

/// How far an entry may be from the expected one.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// Relative to the expected entry.
    pub relative: f64,
    /// In any case.
    pub absolute: f64,
}

/// One function in double precision: the same maths, rounded elsewhere.
pub const FUNCTION: Tolerance = Tolerance { relative: 1e-9, absolute: 1e-12 };

/// A training run: sums added in another order, grown over its updates.
pub const TRAINING: Tolerance = Tolerance { relative: 1e-6, absolute: 1e-9 };

/// A case that the reference itself computed in single precision.
pub const SINGLE: Tolerance = Tolerance { relative: 1e-5, absolute: 1e-6 };

/// Values that are counted or drawn, not computed.
pub const EXACT: Tolerance = Tolerance { relative: 0.0, absolute: 0.0 };

/// Returns the first difference between what a case expects and `outputs`, with both values.
pub fn difference(case: &Case, outputs: &Outputs, tolerance: Tolerance) -> Option<String> {
    let tolerance = match case.precision.as_deref() {
        Some("f32") => SINGLE,
        _ => tolerance,
    };
    if case.outputs.is_empty() {
        return Some("no output is expected".to_string());
    }
    case.outputs.iter().find_map(|(name, expected)| {
        let found = match outputs.get(name) {
            Some(found) => differ(expected, found, tolerance),
            None => Some("is not there".to_string()),
        };
        found.map(|what| format!("{name} {what}"))
    })
}

fn differ(expected: &Value, found: &Value, tolerance: Tolerance) -> Option<String> {
    match (expected, found) {
        (Value::Number(expected), Value::Number(found)) => {
            entry_differs(*expected, *found, tolerance)
        }
        (Value::Array { shape, data }, Value::Array { shape: found_shape, data: found }) => {
            if shape != found_shape {
                return Some(format!("has shape {found_shape:?}, expected {shape:?}"));
            }
            // Else the shorter of the two would be all that is compared.
            let count = shape.iter().product::<usize>();
            if data.len() != count || found.len() != count {
                let (found, data) = (found.len(), data.len());
                return Some(format!("of shape {shape:?} has {found} entries, expected {data}"));
            }
            let entries = data.iter().zip(found).enumerate();
            entries.into_iter().find_map(|(index, (expected, found))| {
                entry_differs(*expected, *found, tolerance).map(|what| format!("at {index} {what}"))
            })
        }
        _ if expected == found => None,
        _ => Some(format!("is {found:?}, expected {expected:?}")),
    }
}

fn entry_differs(expected: f64, found: f64, tolerance: Tolerance) -> Option<String> {
    let allowed = tolerance.absolute + tolerance.relative * expected.abs();
    // An infinite number would allow every other.
    let near = expected.is_finite() && (found - expected).abs() <= allowed;
    let same = found == expected || near;
    (!same).then(|| format!("is {found}, expected {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(expected: f64) -> Case {
        let text = format!(r#"{{"op": "f", "inputs": {{}}, "outputs": {{"y": {expected}}}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    fn found(value: f64) -> Outputs {
        [("y".to_string(), Value::Number(value))].into()
    }

    fn with_outputs(outputs: &str) -> Case {
        serde_json::from_str(&format!(r#"{{"op": "f", "inputs": {{}}, "outputs": {outputs}}}"#))
            .unwrap()
    }

    fn array(shape: &[usize], data: &[f64]) -> Outputs {
        [("y".to_string(), Value::Array { shape: shape.to_vec(), data: data.to_vec() })].into()
    }

    #[test]
    fn the_same_entries_in_another_shape_are_a_difference() {
        let case = with_outputs(r#"{"y": {"shape": [2, 1], "data": [1, 2]}}"#);
        assert_eq!(difference(&case, &array(&[2, 1], &[1.0, 2.0]), EXACT), None);
        assert!(difference(&case, &array(&[1, 2], &[1.0, 2.0]), SINGLE).is_some());
        assert!(difference(&case, &array(&[2], &[1.0, 2.0]), SINGLE).is_some());
        assert!(difference(&case, &array(&[2, 1], &[1.0]), SINGLE).is_some());
        assert!(difference(&case, &found(1.0), SINGLE).is_some());
    }

    #[test]
    fn case_that_expects_nothing_or_too_few_entries_does_not_pass() {
        assert!(difference(&with_outputs("{}"), &found(1.0), SINGLE).is_some());
        let short = with_outputs(r#"{"y": {"shape": [2], "data": [1]}}"#);
        assert!(difference(&short, &array(&[2], &[1.0, 2.0]), SINGLE).is_some());
    }

    #[test]
    fn what_only_the_case_has_is_a_difference_and_what_only_the_handler_has_is_none() {
        let case = with_outputs(r#"{"y": 1, "z": 2}"#);
        assert!(difference(&case, &found(1.0), SINGLE).is_some());
        let mut more = found(1.0);
        more.insert("z".to_string(), Value::Number(2.0));
        more.insert("w".to_string(), Value::Number(3.0));
        assert_eq!(difference(&case, &more, EXACT), None);
    }

    #[test]
    fn infinity_is_near_to_itself_alone() {
        let mut case = case(2.0);
        case.outputs = found(f64::INFINITY);
        assert_eq!(difference(&case, &found(f64::INFINITY), FUNCTION), None);
        assert!(difference(&case, &found(1e300), FUNCTION).is_some());
        assert!(difference(&case, &found(f64::NEG_INFINITY), FUNCTION).is_some());
        assert!(difference(&case, &found(f64::NAN), FUNCTION).is_some());
    }

    #[test]
    fn wrong_missing_and_nan_outputs_are_differences() {
        let case = case(2.0);
        assert_eq!(difference(&case, &found(2.0), EXACT), None);
        assert!(difference(&case, &found(2.0 + 1e-8), FUNCTION).is_some());
        assert!(difference(&case, &found(f64::NAN), FUNCTION).is_some());
        assert!(difference(&case, &Outputs::new(), FUNCTION).is_some());
    }
}
