//! Texts, tables and word vectors of the user's, and questions about sentences.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{
    COURSE, DINOSAURS, EMOJIFY, JAZZ, NAMED_ENTITIES, SENTIMENT, SHAKESPEARE, TRAIN_EMBEDDINGS,
    WORD_VECTORS, refuse, run, run_in, stderr, stdout,
};

#[test]
fn word_vectors_and_texts_that_cannot_be_are_refused_by_file_and_line() {
    for (name, contents, culprit) in [
        ("v.txt", "king 1 2\nqueen 1\n", "v.txt, line 2"),
        ("v.txt", "king 1 2\nking 1\n", "v.txt, line 2"),
        ("v.txt", "king 1 nan\n", "v.txt, line 1"),
        ("v.txt", "", "v.txt, line 1"),
        ("v.bin", "2 2\nking ", "v.bin"),
    ] {
        let files = tempfile::tempdir().unwrap();
        let path = files.path().join(name);
        fs::write(&path, contents).unwrap();
        let path = path.to_str().unwrap();
        refuse(WORD_VECTORS, &["--vectors", path], culprit);
        refuse(EMOJIFY, &["--vectors", path], culprit);
        if contents.is_empty() {
            refuse(TRAIN_EMBEDDINGS, &["--text", path], "it has no words");
        }
    }
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("one.txt");
    fs::write(&path, "word word").unwrap();
    refuse(TRAIN_EMBEDDINGS, &["--text", path.to_str().unwrap()], "one word alone");
    fs::write(&path, "one\ntwo\n").unwrap();
    refuse(TRAIN_EMBEDDINGS, &["--text", path.to_str().unwrap()], "one word to a line");
    refuse(TRAIN_EMBEDDINGS, &["--text", "nowhere.txt"], "nowhere.txt");
    refuse(WORD_VECTORS, &["--dry-run", "--near", "xyzzy"], "xyzzy has no vector");
    refuse(EMOJIFY, &["--dry-run", "--say", "xyzzy"], "no word of it has a vector");
    refuse(WORD_VECTORS, &["--data", "nowhere"], "glove.6B.50d.txt");
}

#[test]
fn texts_and_words_that_do_not_serve_are_refused_by_the_flag_that_helps() {
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("short.txt");
    fs::write(&path, "Shall I compare").unwrap();
    let path = path.to_str().unwrap();
    refuse(SHAKESPEARE, &["--text", path], "more than 40 are needed to learn from (--text)");
    let rare = ["--text", path, "--least", "9"];
    refuse(TRAIN_EMBEDDINGS, &rare, "none of its words occurs 9 times (--text, --least)");
    refuse(SENTIMENT, &["--least", "1000000"], "occurs 1000000 times (--file, --least)");
    refuse(NAMED_ENTITIES, &["--least", "1000000"], "occurs 1000000 times (--file, --least)");
    let from = "embedded data: learnt by skip-gram from a generated text";
    let analogy = ["--dry-run", "--analogy", "man", "woman", "xyzzy"];
    refuse(WORD_VECTORS, &analogy, &format!("{from} (--analogy)"));
    refuse(WORD_VECTORS, &["--dry-run", "--near", "xyzzy"], &format!("{from} (--near)"));
    for (program, flag) in [
        (SENTIMENT, "--file"),
        (NAMED_ENTITIES, "--file"),
        (WORD_VECTORS, "--vectors"),
        (SHAKESPEARE, "--text"),
        (JAZZ, "--midi"),
    ] {
        refuse(program, &[flag, "nowhere.csv"], &format!(" ({flag})\n"));
    }
}

/// What a program says of a file of these contents, given with `flag` to a dry run.
fn told(program: &str, (flag, name): (&str, &str), contents: &[u8], arguments: &[&str]) -> String {
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join(name);
    fs::write(&path, contents).unwrap();
    let file = if flag == "--data" { files.path() } else { &path };
    let (output, _) =
        run(program, &[&["--dry-run", flag, file.to_str().unwrap()], arguments].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output).replace(file.to_str().unwrap(), "FILE")
}

#[test]
fn words_are_looked_up_as_they_are_written_and_those_passed_over_are_told() {
    let cased =
        "man 1 2\nwoman 3 1\nParis 2 5\nFrance 1 7\nItaly 4 4\nus 2 2\nUS 0 1\nman 5 5\nfood 1 1\n";
    let vectors = ("--vectors", "v.txt");
    let near = |word| told(WORD_VECTORS, vectors, cased.as_bytes(), &["--near", word]);
    assert!(near("Paris").contains("near Paris: "));
    assert!(near("PARIS!").contains("near Paris: "));
    for said in [
        "8 words in 2 dimensions",
        "Passed over in the file: 1 word that has a vector already.",
        "Of the questions to show 26 words are left out for want of a vector: ball boy",
        "vectors: each of 278 analogies has a word without a vector",
        "similarity of france and italy",
    ] {
        assert!(near("US").contains(said), "{said}: {}", near("US"));
    }
    let words = ["--analogy", "France", "Paris", "Italy"];
    let text = told(WORD_VECTORS, vectors, cased.as_bytes(), &words);
    assert!(text.contains("France -> Paris :: Italy -> "), "{text}");
    let emojify = |said| told(EMOJIFY, vectors, cased.as_bytes(), &["--say", said]);
    let text = emojify("Food, xyzzy for us... and xyzzy!");
    let passed = "Of --say 4 words are passed over for want of a vector: xyzzy for and";
    assert!(text.contains(passed), "{text}");
    assert!(!emojify("food us").contains("Of --say"));

    let binary = |word: &[u8]| [word, b" \0\0\x80?\0\0\0@\n"].concat();
    let binary = [b"3 2\n", &binary(b"king")[..], &binary(b"gr\xc3"), &binary(b"queen")].concat();
    let text = told(WORD_VECTORS, ("--vectors", "v.bin"), &binary, &[]);
    assert!(text.contains("2 words in 2 dimensions"), "{text}");
    assert!(text.contains("Passed over in the file: 1 word that is not UTF-8."), "{text}");
}

/// What a dry run on a file answers a sentence, and how sure it is.
fn answers(program: &str, flag: &str, path: &Path, said: &str) -> Value {
    let path = path.to_str().unwrap();
    let (output, _) = run(program, &["--dry-run", "--json", flag, path, "--say", said]);
    assert!(output.status.success(), "{}", stderr(&output));
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let results = report["results"].as_object().unwrap().clone();
    let is_answer = |key: &str| key.starts_with("prediction_") || key.starts_with("probability_");
    results.into_iter().filter(|(key, _)| is_answer(key)).collect()
}

/// A mark more, an accent by itself or a curly apostrophe makes no other word.
#[test]
fn sentences_are_answered_alike_however_they_are_punctuated() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, contents: &str| {
        let path = folder.path().join(name);
        fs::write(&path, contents).unwrap();
        path
    };
    let vectors = write(
        "v.txt",
        "food 1 2\nis 0 1\nlife -1 3\ncafé 5 1\ndo 2 2\nn't -4 1\nlike 1 -3\nu.s. 3 3\n",
    );
    let reviews = write(
        "r.csv",
        "\"superb, superb food\",1\n\"I don’t like the café.\",0\nlife is food,1\nno life,0\nI like it,1\n\"U.S. food\",1\n",
    );
    let tagged = write("n.conll", &"food O\nis O\nlife B-X\n\n".repeat(4));
    for (one, others) in [
        (
            "food is life",
            &["Food, is life...", "(food) is life!", "food—is — LIFE 😀", "food/is: _life_"][..],
        ),
        ("café food", &["Cafe\u{301}, food", "CAFÉ-food"]),
        ("I don't like U.S. food", &["I don’t like U.S food!", "i DON´T like... (u.s.) food"]),
    ] {
        for other in others {
            for (program, flag, file) in
                [(EMOJIFY, "--vectors", &vectors), (SENTIMENT, "--file", &reviews)]
            {
                let expected = answers(program, flag, file, one);
                assert!(expected.as_object().unwrap().len() == 4, "{expected}");
                assert_eq!(answers(program, flag, file, other), expected, "{program}: {other}");
            }
        }
    }
    let found = |said: &str| answers(NAMED_ENTITIES, "--file", &tagged, said).to_string();
    let bare = |found: String| found.replace([',', '!', '.', ' '], "");
    assert_eq!(bare(found("food, is life! café...")), bare(found("food is life café")));
}

#[test]
fn texts_are_learnt_from_without_their_marks() {
    let text = "Frei, frei! FREI ist frei.\nCafe\u{301} café: don’t don't\n";
    let said = told(TRAIN_EMBEDDINGS, ("--text", "t.txt"), text.as_bytes(), &[]);
    assert!(
        said.contains("9 words, 4 different, most often frei, café, don't, ist: FILE."),
        "{said}"
    );
    let reviews = "\"superb, fine\",1\n\"Superb!\",1\nbad?,0\n(bad) bad,0\nbad... fine,0\n";
    let said = told(SENTIMENT, ("--file", "r.csv"), reviews.as_bytes(), &[]);
    assert!(said.contains("They have 3 different words."), "{said}");
}

/// The others, and those of which a word is not known, count in the score alone.
#[test]
fn analogies_shown_are_those_that_come_out_right() {
    let vectors = "man 0 1\nwoman 1 2\nboy 2 1\ngirl 3 2\nsmall 5 1\nsmaller 5 2\ncold 9 1\ncolder -3 7\nwarm 9 2\n";
    let said = told(WORD_VECTORS, ("--vectors", "v.txt"), vectors.as_bytes(), &["--top", "1"]);
    for shown in [
        "man -> woman :: boy -> girl (1.000) [nearest sum]\n",
        "man -> woman :: boy -> girl (1.000) [most parallel]\n",
        "vectors: 2 of 4 analogies come out right by the nearest sum, 50.0 %; 274 more have words without a vector",
    ] {
        assert!(said.contains(shown), "{shown}: {said}");
    }
    assert_eq!(said.matches(" :: ").count(), 2, "{said}");
    assert!(!said.contains("-0.0000"), "{said}");
}

#[test]
fn texts_are_the_same_with_a_byte_order_mark_and_any_line_ends() {
    let names = "Zuul\nRex\nTriceratops";
    let verse =
        "Shall I compare thee\nto a summer's day?\nThou art more lovely\nand more temperate.\n";
    let tagged = "Ann B-PER\nwent O\n\nto O\nRio B-LOC\n\nto O\nOslo B-LOC\n";
    for (program, file, text) in [
        (DINOSAURS, ("--data", "dinos.txt"), names),
        (SHAKESPEARE, ("--text", "verse.txt"), verse),
        (TRAIN_EMBEDDINGS, ("--text", "verse.txt"), verse),
        (NAMED_ENTITIES, ("--file", "n.conll"), tagged),
        (SENTIMENT, ("--file", "r.csv"), "good,1\nso good,1\nbad,0\nnot so bad,0\nfine,1\n"),
    ] {
        let said = |contents: String| -> Vec<String> {
            let text = told(program, file, contents.as_bytes(), &[]);
            text.lines().filter(|line| !line.contains(" took ")).map(str::to_string).collect()
        };
        let plain = said(text.to_string());
        let crlf = text.replace('\n', "\r\n");
        for other in
            [format!("\u{feff}{text}"), format!("\u{feff}{crlf}"), text.replace('\n', "\r")]
        {
            assert_eq!(said(other.clone()), plain, "{other:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(file.1);
        let utf_16: Vec<u8> =
            format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        fs::write(&path, utf_16).unwrap();
        let given = if file.0 == "--data" { folder.path() } else { &path };
        refuse(program, &[file.0, given.to_str().unwrap()], "it is UTF-16: save it as UTF-8");
    }
}

#[test]
fn reviews_and_tagged_texts_of_other_programs_are_read_and_what_was_passed_over_is_told() {
    let reviews = "review,sentiment\n\"good<br /><br />film\",positive\n\"bad, bad\",NEGATIVE\nfine,pos\ndull,neg\n";
    let text =
        told(SENTIMENT, ("--file", "imdb.csv"), reviews.as_bytes(), &["--say", "good, xyzzy"]);
    for said in [
        "3 sentences to train on and 1 to test",
        "The first row is taken for a header: review, sentiment.",
        "passed over, not among those learnt from: xyzzy",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let tagged = "1 Ann B-PER\n2 went O\n\n1 to O\n2 Rio B-LOC\n\n1 to O\n2 Oslo B-LOC\n";
    let arguments = ["--least", "1", "--say", "xyzzy went, to Rio."];
    let text = told(NAMED_ENTITIES, ("--file", "n.txt"), tagged.as_bytes(), &arguments);
    assert!(text.contains("The first column counts the tokens and is passed over."), "{text}");
    assert!(text.contains("not known, and judged by those around them: "), "{text}");

    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("r.csv");
    let open = "dull,0\n\"so good he said,1\nfine,1\n\"never again\" she said,0\nbad,0\n";
    fs::write(&path, open).unwrap();
    refuse(
        SENTIMENT,
        &["--file", path.to_str().unwrap()],
        "r.csv is not a whole CSV file: line 4: ",
    );
}

/// The header announces what the file has room for, which is a hole.
#[test]
fn word_vectors_that_are_too_many_name_the_flag_that_helps() {
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("v.bin");
    fs::write(&path, "900000 300\n").unwrap();
    fs::File::options().append(true).open(&path).unwrap().set_len(900_000 * 1203).unwrap();
    for program in [WORD_VECTORS, EMOJIFY] {
        refuse(
            program,
            &["--vectors", path.to_str().unwrap()],
            "read the first ones with --words 400000",
        );
    }
}

/// Word vectors as text, of so many dimensions.
fn write_vectors(path: &Path, dimensions: usize) {
    let line = |word: &str| {
        let entry = |place: usize| format!(" {}", (word.len() * (place + 2) % 7) as f64 - 3.0);
        format!("{word}{}\n", (0..dimensions).map(entry).collect::<String>())
    };
    let words = ["i", "love", "you", "let", "us", "play", "sad", "food"];
    fs::write(path, words.map(line).concat()).unwrap();
}

#[test]
fn vectors_of_another_width_do_not_fit_a_network_that_has_learnt() {
    let folder = tempfile::tempdir().unwrap();
    let vectors = folder.path().join("v.txt");
    write_vectors(&vectors, 50);
    let settings = ["--vectors", "v.txt", "--epochs", "1", "--iterations", "1", "--out", "run"];
    let output = run_in(folder.path(), EMOJIFY, &settings);
    assert!(output.status.success(), "{}", stderr(&output));
    write_vectors(&vectors, 300);
    let output = run_in(folder.path(), EMOJIFY, &["--resume", "run"]);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.contains("vectors is not what the run began with"), "{message}");
}

/// They are known by the SHA-256 that the run began with.
#[test]
fn models_know_the_word_vectors_that_the_run_was_given() {
    let folder = tempfile::tempdir().unwrap();
    write_vectors(&folder.path().join("v.txt"), 50);
    let settings = ["--vectors", "v.txt", "--epochs", "1", "--iterations", "1", "--out", "run"];
    let output = run_in(folder.path(), EMOJIFY, &settings);
    assert!(output.status.success(), "{}", stderr(&output));
    let json = |name: &str| -> Value {
        let text = fs::read(folder.path().join("run").join(name)).unwrap();
        serde_json::from_slice(&text).unwrap()
    };
    let known = json("config.json")["data"]["vectors"].clone();
    for stage in ["v1", "v2"] {
        let vectors = json(&format!("{stage}/model.json"))["task"]["words"]["vectors"].clone();
        assert_eq!((&vectors["bytes"], &vectors["sha256"]), (&known["bytes"], &known["sha256"]));
        let asked = ["try", "run", "i love you", "--model", stage];
        let output = run_in(folder.path(), COURSE, &asked);
        assert!(output.status.success(), "{}", stderr(&output));
    }
}

#[test]
fn sentence_of_ten_thousand_words_finds_its_emoji() {
    let folder = tempfile::tempdir().unwrap();
    write_vectors(&folder.path().join("v.txt"), 5);
    let sentence = "love ".repeat(10_000);
    let settings = ["--vectors", "v.txt", "--dry-run", "--say", &sentence];
    let output = run_in(folder.path(), EMOJIFY, &settings);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("(two LSTMs: "), "{}", stdout(&output));
}

#[test]
fn sentences_that_cannot_be_learnt_from_are_refused_by_file_and_line() {
    let files = tempfile::tempdir().unwrap();
    let with = |program: &str, name: &str, contents: &str, culprit: &str| {
        let path = files.path().join(name);
        fs::write(&path, contents).unwrap();
        refuse(program, &["--file", path.to_str().unwrap()], culprit);
    };
    with(SENTIMENT, "r.csv", "", "r.csv is not a whole CSV file: it has no rows");
    with(SENTIMENT, "r.csv", "good,1\nbad,no\n", "r.csv, line 2: the label is \"no\"");
    with(SENTIMENT, "r.tsv", "good\t1\nbad\t2\n", "r.tsv, line 2: the label is \"2\", not 0 or 1");
    with(SENTIMENT, "r.csv", "good,1\n", "all have the same words");
    with(SENTIMENT, "r.csv", ",1\n ,0\n", "all have the same words");
    with(NAMED_ENTITIES, "n.conll", "", "n.conll is not a whole CoNLL file: it has no words");
    with(NAMED_ENTITIES, "n.conll", "Oslo B-LOC\nis\n", "n.conll, line 2: the tag is \"\"");
    with(
        NAMED_ENTITIES,
        "n.conll",
        "Oslo B-LOC\n",
        "n.conll is not a whole text file: it holds one text",
    );
    with(NAMED_ENTITIES, "n.json", "{}\n", "n.json is not a whole JSON lines file: line 1");
    refuse(SENTIMENT, &["--file", "nowhere.csv"], "nowhere.csv");
    refuse(NAMED_ENTITIES, &["--data", "nowhere"], "ner.json");
    refuse(SENTIMENT, &["--say", "xyzzy"], "--say \"xyzzy\": no word of it");
    refuse(NAMED_ENTITIES, &["--say", " "], "--say \" \": no word of it");
}

/// A sentence of 10,000 words, one of none, and one of unknown words among others.
#[test]
fn sentences_of_any_length_are_judged() {
    let long = "not so bad ".repeat(3334);
    let reviews = format!("{long},1\n,0\nxyzzy,0\ngood,1\nnot good,0\ngood not,1\n");
    let tokens = "so O\n".repeat(10_000);
    let tagged = format!("{tokens}\nOslo B-LOC\n\nin O\nRio I-LOC\n\n");
    for (program, name, contents) in
        [(SENTIMENT, "r.csv", reviews), (NAMED_ENTITIES, "n.conll", tagged)]
    {
        let files = tempfile::tempdir().unwrap();
        let path = files.path().join(name);
        fs::write(&path, contents).unwrap();
        for most in ["1000", "10000"] {
            let settings = ["--file", path.to_str().unwrap(), "--least", "1", "--max-words", most];
            let (output, _) = run(
                program,
                &[&settings[..], &["--dry-run", "--json", "--say", "so Good"]].concat(),
            );
            assert!(output.status.success(), "{}", stderr(&output));
            let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
            let said = report["results"].as_object().unwrap().keys();
            let is_answer = |key: &&String| key.starts_with("prediction_");
            assert_eq!(said.filter(is_answer).count(), 2, "{report}");
        }
    }
}

#[test]
fn names_cannot_begin_with_characters_that_none_has() {
    refuse(DINOSAURS, &["--start", "Tri7"], "--start: '7', character 4 of \"tri7\"");
    refuse(DINOSAURS, &["--start", "É"], "'é'");
    refuse(DINOSAURS, &["--temperature", "0"], "--temperature");
    refuse(DINOSAURS, &["--sample", "0"], "--sample");
    refuse(DINOSAURS, &["--data", "nowhere"], "dinos.txt");
    let data = tempfile::tempdir().unwrap();
    fs::write(data.path().join("dinos.txt"), "\n\n").unwrap();
    refuse(DINOSAURS, &["--data", data.path().to_str().unwrap()], "holds no name");
    fs::write(data.path().join("dinos.txt"), "a").unwrap();
    let one_character = ["--dry-run", "--data", data.path().to_str().unwrap(), "--start", "A"];
    let (output, _) = run(DINOSAURS, &one_character);
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn poems_continue_prompts_that_the_text_has_characters_of() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.txt");
    let with_text = |contents: &str, arguments: &[&str], said: &str| {
        fs::write(&text, contents).unwrap();
        let arguments = [&["--text", text.to_str().unwrap()], arguments].concat();
        refuse(SHAKESPEARE, &arguments, said);
    };
    with_text("", &[], "the text has 0 characters");
    with_text("a short one", &[], "the text has 11 characters");
    with_text(&"a".repeat(50), &["--prompt", "Ö7"], "--prompt \"Ö7\": none of its characters");
    refuse(SHAKESPEARE, &["--data", "nowhere"], "shakespeare.txt");
    refuse(SHAKESPEARE, &["--temperature", "0"], "--temperature");
    let one_character = ["--dry-run", "--text", text.to_str().unwrap(), "--prompt", "Aöa"];
    let (output, _) = run(SHAKESPEARE, &one_character);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("Aöaaa"), "{}", stdout(&output));
}
