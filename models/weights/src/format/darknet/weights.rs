//! The numbers of a `.weights` file, which its `.cfg` names.
//!
//! A header of three i32 (major, minor, revision) and the number of pictures seen; then of every convolution, in the
//! order of the `.cfg`, bias, scale, mean and variance and then the kernel, or the bias and the kernel. All
//! little-endian.

use std::fs::File;
use std::io::{BufReader, Read, Seek as _, SeekFrom};
use std::path::Path;

use burn::tensor::DType;

use super::network::{Convolution, Network};
use crate::limits::{Budget, Limits, check_length};
use crate::{Array, Library, Tensors, WeightsError, disguise, stream};

const FORMAT: &str = "Darknet";

/// Bytes of a number.
const EACH: u64 = 4;

/// Reads the weights of a network that `cfg` describes.
///
/// Convolution `n`, counted from 1 in the order of the `.cfg`, is `conv_n.weight` of the shape
/// `[out, in, height, width]`, and `conv_n.bias` where it has one; its batch normalisation is `bn_n.weight`, `bn_n.bias`,
/// `bn_n.running_mean` and `bn_n.running_var`. The axes are PyTorch's.
///
/// The header has 20 bytes from version 0.2 on, and 16 before; that a file has none shows in its length. The numbers are
/// in memory once, and 64 KiB besides.
///
/// # Errors
/// [`WeightsError::Count`] when the file has other numbers than the network, with both, and with the layer in which it
/// ends; otherwise as [`Network::read`] and [`read`](crate::read()).
pub fn read(path: &Path, cfg: &Path, limits: &Limits) -> Result<Tensors, WeightsError> {
    let network = Network::read(cfg)?;
    let head = disguise::head(path)?;
    let unreadable = |error| WeightsError::unreadable(path, error);
    let mut file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    check_length(path, length, limits)?;
    let header = header(path, &head, length, cfg, &network)?;
    file.seek(SeekFrom::Start(header)).map_err(unreadable)?;
    let mut reader = Reader {
        path,
        stream: BufReader::new(file),
        budget: Budget::plain(path, length, limits),
        arrays: Vec::new(),
    };
    for (index, (convolution, _)) in network.convolutions().enumerate() {
        for (name, shape) in parts(index, convolution) {
            reader.array(name, shape)?;
        }
    }
    Ok(Tensors { library: Library::PyTorch, arrays: reader.arrays })
}

/// The arrays of a convolution in their order.
fn parts(index: usize, convolution: &Convolution) -> Vec<(String, Vec<usize>)> {
    let Convolution { inputs, filters, size, batch_normalize, .. } = *convolution;
    let number = index + 1;
    let kernel = (format!("conv_{number}.weight"), vec![filters, inputs, size, size]);
    let vectors = match batch_normalize {
        true => ["bias", "weight", "running_mean", "running_var"].as_slice(),
        false => &["bias"],
    };
    let layer = if batch_normalize { "bn" } else { "conv" };
    let vectors = vectors.iter().map(|part| (format!("{layer}_{number}.{part}"), vec![filters]));
    vectors.chain([kernel]).collect()
}

/// The length of the header, once the numbers behind it are as many as the network has.
fn header(
    path: &Path,
    head: &[u8],
    length: u64,
    cfg: &Path,
    network: &Network,
) -> Result<u64, WeightsError> {
    let malformed = |reason: String| Err(WeightsError::malformed(path, FORMAT, reason));
    if head.trim_ascii_start().starts_with(b"[") && !head.contains(&0) {
        return malformed("it is a text; the weights and their description may be swapped".into());
    }
    let convolutions = network.convolutions();
    let asked = convolutions.map(|(convolution, _)| convolution.numbers()).sum::<Option<u64>>();
    let asked = asked.unwrap_or(u64::MAX);
    let (version, header) = match version(head) {
        Some(version) => (Some(version), header_bytes(version)),
        None => (None, 0),
    };
    let Some(rest) = length.checked_sub(header) else {
        return malformed(format!("it ends in its header: of {header} bytes it has {length}"));
    };
    let held = rest / EACH;
    let surplus = rest % EACH;
    if held == asked && surplus == 0 {
        return Ok(header);
    }
    let reason = match held.checked_sub(asked) {
        None => ends_in(network, held),
        Some(0) => format!("{surplus} bytes are left over"),
        Some(more) => format!("{more} numbers are left over"),
    };
    let other = if header == 16 { 20 } else { 16 };
    let reason = match version {
        Some([major, minor, _]) if asked.checked_mul(EACH) == length.checked_sub(other) => format!(
            "{reason}; with a header of {other} bytes it would fit, and that of version {major}.{minor} has {header}"
        ),
        Some(_) => reason,
        None => format!("{reason}; it has no header"),
    };
    let (path, cfg) = (path.to_path_buf(), cfg.to_path_buf());
    Err(WeightsError::Count { path, held, cfg, asked, reason })
}

/// Major, minor and revision; `None` where the file begins with weights at once, which are no such small whole numbers.
fn version(head: &[u8]) -> Option<[i32; 3]> {
    let (numbers, _) = head.as_chunks::<4>();
    let number = |index: usize| numbers.get(index).copied().map(i32::from_le_bytes).unwrap_or(0);
    let version = [number(0), number(1), number(2)];
    version.iter().all(|number| (0..1000).contains(number)).then_some(version)
}

/// The number of pictures seen has 8 bytes from version 0.2 on.
fn header_bytes([major, minor, _]: [i32; 3]) -> u64 {
    if major * 10 + minor >= 2 { 20 } else { 16 }
}

/// In which array of which layer a file of so many numbers ends.
fn ends_in(network: &Network, held: u64) -> String {
    let mut left = held;
    for (index, (convolution, line)) in network.convolutions().enumerate() {
        let whole = convolution.numbers().unwrap_or(u64::MAX);
        if left >= whole {
            left -= whole;
            continue;
        }
        for (name, shape) in parts(index, convolution) {
            let count = shape.iter().map(|&extent| extent as u64).fold(1, u64::saturating_mul);
            if left < count {
                return format!("it ends in {name}, of the section in line {line}");
            }
            left -= count;
        }
    }
    "it ends too early".to_string()
}

/// Networks of Darknet that are told by how many numbers they have.
pub fn known(numbers: u64) -> String {
    let network = match numbers {
        50_983_561 => "YOLOv2 for COCO",
        67_465_609 => "the first YOLOv2 for COCO, without a convolution before the reorganisation",
        50_676_061 => "YOLOv2 for VOC",
        11_237_145 => "tiny YOLOv2 for COCO",
        15_867_885 => "tiny YOLOv2 for VOC",
        _ => return String::new(),
    };
    format!(" ({network})")
}

struct Reader<'a, S> {
    path: &'a Path,
    stream: S,
    budget: Budget<'a>,
    arrays: Vec<Array>,
}

impl<S: Read> Reader<'_, S> {
    fn array(&mut self, name: String, shape: Vec<usize>) -> Result<(), WeightsError> {
        let count = self.budget.spend(&name, &shape, DType::F32.size())?;
        let values =
            stream::values(&mut self.stream, DType::F32, count, |_| ()).map_err(|error| {
                WeightsError::malformed(self.path, FORMAT, format!("{name}: {error}"))
            })?;
        self.arrays.push(Array { name, shape, values });
        Ok(())
    }
}
