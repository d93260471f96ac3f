//! Measures how a training step grows with batch, sequence, channels and pixels, and counting with boxes, and draws it.
//!
//! ```text
//! cargo build --release --workspace --examples
//! target/release/examples/growth --out DIR [--pytorch v/bin/python]
//! ```
//!
//! Every point is measured in a process of its own, `speed` beside this program or
//! `tests/peers/pytorch_worker.py`, so that its memory is its own too. A way that took longer than
//! [`PATIENCE`] is not tried on anything larger. The dashed line is what the multiplications of the step
//! come to (comparisons where boxes are counted), through the last point of ours. Memory is what the steps add to
//! the program and its libraries; it also goes to standard output, as Markdown.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use clap::Parser;
use fireside_bin::plot::{self, Growth, Series};
use fireside_tests::speed::Sizes;
use fireside_tests::speed::worker::Worker;
use serde_json::json;

/// Milliseconds of a step.
const PATIENCE: f64 = 5_000.0;
/// Milliseconds of all steps at a point, after two to warm up; their median counts.
const BUDGET: f64 = 200.0;

/// Measures how a training step grows, and draws it.
#[derive(Parser)]
struct Arguments {
    /// Where to put the pictures and the figures.
    #[arg(long)]
    out: PathBuf,
    /// A Python that has torch, to draw PyTorch as well.
    #[arg(long)]
    pytorch: Option<PathBuf>,
    /// Only pictures of this name.
    #[arg(long)]
    only: Option<String>,
}

/// What is made larger.
#[derive(Clone, Copy)]
enum Axis {
    Batch,
    Time,
    Channels,
    /// Boxes or pictures, which a row has in place of a batch.
    Count,
    /// Height and width of pictures, which a row has in place of time.
    Sides,
}

impl Axis {
    fn option(self) -> &'static str {
        match self {
            Self::Batch | Self::Count => "--batch",
            Self::Time | Self::Sides => "--time",
            Self::Channels => "--channels",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Batch => "examples of a batch",
            Self::Time => "time steps",
            Self::Channels => "channels",
            Self::Count => "boxes or pictures",
            Self::Sides => "times the height and width",
        }
    }
}

/// A row, made larger.
struct Curve {
    row: &'static str,
    values: &'static [usize],
    /// What stays as it is.
    fixed: Sizes,
    /// Multiplications of a forward pass, up to a factor.
    arithmetic: fn(Sizes) -> usize,
}

/// Curves that are drawn side by side.
struct Picture {
    name: &'static str,
    axis: Axis,
    curves: Vec<Curve>,
}

fn mlp(at: Sizes) -> usize {
    at.batch * at.channels * (784 + at.channels + 10)
}

fn convolution(at: Sizes) -> usize {
    at.batch * at.channels * at.channels
}

/// An RNN with `gates` products at each time step, and its classifier.
fn recurrent(at: Sizes, gates: usize) -> usize {
    at.batch * at.time * at.channels * (gates * (64 + at.channels) + 64)
}

fn lstm(at: Sizes) -> usize {
    recurrent(at, 4)
}

fn gru(at: Sizes) -> usize {
    recurrent(at, 3)
}

fn rnn(at: Sizes) -> usize {
    recurrent(at, 1)
}

/// Four projections, two of four times the width, scores and their sums.
fn encoder(at: Sizes) -> usize {
    at.batch * at.time * at.channels * (12 * at.channels + 2 * at.time)
}

fn pixels(at: Sizes) -> usize {
    at.batch * at.time * at.time
}

fn linear(at: Sizes) -> usize {
    at.batch
}

/// Sorting, in units of a comparison.
fn sorted(at: Sizes) -> usize {
    at.batch * at.batch.ilog2() as usize
}

fn squared(at: Sizes) -> usize {
    at.batch * at.batch
}

fn pictures() -> Vec<Picture> {
    let curve = |row, values, [batch, time, channels]: [usize; 3], arithmetic| Curve {
        row,
        values,
        fixed: Sizes { batch, time, channels },
        arithmetic,
    };
    let batches = &[2, 4, 8, 16, 32, 64, 128, 256];
    let lengths = &[16, 64, 256, 512, 1024, 2048, 4096];
    let widths = &[16, 32, 64, 128, 256, 512];
    vec![
        Picture {
            name: "batch",
            axis: Axis::Batch,
            curves: vec![
                curve("mlp", batches, [1, 1, 512], mlp),
                curve("lenet5", batches, [1, 1, 6], linear),
                curve("convolution_3x3", batches, [1, 1, 64], convolution),
                curve("lstm", batches, [1, 40, 128], lstm),
                curve("gru", batches, [1, 40, 128], gru),
                curve("encoder", batches, [1, 64, 128], encoder),
            ],
        },
        Picture {
            name: "time",
            axis: Axis::Time,
            curves: vec![
                curve("lstm", lengths, [8, 1, 128], lstm),
                curve("gru", lengths, [8, 1, 128], gru),
                curve("rnn", lengths, [8, 1, 128], rnn),
                curve("encoder", lengths, [1, 1, 128], encoder),
            ],
        },
        Picture {
            name: "channels",
            axis: Axis::Channels,
            curves: vec![
                curve("mlp", widths, [256, 1, 1], mlp),
                curve("convolution_3x3", widths, [16, 1, 1], convolution),
                curve("lstm", widths, [64, 40, 1], lstm),
                curve("encoder", widths, [8, 64, 1], encoder),
            ],
        },
        Picture {
            name: "sides",
            axis: Axis::Sides,
            curves: vec![curve("yolo_lite", &[1, 2, 4], [4, 1, 16], pixels)],
        },
        Picture {
            name: "boxes",
            axis: Axis::Count,
            curves: vec![
                curve("nms_clustered", &[1_000, 3_000, 10_000, 50_000], [1, 1, 1], linear),
                curve("nms_uniform", &[1_000, 3_000, 10_000, 50_000], [1, 1, 1], squared),
                curve("average_precision", &[500, 1_500, 5_000, 50_000], [1, 1, 6], sorted),
            ],
        },
    ]
}

/// One way through the rows: its name, and the start of its command line.
type Way = (&'static str, Vec<PathBuf>);

fn ways(pytorch: Option<PathBuf>) -> Result<Vec<Way>, Box<dyn Error>> {
    let speed = std::env::current_exe()?.with_file_name("speed");
    let mut ways: Vec<Way> = vec![
        ("ours", vec![speed.clone(), "--path=ours".into()]),
        ("plain Burn", vec![speed, "--path=plain".into()]),
    ];
    if let Some(python) = pytorch {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/pytorch_worker.py");
        ways.push(("PyTorch", vec![python, script.into()]));
    }
    Ok(ways)
}

/// Milliseconds of a step and MiB.
struct Point {
    time: f64,
    memory: f64,
}

fn measure(way: &Way, row: &str, axis: Axis, sizes: Sizes) -> Result<Point, Box<dyn Error>> {
    let (program, arguments) = way.1.split_first().ok_or("a way without a program")?;
    let mut command = Command::new(program);
    command.args(arguments).arg(row).args(["--work", "training"]);
    for (option, size) in
        [(Axis::Batch, sizes.batch), (Axis::Time, sizes.time), (Axis::Channels, sizes.channels)]
    {
        command.arg(format!("{}={size}", option.option()));
    }
    let mut worker = Worker::start(&mut command)
        .and_then(|mut worker| worker.run(1).map(|first| (worker, first)))
        .map_err(|error| format!("{row}, {} {}: {error}", way.0, axis.option()))?;
    let slow = worker.1.iter().any(|time| *time > PATIENCE);
    let steps = match worker.0.run(1)?[..] {
        [warm] if !slow => ((BUDGET / warm) as usize).clamp(5, 100),
        _ => 1,
    };
    let mut times = worker.0.run(steps)?;
    times.sort_by(f64::total_cmp);
    Ok(Point { time: times[times.len() / 2], memory: worker.0.memory()? })
}

impl Curve {
    fn at(&self, axis: Axis, value: usize) -> Sizes {
        let mut sizes = self.fixed;
        match axis {
            Axis::Batch | Axis::Count => sizes.batch = value,
            Axis::Time | Axis::Sides => sizes.time = value,
            Axis::Channels => sizes.channels = value,
        }
        sizes
    }

    /// Every way's times and memory over the values.
    fn measure(&self, axis: Axis, ways: &[Way]) -> Result<[Vec<Series>; 2], Box<dyn Error>> {
        let empty = || -> Vec<Series> {
            let series = |way: &Way| Series::new(way.0, Vec::new());
            ways.iter().map(series).collect()
        };
        let (mut times, mut memory) = (empty(), empty());
        for &value in self.values {
            for (index, way) in ways.iter().enumerate() {
                let last = times[index].points.last();
                if last.is_some_and(|&(_, time)| time > PATIENCE) {
                    continue;
                }
                let point = measure(way, self.row, axis, self.at(axis, value))?;
                times[index].points.push((value as f64, point.time));
                memory[index].points.push((value as f64, point.memory.max(0.1)));
            }
        }
        Ok([times, memory])
    }

    /// The multiplications, scaled to end where the first series does.
    fn expected_time(&self, axis: Axis, measured: &[Series]) -> Series {
        self.scaled("as the multiplications", measured, |value| {
            (self.arithmetic)(self.at(axis, value)) as f64
        })
    }

    fn scaled(&self, name: &str, measured: &[Series], size: impl Fn(usize) -> f64) -> Series {
        let end = measured.first().and_then(|series| series.points.last());
        let (x, y) = end.copied().unwrap_or((1.0, 1.0));
        let factor = y / size(x as usize);
        let points = self.values.iter().map(|&value| (value as f64, factor * size(value)));
        Series::new(name, points.collect())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let ways = ways(arguments.pytorch)?;
    fs::create_dir_all(&arguments.out)?;
    for picture in pictures() {
        if arguments.only.as_ref().is_some_and(|only| only != picture.name) {
            continue;
        }
        let (mut of_time, mut of_memory) = (Vec::new(), Vec::new());
        for curve in &picture.curves {
            let [times, memory] = curve.measure(picture.axis, &ways)?;
            let panel = |y: &str, series, expected| Growth {
                title: curve.row.replace('_', " "),
                x: picture.axis.label().to_string(),
                y: y.to_string(),
                series,
                expected,
            };
            let expected = curve.expected_time(picture.axis, &times);
            of_time.push(panel("milliseconds of a step", times, expected));
            let linear = curve.scaled("linear", &memory, |value| value as f64);
            of_memory.push(panel("peak memory in MiB", memory, linear));
        }
        let file = |name: &str| arguments.out.join(name);
        let name = picture.name;
        for (what, title, panels) in
            [("time", "A step", &of_time), ("memory", "The memory of a step", &of_memory)]
        {
            let title = format!("{title} by {}", picture.axis.label());
            let drawn = plot::small(&plot::growths(&title, panels, 2)?)?;
            fs::write(file(&format!("{what}-by-{name}.png")), drawn)?;
        }
        print_memory(&picture, &of_memory);
        let figures = json!({ "milliseconds": table(&of_time), "mebibytes": table(&of_memory) });
        fs::write(file(&format!("{name}.json")), serde_json::to_string_pretty(&figures)?)?;
    }
    Ok(())
}

/// Prints MiB, a line for each way through each row.
#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn print_memory(picture: &Picture, panels: &[Growth]) {
    let mut values: Vec<usize> =
        picture.curves.iter().flat_map(|curve| curve.values).copied().collect();
    values.sort_unstable();
    values.dedup();
    let line = |cells: Vec<String>| println!("| {} |", cells.join(" | "));
    let head = ["MiB by".to_string(), picture.axis.label().to_string()].into_iter();
    line(head.chain(values.iter().map(usize::to_string)).collect());
    line(vec!["---".to_string(); 2 + values.len()]);
    for panel in panels {
        for series in &panel.series {
            let cell = |value: &usize| {
                let point = series.points.iter().find(|point| point.0 == *value as f64);
                point.map_or(String::new(), |point| format!("{:.1}", point.1))
            };
            let head = [panel.title.clone(), series.name.clone()].into_iter();
            line(head.chain(values.iter().map(cell)).collect());
        }
    }
}

fn table(panels: &[Growth]) -> serde_json::Value {
    let row = |panel: &Growth| {
        let series = panel.series.iter().map(|series| (series.name.clone(), json!(series.points)));
        (panel.title.clone(), serde_json::Value::Object(series.collect()))
    };
    serde_json::Value::Object(panels.iter().map(row).collect())
}
