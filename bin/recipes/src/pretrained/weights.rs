//! Published weights for a network of the zoo, whosever they are.

use std::path::Path;
use std::str::FromStr;

use burn::tensor::Device;
use fireside_layers::ConfigError;
use fireside_vision::Edition;
use fireside_vision::zoo::{self, Entry};
use fireside_weights::{Library, Limits, Options, Report, Tensors, load, read};
use serde::{Deserialize, Serialize};

use super::Base;
use crate::RecipeError;
use crate::trained::Named;

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
        text += &format!("\n  {}:  {}", edition.name(), names.join(", "));
    }
    text
}

/// Published weights in their network.
#[derive(Debug)]
pub struct Published {
    /// The network.
    pub base: Base,
    /// Whose it is.
    pub edition: Edition,
    /// Whose weights of which file they are, where they were found there, and what was passed over.
    pub description: String,
}

/// Reads published weights of a network for pictures of `side` by `side`. Whose they are is told by the file where
/// `edition` does not say it. Those of the head do not matter: they may be of any number of classes, or not there.
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
) -> Result<Published, RecipeError> {
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
    asked: Option<Edition>,
    side: usize,
    device: &Device,
) -> Result<Published, RecipeError> {
    let tried = editions(entry, path, asked, tensors.library)?;
    let mut refusals = Vec::new();
    for &edition in &tried {
        let Fitted { published, report, lacks_head } =
            fit_edition(entry, tensors, path, edition, side, device)?;
        if report.differences() > 0 {
            refusals.push((edition, report));
            continue;
        }
        let is_certain = asked.is_some() || edition != Edition::Course || !lacks_head;
        if is_certain || !entry.published.contains(&Edition::Keras) {
            return Ok(published);
        }
        return Err(RecipeError::Input(format!(
            "{} has no head to tell whose {} it is: Keras's first one calls its layers as the course's does, and wants \
             other pixels; say --edition course if it is the course's",
            path.display(),
            entry.name
        )));
    }
    // What would fit, or else the nearest, says best what is wrong.
    let others = entry.published.iter().filter(|edition| !tried.contains(edition));
    for &edition in others {
        let fitted = fit_edition(entry, tensors, path, edition, side, device)?;
        if fitted.report.differences() == 0 {
            let (wanted, fits) = (asked.map_or("those wanted", Edition::name), edition.name());
            return Err(RecipeError::Input(format!(
                "{} holds another network than {} of {wanted}: it fits --edition {fits}",
                path.display(),
                entry.name
            )));
        }
    }
    let nearest = refusals.into_iter().min_by_key(|(_, report)| report.differences());
    let (edition, report) = nearest.map_or((String::new(), String::new()), |(edition, report)| {
        (edition.name().to_string(), report.to_string())
    });
    let (path, name) = (path.display(), entry.name);
    Err(RecipeError::Input(format!(
        "{path} holds another network than {name} of {edition}: {report}"
    )))
}

/// What came of putting the arrays of a file into the network of an edition.
struct Fitted {
    published: Published,
    /// The differences that are none of the head.
    report: Report,
    /// Whether the file has no head of the edition's name.
    lacks_head: bool,
}

fn fit_edition(
    entry: &Entry,
    tensors: &Tensors,
    path: &Path,
    edition: Edition,
    side: usize,
    device: &Device,
) -> Result<Fitted, RecipeError> {
    let config = entry.config(IMAGENET, [3, side, side], Some(edition))?;
    let net = config.init(device)?;
    let (net, report) = load(net, tensors, config.renames()?, &Options::what_fits())?;
    let lacks_head = lacks_head(&report);
    let remarks = report.remarks().map_or(String::new(), |remarks| format!("; {remarks}"));
    let description = format!("Weights of {} in {}{remarks}.", edition.name(), path.display());
    let known_as = Named::new(entry.name, IMAGENET, [3, side, side]).of_edition(edition);
    let base = Base { net, pixels: config.pixels()?, known_as };
    let published = Published { base, edition, description };
    Ok(Fitted { published, report: but_for_the_head(report, edition), lacks_head })
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
    let is_of_head = |ours: &str| HEAD.iter().any(|layer| is_within(ours, layer));
    let lacks_head = lacks_head(&report);
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

fn lacks_head(report: &Report) -> bool {
    report.missing.iter().any(|missing| is_within(&missing.ours, "head."))
}

/// Whether a parameter is of a layer; paths begin with the architecture.
fn is_within(ours: &str, layer: &str) -> bool {
    ours.split_once('.').is_some_and(|(_variant, path)| path.starts_with(layer))
}

#[cfg(test)]
mod tests {
    use fireside_vision::Pixels;
    use fireside_weights::{Array, Missing, Values, names, names_in};

    use super::*;

    /// A file with the names and axes of a library, and a head of 7 classes.
    fn file_of(name: &str, edition: Edition, library: Library) -> Tensors {
        let config = zoo::find(name).unwrap().config(7, [3, 64, 64], Some(edition)).unwrap();
        let net = config.init(&Device::default()).unwrap();
        let theirs = names_in(&net, library, config.renames().unwrap()).unwrap();
        let arrays = names(&net).into_iter().zip(theirs).map(|((_, mut shape), (_, name))| {
            match (library, shape.len()) {
                (Library::PyTorch, 2) => shape.reverse(), // a linear layer
                (Library::Keras, 4) => shape = vec![shape[2], shape[3], shape[1], shape[0]],
                _ => (),
            }
            let values = Values::F32(vec![0.5; shape.iter().product()]);
            Array { name, shape, values }
        });
        Tensors { library, arrays: arrays.collect() }
    }

    fn mobilenet() -> Tensors {
        file_of("mobilenet-v2", Edition::Torchvision, Library::PyTorch)
    }

    fn found(name: &str, tensors: &Tensors, edition: Option<Edition>) -> Result<Published, String> {
        let (entry, path) = (zoo::find(name).unwrap(), Path::new("file.pth"));
        let found = fit(entry, tensors, path, edition, 64, &Device::default());
        found.map_err(|failure| failure.to_string())
    }

    fn taken(tensors: &Tensors, edition: Option<Edition>) -> Result<Pixels, String> {
        found("mobilenet-v2", tensors, edition).map(|published| published.base.pixels)
    }

    fn without(tensors: &Tensors, beginning: &str) -> Tensors {
        let mut less = tensors.clone();
        less.arrays.retain(|array| !array.name.starts_with(beginning));
        assert!(less.arrays.len() < tensors.arrays.len(), "{beginning}");
        less
    }

    #[test]
    fn file_tells_whose_weights_it_holds_and_the_pixels_go_with_them() {
        let mut tensors = mobilenet();
        let pixels = taken(&tensors, None).unwrap();
        let entry = zoo::find("mobilenet-v2").unwrap();
        let config = entry.config(7, [3, 64, 64], Some(Edition::Torchvision)).unwrap();
        assert_eq!(pixels, config.pixels().unwrap());
        let refused = taken(&tensors, Some(Edition::Keras)).unwrap_err();
        let expected = "file.pth holds another network than mobilenet-v2 of keras: it fits \
                        --edition torchvision";
        assert_eq!(refused, expected);
        tensors.library = Library::Fireside;
        let silent = taken(&tensors, None).unwrap_err();
        let expected = "file.pth does not tell whose weights it holds: say so with --edition \
                        torchvision or keras";
        assert_eq!(silent, expected);
    }

    #[test]
    fn nothing_but_the_head_may_be_absent_or_left_over() {
        let whole = mobilenet();
        assert!(taken(&without(&whole, "classifier"), None).is_ok());
        let pierced = without(&whole, "features.3");
        let mut longer = whole;
        let more = Values::F32(vec![0.0; 3]);
        longer.arrays.push(Array { name: "top.bias".into(), shape: vec![3], values: more });
        for other in [pierced, longer] {
            let refused = taken(&other, None).unwrap_err();
            assert!(refused.starts_with("file.pth holds another network than"), "{refused}");
        }
    }

    /// It has biases and means of 2x2 pixels, which torchvision's has not.
    #[test]
    fn resnet_of_the_course_is_not_taken_for_another_and_without_a_head_only_if_it_is_said_so() {
        let whole = file_of("resnet50", Edition::Course, Library::Keras);
        let edition = |tensors: &Tensors, asked| {
            found("resnet50", tensors, asked).map(|published| published.edition)
        };
        assert_eq!(edition(&whole, None), Ok(Edition::Course));
        for wrong in [Edition::Torchvision, Edition::Keras] {
            let refused = edition(&whole, Some(wrong)).unwrap_err();
            assert!(refused.ends_with("it fits --edition course"), "{refused}");
        }
        let headless = without(&whole, "fc6");
        let refused = edition(&headless, None).unwrap_err();
        assert!(refused.contains("say --edition course if it is the course's"), "{refused}");
        assert_eq!(edition(&headless, Some(Edition::Course)), Ok(Edition::Course));
    }

    #[test]
    fn it_is_said_where_in_a_file_the_weights_were_found_and_what_was_passed_over() {
        let mut tensors = mobilenet();
        let plain = found("mobilenet-v2", &tensors, None).unwrap().description;
        assert_eq!(plain, "Weights of torchvision in file.pth.");
        for array in &mut tensors.arrays {
            array.name = format!("model.{}", array.name);
        }
        let values = Values::F32(vec![0.0; 3]);
        tensors.arrays.push(Array { name: "epoch.losses".into(), shape: vec![3], values });
        let within = found("mobilenet-v2", &tensors, None).unwrap().description;
        let expected = "Weights of torchvision in file.pth; found in model.; passed over: \
                        epoch.losses.";
        assert_eq!(within, expected);
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
