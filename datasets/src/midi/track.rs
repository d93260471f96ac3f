//! A track on the way of being read.

use std::collections::{HashMap, HashSet, VecDeque};

use super::{Note, Track};

/// Takes events in their order.
#[derive(Default)]
pub struct TrackReader {
    track: Track,
    now: u64,
    /// Of each channel and key that is down: the places of its notes that have not ended, the oldest first.
    sounding: HashMap<(u8, u8), VecDeque<usize>>,
}

impl TrackReader {
    /// Lets ticks go by.
    pub fn wait(&mut self, ticks: u32) {
        self.now += u64::from(ticks);
    }

    /// Takes a name; the first counts.
    pub fn name(&mut self, name: &[u8]) {
        if self.track.name.is_empty() {
            self.track.name = String::from_utf8_lossy(name).trim().to_string();
        }
    }

    /// Takes an event of a channel, `status` below 0xf0 and two values below 128.
    pub fn play(&mut self, status: u8, first: u8, second: u8) {
        let channel = status & 0x0f;
        match (status >> 4, first, second) {
            (0x9, key, velocity @ 1..) => {
                let notes = &mut self.track.notes;
                if notes.is_empty() {
                    self.track.channel = channel;
                }
                self.sounding.entry((channel, key)).or_default().push_back(notes.len());
                notes.push(Note { start: self.now, length: 0, key, velocity });
            }
            (0x8 | 0x9, key, _) => {
                let oldest = self.sounding.get_mut(&(channel, key));
                if let Some(index) = oldest.and_then(VecDeque::pop_front) {
                    let note = &mut self.track.notes[index];
                    note.length = self.now - note.start;
                }
            }
            (0xc, program, _) if self.track.notes.is_empty() => self.track.program = program,
            _ => (),
        }
    }

    /// The track, without the notes that never end.
    pub fn finish(self) -> Track {
        let Self { mut track, sounding, .. } = self;
        let endless: HashSet<usize> = sounding.into_values().flatten().collect();
        let mut places = 0..;
        track.notes.retain(|_| places.next().is_none_or(|place| !endless.contains(&place)));
        track
    }
}
