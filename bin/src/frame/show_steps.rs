//! `--show-steps`: what the notebook's functions give on its own inputs, or on others, instead of a training.

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, FromArgMatches};
use fireside_recipes::steps::Notebook;
use serde_json::json;

use super::{Program, one_sentence};
use crate::backend::{self, Floats};
use crate::options::Common;
use crate::{Failure, print};

/// The flag of assignments that are written by hand.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Running")]
pub(super) struct ShowSteps {
    /// Show what each of the notebook's functions gives on its own inputs, in 64-bit floats, and train nothing
    #[arg(long)]
    show_steps: bool,
}

/// What goes with it.
const BESIDE: [&str; 3] = ["show_steps", "device", "json"];

/// Shows the steps if they are asked for; else returns false.
///
/// # Errors
/// When another flag is given beside, or the device cannot compute in 64 bits.
pub(super) fn show(
    program: &'static Program,
    notebook: &Notebook,
    flags: &ArgMatches,
) -> Result<bool, Failure> {
    let wrong = |error: clap::Error| Failure::Input(one_sentence(&error));
    if !ShowSteps::from_arg_matches(flags).map_err(wrong)?.show_steps {
        return Ok(false);
    }
    let common = Common::from_arg_matches(flags).map_err(wrong)?;
    let command = (program.command)(program);
    let is_idle = |id: &str| {
        flags.value_source(id) == Some(ValueSource::CommandLine) && !BESIDE.contains(&id)
    };
    if let Some(idle) = command.get_arguments().find(|flag| is_idle(flag.get_id().as_str())) {
        return Err(Failure::Input(format!(
            "--{} cannot be given beside --show-steps, which trains nothing and takes --device and --json alone",
            idle.get_long().unwrap_or(idle.get_id().as_str())
        )));
    }
    let (device_name, device) = backend::open(common.device.as_deref(), Floats::F64)?;
    let steps = (notebook.steps)(&device)?;
    if common.json {
        print::json(&json!({
            "assignment": program.name,
            "notebook": notebook.name,
            "device": device_name,
            "steps": steps,
        }));
        return Ok(true);
    }
    let texts: Vec<String> = steps.iter().map(ToString::to_string).collect();
    let name = notebook.name;
    let what = match steps.iter().filter(|step| step.official).count() {
        0 => format!("the functions of {name}, which has no inputs of its own, on others"),
        official if official == steps.len() => {
            format!("the functions of notebook {name} on its own inputs")
        }
        _ => format!("the functions of notebook {name} on its own inputs, if not said otherwise"),
    };
    print::text(&format!(
        "{}: {what}, in 64-bit floats. Arrays have its axes.\n\n{}",
        program.name,
        texts.join("\n")
    ));
    Ok(true)
}
