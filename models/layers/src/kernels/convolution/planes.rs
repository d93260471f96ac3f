//! Images with their border of zeros, laid out so that one entry of the kernel sees a run of memory.
//!
//! Rows of an image follow one another at a fixed pitch, borders included. What a tap sees at place `p` of the
//! window is then at `p + offset`, in whatever row `p` lies, and a convolution is a sum of shifted runs. The few
//! places between the end of one row and the start of the next come out as well, mean nothing, and are left
//! behind. A window that moves by 2 sees every second row and column: the image is parted into such phases,
//! and each tap reads the phase that it sees.

use std::ops::Range;

use super::geometry::Geometry;
use crate::kernels::real::Real;

/// The layout of one channel, as far as some rows of the result see it.
#[derive(Debug)]
pub(super) struct Planes {
    geometry: Geometry,
    /// Rows of the result.
    rows: Range<usize>,
    /// From one row of a phase to the next.
    pitch: usize,
    /// Elements of one phase.
    phase_len: usize,
    /// Rows, and columns, at which the phases begin.
    phases: [Vec<usize>; 2],
}

impl Planes {
    pub(super) fn new(geometry: &Geometry, rows: Range<usize>) -> Self {
        let shift = |axis: usize| {
            geometry.kernel[axis].saturating_sub(1) * geometry.dilation[axis]
                / geometry.stride[axis]
        };
        let pitch = geometry.out_width + shift(1);
        let phases = [0, 1].map(|axis| {
            let (stride, dilation) = (geometry.stride[axis], geometry.dilation[axis]);
            let mut phases: Vec<_> =
                (0..geometry.kernel[axis]).map(|tap| tap * dilation % stride).collect();
            phases.sort_unstable();
            phases.dedup();
            phases
        });
        let phase_len = (rows.len() + shift(0)) * pitch;
        Self { geometry: *geometry, rows, pitch, phase_len, phases }
    }

    /// Places of the window in these rows, those between two rows included.
    pub(super) fn places(&self) -> usize {
        match self.rows.len() {
            0 => 0,
            rows => (rows - 1) * self.pitch + self.geometry.out_width,
        }
    }

    /// The places at which vectors of `lanes` begin: in the rows alone where those are whole vectors, which
    /// leaves nothing between them to take out, and else all along.
    pub(super) fn starts(&self, lanes: usize) -> Vec<usize> {
        if !self.in_rows(lanes) {
            return (0..self.places()).step_by(lanes).collect();
        }
        let along = |row: usize| {
            (0..self.geometry.out_width).step_by(lanes).map(move |x| row * self.pitch + x)
        };
        (0..self.rows.len()).flat_map(along).collect()
    }

    /// Whether rows are whole vectors.
    pub(super) fn in_rows(&self, lanes: usize) -> bool {
        self.geometry.out_width.is_multiple_of(lanes)
    }

    /// Elements of one channel.
    pub(super) fn len(&self) -> usize {
        self.phases[0].len() * self.phases[1].len() * self.phase_len
    }

    /// Where each entry of a group's patch sees what it sees at the first place.
    pub(super) fn patch_offsets(&self) -> Vec<usize> {
        let taps = self.offsets();
        let channels = 0..self.geometry.group_channels();
        channels
            .flat_map(|channel| taps.iter().map(move |tap| channel * self.len() + tap))
            .collect()
    }

    /// The same for the taps of one channel.
    fn offsets(&self) -> Vec<usize> {
        let [kernel_height, kernel_width] = self.geometry.kernel;
        let along = |tap: usize, axis: usize| {
            let (stride, at) = (self.geometry.stride[axis], tap * self.geometry.dilation[axis]);
            let phase = self.phases[axis].iter().position(|phase| *phase == at % stride);
            (phase.unwrap_or_default(), at / stride)
        };
        let taps = (0..kernel_height).flat_map(|ky| (0..kernel_width).map(move |kx| (ky, kx)));
        taps.map(|(ky, kx)| {
            let ((phase_y, y), (phase_x, x)) = (along(ky, 0), along(kx, 1));
            let phase = phase_y * self.phases[1].len() + phase_x;
            phase * self.phase_len + y * self.pitch + x
        })
        .collect()
    }

    /// Lays out one channel of an image.
    pub(super) fn fill<T: Real>(&self, planes: &mut [T], channel: &[T]) {
        let Geometry { height, width, stride, padding, .. } = self.geometry;
        let mut phases = planes.chunks_exact_mut(self.phase_len.max(1));
        for &top in &self.phases[0] {
            for &left in &self.phases[1] {
                let Some(phase) = phases.next() else { return };
                // The columns of this phase that are in the image, and the first of them there.
                let inside = padding[1].saturating_sub(left).div_ceil(stride[1]).min(self.pitch);
                let first = (inside * stride[1] + left).saturating_sub(padding[1]);
                let count =
                    width.saturating_sub(first).div_ceil(stride[1]).min(self.pitch - inside);
                for (index, row) in phase.chunks_exact_mut(self.pitch.max(1)).enumerate() {
                    let y = (self.rows.start + index) * stride[0] + top;
                    let Some(y) = y.checked_sub(padding[0]).filter(|y| *y < height) else {
                        row.fill(T::ZERO);
                        continue;
                    };
                    row[..inside].fill(T::ZERO);
                    row[inside + count..].fill(T::ZERO);
                    let (row, seen) = (&mut row[inside..inside + count], &channel[y * width..]);
                    if stride[1] == 1 {
                        row.copy_from_slice(&seen[first..first + count]);
                    } else if count > 0 {
                        let seen = seen[first..width].iter().step_by(stride[1]);
                        row.iter_mut().zip(seen).for_each(|(value, seen)| *value = *seen);
                    }
                }
            }
        }
    }

    /// The reverse of [`take`](Self::take), with zeros in what means nothing and beyond.
    pub(super) fn put<T: Real>(&self, sums: &mut [T], rows: &[T]) {
        let width = self.geometry.out_width.max(1);
        sums.fill(T::ZERO);
        for (row, sums) in rows.chunks_exact(width).zip(sums.chunks_mut(self.pitch.max(1))) {
            sums[..width].copy_from_slice(row);
        }
    }

    /// Takes the sums of these rows out from between what means nothing.
    pub(super) fn take<T: Real>(&self, rows: &mut [T], sums: &[T]) {
        let width = self.geometry.out_width.max(1);
        for (row, sums) in rows.chunks_exact_mut(width).zip(sums.chunks(self.pitch.max(1))) {
            row.copy_from_slice(&sums[..width]);
        }
    }
}
