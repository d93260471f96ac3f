//! Tunes, to listen to and as pictures: time runs to the right, pitch upwards, every note is a bar.

use fireside_datasets::midi::Tune;
use fireside_datasets::synthesiser::{render, wav};
use fireside_recipes::jazz::describe;
use fireside_training::history::History;
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};

use crate::Failure;
use crate::plot::{COLORS, png, text};
use crate::run::Run;

/// Width of a roll and height of a semitone, in units of the scene.
const WIDTH: f64 = 1000.0;
const SEMITONE: f64 = 5.0;
/// Room around the rolls, and for the title above each.
const ROOM: f64 = 30.0;
/// Quarter notes from one line to the next.
const MEASURE: u64 = 4;

impl Run {
    /// Says what the loss of a window was at first and in the end, and which share of the values is foreseen, and
    /// keeps all: `first_loss`, `loss` and `foreseen`.
    pub fn solo_learnt(&mut self, history: &History, foreseen: f64) {
        let (first, last) = (history.points.first().map(|point| point.cost), history.last_cost());
        let [before, after] = [first, last].map(Option::unwrap_or_default);
        let percent = 100.0 * foreseen;
        self.say(&format!(
            "Loss of a window {before:.2}, then {after:.2}; {percent:.1} % of the values foreseen."
        ));
        self.result("first_loss", first);
        self.result("loss", last);
        self.result("foreseen", foreseen);
    }

    /// Says how long tunes are and in which key, keeps that under their names, writes them as MIDI and WAV under these
    /// too, and draws them, each below its title: `tunes.png`.
    ///
    /// # Errors
    /// When a file cannot be drawn or written.
    pub fn tunes(&mut self, tunes: &[(&str, &str, &Tune)]) -> Result<(), Failure> {
        for (name, _, tune) in tunes {
            let described = describe(tune);
            self.say(&format!("{name}: {described}."));
            self.result(name, described);
            self.file(&format!("{name}.mid"), &tune.to_bytes())?;
            self.file(&format!("{name}.wav"), &wav(&render(tune)))?;
        }
        let rolls: Vec<_> = tunes.iter().map(|(_, title, tune)| (*title, *tune)).collect();
        self.picture("tunes.png", &draw(&rolls)?)
    }
}

/// Draws tunes one below the other, over the same time: the first track of each in colour, the others pale.
fn draw(tunes: &[(&str, &Tune)]) -> Result<Vec<u8>, Failure> {
    let notes =
        |tune: &Tune| tune.tracks.iter().flat_map(|track| track.notes.clone()).collect::<Vec<_>>();
    let all: Vec<_> = tunes.iter().flat_map(|(_, tune)| notes(tune)).collect();
    let low = all.iter().map(|note| note.key).min().unwrap_or_default();
    let high = all.iter().map(|note| note.key).max().unwrap_or_default();
    let quarters =
        |tune: &Tune, ticks: u64| ticks as f64 / f64::from(tune.ticks_per_quarter.max(1));
    let ends = tunes.iter().flat_map(|(_, tune)| {
        notes(tune).into_iter().map(|note| quarters(tune, note.start + note.length))
    });
    let end = ends.fold(1.0, f64::max);
    let height = SEMITONE * f64::from(high - low + 1);
    let mut scene = Scene::new(WIDTH + 2.0 * ROOM, tunes.len() as f64 * (height + 2.0 * ROOM));
    for (index, (title, tune)) in tunes.iter().enumerate() {
        let top = index as f64 * (height + 2.0 * ROOM) + 1.5 * ROOM;
        scene.elements.push(text(title, ROOM, top - 0.4 * ROOM, 14, TextAnchor::Start));
        let across = |time: f64| ROOM + WIDTH * time / end;
        let measures = (0..=(end as u64)).step_by(MEASURE as usize).map(|beat| across(beat as f64));
        let lines: Vec<f64> = measures.collect();
        scene.elements.push(bars(
            lines.iter().map(|x| (*x, top, 0.5, height)).collect(),
            Color::Rgb(225, 225, 225),
        ));
        for (number, track) in tune.tracks.iter().enumerate() {
            let rectangles = track.notes.iter().map(|note| {
                let [start, length] = [note.start, note.length].map(|ticks| quarters(tune, ticks));
                let y = top + SEMITONE * f64::from(high - note.key);
                (across(start), y, (WIDTH * length / end - 0.5).max(0.5), SEMITONE - 0.5)
            });
            let color = if number == 0 { COLORS[0].into() } else { Color::Rgb(205, 205, 205) };
            scene.elements.push(bars(rectangles.collect(), color));
        }
    }
    png(&scene)
}

/// Rectangles of one colour, each by its left, top, width and height.
fn bars(rectangles: Vec<(f64, f64, f64, f64)>, color: Color) -> Primitive {
    let fills = vec![color; rectangles.len()];
    let side = |pick: fn(&(f64, f64, f64, f64)) -> f64| rectangles.iter().map(pick).collect();
    Primitive::RectBatch {
        x: side(|r| r.0),
        y: side(|r| r.1),
        w: side(|r| r.2),
        h: side(|r| r.3),
        fills,
    }
}
