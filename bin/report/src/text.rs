//! Numbers, sizes, times and words as people read them.

use jiff::civil::DateTime;

/// A number with five significant digits at most, whole ones whole.
pub fn number(value: f64) -> String {
    let magnitude = value.abs();
    if value == 0.0 {
        return "0".to_string();
    }
    if !value.is_finite() {
        return value.to_string();
    }
    if value.fract() == 0.0 && magnitude < 1e15 {
        return format!("{value:.0}");
    }
    if (1e-4..1e6).contains(&magnitude) {
        let decimals = (4 - magnitude.log10().floor() as i32).clamp(0, 9) as usize;
        return without_zeros(&format!("{value:.decimals$}")).to_string();
    }
    let text = format!("{value:.4e}");
    match text.split_once('e') {
        Some((digits, exponent)) => format!("{}e{exponent}", without_zeros(digits)),
        None => text,
    }
}

/// A number with so many significant digits at most and no zeros behind them: `0`, `0.77`, and `3.8·10⁻⁵` where digits
/// alone would be too many.
pub fn significant(value: f64, digits: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return number(value);
    }
    let decimals = digits.saturating_sub(1);
    let text = format!("{value:.decimals$e}");
    let (factor, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        return format!("{}·10{}", without_zeros(factor), superscript(exponent));
    }
    let decimals = (decimals as i32 - exponent).max(0) as usize;
    without_zeros(&format!("{value:.decimals$}")).to_string()
}

/// An exponent as it stands behind its 10.
pub(crate) fn superscript(exponent: i32) -> String {
    let raised = |digit: char| match digit {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0' => '⁰',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        _ => '⁹',
    };
    exponent.to_string().chars().map(raised).collect()
}

/// A count with commas between thousands.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size on disk, such as `12.3 MB`, of a thousand bytes to the kB.
pub fn bytes(size: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if size < 1000 {
        return format!("{size} bytes");
    }
    let mut value = size as f64;
    let mut unit = "";
    for next in UNITS {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    let decimals = usize::from(value < 99.95);
    format!("{value:.decimals$} {unit}")
}

/// A time such as `29 November 2026, 01:16`.
pub fn time(time: DateTime) -> String {
    time.strftime("%-d %B %Y, %H:%M").to_string()
}

/// A noun with its count: `1 run`, `2 runs`.
pub fn counted(amount: usize, noun: &str) -> String {
    let plural = if amount == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(amount as u64))
}

/// `text` cut to `longest` characters, with a mark where it was cut.
pub fn bounded(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_string(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// A key such as `test_accuracy` as words.
pub fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// A name as it stands in the keys of figures: `L-layer` is `l_layer`.
pub fn key(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

/// An argument for a shell, in quotes where it needs them.
pub fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    match !argument.is_empty() && argument.chars().all(plain) {
        true => argument.to_string(),
        false => format!("'{}'", argument.replace('\'', r"'\''")),
    }
}

fn without_zeros(digits: &str) -> &str {
    match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.'),
        false => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_five_digits_and_no_zeros() {
        let shown = [0.0, 3.0, 90.75, 0.218_049_1, 1.0 / 3.0, 1e-7, 123_456.789, 4e20, -0.5];
        let shown = shown.map(number);
        assert_eq!(
            shown,
            ["0", "3", "90.75", "0.21805", "0.33333", "1e-7", "123457", "4e20", "-0.5"]
        );
        assert_eq!(number(f64::NAN), "NaN");
    }

    #[test]
    fn very_small_and_very_large_numbers_are_written_by_powers_of_ten() {
        let shown = [0.0, 0.769, 3.834, 2.0, 0.000_12, 3.77e-5, -6.66e-15, 18_023.0, 1.09e9];
        let shown = shown.map(|value| significant(value, 2));
        let expected =
            ["0", "0.77", "3.8", "2", "0.00012", "3.8·10⁻⁵", "-6.7·10⁻¹⁵", "18023", "1.1·10⁹"];
        assert_eq!(shown, expected);
        assert_eq!([significant(9.99e-5, 2), significant(f64::NAN, 2)], ["0.0001", "NaN"]);
    }

    #[test]
    fn sizes_have_the_unit_that_leaves_few_digits() {
        let shown = [0, 999, 1000, 12_345, 999_949, 999_951, 23_000_000, 5_400_000_000].map(bytes);
        assert_eq!(
            shown,
            ["0 bytes", "999 bytes", "1.0 kB", "12.3 kB", "1.0 MB", "1.0 MB", "23.0 MB", "5.4 GB"]
        );
    }

    #[test]
    fn counts_have_commas() {
        assert_eq!([7, 1234, 1_000_000].map(count), ["7", "1,234", "1,000,000"]);
        assert_eq!([counted(1, "run"), counted(0, "run")], ["1 run", "0 runs"]);
    }

    #[test]
    fn arguments_are_quoted_so_that_a_shell_takes_them_for_one() {
        let shown = ["runs/c1w3/2026", "a b", "it's", "$(rm -r x)", ""].map(quoted);
        assert_eq!(shown, ["runs/c1w3/2026", "'a b'", r"'it'\''s'", "'$(rm -r x)'", "''"]);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(bounded("äöü", 3), "äöü");
        assert_eq!(bounded("äöüß", 3), "äöü…");
    }
}
