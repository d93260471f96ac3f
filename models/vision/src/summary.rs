//! The layer table of a network: name, output shape, parameters, multiply-adds.
//!
//! The table is not written anywhere: it is what the network did on one blank image. It shows what runs, in
//! the order in which it runs.

use std::fmt;

use burn::module::{Module, ModuleVisitor, Param, ParamId};
use burn::tensor::{Device, Tensor};
use fireside_layers::trace::{self, Step};

/// One layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its path in the network, `stages.0.1.conv2.conv`; empty for a step without parameters.
    pub name: String,
    /// What sort of layer it is.
    pub kind: &'static str,
    /// Shape of its output for one image, without the batch: `[channels, height, width]` or `[features]`.
    pub output: Vec<usize>,
    /// Entries of its parameters.
    pub num_parameters: usize,
    /// Entries of its running statistics.
    pub num_statistics: usize,
    /// Multiplications of weights with inputs for one image, each with its addition.
    pub multiply_adds: u64,
}

/// The layer table of a network. Its text is the table with the totals below, to which the columns add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The shape of the image, `[channels, height, width]`.
    pub input: [usize; 3],
    /// The layers, in the order in which they run.
    pub rows: Vec<Row>,
}

/// Returns the layer table of a network for images of `[channels, height, width]`.
///
/// `forward` is run once, on one blank image, on the device of the network. Give it a network that is not on
/// an autodiff device: batch normalisation must not learn from the blank image.
///
/// ```
/// use burn::tensor::Device;
/// use fireside_vision::Classifier as _;
/// use fireside_vision::lenet::{LeNet5, LeNet5Config};
/// use fireside_vision::summary::summary;
///
/// let device = Device::flex();
/// let net = LeNet5Config::new().init(&device)?;
/// let table = summary(&net, LeNet5::forward, [1, 32, 32], &device);
/// assert_eq!(table.num_parameters(), 61_706);
/// # Ok::<(), fireside_vision::ConfigError>(())
/// ```
#[must_use]
pub fn summary<M: Module, O>(
    model: &M,
    forward: impl FnOnce(&M, Tensor<4>) -> O,
    [channels, height, width]: [usize; 3],
    device: &Device,
) -> Summary {
    let image = Tensor::zeros([1, channels, height, width], device);
    let (_, steps) = trace::record(|| forward(model, image));
    let mut paths = Paths::default();
    model.visit(&mut paths);
    let row = |step: Step| Row {
        name: step.parameter.and_then(|id| paths.of_layer(id)).unwrap_or_default(),
        kind: step.kind,
        output: step.output[1..].to_vec(),
        num_parameters: step.num_parameters,
        num_statistics: step.num_statistics,
        multiply_adds: step.multiply_adds,
    };
    Summary { input: [channels, height, width], rows: steps.into_iter().map(row).collect() }
}

impl Summary {
    /// Entries of all parameters.
    #[must_use]
    pub fn num_parameters(&self) -> usize {
        self.rows.iter().map(|row| row.num_parameters).sum()
    }

    /// Entries of all running statistics: what Keras counts as parameters that are not trained.
    #[must_use]
    pub fn num_statistics(&self) -> usize {
        self.rows.iter().map(|row| row.num_statistics).sum()
    }

    /// Multiplications for one image, each with its addition.
    #[must_use]
    pub fn multiply_adds(&self) -> u64 {
        self.rows.iter().map(|row| row.multiply_adds).sum()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |row: &Row| match row.name.as_str() {
            "" => row.kind.to_string(),
            name => format!("{name} ({})", row.kind),
        };
        let widest = self.rows.iter().map(|row| name(row).chars().count()).max().unwrap_or(0);
        let widest = widest.max("layer".len());
        let mut line = |name: &str, output: &str, counts: [&str; 3]| {
            let [parameters, statistics, multiply_adds] = counts;
            writeln!(
                f,
                "{name:widest$}  {output:16} {parameters:>12} {statistics:>11} {multiply_adds:>16}"
            )
        };
        line("layer", "output", ["parameters", "statistics", "multiply-adds"])?;
        line("image", &shape(&self.input), ["0"; 3])?;
        for row in &self.rows {
            let counts = [row.num_parameters as u64, row.num_statistics as u64, row.multiply_adds];
            let counts = counts.map(thousands);
            line(&name(row), &shape(&row.output), counts.each_ref().map(String::as_str))?;
        }
        let (learnt, kept) = (self.num_parameters() as u64, self.num_statistics() as u64);
        writeln!(f, "parameters: {}", thousands(learnt))?;
        writeln!(f, "running statistics: {}", thousands(kept))?;
        write!(f, "multiply-adds for one image: {}", thousands(self.multiply_adds()))
    }
}

fn shape(sizes: &[usize]) -> String {
    sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}

/// Writes a number with a comma after every three digits.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The path of every parameter.
#[derive(Default)]
struct Paths {
    path: Vec<String>,
    found: Vec<(ParamId, String)>,
}

impl Paths {
    /// The layer that holds the parameter.
    fn of_layer(&self, id: ParamId) -> Option<String> {
        let (_, path) = self.found.iter().find(|(of, _)| *of == id)?;
        path.rsplit_once('.').map(|(layer, _)| layer.to_string())
    }
}

impl ModuleVisitor for Paths {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.found.push((param.id, self.path.join(".")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted_by_commas() {
        let written = [0, 999, 1000, 61_706, 25_557_032].map(thousands);
        assert_eq!(written, ["0", "999", "1,000", "61,706", "25,557,032"]);
    }
}
