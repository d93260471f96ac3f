//! What a model takes, how that is prepared, and what its outputs mean.

use fireside_datasets::image_file::READ;
use serde::{Deserialize, Serialize};

use super::{
    Architecture, Beside, Boxes, Card, Edges, Entities, Landmarks, Names, Neighbourhoods, Pictures,
    Sentences, Solos, Texts, Values,
};

/// What a model takes, how that is prepared, and what its outputs mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "takes", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Task {
    /// A picture.
    Pictures(Pictures),
    /// A picture, in which something is to be found.
    Boxes(Boxes),
    /// A picture of a face, whose features are to be found.
    Landmarks(Landmarks),
    /// A picture, whose edges are wanted.
    Edges(Edges),
    /// A row of numbers.
    Values(Values),
    /// A sentence, of which something is to be said.
    Sentences(Sentences),
    /// A sentence whose words name something.
    Entities(Entities),
    /// The beginning of names.
    Names(Names),
    /// The beginning of a text.
    Texts(Texts),
    /// Nothing but a temperature.
    Solos(Solos),
    /// Words.
    Neighbourhoods(Neighbourhoods),
}

impl Task {
    /// What it takes, in words.
    pub fn takes(&self) -> String {
        match self {
            Self::Pictures(_) | Self::Boxes(_) | Self::Landmarks(_) => {
                format!("pictures: {READ} files, or folders of them")
            }
            Self::Edges(_) => {
                format!(
                    "pictures: {READ} files, or folders of them; --out FILE.png draws the edges"
                )
            }
            Self::Values(values) => values.takes(),
            Self::Sentences(_) | Self::Entities(_) => {
                "sentences, each in quotes or on a line of standard input".to_string()
            }
            Self::Names(_) => "--start TEXT, with --sample N and --temperature T".to_string(),
            Self::Texts(_) => "--prompt TEXT, with --length N and --temperature T".to_string(),
            Self::Solos(_) => "nothing but --temperature T, --length N and --seed N".to_string(),
            Self::Neighbourhoods(_) => "--near WORD or --analogy A B C".to_string(),
        }
    }

    /// What it does.
    pub(super) fn verb(&self) -> &'static str {
        match self {
            Self::Pictures(_) => "take pictures",
            Self::Boxes(_) => "find things",
            Self::Landmarks(_) => "find landmarks",
            Self::Edges(_) => "find edges",
            Self::Values(_) => "take numbers",
            Self::Sentences(_) => "judge sentences",
            Self::Entities(_) => "tag words",
            Self::Names(_) => "make names",
            Self::Texts(_) => "continue texts",
            Self::Solos(_) => "play solos",
            Self::Neighbourhoods(_) => "know words",
        }
    }

    /// Checks sizes that no weights bound.
    pub(super) fn check(&self) -> Result<(), String> {
        match self {
            Self::Pictures(task) => task.check(),
            Self::Boxes(task) => task.check(),
            Self::Landmarks(task) => task.check(),
            Self::Edges(task) => task.check(),
            Self::Sentences(task) => task.check(),
            Self::Entities(task) => task.check(),
            Self::Texts(task) => task.check(),
            Self::Values(_) | Self::Names(_) | Self::Solos(_) | Self::Neighbourhoods(_) => Ok(()),
        }
    }
}

impl Card {
    /// Checks that the inputs that the task prepares are those that the architecture has, so that no answer can fall
    /// outside a table or a matrix.
    pub(super) fn check_inputs(&self) -> Result<(), String> {
        let features = match &self.architecture {
            Architecture::LogisticRegression(config) => Some(config.num_features),
            Architecture::ShallowNet(config) => Some(config.num_features),
            Architecture::DeepNet(config) => config.layer_sizes.first().copied(),
            Architecture::NormalizedNet(config) => config.layer_sizes.first().copied(),
            Architecture::Linear { inputs, .. } => Some(*inputs),
            _ => None,
        };
        let prepared = match &self.task {
            Task::Values(task) => Some(task.names.len()),
            Task::Pictures(task) => Some(task.side[0] * task.side[1] * task.channels),
            _ => None,
        };
        match (features, prepared) {
            (Some(features), Some(prepared)) if features != prepared => {
                Err(format!("the network takes {features} numbers, the input has {prepared}"))
            }
            _ => self.check_images(),
        }
    }

    fn check_images(&self) -> Result<(), String> {
        let task = match &self.task {
            Task::Pictures(task) => task,
            Task::Boxes(task) => return task.check_network(&self.architecture),
            Task::Landmarks(task) => return task.check_network(&self.architecture),
            _ => return Ok(()),
        };
        let [height, width] = task.side.map(|side| side / task.shrunk.max(1));
        // The networks of one size; the others take any that their own configuration has checked, or are pooled.
        let (wanted, exactly) = match &self.architecture {
            Architecture::HappyNet(config) => (config.image, true),
            Architecture::ResNet(config) => (config.image, true),
            Architecture::Zoo(named) => ([named.image[1], named.image[2]], true),
            Architecture::NewHead(head) => ([head.base.image[1], head.base.image[2]], true),
            Architecture::ConvNet(config) => {
                let least = 1_usize.checked_shl(config.widths.len() as u32).unwrap_or(usize::MAX);
                ([least; 2], false)
            }
            Architecture::SmallResNet(_) => ([4; 2], false),
            _ => return Ok(()),
        };
        let fits = match exactly {
            true => wanted == [height, width],
            false => height >= wanted[0] && width >= wanted[1],
        };
        match fits {
            true => Ok(()),
            false => Err(format!("the network takes pictures of {wanted:?}, not {height}x{width}")),
        }
    }

    /// Checks that every word that is known has a row in the model's table.
    pub(super) fn check_words(&self, beside: &Beside) -> Result<(), String> {
        let Beside::Words(lexicon) = beside else { return Ok(()) };
        let words = lexicon.vocabulary().len();
        let expected = match &self.architecture {
            Architecture::MeanClassifier(config) => Some((config.vocab_size, words)),
            Architecture::SentimentClassifier(config) => Some((config.vocab_size, words)),
            // One number more, of the words that are not known.
            Architecture::EntityTagger(config) => Some((config.vocab_size, words + 1)),
            Architecture::EmojifyV2(config) => Some((config.num_words, words)),
            _ => None,
        };
        let dimensions = match (&self.architecture, lexicon) {
            (Architecture::EmojifyV1 { dimensions, .. }, super::Lexicon::Vectors(vectors)) => {
                Some((*dimensions, vectors.dimensions()))
            }
            _ => None,
        };
        match expected.or(dimensions) {
            Some((expected, found)) if expected != found => {
                Err(format!("the model has {expected} words or dimensions, its vocabulary {found}"))
            }
            _ => Ok(()),
        }
    }
}
