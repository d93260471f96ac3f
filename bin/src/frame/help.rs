//! Help as it is shown: no line longer than the screen, and none broken within a word.

use anstream::adapter::strip_str;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use crate::print;

/// The longest line.
const WIDEST: usize = 100;
/// Where `COLUMNS` says less, words would stand one below the other.
const NARROWEST: usize = 40;
/// How far clap indents what it says of a flag.
const TEXT: usize = 10;

/// Shows what clap says when help or the version is asked for, in colour where it is wanted.
pub(super) fn show(help: &clap::Error) {
    print::in_colour(&wrapped(&help.render().ansi().to_string(), width()));
}

/// How wide a line may be: 100 columns, or `COLUMNS` where that is less.
pub(crate) fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.unwrap_or(WIDEST).clamp(NARROWEST, WIDEST)
}

/// Breaks lines that are too long at blanks; what follows stands below the text it belongs to. Code keeps its lines.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    let mut whole = String::with_capacity(text.len() + text.len() / 16);
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        let plain = strip_str(line).to_string();
        if plain.chars().count() <= width || is_code(&plain) {
            whole += line;
        } else {
            let hanging = " ".repeat(hanging(&plain).min(width / 2));
            let options = Options::new(width)
                .subsequent_indent(&hanging)
                .break_words(false)
                .word_separator(WordSeparator::AsciiSpace)
                .word_splitter(WordSplitter::NoHyphenation)
                .wrap_algorithm(WrapAlgorithm::FirstFit);
            whole += &textwrap::wrap(line, options).join("\n");
        }
        whole += end;
    }
    whole
}

/// Whether a line is one of an example: indented, but neither a flag or command with what is said of it, nor that.
fn is_code(line: &str) -> bool {
    let (indent, text) = parts(line);
    indent > 0 && indent != TEXT && !text.starts_with('-') && gap(text).is_none()
}

/// The column where the text of a line begins: behind a flag, a bullet, or its indentation.
fn hanging(line: &str) -> usize {
    let (indent, text) = parts(line);
    let within = match gap(text) {
        Some(column) if indent > 0 => column,
        _ if text.starts_with("- ") => 2,
        _ => 0,
    };
    indent + within
}

fn parts(line: &str) -> (usize, &str) {
    let text = line.trim_start_matches(' ');
    (line.len() - text.len(), text)
}

/// Where a second column begins, if there is one.
fn gap(text: &str) -> Option<usize> {
    let at = text.find("  ")?;
    let behind = text[at..].trim_start_matches(' ');
    Some(text[..text.len() - behind.len()].chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_break_between_words_below_the_text_they_belong_to() {
        let help = "Draws twenty-five points and more.\n\n  -o, --out <DIR>  Folder to write into [default: r]\n          \
                    What is said at length\n          - moons: two half-circles, one in the other\n";
        let expected = "Draws twenty-five points and\nmore.\n\n  -o, --out <DIR>  Folder to\n              write into\n              \
                        [default: r]\n          What is said at\n          length\n          - moons: two\n            \
                        half-circles,\n            one in the other\n";
        assert_eq!(wrapped(help, 28), expected);
    }

    #[test]
    fn words_longer_than_a_line_and_lines_of_code_stay_whole() {
        let help =
            "see /a/path/that/is/longer/than/the/line\n  course run c1w3 --lr 0.01 --hidden 5\n";
        let expected =
            "see\n/a/path/that/is/longer/than/the/line\n  course run c1w3 --lr 0.01 --hidden 5\n";
        assert_eq!(wrapped(help, 20), expected);
    }

    #[test]
    fn colours_take_no_room() {
        let line = "\x1b[1mUsage:\x1b[0m course run";
        assert_eq!(wrapped(line, 17), line);
        assert_eq!(wrapped(line, 16), "\x1b[1mUsage:\x1b[0m course\nrun");
    }
}
