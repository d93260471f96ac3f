//! What a reader of boxes passed over, and why.

use std::collections::BTreeMap;
use std::fmt;

/// Why something was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The picture of some boxes is not there.
    MissingPicture,
    /// Several pictures have the name that is given.
    AmbiguousPicture,
    /// The picture cannot be read.
    DamagedPicture,
    /// The picture has another size than the file of boxes says, so that its boxes lie elsewhere.
    OtherSize,
    /// The picture's boxes stand in the file a second time.
    RepeatedPicture,
    /// The box stands in the file a second time, under one id.
    RepeatedBox,
    /// A number of the box is infinite or none.
    NotFinite,
    /// The box ends before it begins.
    Turned,
    /// The box has no area.
    NoArea,
    /// The box lies outside of its picture.
    Outside,
    /// The file is of no form that is read.
    OtherFile,
}

impl Reason {
    /// One of them, and many.
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::MissingPicture => ["picture that is not there", "pictures that are not there"],
            Self::AmbiguousPicture => {
                ["picture whose name several have", "pictures whose names several have"]
            }
            Self::DamagedPicture => ["damaged picture", "damaged pictures"],
            Self::OtherSize => {
                ["picture of another size than is said", "pictures of another size than is said"]
            }
            Self::RepeatedPicture => ["picture the second time", "pictures the second time"],
            Self::RepeatedBox => ["box the second time", "boxes the second time"],
            Self::NotFinite => ["box without numbers", "boxes without numbers"],
            Self::Turned => ["box that ends before it begins", "boxes that end before they begin"],
            Self::NoArea => ["box without area", "boxes without area"],
            Self::Outside => ["box outside its picture", "boxes outside their pictures"],
            Self::OtherFile => ["file of another form", "files of another form"],
        }
    }
}

/// How often something was passed over for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// How many.
    pub count: usize,
    /// Where the first of them is.
    pub first: String,
}

/// What was passed over, by reason, and what was changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PassedOver {
    /// By reason.
    pub reasons: BTreeMap<Reason, Passed>,
    /// How many boxes reached more than a pixel out of their picture and were cut off at its edge.
    pub clipped: usize,
}

impl PassedOver {
    /// Whether nothing was passed over or changed.
    pub fn is_empty(&self) -> bool {
        self.reasons.is_empty() && self.clipped == 0
    }

    /// How many were passed over for a reason.
    pub fn count(&self, reason: Reason) -> usize {
        self.reasons.get(&reason).map_or(0, |passed| passed.count)
    }

    pub(crate) fn add(&mut self, reason: Reason, place: impl FnOnce() -> String) {
        match self.reasons.get_mut(&reason) {
            Some(passed) => passed.count += 1,
            None => {
                self.reasons.insert(reason, Passed { count: 1, first: place() });
            }
        }
    }

    pub(super) fn join(&mut self, other: Self) {
        for (reason, passed) in other.reasons {
            let mine = self.reasons.entry(reason).or_insert(Passed { count: 0, ..passed.clone() });
            mine.count += passed.count;
        }
        self.clipped += other.clipped;
    }
}

/// `2 boxes without area (a.txt, line 3), 1 damaged picture (b.jpg), 4 boxes cut off at the edge`
impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = self
            .reasons
            .iter()
            .map(|(reason, Passed { count, first })| {
                let words = reason.words()[usize::from(*count > 1)];
                format!("{count} {words} ({first})")
            })
            .collect();
        match self.clipped {
            0 => (),
            1 => parts.push("1 box cut off at the edge".to_string()),
            many => parts.push(format!("{many} boxes cut off at the edge")),
        }
        f.write_str(&parts.join(", "))
    }
}
