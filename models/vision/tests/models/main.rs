//! The networks: published sizes, and what each must pass.

mod box_ops;
mod classic_networks;
mod image_suite;
mod mobile_networks;
mod region_networks;
mod residual_networks;
mod selective_search;
mod yolo_networks;
