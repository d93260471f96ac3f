//! Which form files of boxes have, and reading a file or a folder of it.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::annotations::{Annotated, Annotations, ClassNames, refuse_stand_in};
use super::finder::{Match, Pictures, files_of};
use super::passed_over::{PassedOver, Reason};
use super::problem::BoxesProblem;
use super::{MAX_FILE_BYTES, coco, names, rows, voc, yolo};
use crate::DataError;
use crate::image_file::is_picture;
use crate::source::read_file;

/// As many bytes tell the form of a file.
const HEAD: u64 = 4096;

/// The form of files of boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// COCO's JSON.
    Coco,
    /// Pascal VOC's XML.
    Voc,
    /// YOLO's texts.
    Yolo,
    /// A table.
    Csv,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Coco => "COCO JSON",
            Self::Voc => "Pascal VOC XML",
            Self::Yolo => "YOLO text",
            Self::Csv => "CSV",
        })
    }
}

/// The form of a file by its first bytes; none if it is no known one.
fn form_of(head: &[u8]) -> Option<Form> {
    let text = String::from_utf8_lossy(plain(head));
    let text = text.trim_start();
    match text.bytes().next()? {
        b'{' | b'[' => Some(Form::Coco),
        b'<' => Some(Form::Voc),
        _ if rows::is_table(text) => Some(Form::Csv),
        _ => {
            let is_number = |word: &str| word.parse::<f64>().is_ok();
            let mut words = text.lines().next()?.split_whitespace();
            (words.clone().count() >= 4 && words.all(is_number)).then_some(Form::Yolo)
        }
    }
}

/// Without a byte order mark.
fn plain(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
}

fn head_of(path: &Path) -> Result<Vec<u8>, DataError> {
    let unreadable = |source| DataError::unreadable(path, source);
    let mut head = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(HEAD).read_to_end(&mut head).map_err(unreadable)?;
    Ok(head)
}

/// Reads a file or a folder of any form.
pub(super) fn read(
    annotations: &Path,
    images: &Path,
    pictures: &Pictures,
    classes: Option<&[String]>,
) -> Result<(Form, Annotations), DataError> {
    if annotations.is_dir() {
        return read_folder(annotations, images, pictures, classes);
    }
    let head = head_of(annotations)?;
    refuse_stand_in(annotations, &head)?;
    let contents = || read_file(annotations, MAX_FILE_BYTES);
    let form = match form_of(&head) {
        Some(form) => form,
        // Not a table of boxes, but a table.
        None if head.iter().take_while(|byte| **byte != b'\n').any(|byte| *byte == b',') => {
            Form::Csv
        }
        None => return Err(DataError::boxes(annotations, BoxesProblem::NoForm)),
    };
    let found = match form {
        Form::Coco => coco::parse(annotations, &contents()?, classes)?,
        Form::Csv => rows::parse(annotations, &contents()?, classes)?,
        Form::Voc => {
            let files = [annotations.to_path_buf()];
            let folder = annotations.parent().unwrap_or(annotations);
            read_voc(folder, &files, pictures, classes, PassedOver::default())?
        }
        Form::Yolo => {
            let folder = annotations.parent().unwrap_or(annotations);
            let files = [annotations.to_path_buf()];
            let lone = Lone { only: true, folder, images };
            read_yolo(&lone, &files, pictures, classes, PassedOver::default())?
        }
    };
    Ok((form, found))
}

fn read_folder(
    folder: &Path,
    images: &Path,
    pictures: &Pictures,
    classes: Option<&[String]>,
) -> Result<(Form, Annotations), DataError> {
    let mut passed_over = PassedOver::default();
    let mut files: Vec<PathBuf> = Vec::new();
    let mut first: Option<(Form, PathBuf)> = None;
    for path in files_of(folder)? {
        if is_picture(&path) || names::is_of_names(&path) || !path.is_file() {
            continue;
        }
        let head = head_of(&path)?;
        // A picture without objects has an empty text.
        let is_empty = plain(&head).iter().all(u8::is_ascii_whitespace);
        let is_text = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
        let form = match form_of(&head) {
            Some(form) => form,
            None if is_empty && is_text => Form::Yolo,
            None => {
                passed_over.add(Reason::OtherFile, || path.display().to_string());
                continue;
            }
        };
        match &first {
            Some((other, place)) if *other != form => {
                let [one, other] = [(other, place), (&form, &path)].map(|(form, path)| {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    format!("{form} ({name})")
                });
                return Err(DataError::boxes(folder, BoxesProblem::TwoForms { one, other }));
            }
            Some(_) => (),
            None => first = Some((form, path.clone())),
        }
        files.push(path);
    }
    let Some((form, path)) = first else {
        return Err(DataError::boxes(folder, BoxesProblem::NoForm));
    };
    let found = match form {
        Form::Coco | Form::Csv if files.len() > 1 => {
            let problem = BoxesProblem::ManyFiles { form, count: files.len() };
            return Err(DataError::boxes(folder, problem));
        }
        Form::Coco | Form::Csv => {
            let contents = read_file(&path, MAX_FILE_BYTES)?;
            refuse_stand_in(&path, &contents)?;
            let mut found = match form {
                Form::Coco => coco::parse(&path, &contents, classes)?,
                _ => rows::parse(&path, &contents, classes)?,
            };
            found.passed_over.join(passed_over);
            found
        }
        Form::Voc => read_voc(folder, &files, pictures, classes, passed_over)?,
        Form::Yolo => {
            let lone = Lone { only: false, folder, images };
            read_yolo(&lone, &files, pictures, classes, passed_over)?
        }
    };
    Ok((form, found))
}

/// The path of a file of boxes below its folder, without an ending.
fn stem_of(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).with_extension("").to_string_lossy().into_owned()
}

fn read_voc(
    folder: &Path,
    files: &[PathBuf],
    pictures: &Pictures,
    classes: Option<&[String]>,
    mut passed_over: PassedOver,
) -> Result<Annotations, DataError> {
    let mut names = voc::Classes::new(classes);
    let mut found = Vec::with_capacity(files.len());
    for path in files {
        let contents = read_file(path, MAX_FILE_BYTES)?;
        refuse_stand_in(path, &contents)?;
        let mut picture = voc::parse(path, &contents, &mut names, &mut passed_over)?;
        // Files get other names, and the names within stay: the file's own comes first.
        let stem = stem_of(folder, path);
        if let Match::One(number) = pictures.stem(&stem) {
            picture.name = pictures.name(number);
        } else if picture.name.is_empty() {
            picture.name = stem;
        }
        found.push(picture);
    }
    let classes = names.0.finish(&mut found);
    Ok(Annotations { classes, pictures: found, passed_over })
}

/// Where YOLO's files lie.
struct Lone<'a> {
    /// Whether one file was given, and no folder.
    only: bool,
    folder: &'a Path,
    images: &'a Path,
}

fn read_yolo(
    lone: &Lone<'_>,
    files: &[PathBuf],
    pictures: &Pictures,
    classes: Option<&[String]>,
    mut passed_over: PassedOver,
) -> Result<Annotations, DataError> {
    let named = match names::find(lone.folder)? {
        None => names::find(lone.images)?,
        named => named,
    };
    let Some(names) = named.or_else(|| classes.map(<[String]>::to_vec)) else {
        return Err(DataError::boxes(lone.folder, BoxesProblem::NoNames));
    };
    // The number of each name among the classes that are known.
    let mut class_names = ClassNames::new(Some(classes.unwrap_or(&names)));
    let numbers = names
        .iter()
        .map(|name| class_names.number(lone.folder, name))
        .collect::<Result<Vec<_>, _>>()?;
    let mut found = Vec::with_capacity(files.len());
    let mut has_boxes = vec![false; pictures.paths.len()];
    for path in files {
        let contents = read_file(path, MAX_FILE_BYTES)?;
        refuse_stand_in(path, &contents)?;
        let mut boxes = yolo::parse(path, &contents, names.len(), &mut passed_over)?;
        boxes.iter_mut().for_each(|found| found.class = numbers[found.class]);
        let stem = stem_of(lone.folder, path);
        let name = match pictures.stem(&stem) {
            Match::One(number) => {
                has_boxes[number] = true;
                pictures.name(number)
            }
            _ => stem,
        };
        found.push(Annotated { name, size: None, boxes });
    }
    if !lone.only {
        for (number, _) in has_boxes.iter().enumerate().filter(|(_, has)| !**has) {
            found.push(Annotated { name: pictures.name(number), size: None, boxes: Vec::new() });
        }
    }
    let classes = class_names.finish(&mut []);
    Ok(Annotations { classes, pictures: found, passed_over })
}
