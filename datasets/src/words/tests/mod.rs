//! The rule line by line, as the table in the module has it.

mod stability;

use super::*;

fn of(text: &str) -> Vec<String> {
    words_of(text).collect()
}

#[test]
fn marks_are_no_words_and_part_of_none() {
    for text in [
        "food",
        "Food!",
        "(food)",
        "“food”",
        "«food»",
        "_food_",
        "__food",
        "food...",
        "food…",
        "¿food?",
        "*food*",
        "food,",
        "‘food’",
        "'food'",
        "`food`",
        "food\u{a0}!",
        "— food —",
        "#food",
        "@food",
        "food%",
        "$food",
        "!FOOD!?",
        "food.\u{200b}",
        "\u{feff}food",
        "foo\u{ad}d",
        "food\u{fe0f}",
        "\u{200f}food\u{200e}",
    ] {
        assert_eq!(of(text), ["food"], "{text:?}");
    }
    for nothing in
        ["", " \t\r\n\u{3000}", "!?", "... --", "':-)'", "\u{301}", "_", "\u{200d}", "%&/()="]
    {
        assert_eq!(of(nothing), [""; 0], "{nothing:?}");
    }
}

#[test]
fn apostrophes_within_a_word_are_part_of_it_however_they_are_written() {
    for text in
        ["don't", "Don’t", "DON'T!", "don´t", "don`t", "don‘t", "donʼt", "don＇t", "'don't'"]
    {
        assert_eq!(of(text), ["don't"], "{text:?}");
    }
    assert_eq!(
        of("'tis the dogs' dog's rock 'n' roll"),
        ["tis", "the", "dogs", "dog's", "rock", "n", "roll"]
    );
    assert_eq!(of("O’Neill’s l’été"), ["o'neill's", "l'été"]);
}

#[test]
fn hyphens_dashes_and_strokes_divide() {
    assert_eq!(of("state-of-the-art"), ["state", "of", "the", "art"]);
    for divided in [
        "food-life",
        "food—life",
        "food\u{2011}life",
        "food–life",
        "food/life",
        "food,life",
        "food&life",
    ] {
        assert_eq!(of(divided), ["food", "life"], "{divided}");
    }
    assert_eq!(of("new_york snake_case_"), ["new_york", "snake_case"]);
}

#[test]
fn full_stops_divide_words_and_not_initials_or_numbers() {
    assert_eq!(of("So good.The end: note:this"), ["so", "good", "the", "end", "note", "this"]);
    assert_eq!(
        of("U.S. U.S E.g. p.m., (J.R.R. Tolkien)"),
        ["u.s", "u.s", "e.g", "p.m", "j.r.r", "tolkien"]
    );
    assert_eq!(of("U.S.-led e.g.food Ph.D."), ["u.s", "led", "e", "g", "food", "ph", "d"]);
    assert_eq!(of("good．bad：so"), ["good", "bad", "so"]);
}

#[test]
fn numbers_are_words_and_their_signs_are_not() {
    assert_eq!(
        of("3.5 1,000 1,000.50 1990s 15th v1.2 3.5kg"),
        ["3.5", "1,000", "1,000.50", "1990s", "15th", "v1.2", "3.5kg"]
    );
    assert_eq!(
        of("10 % 10% $5 -3 1/4 24/7 2:30."),
        ["10", "10", "5", "3", "1", "4", "24", "7", "2", "30"]
    );
    assert_eq!(of("3. ٣٫٥ ½"), ["3", "٣٫٥", "½"]);
}

#[test]
fn letters_are_composed_and_in_lower_case_and_not_folded() {
    assert_eq!(of("Cafe\u{301} CAFÉ café"), ["café"; 3]);
    assert_eq!(of("Größe GRÖSSE ΟΔΟΣ J\u{30c}"), ["größe", "grösse", "οδος", "\u{1f0}"]);
    assert_eq!(of("\u{212a}elvin ﬁne"), ["kelvin", "ﬁne"]);
}

#[test]
fn each_picture_is_a_word_however_it_is_drawn() {
    assert_eq!(of("love❤️😀😀!"), ["love", "❤", "😀", "😀"]);
    assert_eq!(of("❤ ❤\u{fe0e} ★★☆"), ["❤", "❤", "★", "★", "☆"]);
    assert_eq!(of("👩‍👩‍👧👍🏽🇩🇪🇫🇷 1️⃣"), ["👩‍👩‍👧", "👍🏽", "🇩🇪", "🇫🇷", "1"]);
    assert_eq!(of("❝food❞"), ["food"]);
}

#[test]
fn scripts_without_blanks_come_as_unicode_divides_them() {
    assert_eq!(of("我喜欢，food。"), ["我", "喜", "欢", "food"]);
    assert_eq!(of("ひらがな カタカナ 한국어"), ["ひ", "ら", "が", "な", "カタカナ", "한국어"]);
    assert_eq!(of("Привет, сім’я! שלום"), ["привет", "сім'я", "שלום"]);
}

#[test]
fn words_keep_their_case_until_they_are_looked_up() {
    assert_eq!(WordRule::Boundaries.words("US, us – Don’t!"), ["US", "us", "Don't"]);
    assert_eq!(WordRule::Blanks.words("US, us\t– Don’t!"), ["US,", "us", "–", "Don’t!"]);
}

/// As the texts of the CoNLL-2003 task have them; hyphens, apostrophes and numbers as the rule has them.
#[test]
fn marks_are_tokens_where_they_are_asked_for() {
    let tokens = |text: &str| WordRule::Tokens.words(text);
    let said = "Rosenva lies near Ferastrick.";
    assert_eq!(tokens(said), ["Rosenva", "lies", "near", "Ferastrick", "."]);
    assert_eq!(tokens("to “Paris”, France!?"), ["to", "“", "Paris", "”", ",", "France", "!", "?"]);
    assert_eq!(tokens("(Well... don’t) — US"), ["(", "Well", "...", "don't", ")", "—", "US"]);
    assert_eq!(tokens("state-of-the-art"), ["state", "-", "of", "-", "the", "-", "art"]);
    assert_eq!(
        tokens("-3.5 1,000, 10% 2:30"),
        ["-", "3.5", "1,000", ",", "10", "%", "2", ":", "30"]
    );
    assert_eq!(tokens("the U.S., J. Smith"), ["the", "U.S.", ",", "J", ".", "Smith"]);
    assert_eq!(tokens("new_york _ 😀😀!"), ["new_york", "_", "😀", "😀", "!"]);
    assert_eq!(tokens(" \t\u{200b}\u{ad} "), [""; 0]);
    for divided in ["He said Teddy bears are on sale", "in 1,000 U.S. towns , 3.5 miles away ."] {
        assert_eq!(tokens(divided), WordRule::Blanks.words(divided));
    }
    assert!(is_mark("...") && is_mark("") && !is_mark("U.S.") && !is_mark("❤"));
    let vocabulary = Vocabulary::new(["near", "paris", ","]).unwrap();
    let LookedUp { indices, passed_over } =
        vocabulary.look_up_by("near Paris, Xyzzy.", WordRule::Tokens);
    assert_eq!((indices, passed_over), (vec![0, 1, 2], vec!["Xyzzy".to_string()]));
}

#[test]
fn unknown_words_are_passed_over_and_letters_become_small() {
    let vocabulary = Vocabulary::new(["i", "love", "naïve", "größe"]).unwrap();
    assert_eq!(vocabulary.indices("I really LOVE\u{a0}Naïve\u{3000}GRÖSSE größe"), [0, 1, 2, 3]);
    assert_eq!(vocabulary.indices(" \t\r\n"), [0; 0]);
    assert_eq!(vocabulary.index("Love"), Some(1));
    assert_eq!(vocabulary.index("hate"), None);
}

/// As GoogleNews, the largest GloVe and fastText have them.
#[test]
fn word_is_looked_up_as_it_is_written_first() {
    let vocabulary =
        Vocabulary::new(["US", "us", "Paris", "apple", "NASA", "iPhone", "food!"]).unwrap();
    for (word, expected) in [
        ("US", Some(0)),
        ("us", Some(1)),
        ("Us", Some(1)),
        ("Paris", Some(2)),
        ("paris", Some(2)),
        ("PARIS", Some(2)),
        ("Apple", Some(3)),
        ("nasa", Some(4)),
        ("iPhone", Some(5)),
        ("Iphone", None),
        ("food!", Some(6)),
        ("food", None),
        ("", None),
    ] {
        assert_eq!(vocabulary.index(word), expected, "{word}");
    }
    assert_eq!(vocabulary.indices("US! us?"), [0, 1]);
}

#[test]
fn word_is_found_in_whatever_form_the_vocabulary_has_it() {
    let vocabulary =
        Vocabulary::new(["food", "life", "u.s.", "don't", "n’t", "cafe\u{301}", "élan", ","])
            .unwrap();
    assert_eq!(vocabulary.indices("Food, life... (U.S.) “DON’T!” ¿food? ,"), [0, 1, 2, 3, 0]);
    assert_eq!(vocabulary.indices("CAFÉ café cafe\u{301} E\u{301}LAN N't"), [5, 5, 5, 6, 4]);
    assert_eq!(
        ["Food!", "(U.S.)", ",", "U.S", "Café…"].map(|word| vocabulary.index(word)),
        [Some(0), Some(2), Some(7), Some(2), Some(5)]
    );
    let LookedUp { indices, passed_over } = vocabulary.look_up("So — food/life, XYZZY! cafe's !?");
    assert_eq!(indices, [0, 1]);
    assert_eq!(passed_over, ["So", "XYZZY", "cafe's"]);
    assert_eq!(vocabulary.position("Food"), None);
}

/// As the texts of GloVe have them.
#[test]
fn contraction_is_taken_in_two_where_both_words_are_known() {
    let vocabulary = Vocabulary::new(["do", "n't", "it", "'s", "can't", "we"]).unwrap();
    assert_eq!(vocabulary.indices("Don’t! It's, CAN'T"), [0, 1, 2, 3, 4]);
    let LookedUp { indices, passed_over } = vocabulary.look_up("we've n't isn't 's");
    assert_eq!(indices, [1]);
    assert_eq!(passed_over, ["we've", "isn't", "s"]);
}

/// What a description of a model without a rule was trained with.
#[test]
fn text_divided_at_blanks_keeps_its_marks() {
    let vocabulary = Vocabulary::new(["food", "food,", "and", "or"]).unwrap();
    let LookedUp { indices, passed_over } =
        vocabulary.look_up_by("Food, food! and/or", WordRule::Blanks);
    assert_eq!((indices, passed_over), (vec![1, 0], vec!["and/or".to_string()]));
    assert_eq!(vocabulary.look_up("Food, food! and/or").indices, [0, 0, 2, 3]);
    assert_eq!(vocabulary.index_each(&["food,", "Food", "food!"]), [1, 0, 4]);
}

#[test]
fn unknown_words_share_an_index_where_none_is_passed_over() {
    let vocabulary = Vocabulary::new(["i", "love", "café"]).unwrap();
    assert_eq!(vocabulary.index_each(&["I", "really", "LOVE", "", "Cafe\u{301}"]), [0, 3, 1, 3, 2]);
    assert_eq!(Vocabulary::default().index_each(&["i"]), [0]);
}

#[test]
fn duplicate_is_refused_with_both_places() {
    let error = Vocabulary::new(["a", "b", "a"]).unwrap_err();
    assert_eq!(error, DuplicateWord { word: "a".to_string(), first: 0, second: 2 });
}
