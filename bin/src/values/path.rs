//! Paths that come back as they were given.

use std::ffi::OsString;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A file or folder to read: kept as an absolute path, so that a run can be continued from any folder.
///
/// Written as `{"path": "/..."}`, and where it is no UTF-8 as `{"path_bytes": [...]}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputPath(PathBuf);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Written {
    Path(String),
    PathBytes(Vec<u8>),
}

impl InputPath {
    /// Whether a value in JSON is a path as it is written here.
    pub fn is(value: &serde_json::Value) -> bool {
        value.get("path").is_some() || value.get("path_bytes").is_some()
    }
}

impl From<OsString> for InputPath {
    fn from(given: OsString) -> Self {
        let path = PathBuf::from(given);
        Self(std::path::absolute(&path).unwrap_or(path))
    }
}

impl Deref for InputPath {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl AsRef<Path> for InputPath {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Serialize for InputPath {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let written = match self.0.to_str() {
            Some(text) => Written::Path(text.to_string()),
            None => Written::PathBytes(self.0.as_os_str().as_encoded_bytes().to_vec()),
        };
        written.serialize(to)
    }
}

impl<'de> Deserialize<'de> for InputPath {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let form = |_| D::Error::custom("it must be a path, as in {\"path\": \"/data/cats\"}");
        match Written::deserialize(from).map_err(form)? {
            Written::Path(text) => Ok(Self(text.into())),
            Written::PathBytes(bytes) => from_bytes(bytes).map(Self).ok_or_else(|| {
                D::Error::custom("a path of another system: give the file again with its flag")
            }),
        }
    }
}

#[cfg(unix)]
fn from_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn from_bytes(_: Vec<u8>) -> Option<PathBuf> {
    None
}
