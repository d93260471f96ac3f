//! Tunes, to listen to and as pictures: time runs to the right, pitch upwards, every note is a bar.

use fireside_datasets::midi::Tune;
use fireside_datasets::synthesiser::{render, wav};
use fireside_recipes::jazz::describe;
use fireside_training::history::History;
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};

use crate::Failure;
use crate::plot::{COLORS, png, text, upright};
use crate::run::Run;

/// Width of a roll and height of a semitone, in units of the scene.
const WIDTH: f64 = 900.0;
const SEMITONE: f64 = 5.0;
/// Room before a roll for its pitches, above it for its title, and below it for its measures.
const LEFT: f64 = 64.0;
const ABOVE: f64 = 26.0;
const BELOW: f64 = 22.0;
/// Quarter notes from one line to the next.
const MEASURE: usize = 4;
/// What is written at the axis of pitches: every C, from the one below all keys of a piano.
const OCTAVE: u8 = 12;

impl Run {
    /// Says what the loss of a window was in the first epoch and in the last, and which share of the values is foreseen,
    /// and keeps all: `first_loss`, `loss` and, in percent, `foreseen`.
    pub fn solo_learnt(&mut self, history: &History, foreseen: f64) {
        let (first, last) = (history.points.first().map(|point| point.cost), history.last_cost());
        let [before, after] = [first, last].map(Option::unwrap_or_default);
        let percent = 100.0 * foreseen;
        let losses = match history.points.len() {
            1 => format!("{after:.2} in the only epoch"),
            _ => format!("{before:.2} in the first epoch, {after:.2} in the last"),
        };
        self.say(&format!("Loss of a window {losses}; {percent:.1} % of the values foreseen."));
        self.result("first_loss", first);
        self.result("loss", last);
        self.result("foreseen", percent);
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
    let ends = tunes.iter().flat_map(|(_, tune)| {
        notes(tune).into_iter().map(|note| quarters(tune, note.start + note.length))
    });
    let end = ends.fold(1.0, f64::max);
    let roll = Roll { low, high, end };
    let each = roll.height() + ABOVE + BELOW;
    let foot = 44.0;
    let mut scene = Scene::new(LEFT + WIDTH + 16.0, tunes.len() as f64 * each + foot);
    for (index, (title, tune)) in tunes.iter().enumerate() {
        let top = index as f64 * each + ABOVE;
        scene.elements.push(text(title, LEFT, top - 8.0, 14, TextAnchor::Start));
        roll.draw(tune, top, &mut scene);
    }
    let (middle, below) = (LEFT + WIDTH / 2.0, tunes.len() as f64 * each);
    let across = "measures, of four quarter notes each";
    scene.elements.push(text(across, middle, below + 12.0, 12, TextAnchor::Middle));
    let told = "blue: the melody; gray: what accompanies it";
    scene.elements.push(text(told, middle, below + 32.0, 12, TextAnchor::Middle));
    png(scene)
}

fn quarters(tune: &Tune, ticks: u64) -> f64 {
    ticks as f64 / f64::from(tune.ticks_per_quarter.max(1))
}

/// What the rolls of a picture have in common: the lowest and the highest key, and the end in quarter notes.
struct Roll {
    low: u8,
    high: u8,
    end: f64,
}

impl Roll {
    fn height(&self) -> f64 {
        SEMITONE * f64::from(self.high - self.low + 1)
    }

    fn across(&self, time: f64) -> f64 {
        LEFT + WIDTH * time / self.end
    }

    fn draw(&self, tune: &Tune, top: f64, scene: &mut Scene) {
        let (height, pale) = (self.height(), Color::Rgb(225, 225, 225));
        let measures = (self.end as usize).div_ceil(MEASURE);
        let step = [1, 2, 4, 8, 16].into_iter().find(|step| measures / step <= 16).unwrap_or(32);
        let mut lines = Vec::new();
        for measure in 0..=measures {
            let x = self.across((measure * MEASURE) as f64);
            if x > LEFT + WIDTH + 1.0 {
                break;
            }
            lines.push((x, top, 0.5, height));
            if measure % step == 0 {
                let number = (measure + 1).to_string();
                scene.elements.push(text(&number, x, top + height + 13.0, 10, TextAnchor::Middle));
            }
        }
        for key in (self.low..=self.high).filter(|key| key % OCTAVE == 0) {
            let y = top + SEMITONE * (f64::from(self.high - key) + 0.5);
            lines.push((LEFT, y, WIDTH, 0.5));
            let name = format!("C{}", i16::from(key / OCTAVE) - 1);
            scene.elements.push(text(&name, LEFT - 6.0, y + 4.0, 10, TextAnchor::End));
        }
        scene.elements.push(upright("pitch", 22.0, top + height / 2.0, 12));
        scene.elements.push(bars(lines, pale));
        // The melody last, over what accompanies it.
        for (number, track) in tune.tracks.iter().enumerate().rev() {
            let rectangles = track.notes.iter().map(|note| {
                let [start, length] = [note.start, note.length].map(|ticks| quarters(tune, ticks));
                let y = top + SEMITONE * f64::from(self.high - note.key);
                let wide = (WIDTH * length / self.end - 0.5).max(0.5);
                (self.across(start), y, wide, SEMITONE - 0.5)
            });
            let color = if number == 0 { COLORS[0].into() } else { Color::Rgb(195, 195, 195) };
            scene.elements.push(bars(rectangles.collect(), color));
        }
    }
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
