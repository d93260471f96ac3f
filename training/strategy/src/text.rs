//! Text files as people save them: with a byte order mark or in UTF-16, with line ends of any system.

/// A text in UTF-16, which is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is UTF-16: save it as UTF-8, as spreadsheets do with \"CSV UTF-8\"")]
pub struct Utf16;

/// Takes the byte order mark off a text in UTF-8, which Notepad and Excel put there.
///
/// ```
/// use fireside_strategy::text::{Utf16, without_mark};
///
/// assert_eq!(without_mark("\u{feff}name".as_bytes()), Ok(&b"name"[..]));
/// assert_eq!(without_mark(b"\xff\xfen\0a\0"), Err(Utf16));
/// ```
///
/// # Errors
/// When the text is UTF-16, which its mark tells, or zeros in every other byte.
pub fn without_mark(bytes: &[u8]) -> Result<&[u8], Utf16> {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(Utf16),
        [1..=255, 0, 1..=255, 0, ..] | [0, 1..=255, 0, 1..=255, ..] => Err(Utf16),
        _ => Ok(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)),
    }
}

/// Whether a line ends at this byte: at `\n`, and at `\r` where no `\n` follows.
#[must_use]
pub fn ends_line(bytes: &[u8], place: usize) -> bool {
    match bytes.get(place) {
        Some(b'\n') => true,
        Some(b'\r') => bytes.get(place + 1) != Some(&b'\n'),
        _ => false,
    }
}

/// How many lines end within these bytes of a text.
#[must_use]
pub fn line_ends(bytes: &[u8]) -> usize {
    (0..bytes.len()).filter(|&place| ends_line(bytes, place)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mark_of_utf_8_is_taken_off_and_utf_16_refused_with_and_without_its_mark() {
        assert_eq!(without_mark(b"\xef\xbb\xbf"), Ok(&b""[..]));
        assert_eq!(without_mark("é\0a\0".as_bytes()), Ok("é\0a\0".as_bytes()));
        for utf_16 in [&b"\xff\xfea\0"[..], b"\xfe\xff\0a", b"a\0b\0", b"\0a\0b"] {
            assert_eq!(without_mark(utf_16), Err(Utf16), "{utf_16:?}");
        }
    }

    #[test]
    fn lines_end_as_on_any_system() {
        for text in ["a\nb\n", "a\r\nb\r\n", "a\rb\r", "a\n\r", "\r\n\n"] {
            assert_eq!(line_ends(text.as_bytes()), 2, "{text:?}");
        }
    }
}
