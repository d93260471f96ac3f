//! `course` alone: all assignments on one screen.

use std::fmt::Write as _;
use std::path::Path;

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use super::found;
use super::listing::{time, week};
use crate::frame::{Program, width};
use crate::{print, programs};

/// What fits everywhere.
const COLUMNS: usize = 80;

/// Prints the assignments by week, and which data were found.
pub(super) fn show(data: Option<&Path>) {
    print::text(&screen(programs::ALL, data, width().min(COLUMNS)));
}

/// A paragraph for each week, and what to know of data and commands.
fn screen(programs: &[&Program], data: Option<&Path>, width: usize) -> String {
    let mut text = String::new();
    for of_week in programs.chunk_by(|one, next| week(one) == week(next)) {
        let entries: Vec<_> = of_week.iter().map(|program| entry(program)).collect();
        let label = format!("{:18}", week(of_week[0]));
        text += &paragraph(&label, &entries.join(", "), width);
    }
    let known = match data {
        Some(folder) => format!("{}.", found::summary(folder)),
        None => "where to find them, say --data DIR; made-up data are used without".to_string(),
    };
    text += "\n";
    text += &paragraph("", &format!("* reads the course's files: {known}"), width);
    let _ = writeln!(
        text,
        "Times are of two cores with AVX-512; without it, allow up to four times that.\n\
         Start one:    course planar          (any part of a name that is no other's)\n\
         More of them: course list            course planar --help\n\
         And besides:  course --help"
    ); // writing to a string cannot fail
    text
}

/// A name that stays on one line with its time, about how long it takes on two cores with AVX-512.
fn entry(program: &Program) -> String {
    let mark = if program.files.is_empty() { "" } else { "*" };
    format!("{}{mark} {}", program.name, time(program)).replace(' ', TIE)
}

/// Stands for a blank where no line is to end.
const TIE: &str = "\u{a0}";

fn paragraph(label: &str, text: &str, width: usize) -> String {
    let indent = " ".repeat(label.len());
    let options = Options::new(width)
        .initial_indent(label)
        .subsequent_indent(&indent)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::wrap(text, options).join("\n").replace(TIE, " ") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_assignments_fit_a_screen() {
        for width in [80, 100] {
            for data in [None, Some(Path::new(env!("CARGO_MANIFEST_DIR")))] {
                let screen = screen(programs::ALL, data, width);
                assert!(screen.lines().all(|line| line.chars().count() <= width), "{screen}");
                assert!(screen.lines().count() <= 40, "{screen}");
                for program in programs::ALL {
                    let entry = entry(program).replace(TIE, " ");
                    assert!(screen.contains(&entry), "{entry}: {screen}");
                }
            }
        }
    }
}
