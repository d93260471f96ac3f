//! What a checkpoint belongs to: configuration, settings, seed, data.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How much of a value a sentence shows.
const SHOWN: usize = 60;

/// What a checkpoint belongs to, by name: the configuration of the model, the settings of the run with its seed,
/// hashes of the data. It is saved with the checkpoint, which loads only into the same.
///
/// ```
/// use fireside_training::checkpoint::Identity;
///
/// let identity = |seed: u32| Identity::default().with("model", &[784, 10])?.with("seed", &seed);
/// let differences = identity(1)?.differences(&identity(2)?);
/// assert_eq!(differences[0].to_string(), "seed is 2 in the checkpoint and 1 in this run");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identity(Map<String, Value>);

impl Identity {
    /// An identity of parts that are JSON already.
    pub fn new(parts: Map<String, Value>) -> Self {
        Self(parts)
    }

    /// Adds a part, or puts it in the place of another of that name.
    ///
    /// # Errors
    /// When the part has no form in JSON, such as a map whose keys are no text.
    pub fn with(
        mut self,
        name: &str,
        part: &(impl Serialize + ?Sized),
    ) -> Result<Self, serde_json::Error> {
        self.0.insert(name.to_string(), serde_json::to_value(part)?);
        Ok(self)
    }

    /// Its parts.
    pub fn parts(&self) -> &Map<String, Value> {
        &self.0
    }

    /// What is otherwise in a checkpoint's identity, in the order of the names.
    #[must_use]
    pub fn differences(&self, checkpoint: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        compare_maps("", &checkpoint.0, &self.0, &mut found);
        found
    }
}

/// A value that a checkpoint and a run do not agree on.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Where it is, such as `settings.seed`.
    pub name: String,
    /// The checkpoint's, if it has any.
    pub in_checkpoint: Option<Value>,
    /// The run's, if it has any.
    pub in_run: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [checkpoint, run] = [&self.in_checkpoint, &self.in_run].map(|value| match value {
            None => "absent".to_string(),
            Some(value) => shown(value),
        });
        write!(f, "{} is {checkpoint} in the checkpoint and {run} in this run", self.name)
    }
}

/// A value in JSON, cut short where it is long.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        None => text,
        Some((end, _)) => format!("{}...", &text[..end]),
    }
}

fn compare_maps(
    above: &str,
    checkpoint: &Map<String, Value>,
    run: &Map<String, Value>,
    found: &mut Vec<Difference>,
) {
    let only_in_run = run.keys().filter(|name| !checkpoint.contains_key(*name));
    let mut names: Vec<&String> = checkpoint.keys().chain(only_in_run).collect();
    names.sort();
    for name in names {
        let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        compare(path, checkpoint.get(name), run.get(name), found);
    }
}

fn compare(
    name: String,
    in_checkpoint: Option<&Value>,
    in_run: Option<&Value>,
    found: &mut Vec<Difference>,
) {
    match (in_checkpoint, in_run) {
        (one, other) if one == other => (),
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            compare_maps(&name, one, other, found);
        }
        // Several configurations, one after the other; lists of numbers are shown whole.
        (Some(Value::Array(one)), Some(Value::Array(other)))
            if one.len() == other.len() && one.iter().any(Value::is_object) =>
        {
            for (index, pair) in one.iter().zip(other).enumerate() {
                compare(format!("{name}.{index}"), Some(pair.0), Some(pair.1), found);
            }
        }
        (one, other) => {
            found.push(Difference { name, in_checkpoint: one.cloned(), in_run: other.cloned() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn identity(value: Value) -> Identity {
        serde_json::from_value(value).unwrap()
    }

    fn sentences(run: Value, checkpoint: Value) -> Vec<String> {
        let differences = identity(run).differences(&identity(checkpoint));
        differences.iter().map(Difference::to_string).collect()
    }

    #[test]
    fn difference_is_named_by_its_path_with_both_values() {
        let run = json!({"model": {"sizes": [2, 3]}, "settings": {"seed": 1, "lr": 0.5}});
        let checkpoint = json!({"model": {"sizes": [2, 4]}, "settings": {"seed": 2, "lr": 0.5}});
        let expected = [
            "model.sizes is [2,4] in the checkpoint and [2,3] in this run",
            "settings.seed is 2 in the checkpoint and 1 in this run",
        ];
        assert_eq!(sentences(run.clone(), checkpoint), expected);
        assert!(sentences(run.clone(), run).is_empty());
    }

    #[test]
    fn what_one_side_lacks_is_absent_there() {
        let expected = [
            "model is \"a\" in the checkpoint and absent in this run",
            "seed is absent in the checkpoint and 1 in this run",
        ];
        assert_eq!(sentences(json!({"seed": 1}), json!({"model": "a"})), expected);
    }

    #[test]
    fn configurations_of_a_list_are_compared_one_by_one_and_long_values_cut_short() {
        let run = json!({"model": [{"units": 3}, {"long": "x".repeat(200)}]});
        let checkpoint = json!({"model": [{"units": 4}, {"long": ""}]});
        let found = sentences(run, checkpoint);
        assert_eq!(found[0], "model.0.units is 4 in the checkpoint and 3 in this run");
        let cut = format!("\"{}... in this run", "x".repeat(59));
        assert!(found[1].ends_with(&cut), "{}", found[1]);
    }

    #[test]
    fn what_was_written_and_read_is_the_same() {
        let parts = (0.1_f32, 1e300, f64::NAN, u64::MAX, -3, "ä\n", [1.0, 2.0]);
        let identity = Identity::default().with("model", &parts).unwrap();
        let read = serde_json::from_str(&serde_json::to_string(&identity).unwrap()).unwrap();
        assert!(identity.differences(&read).is_empty());
    }
}
