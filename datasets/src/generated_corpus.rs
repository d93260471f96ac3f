//! A text to learn word vectors from, made by a probabilistic grammar.
//!
//! What a word stands for shows in its company alone. People have a role and a gender, which are drawn apart: a king
//! and a queen have a crown, a king and a waiter have *his*. So king - man + woman = queen holds in the statistics
//! of the text, and of countries and their capitals, of adjectives and their degrees, it does likewise. Professions
//! are neither, but some of them go with *her* more often, as in texts that people write: a bias to take out.
//! Sentences of the kind that [`emojify`](crate::emojify) has are among the others.

use fireside_numpy_rng::NumpyRng;

use crate::emojify::CLASSES;
use crate::generated_feelings;
use crate::sentence_grammar::{fill, one_of};

/// The words for a man and a woman of the same role, and what goes with the role.
const PEOPLE: &[([&str; 2], &str)] = &[
    (["man", "woman"], "coat newspaper umbrella hat bicycle"),
    (["king", "queen"], "crown throne kingdom sceptre castle"),
    (["prince", "princess"], "pony tower tutor carriage ballroom"),
    (["father", "mother"], "children family household lullaby cradle"),
    (["boy", "girl"], "school toys homework playground schoolbag"),
    (["husband", "wife"], "wedding anniversary honeymoon ring mortgage"),
    (["brother", "sister"], "siblings bedroom secrets quarrel twin"),
    (["uncle", "aunt"], "nephews visit postcards cousins caravan"),
    (["grandfather", "grandmother"], "stories spectacles armchair grandchildren memories"),
    (["actor", "actress"], "film stage theatre audience script"),
    (["waiter", "waitress"], "tray tips menu apron tables"),
];

/// Professions with how often they go with a woman's words, and what goes with them.
const PROFESSIONS: &[(&str, f64, &str)] = &[
    ("receptionist", 0.9, "desk telephone visitors lobby calendar"),
    ("nurse", 0.85, "patients ward bandages thermometer syringe"),
    ("librarian", 0.75, "books shelves catalogue lending silence"),
    ("teacher", 0.6, "lesson blackboard pupils chalk classroom"),
    ("doctor", 0.35, "stethoscope clinic prescription surgery diagnosis"),
    ("pilot", 0.2, "aeroplane cockpit runway landing altitude"),
    ("programmer", 0.15, "keyboard compiler code laptop debugger"),
    ("engineer", 0.1, "bridge turbine blueprint machine wrench"),
];

/// A country, its capital, and what both are known for.
const COUNTRIES: &[([&str; 2], &str)] = &[
    (["france", "paris"], "french baguettes seine"),
    (["italy", "rome"], "italian espresso tiber"),
    (["germany", "berlin"], "german pretzels spree"),
    (["spain", "madrid"], "spanish paella flamenco"),
    (["india", "delhi"], "indian curry yamuna"),
    (["japan", "tokyo"], "japanese ramen sumida"),
    (["egypt", "cairo"], "egyptian falafel nile"),
    (["greece", "athens"], "greek olives acropolis"),
];

/// An adjective in three degrees, and what is like that.
const ADJECTIVES: &[([&str; 3], &str)] = &[
    (["small", "smaller", "smallest"], "mouse pebble ant"),
    (["tall", "taller", "tallest"], "giraffe skyscraper poplar"),
    (["old", "older", "oldest"], "ruin fossil pyramid"),
    (["fast", "faster", "fastest"], "cheetah rocket falcon"),
    (["cold", "colder", "coldest"], "glacier winter icicle"),
    (["rich", "richer", "richest"], "banker heiress tycoon"),
    (["strong", "stronger", "strongest"], "bull hammer wrestler"),
    (["dark", "darker", "darkest"], "cave midnight dungeon"),
];

/// What men and women have: he, his, ...
const GENDERS: [[&str; 5]; 2] =
    [["he", "his", "himself", "gentleman", "beard"], ["she", "her", "herself", "lady", "gown"]];

/// Makes a text of so many sentences; the same seed makes the same text.
///
/// Three sentences share a line, so that any two words meet now and then, as they do in texts that people write:
/// GloVe learns nothing from pairs that never do.
pub fn generate(sentences: usize, seed: u32) -> String {
    let rng = &mut NumpyRng::new(seed);
    let mut text = String::new();
    for number in 1..=sentences {
        let kind = rng.random_sample();
        let sentence = match kind {
            _ if kind < 0.35 => of_person(rng),
            _ if kind < 0.45 => of_profession(rng),
            _ if kind < 0.65 => of_place(rng),
            _ if kind < 0.80 => of_degree(rng),
            _ => generated_feelings::sentence(rng.below(CLASSES.len()), rng),
        };
        text.push_str(&sentence);
        text.push(if number.is_multiple_of(3) { '\n' } else { ' ' });
    }
    text
}

/// Analogies that hold in the text, "a is to b as c is to d": every pair of a kind with every other.
pub fn analogies() -> Vec<[&'static str; 4]> {
    let kinds: [Vec<[&'static str; 2]>; 4] = [
        PEOPLE.iter().map(|(words, _)| *words).collect(),
        COUNTRIES.iter().map(|(words, _)| *words).collect(),
        ADJECTIVES
            .iter()
            .map(|([positive, comparative, _], _)| [*positive, *comparative])
            .collect(),
        ADJECTIVES
            .iter()
            .map(|([positive, _, superlative], _)| [*positive, *superlative])
            .collect(),
    ];
    let of_kind = |pairs: Vec<[&'static str; 2]>| {
        let others = pairs.clone();
        let with_others = move |[a, b]: [&'static str; 2]| {
            let others = others.clone().into_iter().filter(move |[c, _]| *c != a);
            others.map(move |[c, d]| [a, b, c, d])
        };
        pairs.into_iter().flat_map(with_others)
    };
    kinds.into_iter().flat_map(of_kind).collect()
}

/// The words that stand for something, by their kind.
pub fn kinds() -> [(&'static str, Vec<&'static str>); 8] {
    let person = |gender: usize| PEOPLE.iter().map(move |(words, _)| words[gender]).collect();
    let place = |which: usize| COUNTRIES.iter().map(move |(words, _)| words[which]).collect();
    let degree = |which: usize| ADJECTIVES.iter().map(move |(words, _)| words[which]).collect();
    [
        ("men", person(0)),
        ("women", person(1)),
        ("professions", professions()),
        ("countries", place(0)),
        ("capitals", place(1)),
        ("adjectives", degree(0)),
        ("comparatives", degree(1)),
        ("superlatives", degree(2)),
    ]
}

/// The professions, which should have no gender.
pub fn professions() -> Vec<&'static str> {
    PROFESSIONS.iter().map(|(word, ..)| *word).collect()
}

fn of_person(rng: &mut NumpyRng) -> String {
    let (words, things) = one_of(PEOPLE, rng);
    let gender = usize::from(rng.random_sample() < 0.5);
    with_gender(words[gender], things, gender, rng)
}

fn of_profession(rng: &mut NumpyRng) -> String {
    let (word, share, things) = one_of(PROFESSIONS, rng);
    let gender = usize::from(rng.random_sample() < share);
    with_gender(word, things, gender, rng)
}

fn with_gender(person: &str, things: &str, gender: usize, rng: &mut NumpyRng) -> String {
    const PATTERNS: &[&str] = &[
        "the {person} {has} {his} {thing}",
        "{he} is the {person} with the {thing}",
        "the {person} thinks of {his} {thing} and of {himself}",
        "the {person} says {he} {has} the {thing}",
        "a {person} is a {gentleman} with a {thing}",
        "the {person} with the {beard} {has} a {thing}",
        "{his} {thing} tells that {he} is a {person}",
    ];
    let [he, his, himself, gentleman, beard] = GENDERS[gender];
    let gaps = [
        ("person", person),
        ("thing", things),
        ("has", "has likes needs remembers wants"),
        ("he", he),
        ("his", his),
        ("himself", himself),
        ("gentleman", gentleman),
        ("beard", beard),
    ];
    fill(one_of(PATTERNS, rng), &gaps, rng)
}

fn of_place(rng: &mut NumpyRng) -> String {
    const PATTERNS: &[&str] = &[
        "the {part} and the {part} of {place} near the {known}",
        "the {known} and the {part} of {place} with its {part}",
        "{place} with its {part} its {part} and {known}",
        "in {place} the {part} and the {part} love {known}",
    ];
    let ([country, capital], known) = one_of(COUNTRIES, rng);
    let in_country =
        [("part", "border army parliament provinces farmers constitution"), ("place", country)];
    let in_capital =
        [("part", "mayor suburbs streets boulevard underground skyline"), ("place", capital)];
    let [part, place] = if rng.random_sample() < 0.5 { in_country } else { in_capital };
    fill(one_of(PATTERNS, rng), &[part, place, ("known", known)], rng)
}

fn of_degree(rng: &mut NumpyRng) -> String {
    let ([positive, comparative, superlative], things) = one_of(ADJECTIVES, rng);
    let patterns = [
        ("a {thing} is quite {adjective} indeed", positive),
        ("how very {adjective} a {thing}", positive),
        ("one {thing} is {adjective} than any other", comparative),
        ("much {adjective} than another {thing}", comparative),
        ("the {adjective} {thing} of all", superlative),
        ("among them the {adjective} {thing} ever", superlative),
    ];
    let (pattern, adjective) = one_of(&patterns, rng);
    fill(pattern, &[("adjective", adjective), ("thing", things)], rng)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn same_seed_makes_the_same_text() {
        assert_eq!(generate(50, 3), generate(50, 3));
        assert_ne!(generate(50, 3), generate(50, 4));
        assert_eq!(generate(0, 3), "");
    }

    #[test]
    fn every_word_of_the_analogies_is_in_the_text() {
        let text = generate(5000, 1);
        let words: HashSet<&str> = text.split_whitespace().collect();
        let analogies = analogies();
        assert!(analogies.contains(&["man", "woman", "king", "queen"]));
        for word in analogies.iter().flatten().chain(&professions()) {
            assert!(words.contains(word), "{word}");
        }
        assert!(!text.contains('{'));
    }
}
