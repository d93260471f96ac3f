//! The product that convolutions are made of: a few rows of sums, held in registers while they grow.

use std::marker::PhantomData;

use pulp::{Simd, WithSimd};

use crate::kernels::product::Onto;
use crate::kernels::real::Real;
use crate::kernels::simd::dispatch;

/// Terms that are added up before sums go back to memory: what they read stays in the innermost cache.
pub(super) const TERMS: usize = 256;

/// Numbers in a vector of this processor: rows of sums and what is read at an offset may be written and read to a whole
/// number of these.
pub(super) fn lanes<T: Real>() -> usize {
    struct Lanes<T>(PhantomData<T>);

    impl<T: Real> WithSimd for Lanes<T> {
        type Output = usize;

        fn with_simd<S: Simd>(self, _simd: S) -> usize {
            size_of::<T::Vector<S>>() / size_of::<T>()
        }
    }

    dispatch(Lanes::<T>(PhantomData))
}

/// How many rows of sums are worked on together, of `rows` in all: as many as fit the registers of this processor.
pub(super) fn tile_rows(rows: usize) -> usize {
    struct Rows(usize);

    impl WithSimd for Rows {
        type Output = usize;

        fn with_simd<S: Simd>(self, _simd: S) -> usize {
            if has_32_registers::<S>() {
                return 8;
            }
            // Four rows take a quarter longer for each; six leave more of the last tile empty.
            let [by_four, by_six] = [4, 6].map(|tile| self.0.next_multiple_of(tile));
            if 4 * by_six <= 5 * by_four { 6 } else { 4 }
        }
    }

    dispatch(Rows(rows))
}

fn has_32_registers<S: Simd>() -> bool {
    S::REGISTER_COUNT >= 32
}

/// `sums[row][first + column] = sum over k of factors[k][row] * values[offsets[k] + place of column]`, or that added
/// to it.
#[derive(Debug)]
pub(super) struct Product<'a, T> {
    /// Rows `pitch` apart, a whole number of tiles of them.
    pub(super) sums: &'a mut [T],
    pub(super) pitch: usize,
    /// The column of `sums` that the first of the product is.
    pub(super) first: usize,
    /// The place of the first of each vector of columns; the others follow.
    pub(super) starts: &'a [usize],
    pub(super) onto: Onto,
    /// As [`tile_rows`] says.
    pub(super) tile_rows: usize,
    /// For each tile of rows, and within it for each `k`, one factor for each row.
    pub(super) factors: &'a [T],
    pub(super) offsets: &'a [usize],
    pub(super) values: &'a [T],
}

impl<T: Real> Product<'_, T> {
    pub(super) fn run(self) {
        dispatch(self);
    }

    #[inline(always)]
    fn tiles<S: Simd, const ROWS: usize>(self, simd: S) {
        let Self { sums, pitch, first, starts, onto, factors, offsets, values, .. } = self;
        let lanes = size_of::<T::Vector<S>>() / size_of::<T>();
        // With 16 registers, three vectors of four rows would take all: the compiler keeps one sum in memory then.
        let vectors = if has_32_registers::<S>() { 3 } else { 2 };
        let terms = offsets.len();
        if terms == 0 && onto == Onto::Nothing {
            sums.fill(T::ZERO);
        }
        for start in (0..terms).step_by(TERMS) {
            let onto = if start == 0 { onto } else { Onto::Values };
            let offsets = &offsets[start..(start + TERMS).min(terms)];
            let (mut column, mut rest) = (first, starts);
            while !rest.is_empty() {
                // Two and two of the last four: one alone would leave most registers empty.
                let take = if rest.len() == 4 { 2 } else { vectors.min(rest.len()) };
                let starts;
                (starts, rest) = rest.split_at(take);
                let rows = sums.chunks_exact_mut(ROWS * pitch);
                for (sums, factors) in rows.zip(factors.chunks_exact(ROWS * terms)) {
                    let (sums, factors) = (&mut sums[column..], &factors[start * ROWS..]);
                    let terms = Terms { factors, offsets, values };
                    match *starts {
                        [a, b, c] if has_32_registers::<S>() => {
                            tile::<_, _, ROWS, 3>(simd, sums, pitch, onto, terms, [a, b, c])
                        }
                        [a, b] => tile::<_, _, ROWS, 2>(simd, sums, pitch, onto, terms, [a, b]),
                        [a] => tile::<_, _, ROWS, 1>(simd, sums, pitch, onto, terms, [a]),
                        _ => unreachable!("at most {vectors} vectors"),
                    }
                }
                column += take * lanes;
            }
        }
    }
}

impl<T: Real> WithSimd for Product<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.tile_rows {
            _ if has_32_registers::<S>() => self.tiles::<S, 8>(simd),
            6 => self.tiles::<S, 6>(simd),
            _ => self.tiles::<S, 4>(simd),
        }
    }
}

/// `sums[column] = sum over k of factors[k] * values[offsets[k] + column]`, over whole vectors.
#[derive(Debug)]
pub(super) struct Filter<'a, T> {
    pub(super) sums: &'a mut [T],
    pub(super) factors: &'a [T],
    pub(super) offsets: &'a [usize],
    pub(super) values: &'a [T],
}

impl<T: Real> Filter<'_, T> {
    pub(super) fn run(self) {
        dispatch(self);
    }
}

impl<T: Real> WithSimd for Filter<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        const WIDE: usize = 8;
        let Self { sums, factors, offsets, values } = self;
        let lanes = size_of::<T::Vector<S>>() / size_of::<T>();
        let (pitch, whole) = (sums.len(), sums.len() / (WIDE * lanes) * (WIDE * lanes));
        let terms = Terms { factors, offsets, values };
        for column in (0..whole).step_by(WIDE * lanes) {
            let starts = std::array::from_fn(|vector| column + vector * lanes);
            let sums = &mut sums[column..];
            tile::<S, T, 1, WIDE>(simd, sums, pitch, Onto::Nothing, terms, starts);
        }
        for column in (whole..pitch).step_by(lanes) {
            let sums = &mut sums[column..];
            tile::<S, T, 1, 1>(simd, sums, pitch, Onto::Nothing, terms, [column]);
        }
    }
}

/// `sums[k] += sum over columns of factors[column] * values[offsets[k] + column]`; `factors` are whole vectors.
#[derive(Debug)]
pub(super) struct Correlation<'a, T> {
    pub(super) sums: &'a mut [T],
    pub(super) factors: &'a [T],
    pub(super) offsets: &'a [usize],
    pub(super) values: &'a [T],
}

impl<T: Real> Correlation<'_, T> {
    pub(super) fn run(self) {
        dispatch(self);
    }
}

impl<T: Real> WithSimd for Correlation<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        /// Sums that grow side by side: the next step of one need not wait for its last.
        const TOGETHER: usize = 5;
        let factors = T::vectors::<S>(self.factors);
        let columns = self.factors.len();
        for (sums, offsets) in self.sums.chunks_mut(TOGETHER).zip(self.offsets.chunks(TOGETHER)) {
            // Those that are missing in the last group are computed as the first, and left.
            let seen: [_; TOGETHER] = std::array::from_fn(|index| {
                let offset = offsets.get(index).unwrap_or(&offsets[0]);
                T::vectors::<S>(&self.values[*offset..][..columns])
            });
            let mut grown = [T::splat(simd, T::ZERO); TOGETHER];
            for (place, factor) in factors.iter().enumerate() {
                for index in 0..TOGETHER {
                    grown[index] = T::multiply_add(simd, seen[index][place], *factor, grown[index]);
                }
            }
            for (sum, grown) in sums.iter_mut().zip(grown) {
                *sum += T::sum_of_lanes(simd, grown);
            }
        }
    }
}

/// What is added up in one tile.
#[derive(Clone, Copy)]
struct Terms<'a, T> {
    factors: &'a [T],
    offsets: &'a [usize],
    values: &'a [T],
}

/// One tile, out of memory and back; the sums stay in registers in between.
#[inline(always)]
fn tile<S: Simd, T: Real, const ROWS: usize, const VECTORS: usize>(
    simd: S,
    sums: &mut [T],
    pitch: usize,
    onto: Onto,
    terms: Terms<'_, T>,
    starts: [usize; VECTORS],
) {
    let width = VECTORS * (size_of::<T::Vector<S>>() / size_of::<T>());
    let mut tile = [[T::splat(simd, T::ZERO); VECTORS]; ROWS];
    if onto == Onto::Values {
        for (row, sums) in tile.iter_mut().zip(sums.chunks(pitch)) {
            row.copy_from_slice(T::vectors::<S>(&sums[..width]));
        }
    }
    let tile = grown(simd, tile, terms, starts);
    for (row, sums) in tile.iter().zip(sums.chunks_mut(pitch)) {
        T::vectors_mut::<S>(&mut sums[..width]).copy_from_slice(row);
    }
}

/// The sums with all terms added. They come and go by value: behind a reference they would live in memory.
#[inline(always)]
fn grown<S: Simd, T: Real, const ROWS: usize, const VECTORS: usize>(
    simd: S,
    mut sums: [[T::Vector<S>; VECTORS]; ROWS],
    Terms { factors, offsets, values }: Terms<'_, T>,
    starts: [usize; VECTORS],
) -> [[T::Vector<S>; VECTORS]; ROWS] {
    let lanes = size_of::<T::Vector<S>>() / size_of::<T>();
    let from = starts.map(|start| &values[start..]);
    for (factors, offset) in factors.chunks_exact(ROWS).zip(offsets) {
        let mut seen = [T::splat(simd, T::ZERO); VECTORS];
        for vector in 0..VECTORS {
            seen[vector] = T::vectors::<S>(&from[vector][*offset..][..lanes])[0];
        }
        for row in 0..ROWS {
            let factor = T::splat(simd, factors[row]);
            for vector in 0..VECTORS {
                sums[row][vector] = T::multiply_add(simd, seen[vector], factor, sums[row][vector]);
            }
        }
    }
    sums
}
