//! The network that a `.cfg` describes.

use std::path::Path;

use super::cfg::{self, Section, Wrong};
use crate::WeightsError;

/// A network of Darknet, as its `.cfg` has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// Channels, rows and columns of the pictures.
    pub input: [usize; 3],
    /// The layers, in their order.
    pub layers: Vec<Layer>,
}

/// A layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// The line of its section, from 1 on.
    pub line: usize,
    /// What it is.
    pub kind: Kind,
    /// Channels, rows and columns that it gives.
    pub output: [usize; 3],
}

/// What a layer is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A convolution, the only layer with numbers of its own.
    Convolution(Convolution),
    /// The largest of each window.
    MaxPool {
        /// Rows and columns of the window.
        size: usize,
        /// Pixels from one window to the next.
        stride: usize,
    },
    /// The mean of each channel.
    AveragePool,
    /// The channels of earlier layers, by their place from 0 on, one behind the other.
    Route(Vec<usize>),
    /// Squares of pixels into channels, in Darknet's own order, which is not that of space-to-depth.
    Reorg {
        /// Rows and columns of a square.
        stride: usize,
    },
    /// The head of YOLOv2.
    Region(Region),
    /// Softmax over the channels.
    Softmax,
    /// What does nothing to a picture that is only looked at: dropout, the cost.
    Nothing,
}

/// A convolution, what follows it included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Convolution {
    /// Channels in.
    pub inputs: usize,
    /// Channels out.
    pub filters: usize,
    /// Rows and columns of the window.
    pub size: usize,
    /// Pixels from one place of the window to the next.
    pub stride: usize,
    /// Zeros on each side of the picture.
    pub padding: usize,
    /// Whether batch normalisation follows, and the convolution has no bias. Darknet divides by `sqrt(variance) + 1e-6`.
    pub batch_normalize: bool,
    /// Whether a leaky ReLU of slope 0.1 follows; else nothing does.
    pub leaky: bool,
}

/// The head of YOLOv2: `anchors * (4 + 1 + classes)` channels.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// The number of classes.
    pub classes: usize,
    /// Widths and heights of the anchors, in cells of the grid.
    pub anchors: Vec<[f64; 2]>,
}

impl Convolution {
    /// How many numbers it has in the file; `None` if more than can be counted.
    #[must_use]
    pub fn numbers(&self) -> Option<u64> {
        let of = |count: usize| u64::try_from(count).ok();
        let kernel = of(self.filters)?.checked_mul(of(self.inputs)?)?;
        let kernel = kernel.checked_mul(of(self.size)?)?.checked_mul(of(self.size)?)?;
        let each = if self.batch_normalize { 4 } else { 1 };
        of(self.filters)?.checked_mul(each)?.checked_add(kernel)
    }
}

impl Network {
    /// Reads a `.cfg`.
    ///
    /// # Errors
    /// [`WeightsError::Cfg`] with the line for a section, an activation or a setting that is not supported, a route to
    /// the layer itself or a later one, sizes that do not fit; and as [`read`](crate::read()) for a file that is no
    /// text.
    pub fn read(path: &Path) -> Result<Self, WeightsError> {
        let text = cfg::text(path)?;
        cfg::sections(&text)
            .and_then(|sections| Self::build(&sections))
            .map_err(|(line, reason)| WeightsError::Cfg { path: path.to_path_buf(), line, reason })
    }

    /// The head, where it has one.
    #[must_use]
    pub fn region(&self) -> Option<&Region> {
        self.layers.iter().find_map(|layer| match &layer.kind {
            Kind::Region(region) => Some(region),
            _ => None,
        })
    }

    /// Its convolutions, each with the line of its section.
    pub fn convolutions(&self) -> impl Iterator<Item = (&Convolution, usize)> {
        self.layers.iter().filter_map(|layer| match &layer.kind {
            Kind::Convolution(convolution) => Some((convolution, layer.line)),
            _ => None,
        })
    }

    fn build(sections: &[Section]) -> Result<Self, Wrong> {
        let Some((net, rest)) = sections.split_first() else {
            return Err((1, "it is empty, and [net] is wanted".to_string()));
        };
        if !matches!(net.name.as_str(), "net" | "network") {
            return Err((net.line, format!("[{}] comes first, and [net] is wanted", net.name)));
        }
        let extent = |key| match net.number(key, 1, 0)? {
            0 => Err((net.line, format!("[{}] has no {key}", net.name))),
            extent => Ok(extent),
        };
        let input = [extent("channels")?, extent("height")?, extent("width")?];
        let mut layers: Vec<Layer> = Vec::new();
        for section in rest {
            let before = layers.last().map_or(input, |layer| layer.output);
            let (kind, output) = layer(section, before, &layers)?;
            layers.push(Layer { line: section.line, kind, output });
        }
        Ok(Self { input, layers })
    }
}

/// What a section describes, and what it gives for pictures of the shape `before`.
fn layer(
    section: &Section,
    before: [usize; 3],
    layers: &[Layer],
) -> Result<(Kind, [usize; 3]), Wrong> {
    let [channels, height, width] = before;
    match section.name.as_str() {
        "convolutional" | "conv" => convolution(section, before),
        "maxpool" | "max" => {
            let stride = section.number("stride", 1, 1)?;
            let size = section.number("size", 1, stride)?;
            let padding = section.number("padding", 0, size - 1)?;
            let pooled = |extent| window(section, extent, [size, stride, padding]);
            Ok((Kind::MaxPool { size, stride }, [channels, pooled(height)?, pooled(width)?]))
        }
        "avgpool" | "avg" => Ok((Kind::AveragePool, [channels, 1, 1])),
        "route" => route(section, layers),
        "reorg" => {
            section.must_be("reverse", "0")?;
            section.must_be("flatten", "0")?;
            section.must_be("extra", "0")?;
            let stride = section.number("stride", 1, 1)?;
            if height % stride != 0 || width % stride != 0 {
                let reason = format!("{height} by {width} is not divided by stride={stride}");
                return Err((section.line, reason));
            }
            let channels =
                stride.checked_mul(stride).and_then(|square| square.checked_mul(channels));
            let channels = channels.ok_or_else(|| too_many(section))?;
            Ok((Kind::Reorg { stride }, [channels, height / stride, width / stride]))
        }
        "region" => Ok((Kind::Region(region(section, channels)?), before)),
        "softmax" | "soft" => Ok((Kind::Softmax, before)),
        "dropout" | "cost" => Ok((Kind::Nothing, before)),
        name => {
            let reason = format!(
                "[{name}] is not supported: convolutional, maxpool, avgpool, route, reorg, region, softmax, \
                 dropout and cost are"
            );
            Err((section.line, reason))
        }
    }
}

fn convolution(section: &Section, before: [usize; 3]) -> Result<(Kind, [usize; 3]), Wrong> {
    let [inputs, height, width] = before;
    for key in ["xnor", "binary", "flipped"] {
        section.must_be(key, "0")?;
    }
    section.must_be("groups", "1")?;
    section.must_be("dilation", "1")?;
    let filters = section.number("filters", 1, 1)?;
    let size = section.number("size", 1, 1)?;
    let stride = section.number("stride", 1, 1)?;
    let padding = match section.number("pad", 0, 0)? {
        0 => section.number("padding", 0, 0)?,
        _ => size / 2,
    };
    // Without a word it is Darknet's "logistic".
    let (activation, line) = section.text("activation").unwrap_or(("logistic", section.line));
    let leaky = match activation {
        "leaky" => true,
        "linear" => false,
        _ => {
            let reason = format!("activation={activation} is not supported: leaky or linear is");
            return Err((line, reason));
        }
    };
    let batch_normalize = section.number("batch_normalize", 0, 0)? != 0;
    let both = padding.checked_mul(2).ok_or_else(|| too_many(section))?;
    let seen = |extent| window(section, extent, [size, stride, both]);
    let output = [filters, seen(height)?, seen(width)?];
    let convolution =
        Convolution { inputs, filters, size, stride, padding, batch_normalize, leaky };
    Ok((Kind::Convolution(convolution), output))
}

/// How many windows there are along an axis, with so many zeros on both sides together.
fn window(
    section: &Section,
    extent: usize,
    [size, stride, zeros]: [usize; 3],
) -> Result<usize, Wrong> {
    let room = extent.checked_add(zeros).ok_or_else(|| too_many(section))?;
    let steps = room.checked_sub(size).and_then(|room| room.checked_div(stride));
    let reason = || format!("a window of {size} pixels is larger than {extent} of the picture");
    steps.map(|steps| steps + 1).ok_or_else(|| (section.line, reason()))
}

fn route(section: &Section, layers: &[Layer]) -> Result<(Kind, [usize; 3]), Wrong> {
    section.must_be("groups", "1")?;
    let Some((places, line)) = section.numbers::<i64>("layers")? else {
        return Err((section.line, "[route] has no layers".to_string()));
    };
    let own = layers.len();
    let mut sources = Vec::new();
    let mut output: Option<[usize; 3]> = None;
    for place in places {
        let from_start = if place < 0 { place.saturating_add_unsigned(own as u64) } else { place };
        let source = usize::try_from(from_start).ok().filter(|&source| source < own);
        let Some((source, layer)) = source.and_then(|source| Some((source, layers.get(source)?)))
        else {
            let reason = format!("layer {place} is not before the route, which is layer {own}");
            return Err((line, reason));
        };
        output = Some(match output {
            None => layer.output,
            Some([channels, height, width]) if [height, width] == layer.output[1..] => {
                let sum = channels.checked_add(layer.output[0]);
                [sum.ok_or_else(|| too_many(section))?, height, width]
            }
            Some([_, height, width]) => {
                let [_, other_height, other_width] = layer.output;
                let reason = format!(
                    "layer {place} is {other_height} by {other_width}, and those before are {height} by {width}"
                );
                return Err((line, reason));
            }
        });
        sources.push(source);
    }
    let output = output.ok_or((line, "[route] has no layers".to_string()))?;
    Ok((Kind::Route(sources), output))
}

fn region(section: &Section, channels: usize) -> Result<Region, Wrong> {
    section.must_be("coords", "4")?;
    let classes = section.number("classes", 1, 20)?;
    let count = section.number("num", 1, 1)?;
    let Some((numbers, line)) = section.numbers::<f64>("anchors")? else {
        return Err((section.line, "[region] has no anchors".to_string()));
    };
    let (pairs, odd) = numbers.as_chunks::<2>();
    if !odd.is_empty() || pairs.len() != count {
        let reason = format!("{} numbers are no {count} pairs of width and height", numbers.len());
        return Err((line, reason));
    }
    if let Some(wrong) = numbers.iter().find(|side| !(side.is_finite() && **side > 0.0)) {
        return Err((line, format!("{wrong} is no side of an anchor, which is above 0")));
    }
    let wanted = classes.checked_add(5).and_then(|each| each.checked_mul(count));
    if wanted != Some(channels) {
        let reason = format!(
            "num={count} and classes={classes} want num * (classes + 5) channels, and {channels} come"
        );
        return Err((section.line, reason));
    }
    Ok(Region { classes, anchors: pairs.to_vec() })
}

fn too_many(section: &Section) -> Wrong {
    (section.line, "it has more channels or pixels than can be counted".to_string())
}
