//! What a trained model is asked, and what it answers.

use std::fmt;
use std::path::PathBuf;

use fireside_datasets::midi::Tune;
use serde::Serialize;

/// What a trained model is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// What a picture shows.
    Picture(PathBuf),
    /// What is to be said of a sentence.
    Sentence(String),
    /// What follows from numbers.
    Values(Vec<f64>),
    /// Names that begin so.
    Names {
        /// Their beginning; may be empty.
        start: String,
        /// How many.
        count: usize,
        /// How to draw.
        draws: Draws,
    },
    /// How a text goes on.
    Text {
        /// Its beginning.
        prompt: String,
        /// Characters to write.
        length: usize,
        /// How to draw.
        draws: Draws,
    },
    /// A solo.
    Solo {
        /// Values to play; as many as the measures can have without.
        length: Option<usize>,
        /// How to draw; a temperature of 0 takes the likeliest each time.
        draws: Draws,
    },
    /// The words nearest to one.
    Near {
        /// The word.
        word: String,
        /// How many.
        top: usize,
    },
    /// What completes "a is to b as c is to ...".
    Analogy {
        /// `a`, `b` and `c`.
        words: [String; 3],
        /// How many.
        top: usize,
    },
}

/// How something is drawn from probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Draws {
    /// Below 1 the likely gets likelier, above 1 everything more alike.
    pub temperature: f64,
    /// Seed of the draws; without, they are those of the run that trained the model.
    pub seed: Option<u32>,
}

impl Question {
    /// What is asked, in words.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Picture(path) => format!("the picture {}", path.display()),
            Self::Sentence(text) => format!("the sentence {text:?}"),
            Self::Values(values) => format!("a row of {} numbers", values.len()),
            Self::Names { .. } => "a beginning of names".to_string(),
            Self::Text { prompt, .. } => format!("the prompt {prompt:?}"),
            Self::Solo { .. } => "a request to play".to_string(),
            Self::Near { word, .. } => format!("the neighbourhood of {word:?}"),
            Self::Analogy { words, .. } => format!("an analogy to {}", words.join(", ")),
        }
    }
}

/// What a trained model answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Answer {
    /// One class of several.
    Class {
        /// The likeliest, the first of several.
        class: String,
        /// Its probability.
        probability: f64,
        /// Those of all classes, in their order.
        probabilities: Vec<Share>,
        /// Its emoji, where it has one.
        #[serde(skip_serializing_if = "Option::is_none")]
        emoji: Option<String>,
        /// Words that the model does not know, as they were written.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        passed_over: Vec<String>,
        /// Known words at the end of a sentence for which the model has no room.
        #[serde(skip_serializing_if = "is_none")]
        not_read: usize,
    },
    /// For each by itself, how likely it is there.
    Labels {
        /// All, in their order.
        labels: Vec<Share>,
    },
    /// The edges of a picture.
    Edges {
        /// Their mean magnitude, for a kernel whose weights are 1 in all.
        mean: f64,
        /// Rows and columns of the edges: two less than the picture has.
        size: [usize; 2],
        /// A byte for each: 128 where there is no edge, more or less by its sign, 255 or 0 for the strongest.
        #[serde(skip)]
        pixels: Vec<u8>,
    },
    /// What is in a picture, and where.
    Boxes {
        /// The boxes, by falling score.
        boxes: Vec<FoundBox>,
        /// Height and width of the picture.
        #[serde(skip)]
        size: [usize; 2],
    },
    /// Where the features of a face are.
    Points {
        /// They, in the order in which they are learnt.
        points: Vec<Point>,
        /// Height and width of the picture.
        #[serde(skip)]
        size: [usize; 2],
    },
    /// A number.
    Number {
        /// What it is.
        name: String,
        /// The number.
        value: f64,
    },
    /// What the words of a sentence name.
    Entities {
        /// The sentence with its entities in brackets.
        marked: String,
        /// The entities.
        entities: Vec<Named>,
        /// Words that the model does not know, as they were written: it judges them by those around them.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        unknown: Vec<String>,
    },
    /// Names made up.
    Names {
        /// The names.
        names: Vec<String>,
    },
    /// A text.
    Text {
        /// The prompt and what was written after it.
        text: String,
    },
    /// A tune.
    Tune {
        /// In words.
        description: String,
        /// Its notes, track by track.
        #[serde(skip)]
        tune: Tune,
    },
    /// Words, the best first.
    Words {
        /// What they are near to, or `a`, `b` and `c` of the analogy that they complete, as the vectors have them.
        of: Vec<String>,
        /// The words with their cosines.
        words: Vec<Alike>,
    },
}

/// A box around something, in pixels of the picture that was asked about.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the corners, the upper left one first")]
pub struct FoundBox {
    /// What it is.
    pub class: String,
    /// How sure that is, in 0..=1.
    pub score: f64,
    pub x1: f64,
    pub y1: f64,
    pub x2: f64,
    pub y2: f64,
}

/// A place in the picture that was asked about, in pixels from its upper left corner.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// What is there.
    pub name: String,
    /// Across.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A class and how likely it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Share {
    /// What it is called.
    pub name: String,
    /// Of 0 to 1.
    pub probability: f64,
}

/// Words that name something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// What kind of thing.
    pub class: String,
    /// The words.
    pub text: String,
    /// Position of the first word, from 0.
    pub begin: usize,
    /// Position behind the last.
    pub end: usize,
}

/// A word and how alike it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alike {
    /// The word.
    pub word: String,
    /// The cosine, -1 to 1.
    pub similarity: f64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes what it skips by reference")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

impl Share {
    pub(super) fn new(name: &str, probability: f64) -> Self {
        Self { name: name.to_string(), probability }
    }
}

impl FoundBox {
    /// Something in `[x1, y1, x2, y2]`.
    pub fn new(class: &str, score: f64, [x1, y1, x2, y2]: [f64; 4]) -> Self {
        Self { class: class.to_string(), score, x1, y1, x2, y2 }
    }

    /// `[x1, y1, x2, y2]`.
    pub fn bounds(&self) -> [f64; 4] {
        [self.x1, self.y1, self.x2, self.y2]
    }
}

/// As the course prints it: `car 0.89 (367, 300) (745, 648)`.
impl fmt::Display for FoundBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { class, score, x1, y1, x2, y2 } = self;
        write!(f, "{class} {score:.2} ({x1:.0}, {y1:.0}) ({x2:.0}, {y2:.0})")
    }
}

impl Answer {
    /// The class, and the probability of each; none of another kind of answer.
    #[must_use]
    pub fn class(&self) -> Option<(&str, &[Share])> {
        match self {
            Self::Class { class, probabilities, .. } => Some((class, probabilities)),
            _ => None,
        }
    }

    /// The emoji of a class, where it has one.
    #[must_use]
    pub fn emoji(&self) -> &str {
        match self {
            Self::Class { emoji: Some(emoji), .. } => emoji,
            _ => "",
        }
    }

    /// The sentence with its entities in brackets; empty of another kind of answer.
    #[must_use]
    pub fn marked(&self) -> &str {
        match self {
            Self::Entities { marked, .. } => marked,
            _ => "",
        }
    }

    /// The names made up; none of another kind of answer.
    #[must_use]
    pub fn names(self) -> Vec<String> {
        match self {
            Self::Names { names } => names,
            _ => Vec::new(),
        }
    }

    /// The tune; an empty one of another kind of answer.
    #[must_use]
    pub fn tune(self) -> Tune {
        match self {
            Self::Tune { tune, .. } => tune,
            _ => Tune { ticks_per_quarter: 96, tempo: 120.0, tracks: Vec::new() },
        }
    }

    /// The likeliest of these classes.
    pub(super) fn of_classes(classes: &[String], probabilities: &[f64]) -> Self {
        let shares: Vec<Share> = classes
            .iter()
            .zip(probabilities)
            .map(|(name, share)| Share::new(name, *share))
            .collect();
        let better = |best: usize, class: usize| match shares[class].probability
            > shares[best].probability
        {
            true => class,
            false => best,
        };
        let best = (0..shares.len()).reduce(better).unwrap_or(0);
        let (class, probability) = shares
            .get(best)
            .map_or((String::new(), 0.0), |best| (best.name.clone(), best.probability));
        Self::Class {
            class,
            probability,
            probabilities: shares,
            emoji: None,
            passed_over: Vec::new(),
            not_read: 0,
        }
    }
}

/// Such as `; 2 not known: so, what`.
fn not_known(words: &[String]) -> String {
    match words.len() {
        0 => String::new(),
        count => format!("; {count} not known: {}", words.join(", ")),
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let list = |parts: Vec<String>| parts.join(", ");
        match self {
            Self::Class { class, probability, emoji, passed_over, not_read, .. } => {
                let emoji = emoji.as_ref().map_or(String::new(), |emoji| format!("{emoji} "));
                write!(f, "{emoji}{class} ({})", percent(*probability))?;
                write!(f, "{}", not_known(passed_over))?;
                match not_read {
                    0 => Ok(()),
                    1 => write!(f, "; the last word is not read"),
                    count => write!(f, "; the last {count} words are not read"),
                }
            }
            Self::Labels { labels } => {
                let label =
                    |share: &Share| format!("{} {}", share.name, percent(share.probability));
                write!(f, "{}", list(labels.iter().map(label).collect()))
            }
            Self::Edges { mean, size: [height, width], .. } => {
                write!(f, "edges in {width}x{height}, {mean:.4} strong in the mean")
            }
            Self::Boxes { boxes, .. } if boxes.is_empty() => write!(f, "nothing"),
            Self::Boxes { boxes, .. } => {
                write!(f, "{}", list(boxes.iter().map(ToString::to_string).collect()))
            }
            Self::Points { points, .. } => {
                let point = |Point { name, x, y }: &Point| format!("{name} ({x:.0}, {y:.0})");
                write!(f, "{}", points.iter().map(point).collect::<Vec<_>>().join("; "))
            }
            Self::Number { name, value } => write!(f, "{name}: {value:.4}"),
            Self::Entities { marked, unknown, .. } => {
                write!(f, "{marked}{}", not_known(unknown))
            }
            Self::Names { names } => write!(f, "{}", names.join("\n")),
            Self::Text { text } => write!(f, "{text}"),
            Self::Tune { description, .. } => write!(f, "{description}"),
            Self::Words { of, words } => {
                match of.as_slice() {
                    [a, b, c] => write!(f, "{a} -> {b} :: {c} -> ")?,
                    _ => write!(f, "near {}: ", of.join(", "))?,
                }
                let word = |alike: &Alike| format!("{} ({:.3})", alike.word, alike.similarity);
                write!(f, "{}", list(words.iter().map(word).collect()))
            }
        }
    }
}
