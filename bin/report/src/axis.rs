//! What an axis spans and how its ticks are written: by rules from the values, the same on every picture.

use std::ops::Range;

use crate::text::superscript;

/// Values more than this many times apart get a logarithmic axis: small ones would lie on a linear one.
const WIDE_SPAN: f64 = 10.0;
/// Values nearer to each other than this share of their size are the same to an eye.
const LEAST_SPAN: f64 = 1e-3;
/// Of a share's whole, what its axis shows at least: a step of chance does not fill the picture.
const LEAST_OF_WHOLE: f64 = 0.2;
/// What is smaller has too few digits for a logarithm.
const LEAST: f64 = f64::MIN_POSITIVE;
/// What rounding puts beyond an end at most, as a share of the axis.
const ROUNDING: f64 = 1e-6;
/// A logarithmic axis has a tick at 1, 2 and 5 of every decade where it goes so often at most from one to the next.
const MOST_STEPS: i32 = 8;
/// What is written in digits, and whole numbers below this.
const DIGITS: Range<f64> = 1e-4..1e6;
const LARGEST_WHOLE: f64 = 1e7;

/// What is measured along an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Any figure: logarithmic where all values are above 0 and span more than a decade, but whole numbers.
    Figure,
    /// A figure whose axis is linear whatever it spans.
    Linear,
    /// A figure whose axis is logarithmic; what is not above 0 has no place on it.
    Logarithmic,
    /// A share of a whole, which is 1 or 100: the axis ends at 0 and at the whole, and what is beyond has no place on it.
    Share {
        /// The whole.
        whole: f64,
    },
}

/// Where a tick stands and what is written at it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// The value.
    pub value: f64,
    /// In the notation of all ticks of the axis.
    pub label: String,
}

/// An axis: what it spans, and its ticks.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The value at its beginning.
    pub low: f64,
    /// The value at its end, above `low`.
    pub high: f64,
    /// Whether it is logarithmic.
    pub is_logarithmic: bool,
    /// Its ticks, rising.
    pub ticks: Vec<Tick>,
    /// From one tick of a linear axis to the next.
    step: f64,
}

/// Writes the ticks of all axes of a figure in one notation: where one needs powers of ten all have them, but those of
/// whole numbers.
pub fn write_alike<'a>(axes: impl IntoIterator<Item = &'a mut Axis>) {
    let axes: Vec<&mut Axis> = axes.into_iter().collect();
    if axes.iter().any(|axis| axis.needs_powers()) {
        axes.into_iter().filter(|axis| !axis.is_whole()).for_each(|axis| axis.write(true));
    }
}

impl Axis {
    /// A horizontal axis, which ends where the values do, with about `count` ticks at most. Its figures are whole where
    /// the values are.
    pub fn across(values: impl IntoIterator<Item = f64>, kind: Kind, count: usize) -> Self {
        let values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        let is_whole = values.iter().all(|value| value.fract() == 0.0);
        match kind {
            Kind::Figure if is_whole => Self::linear(span(&values), is_whole, false, count),
            _ => Self::of(&values, kind, is_whole, false, count),
        }
    }

    /// A vertical axis, which ends at a tick, with about `count` ticks at most.
    pub fn up(values: impl IntoIterator<Item = f64>, kind: Kind, count: usize) -> Self {
        let values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        Self::of(&values, kind, false, true, count)
    }

    fn of(values: &[f64], kind: Kind, is_whole: bool, to_ticks: bool, count: usize) -> Self {
        let count = count.max(2);
        let (low, high) = span(values);
        match kind {
            Kind::Figure if low >= LEAST && high / low > WIDE_SPAN => {
                Self::logarithmic((low, high), count)
            }
            Kind::Logarithmic => {
                let positive = values.iter().copied().filter(|value| *value >= LEAST);
                match positive.collect::<Vec<_>>().as_slice() {
                    [] => Self::linear((low, high), is_whole, to_ticks, count),
                    positive => Self::logarithmic(span(positive), count),
                }
            }
            Kind::Share { whole } => {
                Self::linear(share_span((low, high), whole), is_whole, to_ticks, count)
            }
            Kind::Figure | Kind::Linear => {
                // From 0 where that costs little room.
                let low = if to_ticks && low > 0.0 && low <= 0.3 * high { 0.0 } else { low };
                Self::linear((low, high), is_whole, to_ticks, count)
            }
        }
    }

    fn linear((low, high): (f64, f64), is_whole: bool, to_ticks: bool, count: usize) -> Self {
        let size = low.abs().max(high.abs());
        let margin = if is_whole { (LEAST_SPAN * size).max(1.0) } else { 0.05 * size };
        let (mut low, mut high) = match high - low > LEAST_SPAN * size {
            _ if size * LEAST_SPAN < LEAST => (0.0, 1.0),
            true => (low, high),
            false => (low - margin, high + margin),
        };
        let mut step = nice_step((high - low) / count as f64);
        if is_whole {
            step = step.max(1.0);
        }
        if to_ticks {
            low = (low / step + 1e-9).floor() * step;
            high = (high / step - 1e-9).ceil() * step;
        }
        let first = (low / step - 1e-9).ceil();
        let number = ((high / step + 1e-9).floor() - first).clamp(0.0, 40.0) as usize;
        let values = (0..=number).map(|index| (first + index as f64) * step);
        Self { low, high, is_logarithmic: false, ticks: Vec::new(), step }.with_ticks(values)
    }

    fn logarithmic((low, high): (f64, f64), count: usize) -> Self {
        // The round numbers around the values: 1, 2 and 5 of every decade.
        let first = decade(low) * 3 - 3;
        let last = decade(high) * 3 + 6;
        let below = (first..=last).rfind(|at| round_number(*at) <= low * (1.0 + 1e-9));
        let above = (first..=last).find(|at| round_number(*at) >= high * (1.0 - 1e-9));
        let (mut below, mut above) = (below.unwrap_or(first), above.unwrap_or(last));
        match above - below {
            0 => (below, above) = (below - 1, above + 1),
            1 => above += 1, // three ticks at least
            _ => (),
        }
        // Of many decades the powers of ten alone, or every so many of those.
        let decades = ((above - below) as usize).div_ceil(3);
        let every =
            if above - below <= MOST_STEPS { 1 } else { 3 * decades.div_ceil(count + 1) as i32 };
        let places = (below..=above).filter(|at| at.rem_euclid(every) == 0);
        let (low, high) = (round_number(below).max(LEAST), round_number(above));
        Self { low, high, is_logarithmic: true, ticks: Vec::new(), step: f64::NAN }
            .with_ticks(places.map(round_number))
    }

    fn with_ticks(mut self, values: impl Iterator<Item = f64>) -> Self {
        self.ticks = values.map(|value| Tick { value, label: String::new() }).collect();
        self.write(self.needs_powers());
        self
    }

    /// Whether its ticks are too small or too large to be written in digits.
    fn needs_powers(&self) -> bool {
        match self.is_logarithmic {
            true => !self.ticks.iter().all(|tick| DIGITS.contains(&tick.value)),
            false => self.size() >= LARGEST_WHOLE || decade(self.step) < decade(DIGITS.start),
        }
    }

    /// Whether its ticks are whole numbers, which are written in digits beside powers of ten.
    fn is_whole(&self) -> bool {
        let is_whole = |tick: &Tick| tick.value.fract() == 0.0 && tick.value.abs() < LARGEST_WHOLE;
        self.ticks.iter().all(is_whole)
    }

    /// The largest magnitude of its ticks.
    fn size(&self) -> f64 {
        self.ticks.iter().map(|tick| tick.value.abs()).fold(0.0, f64::max)
    }

    /// Writes its ticks, all with as many digits: in digits, or by powers of ten.
    fn write(&mut self, in_powers: bool) {
        let (size, step, is_logarithmic) = (self.size(), self.step, self.is_logarithmic);
        for Tick { value, label } in &mut self.ticks {
            *label = match (is_logarithmic, in_powers) {
                (true, false) => decimal(*value, decade(*value)),
                (true, true) => power(*value),
                (false, false) => decimal(*value, decade(step)),
                (false, true) => multiple(*value, decade(step), decade(size)),
            };
        }
    }

    /// How far along the axis a value lies, 0 at its beginning and 1 at its end; none where it has no place on it.
    pub fn place(&self, value: f64) -> Option<f64> {
        let share = match self.is_logarithmic {
            true if value < LEAST => return None,
            true => (value.log10() - self.low.log10()) / (self.high.log10() - self.low.log10()),
            false => (value - self.low) / (self.high - self.low),
        };
        (-ROUNDING..=1.0 + ROUNDING).contains(&share).then_some(share)
    }
}

fn span(values: &[f64]) -> (f64, f64) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low <= high { (low, high) } else { (0.0, 1.0) }
}

/// Widens what shares span to the least that their axis shows, within the whole.
fn share_span((low, high): (f64, f64), whole: f64) -> (f64, f64) {
    let (low, high) = (low.clamp(0.0, whole), high.clamp(0.0, whole));
    let lacking = (LEAST_OF_WHOLE * whole - (high - low)).max(0.0) / 2.0;
    let (low, high) = (low - lacking, high + lacking);
    let shift = (0.0 - low).max(0.0) - (high - whole).max(0.0);
    ((low + shift).max(0.0), (high + shift).min(whole))
}

/// The least of 1, 2 and 5 times a power of ten that is not below `rough`.
fn nice_step(rough: f64) -> f64 {
    let decade = 10_f64.powi(decade(rough));
    let steps = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * decade);
    steps.into_iter().find(|step| *step >= rough * 0.999).unwrap_or(rough)
}

fn decade(value: f64) -> i32 {
    (value.log10() + 1e-9).floor() as i32
}

/// 1, 2, 5, 10 and so on, numbered from 1 at 0.
fn round_number(at: i32) -> f64 {
    let text = format!("{}e{}", [1, 2, 5][at.rem_euclid(3) as usize], at.div_euclid(3));
    text.parse().unwrap_or(f64::NAN) // as it is written, so that no digit is off
}

/// A value with the decimals of a digit of this decade.
fn decimal(value: f64, of: i32) -> String {
    let decimals = (-of).max(0) as usize;
    without_sign_of_zero(&format!("{value:.decimals$}"))
}

fn without_sign_of_zero(digits: &str) -> String {
    let is_zero = digits.chars().all(|digit| "-0.".contains(digit));
    if is_zero { digits.trim_start_matches('-').to_string() } else { digits.to_string() }
}

/// A round number by its power of ten.
fn power(value: f64) -> String {
    let text = format!("{value:e}");
    let (factor, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let factor = if factor == "1" { String::new() } else { format!("{factor}·") };
    format!("{factor}10{}", superscript(exponent.parse().unwrap_or(0)))
}

/// A value as a multiple of a power of ten, with the decimals of a digit of decade `of`.
fn multiple(value: f64, of: i32, exponent: i32) -> String {
    match value == 0.0 {
        true => "0".to_string(),
        false => {
            let digits = decimal(value / 10_f64.powi(exponent), of - exponent);
            format!("{digits}·10{}", superscript(exponent))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn an_axis_is_logarithmic_where_all_is_above_0_and_spans_more_than_a_decade() {
        let is_logarithmic =
            |values: &[f64]| Axis::up(values.iter().copied(), Kind::Figure, 5).is_logarithmic;
        assert!(is_logarithmic(&[0.01, 0.5, 1.0]));
        assert!(is_logarithmic(&[1e-30, 1.0]));
        assert!(is_logarithmic(&[0.026, 1.65]), "costs of the hands");
        assert!(is_logarithmic(&[5.5, 128.0]), "losses of a solo");
        assert!(!is_logarithmic(&[1.0, 10.0]));
        assert!(!is_logarithmic(&[0.11, 1.0]));
        assert!(!is_logarithmic(&[0.0, 0.01, 100.0]));
        assert!(!is_logarithmic(&[-1.0, 0.01, 100.0]));
        assert!(!is_logarithmic(&[f64::NAN]));
    }

    #[test]
    fn whole_numbers_across_have_whole_ticks_and_no_logarithm() {
        let axis = Axis::across([1.0, 2.0, 3.0], Kind::Figure, 6);
        assert_eq!(labels(&axis), ["1", "2", "3"]);
        let axis = Axis::across((1..=5000).map(f64::from), Kind::Figure, 6);
        assert!(!axis.is_logarithmic);
        assert_eq!(labels(&axis), ["1000", "2000", "3000", "4000", "5000"]);
        assert_eq!((axis.low, axis.high), (1.0, 5000.0));
    }

    #[test]
    fn a_share_s_axis_shows_a_fifth_of_the_whole_at_least() {
        let axis = Axis::up([94.5, 97.0], Kind::Share { whole: 100.0 }, 5);
        assert_eq!((axis.low, axis.high), (80.0, 100.0));
        let axis = Axis::up([0.0, 3.0], Kind::Share { whole: 100.0 }, 5);
        assert_eq!((axis.low, axis.high), (0.0, 20.0));
        let axis = Axis::up([0.2, 0.9], Kind::Share { whole: 1.0 }, 5);
        assert_eq!((axis.low, axis.high), (0.2, 1.0));
    }

    #[test]
    fn no_share_s_axis_goes_beyond_nothing_and_the_whole() {
        for values in [[66.6, 101.4], [-3.0, 12.0], [-50.0, 250.0], [100.0, 100.0]] {
            let axis = Axis::up(values, Kind::Share { whole: 100.0 }, 6);
            assert!(axis.low >= 0.0 && axis.high <= 100.0, "{axis:?}");
            assert!(axis.ticks.iter().all(|tick| (0.0..=100.0).contains(&tick.value)), "{axis:?}");
            assert_eq!((axis.place(101.4), axis.place(-3.0)), (None, None));
        }
        let axis = Axis::up([0.5, 1.0 + f64::EPSILON], Kind::Share { whole: 1.0 }, 6);
        assert_eq!((axis.high, axis.place(1.0 + f64::EPSILON).is_some()), (1.0, true));
    }

    #[test]
    fn ticks_of_an_axis_have_one_notation() {
        let axis = Axis::up([0.0, 0.3], Kind::Figure, 5);
        assert_eq!(labels(&axis), ["0.0", "0.1", "0.2", "0.3"]);
        let axis = Axis::up([-0.4, 0.4], Kind::Linear, 4);
        assert_eq!(labels(&axis), ["-0.4", "-0.2", "0.0", "0.2", "0.4"]);
        let axis = Axis::up([0.0, 4e-7], Kind::Linear, 4);
        assert_eq!(labels(&axis), ["0", "1·10⁻⁷", "2·10⁻⁷", "3·10⁻⁷", "4·10⁻⁷"]);
        let axis = Axis::across([4.0e-4, 4.3e-4], Kind::Linear, 4);
        assert_eq!(labels(&axis), ["4.0·10⁻⁴", "4.1·10⁻⁴", "4.2·10⁻⁴", "4.3·10⁻⁴"]);
        let axis = Axis::up([0.1, 7.0], Kind::Logarithmic, 6);
        assert_eq!(labels(&axis), ["0.1", "0.2", "0.5", "1", "2", "5", "10"]);
        let axis = Axis::across([1e-4, 1.0], Kind::Logarithmic, 6);
        assert_eq!(labels(&axis), ["0.0001", "0.001", "0.01", "0.1", "1"]);
    }

    #[test]
    fn axes_of_a_figure_have_one_notation_but_whole_numbers() {
        let figure = |across: [f64; 2]| {
            let across = Axis::across(across, Kind::Logarithmic, 6);
            let up = Axis::up([0.06, 0.068], Kind::Figure, 6);
            let mut axes = [across, up, Axis::up([0.0, 40.0], Kind::Figure, 6)];
            write_alike(&mut axes);
            axes.map(|axis| labels(&axis)[1].to_string())
        };
        assert_eq!(figure([1e-4, 1.0]), ["0.001", "0.062", "10"]);
        assert_eq!(figure([1e-5, 1.0]), ["10⁻⁴", "6.2·10⁻²", "10"]);
    }

    #[test]
    fn a_logarithmic_axis_has_three_ticks_at_least() {
        for span in [1.0, 1.5, 3.0, 11.0, 30.0, 97.0, 99.0, 150.0, 2e3, 1e5] {
            for start in 0..100 {
                let low = 1.07_f64.powi(start - 50);
                for axis in
                    [5, 6, 8].map(|count| Axis::up([low, span * low], Kind::Logarithmic, count))
                {
                    assert!((3..=9).contains(&axis.ticks.len()), "{axis:?}");
                }
            }
        }
    }

    #[test]
    fn many_decades_have_few_ticks_down_to_the_smallest_value() {
        let axis = Axis::up([1e-60, 1.0], Kind::Figure, 6);
        assert!(axis.low <= 1e-60 && axis.high >= 1.0 && axis.ticks.len() <= 7, "{axis:?}");
        assert_eq!(labels(&axis).last(), Some(&"10⁰"));
        assert_eq!(axis.place(1e-60), Some(0.0));
        assert_eq!(axis.place(0.0), None);
    }

    #[test]
    fn what_hardly_changes_is_a_level_line_in_the_middle() {
        let axis = Axis::up([0.594_147, 0.594_148], Kind::Figure, 5);
        let place = axis.place(0.594_147).unwrap();
        assert!((0.2..0.8).contains(&place), "{axis:?}");
    }

    #[test]
    fn any_values_have_an_axis_that_holds_them() {
        let values = [0.0, -0.0, 1e30, -1e30, 1e-300, -1e-300, 5e-324, 1.0, 1.0 + f64::EPSILON];
        let kinds = [Kind::Figure, Kind::Linear, Kind::Logarithmic, Kind::Share { whole: 100.0 }];
        for kind in kinds {
            for one in values {
                for other in values {
                    let across = Axis::across([one, other], kind, 6);
                    for axis in [across, Axis::up([one, other], kind, 6)] {
                        assert!(axis.low < axis.high && axis.ticks.len() <= 41, "{axis:?}");
                        for value in [one, other] {
                            let is_beyond = match kind {
                                Kind::Share { whole } => !(0.0..=whole).contains(&value),
                                _ => axis.is_logarithmic && value < LEAST,
                            };
                            let is_drawn = axis.place(value).is_some();
                            assert!(is_drawn || is_beyond, "{value} on {axis:?}");
                        }
                    }
                }
            }
        }
    }
}
