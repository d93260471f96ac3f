//! Short sentences that call for an emoji, made by a grammar: what Emojify learns from without the course's files.
//!
//! Some words come in one class alone, some tell the class only together with others ("not funny" disappoints), and
//! there are more words for the same than a small training set shows. Of the sentences that are made in pairs only the
//! order of the words tells the class: what is meant is not what stands behind "not".

use fireside_numpy_rng::NumpyRng;

use crate::sentence_grammar::{Gap, fill, one_of};

/// The patterns of each class, in the order of [`CLASSES`](crate::emojify::CLASSES).
const PATTERNS: [&[&str]; 5] = [
    &[
        "i {love} you {dear}",
        "i {love} my {dear}",
        "i miss {my} {dear} so much",
        "{my} {dear} gave me a {kiss}",
        "my heart is with {my} {dear}",
        "you are the {dear} of my life",
        "will you be my {valentine}",
        "send my {dear} a {kiss}",
    ],
    &[
        "let us play {game} {when}",
        "{who} {threw} the {ball}",
        "the {team} won the {match}",
        "who is playing {game} {when}",
        "i want to {throw} a {ball}",
        "we watched the {match} {when}",
        "our {team} lost the {match}",
        "what a {good} {match} of {game}",
    ],
    &[
        "what a {good} {event}",
        "that {event} was so {funny}",
        "{who} told me a {funny} joke",
        "i am {happy} about the {event}",
        "{who} got a {good} {gift} {when}",
        "congratulations on your {gift}",
        "we had a {good} {event} {when}",
        "she is {happy} with her {gift}",
    ],
    &[
        "i am {sad} {when}",
        "{who} failed the {exam}",
        "this {event} is not {funny}",
        "{someone} is not {happy} with me",
        "{who} {ignored} me {when}",
        "what a {bad} {exam}",
        "never {talk} to me again",
        "i am {sad} about the {bad} {event}",
    ],
    &[
        "i want to eat {food}",
        "where is the {meal}",
        "the {food} was {tasty}",
        "i am so {hungry} {when}",
        "let us have {meal} at the {place}",
        "{who} cooked {food} for {meal}",
        "this {place} has {tasty} {food}",
        "shall we eat {food} {when}",
    ],
];

const GAPS: &[Gap<'_>] = &[
    ("love", "love adore cherish treasure"),
    (
        "dear",
        "mother father sister brother wife husband daughter son darling sweetheart baby family",
    ),
    ("my", "my your our"),
    ("kiss", "kiss hug rose cuddle"),
    ("valentine", "valentine darling sweetheart love"),
    ("game", "baseball football tennis cricket hockey basketball"),
    ("when", "today tonight tomorrow now again"),
    ("who", "he she we they everybody"),
    ("someone", "he she everybody"),
    ("threw", "threw caught hit kicked passed"),
    ("throw", "throw catch hit kick pass"),
    ("ball", "ball bat racket puck"),
    ("team", "team pitcher player goalkeeper captain"),
    ("match", "match game tournament final championship"),
    ("good", "good great wonderful lovely amazing splendid"),
    ("event", "day party joke holiday film surprise"),
    ("funny", "funny hilarious amusing entertaining"),
    ("happy", "happy glad proud delighted cheerful"),
    ("gift", "gift present raise promotion prize diploma"),
    ("sad", "sad upset miserable lonely disappointed"),
    ("exam", "exam test interview homework project"),
    ("ignored", "ignored insulted left cheated bullied"),
    ("bad", "bad awful terrible boring horrible"),
    ("talk", "talk speak write lie"),
    ("food", "pizza sushi bread noodles soup cake salad rice"),
    ("meal", "dinner lunch breakfast supper"),
    ("tasty", "tasty delicious yummy fresh"),
    ("hungry", "hungry starving famished"),
    ("place", "restaurant cafe diner bistro"),
];

/// Two classes, each with its gap.
type Meant = [(usize, &'static str); 2];

/// What is meant and what is not, each by its class and its gap, and how that is said. The other way round it is a
/// sentence of the same words.
const PAIRED: [(Meant, &[&str]); 4] = [
    (
        [(2, "{happy}"), (3, "{sad}")],
        &[
            "{who} was {meant} not {other} {when}",
            "i am {meant} not {other} about the {exam}",
            "not {other} about the {event} i am {meant}",
            "not {other} {when} i am so {meant}",
        ],
    ),
    (
        [(4, "{food}"), (1, "{game}")],
        &[
            "i want {meant} not {other} {when}",
            "let us have {meant} not {other}",
            "not {other} {when} we want {meant}",
        ],
    ),
    (
        [(0, "{dear}"), (1, "{game}")],
        &["i miss {meant} not {other} {when}", "not {other} i {love} my {meant} so much"],
    ),
    (
        [(0, "{dear}"), (4, "{food}")],
        &["i want my {meant} not my {other}", "not {other} {when} i {love} {meant}"],
    ),
];

/// Makes two sentences of the same words and of two classes.
pub(crate) fn pair(rng: &mut NumpyRng) -> [(String, usize); 2] {
    let ([one, other], patterns) = PAIRED[rng.below(PAIRED.len())];
    let frame = fill(one_of(patterns, rng), GAPS, rng);
    let [first, second] = [one, other].map(|(_, gap)| fill(gap, GAPS, rng));
    let with = |meant: &str, not: &str| frame.replace("{meant}", meant).replace("{other}", not);
    [(with(&first, &second), one.0), (with(&second, &first), other.0)]
}

/// Makes a sentence of a class.
///
/// # Panics
/// When there is no such class.
pub(crate) fn sentence(class: usize, rng: &mut NumpyRng) -> String {
    let pattern = one_of(PATTERNS[class], rng);
    fill(pattern, GAPS, rng)
}
