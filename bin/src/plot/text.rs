//! How wide a text is, and how it is made to fit.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use kuva::backend::png::PngBackend;
use kuva::render::render::{Scene, TextAnchor};

use super::scene::text;

/// The smallest size that can be read, to which a text is shrunk at most.
const SMALLEST: u32 = 7;
/// The size at which characters are measured.
const MEASURED: u32 = 60;
/// What a character is wide that cannot be measured, as a share of its size.
const USUAL_WIDTH: f64 = 0.6;

static WIDTHS: LazyLock<Mutex<HashMap<char, f64>>> = LazyLock::new(Mutex::default);

/// How wide a line of text is, in units of a scene.
pub(crate) fn width(line: &str, size: u32) -> f64 {
    let mut widths = WIDTHS.lock().unwrap_or_else(PoisonError::into_inner);
    let of = |character| *widths.entry(character).or_insert_with(|| measured(character));
    line.chars().map(of).sum::<f64>() * f64::from(size)
}

/// How wide a character is as a share of its size: how far it moves a bar behind it.
fn measured(character: char) -> f64 {
    let end = |line: &str| {
        let mut scene = Scene::new(f64::from(4 * MEASURED), f64::from(2 * MEASURED));
        scene.elements.push(text(
            line,
            0.0,
            1.4 * f64::from(MEASURED),
            MEASURED,
            TextAnchor::Start,
        ));
        let png = PngBackend::new().with_scale(1.0).render_scene(&scene).ok()?;
        let drawn = image::load_from_memory(&png).ok()?.into_luma8();
        drawn.enumerate_pixels().filter(|(.., ink)| ink.0[0] < 128).map(|(x, ..)| x).max()
    };
    let both = end("||").zip(end(&format!("|{character}|")));
    both.map_or(USUAL_WIDTH, |(without, with)| {
        f64::from(with.saturating_sub(without)) / f64::from(MEASURED)
    })
}

/// A text in lines that are no wider than `room`, broken between words; a word alone may be wider.
pub(crate) fn wrapped(content: &str, size: u32, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in content.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

/// A text in `most` lines at most that are no wider than `room`, with the size at which they are so: the largest up to
/// `size`. What is too long at the smallest size ends in an ellipsis.
pub(crate) fn fitted(content: &str, size: u32, room: f64, most: usize) -> (Vec<String>, u32) {
    let fits = |size: &u32| {
        let lines = wrapped(content, *size, room);
        lines.len() <= most && lines.iter().all(|line| width(line, *size) <= room)
    };
    let size = (SMALLEST..=size).rev().find(fits).unwrap_or(SMALLEST);
    let mut lines = wrapped(content, size, room);
    let is_cut = lines.len() > most;
    lines.truncate(most);
    let last = lines.len().saturating_sub(1);
    for (place, line) in lines.iter_mut().enumerate() {
        if width(line, size) > room || (is_cut && place == last) {
            while width(&format!("{line}…"), size) > room && line.pop().is_some() {}
            line.push('…');
        }
    }
    (lines, size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_are_wider_than_narrow_ones_and_widths_add_up() {
        assert!(width("W", 10) > 2.0 * width("i", 10));
        let (one, two) = (width("ab", 10), width("abab", 10));
        assert!((two - 2.0 * one).abs() < 1e-9 && one > 8.0, "{one} {two}");
        assert!(width("a b", 10) > width("ab", 10) + 2.0);
    }

    #[test]
    fn wrapped_lines_keep_every_word_and_fit() {
        let caption = "mobilenet-v2 from Keras took it for a pair of scissors, it is paper";
        let lines = wrapped(caption, 10, 120.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| width(line, 10) <= 120.0), "{lines:?}");
        assert_eq!(lines.join(" "), caption);
    }

    #[test]
    fn a_caption_is_wrapped_then_shrunk_and_never_wider_than_its_room() {
        let (lines, size) = fitted("short", 10, 128.0, 2);
        assert_eq!((lines, size), (vec!["short".to_string()], 10));
        let caption = "taken for a face that does not smile, is a face that smiles";
        let (lines, size) = fitted(caption, 10, 128.0, 2);
        assert!(size < 10 && lines.len() == 2 && lines.join(" ") == caption, "{lines:?} at {size}");
        let (lines, size) = fitted(&"word ".repeat(100), 10, 128.0, 2);
        assert!(lines.iter().all(|line| width(line, size) <= 128.0) && lines[1].ends_with('…'));
    }
}
