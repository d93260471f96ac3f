//! What holds of every assignment.

use serde_json::Value;

use super::{COURSE, DINOSAURS, command, is_empty, programs, refuse, run, stderr, stdout};

#[test]
fn help_tells_what_the_program_does_and_its_flags() {
    for name in programs() {
        let (output, _) = run(name, &["--help"]);
        let text = stdout(&output);
        assert!(output.status.success(), "{name}");
        for expected in [name, "Usage", "xpect", "Takes", "--out", "--device", "--resume", "--json"]
        {
            assert!(text.contains(expected), "{name}: {expected}");
        }
        assert_eq!(stderr(&output), "", "{name}");
    }
}

#[test]
fn dry_run_goes_through_every_step_and_writes_nothing() {
    for name in programs() {
        let (output, folder) = run(name, &["--dry-run"]);
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        assert!(stdout(&output).contains("A dry run: nothing was written."), "{name}");
        assert!(is_empty(folder.path()), "{name}");
    }
}

#[test]
fn json_is_one_object_and_nothing_else() {
    for name in programs() {
        let (output, _) = run(name, &["--dry-run", "--json"]);
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!(report["assignment"], name);
        let results = report["results"].as_object().unwrap();
        assert!(!results.is_empty(), "{name}");
        for key in results.keys() {
            assert!(begins_with_its_measure(key), "{name}: {key}");
        }
    }
}

/// Whether a key says first what was measured, then of what, so that `loss_cbow` stands beside `loss_glove`.
fn begins_with_its_measure(key: &str) -> bool {
    const MEASURES: [&str; 11] = [
        "accuracy",
        "analogies",
        "best",
        "cost",
        "error",
        "f1",
        "loss",
        "map",
        "probability",
        "recall",
        "seconds",
    ];
    const OF_WHAT_SET_OR_KIND: [&str; 9] =
        ["train", "test", "dev", "mean", "word", "class", "object", "first", "normalized"];
    let mut words = key.trim_end_matches("_50").split('_').rev();
    let is_measure = words.next().is_some_and(|word| MEASURES.contains(&word));
    !is_measure
        || words.all(|word| [&MEASURES[..], &OF_WHAT_SET_OR_KIND[..]].concat().contains(&word))
}

#[test]
fn quiet_prints_nothing() {
    for name in programs() {
        let (output, _) = run(name, &["--dry-run", "--quiet"]);
        assert!(output.status.success(), "{name}");
        assert_eq!((stdout(&output), stderr(&output)), (String::new(), String::new()), "{name}");
    }
}

#[test]
fn unknown_flag_is_refused_by_name() {
    for program in programs() {
        refuse(program, &["--colour", "red"], "--colour");
    }
    refuse(COURSE, &["--colour"], "--colour");
}

#[test]
fn unknown_device_is_refused_with_those_there_are() {
    for program in programs() {
        refuse(program, &["--device", "abacus"], "--device abacus");
    }
}

#[test]
fn help_is_in_colour_only_where_it_is_wanted() {
    let help = |variables: &[(&str, &str)]| {
        let mut command = command(DINOSAURS);
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        let output = command.arg("--help").envs(variables.iter().copied()).output().unwrap();
        stdout(&output).contains('\x1b')
    };
    assert!(!help(&[]), "no terminal");
    assert!(help(&[("CLICOLOR_FORCE", "1")]));
    assert!(!help(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}
