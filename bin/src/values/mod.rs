//! Values that are checked where they come in, be it from a flag or from the `config.json` of a run.

mod path;
mod real;
mod size;
mod whole;

use std::fmt::Display;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

pub use self::path::InputPath;
pub use self::real::{
    AboveZero, Any, BelowOne, Degrees, Epsilon, FromZeroToOne, KeepProbability, LearningRate,
    Penalty, Probability, Real, Rule, Share, Temperature, UpToOne, ZeroOrMore,
};
pub use self::size::Size;
pub use self::whole::{Count, Side, Trials, Units, Whole, Workers};

/// What a value must be, such as `a number above 0`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it must be {0}")]
pub struct Wrong(String);

fn checked<N: Copy + Display, T: TryFrom<N, Error = Wrong>, E: serde::de::Error>(
    number: N,
) -> Result<T, E> {
    T::try_from(number).map_err(|wrong| E::custom(format!("{number} is given: {wrong}")))
}

/// What a flag is one of: each choice with its name and what it means.
pub fn one_of<T: Clone + Send + Sync + 'static, const COUNT: usize>(
    choices: [(&'static str, &'static str, T); COUNT],
) -> impl TypedValueParser<Value = T> {
    let names = choices.clone().map(|(name, help, _)| PossibleValue::new(name).help(help));
    PossibleValuesParser::new(names).try_map(move |given| {
        let chosen = choices.iter().find(|(name, ..)| *name == given);
        let names = || choices.each_ref().map(|(name, ..)| *name).join(", ");
        chosen
            .map(|(.., choice)| choice.clone())
            .ok_or_else(|| Wrong(format!("one of {}", names())))
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_checked_alike_from_flags_and_from_files() {
        assert_eq!("7".parse::<Units>().unwrap().get(), 7);
        assert_eq!(serde_json::from_value::<Units>(json!(7)).unwrap().get(), 7);
        for nonsense in ["0", "-1", "10001", "1.5", "many", ""] {
            let wrong = nonsense.parse::<Units>().unwrap_err();
            assert_eq!(wrong.to_string(), "it must be a whole number from 1 to 10000");
        }
        let wrong = serde_json::from_value::<Units>(json!(0)).unwrap_err();
        assert_eq!(wrong.to_string(), "0 is given: it must be a whole number from 1 to 10000");

        assert_eq!("0.5".parse::<LearningRate>().unwrap().get(), 0.5);
        for nonsense in ["0", "-1", "inf", "NaN", "fast"] {
            nonsense.parse::<LearningRate>().unwrap_err();
        }
        let wrong = serde_json::from_value::<Share>(json!(1.0)).unwrap_err();
        assert_eq!(wrong.to_string(), "1 is given: it must be 0 or more and below 1");
        assert_eq!("1".parse::<KeepProbability>().unwrap().get(), 1.0);
        "1.1".parse::<KeepProbability>().unwrap_err();
    }

    #[test]
    fn paths_come_back_as_they_were_given_but_absolute() {
        let path = InputPath::from(OsString::from("data/cats"));
        assert!(path.is_absolute());
        let written = serde_json::to_value(&path).unwrap();
        assert_eq!(serde_json::from_value::<InputPath>(written).unwrap(), path);
    }

    #[cfg(unix)]
    #[test]
    fn paths_that_are_no_utf8_are_kept() {
        use std::os::unix::ffi::OsStringExt;
        let path = InputPath::from(OsString::from_vec(b"/caf\xe9".to_vec()));
        let written = serde_json::to_value(&path).unwrap();
        assert_eq!(serde_json::from_value::<InputPath>(written).unwrap(), path);
    }
}
