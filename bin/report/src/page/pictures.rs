//! Pictures and sounds of a run, put into the page itself.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

use crate::files::{self, RunFile};
use crate::{DATA_FILE, RunRecord, text};

/// Bounds of what one file, one run and the whole page may bring.
const LARGEST_PICTURE: u64 = 6 << 20;
const LARGEST_SOUND: u64 = 8 << 20;
const LARGEST_OF_RUN: u64 = 24 << 20;
const LARGEST_OF_PAGE: u64 = 96 << 20;
const MOST_OF_RUN: usize = 24;
/// Bounds of a picture once it is unpacked.
const LONGEST_SIDE: u32 = 12_000;
const LARGEST_UNPACKED: u64 = 512 << 20;
/// Sides of a card's picture.
const CARD: (u32, u32) = (480, 300);
const CARD_QUALITY: u8 = 82;

/// What is left of the page's room.
#[derive(Debug)]
pub(super) struct Room {
    left: u64,
}

impl Room {
    pub(super) fn new() -> Self {
        Self { left: LARGEST_OF_PAGE }
    }
}

/// A picture within the page.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) name: String,
    pub(super) alt: String,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) uri: String,
}

impl Picture {
    /// Whether it wants the whole width, with panels side by side that would be too small at half of it.
    pub(super) fn is_broad(&self) -> bool {
        self.width > 2000
    }
}

/// A sound within the page.
#[derive(Debug)]
pub(super) struct Sound {
    pub(super) name: String,
    pub(super) uri: String,
}

/// What a run has to show.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// The picture of its card, small.
    pub(super) card: Option<Picture>,
    pub(super) pictures: Vec<Picture>,
    pub(super) sounds: Vec<Sound>,
    /// What is not shown and why, a sentence each.
    pub(super) left_out: Vec<String>,
}

/// Reads a run's pictures and sounds, as many as there is room for.
pub(super) fn of_run(record: &RunRecord, room: &mut Room) -> Shown {
    let mut shown = Shown::default();
    let mut left = LARGEST_OF_RUN.min(room.left);
    let all: Vec<&RunFile> = record.files.iter().filter(|file| file.is_at_the_top()).collect();
    let mut pictures: Vec<&RunFile> =
        all.iter().copied().filter(|file| file.has_ending("png")).collect();
    // What was found comes first, then the data; curves are drawn anew, from the figures.
    pictures.sort_by_key(|file| (is_curve(&file.name), file.name == DATA_FILE));
    let sounds = all.iter().copied().filter(|file| file.has_ending("wav"));
    for (index, file) in pictures.into_iter().chain(sounds).enumerate() {
        let name = text::bounded(&file.name, 80);
        let is_sound = file.has_ending("wav");
        let largest = if is_sound { LARGEST_SOUND } else { LARGEST_PICTURE };
        let inlined = match file.size {
            _ if index >= MOST_OF_RUN => Err("is one too many for the page".to_string()),
            size if size > largest.min(left) => {
                Err(format!("is too large for the page, {}", text::bytes(size)))
            }
            _ => files::read(&file.path, largest).and_then(|bytes| {
                left = left.saturating_sub(bytes.len() as u64);
                if is_sound {
                    sound(&name, &bytes, &mut shown)
                } else {
                    picture(&name, &bytes, record, &mut shown)
                }
            }),
        };
        if let Err(reason) = inlined {
            shown.left_out.push(format!("{name} {reason}."));
        }
    }
    room.left = room.left.saturating_sub(LARGEST_OF_RUN.min(room.left) - left);
    shown
}

fn picture(name: &str, bytes: &[u8], record: &RunRecord, shown: &mut Shown) -> Result<(), String> {
    let damaged = |error: image::ImageError| {
        format!("is damaged ({})", text::bounded(&error.to_string(), 200))
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(LARGEST_UNPACKED);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
    reader.limits(limits);
    let decoded = reader.decode().map_err(damaged)?;
    let (width, height) = (decoded.width(), decoded.height());
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).replace(['-', '_'], " ");
    let alt = format!("{stem}, a picture of {}", record.assignment);
    if shown.card.is_none() {
        let small = on_white(&decoded.resize(CARD.0, CARD.1, FilterType::Triangle));
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, CARD_QUALITY)
            .encode_image(&small)
            .map_err(damaged)?;
        shown.card = Some(Picture {
            name: name.to_string(),
            alt: alt.clone(),
            width: small.width(),
            height: small.height(),
            uri: uri("image/jpeg", &jpeg),
        });
    }
    let (name, uri) = (name.to_string(), uri("image/png", bytes));
    shown.pictures.push(Picture { name, alt, width, height, uri });
    Ok(())
}

fn sound(name: &str, bytes: &[u8], shown: &mut Shown) -> Result<(), String> {
    let is_wave = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE");
    match is_wave {
        true => shown.sounds.push(Sound { name: name.to_string(), uri: uri("audio/wav", bytes) }),
        false => return Err("is no sound of the kind its name says".to_string()),
    }
    Ok(())
}

/// Whether a picture shows curves, by its name.
fn is_curve(name: &str) -> bool {
    ["cost", "loss", "accurac", "learning", "curve"].iter().any(|word| name.starts_with(word))
}

/// Transparent pixels over white, as a page of paper has them.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let pixels = picture.to_rgba8();
    RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        let [r, g, b, alpha] = pixels.get_pixel(x, y).0;
        let over = |c: u8| {
            let alpha = u16::from(alpha);
            ((u16::from(c) * alpha + 255 * (255 - alpha)) / 255) as u8
        };
        Rgb([over(r), over(g), over(b)])
    })
}

fn uri(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", STANDARD.encode(bytes))
}
