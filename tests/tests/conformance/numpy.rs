//! The random numbers of NumPy, drawn bit for bit.

use burn::tensor::Device;
use fireside_numpy_rng::NumpyRng;
use fireside_tests::case::{Case, Outputs, Problem, Value, list};
use fireside_tests::compare::EXACT;

use crate::Handlers;

pub const HANDLERS: Handlers = &[
    ("random_uint32", EXACT, random_uint32),
    ("random_sample", EXACT, random_sample),
    ("randn", EXACT, randn),
    ("permutation", EXACT, permutation),
    ("randint", EXACT, randint),
    ("randint_array", EXACT, randint),
    ("choice_p", EXACT, choice_p),
    ("uniform", EXACT, uniform),
    ("normal", EXACT, normal),
    ("shuffle", EXACT, shuffle),
    ("mixed_sequence", EXACT, mixed_sequence),
];

pub fn seeded(case: &Case) -> Result<NumpyRng, Problem> {
    Ok(NumpyRng::new(case.number("seed")? as u32))
}

/// As [`seeded`], from the seed that the course's function has where the case leaves it out.
pub fn seeded_or(case: &Case, seed: u32) -> Result<NumpyRng, Problem> {
    Ok(NumpyRng::new(case.number_or("seed", f64::from(seed))? as u32))
}

fn values(value: Value) -> Result<Outputs, Problem> {
    Ok([("values".to_string(), value)].into())
}

/// `n` draws, one after the other.
fn draws(
    case: &Case,
    mut draw: impl FnMut(&mut NumpyRng) -> Result<f64, Problem>,
) -> Result<Outputs, Problem> {
    let mut rng = seeded(case)?;
    let drawn: Result<Vec<f64>, Problem> = (0..case.count("n")?).map(|_| draw(&mut rng)).collect();
    values(list(drawn?))
}

/// An array of the shape asked for, filled in row-major order.
fn filled(case: &Case, draw: fn(&mut NumpyRng) -> f64) -> Result<Outputs, Problem> {
    let mut rng = seeded(case)?;
    let shape = case.counts("shape")?;
    let data = (0..shape.iter().product()).map(|_| draw(&mut rng)).collect();
    values(Value::Array { shape, data })
}

fn random_uint32(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    draws(case, |rng| Ok(f64::from(rng.next_u32())))
}

fn random_sample(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    filled(case, NumpyRng::random_sample)
}

fn randn(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    filled(case, NumpyRng::randn)
}

fn permutation(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    values(indices(seeded(case)?.permutation(case.count("n")?)))
}

fn randint(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let (low, high) = (case.number("low")? as i64, case.number("high")? as i64);
    draws(case, |rng| whole(rng, low, high))
}

fn choice_p(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let (_, probabilities) = case.array("p")?;
    draws(case, |rng| match rng.choice(probabilities) {
        Ok(index) => Ok(index as f64),
        Err(error) => Err(error.to_string()),
    })
}

fn uniform(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let (low, high) = (case.number("low")?, case.number("high")?);
    draws(case, |rng| Ok(rng.uniform(low, high)))
}

fn normal(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let (mean, deviation) = (case.number("loc")?, case.number("scale")?);
    draws(case, |rng| Ok(rng.normal(mean, deviation)))
}

fn shuffle(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let mut order: Vec<usize> = (0..case.count("n")?).collect();
    seeded(case)?.shuffle(&mut order);
    values(indices(order))
}

/// Calls such as `randn:5` or `randint:10:3`, in order on one generator.
fn mixed_sequence(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let mut rng = seeded(case)?;
    let mut drawn = Vec::new();
    for call in case.texts("calls")? {
        let parts: Vec<&str> = call.split(':').collect();
        let argument = |index: usize| -> Result<usize, Problem> {
            let text = parts.get(index).ok_or(format!("{call} lacks an argument"))?;
            text.parse().map_err(|error| format!("{call}: {error}"))
        };
        match parts[0] {
            "randn" => drawn.extend((0..argument(1)?).map(|_| rng.randn())),
            "rand" => drawn.extend((0..argument(1)?).map(|_| rng.random_sample())),
            "uniform" => drawn.extend((0..argument(1)?).map(|_| rng.uniform(-1.0, 1.0))),
            "permutation" => {
                drawn.extend(rng.permutation(argument(1)?).into_iter().map(|index| index as f64));
            }
            "randint" => {
                for _ in 0..argument(2)? {
                    drawn.push(whole(&mut rng, 0, argument(1)? as i64)?);
                }
            }
            other => return Err(format!("unknown call {other}")),
        }
    }
    values(list(drawn))
}

fn whole(rng: &mut NumpyRng, low: i64, high: i64) -> Result<f64, Problem> {
    match rng.randint(low, high) {
        Ok(value) => Ok(value as f64),
        Err(error) => Err(error.to_string()),
    }
}

fn indices(order: Vec<usize>) -> Value {
    list(order.into_iter().map(|index| index as f64).collect())
}
