//! Maps of words: each word written near where it lies on the plane, pushed off all others by the plotting library.

use fireside_recipes::word_vectors::Group;
use kuva::plot::ScatterPlot;
use kuva::plot::legend::{LegendEntry, LegendPosition, LegendShape};
use kuva::render::layout::Layout;
use kuva::render::plots::Plot;
use kuva::render::render::render_multiple;

use crate::Failure;
use crate::plot::{COLORS, png};
use crate::run::Run;

/// Width and height of the ground, in units of the scene.
const GROUND: (f64, f64) = (1080.0, 720.0);
/// Radius of a dot, and height of a word.
const DOT: f64 = 3.0;
const WORD: u32 = 10;

impl Run {
    /// Draws words at their places, those of a group in one colour. The axes have no numbers: only what is near what
    /// means something.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn word_map(&mut self, file: &str, title: &str, groups: &[Group]) -> Result<(), Failure> {
        self.picture(file, &draw(title, groups)?)
    }
}

fn draw(title: &str, groups: &[Group]) -> Result<Vec<u8>, Failure> {
    let colored = || groups.iter().zip(COLORS.into_iter().cycle());
    let words =
        || colored().flat_map(|(group, color)| group.words.iter().zip(std::iter::repeat(color)));
    // All in one, so that a word gives way to those of other groups too.
    let cloud = ScatterPlot::new()
        .with_data(words().map(|((_, [x, y]), _)| (*x, *y)).collect::<Vec<_>>())
        .with_colors(words().map(|(_, color)| color))
        .with_labels(words().map(|((word, _), _)| word.as_str()))
        .with_size(DOT)
        .with_repel_labels();
    let entry = |(group, color): (&Group, &str)| LegendEntry {
        label: group.name.clone(),
        color: color.to_string(),
        shape: LegendShape::Circle,
        dasharray: None,
    };
    let plots = vec![Plot::Scatter(cloud)];
    let mut layout = Layout::auto_from_plots(&plots)
        .with_title(title)
        .with_width(GROUND.0)
        .with_height(GROUND.1)
        .with_body_size(WORD)
        .with_show_grid(false)
        .with_legend_entries(colored().map(entry).collect())
        .with_legend_position(LegendPosition::OutsideRightTop);
    layout.suppress_x_ticks = true;
    layout.suppress_y_ticks = true;
    png(render_multiple(plots, layout))
}
