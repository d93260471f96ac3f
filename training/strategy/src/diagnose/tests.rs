use super::Gap::{AvoidableBias, DataMismatch, DevOverfitting, Variance};
use super::*;

/// Rates in the order human, train, train-dev, dev, test; `-` where there is none.
fn rates(table: &str) -> ErrorRates {
    let cells: Vec<Option<ErrorRate>> =
        table.split_whitespace().map(|cell| (cell != "-").then(|| cell.parse().unwrap())).collect();
    let [human, train, train_dev, dev, test] = cells[..] else { panic!("{table}") };
    let human = human.into_iter().collect();
    ErrorRates { human, train: train.unwrap(), train_dev, dev: dev.unwrap(), test }
}

fn dominant_of(table: &str) -> Vec<Gap> {
    diagnose(&rates(table)).dominant
}

#[test]
fn bias_variance_cases_1_to_4_are_diagnosed_as_in_the_course() {
    assert_eq!(dominant_of("0% 1% - 12% -"), [Variance]);
    assert_eq!(dominant_of("0% 15% - 16% -"), [AvoidableBias]);
    assert_eq!(dominant_of("0% 15% - 30% -"), [AvoidableBias, Variance]);
    assert_eq!(dominant_of("0% 0.5% - 1% -"), []);
}

/// The same errors of 8 % and 10 %: human level decides.
#[test]
fn human_level_of_1_percent_means_bias_and_of_7_5_percent_variance() {
    assert_eq!(dominant_of("1% 8% - 10% -"), [AvoidableBias]);
    assert_eq!(dominant_of("7.5% 8% - 10% -"), [Variance]);
}

#[test]
fn mismatch_example_1_is_diagnosed_as_in_the_course() {
    assert_eq!(dominant_of("0% 1% 9% 10% -"), [Variance]);
    assert_eq!(dominant_of("0% 1% 1.5% 10% -"), [DataMismatch]);
    assert_eq!(dominant_of("0% 10% 11% 12% -"), [AvoidableBias]);
    assert_eq!(dominant_of("0% 10% 11% 20% -"), [AvoidableBias, DataMismatch]);
}

#[test]
fn mismatch_example_2_has_gaps_of_3_3_2_0_and_of_3_3_minus_4_0() {
    let rising = diagnose(&rates("4% 7% 10% 12% 12%"));
    let sizes = |d: &Diagnosis| {
        [AvoidableBias, Variance, DataMismatch, DevOverfitting].map(|gap| d.size(gap).unwrap())
    };
    assert_eq!(sizes(&rising), [0.03, 0.03, 0.02, 0.0]);
    assert_eq!(rising.dominant, [AvoidableBias, Variance, DataMismatch]);
    let falling = diagnose(&rates("4% 7% 10% 6% 6%"));
    assert_eq!(sizes(&falling), [0.03, 0.03, -0.04, 0.0]);
    assert_eq!(falling.dominant, [AvoidableBias, Variance]);
    assert_eq!(falling.remarks(), ["The dev set is easier than the training data."]);
}

/// General speech 4, 7, 10 %; speech at the rear-view mirror 6, 6, 6 %.
#[test]
fn mismatch_example_3_has_bias_and_variance_on_general_speech_and_none_at_the_mirror() {
    assert_eq!(dominant_of("4% 7% 10% 6% -"), [AvoidableBias, Variance]);
    assert_eq!(dominant_of("6% 6% - 6% -"), []);
}

#[test]
fn test_error_far_above_dev_error_is_overfitting_to_the_dev_set() {
    assert_eq!(dominant_of("0.1% 2% - 2.1% 7%"), [DevOverfitting]);
}

/// Without a human level: 1 % against 11 % is variance at any, 3.5 % against 4 % could be either.
#[test]
fn unknown_human_level_leaves_open_only_what_depends_on_it() {
    let certain = diagnose(&rates("- 1% - 11% -"));
    assert_eq!((certain.dominant, certain.undecided), (vec![Variance], false));
    let open = diagnose(&rates("- 3.5% - 4% -"));
    assert_eq!((open.dominant.len(), open.undecided, open.avoidable_bias), (0, true, None));
    assert!(open.verdict().contains("human-level"), "{}", open.verdict());
}

#[test]
fn system_better_than_people_has_no_known_bias() {
    let diagnosis = diagnose(&rates("0.1% 0.05% - 0.05% -"));
    assert_eq!(diagnosis.avoidable_bias, Some(-0.0005));
    assert_eq!(diagnosis.dominant, []);
    assert!(diagnosis.remarks()[0].contains("better than people"));
}

/// Radiology as taught: a person 3 %, a doctor 1 %, an experienced one 0.7 %, a team of them 0.5 %.
#[test]
fn human_level_is_that_of_the_best_people() {
    let people: Vec<ErrorRate> =
        ["3%", "1%", "0.7%", "0.5%"].map(|rate| rate.parse().unwrap()).into();
    assert_eq!(human_level(&people).unwrap().share(), 0.005);
    let team = ErrorRates { human: people, ..rates("- 0.7% - 0.8% -") };
    assert_eq!(diagnose(&team).avoidable_bias, Some(0.002));
    assert_eq!(human_level(&[]), None);
}

#[test]
fn remedies_stand_in_the_report_of_what_dominates_only() {
    let text = crate::document::text(&diagnose(&rates("1% 8% - 10% -")).details());
    assert!(text.contains("1. Train a bigger network."), "{text}");
    assert!(!text.contains("dropout"), "{text}");
    assert!(text.contains("avoidable bias               7 %  work on it"), "{text}");
}
