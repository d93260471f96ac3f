//! Course 4, week 3: a classifier of windows slid over a picture in one pass, and a detector made of one.

use clap::Args;
use fireside_recipes::lesson::Learnt;
use fireside_recipes::sliding_windows::{
    Crops, ROUNDS, SIDES, claim, costs, draw, found, judged, lesson, mine, pace, parts, windows,
};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::learning::Watch;
use crate::options::Predict;
use crate::pictures::Question;
use crate::values::{Count, LearningRate, Units};

/// Makes the lecture's classifier convolutional and holds one pass over a picture against every window cut out: the same
/// numbers, in less time; with zeros around the maps other ones. Then teaches a classifier cars, pedestrians and
/// nothing, by windows cut out of drawn street scenes and twice by those that it took for something, and finds both in
/// whole scenes at several sizes.
///
/// Expect differences of about 1e-15 and a mean average precision of 39 to 50 %, from 15 to 26 % in the first round.
/// Takes about two minutes of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Scenes to train on
    #[arg(long, default_value = "1200")]
    scenes: Units,
    /// Scenes to judge by
    #[arg(long, default_value = "200")]
    judged: Units,
    /// Scenes that are searched for windows taken for something, in each round
    #[arg(long, default_value = "300")]
    mined: Units,
    /// Times through the windows in the first round; half as often later
    #[arg(long, default_value = "8")]
    epochs: Count,
    /// Learning rate at the start
    #[arg(long, default_value = "3e-3")]
    lr: LearningRate,
    /// Seed of the scenes, the windows, the weights and the order of the windows
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w3-sliding-windows",
    teaches: "a classifier slid over a picture in one pass, and a detector made of it",
    embedded: "drawn street scenes",
    minutes: 2.0,
    command: frame::command::<Settings, Predict>,
    trains: "street.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Predict>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { epochs, lr, seed, .. } = *settings;
    let question = Question::asked(asked.predict.as_deref())?;
    let mut run = setup.begin()?;
    run.one_pass_claim(&claim(seed, device)?)?;
    let sides = if setup.is_dry_run() { &SIDES[..2] } else { &SIDES };
    run.one_pass_costs(&costs(sides, seed, device)?)?;

    let counts = [settings.scenes, settings.judged, settings.mined];
    let [count, judged_by, mined] = counts.map(|count| run.examples(count.get()) as u64);
    let (scenes, others) = (draw(0..count, seed)?, draw(count..count + judged_by, seed)?);
    run.look_at_street(&scenes, &others)?;
    let windows = windows(parts(&scenes));
    let mut crops = Crops::of(&scenes, seed);
    let held_out = Crops::of(&others, seed).pictures();
    let pace = pace(epochs.get(), lr.get(), seed);
    let mut net = None;
    for round in 1..=ROUNDS {
        let [train, test] = run.picture_sets([crops.pictures(), held_out.clone()], device)?;
        let lesson = lesson(round, net.take(), &windows, pace, train.len(), device)?;
        let Learnt { net: learnt, card, .. } =
            run.learn(lesson, [&train, &test], Watch::Quietly)?;
        let one_pass = learnt.clone().into_convolutional();
        let detector = windows.detector(Box::new(one_pass.clone()))?;
        let boxes = found(&detector, &others, device)?;
        let reports = [judged(&others, &boxes, true)?, judged(&others, &boxes, false)?];
        run.windows_judged(round, &reports);
        if round < ROUNDS {
            let more = draw(0..mined, seed + round as u32)?;
            run.mined(round, mine(&detector, &more, &mut crops, device)?);
        } else {
            run.detections(&others, &boxes)?;
            run.heat(&detector, &others, &boxes, device)?;
            run.pyramid(&detector, &others[0], device)?;
            let file = ("prediction", "prediction.png");
            run.ask_where(question.as_ref(), file, &card, one_pass, device)?;
        }
        net = Some(learnt);
    }
    run.finish()
}
