//! What every pixel may belong to, by the numbers of CARLA's first releases, as the course's files have them.

/// What the numbers of a semantic mask mean.
pub const SEGMENTS: [&str; 13] = [
    "none",
    "building",
    "fence",
    "other",
    "pedestrian",
    "pole",
    "road line",
    "road",
    "sidewalk",
    "vegetation",
    "vehicle",
    "wall",
    "traffic sign",
];

pub(super) const NONE: u8 = 0;
pub(super) const BUILDING: u8 = 1;
pub(super) const FENCE: u8 = 2;
pub(super) const OTHER: u8 = 3;
pub(super) const PEDESTRIAN: u8 = 4;
pub(super) const POLE: u8 = 5;
pub(super) const ROAD_LINE: u8 = 6;
pub(super) const ROAD: u8 = 7;
pub(super) const SIDEWALK: u8 = 8;
pub(super) const VEGETATION: u8 = 9;
pub(super) const VEHICLE: u8 = 10;
pub(super) const WALL: u8 = 11;
pub(super) const TRAFFIC_SIGN: u8 = 12;
