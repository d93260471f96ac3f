//! Training for Burn modules: loops, optimisers, schedules, initialisers, regularisers, gradient checking,
//! histories, metrics and checkpoints.
//!
//! Nothing here knows an architecture or a data set; a loop takes any model and a closure that
//! updates it.
//!
//! ```
//! use burn::nn::LinearConfig;
//! use burn::tensor::{Device, Tensor};
//! use fireside_training::descent::{Descent, DescentConfig, autodiff};
//! use std::ops::ControlFlow;
//!
//! let device = Device::flex().autodiff();
//! let x = Tensor::<2>::from_data([[0.0], [1.0], [2.0]], &device);
//! let y = Tensor::<2>::from_data([[1.0], [3.0], [5.0]], &device);
//! let line = LinearConfig::new(1, 1).init(&device);
//!
//! let squared_error = |line: &burn::nn::Linear| (line.forward(x.clone()) - y.clone()).square().mean();
//! let run = Descent::new(DescentConfig::new(500, 0.1))
//!     .run(line, autodiff(squared_error), |_| ControlFlow::Continue(()))?;
//! assert!(run.history.last_cost().unwrap() < 1e-3);
//! # Ok::<(), fireside_training::descent::DescentError>(())
//! ```

pub mod checkpoint;
mod checksum;
pub mod descent;
pub mod early_stopping;
pub mod files;
pub mod gradient_check;
pub mod gradients;
pub mod history;
pub mod initializer;
pub mod loss;
pub mod metrics;
pub mod minibatch;
pub mod moving_average;
pub mod multi_task;
pub mod normalization;
pub mod optimizer;
pub mod parameters;
pub mod regularizer;
pub mod schedule;
pub mod supervised;
pub mod transfer;
