//! Colours, none of which says what it is the colour of.

use fireside_numpy_rng::NumpyRng;

use super::random::{between, chance};

/// Red, green and blue in 0..=1.
pub(super) type Color = [f32; 3];

/// What anything may be painted in: mostly muted, now and then strong, as dark as light.
pub(super) fn any(rng: &mut NumpyRng) -> Color {
    let gray = between(0.12, 0.88, rng);
    let strength = if chance(0.3, rng) { 0.42 } else { 0.14 };
    std::array::from_fn(|_| (gray + between(-strength, strength, rng)).clamp(0.03, 0.97))
}

/// A colour that is seen well before `other`.
pub(super) fn against(other: Color, rng: &mut NumpyRng) -> Color {
    let brightness = (other[0] + other[1] + other[2]) / 3.0;
    let away = between(0.3, 0.5, rng);
    // In the middle it may go either way, so that what stands out is as often dark as light.
    let lighter = brightness < 0.3 || (brightness < 0.7 && chance(0.5, rng));
    let gray = if lighter { brightness + away } else { brightness - away };
    std::array::from_fn(|_| (gray + between(-0.1, 0.1, rng)).clamp(0.03, 0.97))
}

pub(super) fn mix(a: Color, b: Color, share: f32) -> Color {
    std::array::from_fn(|c| a[c] + (b[c] - a[c]) * share)
}

pub(super) fn times(color: Color, factor: f32) -> Color {
    color.map(|value| value * factor)
}
