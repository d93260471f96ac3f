use super::*;

/// The notes' table: A 95 % and 90 % give about 0.924, B 98 % and 85 % about 0.910.
#[test]
fn f1_of_the_course_s_two_classifiers() {
    assert!((f1(0.95, 0.90) - 0.924).abs() < 5e-4, "{}", f1(0.95, 0.90));
    assert!((f1(0.98, 0.85) - 0.910).abs() < 5e-4, "{}", f1(0.98, 0.85));
    assert_eq!(f1(0.0, 0.0), 0.0);
}

/// Counted by hand: cats 3 of 4 found, one bird taken for a cat, the dog for a bird.
#[test]
fn scores_of_each_class_follow_from_the_confusion_matrix() {
    let labels = ["cat", "cat", "cat", "cat", "bird", "bird", "dog"];
    let predictions = ["cat", "cat", "cat", "bird", "bird", "cat", "bird"];
    let metrics = evaluate(&labels, &predictions, None).unwrap();
    assert_eq!(metrics.classes, ["bird", "cat", "dog"]);
    assert_eq!(metrics.confusion, [[1, 1, 0], [1, 3, 0], [1, 0, 0]]);
    let [bird, cat, dog] = metrics.scores[..] else { unreachable!() };
    assert_eq!((bird.precision, bird.recall, bird.f1), (Some(1.0 / 3.0), Some(0.5), Some(0.4)));
    assert_eq!((cat.precision, cat.recall, cat.f1), (Some(0.75), Some(0.75), Some(0.75)));
    assert_eq!((dog.precision, dog.recall, dog.f1), (None, Some(0.0), Some(0.0)));
    assert_eq!((bird.support, cat.support, dog.support), (2, 4, 1));
    assert_eq!(metrics.accuracy, 4.0 / 7.0);
    assert_eq!(metrics.macro_precision, Some((1.0 / 3.0 + 0.75) / 2.0));
    assert_eq!(metrics.macro_recall, Some(1.25 / 3.0));
    assert_eq!(metrics.macro_f1, Some((0.4 + 0.75) / 3.0));
}

#[test]
fn f1_by_counts_is_the_harmonic_mean() {
    let metrics = evaluate_indices(&["a", "b"], &[0, 0, 0, 1, 1], &[0, 0, 1, 0, 1], None);
    let scores = metrics.unwrap().scores[0];
    let harmonic = f1(scores.precision.unwrap(), scores.recall.unwrap());
    assert!((scores.f1.unwrap() - harmonic).abs() < 1e-15);
}

#[test]
fn undefined_score_is_a_dash_and_never_nan() {
    let metrics = evaluate_indices(&["no", "yes", "maybe"], &[0, 1], &[0, 0], None).unwrap();
    assert_eq!(metrics.scores[1].precision, None);
    assert_eq!(metrics.scores[2].f1, None);
    let text = crate::document::text(&metrics.report());
    assert!(text.contains("yes                          -    0.0 %   0.0 %"), "{text}");
    assert!(!text.contains("NaN"), "{text}");
    assert!(!serde_json::to_string(&metrics).unwrap().contains("NaN"));
}

/// Ten pictures, two wrong, one of them pornographic: 2 of 10 without weights, (1 + 10) / (8 + 2 · 10) with.
#[test]
fn weights_make_one_kind_of_mistake_matter_more() {
    let labels = ["cat", "cat", "cat", "cat", "cat", "cat", "cat", "cat", "porn", "porn"];
    let mut predictions = labels;
    predictions[0] = "porn";
    predictions[9] = "cat";
    let weights = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 10.0, 10.0];
    let metrics = evaluate(&labels, &predictions, Some(&weights)).unwrap();
    assert_eq!(metrics.accuracy, 0.8);
    assert!((metrics.weighted_error.unwrap() - 11.0 / 28.0).abs() < 1e-15);
}

#[test]
fn numbered_classes_stand_in_the_order_of_their_numbers() {
    let metrics = evaluate(&["10", "9", "other"], &["9", "9", "other"], None).unwrap();
    assert_eq!(metrics.classes, ["9", "10", "other"]);
    assert_eq!(metrics.confusion, [[1, 0, 0], [1, 0, 0], [0, 0, 1]]);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    fn refused(labels: &[&str], predictions: &[&str], weights: Option<&[f64]>) -> StrategyError {
        evaluate(labels, predictions, weights).unwrap_err()
    }
    let lengths = StrategyError::Lengths { what: "predictions", found: 1, expected: 2 };
    assert_eq!(refused(&["a", "b"], &["a"], None), lengths);
    assert!(matches!(refused(&[], &[], None), StrategyError::Empty { .. }));
    for weights in [[1.0, -1.0], [1.0, f64::NAN], [f64::INFINITY, 1.0], [0.0, 0.0]] {
        let error = refused(&["a", "b"], &["a", "b"], Some(&weights));
        assert!(matches!(error, StrategyError::Weight { .. }), "{error}");
    }
    let error = evaluate_indices(&["a", "b"], &[0, 2], &[0, 0], None).unwrap_err();
    assert_eq!(error, StrategyError::NoClass { index: 2, classes: 2 });
    let names: Vec<String> = (0..=MAX_CLASSES).map(|name| name.to_string()).collect();
    assert!(matches!(evaluate(&names, &names, None), Err(StrategyError::TooMany { .. })));
}

/// As pandas writes a column that had a gap, and as spreadsheets with decimal commas do.
#[test]
fn numbers_are_the_same_classes_however_they_are_written() {
    let expected = evaluate(&["1", "0", "1"], &["1", "0", "0"], None).unwrap();
    assert!((expected.accuracy - 2.0 / 3.0).abs() < 1e-15);
    assert_eq!(evaluate(&["1", "0", "1"], &["1.0", "0.0", "-0"], None).unwrap(), expected);
    assert_eq!(evaluate(&["1.00", "0", "1e0"], &["01", "0.", "0"], None).unwrap(), expected);
    for text in
        ["label,prediction\n1,1.0\n0,0.0\n1,0.0\n", "Label;Prediction\n1;1,0\n0;0,0\n1,0;0\n"]
    {
        let table = Table::parse("p.csv", text.as_bytes()).unwrap();
        assert_eq!(evaluate_table(&table, LABEL, PREDICTION, None).unwrap(), expected, "{text}");
    }
    let metrics = evaluate(&["-1", "v1.0"], &["2.5", "v1"], None).unwrap();
    assert_eq!(metrics.classes, ["-1", "2.5", "v1", "v1.0"]);
}

#[test]
fn predictions_of_which_none_is_a_label_are_warned_of() {
    let metrics = evaluate(&["yes", "no", "no"], &["1", "0", "1"], None).unwrap();
    let text = crate::document::text(&metrics.report());
    let warning = "- Warning: no prediction is one of the labels (labels: no, yes; predictions: 0, 1): write both in \
                   the same way.";
    assert!(text.contains(warning), "{text}");
    assert_eq!(evaluate(&["yes", "no"], &["no", "yes"], None).unwrap().warnings, []);
}
