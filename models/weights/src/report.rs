//! What a load did, and every difference between a file and a model.

use std::fmt;

/// As many differences are named in an error.
const NAMED_DIFFERENCES: usize = 10;
/// As many of the names of the file that the model lacks.
const NAMED_ARRAYS: usize = 3;

/// What of a file went where.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// What all names below begin with in the file, where the model is a part of it: `module.`, or
    /// `mobilenetv2_1.00_224/`; empty where it is the whole.
    pub within: String,
    /// Arrays outside that part, which are no difference.
    pub outside: Vec<String>,
    /// Parameters and the arrays that they were read from.
    pub matched: Vec<(String, String)>,
    /// Parameters that the library leaves out where they change nothing, and their value: a scale of 1, a
    /// shift or bias of 0.
    pub implied: Vec<(String, f64)>,
    /// Parameters that the file lacks.
    pub missing: Vec<Missing>,
    /// Arrays that the model lacks.
    pub unexpected: Vec<String>,
    /// Parameters that have another shape in the file.
    pub mismatched: Vec<Mismatch>,
}

/// A parameter that the file lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The path of the parameter.
    pub ours: String,
    /// The array looked for.
    pub theirs: String,
}

/// A parameter that has another shape in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The path of the parameter.
    pub ours: String,
    /// Its shape.
    pub our_shape: Vec<usize>,
    /// The array in the file.
    pub theirs: String,
    /// Its shape, in the order of their axes.
    pub their_shape: Vec<usize>,
}

impl Report {
    /// The number of differences.
    #[must_use]
    pub fn differences(&self) -> usize {
        self.mismatched.len() + self.missing.len() + self.unexpected.len()
    }

    /// In what part of the file the model was found, and what of the file is not used, by name; nothing where the
    /// file is the model and no more.
    #[must_use]
    pub fn remarks(&self) -> Option<String> {
        let unused: Vec<&str> =
            self.outside.iter().chain(&self.unexpected).map(String::as_str).collect();
        let place = (!self.within.is_empty()).then(|| format!("found in {}", self.within));
        let shown = &unused[..unused.len().min(NAMED_ARRAYS)];
        let left_out = (!unused.is_empty()).then(|| {
            let more = match unused.len() - shown.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("passed over: {}{more}", shown.join(", "))
        });
        let remarks: Vec<String> = place.into_iter().chain(left_out).collect();
        (!remarks.is_empty()).then(|| remarks.join("; "))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of another shape, {} missing, {} unexpected, {} matched",
            self.mismatched.len(),
            self.missing.len(),
            self.unexpected.len(),
            self.matched.len()
        )?;
        if !self.within.is_empty() {
            write!(f, "; looked for in {}", self.within)?;
        }
        if let [first, ..] = &self.unexpected[..] {
            let named = self.unexpected.iter().take(NAMED_ARRAYS).cloned().collect::<Vec<_>>();
            write!(f, "; of the file the model lacks {}", named.join(", "))?;
            match self.unexpected.len().saturating_sub(NAMED_ARRAYS) {
                0 => {}
                more => write!(f, " and {more} more")?,
            }
            let common = self.unexpected.iter().fold(first.as_str(), |common, name| {
                let same = common.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
                common.get(..same).unwrap_or_default()
            });
            if let Some(end) = common.rfind(['.', '/']).filter(|_| self.unexpected.len() > 1) {
                write!(f, ", all of which begin with {}", &common[..=end])?;
            }
        }
        let mismatched = self.mismatched.iter().map(|mismatch| {
            let Mismatch { ours, our_shape, theirs, their_shape } = mismatch;
            format!("{ours} is {our_shape:?}, {theirs} is {their_shape:?}")
        });
        let missing = self
            .missing
            .iter()
            .map(|Missing { ours, theirs }| format!("no {theirs} in the file for {ours}"));
        let unexpected =
            self.unexpected.iter().map(|theirs| format!("no parameter of the model for {theirs}"));
        for difference in mismatched.chain(missing).chain(unexpected).take(NAMED_DIFFERENCES) {
            write!(f, "; {difference}")?;
        }
        match self.differences().saturating_sub(NAMED_DIFFERENCES) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_say_where_a_model_was_found_and_what_was_passed_over() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        assert_eq!(Report::default().remarks(), None);
        let within = Report { within: "base/".into(), ..Report::default() };
        assert_eq!(within.remarks().as_deref(), Some("found in base/"));
        let outside = names(&["dense/kernel", "dense/bias", "step"]);
        let larger = Report { outside, unexpected: names(&["base/top/bias"]), ..within };
        let expected = "found in base/; passed over: dense/kernel, dense/bias, step and 1 more";
        assert_eq!(larger.remarks().as_deref(), Some(expected));
    }
}
