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
    let same = found == expected || (found - expected).abs() <= allowed;
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

    #[test]
    fn wrong_missing_and_nan_outputs_are_differences() {
        let case = case(2.0);
        assert_eq!(difference(&case, &found(2.0), EXACT), None);
        assert!(difference(&case, &found(2.0 + 1e-8), FUNCTION).is_some());
        assert!(difference(&case, &found(f64::NAN), FUNCTION).is_some());
        assert!(difference(&case, &Outputs::new(), FUNCTION).is_some());
    }
}
