//! `course pictures`: the pictures of the documentation, made by the programs that they show.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use clap::{Args, ValueHint};
use fireside_training::files::write_whole;

use crate::plot::small;
use crate::{Failure, print, programs};

/// Flags of `course pictures`.
#[derive(Args, Debug)]
pub struct Pictures {
    /// The folder of the documentation
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    folder: PathBuf,
    /// Remake only the pictures of these assignments
    #[arg(value_name = "NAMES")]
    names: Vec<String>,
}

/// The picture that shows best what an assignment is about.
struct Shown {
    program: &'static str,
    /// What shortens a program that takes long.
    flags: &'static str,
    /// The picture among those of its run.
    picture: &'static str,
    /// What is to be seen.
    caption: &'static str,
}

const fn shown(
    program: &'static str,
    flags: &'static str,
    picture: &'static str,
    caption: &'static str,
) -> Shown {
    Shown { program, flags, picture, caption }
}

/// A picture of each assignment that has any, in the order of the course.
const SHOWN: [Shown; 35] = [
    shown(
        "c1w1-house-prices",
        "",
        "price-by-size.png",
        "What a typical house costs by its size, and what a straight line and a network make of it",
    ),
    shown(
        "c1w2-logistic-regression",
        "",
        "learning-rates.png",
        "How the cost falls by three learning rates",
    ),
    shown(
        "c1w3-planar-classification",
        "",
        "hidden-layer-sizes.png",
        "Decision boundaries of networks of 1 to 50 hidden units",
    ),
    shown(
        "c1w4-deep-network-by-hand",
        "",
        "costs.png",
        "The cost of a network trained by hand-written passes",
    ),
    shown(
        "c1w4-cat-classifier",
        "",
        "costs.png",
        "The costs of a network of two layers and of one of four",
    ),
    shown(
        "c2w1-initialization",
        "",
        "boundaries.png",
        "What the same network learns from four sorts of first weights",
    ),
    shown(
        "c2w1-regularization",
        "",
        "boundaries.png",
        "What holds a network back on the football field",
    ),
    shown(
        "c2w1-gradient-checking",
        "",
        "differences.png",
        "How far gradients are from differences of the cost, right ones and wrong ones",
    ),
    shown(
        "c2w1-vanishing-gradients",
        "",
        "gradients-by-depth.png",
        "The gradient that reaches the first layer, by the depth of the network",
    ),
    shown("c2w2-optimization", "", "bowl.png", "Optimisers on their way down an elongated bowl"),
    shown(
        "c2w3-batch-norm",
        "",
        "costs.png",
        "A deep network with and without batch norm at three learning rates",
    ),
    shown(
        "c2w3-hyperparameter-search",
        "",
        "trials.png",
        "The trials of a coarse and of a fine search, by each hyperparameter",
    ),
    shown(
        "c2w3-signs-softmax",
        "",
        "accuracies.png",
        "How many hands have their fingers counted right, by the epochs of training",
    ),
    shown(
        "c3w2-transfer-learning",
        "",
        "accuracy-by-pictures.png",
        "What a network that knows other signs makes of few pictures: mean, least and most of five runs",
    ),
    shown("c3w2-multi-task", "", "scenes.png", "Street scenes, with what one network saw in each"),
    shown(
        "c4w1-convolution-by-hand",
        "",
        "edges.png",
        "The edges that every detector finds in a drawn house",
    ),
    shown(
        "c4w1-happy-house",
        "",
        "accuracies.png",
        "How many faces are judged right, by the epochs of training",
    ),
    shown(
        "c4w1-signs-convnet",
        "",
        "side-by-side.png",
        "The assignment's network and a deeper one, by the epochs of training",
    ),
    shown(
        "c4w2-classic-networks",
        "",
        "costs.png",
        "How long the networks of the course take for an image, by their multiply-adds",
    ),
    shown(
        "c4w2-residual-networks",
        "--part comparison --depths 20,44 --comparison-epochs 4",
        "plain-and-residual.png",
        "The training error of plain and residual networks, by depth",
    ),
    shown(
        "c4w2-transfer-learning",
        "",
        "accuracies.png",
        "A new head, fine-tuning, and training from scratch on few pictures",
    ),
    shown(
        "c4w2-augmentation",
        "--epochs 5 --networks 1",
        "ten-crops.png",
        "The ten crops of a picture that networks are asked about together",
    ),
    shown(
        "c4w3-object-localization",
        "",
        "overlaps.png",
        "How much of the true box a network's box covers, over the objects it was not trained on",
    ),
    shown(
        "c4w3-sliding-windows",
        "",
        "difference.png",
        "Where one pass over a street is not every window by itself: where zeros lie around the maps",
    ),
    shown(
        "c4w3-car-detection",
        "",
        "precision-and-recall.png",
        "Precision and recall of a small YOLO by class, in street scenes that it has not seen",
    ),
    shown(
        "c4w3-region-proposals",
        "",
        "accuracy-and-seconds.png",
        "What R-CNN, Fast and Faster R-CNN and YOLO find of what is on a street, over the time a picture takes them",
    ),
    shown(
        "c5w1-rnn-by-hand",
        "",
        "gradients-through-time.png",
        "How far back the gradient of the last step reaches, by cell",
    ),
    shown("c5w1-dinosaurs", "", "losses.png", "Names learnt by hand and by an LSTM"),
    shown("c5w1-shakespeare", "", "loss.png", "Verse learnt by two LSTMs"),
    shown(
        "c5w1-jazz",
        "",
        "tunes.png",
        "The solo that a network learnt, and the one it improvised",
    ),
    shown(
        "c5w2-word-vectors",
        "",
        "bias.png",
        "The gender in words, before it was taken out and after",
    ),
    shown(
        "c5w2-train-embeddings",
        "--learners skip-gram",
        "map-skip-gram.png",
        "A map of the words that skip-gram learnt",
    ),
    shown(
        "c5w2-emojify",
        "",
        "accuracies.png",
        "How many sentences two LSTMs give the right emoji, by the epochs of training",
    ),
    shown(
        "c5w2-sentiment",
        "",
        "accuracies.png",
        "How many reviews the mean of word vectors and an LSTM judge right",
    ),
    shown(
        "c5w2-named-entities",
        "",
        "accuracies.png",
        "How many words are tagged right, read one way and both ways",
    ),
];

/// Assignments that answer in numbers and words alone.
const WITHOUT: [&str; 2] = ["c1w2-numpy-basics", "c3-strategy"];

/// The page, and the folder of its pictures.
const PAGE: &str = "gallery.md";
const FOLDER: &str = "gallery";

impl Shown {
    fn command(&self) -> String {
        format!("course run {} {}", self.program, self.flags).trim_end().to_string()
    }

    /// Where the picture is kept in the folder of the documentation.
    fn file(&self) -> String {
        format!("{FOLDER}/{}.png", self.program)
    }

    /// Runs the program as the page shows it, and keeps the picture.
    fn make(&self, folder: &Path) -> Result<(), Failure> {
        let failed =
            |what: &dyn ToString| Failure::Run(format!("{}: {}", self.program, what.to_string()));
        let program = env::current_exe().map_err(|error| failed(&error))?;
        let out = env::temp_dir().join(format!("course-pictures-{}", std::process::id()));
        let flags = ["run", self.program].into_iter().chain(self.flags.split_whitespace());
        let run = Command::new(program)
            .args(flags)
            .args(["--quiet", "--overwrite", "--out"])
            .arg(&out)
            .env_remove("FIRESIDE_DATA")
            .status();
        let status = run.map_err(|error| failed(&error))?;
        if !status.success() {
            return Err(failed(&format!("ended with {status}")));
        }
        let picture = fs::read(out.join(self.picture)).map_err(|error| failed(&error))?;
        let _ = fs::remove_dir_all(&out); // it lies among what passes
        let path = folder.join(self.file());
        write_whole(&path, &small(&picture)?).map_err(|error| Failure::unwritable(&path, &error))
    }
}

/// Runs the programs and writes their pictures and the page that shows them.
///
/// # Errors
/// When a name is no assignment's with a picture, a program fails, or something cannot be written.
pub fn make(Pictures { folder, names }: &Pictures) -> Result<(), Failure> {
    for name in names {
        if SHOWN.iter().all(|shown| shown.program != *name) {
            return Err(Failure::Input(format!("no picture of {name} is in the gallery")));
        }
    }
    let place = folder.join(FOLDER);
    fs::create_dir_all(&place).map_err(|error| Failure::unwritable(&place, &error))?;
    for shown in
        SHOWN.iter().filter(|one| names.is_empty() || names.iter().any(|n| n == one.program))
    {
        shown.make(folder)?;
        print::line(&format!("{}: {}", shown.file(), shown.command()));
    }
    let path = folder.join(PAGE);
    write_whole(&path, page().as_bytes()).map_err(|error| Failure::unwritable(&path, &error))
}

/// The page that shows the pictures, in Markdown.
fn page() -> String {
    let mut page = "# Gallery\n\nOne picture of each assignment, with the command that made it, on the embedded data. \
                    `course pictures docs` makes this page and its\npictures anew.\n"
        .to_string();
    for shown in &SHOWN {
        let (name, command, caption) = (shown.program, shown.command(), shown.caption);
        let teaches = programs::ALL.iter().find(|program| program.name == name);
        let teaches = teaches.map_or("", |program| program.teaches);
        let file = shown.file();
        // A string takes everything.
        let _ = write!(
            page,
            "\n## {name}\n\n{teaches}\n\n```sh\n{command}\n```\n\n![{caption}]({file})\n"
        );
    }
    let without = WITHOUT.map(|name| format!("`{name}`")).join(" and ");
    let _ = write!(page, "\n{without} answer in numbers and words alone.\n");
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::LARGEST;

    /// What all pictures may take, in bytes.
    const LARGEST_OF_ALL: u64 = 2_000_000;

    fn docs() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
    }

    #[test]
    fn every_assignment_has_a_picture_or_is_said_to_have_none() {
        let shown = SHOWN.iter().map(|shown| shown.program);
        let mut told: Vec<&str> = shown.chain(WITHOUT).collect();
        let mut all: Vec<&str> = programs::ALL.iter().map(|program| program.name).collect();
        told.sort_unstable();
        all.sort_unstable();
        assert_eq!(told, all);
    }

    #[test]
    fn the_gallery_is_the_page_that_the_program_makes() {
        assert_eq!(fs::read_to_string(docs().join(PAGE)).unwrap(), page(), "course pictures docs");
    }

    #[test]
    fn every_picture_of_the_gallery_and_of_the_readme_is_there_and_small() {
        let readme = fs::read_to_string(docs().join("../README.md")).unwrap();
        let of_readme = readme.split("](docs/").skip(1).filter_map(|rest| rest.split_once(')'));
        let of_readme = of_readme.map(|(file, _)| file.to_string());
        let of_readme = of_readme.filter(|file| file.ends_with(".png"));
        let of_page: Vec<String> = SHOWN.iter().map(Shown::file).collect();
        let mut taken = 0;
        for file in &of_page {
            let size = fs::metadata(docs().join(file)).unwrap_or_else(|_| panic!("{file}")).len();
            assert!(size < LARGEST, "{file} takes {size} bytes");
            taken += size;
        }
        assert!(taken < LARGEST_OF_ALL, "all pictures take {taken} bytes");
        for file in fs::read_dir(docs()).unwrap().map(|entry| entry.unwrap().path()) {
            let size = fs::metadata(&file).unwrap().len();
            let is_picture = file.extension().is_some_and(|extension| extension == "png");
            assert!(!is_picture || size < LARGEST, "{} takes {size} bytes", file.display());
        }
        for file in of_readme {
            assert!(of_page.contains(&file), "{file} is not made by course pictures");
        }
        let kept = fs::read_dir(docs().join(FOLDER)).unwrap().count();
        assert_eq!(kept, SHOWN.len(), "a picture that nothing makes is in docs/{FOLDER}");
    }
}
