//! A trained model in memory, as what can be asked of it.

use std::fmt;

use burn::module::Module;
use burn::store::ModuleRecord;
use burn::tensor::{Bytes, Int, Tensor};
use fireside_datasets::word_vectors::WordVectors;
use fireside_sequence::emojify::EmojifyV2;
use fireside_sequence::entity_tagger::EntityTagger;
use fireside_sequence::language_model::LanguageModel;
use fireside_sequence::mean_classifier::MeanClassifier;
use fireside_sequence::music_model::MusicModel;
use fireside_sequence::sentiment_classifier::SentimentClassifier;
use fireside_sequence::steps::emojify::EmojifyV1;
use fireside_vision::Classifier;
use fireside_vision::localization::Localizer;
use fireside_vision::sliding_window::WindowNet;

use super::TrainedError;
use crate::car_detection::detector::Detector;
use crate::convolution_by_hand::Pupil;
use crate::dinosaurs::ByHand;
use crate::region_proposals::detector::RegionDetector;
use std::path::Path;

type Of<T> = Box<dyn Fn(T) -> Tensor<2>>;

/// A trained model, as what can be asked of it.
#[non_exhaustive]
pub enum Model {
    /// Features `[batch, features]` to logits `[batch, outputs]`.
    Features(Of<Tensor<2>>),
    /// Images `[batch, channels, height, width]` to logits.
    Images(Of<Tensor<4>>),
    /// One object or none, or landmarks.
    Localizer(Box<Localizer>),
    /// What is in every window.
    Windows(Box<WindowNet>),
    /// A YOLO.
    Detector(Box<Detector>),
    /// R-CNN, Fast R-CNN or Faster R-CNN.
    Regions(Box<RegionDetector>),
    /// A kernel for edges.
    Edges(Pupil),
    /// Words by their numbers `[batch, time]`, and how many of each row are there, to logits.
    Words(Of<(Tensor<2, Int>, Vec<usize>)>),
    /// Words by their rows in a table of vectors `[batch, time]`, padded, to logits.
    Rows(Of<Tensor<2, Int>>),
    /// The mean of a sentence's vectors.
    Mean(EmojifyV1),
    /// A tag for each word.
    Tagger(Box<EntityTagger>),
    /// The network of names by hand.
    ByHand(Box<ByHand>),
    /// What comes next.
    Language(Box<LanguageModel>),
    /// A solo.
    Music(Box<MusicModel>),
    /// Word vectors.
    Vectors(WordVectors),
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Model {
    /// A network of features.
    pub fn of_features(forward: impl Fn(Tensor<2>) -> Tensor<2> + 'static) -> Self {
        Self::Features(Box::new(forward))
    }

    /// A classifier of images.
    pub fn of_images<M: Classifier + 'static>(net: M) -> Self {
        Self::Images(Box::new(move |images| net.forward(images)))
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Features(_) => "features",
            Self::Images(_) => "images",
            Self::Localizer(_) => "a box or landmarks",
            Self::Windows(_) => "windows",
            Self::Detector(_) => "boxes on a grid",
            Self::Regions(_) => "boxes by regions",
            Self::Edges(_) => "edges",
            Self::Words(_) => "words",
            Self::Rows(_) => "rows of word vectors",
            Self::Mean(_) => "the mean of word vectors",
            Self::Tagger(_) => "tags",
            Self::ByHand(_) => "characters, by hand",
            Self::Language(_) => "characters",
            Self::Music(_) => "music",
            Self::Vectors(_) => "word vectors",
        }
    }
}

impl From<EmojifyV1> for Model {
    fn from(mean: EmojifyV1) -> Self {
        Self::Mean(mean)
    }
}

impl From<EntityTagger> for Model {
    fn from(tagger: EntityTagger) -> Self {
        Self::Tagger(Box::new(tagger))
    }
}

impl From<LanguageModel> for Model {
    fn from(net: LanguageModel) -> Self {
        Self::Language(Box::new(net))
    }
}

impl From<MusicModel> for Model {
    fn from(net: MusicModel) -> Self {
        Self::Music(Box::new(net))
    }
}

impl From<Localizer> for Model {
    fn from(net: Localizer) -> Self {
        Self::Localizer(Box::new(net))
    }
}

impl From<WindowNet> for Model {
    fn from(net: WindowNet) -> Self {
        Self::Windows(Box::new(net))
    }
}

impl From<EmojifyV2> for Model {
    fn from(net: EmojifyV2) -> Self {
        Self::Rows(Box::new(move |rows| net.forward(rows)))
    }
}

impl From<MeanClassifier> for Model {
    fn from(net: MeanClassifier) -> Self {
        Self::Words(Box::new(move |(words, lengths)| net.forward(words, Some(&lengths))))
    }
}

impl From<SentimentClassifier> for Model {
    fn from(net: SentimentClassifier) -> Self {
        Self::Words(Box::new(move |(words, lengths)| net.forward(words, Some(&lengths))))
    }
}

/// Fills a module with the contents of a file of weights.
///
/// # Errors
/// When they are damaged, or those of another module.
pub(super) fn fill<M: Module>(module: M, path: &Path, weights: Vec<u8>) -> Result<M, TrainedError> {
    ModuleRecord::from_bytes(Bytes::from_bytes_vec(weights))
        .and_then(|record| module.try_load_record(record.cast_to_module_dtype()))
        .map_err(|error| TrainedError::other_model(path, error))
}
