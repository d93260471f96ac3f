//! Sentences that name persons, places, organisations and times, made by a grammar: what the tagger learns from
//! without a file.
//!
//! Many names are those of several things: Washington was a president and is a city, an apple is a fruit or a
//! company, and a made-up name could be anything. Sometimes the words before tell which ("the mayor of", "shares
//! of"), often only those that follow, as in the lecture's "Teddy Roosevelt was a great president" and "Teddy bears
//! are on sale".

use fireside_numpy_rng::NumpyRng;

use crate::sentence_grammar::{Gap, fill, one_of};
use crate::tagged_text::{Entity, TaggedText};

/// What the classes are called.
pub(crate) const CLASSES: [&str; 4] = ["organisation", "person", "place", "time"];

/// What may stand before a sentence, and tells nothing.
const OPENINGS: &[&str] = &[
    "",
    "",
    "he said",
    "she said",
    "they wrote that",
    "i read that",
    "people say",
    "we heard that",
];

/// Patterns. A word marked by a class, such as `person/{name}`, belongs to an entity of it, together with
/// neighbours that are marked likewise.
const PATTERNS: &[&str] = &[
    // What follows tells.
    "person/{name} was a great {president}",
    "person/{name} person/{surname} was a great {president}",
    "person/{name} {laughed} at the {thing}",
    "person/{name} person/{surname} {laughed} at the {thing}",
    "person/{name} is a {president} in place/{town}",
    "place/{town} is a {quiet} {city}",
    "place/{town} has many {museums}",
    "place/{town} lies near place/{town}",
    "organisation/{firm} {hired} many {workers}",
    "organisation/{firm} sells {goods}",
    "organisation/{firm} organisation/{limited} {hired} many {workers}",
    "time/{month} is a {rainy} month",
    "time/{month} was {rainy} in place/{town}",
    "teddy bears are on sale",
    "teddy bears are {quiet} {goods}",
    "apple {pies} are on sale",
    "apple {pies} are {quiet}",
    "amazon {parrots} are {quiet} {goods}",
    "march on {laughed} the {president}",
    "may i see the {museums}",
    "may we see the {thing}",
    // What comes before tells.
    "the {mayor} of place/{town} {laughed} at person/{name}",
    "{shares} of organisation/{firm} fell on time/{day}",
    "the {president} flew to place/{town} on time/{day}",
    "the {president} spoke to person/{name} person/{surname} in time/{month}",
    "mister person/{surname} {laughed} at the {thing}",
    "on time/{day} person/{name} person/{surname} moved to place/{town}",
    "person/{name} works for organisation/{firm} in place/{town}",
    "the {workers} of organisation/{firm} met in place/{town} last time/{month}",
];

const GAPS: &[Gap<'_>] = &[
    ("president", "president doctor teacher singer king pilot"),
    ("laughed", "laughed shouted smiled looked"),
    ("quiet", "quiet busy lovely small famous"),
    ("city", "city town village capital"),
    ("museums", "museums parks bridges gardens"),
    ("hired", "hired dismissed trained"),
    ("workers", "workers engineers drivers cooks"),
    ("limited", "limited incorporated group"),
    ("rainy", "rainy sunny cold warm"),
    ("pies", "pies trees cakes"),
    ("parrots", "parrots rivers forests"),
    ("mayor", "mayor people streets"),
    ("shares", "shares profits"),
    ("day", "monday tuesday wednesday thursday friday saturday sunday"),
];

/// Names that are of persons and of other things.
const PERSONS: &[&str] = &[
    "teddy",
    "washington",
    "jordan",
    "paris",
    "charlotte",
    "ford",
    "april",
    "may",
    "august",
    "june",
];
const TOWNS: &[&str] = &["washington", "jordan", "paris", "charlotte", "amazon", "victoria"];
const FIRMS: &[&str] = &["apple", "ford", "amazon", "victoria", "teddy"];
const MONTHS: &[&str] = &["april", "may", "june", "august", "march", "july"];
/// Things and goods, which are no names.
const THINGS: &[&str] = &["joke", "dog", "painting", "moon", "letter"];
const GOODS: &[&str] = &["shoes", "phones", "books", "toys"];
/// How often a name is made up, so that it could be of anything, and how often another word is, so that an unknown
/// word need not be a name.
const MADE_UP_NAMES: f64 = 0.5;
const MADE_UP_THINGS: f64 = 0.3;

const STARTS: &[&str] = &[
    "bal", "cor", "dan", "fer", "gol", "hav", "ist", "jor", "kel", "lim", "mar", "nov", "ost",
    "pel", "quin", "ros", "sel", "tor", "ul", "vin", "wes", "yor", "zan",
];
const MIDDLES: &[&str] = &["a", "e", "i", "o", "an", "en", "il", "or", "ur", "ast", "ett", "ing"];
const ENDS: &[&str] = &[
    "da", "dell", "ford", "ga", "ko", "lin", "mont", "na", "rick", "ro", "son", "ton", "va", "zi",
];

/// Makes a sentence.
pub(crate) fn draw(rng: &mut NumpyRng) -> TaggedText {
    let mut text = TaggedText::default();
    text.words.extend(one_of(OPENINGS, rng).split_whitespace().map(str::to_string));
    let mut before = None;
    for part in one_of(PATTERNS, rng).split_whitespace() {
        let (class, part) = match part.split_once('/') {
            Some((class, part)) => (CLASSES.iter().position(|name| *name == class), part),
            None => (None, part),
        };
        let place = text.words.len();
        match (class, text.entities.last_mut()) {
            (Some(_), Some(entity)) if class == before => entity.words.end += 1,
            (Some(class), _) => text.entities.push(Entity { words: place..place + 1, class }),
            (None, _) => (),
        }
        text.words.push(word(part, rng));
        before = class;
    }
    text
}

fn word(part: &str, rng: &mut NumpyRng) -> String {
    let (known, made_up) = match part {
        "{surname}" => return made_up_word(rng),
        "{name}" => (PERSONS, MADE_UP_NAMES),
        "{town}" => (TOWNS, MADE_UP_NAMES),
        "{firm}" => (FIRMS, MADE_UP_NAMES),
        "{month}" => (MONTHS, 0.0),
        "{thing}" => (THINGS, MADE_UP_THINGS),
        "{goods}" => (GOODS, MADE_UP_THINGS),
        _ => return fill(part, GAPS, rng),
    };
    match rng.random_sample() < made_up {
        true => made_up_word(rng),
        false => one_of(known, rng).to_string(),
    }
}

fn made_up_word(rng: &mut NumpyRng) -> String {
    [STARTS, MIDDLES, ENDS].map(|syllables| one_of(syllables, rng)).concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tagged_text::{entities, marked};

    #[test]
    fn marks_become_entities_and_nothing_else_is_left_of_them() {
        let classes = CLASSES.map(str::to_string);
        let rng = &mut NumpyRng::new(1);
        let mut longest = 0;
        for _ in 0..500 {
            let text = draw(rng);
            let shown = marked(&text.words, &text.entities, &classes);
            assert!(!shown.contains(['{', '/']), "{shown}");
            assert_eq!(entities(&text.tags()), text.entities, "{shown}");
            longest =
                text.entities.iter().map(|entity| entity.words.len()).fold(longest, usize::max);
        }
        assert_eq!(longest, 2);
    }
}
