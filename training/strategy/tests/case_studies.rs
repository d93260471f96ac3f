//! The decisions of course 3's two case studies that are arithmetic, made by `fireside-strategy`.
//!
//! Peacetopia (bird detection) is section 3.1.4 of the notes; the figures of the autonomous driving case are those
//! of the quiz of week 2. The answers are the course's.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use fireside_strategy::diagnose::{
    Diagnosis, ErrorRates,
    Gap::{AvoidableBias, DataMismatch, DevOverfitting},
    diagnose, human_level,
};
use fireside_strategy::error_analysis::Counts;
use fireside_strategy::examples::{Examples, Groups};
use fireside_strategy::metric::evaluate;
use fireside_strategy::number::ErrorRate;
use fireside_strategy::ranking::{Criterion, Direction, Limit, Ranking, Score, rank};
use fireside_strategy::ratios::{advised_ratios, set_sizes};
use fireside_strategy::split::{SplitConfig, split};
use fireside_strategy::table::Table;
use fireside_strategy::warning::{Warning, different_sources};

fn rate(text: &str) -> ErrorRate {
    text.parse().unwrap()
}

/// Human, training and dev error, and the test error if there is one.
fn diagnosis(human: &[&str], train: &str, dev: &str, test: Option<&str>) -> Diagnosis {
    diagnose(&ErrorRates {
        human: human.iter().map(|text| rate(text)).collect(),
        train: rate(train),
        train_dev: None,
        dev: rate(dev),
        test: test.map(rate),
    })
}

fn ranking(table: &str, limits: &[&str]) -> Ranking {
    let table = Table::parse("models.csv", table.as_bytes()).unwrap();
    let limits = limits.iter().map(|limit| limit.parse::<Limit>().unwrap()).collect();
    let score = Score::Column("accuracy".to_string());
    rank(&table, &Criterion { score, direction: Direction::Maximise, limits }).unwrap()
}

/// Question 2: at least 98 %, at most 10 seconds and 10 MB.
#[test]
fn peacetopia_takes_the_only_detector_within_its_limits() {
    let table = "model,accuracy,seconds,megabytes\nfirst,98%,9,9\nsecond,99%,13,9\nthird,97%,1,3\nfourth,97%,3,2\n";
    let ranking = ranking(table, &["accuracy>=98%", "seconds<=10", "megabytes<=10"]);
    assert_eq!(ranking.best().unwrap().name, "first");
    let broken = |name: &str| {
        let model = ranking.models.iter().find(|model| model.name == name).unwrap();
        model.broken.iter().map(|(limit, _)| limit.column.clone()).collect::<Vec<_>>()
    };
    assert_eq!(broken("second"), ["seconds"]);
    assert_eq!(broken("third"), ["accuracy"]);
    assert_eq!(broken("fourth"), ["accuracy"]);
}

/// Question 3: were time and memory optimised too, the choice would be another.
#[test]
fn peacetopia_optimises_accuracy_alone() {
    let table = "model,accuracy,seconds,megabytes\nfirst,98%,9,9\nsecond,99%,13,9\n";
    assert_eq!(ranking(table, &[]).best().unwrap().name, "second");
    assert_eq!(ranking(table, &["seconds<=10"]).best().unwrap().name, "first");
}

/// Question 4: of the four splits offered, the one nearest to the advice is the course's.
#[test]
fn peacetopia_s_ten_million_images_go_almost_all_to_training() {
    let count = 10_000_000;
    let advised = advised_ratios(count);
    let offered = [
        [9_500_000, 250_000, 250_000],
        [3_333_334, 3_333_333, 3_333_333],
        [6_000_000, 1_000_000, 3_000_000],
        [6_000_000, 3_000_000, 1_000_000],
    ];
    let distance = |sizes: &[usize; 3]| -> f64 {
        let shares = <[f64; 3]>::from(advised);
        let apart =
            sizes.iter().zip(shares).map(|(&size, share)| size as f64 / count as f64 - share);
        apart.map(f64::abs).sum()
    };
    let nearest = offered.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap();
    assert_eq!(nearest, &offered[0]);
    assert_eq!(set_sizes(count, [0.95, 0.025, 0.025].into()).unwrap(), offered[0]);
}

/// Question 5: other data may join the training set, for dev and test set stay alike.
#[test]
fn peacetopia_may_train_on_images_from_elsewhere() {
    let sources: Vec<&str> =
        std::iter::repeat_n("camera", 10_000).chain(std::iter::repeat_n("social", 1_000)).collect();
    let examples =
        Examples { sources: Some(Groups::new(&sources)), ..Examples::unnamed(sources.len()) };
    let config = SplitConfig { target: Some("camera".into()), ..SplitConfig::default() };
    let split = split(&examples, &config).unwrap();
    let counts = |set| examples.sources.as_ref().unwrap().count(set);
    assert_eq!(counts(&split.train), [6_000, 1_000]);
    assert_eq!((counts(&split.dev), counts(&split.test)), (vec![2_000, 0], vec![2_000, 0]));
    assert_eq!(split.warnings(&examples), []);
}

/// Question 6: a million images of citizens in the dev set of 250,000 only.
#[test]
fn peacetopia_must_not_add_citizens_images_to_the_dev_set() {
    let shares =
        |camera: f64| vec![("camera".to_string(), camera), ("citizen".to_string(), 1.0 - camera)];
    let warning = different_sources(&shares(0.2), &shares(1.0), 250_000).unwrap();
    assert!(matches!(warning, Warning::DifferentSources { .. }));
    assert_eq!(different_sources(&shares(1.0), &shares(1.0), 250_000), None);
}

/// Question 7: 3.5 % and 4 % alone do not say whether to regularise.
#[test]
fn peacetopia_cannot_choose_between_bias_and_variance_without_a_human_level() {
    let diagnosis = diagnosis(&[], "3.5%", "4%", None);
    assert!(diagnosis.undecided);
    assert_eq!(diagnosis.dominant, []);
}

/// Question 8: two experts and two others.
#[test]
fn peacetopia_s_human_level_is_that_of_the_best_expert() {
    let people = ["0.3%", "0.5%", "1.0%", "1.2%"].map(rate);
    assert_eq!(human_level(&people), Some(rate("0.3%")));
}

/// Question 10.
#[test]
fn peacetopia_works_on_bias_at_two_percent_against_a_human_tenth() {
    let diagnosis = diagnosis(&["0.1%"], "2.0%", "2.1%", None);
    assert_eq!(diagnosis.avoidable_bias, Some(0.019));
    assert_eq!(diagnosis.dominant, [AvoidableBias]);
}

/// Question 11: both right answers, in the order tried.
#[test]
fn peacetopia_overfits_the_dev_set_at_seven_percent_on_the_test_set() {
    let diagnosis = diagnosis(&["0.1%"], "2.0%", "2.1%", Some("7.0%"));
    assert_eq!(diagnosis.dev_overfitting, Some(0.049));
    assert_eq!(diagnosis.dominant, [DevOverfitting]);
    assert_eq!(DevOverfitting.remedies(), ["Get a bigger dev set.", "Regularise more."]);
}

/// Question 12: the best possible error is at most 0.05 %, so there is no bias left to measure.
#[test]
fn peacetopia_s_detector_surpasses_people() {
    let diagnosis = diagnosis(&["0.1%"], "0.05%", "0.05%", None);
    assert!(diagnosis.avoidable_bias.unwrap() < 0.0);
    assert_eq!(diagnosis.dominant, []);
    assert!(diagnosis.remarks()[0].starts_with("The system does better than people"));
}

/// Question 13: accuracy hides missed birds; a metric that weighs them shows the better detector.
#[test]
fn peacetopia_s_new_metric_prefers_the_detector_that_misses_fewer_birds() {
    let labels: Vec<&str> = [vec!["none"; 90], vec!["bird"; 10]].concat();
    let misses_birds: Vec<&str> = [vec!["none"; 94], vec!["bird"; 6]].concat();
    let false_alarms: Vec<&str> = [vec!["none"; 84], vec!["bird"; 16]].concat();
    let weights: Vec<f64> = [vec![1.0; 90], vec![10.0; 10]].concat();
    let score = |found: &[&str]| evaluate(&labels, found, Some(&weights)).unwrap();
    let (first, second) = (score(&misses_birds), score(&false_alarms));
    assert!(first.accuracy > second.accuracy);
    assert!(first.weighted_error > second.weighted_error);
}

/// 900,000 images of the internet and 100,000 of the car's camera, of which 20,000 each are for dev and test
/// and as many of the training set for train-dev.
#[test]
fn road_signs_are_judged_on_the_car_s_images_alone() {
    let sources: Vec<&str> = std::iter::repeat_n("internet", 900_000)
        .chain(std::iter::repeat_n("car", 100_000))
        .collect();
    let examples =
        Examples { sources: Some(Groups::new(&sources)), ..Examples::unnamed(sources.len()) };
    let split = split(
        &examples,
        &SplitConfig {
            ratios: Some([0.6, 0.2, 0.2].into()),
            train_dev: 20_000.0 / 960_000.0,
            target: Some("car".to_string()),
            seed: 1,
        },
    )
    .unwrap();
    let sizes = [&split.train, &split.train_dev, &split.dev, &split.test].map(Vec::len);
    assert_eq!(sizes, [940_000, 20_000, 20_000, 20_000]);
    let of = |set| examples.sources.as_ref().unwrap().count(set); // car, internet
    assert_eq!((of(&split.dev), of(&split.test)), (vec![20_000, 0], vec![20_000, 0]));
    assert_eq!(of(&split.train_dev), [1_250, 18_750]);
}

/// People 0.5, training 8.8, train-dev 9.1, dev 14.3, test 14.8 %.
#[test]
fn road_signs_suffer_from_bias_and_mismatch_but_not_from_variance() {
    let diagnosis = diagnose(&ErrorRates {
        human: vec![rate("0.5%")],
        train: rate("8.8%"),
        train_dev: Some(rate("9.1%")),
        dev: rate("14.3%"),
        test: Some(rate("14.8%")),
    });
    assert_eq!(diagnosis.avoidable_bias, Some(0.083));
    assert_eq!(diagnosis.variance, 0.003);
    assert_eq!(diagnosis.data_mismatch, Some(0.052));
    assert_eq!(diagnosis.dev_overfitting, Some(0.005));
    assert_eq!(diagnosis.dominant, [AvoidableBias, DataMismatch]);
}

/// Of 15.3 points 8.0 are fog, 2.2 rain drops and 4.1 wrong labels: fog is worth at most 8.0 points, rain drops
/// 2.2, and the labels are no small part.
#[test]
fn road_signs_in_fog_come_first_and_are_worth_eight_points_at_most() {
    let counts = Counts {
        examined: 153,
        tags: [("rain drops".to_string(), 22), ("fog".to_string(), 80)].into(),
        wrong_labels: Some(41),
    };
    let analysis = counts.analyse(Some(rate("15.3%"))).unwrap();
    let ceilings: Vec<(&str, f64)> =
        analysis.tags.iter().map(|tag| (tag.name.as_str(), tag.ceiling.unwrap())).collect();
    assert_eq!([ceilings[0].0, ceilings[1].0], ["fog", "rain drops"]);
    assert!((ceilings[0].1 - 0.080).abs() < 1e-15, "{ceilings:?}");
    assert!((ceilings[1].1 - 0.022).abs() < 1e-15, "{ceilings:?}");
    let labels = analysis.wrong_labels.unwrap();
    assert!((labels.error.unwrap() - 0.041).abs() < 1e-15, "{labels:?}");
    assert!(labels.worth_cleaning);
}
