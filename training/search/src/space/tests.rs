use super::*;

fn sentence(range: Range) -> String {
    Space::new(vec![Dimension::new("rate", range)]).unwrap_err().to_string()
}

#[test]
fn empty_space_and_duplicate_name_are_refused() {
    assert_eq!(Space::new(Vec::new()), Err(SpaceError::Empty));
    let twice = ["units", "rate", "units"].map(|name| Dimension::new(name, Range::integers(1, 2)));
    let error = Space::new(twice.to_vec()).unwrap_err();
    assert_eq!(error, SpaceError::Duplicate { name: "units".to_string() });
}

#[test]
fn ranges_that_cannot_be_are_refused_with_name_and_ends() {
    let kinds: [fn(f64, f64) -> Range; 3] = [
        |low, high| Range::Uniform { low, high },
        |low, high| Range::LogUniform { low, high },
        |low, high| Range::OneMinusLogUniform { low, high },
    ];
    for kind in kinds {
        let error = sentence(kind(0.9, 0.1));
        assert!(error.starts_with("rate reaches from 0.9 to 0.1: the low end"), "{error}");
        for (low, high) in [(f64::NAN, 0.5), (0.5, f64::NAN), (f64::NEG_INFINITY, 0.5)] {
            let error = sentence(kind(low, high));
            assert!(error.starts_with("rate ") && error.contains("finite"), "{error}");
        }
    }
    assert!(sentence(kinds[0](-1e308, 1e308)).contains("distance"));
    for low in [0.0, -0.0, -1.0] {
        let error = sentence(kinds[1](low, 1.0));
        assert!(error.starts_with("rate ") && error.contains("above 0"), "{error}");
    }
    for high in [1.0, 1.5] {
        let error = sentence(kinds[2](0.9, high));
        assert!(error.starts_with("rate ") && error.contains("below 1"), "{error}");
    }
}

#[test]
fn whole_numbers_and_choices_that_cannot_be_are_refused_by_name() {
    assert!(sentence(Range::integers(5, 4)).starts_with("rate reaches from 5 to 4: the low end"));
    assert!(sentence(Range::integers(i64::MIN, i64::MAX)).contains("2^53"));
    for step in [0, -2] {
        let error = sentence(Range::Integer { low: 1, high: 9, step });
        assert_eq!(error, format!("rate has a step of {step}: it must be at least 1"));
    }
    assert_eq!(sentence(Range::choice([0.0; 0])), "rate has nothing to choose from");
    assert!(sentence(Range::choice(["a", "b", "a"])).starts_with("rate can be a: "));
    assert!(sentence(Range::choice([1.0, f64::INFINITY])).starts_with("rate can be inf: "));
}

#[test]
fn ends_are_reached_and_not_overstepped() {
    for range in [
        Range::Uniform { low: -0.3, high: 0.1 },
        Range::LogUniform { low: 1e-4, high: 1.0 },
        Range::LogUniform { low: 3e-7, high: 7e3 },
        Range::OneMinusLogUniform { low: 0.9, high: 0.999 },
    ] {
        let (low, high) = range.ends().unwrap();
        assert_eq!(range.at(0.0), Value::Number(low), "{range:?}");
        assert_eq!(range.at(1.0), Value::Number(high), "{range:?}");
    }
    let steps = Range::Integer { low: 50, high: 100, step: 10 };
    let values: Vec<_> = (0..6).map(|sixth| steps.at(f64::from(sixth) / 6.0)).collect();
    assert_eq!(values, [50, 60, 70, 80, 90, 100].map(Value::Integer));
    assert_eq!(steps.at(1.0), Value::Integer(100));
    assert_eq!(Range::Integer { low: 1, high: 6, step: 4 }.at(1.0), Value::Integer(5));
}

/// The course's scales: halfway from 0.0001 to 1 lies 0.01, halfway from 0.9 to 0.999 lies 0.99.
#[test]
fn middle_of_a_scale_is_the_course_s() {
    let middle = |range: Range| range.at(0.5).as_number().unwrap();
    assert!((middle(Range::LogUniform { low: 1e-4, high: 1.0 }) - 0.01).abs() < 1e-15);
    let beta = middle(Range::OneMinusLogUniform { low: 0.9, high: 0.999 });
    assert!((beta - 0.99).abs() < 1e-15, "{beta}");
}

#[test]
fn share_of_a_value_leads_back_to_it() {
    for range in [
        Range::Uniform { low: -0.3, high: 0.1 },
        Range::LogUniform { low: 1e-4, high: 1.0 },
        Range::OneMinusLogUniform { low: 0.9, high: 0.999 },
        Range::Integer { low: -7, high: 90, step: 3 },
        Range::choice(["a", "b", "c"]),
    ] {
        for share in [0.0, 0.2, 0.77, 0.999] {
            let value = range.at(share);
            let again = range.at(range.share_of(&value).unwrap());
            match (value.as_number(), again.as_number()) {
                (Some(a), Some(b)) => assert!((a - b).abs() <= 1e-14 * a.abs(), "{a} {b}"),
                _ => assert_eq!(value, again),
            }
        }
    }
    let outside = Range::LogUniform { low: 0.1, high: 1.0 }.share_of(&Value::Number(2.0));
    assert_eq!(outside, None);
    assert_eq!(Range::Integer { low: 1, high: 9, step: 4 }.share_of(&Value::Integer(4)), None);
}

#[test]
fn range_is_shown_in_few_digits() {
    let shown = |range: Range| range.to_string();
    assert_eq!(shown(Range::LogUniform { low: 1.0 / 3e5, high: 0.5 }), "3.333e-6 to 0.5");
    assert_eq!(shown(Range::Uniform { low: 20.0, high: 20.0 }), "20");
    assert_eq!(shown(Range::integers(2, 9)), "2 to 9");
    assert_eq!(shown(Range::integers(4, 4)), "4");
    assert_eq!(shown(Range::Integer { low: 2, high: 9, step: 3 }), "2 to 9 by 3");
    assert_eq!(shown(Range::choice(["a", "b"])), "a, b");
}

#[test]
fn space_read_from_json_is_checked_like_any_other() {
    let space = Space::new(vec![
        Dimension::new("rate", Range::LogUniform { low: 1e-4, high: 1.0 }),
        Dimension::new("units", Range::Integer { low: 2, high: 64, step: 2 }),
        Dimension::new("optimizer", Range::choice(["momentum", "adam"])),
    ])
    .unwrap();
    let text = serde_json::to_string(&space).unwrap();
    assert_eq!(serde_json::from_str::<Space>(&text).unwrap(), space);
    let inverted = text.replace("\"high\":64", "\"high\":0");
    let error = serde_json::from_str::<Space>(&inverted).unwrap_err().to_string();
    assert!(error.contains("units reaches from 2 to 0"), "{error}");
}
