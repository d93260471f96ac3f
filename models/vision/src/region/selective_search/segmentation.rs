//! Segments of pixels that differ less from one another than from what is around (Felzenszwalb and Huttenlocher, 2004).

use super::picture::Planes;

/// The largest value of a colour, by which the paper's thresholds are meant.
const WHITE: f32 = 255.0;

/// Two neighbours, by the smaller pixel and which of its neighbours the other is.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    weight: f32,
    pixel: u32,
    neighbour: u8,
}

/// Right, below left, below, below right.
const NEIGHBOURS: [[isize; 2]; 4] = [[0, 1], [1, -1], [1, 0], [1, 1]];

/// A picture divided into segments.
#[derive(Debug, Clone, PartialEq)]
pub struct Segments {
    /// The segment of every pixel, row by row; numbered by their first pixels.
    pub labels: Vec<u32>,
    /// How many there are.
    pub count: usize,
    /// Rows and columns.
    pub size: [usize; 2],
}

/// The pixel `neighbour` of a pixel, where the picture goes so far.
fn other(pixel: usize, neighbour: usize, [height, width]: [usize; 2]) -> Option<usize> {
    let [down, right] = NEIGHBOURS[neighbour];
    let row = (pixel / width).checked_add_signed(down).filter(|row| *row < height)?;
    let column = (pixel % width).checked_add_signed(right).filter(|column| *column < width)?;
    Some(row * width + column)
}

/// All pairs of neighbours, also diagonal ones, the most alike first, equal ones row by row.
pub fn edges(picture: &Planes) -> Vec<Edge> {
    let pixels = picture.planes[0].len();
    let mut keys: Vec<u64> = Vec::with_capacity(4 * pixels);
    for pixel in 0..pixels {
        for neighbour in 0..NEIGHBOURS.len() {
            if let Some(other) = other(pixel, neighbour, picture.size) {
                let square = |plane: &Vec<f32>| (plane[pixel] - plane[other]).powi(2);
                let weight = picture.planes.iter().map(square).sum::<f32>().sqrt() * WHITE;
                // Bits of numbers that are not negative are in the order of the numbers.
                let place = (4 * pixel + neighbour) as u64;
                keys.push(u64::from(weight.to_bits()) << 32 | place);
            }
        }
    }
    keys.sort_unstable();
    let edge = |key: u64| Edge {
        weight: f32::from_bits((key >> 32) as u32),
        pixel: (key as u32) / 4,
        neighbour: (key % 4) as u8,
    };
    keys.into_iter().map(edge).collect()
}

/// Sets of pixels that are joined.
struct Forest {
    parents: Vec<u32>,
    sizes: Vec<u32>,
    /// Up to which difference a set takes another in.
    limits: Vec<f32>,
}

impl Forest {
    fn root(&mut self, mut pixel: u32) -> u32 {
        while self.parents[pixel as usize] != pixel {
            let above = self.parents[self.parents[pixel as usize] as usize];
            self.parents[pixel as usize] = above; // halves the way for the next
            pixel = above;
        }
        pixel
    }

    fn join(&mut self, one: u32, other: u32, weight: f32, threshold: f32) {
        let larger = self.sizes[one as usize] >= self.sizes[other as usize];
        let (root, child) = if larger { (one, other) } else { (other, one) };
        self.parents[child as usize] = root;
        self.sizes[root as usize] += self.sizes[child as usize];
        self.limits[root as usize] = weight + threshold / self.sizes[root as usize] as f32;
    }
}

impl Segments {
    /// Joins pixels along the edges: two sets become one where the edge is no larger than the largest edge within each
    /// plus `threshold` over its pixels. Then sets of fewer than `least_pixels` are joined to a neighbour.
    pub fn join(picture: &Planes, edges: &[Edge], threshold: f64, least_pixels: usize) -> Self {
        let pixels = picture.planes[0].len();
        let threshold = threshold as f32;
        let mut forest = Forest {
            parents: (0..pixels as u32).collect(),
            sizes: vec![1; pixels],
            limits: vec![threshold; pixels],
        };
        let ends = |edge: &Edge, forest: &mut Forest| {
            let other = other(edge.pixel as usize, edge.neighbour.into(), picture.size)?;
            let (one, other) = (forest.root(edge.pixel), forest.root(other as u32));
            (one != other).then_some((one, other))
        };
        for edge in edges {
            if let Some((one, other)) = ends(edge, &mut forest) {
                let limit = forest.limits[one as usize].min(forest.limits[other as usize]);
                if edge.weight <= limit {
                    forest.join(one, other, edge.weight, threshold);
                }
            }
        }
        for edge in edges {
            if let Some((one, other)) = ends(edge, &mut forest) {
                let least = forest.sizes[one as usize].min(forest.sizes[other as usize]);
                if (least as usize) < least_pixels {
                    forest.join(one, other, edge.weight, threshold);
                }
            }
        }
        let mut numbers = vec![u32::MAX; pixels];
        let mut count = 0;
        let mut label = |pixel: u32| {
            let number = &mut numbers[forest.root(pixel) as usize];
            if *number == u32::MAX {
                *number = count;
                count += 1;
            }
            *number
        };
        let labels = (0..pixels as u32).map(&mut label).collect();
        Self { labels, count: count as usize, size: picture.size }
    }

    /// The pairs of segments that touch, also at a corner, the smaller number first, each once, in order.
    pub(super) fn neighbours(&self) -> Vec<[usize; 2]> {
        let mut pairs: Vec<u64> = Vec::new();
        for (pixel, &one) in self.labels.iter().enumerate() {
            for neighbour in 0..NEIGHBOURS.len() {
                let Some(other) = other(pixel, neighbour, self.size) else { continue };
                let other = self.labels[other];
                if one != other {
                    pairs.push(u64::from(one.min(other)) << 32 | u64::from(one.max(other)));
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs.into_iter().map(|pair| [(pair >> 32) as usize, pair as u32 as usize]).collect()
    }
}
