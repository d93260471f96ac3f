//! A track on the way of being read.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::{Note, Track};

/// Takes events in their order.
pub struct TrackReader {
    /// Whether each channel is a part of its own.
    by_channel: bool,
    name: String,
    now: u64,
    /// By channel, or all under that of the first.
    parts: BTreeMap<u8, Part>,
}

#[derive(Default)]
struct Part {
    track: Track,
    /// Of each channel and key that is down: the places of its notes that have not ended, the oldest first.
    sounding: HashMap<(u8, u8), VecDeque<usize>>,
}

impl TrackReader {
    /// A reader of a track of several instruments, `by_channel`, or of one.
    pub fn new(by_channel: bool) -> Self {
        Self { by_channel, name: String::new(), now: 0, parts: BTreeMap::new() }
    }

    /// Lets ticks go by.
    pub fn wait(&mut self, ticks: u32) {
        self.now += u64::from(ticks);
    }

    /// Takes a name; the first counts.
    pub fn name(&mut self, name: &[u8]) {
        if self.name.is_empty() {
            self.name = String::from_utf8_lossy(name).trim().to_string();
        }
    }

    /// Takes an event of a channel, `status` below 0xf0 and two values below 128.
    pub fn play(&mut self, status: u8, first: u8, second: u8) {
        let channel = status & 0x0f;
        let part = self.parts.entry(if self.by_channel { channel } else { 0 }).or_default();
        let notes = &mut part.track.notes;
        match (status >> 4, first, second) {
            (0x9, key, velocity @ 1..) => {
                if notes.is_empty() {
                    part.track.channel = channel;
                }
                part.sounding.entry((channel, key)).or_default().push_back(notes.len());
                notes.push(Note { start: self.now, length: 0, key, velocity });
            }
            (0x8 | 0x9, key, _) => {
                let oldest = part.sounding.get_mut(&(channel, key));
                if let Some(index) = oldest.and_then(VecDeque::pop_front) {
                    let note = &mut notes[index];
                    note.length = self.now - note.start;
                }
            }
            (0xc, program, _) if notes.is_empty() => part.track.program = program,
            _ => (),
        }
    }

    /// The parts that have notes, without the notes that never end; an empty one where none has.
    pub fn finish(self) -> Vec<Track> {
        let Self { name, parts, .. } = self;
        let finished = parts.into_values().map(|Part { mut track, sounding }| {
            let endless: HashSet<usize> = sounding.into_values().flatten().collect();
            let mut places = 0..;
            track.notes.retain(|_| places.next().is_none_or(|place| !endless.contains(&place)));
            track.name.clone_from(&name);
            track
        });
        let mut tracks: Vec<Track> = finished.collect();
        if tracks.len() > 1 {
            tracks.retain(|track| !track.notes.is_empty());
        }
        if tracks.is_empty() {
            tracks.push(Track { name, ..Track::default() });
        }
        tracks
    }
}
