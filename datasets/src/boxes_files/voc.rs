//! Pascal VOC's XML: one file for each picture, `bndbox` with `xmin`, `ymin`, `xmax`, `ymax` in pixels that count from
//! 1, the last ones included.
//!
//! So a box of the whole picture is 1 to its width there and 0 to its width here. Parts of objects (heads, hands) are
//! passed over; `difficult` is kept. Everingham et al. 2010, "The Pascal Visual Object Classes Challenge".

use std::path::Path;

use fireside_strategy::text::line_ends;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;

use super::annotations::{Annotated, ClassNames, plain, refuse};
use super::passed_over::{PassedOver, Reason};
use super::problem::BoxesProblem;
use crate::DataError;
use crate::labelled_box::LabelledBox;
use crate::source::text_of;

const FORMAT: &str = "Pascal VOC XML";
/// Elements within each other.
const MAX_DEPTH: usize = 64;
/// The root of a file.
pub(super) const ROOT: &str = "annotation";

/// Classes while files are read one after another.
pub struct Classes(pub(super) ClassNames);

impl Classes {
    /// Any, or those that are known.
    pub fn new(known: Option<&[String]>) -> Self {
        Self(ClassNames::new(known))
    }
}

/// Reads the contents of a file; `path` only names it in errors. Classes get numbers as they come, unless they are
/// known. Memory: at most 4 times the file.
///
/// # Errors
/// When it is no such XML, a coordinate is missing or no number, or a class is not known.
pub fn parse(
    path: &Path,
    contents: &[u8],
    classes: &mut Classes,
    passed_over: &mut PassedOver,
) -> Result<Annotated, DataError> {
    let text = text_of(path, FORMAT, contents)?;
    let mut reader = Reader::from_str(&text);
    let mut open: Vec<String> = Vec::new();
    let mut value = String::new();
    let mut file = Found::default();
    let mut object = Object::default();
    let mut has_root = false;
    loop {
        let line = |reader: &Reader<&[u8]>| {
            1 + line_ends(&text.as_bytes()[..text.len().min(reader.buffer_position() as usize)])
        };
        let event = reader.read_event().map_err(|error| {
            DataError::malformed(path, FORMAT, format!("line {}: {error}", line(&reader)))
        })?;
        match event {
            Event::Start(start) => {
                if open.is_empty() && (has_root || start.name().0 != ROOT) {
                    let reason = format!("its root is {}, not {ROOT}", shown(start.name().0));
                    return Err(DataError::malformed(path, FORMAT, reason));
                }
                has_root = true;
                if open.len() == MAX_DEPTH {
                    let reason = format!("more than {MAX_DEPTH} elements lie within each other");
                    return Err(DataError::malformed(path, FORMAT, reason));
                }
                open.push(start.name().0.to_string());
                value.clear();
                if is_at(&open, &["object"]) {
                    object = Object::default();
                }
            }
            Event::End(_) => {
                let found = (value.trim(), &open[..]);
                if is_at(&open, &["object"]) {
                    object.finish(path, || line(&reader), classes, passed_over, &mut file)?;
                } else {
                    object.take(found, || line(&reader), path)?;
                    file.take(found);
                }
                open.pop();
                value.clear();
            }
            Event::Text(text) => value.push_str(&text),
            Event::CData(text) => value.push_str(&text),
            Event::GeneralRef(name) => {
                let name = format!("&{};", &*name);
                let text = unescape(&name).map_err(|error| {
                    DataError::malformed(path, FORMAT, format!("line {}: {error}", line(&reader)))
                })?;
                value.push_str(&text);
            }
            Event::Eof => break,
            _ => (),
        }
    }
    if !has_root || !open.is_empty() {
        let reason = match open.last() {
            Some(name) => format!("it ends within {}", shown(name)),
            None => format!("it has no {ROOT}"),
        };
        return Err(DataError::malformed(path, FORMAT, reason));
    }
    let [height, width] = file.size;
    let size = height.zip(width).map(|(height, width)| [height, width]);
    Ok(Annotated { name: file.name, size, boxes: file.boxes })
}

/// The beginning of a name, which may be long.
fn shown(name: &str) -> String {
    format!("{:?}", name.chars().take(40).collect::<String>())
}

/// Whether the elements that are open are these below the root.
fn is_at(open: &[String], path: &[&str]) -> bool {
    open.len() == path.len() + 1 && open[1..].iter().zip(path).all(|(open, name)| open == name)
}

#[derive(Default)]
struct Found {
    name: String,
    size: [Option<usize>; 2],
    boxes: Vec<LabelledBox>,
}

impl Found {
    fn take(&mut self, (value, open): (&str, &[String])) {
        let side =
            || value.parse::<f64>().ok().filter(|side| *side >= 1.0).map(|side| side as usize);
        if is_at(open, &["filename"]) {
            self.name = value.to_string();
        } else if is_at(open, &["size", "height"]) {
            self.size[0] = side();
        } else if is_at(open, &["size", "width"]) {
            self.size[1] = side();
        }
    }
}

const CORNERS: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];

#[derive(Default)]
struct Object {
    name: Option<String>,
    corners: [Option<f64>; 4],
    is_difficult: bool,
}

impl Object {
    fn take(
        &mut self,
        (value, open): (&str, &[String]),
        line: impl Fn() -> usize,
        path: &Path,
    ) -> Result<(), DataError> {
        if is_at(open, &["object", "name"]) {
            self.name = Some(value.to_string());
        } else if is_at(open, &["object", "difficult"]) {
            self.is_difficult = !matches!(value, "" | "0" | "Unspecified");
        }
        for (name, corner) in CORNERS.into_iter().zip(&mut self.corners) {
            if is_at(open, &["object", "bndbox", name]) {
                let number = value.parse().map_err(|_| {
                    let found = value.chars().take(40).collect();
                    let problem = BoxesProblem::Number { line: line() as u64, what: name, found };
                    DataError::boxes(path, problem)
                })?;
                *corner = Some(number);
            }
        }
        Ok(())
    }

    fn finish(
        &mut self,
        path: &Path,
        line: impl Fn() -> usize,
        classes: &mut Classes,
        passed_over: &mut PassedOver,
        file: &mut Found,
    ) -> Result<(), DataError> {
        let lacks = |what: &str| {
            DataError::malformed(path, FORMAT, format!("line {}: an object without {what}", line()))
        };
        let name = self.name.take().filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| lacks("name"))?;
        let [x1, y1, x2, y2] = self.corners;
        let (Some(x1), Some(y1), Some(x2), Some(y2)) = (x1, y1, x2, y2) else {
            let lacking = CORNERS.iter().zip(self.corners).find(|(_, corner)| corner.is_none());
            return Err(lacks(lacking.map_or("bndbox", |(name, _)| name)));
        };
        let class = classes.0.number(path, &name)?;
        // Of one pixel the first is the last: it is as wide as any.
        let bounds = [x1 - 1.0, y1 - 1.0, x2, y2];
        let is_turned = x2 < x1 || y2 < y1;
        let reason = refuse(bounds).or(is_turned.then_some(Reason::Turned));
        match reason {
            Some(reason) => {
                passed_over.add(reason, || format!("{}, line {}", path.display(), line()))
            }
            None => {
                file.boxes
                    .push(LabelledBox { difficult: self.is_difficult, ..plain(class, bounds) });
            }
        }
        Ok(())
    }
}
