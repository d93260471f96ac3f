//! Every assignment, in the order of the course.

/// An assignment and its program.
#[derive(Debug, Clone, Copy)]
pub struct Assignment {
    /// The program's name; its first four letters are course and week.
    pub binary: &'static str,
    /// What one learns from it.
    pub teaches: &'static str,
    /// The course's files it reads, out of `topic`; none for assignments of generated data.
    pub files: &'static [FileNames],
    /// What it uses without them.
    pub embedded: &'static str,
}

/// The names that one of the course's files goes by, and the topic's folder it may lie in.
#[derive(Debug, Clone, Copy)]
pub struct FileNames {
    /// Folder below the data folder.
    pub topic: &'static str,
    /// Accepted names, the usual one first.
    pub names: &'static [&'static str],
}

const CATS: &[FileNames] = &[
    FileNames {
        topic: fireside_datasets::cats::TOPIC,
        names: fireside_datasets::cats::TRAIN_NAMES,
    },
    FileNames { topic: fireside_datasets::cats::TOPIC, names: fireside_datasets::cats::TEST_NAMES },
];

const FOOTBALL: &[FileNames] = &[FileNames {
    topic: fireside_datasets::football::TOPIC,
    names: fireside_datasets::football::NAMES,
}];

const SIGNS: &[FileNames] = &[
    FileNames {
        topic: fireside_datasets::signs::TOPIC,
        names: fireside_datasets::signs::TRAIN_NAMES,
    },
    FileNames {
        topic: fireside_datasets::signs::TOPIC,
        names: fireside_datasets::signs::TEST_NAMES,
    },
];

const HAPPY: &[FileNames] = &[
    FileNames {
        topic: fireside_datasets::happy::TOPIC,
        names: fireside_datasets::happy::TRAIN_NAMES,
    },
    FileNames {
        topic: fireside_datasets::happy::TOPIC,
        names: fireside_datasets::happy::TEST_NAMES,
    },
];

const DINOSAURS: &[FileNames] = &[FileNames {
    topic: fireside_datasets::dinosaurs::TOPIC,
    names: fireside_datasets::dinosaurs::NAMES,
}];

const JAZZ: &[FileNames] =
    &[FileNames { topic: fireside_datasets::jazz::TOPIC, names: fireside_datasets::jazz::NAMES }];

const SONNETS: &[FileNames] =
    &[FileNames { topic: fireside_datasets::verse::TOPIC, names: fireside_datasets::verse::NAMES }];

const GLOVE: FileNames = FileNames {
    topic: fireside_datasets::word_vectors::TOPIC,
    names: fireside_datasets::word_vectors::NAMES,
};

const EMOJIFY: &[FileNames] = &[
    FileNames {
        topic: fireside_datasets::emojify::TOPIC,
        names: fireside_datasets::emojify::TRAIN_NAMES,
    },
    FileNames {
        topic: fireside_datasets::emojify::TOPIC,
        names: fireside_datasets::emojify::TEST_NAMES,
    },
    GLOVE,
];

const NAMED_ENTITIES: &[FileNames] = &[FileNames {
    topic: fireside_datasets::named_entities::TOPIC,
    names: fireside_datasets::named_entities::NAMES,
}];

/// Every assignment there is a program for.
pub const ALL: &[Assignment] = &[
    Assignment {
        binary: "c1w1-house-prices",
        teaches: "what a neuron is: a price by a straight line and by a ReLU network",
        files: &[],
        embedded: "generated houses",
    },
    Assignment {
        binary: "c1w2-numpy-basics",
        teaches: "the functions everything is made of, and why to vectorise",
        files: &[],
        embedded: "the course's small inputs",
    },
    Assignment {
        binary: "c1w2-logistic-regression",
        teaches: "cats by logistic regression: propagate, optimise, predict",
        files: CATS,
        embedded: "drawn cats and other things",
    },
    Assignment {
        binary: "c1w3-planar-classification",
        teaches: "one hidden layer by hand, and how many units it needs",
        files: &[],
        embedded: "generated petals, circles, moons, blobs, quantiles",
    },
    Assignment {
        binary: "c1w4-deep-network-by-hand",
        teaches: "forward and backward through any depth, checked against autodiff",
        files: CATS,
        embedded: "drawn cats and other things",
    },
    Assignment {
        binary: "c1w4-cat-classifier",
        teaches: "two layers against four on the cats",
        files: CATS,
        embedded: "drawn cats and other things",
    },
    Assignment {
        binary: "c2w1-initialization",
        teaches: "what the first weights decide: zeros, too large, He's, Xavier's",
        files: &[],
        embedded: "generated circles",
    },
    Assignment {
        binary: "c2w1-regularization",
        teaches: "L2, L1, dropout and early stopping against learning by heart",
        files: FOOTBALL,
        embedded: "a generated football field",
    },
    Assignment {
        binary: "c2w1-gradient-checking",
        teaches: "a gradient against differences of the cost; two planted errors found",
        files: &[],
        embedded: "the course's small network",
    },
    Assignment {
        binary: "c2w1-vanishing-gradients",
        teaches: "how gradients vanish and explode with depth, and what keeps them",
        files: &[],
        embedded: "random examples",
    },
    Assignment {
        binary: "c2w2-optimization",
        teaches: "momentum, RMSprop and Adam by mini-batches, and how the rate should fall",
        files: &[],
        embedded: "generated moons",
    },
    Assignment {
        binary: "c2w3-batch-norm",
        teaches: "a deep network with and without batch norm, at three learning rates",
        files: &[],
        embedded: "generated moons",
    },
    Assignment {
        binary: "c2w3-hyperparameter-search",
        teaches: "which hyperparameters matter, and how to search them: at random, coarse to fine",
        files: SIGNS,
        embedded: "generated moons, drawn hands",
    },
    Assignment {
        binary: "c2w3-signs-softmax",
        teaches: "how many fingers a hand shows, by softmax, Adam and mini-batches",
        files: SIGNS,
        embedded: "drawn hands",
    },
    Assignment {
        binary: "c3-strategy",
        teaches: "what to work on next: metrics, splits, bias and variance, error analysis",
        files: &[],
        embedded: "the course's worked examples",
    },
    Assignment {
        binary: "c3w2-transfer-learning",
        teaches: "a net that knows some signs, taught others from few pictures",
        files: SIGNS,
        embedded: "drawn hands",
    },
    Assignment {
        binary: "c3w2-multi-task",
        teaches: "four questions about a street scene by one net, with labels missing",
        files: &[],
        embedded: "drawn street scenes",
    },
    Assignment {
        binary: "c4w1-convolution-by-hand",
        teaches: "convolution and pooling step by step: edges found, a detector learnt",
        files: &[],
        embedded: "a drawn house",
    },
    Assignment {
        binary: "c4w1-happy-house",
        teaches: "whether a face smiles, by the first network with batch norm and pooling",
        files: HAPPY,
        embedded: "drawn faces",
    },
    Assignment {
        binary: "c4w1-signs-convnet",
        teaches: "how many fingers a hand shows, by the assignment's ConvNet and a deeper one",
        files: SIGNS,
        embedded: "drawn hands",
    },
    Assignment {
        binary: "c4w2-classic-networks",
        teaches: "LeNet-5 to EfficientNet side by side: sizes, times, memory; trains any of them",
        files: SIGNS,
        embedded: "drawn hands",
    },
    Assignment {
        binary: "c4w2-residual-networks",
        teaches: "ResNet-50 on the hands, and why deep networks need shortcuts",
        files: SIGNS,
        embedded: "drawn hands",
    },
    Assignment {
        binary: "c4w2-transfer-learning",
        teaches: "MobileNetV2 or any other network, pretrained, taught a new task from few pictures",
        files: SIGNS,
        embedded: "drawn hands",
    },
    Assignment {
        binary: "c4w2-augmentation",
        teaches: "mirrored, cropped, turned and tinted pictures; ten crops and ensembles",
        files: SIGNS,
        embedded: "drawn hands",
    },
    Assignment {
        binary: "c5w1-rnn-by-hand",
        teaches: "RNN, GRU and LSTM step by step, and how far back their gradients reach",
        files: &[],
        embedded: "random sequences",
    },
    Assignment {
        binary: "c5w1-dinosaurs",
        teaches: "names of dinosaurs, character by character: by hand, and by an LSTM",
        files: DINOSAURS,
        embedded: "made-up names",
    },
    Assignment {
        binary: "c5w1-shakespeare",
        teaches: "a poem continued, character by character, by two LSTMs",
        files: SONNETS,
        embedded: "verse written for this project",
    },
    Assignment {
        binary: "c5w1-jazz",
        teaches: "a jazz solo learnt as a grammar over chords, and a new one improvised",
        files: JAZZ,
        embedded: "a composed solo over II-V-I progressions",
    },
    Assignment {
        binary: "c5w2-word-vectors",
        teaches: "what word vectors know: likeness, analogies, a bias and how to take it out",
        files: &[GLOVE],
        embedded: "vectors learnt from a generated text",
    },
    Assignment {
        binary: "c5w2-train-embeddings",
        teaches: "word vectors learnt from text by skip-gram, CBOW and GloVe",
        files: &[],
        embedded: "a generated text",
    },
    Assignment {
        binary: "c5w2-emojify",
        teaches: "an emoji for a sentence: a mean of word vectors against two LSTMs",
        files: EMOJIFY,
        embedded: "generated sentences, vectors learnt from a generated text",
    },
    Assignment {
        binary: "c5w2-sentiment",
        teaches: "what a review's writer felt: a mean of word vectors against an LSTM, on \"not good\"",
        files: &[],
        embedded: "generated reviews",
    },
    Assignment {
        binary: "c5w2-named-entities",
        teaches: "which words name persons, places and so on, read one way and both ways",
        files: NAMED_ENTITIES,
        embedded: "generated sentences",
    },
];

/// Returns the assignments whose program's name begins with `prefix`.
pub fn starting_with(prefix: &str) -> Vec<&'static Assignment> {
    ALL.iter().filter(|assignment| assignment.binary.starts_with(prefix)).collect()
}
