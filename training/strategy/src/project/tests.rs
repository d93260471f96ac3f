use super::*;

fn plan(json: &str) -> Result<Plan, StrategyError> {
    Project::parse("plan.json", json.as_bytes())?.plan(Path::new("."))
}

fn refused(json: &str) -> String {
    plan(json).unwrap_err().to_string()
}

#[test]
fn steps_go_from_the_target_to_hitting_it() {
    let plan = plan(
        r#"{"split": {"examples": 1000000, "sources": {"dev": {"camera": 9000, "phone": 1000},
                                                      "test": {"camera": 10000}}},
            "models": {"rows": [{"name": "A", "x": 1}], "optimise": "x"},
            "error_rates": {"human": [0.01], "train": "8%", "dev": "10%"},
            "error_analysis": {"counts": {"examined": 10, "tags": {"fog": 7}, "wrong_labels": 3}}}"#,
    )
    .unwrap();
    let begins: Vec<&str> =
        plan.steps.iter().map(|step| step.split([':', ',']).next().unwrap()).collect();
    let expected = [
        "Mind the sets",
        "Choose A",
        "Work on avoidable bias.",
        "Look at fog first",
        "Clean the labels",
    ];
    assert_eq!(begins, expected);
    assert!(plan.steps[0].contains("dev: camera 90 %, phone 10 %; test: camera 100 %"));
    assert_eq!(plan.split.unwrap().sizes, [980_000, 10_000, 10_000]);
    // The dev error of the rates makes points of the shares.
    assert_eq!(plan.error_analysis.unwrap().dev_error, Some(0.1));
}

#[test]
fn any_part_alone_makes_a_page() {
    for (json, heading) in [
        (r#"{"split": {"examples": 500}}"#, "## Data"),
        (r#"{"models": {"rows": [{"name": "A", "x": 1}], "average": true}}"#, "## Models"),
        (r#"{"error_rates": {"train": 0.01, "dev": 0.02}}"#, "## Bias and variance"),
        (r#"{"error_analysis": {"counts": {"examined": 3}}}"#, "## Error analysis"),
    ] {
        let page = plan(json).unwrap().markdown();
        assert!(page.starts_with("# What to do next\n") && page.contains(heading), "{page}");
    }
}

#[test]
fn files_are_found_beside_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("models.csv", "model,precision,recall\nA,0.95,0.90\nB,0.98,0.85\n");
    write("errors.csv", "image,dog\n1,x\n2,\n");
    write("predictions.csv", "label,prediction\ncat,cat\ndog,cat\n");
    write(
        "plan.json",
        r#"{"models": {"csv": "models.csv", "f1": true}, "error_analysis": {"csv": "errors.csv"},
            "predictions": {"csv": "predictions.csv"}}"#,
    );
    let plan = Project::read(&folder.path().join("plan.json")).unwrap();
    let plan = plan.plan(folder.path()).unwrap();
    assert_eq!(plan.models.unwrap().best().unwrap().name, "A");
    assert_eq!(plan.predictions.unwrap().accuracy, 0.5);
    assert_eq!(plan.error_analysis.unwrap().tags[0].share, 0.5);
}

#[test]
fn title_and_names_are_text_on_the_page() {
    let page = plan(
        r#"{"title": "<img src=x onerror=alert(1)>", "models": {"rows": [{"name": "</style>|*b*", "x": 1}],
            "optimise": "x"}}"#,
    )
    .unwrap()
    .html();
    assert!(!page.contains("<img") && !page.contains("<em>"), "{page}");
    assert_eq!(page.matches("</style>").count(), 1);
    assert!(page.contains("<td>&lt;/style&gt;|*b*</td>"), "{page}");
}

#[test]
fn what_is_no_plan_is_refused_with_its_place() {
    let culprits = [
        ("", "line 1 column 0"),
        ("{", "line 1 column 1"),
        ("{}", "holds no part of a plan"),
        (r#"{"spilt": {}}"#, "unknown field `spilt`"),
        (r#"{"error_rates": {"train": 8, "dev": 0.1}}"#, "\"8\" is no error rate"),
        (r#"{"error_rates": {"train": [], "dev": 0.1}}"#, "an error rate: a share"),
        (r#"{"error_rates": {"dev": 0.1}}"#, "missing field `train`"),
        (r#"{"split": {"examples": 9, "ratios": [0.5, 0.2, 0.2]}}"#, "sum to 0.9"),
        (r#"{"models": {"rows": [], "average": true}}"#, "holds no rows"),
        (r#"{"models": {"rows": [{"name": "A", "x": 1}]}}"#, "one of optimise"),
        (r#"{"models": {"average": true}}"#, "one of csv and rows"),
        (
            r#"{"models": {"average": true, "rows": [{"name": "A", "x": 1}, {"name": "B", "y": 1}]}}"#,
            "model B has not the columns",
        ),
        (r#"{"models": {"optimise": "x", "satisfy": ["x=1"], "rows": []}}"#, "\"x=1\" is no limit"),
        (r#"{"error_analysis": {}}"#, "one of csv and counts"),
        (r#"{"error_analysis": {"csv": "absent.csv"}}"#, "absent.csv cannot be read"),
    ];
    for (json, culprit) in culprits {
        assert!(refused(json).contains(culprit), "{json}: {}", refused(json));
    }
}
