//! Texts in which persons, places and other things are named (course 5, weeks 1 and 4).
//!
//! The course's file is `ner.json`, 220 resumes of which a line each marks the spans that name a degree, a company and
//! so on: see [`NamedEntities::of_marked_spans`]. Any file of that kind will do, or one in the columns of the
//! CoNLL-2003 task: [`NamedEntities::of_conll`]. Without a file [`NamedEntities::embedded`] makes sentences in which
//! often only what follows a word tells what it names.

use std::collections::HashSet;
use std::path::Path;

use fireside_numpy_rng::NumpyRng;

use crate::entity_classes::Classes;
pub use crate::entity_classes::{MAX_CLASSES, PassedOver};
use crate::source::{self, Source, read_file};
use crate::tagged_text::TaggedText;
use crate::{DataError, conll, generated_names, marked_spans};

/// The folder of the course's data that holds the file.
pub const TOPIC: &str = "transformer";
/// Names of the file.
pub const NAMES: &[&str] = &["ner.json"];
/// The largest file that is read; the course's own is 1.2 MiB.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// Sentences made.
const COUNT: usize = 2500;
/// One text of so many is kept to judge by.
const DEV_SHARE: usize = 5;

/// Texts with the entities that they name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedEntities {
    /// What the classes are called, by the alphabet.
    pub classes: Vec<String>,
    /// The texts: sentences, or whole resumes.
    pub texts: Vec<TaggedText>,
    /// What was passed over of a file.
    pub passed_over: PassedOver,
}

impl NamedEntities {
    /// Reads a file: marked spans where its name ends in `.json` or `.jsonl`, else columns.
    ///
    /// # Errors
    /// As [`NamedEntities::of_marked_spans`] and [`NamedEntities::of_conll`], and when the file cannot be read.
    pub fn read(path: &Path) -> Result<Self, DataError> {
        let contents = read_file(path, MAX_FILE_BYTES)?;
        let is =
            |name: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(name));
        match is("json") || is("jsonl") {
            true => Self::of_marked_spans(path, &contents),
            false => Self::of_conll(path, &contents),
        }
    }

    /// Reads a file of the user's, or the course's, or makes sentences in their place.
    ///
    /// # Errors
    /// As [`NamedEntities::read`], and when the course's file is not there, or a file holds but one text: none is left
    /// to judge by then.
    pub fn load(file: Option<&Path>, source: &Source, seed: u32) -> Result<Self, DataError> {
        let path = match (file, source) {
            (Some(path), _) => path.to_path_buf(),
            (None, Source::Real(folder)) => source::find(folder, TOPIC, NAMES)?,
            (None, Source::Embedded) => return Ok(Self::embedded(seed)),
        };
        let read = Self::read(&path)?;
        match read.texts.len() {
            0 | 1 => {
                let reason = "it holds one text: at least two are needed, one to train on and one to judge by";
                Err(DataError::malformed(&path, "text", reason))
            }
            _ => Ok(read),
        }
    }

    /// Takes the contents of a file with a JSON object a line, as the course's has:
    /// `{"content": "Jo Li\nCook", "annotation": [{"label": ["Name"], "points": [{"start": 0, "end": 4, "text": "Jo Li"}]}]}`.
    /// `path` names it in errors.
    ///
    /// `start` and `end`, which is the last character itself, count Unicode characters of `content`, in which `&amp;`,
    /// `&lt;` and `&gt;` stand for one each. A word is what stands between blanks, and belongs to a span when a letter
    /// or digit of it does, so that blanks at a span's ends do not matter. Of spans that share a word, the one of
    /// more words is kept, of equally long ones the first. Spans without a label, or with the label `UNKNOWN`, are
    /// passed over.
    ///
    /// # Errors
    /// With the line, when one is no such object or a span's text does not stand where it should; and when no text
    /// has words, none names anything, or there are more than [`MAX_CLASSES`] labels.
    pub fn of_marked_spans(path: &Path, contents: &[u8]) -> Result<Self, DataError> {
        let mut classes = Classes::default();
        let texts = marked_spans::read(path, contents, &mut classes)?;
        Self::new(path, marked_spans::FORMAT, classes, texts)
    }

    /// Takes the contents of a file in the columns of the CoNLL-2003 task: a token a line, the token first and its
    /// tag (`O`, `B-CLASS`, `I-CLASS`; IOB1 or IOB2) last, a blank line between sentences; lines of `-DOCSTART-` are
    /// passed over. So is a first column that counts the tokens, and with it comments and the lines of several tokens
    /// or none. `path` names it in errors.
    ///
    /// # Errors
    /// With the line, when one has no such tag, does not count where most do, or is not UTF-8; and when there are no tokens, none names anything, or
    /// there are more than [`MAX_CLASSES`] classes.
    pub fn of_conll(path: &Path, contents: &[u8]) -> Result<Self, DataError> {
        let mut classes = Classes::default();
        let texts = conll::read(path, contents, &mut classes)?;
        Self::new(path, conll::FORMAT, classes, texts)
    }

    /// Makes 2,500 different sentences with persons, places, organisations and times; the same seed makes the same.
    pub fn embedded(seed: u32) -> Self {
        let rng = &mut NumpyRng::new(seed);
        let mut seen = HashSet::new();
        let mut texts = Vec::new();
        while texts.len() < COUNT {
            let text = generated_names::draw(rng);
            if seen.insert(text.words.clone()) {
                texts.push(text);
            }
        }
        let classes = generated_names::CLASSES.map(str::to_string).to_vec();
        Self { classes, texts, passed_over: PassedOver::default() }
    }

    /// Splits the texts by chance: four fifths to train on, the rest to judge by. Both have at least one if there
    /// are two.
    pub fn split(&self, seed: u32) -> [Vec<TaggedText>; 2] {
        let order = NumpyRng::new(seed).permutation(self.texts.len());
        let dev = (self.texts.len() / DEV_SHARE).max(1).min(self.texts.len().saturating_sub(1));
        let (dev, train) = order.split_at(dev);
        [train, dev].map(|order| order.iter().map(|&place| self.texts[place].clone()).collect())
    }

    /// Checks what was read, and numbers the classes by the alphabet.
    fn new(
        path: &Path,
        format: &'static str,
        classes: Classes,
        (mut texts, passed_over): (Vec<TaggedText>, PassedOver),
    ) -> Result<Self, DataError> {
        let names = classes.into_names();
        if names.len() > MAX_CLASSES {
            let (path, limit) = (path.to_path_buf(), MAX_CLASSES);
            return Err(DataError::TooMany { path, what: "classes", limit });
        }
        if texts.is_empty() {
            return Err(DataError::malformed(path, format, "it has no words"));
        }
        if texts.iter().all(|text| text.entities.is_empty()) {
            return Err(DataError::malformed(path, format, "none of its words names anything"));
        }
        let mut classes = names.clone();
        classes.sort_unstable();
        let number = |class: usize| classes.partition_point(|name| *name < names[class]);
        for entity in texts.iter_mut().flat_map(|text| &mut text.entities) {
            entity.class = number(entity.class);
        }
        Ok(Self { classes, texts, passed_over })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tagged_text::marked;

    fn shown(read: Result<NamedEntities, DataError>) -> Result<Vec<String>, String> {
        let show = |read: NamedEntities| {
            let show = |text: &TaggedText| marked(&text.words, &text.entities, &read.classes);
            read.texts.iter().map(show).collect()
        };
        read.map(show).map_err(|error| error.to_string())
    }

    fn conll(contents: &str) -> Result<Vec<String>, String> {
        shown(NamedEntities::of_conll(Path::new("n.conll"), contents.as_bytes()))
    }

    fn spans(contents: &str) -> Result<Vec<String>, String> {
        shown(NamedEntities::of_marked_spans(Path::new("n.json"), contents.as_bytes()))
    }

    /// A line with these spans: label, first and last character, and the text there.
    fn line(content: &str, spans: &[(&str, usize, usize, &str)]) -> String {
        let annotation: Vec<_> = spans
            .iter()
            .map(|(label, start, end, text)| {
                let points = serde_json::json!([{"start": start, "end": end, "text": text}]);
                serde_json::json!({"label": [label], "points": points})
            })
            .collect();
        serde_json::json!({"content": content, "annotation": annotation, "extras": null})
            .to_string()
    }

    /// The first sentence of the task's training set, its second in IOB1, and two locations side by side.
    #[test]
    fn columns_give_the_same_entities_in_both_forms() {
        let iob1 = "-DOCSTART- -X- O O\n\nEU NNP I-NP I-ORG\nrejects VBZ I-VP O\n\nPeter NNP I-NP I-PER\n\
            Blackburn NNP I-NP I-PER\n\n\nOslo\tI-LOC\r\nPrag\tB-LOC\r\n";
        let iob2 = iob1.replace("I-ORG", "B-ORG").replace("Oslo\tI", "Oslo\tB");
        let iob2 = iob2.replace("Peter NNP I-NP I", "Peter NNP I-NP B");
        let expected = ["[ORG EU] rejects", "[PER Peter Blackburn]", "[LOC Oslo] [LOC Prag]"];
        assert_eq!(conll(iob1).unwrap(), expected);
        assert_eq!(conll(&iob2).unwrap(), expected);
        let classes = NamedEntities::of_conll(Path::new("n"), iob1.as_bytes()).unwrap().classes;
        assert_eq!(classes, ["LOC", "ORG", "PER"]);
    }

    #[test]
    fn columns_without_a_tag_are_refused_with_their_line() {
        for (line, found) in
            [("Oslo", ""), ("Oslo LOC", "LOC"), ("Oslo B-", "B-"), ("Oslo E-LOC", "E-LOC")]
        {
            let expected =
                format!("n.conll, line 3: the tag is {found:?}, not O, B-CLASS or I-CLASS");
            assert_eq!(conll(&format!("in O\n\n{line}\n")).unwrap_err(), expected);
        }
        for (contents, reason) in [
            ("", "it has no words"),
            ("\n-DOCSTART- O\n", "it has no words"),
            ("in O\n", "none of its words names anything"),
        ] {
            let expected = format!("n.conll is not a whole CoNLL file: {reason}");
            assert_eq!(conll(contents).unwrap_err(), expected);
        }
        let error = NamedEntities::of_conll(Path::new("n"), b"a O\n\xff O\n").unwrap_err();
        assert!(error.to_string().ends_with("line 2 is not UTF-8"), "{error}");
        let many = (0..=MAX_CLASSES).map(|class| format!("a B-{class}\n")).collect::<String>();
        assert_eq!(conll(&many).unwrap_err(), "n.conll holds more than 1000 classes");
    }

    #[test]
    fn spans_count_characters_not_bytes_nor_what_an_entity_is_written_with() {
        let line = line(
            "Žofie 👩🏽 &amp; Łukasz,\nKraków",
            &[("Name", 0, 5, "Žofie "), ("Name", 11, 16, "Łukasz"), ("Place", 19, 24, "Kraków")],
        );
        let expected = ["[Name Žofie] 👩🏽 & [Name Łukasz,] [Place Kraków]"];
        assert_eq!(spans(&line).unwrap(), expected);
    }

    #[test]
    fn longest_of_spans_that_share_words_is_kept_and_unlabelled_ones_name_nothing() {
        let found = line(
            "C, Java at Sun in Oslo ...",
            &[
                ("Company", 11, 13, "Sun"),
                ("Skill", 0, 13, "C, Java at Sun"),
                ("Skill", 0, 13, "C, Java at Sun"),
                ("UNKNOWN", 18, 21, "Oslo"),
                ("Place", 22, 25, " ..."),
            ],
        );
        let found = format!("\n{found}\n{}\n", line("Rio", &[("Place", 0, 2, "Rio")]));
        assert_eq!(spans(&found).unwrap(), ["[Skill C, Java at Sun] in Oslo ...", "[Place Rio]"]);
        let read = NamedEntities::of_marked_spans(Path::new("n"), found.as_bytes()).unwrap();
        assert_eq!(
            read.passed_over.notes(),
            [
                "2 spans without a label or words are passed over.",
                "2 spans within or across others are passed over."
            ]
        );
        let nothing = r#"{"content": "x", "annotation": null}"#;
        let unlabelled = r#"{"content": "x", "annotation": [{"label": [], "points": [{"start": 0, "end": 0, "text": "x"}]}]}"#;
        let error = spans(&format!("{nothing}\n{unlabelled}")).unwrap_err();
        assert!(error.ends_with("none of its words names anything"), "{error}");
    }

    #[test]
    fn lines_that_are_not_as_they_should_are_refused_by_number() {
        let right = line("Rio", &[("Place", 0, 2, "Rio")]);
        for (wrong, reason) in [
            (
                line("Rio", &[("Place", 0, 1, "Rio")]),
                "characters 0 to 1 are \"Ri\", not \"Rio\" as marked",
            ),
            (
                line("Rio", &[("Place", 1, 3, "io ")]),
                "characters 1 to 3 are beyond the text, not \"io \" as marked",
            ),
            (
                line("Rio", &[("Place", 2, 0, "Rio")]),
                "characters 2 to 0 are beyond the text, not \"Rio\" as marked",
            ),
            (line("Rio", &[("Place", 0, usize::MAX, "Rio")]), "are beyond the text"),
            (right.replace("content", "text"), "missing field `content`, at column"),
            ("{".to_string(), "EOF while parsing an object, at column 1"),
            (right.replace("\"start\":0", "\"start\":-1"), "invalid value: integer `-1`"),
        ] {
            let error = spans(&format!("{right}\n\n{wrong}\n")).unwrap_err();
            assert!(
                error.starts_with("n.json is not a whole JSON lines file: line 3: "),
                "{error}"
            );
            assert!(error.contains(reason), "{error}");
        }
        assert!(spans("").unwrap_err().ends_with("it has no words"));
    }

    #[test]
    fn spans_are_the_same_with_a_byte_order_mark_and_any_line_ends() {
        let rio = line("Rio\r\nis", &[("Place", 0, 2, "Rio")]);
        for text in [
            format!("\u{feff}{rio}\r\n{rio}\r\n"),
            format!("{rio}\r{rio}"),
            format!("{rio}\n{rio}\n"),
        ] {
            assert_eq!(spans(&text).unwrap(), ["[Place Rio] is", "[Place Rio] is"], "{text:?}");
        }
    }

    #[test]
    fn lines_of_a_resume_are_known_for_cutting() {
        let line = line("Jo Li\nCook\n\nOslo", &[("Name", 0, 4, "Jo Li")]);
        let read = NamedEntities::of_marked_spans(Path::new("n"), line.as_bytes()).unwrap();
        assert_eq!(read.texts[0].line_ends, [2, 3, 3]);
        assert_eq!(read.texts[0].pieces(3).len(), 2);
    }

    #[test]
    fn embedded_sentences_name_all_classes_and_are_split_by_the_seed() {
        let made = NamedEntities::embedded(1);
        assert_eq!((made.texts.len(), made.classes.len()), (2500, 4));
        let [train, dev] = made.split(1);
        assert_eq!((train.len(), dev.len()), (2000, 500));
        assert!(dev.iter().all(|text| !train.contains(text)));
        for class in 0..4 {
            let of_class = |text: &&TaggedText| text.entities.iter().any(|e| e.class == class);
            assert!(dev.iter().filter(of_class).count() > 30, "{}", made.classes[class]);
        }
        assert_eq!(NamedEntities::embedded(1), made);
        assert_ne!(made.split(2)[1], dev);
        let two = NamedEntities { texts: made.texts[..2].to_vec(), ..made };
        assert!(two.split(1).iter().all(|set| set.len() == 1));
    }
}
