//! Names of dinosaurs, character by character: by hand as the assignment does, and by the layers.

mod lesson;

use std::ops::ControlFlow;
use std::path::Path;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use fireside_datasets::dinosaurs::Dinosaurs;
use fireside_datasets::source::Source;
use fireside_datasets::words::lower;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::alphabet::Alphabet;
use fireside_sequence::steps::Layer;
use fireside_sequence::steps::characters::{
    self, LONGEST_SAMPLE, Parameters, get_initial_loss, get_sample,
};
use fireside_sequence::steps::rnn::RnnWeights;
use fireside_training::descent::Update;
use serde_json::Value;

pub use self::lesson::{Lesson, sample};
use crate::comparison::{Allowance, Comparison, EXACT, Reference};
use crate::trained::{Architecture, Card};
use crate::{RecipeError, by_hand, counted};

/// Names that are shown of those to learn.
const SHOWN: usize = 4;
/// What ends a name, and stands before it where the layers read.
pub const END: char = '\n';
/// Names that the assignment samples each time it looks.
pub const NAMES: usize = 7;
/// Iterations from one look to the next.
pub const INTERVAL: usize = 2000;

/// The names as numbers of their characters.
#[derive(Debug, Clone)]
pub struct Corpus {
    /// The characters.
    pub alphabet: Alphabet,
    /// Number of the newline.
    pub end: usize,
    /// Characters of every name, without the newline.
    pub names: Vec<Vec<usize>>,
}

impl Corpus {
    /// Takes the names of the source, as [`Corpus::new`].
    ///
    /// # Errors
    /// When the course's file is missing or holds none.
    pub fn load(source: &Source, seed: u32) -> Result<Self, RecipeError> {
        Ok(Self::new(&Dinosaurs::load(source, seed)?))
    }

    /// How many names it has, in a phrase.
    pub fn describe(&self, source: &Source) -> String {
        let names = counted(self.names.len(), "name");
        let shown: Vec<String> =
            self.names.iter().take(SHOWN).map(|name| self.alphabet.decode(name)).collect();
        let different = counted(self.alphabet.len(), "different character");
        format!("{source}: {names} of {different}, such as {}", shown.join(", "))
    }

    /// Numbers the characters of all names, and of the newline that ends them.
    pub fn new(dinosaurs: &Dinosaurs) -> Self {
        let characters = dinosaurs.names.iter().flat_map(|name| name.chars());
        let alphabet = Alphabet::new(characters.chain([END]));
        let number = |character| alphabet.number(character).unwrap_or_default(); // all are known
        let names = dinosaurs.names.iter().map(|name| name.chars().map(number).collect());
        Self { end: number(END), names: names.collect(), alphabet }
    }

    /// The characters that a name is to begin with, lower-case and composed as the names are.
    ///
    /// # Errors
    /// When one of them is in no name, or is the newline.
    pub fn start(&self, text: &str) -> Result<Vec<usize>, RecipeError> {
        let text = lower(text);
        if text.contains(END) {
            return Err(RecipeError::Input("a newline would end the name".to_string()));
        }
        let too_long = text.chars().count() >= LONGEST_SAMPLE;
        match self.alphabet.encode(&text) {
            Ok(_) if too_long => {
                Err(RecipeError::Input(format!("a name has at most {LONGEST_SAMPLE} characters")))
            }
            Ok(numbers) => Ok(numbers),
            Err(error) => Err(RecipeError::Input(error.to_string())),
        }
    }

    /// The text of sampled characters, the first one upper case, without the newline.
    pub fn text(&self, numbers: &[usize]) -> String {
        get_sample(numbers, &self.alphabet).trim_end_matches(END).to_string()
    }

    /// What describes the network by hand, of so many units.
    pub fn card_by_hand(&self, hidden: usize, seed: u32) -> Card {
        let architecture = Architecture::CharacterRnn { vocab_size: self.alphabet.len(), hidden };
        Card::of_names(architecture, &self.alphabet, seed).called("by hand")
    }

    /// Whether one of the names reads so.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| self.text(known) == name)
    }

    /// Whether these characters are one of the names.
    pub fn knows(&self, numbers: &[usize]) -> bool {
        let name: Vec<usize> =
            numbers.iter().copied().filter(|number| *number != self.end).collect();
        self.names.contains(&name)
    }
}

/// The training by hand works on the module as it is.
pub const BY_HAND: by_hand::ByHand<ByHand, ByHand> =
    by_hand::ByHand { parameters: Clone::clone, module: Clone::clone };

/// Everything that the training by hand carries from name to name.
#[derive(Module, Debug)]
pub struct ByHand {
    wax: Param<Tensor<2>>,
    waa: Param<Tensor<2>>,
    ba: Param<Tensor<2>>,
    wya: Param<Tensor<2>>,
    by: Param<Tensor<2>>,
    /// The last hidden state of the name before.
    a_prev: Param<Tensor<2>>,
    /// The smoothed loss, so that a resumed training goes on from it.
    smoothed: Param<Tensor<1>>,
}

impl ByHand {
    /// Draws the first parameters, as the assignment does.
    pub fn draw(corpus: &Corpus, n_a: usize, seed: u32, device: &Device) -> Self {
        let (mut rng, vocab_size) = (NumpyRng::new(seed), corpus.alphabet.len());
        let parameters =
            characters::initialize_parameters(n_a, vocab_size, vocab_size, || rng.randn(), device);
        let loss = get_initial_loss(vocab_size, NAMES);
        Self::new(parameters, Tensor::zeros([1, n_a], device), Tensor::from_data([loss], device))
    }

    /// Parameters of zeros, to be filled.
    pub fn of_zeros(vocab_size: usize, n_a: usize, device: &Device) -> Self {
        let parameters =
            characters::initialize_parameters(n_a, vocab_size, vocab_size, || 0.0, device);
        Self::new(parameters, Tensor::zeros([1, n_a], device), Tensor::zeros([1], device))
    }

    fn new(parameters: Parameters, a_prev: Tensor<2>, smoothed: Tensor<1>) -> Self {
        let Parameters { recurrent, prediction } = parameters;
        Self {
            wax: Param::from_tensor(recurrent.wax),
            waa: Param::from_tensor(recurrent.waa),
            ba: Param::from_tensor(recurrent.ba),
            wya: Param::from_tensor(prediction.weight),
            by: Param::from_tensor(prediction.bias),
            a_prev: Param::from_tensor(a_prev),
            smoothed: Param::from_tensor(smoothed),
        }
    }

    /// The smoothed loss, `[1]`.
    pub fn smoothed(&self) -> Tensor<1> {
        self.smoothed.val().without_autodiff()
    }

    fn parameters(&self) -> Parameters {
        let [wax, waa, ba, weight, bias] = [&self.wax, &self.waa, &self.ba, &self.wya, &self.by]
            .map(|parameter| parameter.val().without_autodiff());
        let recurrent = RnnWeights { wax, waa, ba };
        Parameters { recurrent, prediction: Layer { weight, bias } }
    }

    /// Samples the assignment's seven names. Each character's number is the first of a generator of its own, whose
    /// seed is the name's place plus twice the character's, since the notebook counts both up.
    pub fn sample(&self, corpus: &Corpus) -> Vec<String> {
        let parameters = self.parameters();
        let name = |seed: u32| {
            let mut place = 0;
            let numbers = characters::sample(&parameters, corpus.end, || {
                let draw = NumpyRng::new(seed + 2 * place).random_sample();
                place += 1;
                draw
            });
            corpus.text(&numbers)
        };
        (0..NAMES as u32).map(name).collect()
    }
}

/// What the training by hand has come to at an iteration.
#[derive(Debug)]
pub struct Look {
    /// The iteration.
    pub iteration: usize,
    /// The smoothed loss, `[1]`.
    pub loss: Tensor<1>,
    /// What the network makes up.
    pub names: Vec<String>,
}

/// Reads a tensor of one number.
///
/// # Errors
/// When the device fails.
pub fn number(tensor: Tensor<1>) -> Result<f64, RecipeError> {
    Ok(tensor.try_into_data()?.iter::<f64>().sum())
}

/// An update by hand from one name, those of the corpus in turn in the shuffled order; the cost is the smoothed
/// loss after it. `looks` gets one every [`INTERVAL`] iterations.
pub fn update_by_hand<'a>(
    corpus: &'a Corpus,
    shuffle_seed: u32,
    looks: &'a mut Vec<Look>,
) -> impl FnMut(ByHand, Update) -> (ByHand, Option<Tensor<1>>) + 'a {
    let order = NumpyRng::new(shuffle_seed).permutation(corpus.names.len());
    move |state, update| {
        let name = &corpus.names[order[update.iteration % order.len()]];
        let x: Vec<_> = std::iter::once(None).chain(name.iter().copied().map(Some)).collect();
        let y: Vec<_> = name.iter().copied().chain([corpus.end]).collect();
        let a_prev = state.a_prev.val().without_autodiff();
        let learnt =
            characters::optimize(&x, &y, &a_prev, &state.parameters(), update.learning_rate);
        let smoothed = state.smoothed() * 0.999 + learnt.loss * 0.001; // as `smooth`, on the device
        let state = ByHand::new(learnt.parameters, learnt.a_last, smoothed.clone());
        if update.iteration.is_multiple_of(INTERVAL) {
            let (iteration, names) = (update.iteration, state.sample(corpus));
            looks.push(Look { iteration, loss: smoothed.clone(), names });
        }
        (state, update.cost_wanted.then_some(smoothed))
    }
}

/// Repeats the course's run on its own names, beside its figures.
///
/// # Errors
/// When the reference runs cannot be read.
pub fn compare_with_course(
    runs: &Path,
    corpus: &Corpus,
    device: &Device,
) -> Result<Comparison, RecipeError> {
    const LOSSES_TO: usize = 12_000;
    const NAMES_TO: usize = 14_000;
    const CLOSE: Allowance = Allowance::new(1e-9, 0.0, "sums in another order: 1e-9");
    const LATER: Allowance =
        Allowance::new(0.01, 0.0, "last bits, grown by clipping after 12000: 1 %");
    let mut comparison = Comparison::default();
    for reference in Reference::read(runs, "c5w1a2", "dinosaur_rnn")? {
        let setting = |name| reference.hyperparameter(name);
        let seed = setting("seed_init")? as u32;
        let start = ByHand::draw(corpus, setting("n_a")? as usize, seed, device);
        let mut looks = Vec::new();
        let update = update_by_hand(corpus, setting("seed_shuffle")? as u32, &mut looks);
        reference.descent(INTERVAL)?.run(start, update, |_| ControlFlow::Continue(()))?;
        let samples = samples(&reference)?;
        comparison.add("looks", samples.len() as f64, looks.len() as f64, EXACT);
        for (course, Look { iteration, loss, names }) in samples.into_iter().zip(looks) {
            let allowance = if iteration <= LOSSES_TO { CLOSE } else { LATER };
            let figure = format!("smoothed loss {iteration}");
            comparison.add(figure, course.loss, number(loss)?, allowance);
            if iteration <= NAMES_TO {
                let same = course.names.iter().zip(&names).filter(|(a, b)| a == b).count();
                let figure = format!("names as the course's, {iteration}");
                comparison.add(figure, course.names.len() as f64, same as f64, EXACT);
            }
        }
    }
    Ok(comparison)
}

/// What the course's run was at a look.
struct Sample {
    loss: f64,
    names: Vec<String>,
}

/// What the course's run was every [`INTERVAL`] iterations.
fn samples(reference: &Reference) -> Result<Vec<Sample>, RecipeError> {
    let damaged =
        || RecipeError::Input("a reference run in models.json has no samples".to_string());
    let look = |sample: &Value| {
        let names = sample["names"].as_array()?.iter();
        Some(Sample {
            loss: sample["smoothed_loss"].as_f64()?,
            names: names.map(|name| name.as_str().map(str::to_string)).collect::<Option<_>>()?,
        })
    };
    let samples = reference.list("samples")?;
    samples.iter().map(look).collect::<Option<_>>().ok_or_else(damaged)
}

#[cfg(all(test, feature = "flex"))]
mod tests {
    use super::*;

    fn corpus() -> Corpus {
        Corpus::new(&Dinosaurs::of("Zuul\nRex"))
    }

    #[test]
    fn names_become_numbers_of_an_alphabet_with_the_newline() {
        let corpus = corpus();
        assert_eq!(corpus.alphabet.characters(), ['\n', 'e', 'l', 'r', 'u', 'x', 'z']);
        assert_eq!((corpus.end, &corpus.names[1]), (0, &vec![3, 1, 5]));
        assert_eq!(corpus.text(&[3, 1, 5, 0]), "Rex");
        assert!(corpus.knows(&[3, 1, 5, 0]) && !corpus.knows(&[3, 1]));
    }

    #[test]
    fn start_is_lower_cased_and_unknown_characters_are_named() {
        let corpus = corpus();
        assert_eq!(corpus.start("ReX").unwrap(), [3, 1, 5]);
        let error = corpus.start("Rey").unwrap_err();
        assert!(error.to_string().starts_with("'y', character 3 of \"rey\""), "{error}");
        for wrong in ["rey", "r\n", &"r".repeat(50)] {
            assert!(matches!(corpus.start(wrong), Err(RecipeError::Input(_))), "{wrong}");
        }
    }
}
