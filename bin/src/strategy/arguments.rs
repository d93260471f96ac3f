//! The command line of `c3-strategy`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};
use fireside_strategy::metric;
use fireside_strategy::number::{self, ErrorRate};
use fireside_strategy::ranking::Limit;
use fireside_strategy::ratios::Ratios;

use super::Output;

/// Says what to work on next, from your own results in CSV or JSON: which model to choose, how to split the
/// data, where the error comes from and which mistakes matter. Numbers may be written as 0.08 or 8%.
///
/// Without a command it goes through the course's own worked examples; expect the diagnoses printed in the
/// course. Takes a second.
#[derive(Parser, Debug)]
#[command(name = "c3-strategy", version)]
pub struct Arguments {
    /// What to do; the worked examples if absent.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where results go.
    #[command(flatten)]
    pub output: Output,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Score a classifier from its predictions, or choose among models by one number
    #[command(after_help = "Examples:\n  course strategy metric predictions.csv --weight cost\n  \
        course strategy metric models.csv --optimise accuracy --satisfy \"latency<=10\" --satisfy \"size<=10\"\n  \
        course strategy metric errors-by-country.csv --average --minimise")]
    Metric(Metric),
    /// Make train, train-dev, dev and test sets, or folds, or check those there are
    #[command(after_help = "Examples:\n  course strategy split photos --out lists\n  \
        course strategy split photos.csv --label class --source origin --target app --train-dev 1%\n  \
        course strategy split photos.csv --label class --folds 5 --out lists\n  \
        course strategy split photos.csv --source origin --check set")]
    Split(SplitArguments),
    /// Find bias, variance, data mismatch or overfitting to the dev set in error rates, and what to try
    #[command(
        after_help = "Examples:\n  course strategy diagnose --human 1% --train 8% --dev 10%\n  \
        course strategy diagnose rates.json\n\n\
        rates.json: {\"human\": [\"0.5%\", \"1%\"], \"train\": \"8%\", \"train_dev\": 0.09, \"dev\": 0.1, \
        \"test\": 0.11}"
    )]
    Diagnose(Diagnose),
    /// Count the kinds of mistakes in a table of misclassified examples: name first, then a column for each kind
    #[command(after_help = "Example:\n  course strategy errors errors.csv --dev-error 10%\n\n\
        errors.csv:\n  image,dog,blurry,wrong_label,comment\n  17.png,x,,,pitbull\n  23.png,,x,,\n  31.png,,,x,a drawing")]
    Errors(ErrorsArguments),
    /// Put everything known of a project on one page, as Markdown and HTML
    #[command(after_help = "Example:\n  course strategy plan project.json --out plan\n\n\
        project.json, every part optional:\n  {\"title\": \"Bird detector\",\n   \
        \"split\": {\"examples\": 1000000, \"ratios\": [0.98, 0.01, 0.01],\n             \
        \"sources\": {\"dev\": {\"camera\": 10000}, \"test\": {\"camera\": 10000}}},\n   \
        \"models\": {\"csv\": \"models.csv\", \"optimise\": \"accuracy\", \"direction\": \"maximise\",\n              \
        \"satisfy\": [\"seconds<=10\"]},\n   \
        \"predictions\": {\"csv\": \"predictions.csv\"},\n   \
        \"error_rates\": {\"human\": [\"0.3%\"], \"train\": \"2%\", \"train_dev\": \"2.1%\", \"dev\": \"2.2%\",\n      \
        \"test\": \"2.3%\"},\n   \
        \"error_analysis\": {\"csv\": \"errors.csv\"}}")]
    Plan(PlanArguments),
}

/// What `metric` takes.
#[derive(Args, Debug)]
pub struct Metric {
    /// A table of predictions, a row for each example; or of models, names in the first column
    #[arg(value_name = "CSV", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Column of the true classes
    #[arg(long, value_name = "COLUMN", default_value = metric::LABEL)]
    pub label: String,
    /// Column of the predicted classes
    #[arg(long, value_name = "COLUMN", default_value = metric::PREDICTION)]
    pub prediction: String,
    /// Column that says how much a mistake on the example matters
    #[arg(long, value_name = "COLUMN", conflicts_with = "Score")]
    pub weight: Option<String>,
    /// What models are ranked by; predictions are scored without.
    #[command(flatten)]
    pub score: ScoreFlags,
    /// A limit that a model must keep to be chosen: latency<=10 (or >=, <, >); may be repeated
    #[arg(long, value_name = "LIMIT", requires = "Score")]
    pub satisfy: Vec<Limit>,
    /// Less is better, as of an error
    #[arg(long, requires = "Score")]
    pub minimise: bool,
}

/// What models are ranked by.
#[derive(Args, Debug)]
#[group(id = "Score", multiple = false)]
pub struct ScoreFlags {
    /// Rank models by this column: more is better, unless --minimise
    #[arg(long, value_name = "COLUMN")]
    pub optimise: Option<String>,
    /// Rank models by the mean of all columns of numbers
    #[arg(long)]
    pub average: bool,
    /// Rank models by F1 of the columns precision and recall
    #[arg(long)]
    pub f1: bool,
}

/// What `split` takes.
#[derive(Args, Debug)]
pub struct SplitArguments {
    /// A folder of CLASS/FILE or SOURCE/CLASS/FILE, or a table with a row for each example
    #[arg(value_name = "FOLDER|CSV", value_hint = ValueHint::AnyPath)]
    pub data: PathBuf,
    /// Column of the classes, which every set then has in the same shares
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<String>,
    /// Column that says where an example comes from
    #[arg(long, value_name = "COLUMN")]
    pub source: Option<String>,
    /// Shares of train, dev and test set, as in 0.6,0.2,0.2 [default: as the course advises for the size]
    #[arg(long, value_name = "A,B,C", value_parser = ratios)]
    pub ratios: Option<Ratios>,
    /// Share of the training set to keep as train-dev set
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "0")]
    pub train_dev: f64,
    /// Take dev and test set from this source alone; --ratios then share it out
    #[arg(long, value_name = "SOURCE")]
    pub target: Option<String>,
    /// Make K folds for cross-validation and a test set
    #[arg(long, value_name = "K", conflicts_with_all = ["ratios", "train_dev", "target"])]
    pub folds: Option<usize>,
    /// Share to hold out as test set when making folds
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "0.2", requires = "folds")]
    pub hold_out: f64,
    /// Check the sets in this column (train, train-dev, dev, test) instead of making some
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["ratios", "train_dev", "target", "folds"])]
    pub check: Option<String>,
    /// Seed of the shuffling
    #[arg(long, default_value_t = 1)]
    pub seed: u32,
}

/// What `diagnose` takes.
#[derive(Args, Debug)]
pub struct Diagnose {
    /// The rates as JSON
    #[arg(value_name = "JSON", value_hint = ValueHint::FilePath, conflicts_with = "Rates",
        required_unless_present = "Rates")]
    pub file: Option<PathBuf>,
    /// The rates as flags.
    #[command(flatten)]
    pub rates: Option<Rates>,
}

/// Error rates as flags.
#[derive(Args, Debug)]
#[group(id = "Rates")]
pub struct Rates {
    /// Error of people; may be repeated, the best counts
    #[arg(long, value_name = "RATE")]
    pub human: Vec<ErrorRate>,
    /// Error on the training set
    #[arg(long, value_name = "RATE")]
    pub train: ErrorRate,
    /// Error on data like the training set but not trained on
    #[arg(long, value_name = "RATE")]
    pub train_dev: Option<ErrorRate>,
    /// Error on the dev set
    #[arg(long, value_name = "RATE")]
    pub dev: ErrorRate,
    /// Error on the test set
    #[arg(long, value_name = "RATE")]
    pub test: Option<ErrorRate>,
}

/// What `errors` takes.
#[derive(Args, Debug)]
pub struct ErrorsArguments {
    /// The table; a kind's cells hold x or 1 where it applies, nothing or 0 where not
    #[arg(value_name = "CSV", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Error on the whole dev set, which makes points of shares
    #[arg(long, value_name = "RATE")]
    pub dev_error: Option<ErrorRate>,
    /// Column that marks wrong labels [default: wrong_label, if there is one]
    #[arg(long, value_name = "COLUMN")]
    pub wrong_label: Option<String>,
    /// Columns of the kinds [default: all but the first that hold marks]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub tags: Option<Vec<String>>,
}

/// What `plan` takes.
#[derive(Args, Debug)]
pub struct PlanArguments {
    /// What is known of the project
    #[arg(value_name = "JSON", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

impl Command {
    /// The file or folder it reads.
    pub fn input(&self) -> Option<PathBuf> {
        match self {
            Self::Metric(arguments) => Some(arguments.file.clone()),
            Self::Split(arguments) => Some(arguments.data.clone()),
            Self::Diagnose(arguments) => arguments.file.clone(),
            Self::Errors(arguments) => Some(arguments.file.clone()),
            Self::Plan(arguments) => Some(arguments.file.clone()),
        }
    }
}

/// Parses a share; whether it fits is for the library to say.
fn share(text: &str) -> Result<f64, String> {
    number::parse(text).ok_or_else(|| "it must be a number, as in 0.2 or 20%".to_string())
}

fn ratios(text: &str) -> Result<Ratios, String> {
    let shares: Vec<f64> = text.split(',').map(share).collect::<Result<_, _>>()?;
    let shares: [f64; 3] =
        shares.try_into().map_err(|_| "there must be three shares".to_string())?;
    Ok(shares.into())
}
