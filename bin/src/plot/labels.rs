//! Names beside points, where they cover neither a point nor another name.

use super::text::width;

/// The size of their letters.
pub(crate) const SIZE: u32 = 10;
/// From a point to a name beside it.
const GAP: f64 = 8.0;

/// The names in an area, and the points that they stand beside.
#[derive(Debug, Clone)]
pub(crate) struct Labels {
    /// The area's left, top, right and bottom.
    area: [f64; 4],
    points: Vec<(f64, f64)>,
    /// The areas of the names that have a place.
    taken: Vec<[f64; 4]>,
}

impl Labels {
    /// None yet, beside these points.
    pub(crate) fn within(area: [f64; 4], points: Vec<(f64, f64)>) -> Self {
        Self { area, points, taken: Vec::new() }
    }

    /// Finds a place for a name beside its point: where it begins, at its foot. None if all around are taken.
    pub(crate) fn place(&mut self, name: &str, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let wide = width(name, SIZE);
        let beside = |lower: f64| [(x + GAP, y + lower), (x - GAP - wide, y + lower)];
        let across = [(x - wide / 2.0, y - 9.0), (x - wide / 2.0, y + 17.0)];
        let tried = [beside(4.0), across, beside(14.0), beside(-6.0), beside(26.0), beside(-18.0)];
        let area =
            |(left, foot): (f64, f64)| [left, foot - f64::from(SIZE), left + wide, foot + 2.0];
        let place = tried.concat().into_iter().find(|place| self.is_free(area(*place)))?;
        self.taken.push(area(place));
        Some(place)
    }

    fn is_free(&self, [left, top, right, bottom]: [f64; 4]) -> bool {
        let is_within = left >= self.area[0]
            && top >= self.area[1]
            && right <= self.area[2]
            && bottom <= self.area[3];
        let covers = |&(x, y): &(f64, f64)| {
            x > left - 4.0 && x < right + 4.0 && y > top - 3.0 && y < bottom + 3.0
        };
        let meets = |other: &[f64; 4]| {
            other[0] < right && left < other[2] && other[1] < bottom && top < other[3]
        };
        is_within && !self.points.iter().any(covers) && !self.taken.iter().any(meets)
    }
}

/// To the right of a point, where a name stands that has no room.
pub(crate) fn beside((x, y): (f64, f64)) -> (f64, f64) {
    (x + GAP, y + 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cover_neither_each_other_nor_a_point_and_go_without_a_place_where_there_is_none() {
        let crowd: Vec<(f64, f64)> =
            (0..100).map(|n| (100.0 + f64::from(n % 10), 100.0 + f64::from(n / 10))).collect();
        let mut labels = Labels::within([0.0, 0.0, 300.0, 200.0], crowd.clone());
        let placed = crowd.iter().filter_map(|point| labels.place("word", *point)).count();
        assert!((4..100).contains(&placed), "{placed}");
        assert_eq!(labels.taken.len(), placed);
        for (number, [left, top, right, bottom]) in labels.taken.iter().enumerate() {
            let others = &labels.taken[..number];
            let is_clear = |other: &[f64; 4]| {
                other[2] <= *left || *right <= other[0] || other[3] <= *top || *bottom <= other[1]
            };
            assert!(others.iter().all(is_clear), "{number}");
            let is_in = |(x, y): &(f64, f64)| x > left && x < right && y > top && y < bottom;
            assert!(!crowd.iter().any(is_in), "{number}");
        }
    }

    #[test]
    fn a_name_stays_within_its_area() {
        let mut labels = Labels::within([0.0, 0.0, 100.0, 100.0], vec![(98.0, 50.0)]);
        let (x, _) = labels.place("a long name", (98.0, 50.0)).unwrap();
        assert!(x < 98.0 - width("a long name", SIZE), "{x}");
    }
}
