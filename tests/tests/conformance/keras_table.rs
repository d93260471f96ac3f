//! Keras's layer table of a network, out of ours.
//!
//! Rows are ours under Keras's names, channels last; what Keras counts among the layers and we do not, such as
//! the input, a handler adds.

use fireside_tests::case::{Outputs, Problem, Value, list};
use fireside_vision::summary::{Row, Summary};

/// A table of Keras.
#[derive(Default)]
pub struct KerasTable {
    pub rows: Vec<KerasRow>,
}

/// A layer in it.
pub struct KerasRow {
    pub kind: &'static str,
    /// Channels last, without the batch.
    pub output: Vec<usize>,
    /// Entries that are trained.
    pub trained: usize,
    /// Entries that are not.
    pub fixed: usize,
}

impl KerasTable {
    /// A table of the input alone, an image of `[channels, height, width]`.
    pub fn of_input(image: [usize; 3]) -> Self {
        Self { rows: vec![KerasRow::new("InputLayer", &image)] }
    }

    /// Adds the rows of our table. `activation` is what the network's author wrote for one: `ReLU`, or
    /// `Activation`.
    pub fn with(mut self, rows: &[Row], activation: &'static str) -> Result<Self, Problem> {
        for row in in_order_of_depth(rows) {
            let kind = match row.kind {
                "Conv2d" => "Conv2D",
                "DepthwiseConv2d" => "DepthwiseConv2D",
                "BatchNorm" => "BatchNormalization",
                "ReLU" | "ReLU6" => activation,
                "MaxPool2d" => "MaxPooling2D",
                "AvgPool2d" => "AveragePooling2D",
                "GlobalAvgPool2d" => "GlobalAveragePooling2D",
                "ZeroPad2d" => "ZeroPadding2D",
                "Linear" => "Dense",
                kind @ ("Add" | "Dropout" | "Flatten") => kind,
                other => return Err(format!("{other} has no name in Keras's table")),
            };
            self.rows.push(KerasRow {
                trained: row.num_parameters,
                fixed: row.num_statistics,
                ..KerasRow::new(kind, &row.output)
            });
        }
        Ok(self)
    }

    /// Adds one row.
    pub fn with_row(mut self, row: KerasRow) -> Self {
        self.rows.push(row);
        self
    }

    pub fn trained(&self) -> usize {
        self.rows.iter().map(|row| row.trained).sum()
    }

    pub fn fixed(&self) -> usize {
        self.rows.iter().map(|row| row.fixed).sum()
    }

    /// The table as the conformance data has it.
    pub fn outputs(&self) -> Outputs {
        let count = |count: usize| Value::Number(count as f64);
        let texts = |text: fn(&KerasRow) -> String| self.rows.iter().map(text).collect();
        let counts = self.rows.iter().map(|row| (row.trained + row.fixed) as f64);
        [
            ("layer_types".to_string(), Value::Texts(texts(|row| row.kind.to_string()))),
            ("output_shapes".to_string(), Value::Texts(texts(KerasRow::shape))),
            ("param_counts".to_string(), list(counts.collect())),
            ("num_layers".to_string(), count(self.rows.len())),
            ("total_params".to_string(), count(self.trained() + self.fixed())),
            ("trainable_params".to_string(), count(self.trained())),
            ("non_trainable_params".to_string(), count(self.fixed())),
        ]
        .into()
    }
}

impl KerasRow {
    /// A layer without parameters; `output` has the channels first.
    pub fn new(kind: &'static str, output: &[usize]) -> Self {
        let mut output = output.to_vec();
        if output.len() > 1 {
            output.rotate_left(1);
        }
        Self { kind, output, trained: 0, fixed: 0 }
    }

    /// All of a network as one layer that is not trained.
    pub fn frozen(kind: &'static str, network: &Summary) -> Self {
        let output = network.rows.last().map(|row| row.output.clone()).unwrap_or_default();
        let fixed = network.num_parameters() + network.num_statistics();
        Self { fixed, ..Self::new(kind, &output) }
    }

    fn shape(&self) -> String {
        self.output.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
    }
}

/// Ours are in the order in which they run, Keras's by their distance from the output. That is the same in a
/// chain, and around a shortcut without layers. Where a projection leads around a block, its convolution stands
/// as far from the sum as the block's last one, and the two normalisations come after both convolutions.
fn in_order_of_depth(rows: &[Row]) -> Vec<&Row> {
    let mut rows: Vec<&Row> = rows.iter().collect();
    for index in 1..rows.len() {
        if rows[index].name.ends_with("projection.conv") {
            rows.swap(index - 1, index);
        }
    }
    rows
}
