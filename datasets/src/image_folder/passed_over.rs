//! What of a folder is not taken.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// As many endings are named.
const NAMED: usize = 8;

/// Files of a folder of pictures that are not taken, hidden ones and those of a system aside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PassedOver {
    /// How many files that are no pictures there are of each ending, which is in small letters and without its dot;
    /// the empty one is that of files without.
    pub endings: BTreeMap<String, usize>,
    /// Pictures beside the folders of classes.
    pub in_no_class: usize,
    /// Links to folders within a class, which may lead in circles.
    pub links: usize,
}

impl PassedOver {
    /// Whether everything is taken.
    pub fn is_empty(&self) -> bool {
        self.endings.is_empty() && self.in_no_class == 0 && self.links == 0
    }

    /// Counts a file that is no picture.
    pub(crate) fn count(&mut self, path: &Path) {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        *self.endings.entry(ending).or_default() += 1;
    }
}

/// `10 .webp, 3 .tif, 1 without an ending, 2 pictures in no class`, the most frequent ending first.
impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut endings: Vec<_> = self.endings.iter().collect();
        endings.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let others: usize = endings.iter().skip(NAMED).map(|(_, count)| **count).sum();
        let mut parts: Vec<String> = endings
            .into_iter()
            .take(NAMED)
            .map(|(ending, count)| match ending.as_str() {
                "" => format!("{count} without an ending"),
                _ => format!("{count} .{ending}"),
            })
            .collect();
        let plural = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{count} {many}")),
        };
        parts.extend(plural(others, "of another ending", "of other endings"));
        parts.extend(plural(self.in_no_class, "picture in no class", "pictures in no class"));
        parts.extend(plural(self.links, "link to a folder", "links to folders"));
        f.write_str(&parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_frequent_endings_are_named_and_the_others_counted() {
        let mut passed = PassedOver::default();
        assert!(passed.is_empty());
        for name in ["a.HEIC", "b.heic", "notes", "c.txt", "heic"] {
            passed.count(Path::new(name));
        }
        passed.in_no_class = 1;
        passed.links = 2;
        assert_eq!(
            passed.to_string(),
            "2 without an ending, 2 .heic, 1 .txt, 1 picture in no class, 2 links to folders"
        );
        let mut many = PassedOver::default();
        (0..10).for_each(|number| many.count(Path::new(&format!("x.{number}"))));
        assert!(many.to_string().ends_with("1 .7, 2 of other endings"), "{many}");
    }
}
