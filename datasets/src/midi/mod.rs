//! Tunes in Standard MIDI files: read, and written.
//!
//! A file is read as what a score has of it: its tracks, the notes of each, a tempo. Everything else is passed over:
//! pedals, bends, lyrics, changes of the tempo after the first. Where all instruments share one track, as in format 0,
//! each channel is a part. Times are ticks since the beginning; those of a file that counts frames of a film are turned
//! into ticks at its tempo.

mod reading;
mod track;

use std::path::Path;

use midly::num::{u4, u7, u15, u24, u28};
use midly::{
    Format, Header, MetaMessage, MidiMessage, Smf, Timing, Track as Events, TrackEvent,
    TrackEventKind,
};

use crate::DataError;
use crate::source::read_file;

/// The largest file that is read; a symphony is below 1 MiB.
pub const MAX_FILE_BYTES: u64 = 16 << 20;
/// The channel of the drums, counted from 0.
pub const DRUMS: u8 = 9;

const FORMAT: &str = "MIDI";
/// What a file without a tempo is played at.
const DEFAULT_TEMPO: f64 = 120.0;
const MICROSECONDS_PER_MINUTE: f64 = 60e6;

/// A note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// Ticks from the beginning to where it starts.
    pub start: u64,
    /// Ticks that it lasts.
    pub length: u64,
    /// Semitones above the lowest C: 60 is the middle one.
    pub key: u8,
    /// How hard it is struck, 1 to 127.
    pub velocity: u8,
}

/// The part of an instrument.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Track {
    /// What the file calls it.
    pub name: String,
    /// The channel of its first note, below 16; [`DRUMS`] are drums.
    pub channel: u8,
    /// The instrument's number, 0 to 127, 0 being a piano.
    pub program: u8,
    /// Its notes in the order in which they start.
    pub notes: Vec<Note>,
}

/// A tune.
#[derive(Debug, Clone, PartialEq)]
pub struct Tune {
    /// Ticks of a quarter note.
    pub ticks_per_quarter: u16,
    /// Quarter notes in a minute.
    pub tempo: f64,
    /// The parts.
    pub tracks: Vec<Track>,
}

impl Tune {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is too large, or is no whole MIDI file.
    pub fn read(path: &Path) -> Result<Self, DataError> {
        let contents = read_file(path, MAX_FILE_BYTES)?;
        Self::parse(&contents).map_err(|reason| DataError::malformed(path, FORMAT, reason))
    }

    /// Reads the bytes of a file; the error says what is wrong with them.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        reading::tune(bytes)
    }

    /// Returns the tune as a file of format 1.
    pub fn to_bytes(&self) -> Vec<u8> {
        let timing =
            Timing::Metrical(u15::from(self.ticks_per_quarter.clamp(1, u15::max_value().as_int())));
        let mut smf = Smf::new(Header::new(Format::Parallel, timing));
        let microseconds = (MICROSECONDS_PER_MINUTE / self.tempo).round();
        let largest = f64::from(u24::max_value().as_int());
        let tempo = u24::from(microseconds.clamp(1.0, largest) as u32);
        let event = |delta: u32, kind| TrackEvent { delta: u28::from(delta), kind };
        let end = || event(0, TrackEventKind::Meta(MetaMessage::EndOfTrack));
        smf.tracks.push(vec![event(0, TrackEventKind::Meta(MetaMessage::Tempo(tempo))), end()]);
        for track in &self.tracks {
            let name = MetaMessage::TrackName(track.name.as_bytes());
            let mut events: Events<'_> = vec![event(0, TrackEventKind::Meta(name))];
            let channel = u4::from(track.channel.min(u4::max_value().as_int()));
            let midi = |message| TrackEventKind::Midi { channel, message };
            let program = seven_bits(track.program);
            events.push(event(0, midi(MidiMessage::ProgramChange { program })));
            let mut now = 0;
            for (time, message) in switches(&track.notes) {
                let delta = time.saturating_sub(now).min(u64::from(u28::max_value().as_int()));
                events.push(event(delta as u32, midi(message)));
                now = time;
            }
            events.push(end());
            smf.tracks.push(events);
        }
        let mut bytes = Vec::new();
        match smf.write_std(&mut bytes) {
            Ok(()) => bytes,
            Err(_) => Vec::new(), // a Vec takes everything
        }
    }
}

/// When which key goes down or up, in order; a key goes up before it goes down again.
fn switches(notes: &[Note]) -> Vec<(u64, MidiMessage)> {
    let ups = notes.iter().map(|note| {
        let message = MidiMessage::NoteOff { key: seven_bits(note.key), vel: seven_bits(0) };
        (note.start + note.length.max(1), message)
    });
    let downs = notes.iter().map(|note| {
        let vel = seven_bits(note.velocity.max(1));
        (note.start, MidiMessage::NoteOn { key: seven_bits(note.key), vel })
    });
    let mut switches: Vec<_> = ups.chain(downs).collect();
    switches.sort_by_key(|(time, _)| *time);
    switches
}

fn seven_bits(number: u8) -> u7 {
    u7::from(number.min(u7::max_value().as_int()))
}

#[cfg(test)]
mod tests {
    use fireside_numpy_rng::NumpyRng;

    use super::*;

    fn tune() -> Tune {
        let note = |start, length, key| Note { start, length, key, velocity: 80 };
        let track = |name: &str, program, channel, notes| Track {
            name: name.to_string(),
            channel,
            program,
            notes,
        };
        let melody = vec![note(0, 96, 60), note(96, 48, 60), note(96, 96, 64)];
        let chords = vec![note(0, 384, 48), note(0, 384, 52), note(2, 380, 55)];
        let tracks = vec![track("Guitar", 26, 5, melody), track("Größe", 0, 0, chords)];
        Tune { ticks_per_quarter: 96, tempo: 112.0, tracks }
    }

    #[test]
    fn written_tune_reads_as_it_was() {
        let read = Tune::parse(&tune().to_bytes()).unwrap();
        assert_eq!(read.tracks[1..], tune().tracks); // the first holds the tempo
        assert_eq!((read.ticks_per_quarter, read.tracks[0].notes.len()), (96, 0));
        assert!((read.tempo - 112.0).abs() < 1e-3, "{}", read.tempo);
    }

    #[test]
    fn file_cut_off_before_its_last_byte_is_refused() {
        let bytes = tune().to_bytes();
        for length in 0..bytes.len() - 1 {
            let whole_tracks = Tune::parse(&bytes[..length]);
            assert!(whole_tracks.is_err(), "{length} of {} bytes", bytes.len());
        }
    }

    #[test]
    fn hundred_thousand_mutated_files_do_not_panic_and_hold_no_more_notes_than_bytes() {
        let bytes = tune().to_bytes();
        let rng = &mut NumpyRng::new(1);
        let mut read = 0;
        for _ in 0..100_000 {
            let mut mutant = bytes.clone();
            for _ in 0..=rng.next_u32() % 4 {
                let place = rng.next_u32() as usize % mutant.len();
                match rng.next_u32() % 4 {
                    0 => mutant.truncate(place.max(1)),
                    1 => mutant.insert(place, rng.next_u32() as u8),
                    _ => mutant[place] = rng.next_u32() as u8,
                }
            }
            if let Ok(tune) = Tune::parse(&mutant) {
                read += 1;
                let notes: usize = tune.tracks.iter().map(|track| track.notes.len()).sum();
                assert!(notes < mutant.len());
                assert!(Tune::parse(&tune.to_bytes()).is_ok());
            }
        }
        assert!((1_000..99_000).contains(&read), "{read} could be read");
    }
}
