//! Settings out of a `config.json`, which anybody may have written: what is wrong with them is said by name.

use clap::{Arg, Args, Command, FromArgMatches};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::one_sentence;

/// Reads the settings of a program.
///
/// # Errors
/// When one is none of the program's, is missing, or has a value that it cannot have: what is wrong, in a phrase.
pub(super) fn settings<S>(given: &Map<String, Value>, program: &str) -> Result<S, String>
where
    S: Args + FromArgMatches + DeserializeOwned + Serialize,
{
    let command = S::augment_args(Command::new(""));
    let arguments: Vec<&Arg> = command.get_arguments().collect();
    if let Some(key) =
        given.keys().find(|key| !arguments.iter().any(|known| known.get_id() == key.as_str()))
    {
        return Err(unknown(key, &arguments, program));
    }
    let read = serde_json::from_value(Value::Object(given.clone()));
    read.map_err(|error| wrong::<S>(given, &command).unwrap_or_else(|| error.to_string()))
}

/// Settings as JSON.
///
/// # Errors
/// When they have no such form.
pub(super) fn object(settings: &impl Serialize) -> Result<Map<String, Value>, String> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("settings are not an object".to_string()),
        Err(error) => Err(error.to_string()),
    }
}

fn unknown(key: &str, arguments: &[&Arg], program: &str) -> String {
    let meant = match meant(key, arguments) {
        Some(name) => format!("did you mean `{name}`?"),
        None => {
            let names: Vec<_> = arguments.iter().map(|known| known.get_id().as_str()).collect();
            format!("it has {}", names.join(", "))
        }
    };
    format!("`{key}` is no setting of {program}; {meant}")
}

/// The setting whose name is like a word, or whose help says it.
fn meant<'a>(key: &str, arguments: &[&'a Arg]) -> Option<&'a str> {
    let key = key.to_lowercase().replace('-', "_");
    let names = || arguments.iter().map(|known| known.get_id().as_str());
    let like = names().map(|name| (distance(&key, name), name)).min();
    if let Some((distance, name)) = like
        && distance <= (key.len() / 3).max(1)
    {
        return Some(name);
    }
    let contains = |name: &&str| name.contains(&key) || key.contains(*name);
    if let Some(name) = names().find(|name| key.len() > 2 && contains(name)) {
        return Some(name);
    }
    let word = key.replace('_', " ");
    let helps = arguments.iter().filter_map(|known| Some((known.get_help()?.to_string(), known)));
    let saying = helps.filter(|(help, _)| help.to_lowercase().contains(&word));
    // The shortest says little else.
    saying.min_by_key(|(help, _)| help.len()).map(|(_, known)| known.get_id().as_str())
}

/// How many letters have to be put in, left out or changed to make one word of another.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], index + 1);
        for (column, other) in to.iter().enumerate() {
            let changed = corner + usize::from(letter != *other);
            corner = row[column + 1];
            row[column + 1] = changed.min(corner + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

/// Finds the value that cannot be, or the setting that is missing, by trying each beside the usual ones.
fn wrong<S>(given: &Map<String, Value>, command: &Command) -> Option<String>
where
    S: Args + FromArgMatches + DeserializeOwned + Serialize,
{
    let flags = command.clone().try_get_matches_from([""]).ok()?;
    let usual = object(&S::from_arg_matches(&flags).ok()?).ok()?;
    let fails = |settings: Map<String, Value>| {
        serde_json::from_value::<S>(Value::Object(settings)).err().map(|error| error.to_string())
    };
    for (key, value) in given {
        let mut tried = usual.clone();
        tried.insert(key.clone(), value.clone());
        if let Some(error) = fails(tried) {
            let takes = takes(key, value, usual.get(key), command).unwrap_or(error);
            return Some(format!("`{key}` is {value}: {takes}"));
        }
    }
    let missing = usual.iter().find(|(key, _)| !given.contains_key(*key))?;
    Some(format!("`{}` is missing: it usually is {}", missing.0, missing.1))
}

/// What a setting takes: as its flag says, or as its usual value is.
fn takes(key: &str, value: &Value, usual: Option<&Value>, command: &Command) -> Option<String> {
    let argument = command.get_arguments().find(|known| known.get_id() == key)?;
    let words = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let text = match value {
        Value::Array(list) => list.iter().map(words).collect::<Vec<_>>().join(","),
        value => words(value),
    };
    if argument.get_action().takes_values() && !value.is_null() && !value.is_object() {
        let flag = format!("--{}={text}", argument.get_long()?);
        if let Err(error) = command.clone().try_get_matches_from(["", &flag]) {
            let sentence = one_sentence(&error);
            // Behind what was given for which flag.
            let behind = sentence.split_once(">'").map_or(&*sentence, |(_, behind)| behind);
            let behind = behind.trim_start_matches([':', ';', ' ']);
            return Some(behind.trim_end_matches(" (--help lists the flags)").to_string());
        }
    }
    Some(match usual? {
        Value::Number(_) => "it must be a number, without quotes".to_string(),
        Value::String(_) => "it must be a word, in quotes".to_string(),
        Value::Bool(_) => "it must be true or false, without quotes".to_string(),
        Value::Array(_) => "it must be a list, in square brackets".to_string(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::values::{Count, InputPath, LearningRate};

    #[derive(Args, Debug, Serialize, Deserialize)]
    struct Settings {
        /// Updates, for which the rate stays
        #[arg(long, default_value = "100")]
        iterations: Count,
        /// Learning rate
        #[arg(long, default_value = "0.01")]
        lr: LearningRate,
        /// Sizes
        #[arg(long, value_delimiter = ',', default_value = "3,4")]
        sizes: Vec<usize>,
        /// Whether it is done fast
        #[arg(long)]
        fast: bool,
        /// A file
        #[arg(long)]
        text: Option<InputPath>,
    }

    fn read(changed: Value) -> Result<Settings, String> {
        let mut given = json!({
            "iterations": 5, "lr": 0.5, "sizes": [1], "fast": true, "text": null,
        });
        for (key, value) in changed.as_object().unwrap() {
            given[key] = value.clone();
        }
        settings(given.as_object().unwrap(), "c0-program")
    }

    #[test]
    fn settings_are_read_as_they_were_written() {
        let settings = read(json!({})).unwrap();
        assert_eq!((settings.iterations.get(), settings.lr.get(), settings.fast), (5, 0.5, true));
    }

    #[test]
    fn unknown_settings_are_refused_with_the_one_that_is_meant() {
        for (key, meant) in [
            ("rate", "lr"),
            ("iteration", "iterations"),
            ("Iterations", "iterations"),
            ("learning-rate", "lr"),
            ("size", "sizes"),
        ] {
            let wrong = read(json!({key: 1})).unwrap_err();
            let expected = format!("`{key}` is no setting of c0-program; did you mean `{meant}`?");
            assert_eq!(wrong, expected);
        }
        let wrong = read(json!({"momentum": 1})).unwrap_err();
        assert!(wrong.ends_with("it has iterations, lr, sizes, fast, text"), "{wrong}");
    }

    #[test]
    fn values_of_a_wrong_type_are_refused_with_what_the_setting_takes() {
        for (changed, expected) in [
            (json!({"lr": "fast"}), "`lr` is \"fast\": it must be a number above 0"),
            (json!({"lr": "0.1"}), "`lr` is \"0.1\": it must be a number, without quotes"),
            (json!({"lr": -1}), "`lr` is -1: it must be a number above 0"),
            (json!({"lr": null}), "`lr` is null: it must be a number, without quotes"),
            (
                json!({"iterations": 1.5}),
                "`iterations` is 1.5: it must be a whole number from 1 to 100000000",
            ),
            (json!({"sizes": 3}), "`sizes` is 3: it must be a list, in square brackets"),
            (json!({"fast": "yes"}), "`fast` is \"yes\": it must be true or false, without quotes"),
        ] {
            assert_eq!(read(changed).unwrap_err(), expected);
        }
        let wrong = read(json!({"text": 3})).unwrap_err();
        assert!(wrong.starts_with("`text` is 3: it must be a path"), "{wrong}");
    }

    #[test]
    fn missing_settings_are_named() {
        let given = json!({"iterations": 5, "sizes": [1], "fast": true});
        let wrong = settings::<Settings>(given.as_object().unwrap(), "c0-program").unwrap_err();
        assert_eq!(wrong, "`lr` is missing: it usually is 0.01");
    }
}
