//! Names beside points, where they cover neither a point nor another name, or further away at the end of a line.

use std::f64::consts::TAU;

use kuva::render::color::Color;
use kuva::render::render::Primitive;

use super::scene::rule;
use super::text::width;

/// The size of their letters.
pub(crate) const SIZE: u32 = 10;
/// From a point to a name beside it.
const GAP: f64 = 8.0;
/// How far from its point a name without room beside it may stand: from 20 units on, so many steps of so many.
const STEPS: usize = 20;
const STEP: f64 = 10.0;
/// Directions in which its place is looked for.
const DIRECTIONS: usize = 72;
/// From the middle of a point to where the line from its name ends.
const END: f64 = 4.0;
/// From such a line to other points at least, but for those that stand so near to its own, and to other lines.
const POINTS_APART: f64 = 3.5;
const NEIGHBOURS: f64 = 7.0;
const LINES_APART: f64 = 2.0;

/// From the left and from above.
type Place = (f64, f64);

/// The names in an area, and the points that they stand beside.
#[derive(Debug, Clone)]
pub(crate) struct Labels {
    /// The area's left, top, right and bottom.
    area: [f64; 4],
    points: Vec<(f64, f64)>,
    /// The areas of the names that have a place.
    taken: Vec<[f64; 4]>,
    /// Places along the lines that lead from names to their points.
    lines: Vec<(f64, f64)>,
}

impl Labels {
    /// None yet, beside these points.
    pub(crate) fn within(area: [f64; 4], points: Vec<(f64, f64)>) -> Self {
        Self { area, points, taken: Vec::new(), lines: Vec::new() }
    }

    /// Finds a place for a name beside its point: where it begins, at its foot. None if all around are taken.
    pub(crate) fn place(&mut self, name: &str, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let wide = width(name, SIZE);
        let beside = |lower: f64| [(x + GAP, y + lower), (x - GAP - wide, y + lower)];
        let across = [(x - wide / 2.0, y - 9.0), (x - wide / 2.0, y + 17.0)];
        let tried = [beside(4.0), across, beside(14.0), beside(-6.0), beside(26.0), beside(-18.0)];
        let place = tried.concat().into_iter().find(|place| self.is_free(area(*place, wide)))?;
        self.taken.push(area(place, wide));
        Some(place)
    }

    /// Finds a place for a name further away from its point: where it begins, at its foot, and the line that leads from
    /// the point to it. None if there is none from which such a line passes all else by.
    pub(crate) fn place_away(&mut self, name: &str, point: Place) -> Option<(Place, [Place; 2])> {
        let (wide, high) = (width(name, SIZE), f64::from(SIZE) + 2.0);
        for step in 0..STEPS {
            for turn in 0..DIRECTIONS {
                let far = 2.0 * STEP + STEP * step as f64;
                let angle = TAU * turn as f64 / DIRECTIONS as f64;
                let middle = (
                    point.0 + (far + wide / 2.0) * angle.cos(),
                    point.1 + (far + high / 2.0) * angle.sin(),
                );
                let place = (middle.0 - wide / 2.0, middle.1 + high / 2.0 - 2.0);
                let (area, line) = (area(place, wide), line(point, area(place, wide)));
                if self.is_free(area) && self.is_open(line, point) {
                    self.taken.push(area);
                    self.lines.extend(along(line));
                    return Some((place, line));
                }
            }
        }
        None
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
        is_within
            && !self.points.iter().any(covers)
            && !self.taken.iter().any(meets)
            && !self.lines.iter().any(covers)
    }

    /// Whether a line to this point passes by the names, the other points and the other lines.
    fn is_open(&self, line: [(f64, f64); 2], point: (f64, f64)) -> bool {
        let near = |one: (f64, f64), other: (f64, f64), distance: f64| {
            (one.0 - other.0).hypot(one.1 - other.1) < distance
        };
        let others = self.points.iter().filter(|other| !near(**other, point, NEIGHBOURS));
        let others: Vec<(f64, f64)> = others.copied().collect();
        along(line).all(|(x, y)| {
            // Few letters reach as far up and down as their area.
            let crosses = |name: &[f64; 4]| {
                x > name[0] && x < name[2] && y > name[1] + 2.0 && y < name[3] - 1.0
            };
            !self.taken.iter().any(crosses)
                && !others.iter().any(|other| near(*other, (x, y), POINTS_APART))
                && !self.lines.iter().any(|other| near(*other, (x, y), LINES_APART))
        })
    }
}

/// What a name covers that begins there, at its foot: left, top, right and bottom.
fn area((left, foot): (f64, f64), wide: f64) -> [f64; 4] {
    [left, foot - f64::from(SIZE), left + wide, foot + 2.0]
}

/// The line from a point to what of a name's area is nearest to it.
fn line(point: (f64, f64), [left, top, right, bottom]: [f64; 4]) -> [(f64, f64); 2] {
    let end = (point.0.clamp(left, right), point.1.clamp(top, bottom));
    let long = (end.0 - point.0).hypot(end.1 - point.1);
    let share = (END / long.max(END)).min(1.0);
    let begin = (point.0 + share * (end.0 - point.0), point.1 + share * (end.1 - point.1));
    [begin, end]
}

/// Places along a line, so near to one another that nothing lies between two of them.
fn along([from, to]: [(f64, f64); 2]) -> impl Iterator<Item = (f64, f64)> {
    let pieces = (to.0 - from.0).hypot(to.1 - from.1).ceil().max(1.0) as usize;
    (0..=pieces).map(move |piece| {
        let share = piece as f64 / pieces as f64;
        (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1))
    })
}

/// Draws the line from a point to its name.
pub(crate) fn leader([from, to]: [(f64, f64); 2]) -> Primitive {
    rule(from, to, Color::Rgb(150, 150, 150), 0.6)
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
    fn a_name_without_room_beside_its_point_stands_away_by_a_line_that_passes_the_others_by() {
        let point = (150.0, 100.0);
        let heights = [78.0, 92.0, 100.0, 108.0, 120.0];
        let mut others = vec![(150.0, 88.0), (150.0, 112.0)];
        others.extend(heights.iter().flat_map(|y| [(135.0, *y), (165.0, *y)]));
        let points = [&others[..], &[point]].concat();
        let mut labels = Labels::within([0.0, 0.0, 300.0, 200.0], points);
        assert_eq!(labels.place("word", point), None);
        let (place, line) = labels.place_away("word", point).unwrap();
        let far = |other: &(f64, f64), (x, y): (f64, f64)| (other.0 - x).hypot(other.1 - y);
        for at in along(line) {
            assert!(others.iter().all(|other| far(other, at) > 3.0), "{at:?}");
        }
        assert!(far(&point, line[0]) <= END + 1e-9 && far(&point, place) > GAP);
        // There is not room for everything.
        let placed = (0..50).filter(|_| labels.place_away("word", point).is_some()).count();
        assert!(placed < 50);
    }

    #[test]
    fn a_name_stays_within_its_area() {
        let mut labels = Labels::within([0.0, 0.0, 100.0, 100.0], vec![(98.0, 50.0)]);
        let (x, _) = labels.place("a long name", (98.0, 50.0)).unwrap();
        assert!(x < 98.0 - width("a long name", SIZE), "{x}");
    }
}
