//! The examples of a data set by name, class and source, out of a folder or a table. None is opened.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::StrategyError;
use crate::table::Table;

/// The most files listed.
pub const MAX_FILES: usize = 10_000_000;

const LAYOUT: &str = "files lie at CLASS/FILE, or all at SOURCE/CLASS/FILE";

/// Examples of a data set; an example is its position here.
#[derive(Debug, Clone, Default)]
pub struct Examples {
    /// What each is called: a path below the folder, or a line of the table.
    pub names: Vec<String>,
    /// The class of each, if known.
    pub classes: Option<Groups>,
    /// Where each comes from, if known.
    pub sources: Option<Groups>,
}

/// Which group each example belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    /// The groups' names, in alphabetical order.
    pub names: Vec<String>,
    /// The group of each example, as a position in `names`.
    pub of: Vec<usize>,
}

impl Groups {
    /// Groups examples by equal values, one value for each.
    #[must_use]
    pub fn new<S: AsRef<str>>(values: &[S]) -> Self {
        let mut places: BTreeMap<&str, usize> =
            values.iter().map(|value| (value.as_ref(), 0)).collect();
        places.values_mut().enumerate().for_each(|(place, slot)| *slot = place);
        let of = values.iter().map(|value| places[value.as_ref()]).collect();
        Self { of, names: places.into_keys().map(String::from).collect() }
    }

    /// Counts the examples of a set in each group.
    ///
    /// # Panics
    /// When the set holds an example that is not there.
    #[must_use]
    pub fn count(&self, set: &[usize]) -> Vec<usize> {
        let mut counts = vec![0; self.names.len()];
        for &example in set {
            counts[self.of[example]] += 1;
        }
        counts
    }
}

impl Examples {
    /// Takes the rows of a table, each named by its line. Classes and sources that are numbers are compared as such.
    ///
    /// # Errors
    /// When a column is missing or has a blank cell.
    pub fn from_table(
        table: &Table,
        label: Option<&str>,
        source: Option<&str>,
    ) -> Result<Self, StrategyError> {
        let groups = |column: Option<&str>| -> Result<Option<Groups>, StrategyError> {
            let Some(column) = column else { return Ok(None) };
            Ok(Some(Groups::new(&table.classes(table.column(column)?)?)))
        };
        let names = (0..table.len()).map(|row| table.line(row).to_string()).collect();
        Ok(Self { names, classes: groups(label)?, sources: groups(source)? })
    }

    /// Lists the files of a folder of class folders, `CLASS/FILE`, or of source folders of class folders,
    /// `SOURCE/CLASS/FILE`, in alphabetical order. Names that begin with a dot are passed over.
    ///
    /// # Errors
    /// When a folder cannot be read, holds no file or more than [`MAX_FILES`], or files lie at other depths.
    pub fn from_folder(folder: &Path) -> Result<Self, StrategyError> {
        let mut files = Vec::new();
        list(folder, &mut Vec::new(), &mut files)?;
        files.sort_unstable();
        let Some(first) = files.first() else {
            let file = folder.display().to_string();
            return Err(StrategyError::Empty { file, wanted: "files in folders of their classes" });
        };
        let depth = first.len();
        if let Some(other) = files.iter().find(|file| file.len() != depth) {
            let file = folder.join(other.join("/")).display().to_string();
            return Err(StrategyError::Misplaced { file, wanted: LAYOUT });
        }
        let part =
            |place: usize| -> Vec<&str> { files.iter().map(|file| file[place].as_str()).collect() };
        Ok(Self {
            classes: Some(Groups::new(&part(depth - 2))),
            sources: (depth == 3).then(|| Groups::new(&part(0))),
            names: files.iter().map(|file| file.join("/")).collect(),
        })
    }

    /// Examples of which only the number is known.
    #[must_use]
    pub fn unnamed(count: usize) -> Self {
        Self { names: (0..count).map(|number| number.to_string()).collect(), ..Self::default() }
    }

    /// The number of examples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// Adds the files below `folder`, each as the names on the way to it from the first folder.
fn list(
    folder: &Path,
    way: &mut Vec<String>,
    files: &mut Vec<Vec<String>>,
) -> Result<(), StrategyError> {
    let unreadable = |path: &Path, reason: String| StrategyError::Unreadable {
        file: path.display().to_string(),
        reason,
    };
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, error.to_string()))?;
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, error.to_string()))?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| unreadable(&path, "its name is not UTF-8".to_string()))?;
        if name.starts_with('.') {
            continue;
        }
        way.push(name.to_string());
        if path.is_dir() && way.len() < 3 {
            list(&path, way, files)?;
        } else if path.is_dir() || way.len() < 2 {
            return Err(StrategyError::Misplaced {
                file: path.display().to_string(),
                wanted: LAYOUT,
            });
        } else {
            files.push(way.clone());
        }
        way.pop();
        if files.len() > MAX_FILES {
            let (found, limit) = (files.len(), MAX_FILES);
            return Err(StrategyError::TooMany { found, what: "files", limit });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    #[test]
    fn folders_are_classes_and_those_above_them_sources() {
        let flat = folder(&["dog/1.png", "cat/2.png", "cat/1.png", "cat/.hidden"]);
        let examples = Examples::from_folder(flat.path()).unwrap();
        assert_eq!(examples.names, ["cat/1.png", "cat/2.png", "dog/1.png"]);
        let classes = examples.classes.unwrap();
        assert_eq!((classes.names, classes.of), (vec!["cat".into(), "dog".into()], vec![0, 0, 1]));
        assert_eq!(examples.sources, None);

        let deep = folder(&["web/cat/1.png", "mobile/dog/1.png"]);
        let examples = Examples::from_folder(deep.path()).unwrap();
        assert_eq!(examples.classes.unwrap().of, [1, 0]);
        assert_eq!(examples.sources.unwrap().names, ["mobile", "web"]);
    }

    #[test]
    fn files_at_other_depths_are_refused_by_name() {
        for (files, culprit) in [
            (&["loose.png", "cat/1.png"][..], "loose.png"),
            (&["cat/1.png", "web/cat/1.png"], "1.png"),
            (&["a/b/c/d.png"], "c is not"),
        ] {
            let message = Examples::from_folder(folder(files).path()).unwrap_err().to_string();
            assert!(message.contains(culprit) && message.contains("CLASS/FILE"), "{message}");
        }
        let empty = Examples::from_folder(folder(&[]).path()).unwrap_err();
        assert!(matches!(empty, StrategyError::Empty { .. }), "{empty}");
        let absent = Examples::from_folder(Path::new("nowhere")).unwrap_err();
        assert!(absent.to_string().starts_with("nowhere cannot be read"), "{absent}");
    }

    #[test]
    fn blank_label_is_refused_with_its_line() {
        let table = Table::parse("a.csv", b"file,label\n1.png,cat\n2.png,\n").unwrap();
        let error = Examples::from_table(&table, Some("label"), None).unwrap_err().to_string();
        assert_eq!(error, "a.csv, line 3, column label: \"\" is no name");
    }
    #[test]
    fn labels_that_are_equal_numbers_are_of_one_class() {
        let table = Table::parse("a.csv", b"file,label,set\n1.png,1.0,A\n2.png,1,2\n3.png,0,2.0\n");
        let examples = Examples::from_table(&table.unwrap(), Some("label"), Some("set")).unwrap();
        assert_eq!(
            examples.classes,
            Some(Groups { names: vec!["0".into(), "1".into()], of: vec![1, 1, 0] })
        );
        assert_eq!(examples.sources.unwrap().of, [1, 0, 0]);
    }
}
