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
];

/// Returns the assignments whose program's name begins with `prefix`.
pub fn starting_with(prefix: &str) -> Vec<&'static Assignment> {
    ALL.iter().filter(|assignment| assignment.binary.starts_with(prefix)).collect()
}
