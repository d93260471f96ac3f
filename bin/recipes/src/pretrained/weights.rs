//! Published weights for a network of the zoo, whosever they are.

use std::path::Path;
use std::str::FromStr;

use burn::tensor::Device;
use fireside_layers::ConfigError;
use fireside_vision::zoo::{self, Entry, Network};
use fireside_vision::{Edition, Pixels};
use fireside_weights::{Library, Limits, Options, Report, Tensors, load, read};
use serde::{Deserialize, Serialize};

use crate::RecipeError;

/// Classes of ImageNet, as many as most published weights have.
pub const IMAGENET: usize = 1000;
/// The layers behind the features, for which a new head is put.
const HEAD: [&str; 3] = ["fc1.", "fc2.", "head."];

/// Whose published weights are, by name.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct EditionName(pub Edition);

impl FromStr for EditionName {
    type Err = ConfigError;

    fn from_str(name: &str) -> Result<Self, ConfigError> {
        name.parse().map(Self)
    }
}

impl TryFrom<String> for EditionName {
    type Error = ConfigError;

    fn try_from(name: String) -> Result<Self, ConfigError> {
        name.parse()
    }
}

impl From<EditionName> for &'static str {
    fn from(name: EditionName) -> Self {
        name.0.name()
    }
}

/// The networks of which there are published weights, a line for each library.
pub fn published() -> String {
    let mut text = "Networks that --weights takes, by whose the weights are:".to_string();
    for edition in [Edition::Torchvision, Edition::Keras, Edition::Course] {
        let known = zoo::ENTRIES.iter().filter(|entry| entry.published.contains(&edition));
        let names: Vec<&str> = known.map(|entry| entry.name).collect();
        text += &format!("\n  {}: {}", edition.name(), names.join(", "));
    }
    text
}

/// Reads published weights of a network for pictures of `side` by `side`, and says what pixels they were trained on and
/// whose they are.
/// Whose they are is told by the file where `edition` does not say it. Those of the head do not matter: they may be
/// of any number of classes, or not there.
///
/// # Errors
/// When there are no published weights of the network, or the file is damaged, holds another network, or does not
/// tell whose weights it holds.
pub fn load_weights(
    entry: &Entry,
    path: &Path,
    edition: Option<Edition>,
    side: usize,
    device: &Device,
) -> Result<(Network, Pixels, Edition), RecipeError> {
    if entry.published.is_empty() {
        let reason = format!("there are no published weights of {}", entry.name);
        return Err(RecipeError::Input(format!(
            "--weights: {reason}: --help lists of which there are"
        )));
    }
    let tensors = read(path, &Limits::default())?;
    fit(entry, &tensors, path, edition, side, device)
}

/// The network with the arrays of a file, in the edition that they fit.
fn fit(
    entry: &Entry,
    tensors: &Tensors,
    path: &Path,
    edition: Option<Edition>,
    side: usize,
    device: &Device,
) -> Result<(Network, Pixels, Edition), RecipeError> {
    let mut refusals = Vec::new();
    for edition in editions(entry, path, edition, tensors.library)? {
        let config = entry.config(IMAGENET, [3, side, side], Some(edition))?;
        let net = config.init(device)?;
        let (net, report) = load(net, tensors, config.renames()?, &Options::what_fits())?;
        match but_for_the_head(report, edition) {
            report if report.differences() == 0 => return Ok((net, config.pixels()?, edition)),
            report => refusals.push((edition, report)),
        }
    }
    // The nearest says best what is wrong.
    let nearest = refusals.into_iter().min_by_key(|(_, report)| report.differences());
    let (edition, report) = nearest.map_or((String::new(), String::new()), |(edition, report)| {
        (edition.name().to_string(), report.to_string())
    });
    let (path, name) = (path.display(), entry.name);
    Err(RecipeError::Input(format!(
        "{path} holds another network than {name} of {edition}: {report}"
    )))
}

/// The editions whose weights a file may hold.
fn editions(
    entry: &Entry,
    path: &Path,
    asked: Option<Edition>,
    library: Library,
) -> Result<Vec<Edition>, RecipeError> {
    let list = |editions: &[Edition]| {
        editions.iter().map(|edition| edition.name()).collect::<Vec<_>>().join(" or ")
    };
    let known = list(entry.published);
    let (path, name) = (path.display(), entry.name);
    if let Some(edition) = asked {
        return match entry.published.contains(&edition) {
            true => Ok(vec![edition]),
            false => Err(RecipeError::Input(format!(
                "--edition {}: the published weights of {name} are of {known}",
                edition.name()
            ))),
        };
    }
    let of_library: &[Edition] = match library {
        Library::Keras => &[Edition::Keras, Edition::Course],
        Library::PyTorch => &[Edition::Torchvision],
        _ => {
            return Err(RecipeError::Input(format!(
                "{path} does not tell whose weights it holds: say so with --edition {known}"
            )));
        }
    };
    let found: Vec<Edition> =
        of_library.iter().copied().filter(|edition| entry.published.contains(edition)).collect();
    match found.is_empty() {
        false => Ok(found),
        true => Err(RecipeError::Input(format!(
            "{path} holds weights of {}: the published ones of {name} are of {known}",
            list(of_library)
        ))),
    }
}

/// The differences that are none of the head, which will be another. Keras finds weights by their order, so that its
/// files have heads of any name; elsewhere another name is that of another network.
fn but_for_the_head(mut report: Report, edition: Edition) -> Report {
    let within = |ours: &str, layer: &str| {
        ours.split_once('.').is_some_and(|(_variant, path)| path.starts_with(layer))
    };
    let is_of_head = |ours: &str| HEAD.iter().any(|layer| within(ours, layer));
    let lacks_head = report.missing.iter().any(|missing| within(&missing.ours, "head."));
    report.missing.retain(|missing| !is_of_head(&missing.ours));
    report.mismatched.retain(|mismatch| !is_of_head(&mismatch.ours));
    let layer = |name: &str| name.rsplit_once(['.', '/']).map(|(layer, _)| layer.to_string());
    let mut left_over: Vec<_> = report.unexpected.iter().map(|name| layer(name)).collect();
    left_over.dedup();
    if edition == Edition::Keras && lacks_head && left_over.len() == 1 {
        report.unexpected.clear();
    }
    report
}

#[cfg(test)]
mod tests {
    use fireside_weights::{Array, Missing, Values, names, names_in};

    use super::*;

    /// A file of torchvision's MobileNetV2: its names and axes, and a head of 7 classes.
    fn mobilenet(device: &Device) -> Tensors {
        let entry = zoo::find("mobilenet-v2").unwrap();
        let config = entry.config(7, [3, 64, 64], Some(Edition::Torchvision)).unwrap();
        let net = config.init(device).unwrap();
        let theirs = names_in(&net, Library::PyTorch, config.renames().unwrap()).unwrap();
        let arrays = names(&net).into_iter().zip(theirs).map(|((_, mut shape), (_, name))| {
            if shape.len() == 2 {
                shape.reverse(); // a linear layer
            }
            let values = Values::F32(vec![0.5; shape.iter().product()]);
            Array { name, shape, values }
        });
        Tensors { library: Library::PyTorch, arrays: arrays.collect() }
    }

    fn taken(tensors: &Tensors, edition: Option<Edition>) -> Result<Pixels, String> {
        let entry = zoo::find("mobilenet-v2").unwrap();
        let path = Path::new("file.pth");
        let found = fit(entry, tensors, path, edition, 64, &Device::default());
        found.map(|(_, pixels, _)| pixels).map_err(|failure| failure.to_string())
    }

    #[test]
    fn file_tells_whose_weights_it_holds_and_the_pixels_go_with_them() {
        let mut tensors = mobilenet(&Device::default());
        let pixels = taken(&tensors, None).unwrap();
        let entry = zoo::find("mobilenet-v2").unwrap();
        let config = entry.config(7, [3, 64, 64], Some(Edition::Torchvision)).unwrap();
        assert_eq!(pixels, config.pixels().unwrap());
        let refused = taken(&tensors, Some(Edition::Keras)).unwrap_err();
        assert!(refused.starts_with("file.pth holds another network than"), "{refused}");
        tensors.library = Library::Fireside;
        let silent = taken(&tensors, None).unwrap_err();
        let expected = "file.pth does not tell whose weights it holds: say so with --edition \
                        torchvision or keras";
        assert_eq!(silent, expected);
    }

    #[test]
    fn nothing_but_the_head_may_be_absent_or_left_over() {
        let whole = mobilenet(&Device::default());
        let mut headless = whole.clone();
        headless.arrays.retain(|array| !array.name.starts_with("classifier"));
        assert!(taken(&headless, None).is_ok());
        let mut pierced = whole.clone();
        pierced.arrays.retain(|array| !array.name.starts_with("features.3"));
        let mut longer = whole;
        let more = Values::F32(vec![0.0; 3]);
        longer.arrays.push(Array { name: "top.bias".into(), shape: vec![3], values: more });
        for other in [pierced, longer] {
            let refused = taken(&other, None).unwrap_err();
            assert!(refused.starts_with("file.pth holds another network than"), "{refused}");
        }
    }

    /// The older ResNet-50 of Keras has the course's names of layers but for the head, and wants other pixels.
    #[test]
    fn head_may_have_another_name_in_keras_s_files_alone() {
        let missing = ["ResNet.head.weight", "ResNet.head.bias"]
            .map(|ours| Missing { ours: ours.to_string(), theirs: String::new() });
        let with = |unexpected: &[&str]| Report {
            missing: missing.to_vec(),
            unexpected: unexpected.iter().map(|name| name.to_string()).collect(),
            ..Report::default()
        };
        let left = |report, edition| but_for_the_head(report, edition).differences();
        let renamed = with(&["fc1000/kernel", "fc1000/bias"]);
        assert_eq!(left(renamed.clone(), Edition::Keras), 0);
        assert_eq!(left(renamed, Edition::Course), 2);
        assert_eq!(left(with(&["probs/kernel", "neck/kernel"]), Edition::Keras), 2);
        assert_eq!(left(with(&[]), Edition::Course), 0);
    }
}
