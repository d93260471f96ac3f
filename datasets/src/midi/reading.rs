//! The bytes of a Standard MIDI file, read as players do.
//!
//! Read here and not by [`midly`], which writes: it ends a track in silence where an event is not by the book, so that
//! a file that is cut off cannot be told from one that others play. What such files have is read: tracks that end with
//! their chunk, events of odd length, a status that goes on behind an event that is no note, chunks of other kinds.
//!
//! Source: "Standard MIDI Files 1.0", MIDI Manufacturers Association.

use super::track::TrackReader;
use super::{DEFAULT_TEMPO, MICROSECONDS_PER_MINUTE, Track, Tune};

/// Ticks of a quarter note that times of frames are turned into.
const TICKS_OF_FRAMES: u16 = 480;
/// Bytes of a number of variable length.
const MOST_DIGITS: usize = 4;

/// Statuses of events that are no notes.
const META: u8 = 0xff;
const END_OF_TRACK: u8 = 0x2f;
const TRACK_NAME: u8 = 0x03;
const TEMPO: u8 = 0x51;

/// What a file says of itself.
struct Header {
    /// Whether all instruments share one track, each on a channel of its own.
    is_single: bool,
    tracks: usize,
    division: Division,
}

/// How a file counts time.
enum Division {
    /// Ticks of a quarter note.
    Beats(u16),
    /// Ticks of a second.
    Seconds(f64),
}

/// Reads a file.
pub fn tune(bytes: &[u8]) -> Result<Tune, String> {
    let file = &mut Bytes { rest: unwrapped(bytes)?, place: 0 };
    let (id, header) = chunk(file)?.ok_or("it is empty")?;
    if id != b"MThd" {
        return Err("it does not begin with MThd".to_string());
    }
    let Header { is_single, tracks, division } = header_of(header)?;
    let mut tempo = None;
    let (mut read, mut found) = (0, Vec::new());
    while let Some((id, contents)) = chunk(file)? {
        // A file may hold chunks of other kinds, such as XFIH or karaoke's.
        if id == b"MTrk" {
            let Contents { mut events, is_whole } = contents;
            read += 1;
            let reader = TrackReader::new(is_single);
            found.extend(track(reader, read, &mut events, is_whole, &mut tempo)?);
            if !is_whole {
                *file = events; // its length is wrong, and its end says where the next begins
            }
        }
        let rest_is_no_chunk = file.rest.len() < 8;
        if rest_is_no_chunk && read >= tracks {
            break;
        }
    }
    if read < tracks {
        return Err(format!("it has {read} of its {tracks} tracks"));
    }
    let tempo = tempo.unwrap_or(DEFAULT_TEMPO);
    Ok(match division {
        Division::Beats(ticks_per_quarter) => Tune { ticks_per_quarter, tempo, tracks: found },
        Division::Seconds(per_second) => {
            let ticks = f64::from(TICKS_OF_FRAMES) * tempo / 60.0 / per_second;
            found.iter_mut().flat_map(|track| &mut track.notes).for_each(|note| {
                let [start, end] = [note.start, note.start + note.length]
                    .map(|time| (time as f64 * ticks).round() as u64);
                (note.start, note.length) = (start, end - start);
            });
            Tune { ticks_per_quarter: TICKS_OF_FRAMES, tempo, tracks: found }
        }
    })
}

/// What is left of the bytes, and where it begins.
struct Bytes<'a> {
    rest: &'a [u8],
    place: usize,
}

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        self.place += count;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|taken| taken[0])
    }

    /// A number of seven bits a byte, the last byte being below 128.
    fn number(&mut self) -> Option<Result<u32, String>> {
        let mut number = 0;
        for _ in 0..MOST_DIGITS {
            let byte = self.byte()?;
            number = number << 7 | u32::from(byte & 0x7f);
            if byte < 0x80 {
                return Some(Ok(number));
            }
        }
        Some(Err(format!("a number has more than {MOST_DIGITS} bytes")))
    }
}

/// The file within a RIFF file, if it is one.
fn unwrapped(bytes: &[u8]) -> Result<&[u8], String> {
    let Some((b"RIFF", rest)) = bytes.split_first_chunk::<4>() else { return Ok(bytes) };
    let mut rest = rest.get(8..).unwrap_or_default(); // a length, and "RMID"
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        if &head[..4] == b"data" {
            return Ok(after.get(..length).unwrap_or(after));
        }
        rest = after.get(length.saturating_add(length % 2)..).unwrap_or_default();
    }
    Err("it is a RIFF file without a tune".to_string())
}

/// The next chunk, its contents with their place in the file. The last may say to be longer than the file: its events
/// tell whether something is missing.
fn chunk<'a>(file: &mut Bytes<'a>) -> Result<Option<(&'a [u8], Contents<'a>)>, String> {
    if file.rest.is_empty() {
        return Ok(None);
    }
    let place = file.place;
    let cut_off = || format!("it is cut off at byte {place}, where a chunk begins");
    let id = file.take(4).ok_or_else(cut_off)?;
    let length = file.take(4).ok_or_else(cut_off)?;
    let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]) as usize;
    let place = file.place;
    let is_whole = length <= file.rest.len();
    let rest = file.take(length.min(file.rest.len())).unwrap_or_default();
    Ok(Some((id, Contents { events: Bytes { rest, place }, is_whole })))
}

struct Contents<'a> {
    events: Bytes<'a>,
    is_whole: bool,
}

fn header_of(header: Contents<'_>) -> Result<Header, String> {
    let Some((&[_, format, tracks @ .., first, second], _)) =
        header.events.rest.split_first_chunk::<6>()
    else {
        return Err("its header is cut off".to_string());
    };
    if format > 2 {
        return Err(format!("it is of format {format}: 0, 1 and 2 are known"));
    }
    let division = match (first, second) {
        (0, 0) => return Err("a quarter note has no ticks".to_string()),
        (0..0x80, _) => Division::Beats(u16::from_be_bytes([first, second])),
        (_, 0) => return Err("a frame has no ticks".to_string()),
        // Frames of a second, negated; 29 are those of American television.
        _ => match first.wrapping_neg() {
            29 => Division::Seconds(30_000.0 / 1001.0 * f64::from(second)),
            frames => Division::Seconds(f64::from(frames) * f64::from(second)),
        },
    };
    Ok(Header { is_single: format == 0, tracks: u16::from_be_bytes(tracks).into(), division })
}

fn track(
    mut reader: TrackReader,
    number: usize,
    events: &mut Bytes<'_>,
    is_whole: bool,
    tempo: &mut Option<f64>,
) -> Result<Vec<Track>, String> {
    let mut running = None;
    loop {
        let place = events.place;
        let at = |what: &str| format!("track {number}, byte {place}: {what}");
        let cut_off = || format!("track {number} is cut off, in the event at byte {place}");
        if events.rest.is_empty() && !is_whole {
            return Err(format!("track {number} is cut off, at byte {place}"));
        }
        // A track has ended with its chunk; some leave the time before an end that is not there.
        let Some(delta) = events.number() else {
            return if is_whole { Ok(reader.finish()) } else { Err(cut_off()) };
        };
        reader.wait(delta.map_err(|what| at(&what))?);
        match events.rest.first() {
            None if is_whole => return Ok(reader.finish()),
            None => return Err(cut_off()),
            Some(&status @ 0xf0..) => {
                events.byte();
                let event = other_event(status, events).ok_or_else(cut_off)?;
                match event.map_err(|what| at(&what))? {
                    Other::EndOfTrack => return Ok(reader.finish()),
                    Other::Name(name) => reader.name(name),
                    Other::Tempo(microseconds) => {
                        tempo.get_or_insert(MICROSECONDS_PER_MINUTE / microseconds);
                    }
                    Other::Nothing => {}
                }
                continue;
            }
            Some(&status @ 0x80..) => {
                events.byte();
                running = Some(status);
            }
            Some(_) => {} // the one before goes on
        }
        let Some(status) = running else {
            return Err(at("an event has no status, and there is none before it to go on with"));
        };
        let count = if matches!(status >> 4, 0xc | 0xd) { 1 } else { 2 };
        let data = events.take(count).ok_or_else(cut_off)?;
        if let Some(wrong) = data.iter().find(|byte| **byte > 0x7f) {
            return Err(at(&format!("an event holds {wrong}, where 0 to 127 is wanted")));
        }
        reader.play(status, data[0], data.get(1).copied().unwrap_or_default());
    }
}

/// What an event that is of no channel says.
enum Other<'a> {
    EndOfTrack,
    Name(&'a [u8]),
    /// Microseconds of a quarter note.
    Tempo(f64),
    Nothing,
}

/// Reads an event whose status is 0xf0 or above; none if it is cut off. Those that the standard has for wires alone are
/// passed over.
fn other_event<'a>(status: u8, events: &mut Bytes<'a>) -> Option<Result<Other<'a>, String>> {
    let kind = match status {
        META => Some(events.byte()?),
        0xf0 | 0xf7 => None,
        _ => {
            let data = match status {
                0xf2 => 2,
                0xf1 | 0xf3 => 1,
                _ => 0,
            };
            events.take(data)?;
            return Some(Ok(Other::Nothing));
        }
    };
    let length = match events.number() {
        Some(Ok(length)) => length as usize,
        Some(Err(what)) => return Some(Err(what)),
        None => 0,
    };
    if kind == Some(END_OF_TRACK) {
        events.take(length); // if it is there
        return Some(Ok(Other::EndOfTrack));
    }
    let data = events.take(length)?;
    Some(Ok(match (kind, data) {
        (Some(TRACK_NAME), name) => Other::Name(name),
        (Some(TEMPO), &[high, middle, low]) => match u32::from_be_bytes([0, high, middle, low]) {
            0 => Other::Nothing,
            microseconds => Other::Tempo(microseconds.into()),
        },
        _ => Other::Nothing,
    }))
}

#[cfg(test)]
mod tests;
