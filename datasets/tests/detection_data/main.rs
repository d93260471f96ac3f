//! Pictures with boxes, masks and landmarks: drawn ones, and files of boxes, whole and damaged.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod coco;
mod damage;
mod faces;
mod folder;
mod landmark_files;
#[path = "../mutation/mod.rs"]
mod mutation;
mod rows;
mod street;
mod voc;
mod yolo;
