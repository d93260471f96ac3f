//! COCO's JSON: `images`, `annotations` with `bbox` as `[left, top, width, height]` in pixels, and `categories`.
//!
//! Outlines, key points and all else is passed over without a word. Boxes of `iscrowd` 1 are marked as crowds.
//! `cocodataset.org/#format-data`

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use super::annotations::{Annotated, Annotations, ClassNames, plain, refuse};
use super::passed_over::{PassedOver, Reason};
use super::problem::BoxesProblem;
use crate::DataError;
use crate::labelled_box::LabelledBox;
use crate::source::text_of;

const FORMAT: &str = "COCO JSON";

#[derive(Deserialize)]
struct File {
    images: Vec<Image>,
    #[serde(default)]
    annotations: Vec<Annotation>,
    #[serde(default)]
    categories: Vec<Category>,
}

#[derive(Deserialize)]
struct Image {
    id: Id,
    file_name: String,
    height: Option<f64>,
    width: Option<f64>,
}

#[derive(Deserialize)]
struct Annotation {
    id: Option<Id>,
    image_id: Id,
    category_id: Id,
    /// Python writes `null` for a number that is none.
    bbox: [Option<f64>; 4],
    #[serde(default)]
    iscrowd: Flag,
}

#[derive(Deserialize)]
struct Category {
    id: Id,
    name: String,
}

/// A number or a text that names something.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Clone)]
enum Id {
    Number(i64),
    Text(Box<str>),
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AnyId)
    }
}

struct AnyId;

impl Visitor<'_> for AnyId {
    type Value = Id;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number or a text")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Id, E> {
        Ok(Id::Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Id, E> {
        i64::try_from(number).map(Id::Number).map_err(E::custom)
    }

    /// Whole, as pandas writes numbers of a column in which one is missing.
    fn visit_f64<E: Error>(self, number: f64) -> Result<Id, E> {
        match number.fract() == 0.0 && number.abs() < 9e15 {
            true => Ok(Id::Number(number as i64)),
            false => Err(E::custom(format!("{number} is no whole number"))),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Id, E> {
        Ok(Id::Text(text.into()))
    }
}

/// 0 and 1, or false and true.
#[derive(Default)]
struct Flag(bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AnyFlag).map(Self)
    }
}

struct AnyFlag;

impl Visitor<'_> for AnyFlag {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0, 1, false or true")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<bool, E> {
        Ok(flag)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<bool, E> {
        Ok(number != 0)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<bool, E> {
        Ok(number != 0.0)
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        Ok(false)
    }
}

/// Each name once.
fn names_of(categories: &[Category]) -> Vec<String> {
    let mut seen = HashSet::new();
    let names = categories.iter().map(|category| category.name.as_str());
    names.filter(|name| seen.insert(*name)).map(ToString::to_string).collect()
}

/// Reads the contents of a file; `path` only names it in errors. Classes come in the order of the categories' ids
/// unless `classes` are given. Memory: at most 12 times the file.
///
/// # Errors
/// When it is no such JSON, two pictures or categories have one id, a box is of a picture or category that the file
/// does not have, or a category is none of the `classes`.
pub fn parse(
    path: &Path,
    contents: &[u8],
    classes: Option<&[String]>,
) -> Result<Annotations, DataError> {
    let text = text_of(path, FORMAT, contents)?;
    let file: File = serde_json::from_str(&text).map_err(|error| {
        let hint = match text.contains("NaN") || text.contains("Infinity") {
            true => ": NaN and Infinity are no numbers of JSON",
            false => "",
        };
        DataError::malformed(path, FORMAT, format!("{error}{hint}"))
    })?;
    drop(text);
    let problem = |problem| Err(DataError::boxes(path, problem));
    let mut passed_over = PassedOver::default();

    let mut categories = file.categories;
    categories.sort_by(|one, other| one.id.cmp(&other.id));
    let known = classes.map_or_else(|| names_of(&categories), <[String]>::to_vec);
    let mut class_names = ClassNames::new(Some(&known));
    let names: HashMap<&Id, &str> =
        categories.iter().map(|category| (&category.id, category.name.as_str())).collect();
    if names.len() < categories.len() {
        let twice = categories.windows(2).find(|pair| pair[0].id == pair[1].id);
        let id = twice.map_or(String::new(), |pair| pair[0].id.to_string());
        return problem(BoxesProblem::Twice { what: "categories", id });
    }

    let mut places: HashMap<Id, usize> = HashMap::with_capacity(file.images.len());
    let mut pictures = Vec::with_capacity(file.images.len());
    for image in file.images {
        let id = image.id.to_string();
        if places.insert(image.id, pictures.len()).is_some() {
            return problem(BoxesProblem::Twice { what: "images", id });
        }
        let side = |side: Option<f64>| side.filter(|side| *side >= 1.0).map(|side| side as usize);
        let size = side(image.height).zip(side(image.width)).map(|(height, width)| [height, width]);
        pictures.push(Annotated { name: image.file_name, size, boxes: Vec::new() });
    }
    let mut seen: HashSet<Id> = HashSet::new();
    for (number, annotation) in (1..).zip(file.annotations) {
        let dangling =
            |what, id: &Id| BoxesProblem::Dangling { annotation: number, what, id: id.to_string() };
        let Some(&place) = places.get(&annotation.image_id) else {
            return problem(dangling("image", &annotation.image_id));
        };
        let Some(name) = names.get(&annotation.category_id) else {
            return problem(dangling("category", &annotation.category_id));
        };
        let class = class_names.number(path, name)?;
        let place_of = || format!("annotation {number}");
        if annotation.id.is_some_and(|id| !seen.insert(id)) {
            passed_over.add(Reason::RepeatedBox, place_of);
            continue;
        }
        let [x, y, width, height] = annotation.bbox.map(|number| number.unwrap_or(f64::NAN));
        let bounds = [x, y, x + width, y + height];
        match refuse(bounds) {
            Some(reason) => passed_over.add(reason, place_of),
            None => {
                let found = LabelledBox { crowd: annotation.iscrowd.0, ..plain(class, bounds) };
                pictures[place].add(found);
            }
        }
    }
    let classes = class_names.finish(&mut pictures);
    Ok(Annotations { classes, pictures, passed_over })
}
