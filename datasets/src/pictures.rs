//! Pictures of one size as bytes, wherever they come from: files of HDF5, folders of JPEG and PNG, or drawings.

/// Pictures of one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pictures {
    /// `[count, height, width, channels]`
    pub shape: [usize; 4],
    /// Row-major, 0 to 255.
    pub pixels: Vec<u8>,
}
