//! Files as other programs write them, and what errors say of those that are damaged.

use super::super::{Note, Tune};

const NOTES: &[u8] = b"\0\x90\x3c\x50\x60\x80\x3c\0\0\x90\x3e\x50\x60\x80\x3e\0";
const END: &[u8] = b"\0\xff\x2f\0";

fn chunk(id: &[u8], contents: &[u8]) -> Vec<u8> {
    [id, &(contents.len() as u32).to_be_bytes(), contents].concat()
}

fn header(format: u8, tracks: u8, division: [u8; 2]) -> Vec<u8> {
    chunk(b"MThd", &[0, format, 0, tracks, division[0], division[1]])
}

fn file(events: &[&[u8]]) -> Vec<u8> {
    [header(0, 1, [0, 96]), chunk(b"MTrk", &events.concat())].concat()
}

fn notes(file: &[u8]) -> Vec<Note> {
    let mut tune = Tune::parse(file).unwrap();
    tune.tracks.iter_mut().flat_map(|track| std::mem::take(&mut track.notes)).collect()
}

fn two_notes() -> Vec<Note> {
    let note = |start, key| Note { start, length: 96, key, velocity: 80 };
    vec![note(0, 60), note(96, 62)]
}

#[test]
fn track_that_ends_with_its_chunk_has_ended() {
    for end in
        [END, b"", b"\0", b"\x81\0", b"\0\xff\x2f", b"\0\xff\x2f\x03abc", b"\0\xff\x2f\0rest"]
    {
        assert_eq!(notes(&file(&[NOTES, end])), two_notes(), "{end:?}");
    }
}

#[test]
fn events_that_are_no_notes_are_passed_over_whatever_their_length() {
    for event in [
        &b"\0\xff\x59\0"[..],      // a key signature without bytes
        b"\0\xff\x59\x05abcde",    // and with too many
        b"\0\xff\x58\x01\x04",     // a measure
        b"\0\xff\x51\x02\x01\x02", // a tempo
        b"\0\xff\x51\0",
        b"\0\xff\x54\x01\xff",                   // a time of film
        b"\0\xff\x20\0\0\xff\x21\x02ab",         // a channel, a port
        b"\0\xff\x7f\x80\0\0\xff\xff\x01\xff",   // what a program keeps, and an unknown one
        b"\0\xf0\x02\x7e\xf7\0\xf7\x01\xfe",     // of a maker
        b"\0\xf8\0\xf1\x01\0\xf2\x01\x02\0\xf6", // of wires
        b"\0\xb0\x07\x40\0\xc0\x05\0\xd0\x01\0\xe0\0\x40\0\xa0\x3c\x01", // pedals and so on
    ] {
        assert_eq!(notes(&file(&[event, NOTES, END])), two_notes(), "{event:?}");
    }
    let tempo = file(&[b"\0\xff\x51\x02\x01\x02\0\xff\x51\x03\x0f\x42\x40", NOTES]);
    assert_eq!(Tune::parse(&tempo).unwrap().tempo, 60.0);
}

#[test]
fn status_goes_on_from_event_to_event_also_across_others() {
    let running = b"\0\x90\x3c\x50\x60\x3c\0\0\x3e\x50\x60\x3e\0";
    assert_eq!(notes(&file(&[running, END])), two_notes());
    let across = b"\0\x90\x3c\x50\x60\xff\x01\x01a\0\x3c\0\0\xf0\x01\xf7\0\x3e\x50\x60\x3e\0";
    assert_eq!(notes(&file(&[across, END])), two_notes());
}

/// In format 0 all instruments share a track.
#[test]
fn channels_of_a_single_track_are_parts_of_their_own() {
    let events =
        b"\0\xff\x03\x04Song\0\xc1\x1a\0\x91\x3c\x50\0\x95\x30\x50\x60\x81\x3c\0\0\x85\x30\0";
    let of = |format| {
        let file = [header(format, 1, [0, 96]), chunk(b"MTrk", events)].concat();
        let tracks = Tune::parse(&file).unwrap().tracks.into_iter();
        tracks.map(|track| (track.name, track.channel, track.program, track.notes.len()))
    };
    let part = |channel, program, notes| ("Song".to_string(), channel, program, notes);
    assert!(of(0).eq([part(1, 26, 1), part(5, 0, 1)]));
    assert!(of(1).eq([part(1, 26, 2)]));
}

#[test]
fn chunks_of_other_kinds_and_files_within_files_are_read() {
    let track = chunk(b"MTrk", &[NOTES, END].concat());
    let other = chunk(b"XFIH", b"\0\xff\x2f");
    let plain = [header(1, 1, [0, 96]), other.clone(), track.clone(), other].concat();
    assert_eq!(notes(&plain), two_notes());
    let longer = [chunk(b"MThd", b"\0\0\0\x01\0\x60more"), track].concat();
    assert_eq!(notes(&longer), two_notes());
    let data = [&b"data"[..], &(longer.len() as u32).to_le_bytes(), &longer].concat();
    let riff = [&b"RIFF\0\0\0\0RMIDDISP\x03\0\0\0abc\0"[..], &data].concat();
    assert_eq!(notes(&riff), two_notes());
    for behind in [&b"\0"[..], b"\n\n", b"\0\0\0\0\0\0\0"] {
        assert_eq!(notes(&[&plain[..], behind].concat()), two_notes());
    }
}

#[test]
fn length_of_a_chunk_may_be_wrong_where_the_track_says_that_it_ends() {
    let mut endless = file(&[NOTES, END]);
    endless[18..22].copy_from_slice(&[0xff; 4]);
    assert_eq!(notes(&endless), two_notes());
    endless[11] = 2; // and another track
    endless.extend(chunk(b"MTrk", &[NOTES, END].concat()));
    assert_eq!(notes(&endless), [two_notes(), two_notes()].concat());
    let mut unended = file(&[NOTES]);
    unended[18..22].copy_from_slice(&[0xff; 4]);
    let error = Tune::parse(&unended).unwrap_err();
    assert_eq!(error, "track 1 is cut off, at byte 38");
}

/// 25 frames of 40 ticks: 1000 ticks of a second, 500 of a quarter note at 120 in a minute.
#[test]
fn times_in_frames_become_ticks() {
    let notes = |division| {
        let events = b"\0\x90\x3c\x50\x83\x74\x3c\0\0\x3e\x50\x83\x74\x3e\0";
        notes(&[header(0, 1, division), chunk(b"MTrk", events)].concat())
    };
    let times: Vec<_> = notes([0xe7, 40]).iter().map(|note| (note.start, note.length)).collect();
    assert_eq!(times, [(0, 480), (480, 480)]);
    let american: Vec<_> = notes([0xe3, 40]).iter().map(|note| note.start).collect();
    assert_eq!(american, [0, 400]); // 500 of 1198.8 ticks: 0.834 quarter notes
}

#[test]
fn errors_say_what_is_wrong_and_where() {
    let error = |file: &[u8]| Tune::parse(file).unwrap_err();
    let whole = file(&[NOTES, END]);
    for (file, expected) in [
        (b"".to_vec(), "it is empty"),
        (b"<html>not found</html>".to_vec(), "it does not begin with MThd"),
        (b"MThd\0\0\0\x06\0\x01".to_vec(), "its header is cut off"),
        (header(7, 1, [0, 96]), "it is of format 7: 0, 1 and 2 are known"),
        (header(0, 1, [0, 0]), "a quarter note has no ticks"),
        (header(0, 1, [0xe7, 0]), "a frame has no ticks"),
        (header(1, 2, [0, 96]), "it has 0 of its 2 tracks"),
        (whole[..whole.len() - 6].to_vec(), "track 1 is cut off, in the event at byte 34"),
        (file(&[&NOTES[..14]]), "track 1 is cut off, in the event at byte 34"),
        (file(&[b"\0\xff\x01\x7fshort"]), "track 1 is cut off, in the event at byte 22"),
        (
            file(&[b"\0\x3c\x50"]),
            "track 1, byte 22: an event has no status, and there is none before it to go on with",
        ),
        (
            file(&[b"\0\x90\x3c\x90"]),
            "track 1, byte 22: an event holds 144, where 0 to 127 is wanted",
        ),
        (file(&[b"\xff\xff\xff\xff\x01"]), "track 1, byte 22: a number has more than 4 bytes"),
        (b"RIFF\0\0\0\0RMID".to_vec(), "it is a RIFF file without a tune"),
    ] {
        assert_eq!(error(&file), expected);
    }
}
