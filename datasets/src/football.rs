//! The football field: where on it the goalkeeper's kicks came down, and which team's head met the ball.
//!
//! The course's file is `data.mat` with `X` of reals `[211, 2]` and `y` of bytes `[211, 1]` to train on, and
//! `Xval` and `yval` of 200 to judge by; some keep the same points as `football.csv`, columns `pos_x`,
//! `pos_y` and `team`, the training rows before the others. Class 1 is the own team. Without them
//! [`Football::embedded`] draws a field of that kind: a bent diagonal between the teams, and on both sides
//! of it players where they should not be, which a network without regularisation learns by heart.

use std::path::Path;

use fireside_numpy_rng::NumpyRng;

use crate::DataError;
use crate::mat::MatFile;
use crate::planar::PointSet;
use crate::source::{self, Source};
use crate::table::read_columns;

/// The folder of the course's data that holds the files.
pub const TOPIC: &str = "planar";
/// Names of the file, the course's own first.
pub const NAMES: &[&str] = &["data.mat", "football.csv"];

/// Points to train on that the course has.
const TRAIN_POINTS: usize = 211;
/// Points to judge by: the last so many rows of the CSV file.
const TEST_POINTS: usize = 200;
/// Points of a drawn field to judge by. Of the course's 200 a share that is right is uncertain by two points and a half
/// (one standard deviation), about what regularisation gains; of these, by one.
const DRAWN_TEST_POINTS: usize = 1000;
/// Columns of the CSV file.
const COLUMNS: [&str; 3] = ["pos_x", "pos_y", "team"];

/// Both sets of points.
#[derive(Debug, Clone, PartialEq)]
pub struct Football {
    /// To train on.
    pub train: PointSet,
    /// To judge by.
    pub test: PointSet,
}

impl Football {
    /// Reads the course's file from `folder` or `folder/planar`; `data.mat` if both are there.
    ///
    /// # Errors
    /// When there is none, or anything in it is not as the course has it.
    pub fn read(folder: &Path) -> Result<Self, DataError> {
        let path = source::find(folder, TOPIC, NAMES)?;
        match path.extension().is_some_and(|extension| extension == "csv") {
            true => Self::read_csv(&path),
            false => Self::from_mat(&MatFile::open(&path)?, &path),
        }
    }

    /// Reads the course's file, or draws a field in its place.
    ///
    /// # Errors
    /// As [`Football::read`].
    pub fn load(source: &Source, seed: u32) -> Result<Self, DataError> {
        match source {
            Source::Real(folder) => Self::read(folder),
            Source::Embedded => Ok(Self::embedded(seed)),
        }
    }

    /// Draws 211 and 1000 points; the same seed draws the same ones.
    pub fn embedded(seed: u32) -> Self {
        let rng = &mut NumpyRng::new(seed);
        Self { train: draw(TRAIN_POINTS, rng), test: draw(DRAWN_TEST_POINTS, rng) }
    }

    /// Takes the points from an open MATLAB file; `path` names it in errors.
    ///
    /// # Errors
    /// When a variable is missing or of another shape, or a number in it cannot be.
    pub fn from_mat(file: &MatFile, path: &Path) -> Result<Self, DataError> {
        Ok(Self {
            train: read_variables(file, path, ["X", "y"])?,
            test: read_variables(file, path, ["Xval", "yval"])?,
        })
    }

    /// Reads the points from a CSV file.
    ///
    /// # Errors
    /// When it cannot be read, a column is missing, a row or a field cannot be, or no more rows than the
    /// 200 to judge by are there.
    pub fn read_csv(path: &Path) -> Result<Self, DataError> {
        let table = read_columns(path, COLUMNS)?;
        let mut train = PointSet { points: Vec::new(), labels: Vec::new() };
        for ([x, y, team], line) in table.rows.into_iter().zip(table.lines) {
            let label = class(team).ok_or_else(|| DataError::Field {
                path: path.to_path_buf(),
                line,
                column: COLUMNS[2].to_string(),
                found: team.to_string(),
                expected: "0 or 1",
            })?;
            train.points.push([x, y]);
            train.labels.push(label);
        }
        let rows = train.points.len();
        let split = rows.checked_sub(TEST_POINTS).filter(|&split| split > 0);
        let split = split.ok_or_else(|| DataError::Unexpected {
            path: path.to_path_buf(),
            name: "the table".to_string(),
            expected: format!("more than {TEST_POINTS}"),
            found: format!("{rows} rows long"),
        })?;
        let test = PointSet {
            points: train.points.split_off(split),
            labels: train.labels.split_off(split),
        };
        Ok(Self { train, test })
    }
}

fn read_variables(file: &MatFile, path: &Path, names: [&str; 2]) -> Result<PointSet, DataError> {
    let unexpected = |name: &str, expected: &str, found: String| DataError::Unexpected {
        path: path.to_path_buf(),
        name: name.to_string(),
        expected: expected.to_string(),
        found,
    };
    let [points, labels] = names;
    let coordinates = file.columns(points, 2)?;
    for (row, value) in coordinates.iter().flat_map(|column| column.iter().enumerate()) {
        if !value.is_finite() {
            return Err(unexpected(points, "a finite number", format!("{value} in row {row}")));
        }
    }
    let classes = file.list(labels)?;
    let count = coordinates[0].len();
    if classes.len() != count {
        let expected = format!("one for each of the {count} points of {points}");
        return Err(unexpected(labels, &expected, format!("{} labels", classes.len())));
    }
    let classes = classes.iter().enumerate().map(|(row, &value)| {
        class(value).ok_or_else(|| unexpected(labels, "0 or 1", format!("{value} in row {row}")))
    });
    let points = coordinates[0].iter().zip(&coordinates[1]).map(|(&x, &y)| [x, y]);
    Ok(PointSet { points: points.collect(), labels: classes.collect::<Result<_, _>>()? })
}

fn class(value: f64) -> Option<usize> {
    match value {
        0.0 => Some(0),
        1.0 => Some(1),
        _ => None,
    }
}

/// Spreads points evenly over an ellipse cut off by the touchlines.
fn draw(count: usize, rng: &mut NumpyRng) -> PointSet {
    let mut set = PointSet { points: Vec::new(), labels: Vec::new() };
    while set.points.len() < count {
        let [x, y] = [rng.uniform(-0.6, 0.3), rng.uniform(-0.65, 0.6)];
        if ((x + 0.15) / 0.45).powi(2) + ((y + 0.025) / 0.625).powi(2) > 1.25 {
            continue;
        }
        // The teams mix near the boundary, and one player in ten has strayed from anywhere: that is what a network
        // without regularisation learns by heart, on any field.
        let boundary = -0.13 + 0.4 * y + 0.06 * (5.0 * y).sin() + rng.normal(0.0, 0.05);
        let strayed = rng.random_sample() < 0.1;
        set.points.push([x, y]);
        set.labels.push(usize::from((x < boundary) != strayed));
    }
    set
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read_csv(rows: &str) -> Result<Football, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("football.csv");
        fs::write(&path, format!("pos_x,pos_y,team\n{rows}")).unwrap();
        let place = format!("{}/", folder.path().display());
        Football::read(folder.path()).map_err(|error| error.to_string().replace(&place, ""))
    }

    #[test]
    fn last_200_rows_are_to_judge_by() {
        let rows: String = (0..203).map(|row| format!("{row},0.5,{}\n", row % 2)).collect();
        let field = read_csv(&rows).unwrap();
        assert_eq!(field.train.points, [[0.0, 0.5], [1.0, 0.5], [2.0, 0.5]]);
        assert_eq!(field.train.labels, [0, 1, 0]);
        assert_eq!(field.test.points.len(), 200);
        assert_eq!((field.test.points[0], field.test.labels[0]), ([3.0, 0.5], 1));
    }

    #[test]
    fn too_few_rows_and_third_teams_are_refused() {
        assert_eq!(
            read_csv(&"0,0,1\n".repeat(200)).unwrap_err(),
            "the table in football.csv is 200 rows long, not more than 200"
        );
        assert_eq!(
            read_csv("0,0,1\n0,0,2\n").unwrap_err(),
            "football.csv, line 3: team is \"2\", not 0 or 1"
        );
    }

    #[test]
    fn drawn_field_has_the_course_s_outline_and_is_the_seed_s() {
        let field = Football::embedded(1);
        assert_eq!((field.train.points.len(), field.test.points.len()), (211, 1000));
        assert_eq!(field, Football::embedded(1));
        assert_ne!(field, Football::embedded(2));
        for [x, y] in field.train.points.into_iter().chain(field.test.points) {
            assert!((-0.6..=0.3).contains(&x) && (-0.65..=0.6).contains(&y), "{x}, {y}");
        }
    }

    /// The best that can be learnt is the boundary itself; the course's field allows about 0.94, with fewer who strayed.
    #[test]
    fn boundary_explains_all_but_a_few_points_of_any_drawn_field() {
        for seed in 0..20 {
            let Football { train, test } = Football::embedded(seed);
            for set in [train, test] {
                let right = set.points.iter().zip(&set.labels).filter(|([x, y], label)| {
                    **label == usize::from(*x < -0.13 + 0.4 * y + 0.06 * (5.0 * y).sin())
                });
                let share = right.count() as f64 / set.points.len() as f64;
                assert!((0.80..0.93).contains(&share), "{share} at seed {seed}");
                let own = set.labels.iter().sum::<usize>() as f64 / set.labels.len() as f64;
                assert!((0.4..0.6).contains(&own), "{own} of the own team at seed {seed}");
            }
        }
    }
}
