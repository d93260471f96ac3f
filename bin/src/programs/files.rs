//! The course's files that the assignments read.

use fireside_datasets::{
    cats, dinosaurs, emojify, football, happy, jazz, named_entities, signs, verse, word_vectors,
};

/// The names that one of the course's files goes by, and the topic's folder it may lie in.
#[derive(Debug, Clone, Copy)]
pub struct FileNames {
    /// Folder below the data folder.
    pub topic: &'static str,
    /// Accepted names, the usual one first.
    pub names: &'static [&'static str],
    /// What the course hands out under them, as far as known: there are several editions.
    pub originals: &'static [Original],
}

/// A file as the course hands it out.
#[derive(Debug, Clone, Copy)]
pub struct Original {
    /// Its length.
    pub bytes: u64,
    /// In hexadecimal digits.
    pub sha256: &'static str,
}

const fn original(bytes: u64, sha256: &'static str) -> Original {
    Original { bytes, sha256 }
}

pub(crate) const CATS: &[FileNames] = &[
    FileNames {
        topic: cats::TOPIC,
        names: cats::TRAIN_NAMES,
        originals: &[original(
            2_572_022,
            "fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242",
        )],
    },
    FileNames {
        topic: cats::TOPIC,
        names: cats::TEST_NAMES,
        originals: &[original(
            616_958,
            "6a9d39ce52fa85953c5834695b8534a30ed8cfd54971fb2f080b5a24d002b951",
        )],
    },
];

pub(crate) const FOOTBALL: &[FileNames] = &[FileNames {
    topic: football::TOPIC,
    names: football::NAMES,
    originals: &[original(
        6_038,
        "1218828095bf91d215622d00b2a5b8784c359e29d9d9c5734949b8e60c5bc231",
    )],
}];

pub(crate) const SIGNS: &[FileNames] = &[
    FileNames { topic: signs::TOPIC, names: signs::TRAIN_NAMES, originals: &[] },
    FileNames {
        topic: signs::TOPIC,
        names: signs::TEST_NAMES,
        originals: &[original(
            1_477_712,
            "539fb746ed9e947eb244cfca73f4d1b03f9bf5524d609eeed2cd76ddb1b179be",
        )],
    },
];

pub(crate) const HAPPY: &[FileNames] = &[
    FileNames { topic: happy::TOPIC, names: happy::TRAIN_NAMES, originals: &[] },
    FileNames {
        topic: happy::TOPIC,
        names: happy::TEST_NAMES,
        originals: &[original(
            1_846_560,
            "5e23db2f28769de83214dce1411e651489d713f9e1ec5d1ca6a61b6222115add",
        )],
    },
];

pub(crate) const DINOSAURS: &[FileNames] = &[FileNames {
    topic: dinosaurs::TOPIC,
    names: dinosaurs::NAMES,
    originals: &[original(
        19_909,
        "ad6465621cf56c08f71d4fbb40cf7eab763f9df42c54cc460d6c4d86e9c927fb",
    )],
}];

pub(crate) const JAZZ: &[FileNames] = &[FileNames {
    topic: jazz::TOPIC,
    names: jazz::NAMES,
    originals: &[original(
        92_549,
        "0da8322ceab36b036682b5ece0c315193f7b701a3340a0ca5a523b107c6f428d",
    )],
}];

pub(crate) const SONNETS: &[FileNames] = &[FileNames {
    topic: verse::TOPIC,
    names: verse::NAMES,
    originals: &[original(
        94_275,
        "1b454b67b44e6f367c83a17ed295c46c5d4a1173cf5d09161882af4041bae023",
    )],
}];

pub(crate) const GLOVE: FileNames =
    FileNames { topic: word_vectors::TOPIC, names: word_vectors::NAMES, originals: &[] };

pub(crate) const EMOJIFY: &[FileNames] = &[
    FileNames {
        topic: emojify::TOPIC,
        names: emojify::TRAIN_NAMES,
        originals: &[original(
            3_673,
            "f7b219377b0f4898068811e83f82a373c4cf592fef618a818c62326b3386abdc",
        )],
    },
    FileNames {
        topic: emojify::TOPIC,
        names: emojify::TEST_NAMES,
        originals: &[
            original(1_454, "d1ecb843360de505316db2490ae62f4439f3f63afffc9783bda6180142f8be04"),
            original(1_497, "57427a600fb8ffd7d4d7f361e12072a6e0ffd86b506ef7831db084b976b57525"),
        ],
    },
    GLOVE,
];

pub(crate) const NAMED_ENTITIES: &[FileNames] = &[FileNames {
    topic: named_entities::TOPIC,
    names: named_entities::NAMES,
    originals: &[original(
        1_220_776,
        "9b05c52bc72793bac44fc8d9648ecfe06049d8e5e8a883e376136cfb48022496",
    )],
}];
