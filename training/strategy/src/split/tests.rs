use super::*;

/// `of` gives how many examples there are of each class and source.
fn examples(of: &[(&str, &str, usize)]) -> Examples {
    let each = |pick: fn(&(&str, &str, usize)) -> String| -> Vec<String> {
        of.iter().flat_map(|group| vec![pick(group); group.2]).collect()
    };
    let (classes, sources) = (each(|g| g.0.to_string()), each(|g| g.1.to_string()));
    Examples {
        classes: Some(Groups::new(&classes)),
        sources: Some(Groups::new(&sources)),
        ..Examples::unnamed(classes.len())
    }
}

fn ratios(ratios: [f64; 3]) -> SplitConfig {
    SplitConfig { ratios: Some(ratios.into()), ..SplitConfig::default() }
}

#[test]
fn every_example_is_in_one_set_and_sets_have_their_sizes() {
    let examples = examples(&[("cat", "", 630), ("dog", "", 361), ("owl", "", 10)]);
    let split = split(&examples, &ratios([0.7, 0.2, 0.1])).unwrap();
    assert_eq!([split.train.len(), split.dev.len(), split.test.len()], [701, 200, 100]);
    let mut all = [split.train, split.dev, split.test].concat();
    all.sort_unstable();
    assert!(all.into_iter().eq(0..1001));
}

/// Within one example of the exact share, in every set.
#[test]
fn classes_and_sources_keep_their_shares() {
    let groups =
        [("cat", "web", 503), ("cat", "app", 97), ("dog", "web", 211), ("dog", "app", 389)];
    let examples = examples(&groups);
    let split = split(&examples, &ratios([0.6, 0.25, 0.15])).unwrap();
    let mut start = 0;
    for (class, source, count) in groups {
        let members = start..start + count;
        start += count;
        for (set, share) in [(&split.train, 0.6), (&split.dev, 0.25), (&split.test, 0.15)] {
            let found = set.iter().filter(|example| members.contains(example)).count() as f64;
            assert!((found - share * count as f64).abs() <= 1.0, "{class} {source}: {found}");
        }
    }
    assert_eq!(split.warnings(&examples), []);
}

#[test]
fn seed_decides_the_split() {
    let examples = examples(&[("cat", "", 50), ("dog", "", 50)]);
    let of = |seed| split(&examples, &SplitConfig { seed, ..SplitConfig::default() }).unwrap();
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
}

/// The notes' cat classifier: 200,000 pictures of the web, 10,000 of the app that matters.
#[test]
fn target_alone_fills_dev_and_test_and_train_dev_is_drawn_from_all_training_data() {
    let examples = examples(&[("cat", "web", 200_000), ("cat", "app", 10_000)]);
    let config =
        SplitConfig { train_dev: 0.02, target: Some("app".into()), ..ratios([0.5, 0.25, 0.25]) };
    let split = split(&examples, &config).unwrap();
    let of_source = |set: &[usize]| examples.sources.as_ref().unwrap().count(set);
    assert_eq!(of_source(&split.dev), [2500, 0]);
    assert_eq!(of_source(&split.test), [2500, 0]);
    assert_eq!(of_source(&split.train_dev), [100, 4000]);
    assert_eq!(of_source(&split.train), [4900, 196_000]);
    assert_eq!(split.warnings(&examples), []);
}

#[test]
fn split_made_before_is_warned_of_with_the_share_of_each_source() {
    let text = "file,set,source\n1,train,web\n2,dev,web\n3,dev,web\n4,test,app\n5,test,app\n";
    let table = Table::parse("a.csv", text.as_bytes()).unwrap();
    let split = Split::from_table(&table, "set").unwrap();
    let examples = Examples::from_table(&table, None, Some("source")).unwrap();
    let warnings = split.warnings(&examples);
    let shares = |app, web| vec![("app".to_string(), app), ("web".to_string(), web)];
    let expected = Warning::DifferentSources { dev: shares(0.0, 1.0), test: shares(1.0, 0.0) };
    assert_eq!(warnings[0], expected);
    assert!(warnings[0].to_string().contains("dev: web 100 %; test: app 100 %"));
    assert_eq!(warnings[1], Warning::SmallSet { set: "dev", examples: 2 });

    let table = Table::parse("a.csv", b"file,set\n1,train\n2,Test\n").unwrap();
    let message = Split::from_table(&table, "set").unwrap_err().to_string();
    assert!(message.starts_with("a.csv, line 3, column set: \"Test\" is none of"), "{message}");
}

#[test]
fn rare_class_that_a_set_lacks_is_warned_of() {
    let examples = examples(&[("cat", "", 500), ("owl", "", 2)]);
    let split = split(&examples, &ratios([0.6, 0.2, 0.2])).unwrap();
    let missing = Warning::MissingClass { class: "owl".into(), set: "test" };
    assert!(split.warnings(&examples).contains(&missing), "{:?}", split.warnings(&examples));
}

#[test]
fn folds_are_equal_disjoint_and_stratified() {
    let examples = examples(&[("cat", "", 60), ("dog", "", 43)]);
    let folds = folds(&examples, 5, 0.2, 7).unwrap();
    assert_eq!(folds.test.len(), 21);
    let sizes: Vec<usize> = folds.folds.iter().map(Vec::len).collect();
    assert_eq!(sizes, [17, 17, 16, 16, 16]);
    for fold in &folds.folds {
        let cats = examples.classes.as_ref().unwrap().count(fold)[0];
        assert!((9..=10).contains(&cats), "{cats}");
    }
    let mut all = [folds.folds.concat(), folds.test].concat();
    all.sort_unstable();
    assert!(all.into_iter().eq(0..103));
}

#[test]
fn impossible_folds_are_refused() {
    let ten = Examples::unnamed(10);
    assert_eq!(folds(&ten, 1, 0.0, 0), Err(StrategyError::TooFewFolds(1)));
    let error = StrategyError::TooManyFolds { folds: 9, examples: 8 };
    assert_eq!(folds(&ten, 9, 0.2, 0), Err(error));
    assert_eq!(folds(&ten, 10, 0.0, 0).unwrap().folds.len(), 10);
    assert!(matches!(folds(&ten, 2, 1.0, 0), Err(StrategyError::Ratios { .. })));
}

#[test]
fn impossible_shares_are_refused_by_value() {
    let ten = Examples::unnamed(10);
    let error = split(&ten, &ratios([0.6, 0.2, 0.1])).unwrap_err().to_string();
    assert!(error.starts_with("the sets' shares 0.6, 0.2, 0.1 sum to 0.9, not to 1"), "{error}");
    for wrong in [[1.2, -0.1, -0.1], [f64::NAN, 0.5, 0.5], [0.0, 0.5, 0.5], [60.0, 20.0, 20.0]] {
        let error = split(&ten, &ratios(wrong)).unwrap_err();
        assert!(matches!(error, StrategyError::Ratios { .. }), "{error}");
    }
    let error = split(&ten, &ratios([0.98, 0.01, 0.01])).unwrap_err();
    assert!(matches!(error, StrategyError::EmptySet { set: "dev" | "test", .. }), "{error}");
    for train_dev in [-0.1, 1.0, f64::NAN] {
        let config = SplitConfig { train_dev, ..SplitConfig::default() };
        assert!(matches!(split(&ten, &config), Err(StrategyError::TrainDev(_))));
    }
    let many = set_sizes(usize::MAX, [0.5, 0.5, 0.0].into()).unwrap_err();
    assert!(matches!(many, StrategyError::TooMany { .. }), "{many}");
    assert!(split(&Examples::unnamed(0), &SplitConfig::default()).is_err());
    let config = SplitConfig { target: Some("app".into()), ..SplitConfig::default() };
    assert!(matches!(split(&ten, &config), Err(StrategyError::NoTarget { .. })));
}
