//! Help fits a screen, and tells how a trained model is asked.

use super::{COURSE, command, run, stdout};

/// What shows a help: the program, and what is given to it.
fn all() -> Vec<(&'static str, Vec<&'static str>)> {
    let programs = fireside_bin::programs::ALL.iter().map(|program| (program.name, vec![]));
    let of_course = ["list", "run", "report", "runs", "data", "doctor", "try", "completions"];
    let of_course = of_course.iter().map(|name| (COURSE, vec![*name]));
    let of_strategy = ["metric", "split", "diagnose", "errors", "plan"];
    let of_strategy = of_strategy.iter().map(|name| ("c3-strategy", vec![*name]));
    let others = [(COURSE, vec![]), (COURSE, vec!["runs", "clear"])];
    programs.chain(of_course).chain(of_strategy).chain(others).collect()
}

fn help(program: &str, arguments: &[&str], flag: &str, columns: Option<&str>) -> String {
    let mut command = command(program);
    command.args(arguments).arg(flag).env_remove("COLUMNS").env_remove("FIRESIDE_DATA");
    command.env_remove("FIRESIDE_CONFORMANCE").envs(columns.map(|columns| ("COLUMNS", columns)));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?} {flag}");
    stdout(&output)
}

#[test]
fn no_line_of_a_help_is_longer_than_a_hundred_columns() {
    for (program, arguments) in all() {
        for flag in ["--help", "-h"] {
            let text = help(program, &arguments, flag, None);
            for line in text.lines() {
                assert!(line.chars().count() <= 100, "{program} {arguments:?} {flag}: {line}");
            }
            let wide = help(program, &arguments, flag, Some("200"));
            assert_eq!(wide, text, "{program} {arguments:?} {flag}");
        }
    }
}

/// Only the breaks differ, but in lines of examples, which have none.
#[test]
fn help_is_as_narrow_as_columns_says_and_no_word_is_cut() {
    for (program, arguments) in all() {
        for flag in ["--help", "-h"] {
            let [narrow, wide] =
                ["64", "100"].map(|columns| help(program, &arguments, flag, Some(columns)));
            assert!(narrow.split_whitespace().eq(wide.split_whitespace()), "{program} {flag}");
            let is_word = |line: &&str| !line.trim_start().contains(' ');
            let is_whole = |line: &&str| wide.lines().any(|other| other == *line);
            let long = narrow.lines().filter(|line| line.chars().count() > 64);
            for line in long.filter(|line| !is_word(line)) {
                assert!(line.starts_with(' ') && is_whole(&line), "{program}: {line}");
            }
        }
    }
}

#[test]
fn help_of_what_is_trained_tells_how_it_is_asked() {
    for program in fireside_bin::programs::ALL {
        let (output, _) = run(program.name, &["--help"]);
        let example = format!("course try runs/{}/TIME {}", program.name, program.trains);
        let tells = stdout(&output).contains(&example);
        assert_eq!(tells, !program.trains.is_empty(), "{}: {example}", program.name);
    }
    let silent = fireside_bin::programs::ALL.iter().filter(|program| program.trains.is_empty());
    let silent: Vec<_> = silent.map(|program| program.name).collect();
    let expected = [
        "c1w2-numpy-basics",
        "c2w1-gradient-checking",
        "c2w1-vanishing-gradients",
        "c3-strategy",
        "c5w1-rnn-by-hand",
    ];
    assert_eq!(silent, expected, "these leave no model with a card");
}
