//! Tables of names: pairs of our path of a layer and theirs, kept as data beside each architecture.
//!
//! Ours is a path with numbers left open, `stages.{s}.{b}.conv1`; the first pair that fits a layer counts,
//! and a layer that none fits has the same name in both libraries. In theirs a number may be
//! - changed: `{s}`, `{s+1}`, `{s-1}`, `{s*2}`, `{s*3+1}`,
//! - written as a letter: `{b:a}` is `a` for 0, `b` for 1.
//!
//! Two things can be said beyond the name:
//! - `fc1@512`: the layer sees maps of 512 channels as one row. A library with channels last flattens them in
//!   another order, so that the rows of its kernel are sorted anew.
//! - an empty name on our side: they have this layer, and we do not.

use std::collections::HashMap;

use crate::WeightsError;

/// A table, understood.
pub struct Table {
    pairs: Vec<Pair>,
    theirs_alone: Vec<Vec<Piece>>,
}

struct Pair {
    ours: Vec<Piece>,
    theirs: Vec<Piece>,
    channels: Option<usize>,
}

enum Piece {
    Text(String),
    Number { name: String, times: usize, plus: isize, letter: bool },
}

/// Their name for a layer.
pub struct Theirs {
    pub layer: String,
    /// Channels of the maps that the layer sees as one row.
    pub channels: Option<usize>,
}

impl Table {
    pub fn parse(renames: &[(&str, &str)]) -> Result<Self, WeightsError> {
        let mut table = Self { pairs: Vec::new(), theirs_alone: Vec::new() };
        for (ours, theirs) in renames {
            if ours.is_empty() {
                table.theirs_alone.push(pieces(theirs)?);
                continue;
            }
            let (name, channels) = match theirs.split_once('@') {
                Some((name, channels)) => {
                    let wrong = |_| wrong(theirs, "the number of channels follows after @");
                    (name, Some(channels.parse().map_err(wrong)?))
                }
                None => (*theirs, None),
            };
            let pair = Pair { ours: pieces(ours)?, theirs: pieces(name)?, channels };
            let known = |wanted: &str| {
                pair.ours.iter().any(|p| matches!(p, Piece::Number { name, .. } if name == wanted))
            };
            for piece in &pair.theirs {
                if let Piece::Number { name, .. } = piece
                    && !known(name)
                {
                    return Err(wrong(theirs, &format!("{{{name}}} is not in {ours}")));
                }
            }
            table.pairs.push(pair);
        }
        Ok(table)
    }

    /// Their name for our layer.
    pub fn theirs(&self, layer: &str) -> Theirs {
        let fitting = self.pairs.iter().find_map(|pair| match fit(&pair.ours, layer) {
            Some((numbers, "")) => Some((pair, numbers)),
            _ => None,
        });
        match fitting {
            Some((pair, numbers)) => {
                Theirs { layer: fill(&pair.theirs, &numbers), channels: pair.channels }
            }
            None => Theirs { layer: layer.to_string(), channels: None },
        }
    }

    /// Whether an array of theirs belongs to a layer that we do not have.
    pub fn is_theirs_alone(&self, name: &str) -> bool {
        self.theirs_alone.iter().any(|pieces| {
            fit(pieces, name)
                .is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with(['.', '/']))
        })
    }
}

/// The numbers in `text`, and what of it follows after the template.
fn fit<'a, 'b>(pieces: &'a [Piece], text: &'b str) -> Option<(HashMap<&'a str, usize>, &'b str)> {
    let mut numbers = HashMap::new();
    let mut rest = text;
    for piece in pieces {
        match piece {
            Piece::Text(text) => rest = rest.strip_prefix(text.as_str())?,
            Piece::Number { name, .. } => {
                let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                let (digits, after) = rest.split_at(end);
                numbers.insert(name.as_str(), digits.parse().ok()?);
                rest = after;
            }
        }
    }
    Some((numbers, rest))
}

fn fill(pieces: &[Piece], numbers: &HashMap<&str, usize>) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(literal) => text += literal,
            Piece::Number { name, times, plus, letter } => {
                let number = numbers.get(name.as_str()).copied().unwrap_or(0);
                let number = number.saturating_mul(*times).saturating_add_signed(*plus);
                match u32::try_from(number).ok().and_then(|n| char::from_u32('a' as u32 + n)) {
                    Some(character) if *letter && number < 26 => text.push(character),
                    _ => text += &number.to_string(),
                }
            }
        }
    }
    text
}

fn pieces(template: &str) -> Result<Vec<Piece>, WeightsError> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once('{') {
        let (number, after) =
            after.split_once('}').ok_or_else(|| wrong(template, "a brace is not closed"))?;
        pieces.push(Piece::Text(text.to_string()));
        let expected = "a number is a name with *, + or - and a number, or :a";
        pieces.push(number_piece(number).ok_or_else(|| wrong(template, expected))?);
        rest = after;
    }
    pieces.push(Piece::Text(rest.to_string()));
    Ok(pieces)
}

fn number_piece(text: &str) -> Option<Piece> {
    let (text, letter) = match text.strip_suffix(":a") {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (text, plus) = match text.find(['+', '-']) {
        Some(sign) => (text.get(..sign)?, text.get(sign..)?.parse().ok()?),
        None => (text, 0),
    };
    let (name, times) = match text.split_once('*') {
        Some((name, times)) => (name, times.parse().ok()?),
        None => (text, 1),
    };
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase());
    is_name.then(|| Piece::Number { name: name.to_string(), times, plus, letter })
}

fn wrong(template: &str, reason: &str) -> WeightsError {
    WeightsError::Template { template: template.to_string(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theirs(renames: &[(&str, &str)], ours: &str) -> String {
        Table::parse(renames).unwrap().theirs(ours).layer
    }

    #[test]
    fn first_pair_that_fits_counts_and_numbers_are_changed() {
        let table = [
            ("stages.{s}.0.shortcut", "layer{s+1}.0.downsample.0"),
            ("stages.{s}.{b}.conv1", "conv{s+2}_block{b+1}_1_conv"),
            ("stages.{s}.{b}.{c}", "x{s*3+1}{b:a}{c-1}"),
        ];
        assert_eq!(theirs(&table, "stages.3.0.shortcut"), "layer4.0.downsample.0");
        assert_eq!(theirs(&table, "stages.0.11.conv1"), "conv2_block12_1_conv");
        assert_eq!(theirs(&table, "stages.2.1.4"), "x7b3");
        assert_eq!(theirs(&table, "stages.3.0.shortcut.norm"), "stages.3.0.shortcut.norm");
        assert_eq!(theirs(&table, "fc"), "fc");
    }

    #[test]
    fn channels_and_layers_of_theirs_alone_are_told() {
        let table = Table::parse(&[("fc1", "dense@512"), ("", "AuxLogits")]).unwrap();
        let fc1 = table.theirs("fc1");
        assert_eq!((fc1.layer.as_str(), fc1.channels), ("dense", Some(512)));
        assert!(table.is_theirs_alone("AuxLogits.conv0.weight"));
        assert!(!table.is_theirs_alone("AuxLogits2.conv0.weight"));
    }

    #[test]
    fn templates_that_make_no_sense_are_errors() {
        for (ours, theirs) in [
            ("a.{i}", "b.{j}"),
            ("a.{i", "b"),
            ("a.{i}", "b.{i+}"),
            ("a.{i}", "b.{}"),
            ("a", "b@many"),
            ("a.{i}", "b.{i*x}"),
        ] {
            let result = Table::parse(&[(ours, theirs)]);
            assert!(matches!(result, Err(WeightsError::Template { .. })), "{ours} {theirs}");
        }
    }
}
