//! Lists of runs, and which may be deleted.

use std::fs;
use std::path::{Path, PathBuf};

use fireside_report::clearing::{Plan, Wish, delete, plan};
use fireside_report::{ReportError, RunRecord, listing, record};
use jiff::civil::date;

use super::{finished, write};

fn read(root: &Path) -> Vec<RunRecord> {
    record::read_all(&[root.to_path_buf()]).unwrap()
}

fn planned(root: &Path, wish: &Wish) -> Result<Plan, ReportError> {
    plan(root, &read(root), wish, date(2026, 11, 29).at(12, 0, 0, 0))
}

fn names(plan: &Plan) -> Vec<String> {
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    plan.delete.iter().map(|doomed| name(&doomed.folder)).collect()
}

fn four_runs() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    finished(root.path(), "c1w1", "20261101-080000");
    finished(root.path(), "c1w1", "20261120-080000");
    finished(root.path(), "c1w1", "20261129-080000");
    finished(root.path(), "c2w2", "20261102-080000");
    root
}

#[test]
fn the_list_has_a_line_for_each_run_and_the_sum() {
    let root = four_runs();
    let broken = finished(root.path(), "c3w3", "20261103-080000");
    write(&broken, "metrics.json", "{");
    let table = listing::table(&read(root.path()));
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 7, "{table}");
    assert!(lines[1].starts_with("c1w1        20261101-080000  finished"), "{table}");
    assert!(lines[1].ends_with("test accuracy 90.75, cost 0.21805"), "{table}");
    assert!(lines[5].contains("damaged") && lines[5].contains("metrics.json is no whole JSON"));
    assert!(lines[6].starts_with("5 runs, "), "{table}");
}

#[test]
fn names_cannot_write_over_the_terminal() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("run");
    write(&folder, "config.json", "{\"assignment\": \"a\\u001b[2Jb\\nc\", \"settings\": {}}");
    let table = listing::table(&read(root.path()));
    assert!(!table.contains('\u{1b}') && table.lines().count() == 3, "{table:?}");
}

#[test]
fn wishes_narrow_what_goes() {
    let root = four_runs();
    let wish = |older_than, keep, names: &[&str]| {
        let names = names.iter().map(ToString::to_string).collect();
        planned(root.path(), &Wish { older_than, keep, names })
    };
    let all = wish(None, None, &[]).unwrap();
    assert_eq!(all.delete.len(), 4);
    assert!(all.bytes() > 8000 && all.told().ends_with(" kB"), "{}", all.told());
    assert_eq!(names(&wish(Some(7), None, &[]).unwrap()).len(), 3);
    assert_eq!(names(&wish(None, Some(1), &[]).unwrap()), ["20261101-080000", "20261120-080000"]);
    assert_eq!(names(&wish(Some(20), Some(1), &[]).unwrap()), ["20261101-080000"]);
    assert_eq!(names(&wish(None, None, &["c2w2"]).unwrap()), ["20261102-080000"]);
    let one = names(&wish(None, None, &["c1w1/20261120-080000"]).unwrap());
    assert_eq!(one, ["20261120-080000"]);
    let path = root.path().join("c1w1/20261129-080000");
    assert_eq!(names(&wish(None, None, &[path.to_str().unwrap()]).unwrap()), ["20261129-080000"]);
    let error = wish(None, None, &["c1"]).unwrap_err();
    assert!(matches!(error, ReportError::UnknownRun { .. }), "{error}");
}

#[test]
fn only_folders_that_are_runs_go() {
    let root = four_runs();
    let stays = |name: &str, file: &str, contents: &str| {
        let folder = finished(root.path(), "c1w4", name);
        write(&folder, file, contents);
    };
    stays("20260101-000001", "config.json", "{\"hidden_size\": 768}");
    stays("20260101-000002", "config.json", "{\"assignment\": \"c1w4\"");
    stays("20260101-000003", ".git/HEAD", "ref: refs/heads/main");
    stays("20260101-000004", "inner/config.json", "{}");
    let unfinished = finished(root.path(), "c1w4", "20260101-000005");
    fs::remove_file(unfinished.join("metrics.json")).unwrap();
    let wish = Wish { older_than: Some(60), ..Wish::default() };
    let plan = planned(root.path(), &wish).unwrap();
    assert_eq!(plan.delete, [], "{plan:?}");
    let reasons: Vec<&str> = plan.left.iter().map(|(_, reason)| reason.as_str()).collect();
    assert_eq!(reasons.len(), 5, "{reasons:?}");
    for words in ["none that a run writes", "hidden files", "another run", "not finished"] {
        assert!(reasons.iter().any(|reason| reason.contains(words)), "{words}: {reasons:?}");
    }
}

#[test]
fn a_run_that_was_given_for_the_folder_of_runs_stays() {
    let root = tempfile::tempdir().unwrap();
    let folder = finished(root.path(), "c1w1", "20261101-080000");
    let plan = planned(&folder, &Wish::default()).unwrap();
    assert_eq!((plan.delete.len(), plan.left.len()), (0, 1));
}

#[test]
fn deleting_takes_the_folder_and_nothing_else() {
    let root = four_runs();
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "kept", "kept");
    let folder = root.path().join("c1w1/20261101-080000");
    #[cfg(unix)]
    std::os::unix::fs::symlink(outside.path(), folder.join("elsewhere")).unwrap();
    let wish = Wish { names: vec!["c1w1/20261101-080000".to_string()], ..Wish::default() };
    let plan = planned(root.path(), &wish).unwrap();
    plan.delete.iter().for_each(|doomed| delete(doomed).unwrap());
    assert!(!folder.exists() && outside.path().join("kept").exists());
    assert_eq!(read(root.path()).len(), 3);
    let again = delete(&plan.delete[0]).unwrap_err();
    assert!(matches!(again, ReportError::Undeletable { .. }), "{again}");
}

#[test]
fn what_is_no_run_any_more_is_not_deleted() {
    let root = four_runs();
    let plan = planned(root.path(), &Wish::default()).unwrap();
    write(&root.path().join("c1w1/20261101-080000"), "config.json", "{\"name\": \"project\"}");
    delete(&plan.delete[0]).unwrap_err();
    assert!(root.path().join("c1w1/20261101-080000/net/model.bpk").exists());
}
