//! What stands along the street: houses with windows, walls and fences.

use fireside_numpy_rng::NumpyRng;

use super::color::{Color, against, any, mix, times};
use super::frame::Frame;
use super::ground::Street;
use super::random::{between, chance};
use super::segments::{BUILDING, FENCE, VEGETATION, WALL};
use super::stamp::Stamp;
use super::view::View;

/// How a house looks.
#[derive(Clone, Copy)]
struct Looks {
    wall: Color,
    plinth: Color,
    frame: Color,
    glass: Color,
    lit: Color,
    /// Of one window and the wall beside it, in metres.
    period: [f32; 2],
    /// The shares of it at which the window begins and ends.
    window: [[f32; 2]; 2],
    has_shop: bool,
    /// Tells which windows are lit.
    seed: u32,
    share_lit: f32,
}

impl Looks {
    fn new(is_night: bool, rng: &mut NumpyRng) -> Self {
        let wall = any(rng);
        let glass = against(wall, rng);
        let edge = [between(0.12, 0.32, rng), between(0.2, 0.4, rng)];
        Self {
            wall,
            plinth: mix(wall, any(rng), 0.5),
            frame: mix(wall, against(wall, rng), 0.6),
            glass,
            lit: if is_night { [1.6, 1.4, 0.9] } else { mix(glass, any(rng), 0.6) },
            period: [between(1.6, 3.4, rng), between(2.6, 3.4, rng)],
            window: [[edge[0], 1.0 - edge[0]], [edge[1], between(0.75, 0.9, rng)]],
            has_shop: chance(0.4, rng),
            seed: rng.next_u32(),
            share_lit: between(0.1, 0.6, rng),
        }
    }

    /// The colour at `along` metres from its corner and `up` from the ground.
    fn color(&self, along: f32, up: f32) -> Color {
        if up < 0.5 {
            return self.plinth;
        }
        let cell = [along / self.period[0], up / self.period[1]];
        let [u, v] = cell.map(|place| place - place.floor());
        let is_shop = self.has_shop && cell[1] < 1.0;
        let [across, down] = if is_shop { [[0.06, 0.94], [0.2, 0.8]] } else { self.window };
        let outside = (across[0] - u).max(u - across[1]).max((down[0] - v).max(v - down[1]));
        match outside {
            beyond if beyond > 0.05 => self.wall,
            beyond if beyond > 0.0 => self.frame,
            _ => {
                let [column, row] = cell.map(|place| place.floor() as i32 as u32);
                let bits = (self.seed ^ column.wrapping_mul(0x9e37_79b9))
                    .wrapping_add(row.wrapping_mul(0x85eb_ca6b));
                let share = (bits.wrapping_mul(0xc2b2_ae35) >> 16) as f32 / 65_536.0;
                // Panes mirror what is above.
                let glass = times(self.glass, 0.85 + 0.4 * v).map(|value| value.min(1.0));
                if share < self.share_lit { self.lit } else { glass }
            }
        }
    }
}

/// Draws what is seen at the end of the street: far houses and trees.
pub(super) fn draw_backdrop(frame: &mut Frame, view: &View, is_night: bool, rng: &mut NumpyRng) {
    let is_wood = chance(0.35, rng);
    let paint = any(rng);
    let mut left = -between(0.0, 12.0, rng) * view.unit;
    let foot = view.horizon + 1.5 * view.unit;
    while left < view.width {
        let wide = between(5.0, 20.0, rng) * view.unit;
        let high = between(3.0, 18.0, rng) * view.unit;
        let [low, top] = [[left, foot - high], [left + wide, foot]];
        let mut stamp = Stamp::new(low, top);
        if is_wood {
            let tone = mix(paint, any(rng), 0.25);
            let middle = [left + wide / 2.0, foot];
            stamp.ellipse(middle, [wide * 0.8, high * 0.8], tone);
        } else {
            let looks = Looks::new(is_night, rng);
            let scale = 1.6 * view.unit;
            let corners = [[low[0], low[1]], [top[0], low[1]], [top[0], top[1]], [low[0], top[1]]];
            stamp.polygon_of(&corners, |x, y| {
                (looks.color((x - left) / scale, (foot - y) / scale), 1.0)
            });
        }
        frame.put(&stamp, if is_wood { VEGETATION } else { BUILDING }, 0, |_| 60.0);
        left += wide * between(0.7, 1.1, rng);
    }
}

/// Draws what stands on both sides: rows of houses, or walls, fences or hedges before open ground.
pub(super) fn draw_sides(
    frame: &mut Frame,
    view: &View,
    street: &Street,
    is_night: bool,
    rng: &mut NumpyRng,
) {
    for side in [0, 1] {
        let edge = street.pavement[side];
        let outwards = if side == 0 { -1.0 } else { 1.0 };
        if chance(0.8, rng) {
            let setback = if chance(0.5, rng) { 0.2 } else { between(1.0, 4.0, rng) };
            draw_row(frame, view, street, edge + outwards * setback, is_night, rng);
            if setback < 0.9 {
                continue;
            }
        }
        if chance(0.75, rng) {
            draw_barrier(frame, view, street, edge + outwards * 0.15, rng);
        }
    }
}

/// A row of houses from far to near.
fn draw_row(
    frame: &mut Frame,
    view: &View,
    street: &Street,
    across: f32,
    is_night: bool,
    rng: &mut NumpyRng,
) {
    let mut far = between(1.0, 2.5, rng) * view.unit;
    let nearest = between(5.0, 40.0, rng) * view.unit;
    while far < nearest {
        let near = far * between(1.3, 2.2, rng);
        let gap = chance(0.3, rng);
        let is_open = street.crossing.is_some_and(|[low, high]| near > low && far < high);
        if !is_open {
            let height = between(4.0, 13.0, rng);
            let looks = Looks::new(is_night, rng);
            draw_house(frame, view, across, [far, near], height, &looks, rng);
        }
        far = if gap { near * 1.12 } else { near };
    }
}

fn draw_house(
    frame: &mut Frame,
    view: &View,
    across: f32,
    [far, near]: [f32; 2],
    height: f32,
    looks: &Looks,
    rng: &mut NumpyRng,
) {
    // One of its sides lies in the shade.
    let shades = if chance(0.5, rng) { [1.0, 0.75] } else { [0.75, 1.0] };
    let outer = across + across.signum() * between(5.0, 12.0, rng);
    let foot = view.ground(near);
    let [a, b] = [across, outer].map(|place| view.column(place, near));
    let [low, high] = [[a.min(b), foot - height * near], [a.max(b), foot]];
    let roof = any(rng);
    let has_gable = chance(0.35, rng);
    let gable = if has_gable { 0.3 * (high[0] - low[0]) } else { 0.0 };
    let mut front = Stamp::within(view, [low[0], low[1] - gable], high);
    front.polygon_of(&[low, [high[0], low[1]], high, [low[0], high[1]]], |x, y| {
        (smooth(x, y, |x, y| looks.color((x - a).abs() / near, (foot - y) / near), shades[0]), 1.0)
    });
    if has_gable {
        let top = [(low[0] + high[0]) / 2.0, low[1] - gable];
        front.polygon(&[low, [high[0], low[1]], top], roof);
    }
    frame.put(&front, BUILDING, 0, |_| view.distance(near));
    draw_panel(frame, view, across, [far, near], height, BUILDING, |along, up| {
        (times(looks.color(along, up), shades[1]), 1.0)
    });
}

/// The mean of four points of a pixel.
fn smooth(x: f32, y: f32, color: impl Fn(f32, f32) -> Color, shade: f32) -> Color {
    let mut sum = [0.0; 3];
    for [u, v] in [[-0.25, -0.25], [0.25, -0.25], [-0.25, 0.25], [0.25, 0.25]] {
        let found = color(x + u, y + v);
        sum = [0, 1, 2].map(|c| sum[c] + found[c]);
    }
    times(sum, 0.25 * shade)
}

/// Something flat that runs along the street, `across` metres to the right of the camera. `paint` is asked at metres
/// along it and up.
fn draw_panel(
    frame: &mut Frame,
    view: &View,
    across: f32,
    [far, near]: [f32; 2],
    height: f32,
    segment: u8,
    paint: impl Fn(f32, f32) -> (Color, f32),
) {
    let corner =
        |scale: f32, up: f32| [view.column(across, scale), view.ground(scale) - up * scale];
    let corners = [corner(far, 0.0), corner(near, 0.0), corner(near, height), corner(far, height)];
    let low = [0, 1].map(|axis| corners.iter().map(|c| c[axis]).fold(f32::MAX, f32::min));
    let high = [0, 1].map(|axis| corners.iter().map(|c| c[axis]).fold(f32::MIN, f32::max));
    let mut stamp = Stamp::within(view, low, high);
    let scale_at = |x: f32| ((x - view.vanishing) / across).clamp(far, near);
    stamp.polygon_of(&corners, |x, y| {
        let mut share = 1.0;
        let mut sum = [0.0; 3];
        for [u, v] in [[-0.25, -0.25], [0.25, -0.25], [-0.25, 0.25], [0.25, 0.25]] {
            let scale = scale_at(x + u);
            let up = (view.ground(scale) - (y + v)) / scale;
            let (found, covered) = paint(view.distance(scale), up);
            sum = [0, 1, 2].map(|c| sum[c] + 0.25 * found[c]);
            share += 0.25 * (covered - 1.0);
        }
        (sum, share)
    });
    frame.put(&stamp, segment, 0, |x| view.distance(scale_at(x)));
}

/// A wall of stones, or a fence of boards.
fn draw_barrier(frame: &mut Frame, view: &View, street: &Street, across: f32, rng: &mut NumpyRng) {
    let paint = any(rng);
    let joint = mix(paint, against(paint, rng), 0.5);
    let is_wall = chance(0.5, rng);
    let height = if is_wall { between(0.9, 2.4, rng) } else { between(0.8, 1.6, rng) };
    let [far, mut near] = [between(1.5, 3.0, rng), between(8.0, 60.0, rng)].map(|s| s * view.unit);
    let mut start = far;
    if let Some([low, high]) = street.crossing {
        // It goes on behind the street that crosses.
        if chance(0.5, rng) { start = start.max(high) } else { near = near.min(low) }
    }
    if start >= near {
        return;
    }
    let [long, high] = [between(0.5, 1.0, rng), between(0.2, 0.4, rng)];
    let gap = between(0.3, 0.6, rng);
    let clear = between(0.0, 0.5, rng);
    draw_panel(
        frame,
        view,
        across,
        [start, near],
        height,
        if is_wall { WALL } else { FENCE },
        |along, up| {
            let rail = |at: f32| (up - at * height).abs() < 0.07;
            if is_wall {
                let row = (up / high).floor();
                let shift = if row as i32 % 2 == 0 { 0.0 } else { 0.5 };
                let [u, v] = [along / long + shift, up / high].map(|place| place - place.floor());
                let cap = up > height - 0.15;
                (if cap || u < 0.12 || v < 0.2 { joint } else { paint }, 1.0)
            } else if rail(0.25) || rail(0.8) {
                (joint, 1.0)
            } else {
                let place = along / 0.45;
                let is_board = place - place.floor() > gap;
                if is_board { (paint, 1.0) } else { (times(paint, 0.4), clear) }
            }
        },
    );
}
