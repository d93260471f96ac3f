//! Steps as text, with arrays as NumPy prints them.

use std::fmt::{self, Display, Formatter};

use super::{Array, Step, Value};

/// An array of more entries is told by its shape, its mean and how it begins.
const MOST_SHOWN: usize = 26;

/// Entries that are shown of such an array.
const BEGINNING: usize = 5;

/// Columns of a line.
const WIDTH: usize = 79;

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let note = if self.official { "" } else { " (on inputs that are not the course's own)" };
        writeln!(f, "{}: {}{note}", self.call, self.what)?;
        let inputs = self.inputs.iter().map(|named| ("     ", named));
        let outputs = self.outputs.iter().map(|named| ("  -> ", named));
        for (mark, (name, value)) in inputs.chain(outputs) {
            let before = format!("{mark}{name} = ");
            writeln!(f, "{before}{}", value.after(before.chars().count()))?;
        }
        Ok(())
    }
}

impl Value {
    /// The value as text; lines after the first begin `indent` columns further right.
    fn after(&self, indent: usize) -> String {
        match self {
            Self::Number(number) => text_of(*number),
            Self::Text(text) => format!("'{text}'"),
            Self::Texts(texts) => {
                let comma = |place: usize| if place + 1 == texts.len() { "" } else { "," };
                let quoted = texts.iter().enumerate();
                let quoted = quoted.map(|(place, text)| format!("'{text}'{}", comma(place)));
                format!("[{}]", wrapped(quoted, indent + 1, WIDTH - 1))
            }
            Self::Array(array) => array.after(indent),
        }
    }
}

impl Array {
    fn after(&self, indent: usize) -> String {
        if self.data.len() > MOST_SHOWN {
            let sizes: Vec<String> = self.shape.iter().map(usize::to_string).collect();
            let mean = self.data.iter().sum::<f64>() / self.data.len() as f64;
            let beginning = self.written(&self.data[..BEGINNING]);
            let beginning: Vec<&str> = beginning.iter().map(|word| word.trim()).collect();
            return format!(
                "({}), mean {}, begins {} ...",
                sizes.join(", "),
                text_of(mean),
                beginning.join(" ")
            );
        }
        let mut words = self.written(&self.data).into_iter();
        bracketed(&self.shape, &mut words, indent + 1, WIDTH)
    }

    /// Some of its entries, all as wide.
    fn written(&self, entries: &[f64]) -> Vec<String> {
        if !self.is_whole {
            return written_alike(entries);
        }
        let words: Vec<String> = entries.iter().map(|entry| format!("{entry:.0}")).collect();
        let longest = words.iter().map(String::len).max().unwrap_or(0);
        words.iter().map(|word| format!("{word:>longest$}")).collect()
    }
}

/// The axes from the first on, each in brackets; `indent` columns stand before what is in them.
fn bracketed(
    shape: &[usize],
    words: &mut impl Iterator<Item = String>,
    indent: usize,
    width: usize,
) -> String {
    let Some((&count, inner)) = shape.split_first() else {
        return words.next().unwrap_or_default();
    };
    let width = width.saturating_sub(1); // the bracket that closes
    if inner.is_empty() {
        return format!("[{}]", wrapped(words.take(count), indent, width));
    }
    let between = format!("{}{}", "\n".repeat(inner.len()), " ".repeat(indent));
    let rows: Vec<String> =
        (0..count).map(|_| bracketed(inner, words, indent + 1, width)).collect();
    format!("[{}]", rows.join(&between))
}

/// Words side by side, in as many lines as they need.
fn wrapped(words: impl Iterator<Item = String>, indent: usize, width: usize) -> String {
    let (mut text, mut column) = (String::new(), indent);
    for word in words {
        let is_first = column == indent;
        if !is_first && column + 1 + word.len() > width {
            text = format!("{}\n{}", text.trim_end(), " ".repeat(indent));
            column = indent;
        } else if !is_first {
            text.push(' ');
            column += 1;
        }
        text.push_str(&word);
        column += word.len();
    }
    text
}

/// Numbers with at most eight decimals, one under the other by their points; with exponents where some are very
/// large, very small, or more than a thousand times others.
fn written_alike(numbers: &[f64]) -> Vec<String> {
    let sizes = || numbers.iter().map(|x| x.abs()).filter(|&x| x > 0.0 && x.is_finite());
    let (largest, least) = (sizes().fold(0.0, f64::max), sizes().fold(f64::INFINITY, f64::min));
    let has_exponents = largest >= 1e8 || least < 1e-4 || largest / least > 1000.0;
    let parts: Vec<[String; 3]> = numbers
        .iter()
        .map(|&x| match x.is_finite() {
            true if has_exponents => in_parts(&format!("{x:.8e}")),
            true => in_parts(&format!("{x:.8}")),
            false => [format!("{x}").to_lowercase(), String::new(), String::new()],
        })
        .collect();
    let longest = |part: usize| parts.iter().map(|parts| parts[part].len()).max().unwrap_or(0);
    let (before, after) = (longest(0), longest(1));
    let written = parts.iter().map(|[whole, decimals, exponent]| match exponent.is_empty() {
        true => format!("{whole:>before$}{decimals:<after$}"),
        false => format!("{whole:>before$}{decimals:0<after$}{exponent}"),
    });
    written.collect()
}

/// What stands before the point; the point with the decimals but for zeros at their end; the exponent.
fn in_parts(number: &str) -> [String; 3] {
    let (digits, exponent) = number.split_once('e').unwrap_or((number, ""));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let exponent = if exponent.is_empty() { String::new() } else { two_digits(exponent) };
    [whole.to_string(), format!(".{}", decimals.trim_end_matches('0')), exponent]
}

/// `-7` as `e-07`.
fn two_digits(exponent: &str) -> String {
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("e{sign}{digits:0>2}")
}

/// A number by itself, with up to twelve digits: the rest is rounding.
fn text_of(number: f64) -> String {
    let rounded: f64 = format!("{number:.11e}").parse().unwrap_or(number);
    match rounded.abs() {
        size if size > 0.0 && !(1e-4..1e16).contains(&size) => {
            let text = format!("{rounded:e}");
            let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            format!("{digits}{}", two_digits(exponent))
        }
        _ => format!("{}", rounded + 0.0), // no negative zero
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(array: &Array) -> String {
        array.after(0)
    }

    /// The expected texts are what NumPy 2 prints of the same arrays.
    #[test]
    fn arrays_are_written_as_numpy_prints_them() {
        let list = Array::list([0.5, 0.8807970779778823]);
        assert_eq!(text(&list), "[0.5        0.88079708]");
        assert_eq!(text(&Array::list([0.0, 3.0, -4.5, 120.0])), "[  0.    3.   -4.5 120. ]");
        let column = Array::matrix(&[[1.055701e-7], [-0.00000381814487], [0.0]]);
        assert_eq!(text(&column), "[[ 1.05570100e-07]\n [-3.81814487e-06]\n [ 0.00000000e+00]]");
        let far = Array::list([1.0, 2000.5]);
        assert_eq!(text(&far), "[1.0000e+00 2.0005e+03]");
        let block = Array::new(vec![2, 1, 2], vec![1.0, 2.0, 3.0, 4.25]);
        assert_eq!(text(&block), "[[[1.   2.  ]]\n\n [[3.   4.25]]]");
    }

    #[test]
    fn long_rows_go_on_in_the_next_line_under_their_first_number() {
        let long = Array::list((0..10).map(|x| 1.0 + f64::from(x) / 1e8).collect::<Vec<_>>());
        let lines = text(&long);
        let (first, second) = lines.split_once('\n').unwrap();
        assert_eq!(
            first,
            "[1.         1.00000001 1.00000002 1.00000003 1.00000004 1.00000005 1.00000006"
        );
        assert_eq!(second, " 1.00000007 1.00000008 1.00000009]");
    }

    #[test]
    fn large_arrays_are_told_by_shape_mean_and_beginning() {
        let large = Array::new(vec![3, 9], (0..27).map(f64::from).collect());
        assert_eq!(text(&large), "(3, 9), mean 13, begins 0. 1. 2. 3. 4. ...");
        assert_eq!(text(&large.of_integers()), "(3, 9), mean 13, begins 0 1 2 3 4 ...");
    }

    /// As NumPy prints them too.
    #[test]
    fn integers_are_written_without_points() {
        assert_eq!(text(&Array::counts(&[10, 4, 1])), "[10  4  1]");
        let labels = Array::matrix(&[[1.0, 0.0], [-2.0, 1.0]]).of_integers();
        assert_eq!(text(&labels), "[[ 1  0]\n [-2  1]]");
    }

    #[test]
    fn numbers_by_themselves_have_twelve_digits_and_no_rounding_noise() {
        let texts = [2.0, 0.1 + 0.2, 0.15900537707692405, 1e-7, -0.0].map(text_of);
        assert_eq!(texts, ["2", "0.3", "0.159005377077", "1e-07", "0"]);
    }

    #[test]
    fn step_tells_its_call_its_inputs_and_what_it_gives() {
        let step = Step::new("relu", "max(0, Z)")
            .on_other_inputs()
            .input("Z", Array::matrix(&[[1.0], [-2.0]]))
            .output("A", Array::matrix(&[[1.0], [0.0]]));
        let expected = "relu: max(0, Z) (on inputs that are not the course's own)\n     Z = [[ 1.]\n          \
                        [-2.]]\n  -> A = [[1.]\n          [0.]]\n";
        assert_eq!(step.to_string(), expected);
    }
}
