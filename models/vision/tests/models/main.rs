//! The networks: published sizes, and what each must pass.

mod classic_networks;
mod image_suite;
mod mobile_networks;
mod residual_networks;
mod yolo_networks;
