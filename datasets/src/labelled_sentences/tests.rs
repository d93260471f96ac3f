use super::*;

fn read(name: &str, contents: &str) -> Result<LabelledSentences, String> {
    let read = LabelledSentences::of(Path::new(name), contents.as_bytes(), 5, "0 to 4");
    read.map_err(|error| error.to_string())
}

fn labelled(rows: &[(&str, usize)]) -> LabelledSentences {
    LabelledSentences {
        sentences: rows.iter().map(|row| row.0.to_string()).collect(),
        labels: rows.iter().map(|row| row.1).collect(),
    }
}

#[test]
fn sentences_keep_their_blanks_and_further_fields_are_passed_over() {
    let found = read("e.csv", "never  again ,3,,\r\n\"food, you said\t\",4\r\n").unwrap();
    assert_eq!(found, labelled(&[("never  again ", 3), ("food, you said\t", 4)]));
    assert_eq!(found.max_len(), 3);
}

#[test]
fn label_outside_the_classes_is_refused_with_its_line() {
    for label in ["5", "-1", "x", ""] {
        assert_eq!(
            read("e.csv", &format!("a,0\r\nb,{label}\r\n")).unwrap_err(),
            format!("e.csv, line 2: the label is {label:?}, not 0 to 4")
        );
    }
    let error = "e.csv, line 1: the label is \"\", not 0 to 4";
    assert_eq!(read("e.csv", "a\n").unwrap_err(), error);
    assert_eq!(read("e.csv", "").unwrap_err(), "e.csv is not a whole CSV file: it has no rows");
    let error = LabelledSentences::of(Path::new("e.csv"), b"a,0\n\xff,1\n", 2, "0 or 1");
    let error = error.unwrap_err().to_string();
    assert_eq!(error, "e.csv is not a whole CSV file: line 2 is not UTF-8");
}

#[test]
fn tabs_divide_fields_of_tsv_and_quotes_are_letters_there() {
    let found = read("e.TSV", "\u{feff}Sentence\tLabel\n\"good, he said\t1\n\t0\n").unwrap();
    assert_eq!(found, labelled(&[("\"good, he said", 1), ("", 0)]));
    let error = read("e.tsv", "sentence\tlabel\n").unwrap_err();
    assert_eq!(error, "e.tsv is not a whole TSV file: it has no rows");
    // A header is the first row alone.
    let error = read("e.csv", "a,0\nsentence,label\n").unwrap_err();
    assert!(error.starts_with("e.csv, line 2"), "{error}");
}

#[test]
fn long_sentence_and_one_of_no_words_are_read() {
    let long = "sehr gut ".repeat(5000);
    let found = read("e.csv", &format!("{long},1\n,0\n \u{3000},1\n")).unwrap();
    assert_eq!((found.len(), found.max_len()), (3, 10_000));
    assert!(found.order_pairs().is_empty());
}

#[test]
fn pairs_have_the_same_words_in_another_order_and_another_label() {
    let set = labelled(&[
        ("good not bad", 1),
        ("bad not good", 0),
        ("BAD not Good", 0),
        ("not bad  good", 1),
        ("good good not bad", 0),
        ("good", 0),
        ("good", 1),
    ]);
    assert_eq!(set.order_pairs(), [[0, 1], [2, 3]]);
}

#[test]
fn split_keeps_sentences_of_the_same_words_together() {
    let rows: Vec<(String, usize)> =
        (0..50).flat_map(|n| [(format!("{n} not b"), 1), (format!("b not {n}"), 0)]).collect();
    let rows: Vec<_> = rows.iter().map(|(row, label)| (row.as_str(), *label)).collect();
    let all = labelled(&rows);
    let (train, test) = all.split(1).unwrap();
    assert_eq!((train.len(), test.len()), (80, 20));
    assert_eq!(test.order_pairs().len(), 10);
    assert!(test.sentences.iter().all(|sentence| !train.sentences.contains(sentence)));
    assert_eq!(all.split(1), Some((train.clone(), test)));
    assert_ne!(all.split(2).unwrap().0, train);

    assert_eq!(labelled(&[("a b", 0), ("b a", 1)]).split(1), None);
    let two = labelled(&[("a", 0), ("b", 1), ("b", 1)]);
    assert!(two.split(1).is_some_and(|(train, test)| !train.is_empty() && !test.is_empty()));
}

const REVIEWS: Labels<'_> =
    Labels { classes: 2, names: &[&["negative", "neg"], &["positive", "pos"]], expected: "0 or 1" };

fn reviews(name: &str, contents: &str) -> Result<(LabelledSentences, Columns), String> {
    let read = LabelledSentences::of_labels(Path::new(name), contents.as_bytes(), &REVIEWS);
    read.map_err(|error| error.to_string())
}

/// Files of one kind, as other programs write them.
#[test]
fn rows_are_the_same_however_a_file_is_written() {
    let expected = labelled(&[("dull, bad", 0), ("fine", 1), ("so good it is", 1)]);
    for (name, contents) in [
        ("r.csv", "\"dull, bad\",0\nfine,1\nso good it is,1\n"),
        ("r.csv", "\u{feff}\"dull, bad\",0\r\nfine,1\r\nso good it is,1\r\n"),
        ("r.csv", "\"dull, bad\",0\rfine,1\rso good it is,1"),
        (
            "r.csv",
            "review,sentiment\n\"dull, bad\",negative\nfine,positive\nso good it is,Positive\n",
        ),
        (
            "r.csv",
            "\"the text\",\"its mood\"\n\"dull, bad\",\"NEG\"\n\"fine\",\"pos\"\n\"so good it is\",\" POS \"\n",
        ),
        ("r.csv", "\"dull, bad\",0.0\nfine,1.0\nso good it is,1\n"),
        ("r.csv", "text;label\r\ndull, bad;0\r\nfine;1\r\nso good it is;1\r\n"),
        ("r.csv", "dull, bad;0,0\nfine;1,0\nso good it is;1,0\n"),
        ("r.csv", ",review,sentiment\n0,\"dull, bad\",0\n1,fine,1\n2,so good it is,1\n"),
        ("r.csv", "id,label,text\na1,0,\"dull, bad\"\na2,1,fine\na3,1,so good it is\n"),
        ("r.csv", "0,\"dull, bad\"\n1,fine\n1,so good it is\n"),
        ("r.csv", "\"dull, bad\",0\n,,\nfine,1,\nso good it is,1,,\n,\n"),
        ("r.txt", "dull, bad\t0\nfine\t1\nso good it is\t1\n"),
        (
            "r.tsv",
            "\"id\"\t\"sentiment\"\t\"review\"\n\"58_8\"\t\"0\"\tdull, bad\n\"2_9\"\t1\tfine\n\"3\"\t1\tso good it is\n",
        ),
    ] {
        let found = reviews(name, contents);
        assert_eq!(found.map(|found| found.0), Ok(expected.clone()), "{contents:?}");
    }
}

#[test]
fn what_is_not_plain_about_a_file_is_told() {
    let notes = |contents| reviews("r.csv", contents).unwrap().1.notes();
    assert_eq!(notes("good,1\nbad,0\n"), [""; 0]);
    assert_eq!(
        notes("id,mood,what was said\n7,1,good as it is\n,,\n8,0,bad as it is\n"),
        [
            "The first row is taken for a header: id, mood, what was said.",
            "Column 3 is read for the sentences and column 2 for their labels.",
            "1 row in which nothing stands is passed over."
        ]
    );
}

#[test]
fn first_row_with_a_number_or_nothing_in_the_label_s_place_is_no_header() {
    for (label, line) in [("2", 1), ("", 1), ("1.5", 1), ("-1", 1)] {
        let error = reviews("r.csv", &format!("fine,{label}\ngood,1\nbad,0\n")).unwrap_err();
        assert_eq!(error, format!("r.csv, line {line}: the label is {label:?}, not 0 or 1"));
    }
}

#[test]
fn line_breaks_of_html_become_blanks() {
    let found = reviews("r.csv", "so<br />so<BR>and<br/><br / >on <brown>,1\n").unwrap().0;
    assert_eq!(found.sentences, ["so so and  on <brown>"]);
}

#[test]
fn quotes_that_do_not_close_are_refused_with_their_line() {
    for (contents, line) in [
        (
            "text,label\ndull,0\n\"so good he said,1\nfine,1\n\"never again\" she said,0\nbad,0\n",
            "5: \"never again",
        ),
        (
            "dull,0\n\"so good he said,1\nfine,1\nnever again\",0\nbad,0\n",
            "2: the quote that begins a cell closes on line 4",
        ),
        (
            "dull;0\n\"so good, he said;1\nshe said \"\"no\"\"\";0\nbad;0\n",
            "2: the quote that begins a cell closes on line 3",
        ),
        (
            "dull,0\nbad,0\n\"so good he said,1\nfine,1\n",
            "3: the quote that begins a cell does not close",
        ),
    ] {
        let error = reviews("r.csv", contents).unwrap_err();
        assert!(
            error.starts_with(&format!("r.csv is not a whole CSV file: line {line}")),
            "{error}"
        );
    }
    let of_two_lines = "\"good, but\nnot great, and so on\",0\n\"fine\nas it is\",1\n";
    assert_eq!(reviews("r.csv", of_two_lines).unwrap().0.len(), 2);
}

#[test]
fn utf_16_is_refused_with_what_to_do() {
    let utf_16: Vec<u8> = "\u{feff}good,1\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let error = LabelledSentences::of(Path::new("r.csv"), &utf_16, 2, "0 or 1").unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("r.csv is not a whole CSV file: it is UTF-16: save it as UTF-8")
    );
}
