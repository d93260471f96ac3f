//! What stands on the page, whatever the runs hold.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use fireside_report::{ReportError, RunRecord, State, page, record};
use jiff::civil::{DateTime, date};

use super::{finished, png, write};

fn noon() -> DateTime {
    date(2026, 11, 29).at(12, 0, 0, 0)
}

fn read(root: &Path) -> Vec<RunRecord> {
    record::read_all(&[root.to_path_buf()]).unwrap()
}

fn page_of(root: &Path) -> String {
    page::page(&read(root), noon()).unwrap()
}

/// How often a tag is opened.
fn tags(page: &str, name: &str) -> usize {
    page.matches(&format!("<{name}")).count()
}

#[test]
fn every_run_given_is_on_the_page_with_all_it_has_and_no_address() {
    let root = tempfile::tempdir().unwrap();
    for (assignment, name) in
        [("c1w3-planar", "20261129-011608"), ("c1w3-planar", "20261129-021608-2"), ("c2w2", "out")]
    {
        finished(root.path(), assignment, name);
    }
    let records = read(root.path());
    assert!(records.iter().all(|record| record.state == State::Finished), "{records:?}");
    let page = page::page(&records, noon()).unwrap();
    assert_eq!(page.matches(r#"<article class="run""#).count(), 3);
    assert_eq!(page.matches(r#"<li class="card""#).count(), 3);
    for wanted in [
        "c1w3-planar",
        "20261129-021608-2",
        "29 November 2026, 01:16",
        "test accuracy",
        "90.75",
        "0.21805",
        "data:image/png;base64,",
        "data:image/jpeg;base64,",
        "not given",
        "Computed on flex",
        "boundary, a picture of c1w3-planar",
        "Cost by iteration",
        "config.json</pre>",
        "net/model.bpk",
        "3 finished",
    ] {
        assert!(page.contains(wanted), "{wanted}");
    }
    assert!(!page.contains("://"), "an address");
    for outside in ["src=\"/", "href=\"/", "url(", "@import", " onload=", " onclick=", " style=\""]
    {
        assert!(!page.contains(outside), "{outside}");
    }
    let sources = page.match_indices("src=\"").map(|(at, _)| &page[at + 5..]);
    assert!(sources.into_iter().all(|source| source.starts_with("data:")));
    assert_eq!(tags(&page, "script"), 2);
    let ids: Vec<&str> =
        page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{ids:?}");
    assert_eq!(tags(&page, "h1"), 1);
    assert_eq!(page.matches("alt=\"").count(), tags(&page, "img"));
}

/// Keys are for typing: they stand behind the names that people know.
#[test]
fn models_go_by_what_people_call_them() {
    let root = tempfile::tempdir().unwrap();
    for name in ["20261129-011608", "20261129-021608"] {
        let folder = finished(root.path(), "c1w4", name);
        write(
            &folder,
            "metrics.csv",
            "stage,iteration,cost\nL-layer,0,0.69\nL-layer,100,0.3\nother,0,0.7\nother,100,0.6\n",
        );
        write(&folder, "L-layer/model.json", r#"{"is_main": true, "called": "four layers"}"#);
        write(&folder, "other/model.json", r#"{"is_main": false}"#);
        write(&folder, "metrics.json", r#"{"test_accuracy_l_layer": 80, "cost_other": 0.6}"#);
    }
    let records = read(root.path());
    let record = &records[0];
    let stages: Vec<&str> = record.curves.iter().map(|curve| curve.stage.as_str()).collect();
    assert_eq!(stages, ["four layers", "other"]);
    assert_eq!(record.in_words("test_accuracy_l_layer"), "test accuracy (four layers)");
    assert_eq!(record.in_words("probability_l_layer_said"), "probability said (four layers)");
    assert_eq!(record.in_words("small_layer_cost"), "small layer cost");
    assert_eq!(record.model_in_words("L-layer"), "four layers (L-layer)");
    assert_eq!(record.model_in_words("other"), "other");
    let page = page::page(&records, noon()).unwrap();
    for wanted in ["The model four layers (L-layer)", "test accuracy (four layers)", "cost other"] {
        assert!(page.contains(wanted), "{wanted}");
    }
    assert!(!page.contains("l layer"), "in the comparison too");
    let table = fireside_report::listing::table(&records);
    assert!(table.contains("test accuracy (four layers) 80, cost other 0.6"), "{table}");
    let keys = &fireside_report::listing::rows(&records)[0].figures;
    assert_eq!(keys[0].0, "test_accuracy_l_layer");
}

/// Two that are called alike keep their keys, and so does one whose name is none.
#[test]
fn names_that_tell_no_model_from_another_are_passed_over() {
    let root = tempfile::tempdir().unwrap();
    let folder = finished(root.path(), "c1w3", "20261129-011608");
    for (stage, called) in [("a", "\"net\""), ("b", "\"net\""), ("c", "7"), ("d", "\" \"")] {
        write(&folder, &format!("{stage}/model.json"), format!("{{\"called\": {called}}}"));
    }
    let record = &read(root.path())[0];
    assert!(record.called.is_empty(), "{record:?}");
    assert_eq!(record.in_words("cost_a"), "cost a");
}

#[test]
fn a_run_alone_is_compared_with_nothing() {
    let root = tempfile::tempdir().unwrap();
    finished(root.path(), "c1w3-planar", "20261129-011608");
    let page = page_of(root.path());
    assert!(!page.contains(r#"id="comparison""#) && page.contains("<h1>c1w3-planar</h1>"));
}

#[test]
fn whatever_a_run_holds_is_text_on_the_page() {
    let root = tempfile::tempdir().unwrap();
    let evil = r#"</script></style>"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 }}{% raw %}"#;
    for name in ["one", "two"] {
        let folder = root.path().join(name);
        let config = serde_json::json!({
            "assignment": evil, "version": evil, "device": evil, "settings": {evil: evil, "list": [evil, evil]},
        });
        write(&folder, "config.json", config.to_string());
        write(
            &folder,
            "metrics.json",
            serde_json::json!({evil: 1.5, "x": evil, "y": {evil: [evil]}}).to_string(),
        );
        let mut table = csv::Writer::from_writer(Vec::new());
        for row in [["stage", "iteration", "cost"], [evil, "0", "1"], [evil, "1", "0.5"]] {
            table.write_record(row).unwrap();
        }
        write(&folder, "metrics.csv", table.into_inner().unwrap());
        let file = evil.replace('/', "|");
        write(&folder, &format!("{file}.png"), png(9, 9));
        write(&folder, &format!("{file}2.png"), "no picture");
        write(&folder, &format!("{file}/model.json"), serde_json::json!({evil: evil}).to_string());
    }
    let page = page_of(root.path());
    assert_eq!(tags(&page, "script"), 2, "those of the page itself");
    assert_eq!(page.matches("</script").count(), 2);
    assert_eq!((tags(&page, "style"), page.matches("</style").count()), (1, 1));
    assert!(!page.contains("<img src=x") && !page.contains("\"'><"));
    assert!(page.contains("&#60;script&#62;alert(1)") || page.contains("&lt;script&gt;alert(1)"));
    assert!(page.contains("{{ 7 }}"), "no template is read from a run");
}

#[test]
fn damaged_runs_are_shown_as_such_and_stop_nothing() {
    let root = tempfile::tempdir().unwrap();
    let broken = |name: &str, file: &str, contents: &[u8]| {
        let folder = finished(root.path(), "c1w1", name);
        write(&folder, file, contents);
    };
    let deep = "[".repeat(100_000);
    broken("20260101-000001", "config.json", b"");
    broken("20260101-000002", "config.json", b"{\"assignment\": \"c1w1\", \"sett");
    broken("20260101-000003", "config.json", b"[1, 2]");
    broken("20260101-000004", "config.json", b"{\"hidden_size\": 768}");
    broken("20260101-000005", "metrics.json", b"\xff\xfe\x00");
    broken("20260101-000006", "metrics.json", deep.as_bytes());
    broken("20260101-000007", "metrics.csv", b"stage,iteration,cost\nnet,0,0.5\nnet,1");
    broken("20260101-000008", "epochs.csv", b"\x00\x01\x02");
    broken("20260101-000009", "net/model.json", b"{");
    fs::create_dir_all(root.path().join("c1w1/20260101-000010")).unwrap();
    let folder = finished(root.path(), "c1w1", "20260101-000011");
    fs::remove_file(folder.join("metrics.json")).unwrap();
    fs::create_dir(folder.join("metrics.csv.d")).unwrap();
    let records = read(root.path());
    assert_eq!(records.len(), 11);
    for record in &records[..10] {
        assert_eq!((record.state, record.problems.len()), (State::Damaged, 1), "{record:?}");
        assert!(record.problems[0].ends_with('.') && !record.problems[0].contains('\n'));
    }
    assert_eq!(records[10].state, State::Stopped);
    let page = page::page(&records, noon()).unwrap();
    assert_eq!(page.matches(r#"<article class="run""#).count(), 11);
    assert!(page.contains("10 damaged") && page.contains("1 stopped"));
    assert!(page.contains("metrics.csv is damaged in row 3 (it ends early)."));
    assert!(page.contains("course run c1w1 --resume "), "the stopped one can go on");
}

#[test]
fn a_damaged_picture_is_named_and_the_others_are_shown() {
    let root = tempfile::tempdir().unwrap();
    let folder = finished(root.path(), "c1w1", "20260101-000001");
    write(&folder, "cut.png", &png(200, 200)[..300]);
    write(&folder, "page.png", "<svg onload=alert(1)>");
    write(&folder, "tune.wav", "RIFF....WAVE");
    write(&folder, "noise.wav", "MZ");
    let page = page_of(root.path());
    assert!(page.contains("cut.png is damaged") && page.contains("page.png is damaged"));
    assert!(page.contains("data:audio/wav") && page.contains("noise.wav is no sound"));
    assert!(page.contains(r#"alt="boundary, a picture of c1w1""#));
}

#[test]
fn what_a_run_brings_to_the_page_is_bounded() {
    let root = tempfile::tempdir().unwrap();
    let folder = finished(root.path(), "c1w1", "20260101-000001");
    let many: serde_json::Map<_, _> = (0..50_000)
        .map(|key| (format!("figure_{key}"), serde_json::json!("x".repeat(90))))
        .collect();
    write(&folder, "metrics.json", serde_json::Value::Object(many).to_string());
    let rows = (0..300).flat_map(|stage| (0..300).map(move |row| format!("s{stage},{row},0.5\n")));
    write(&folder, "metrics.csv", "stage,iteration,cost\n".to_string() + &rows.collect::<String>());
    write(&folder, "large.png", vec![0; 7 << 20]);
    for index in 0..40 {
        write(&folder, &format!("p{index}.png"), png(9, 9));
    }
    for index in 0..3000 {
        write(&folder, &format!("many/{index}"), "");
    }
    let records = read(root.path());
    let page = page::page(&records, noon()).unwrap();
    assert!(page.len() < 3 << 20, "{} bytes", page.len());
    for wanted in [
        "values that are not shown",
        "large.png is too large",
        "one too many",
        "more are not drawn",
    ] {
        assert!(page.contains(wanted), "{wanted}");
    }
}

#[test]
fn a_picture_that_unpacks_to_more_than_it_says_it_is_worth_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let folder = finished(root.path(), "c1w1", "20260101-000001");
    let mut huge = png(1, 1);
    huge[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    write(&folder, "huge.png", huge);
    assert!(page_of(root.path()).contains("huge.png is damaged"));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_out_of_a_run() {
    use std::os::unix::fs::symlink;
    let root = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "secret.png", png(33, 33));
    write(outside.path(), "secret.json", r#"{"password": "hunter2"}"#);
    let folder = finished(root.path(), "c1w1", "20260101-000001");
    symlink(outside.path().join("secret.png"), folder.join("secret.png")).unwrap();
    fs::remove_file(folder.join("metrics.json")).unwrap();
    symlink(outside.path().join("secret.json"), folder.join("metrics.json")).unwrap();
    symlink(root.path(), folder.join("again")).unwrap();
    let page = page_of(root.path());
    assert!(!page.contains("secret.png") && !page.contains("hunter2"));
    assert!(page.contains("metrics.json cannot be read (it is no file)."));
}

#[test]
fn where_there_are_no_runs_the_error_says_so() {
    let root = tempfile::tempdir().unwrap();
    let none = record::read_all(&[root.path().to_path_buf()]).unwrap_err();
    assert!(matches!(none, ReportError::NoRuns { .. }), "{none}");
    let missing = record::read_all(&[root.path().join("missing")]).unwrap_err();
    assert!(matches!(missing, ReportError::Unreadable { .. }), "{missing}");
}

#[test]
fn a_run_named_twice_is_shown_once() {
    let root = tempfile::tempdir().unwrap();
    let folder = finished(root.path(), "c1w1", "20260101-000001");
    let roots = [root.path().to_path_buf(), folder, root.path().join("c1w1")];
    assert_eq!(record::read_all(&roots).unwrap().len(), 1);
}

#[test]
fn settings_in_several_groups_are_read_too() {
    let root = tempfile::tempdir().unwrap();
    let config = r#"{"assignment": "c1w2", "settings": [{"lr": 0.005}, {"data": null}]}"#;
    write(root.path(), "c1w2/run/config.json", config);
    let record = &read(root.path())[0];
    assert_eq!(record.state, State::Stopped);
    let names: Vec<&str> = record.settings.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["lr", "data"]);
}
