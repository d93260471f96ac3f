//! Settings and figures of a run: named values, whatever JSON they were in.

use serde_json::{Map, Value};

use crate::text;

/// Bounds of what is taken from one file.
const MOST_ENTRIES: usize = 300;
const LONGEST_NAME: usize = 120;
const LONGEST_TEXT: usize = 4_000;
const MOST_ITEMS: usize = 40;

/// A named value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its key; of a nested one all keys, with dots between.
    pub name: String,
    /// What it is.
    pub value: Datum,
}

/// A value in words or in digits.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// A number.
    Number(f64),
    /// Anything else.
    Text(String),
}

impl Datum {
    /// As people read it.
    pub fn shown(&self) -> String {
        match self {
            Self::Number(value) => text::number(*value),
            Self::Text(words) => words.clone(),
        }
    }

    /// Whether it has several lines or is long: a poem, a list of names.
    pub fn is_long(&self) -> bool {
        matches!(self, Self::Text(words) if words.contains('\n') || words.chars().count() > 160)
    }
}

/// The values of an object, nested ones by the path of their keys. A file that holds more than is shown ends with an
/// entry that says so.
pub fn entries(object: &Map<String, Value>) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut left_out = 0;
    for (key, value) in object {
        flatten(&text::bounded(key, LONGEST_NAME), value, &mut found, &mut left_out);
    }
    if left_out > 0 {
        let value = Datum::Text(format!("{} that are not shown", text::counted(left_out, "value")));
        found.push(Entry { name: "and".to_string(), value });
    }
    found
}

fn flatten(name: &str, value: &Value, found: &mut Vec<Entry>, left_out: &mut usize) {
    let nested = |key: &str| text::bounded(&format!("{name}.{key}"), LONGEST_NAME);
    match value {
        Value::Object(object) if !object.is_empty() => {
            for (key, value) in object {
                flatten(&nested(key), value, found, left_out);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&nested(&(index + 1).to_string()), item, found, left_out);
            }
        }
        _ if found.len() >= MOST_ENTRIES => *left_out += 1,
        _ => found.push(Entry { name: name.to_string(), value: datum(value) }),
    }
}

fn datum(value: &Value) -> Datum {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(value) => Datum::Number(value),
            None => Datum::Text(number.to_string()),
        },
        Value::Array(items) => Datum::Text(list(items)),
        other => Datum::Text(text::bounded(&scalar(other), LONGEST_TEXT)),
    }
}

fn list(items: &[Value]) -> String {
    if items.is_empty() {
        return "none".to_string();
    }
    let shown: Vec<String> = items.iter().take(MOST_ITEMS).map(scalar).collect();
    let mut line = text::bounded(&shown.join(", "), LONGEST_TEXT);
    if items.len() > MOST_ITEMS {
        line.push_str(&format!(", and {} more", text::count((items.len() - MOST_ITEMS) as u64)));
    }
    line
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Null => "not given".to_string(),
        Value::Bool(true) => "yes".to_string(),
        Value::Bool(false) => "no".to_string(),
        Value::Number(number) => match number.as_f64() {
            Some(value) => text::number(value),
            None => number.to_string(),
        },
        Value::String(words) => words.clone(),
        Value::Array(_) => "none".to_string(),
        Value::Object(_) => "nothing".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(value: &Value) -> Vec<(String, String)> {
        let entries = entries(value.as_object().unwrap());
        entries.into_iter().map(|entry| (entry.name, entry.value.shown())).collect()
    }

    #[test]
    fn nested_values_go_by_the_path_of_their_keys() {
        let found = shown(&json!({
            "lr": 0.01, "data": null, "lists": [1, 2.5], "best": {"trial": 3, "on": true}, "rows": [{"a": 1}],
        }));
        let expected = [
            ("best.on", "yes"),
            ("best.trial", "3"),
            ("data", "not given"),
            ("lists", "1, 2.5"),
            ("lr", "0.01"),
            ("rows.1.a", "1"),
        ];
        let mut found = found;
        found.sort();
        assert_eq!(found, expected.map(|(name, value)| (name.to_string(), value.to_string())));
    }

    #[test]
    fn whatever_is_too_much_is_cut_and_said() {
        let many: Map<String, Value> = (0..1000).map(|key| (key.to_string(), json!(key))).collect();
        let found = entries(&many);
        assert_eq!(found.len(), MOST_ENTRIES + 1);
        assert_eq!(found[MOST_ENTRIES].value.shown(), "700 values that are not shown");
        let found = shown(&json!({"long": "x".repeat(1_000_000), "list": vec![1; 1000]}));
        assert!(found.iter().all(|(_, value)| value.chars().count() <= LONGEST_TEXT + 1));
        assert!(found.iter().any(|(_, value)| value.ends_with("and 960 more")));
    }
}
