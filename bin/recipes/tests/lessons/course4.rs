//! Convolutions by hand and by layers, the classic networks, shortcuts, transfer learning, augmentation.

use fireside_datasets::happy::{CLASSES, Happy};
use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::signs::Signs;
use fireside_datasets::source::Source;
use fireside_recipes::by_hand::Difference;
use fireside_recipes::car_detection::batches::SceneExamples;
use fireside_recipes::car_detection::changes::Changes;
use fireside_recipes::car_detection::detector::Detector;
use fireside_recipes::car_detection::judging::judge;
use fireside_recipes::car_detection::learning::{aim, anchors};
use fireside_recipes::car_detection::scenes::Scenes;
use fireside_recipes::car_detection::{self, SIZE};
use fireside_recipes::classify::{self, CHANGES_OF_HANDS, Views};
use fireside_recipes::convolution_by_hand::{self, Pupil, differences};
use fireside_recipes::fingers;
use fireside_recipes::lesson::{Lesson, Pace};
use fireside_recipes::networks::{self, Cost, chosen};
use fireside_recipes::picture_set::PictureSet;
use fireside_recipes::pretrained::{Base, Task, count_fingers, other_hands};
use fireside_recipes::residual::Contestant;
use fireside_recipes::trained::{Architecture, Card};
use fireside_training::gradient_check::relative_difference;
use fireside_training::metrics::accuracy;
use fireside_vision::happy_net::HappyNetConfig;
use fireside_vision::steps::edges::sobel_at;
use fireside_vision::zoo;

use crate::counting::{
    Seen, descend, device, holds_for_nine_of_ten, learn, percent, percent_right,
};

/// All pictures of a set.
fn whole(set: LabelledImages) -> PictureSet {
    PictureSet::first(set, usize::MAX, &device()).unwrap()
}

/// The learnt kernel has to be within 5 % of the one that made the edges, so that the two look the same beside each
/// other; what is computed by hand may differ in the sixth digit, as the help promises, which is rounding.
#[test]
fn kernel_learns_to_find_edges_and_convolution_by_hand_is_that_of_the_layers() {
    holds_for_nine_of_ten(|seed| {
        let picture = convolution_by_hand::open(None, 128, seed).unwrap();
        let gray = convolution_by_hand::gray(&convolution_by_hand::color(&picture, &device()));
        let teacher = sobel_at(70.0);
        let update = convolution_by_hand::lesson(&gray, &teacher);
        let (pupil, _) = descend(Pupil::start(&device()), 1000, 0.2, update);
        let kernel: Vec<f64> = pupil.kernel().into_data().iter().collect();
        let off = percent(relative_difference(&kernel, teacher.as_flattened()));
        let by_hand = differences(seed, &device()).unwrap();
        let apart =
            by_hand.iter().flat_map(|Difference { autodiff, layers, .. }| [*autodiff, *layers]);
        let apart = apart.fold(0.0, f64::max);
        Seen {
            holds: off <= 5.0 && apart <= 1e-6,
            figures: format!("the kernel is off by {off:.2} %, results by hand by {apart:.1e}"),
        }
    });
}

/// Of two classes chance has half. 90 % is the least that the help promises: 15 of 150 faces wrong.
#[test]
#[ignore = "ten minutes of processor time"]
fn one_convolution_sees_whether_a_face_smiles() {
    holds_for_nine_of_ten(|seed| {
        let Happy { train, test } = Happy::embedded(seed);
        let pace = Pace { epochs: 20, batch_size: 16, rate: 1e-2, weight_decay: 1e-2, seed };
        let architecture = HappyNetConfig::new();
        let net = architecture.init(&device()).unwrap();
        let card = Card::of_pictures(Architecture::HappyNet(architecture), [64; 2], &CLASSES);
        let lesson = Lesson::of_pictures("net", card, net, pace, train.len()).unwrap();
        let sets = [train, test].map(whole);
        let right = percent_right(&learn(lesson.from_scratch(&device()), sets.each_ref()));
        Seen { holds: right >= 90.0, figures: format!("{right:.1} % of the test faces") }
    });
}

/// The network of four stages, on pictures changed anew, has to be better by 5 points of the test accuracy, six of the
/// 120 hands to test: the course's photographs show 17.
#[test]
#[ignore = "an hour and a half of processor time"]
fn four_stages_count_fingers_better_than_the_network_of_the_assignment() {
    holds_for_nine_of_ten(|seed| {
        let Signs { train, test, .. } = Signs::embedded(seed);
        let [train, test] = [train, test].map(whole);
        let lesson = fingers::of_the_assignment(100, seed, &device()).unwrap();
        let of_the_assignment = percent_right(&learn(lesson, [&train, &test]));
        let pace = Pace { epochs: 60, batch_size: 32, rate: 2e-3, weight_decay: 5e-3, seed };
        let lesson = fingers::of_today(pace, train.len(), &device()).unwrap();
        let changed = train.changed(&CHANGES_OF_HANDS, seed).unwrap();
        let of_today = percent_right(&learn(lesson, [&changed, &test]));
        Seen {
            holds: of_today >= of_the_assignment + 5.0,
            figures: format!(
                "the assignment's {of_the_assignment:.1}, four stages {of_today:.1} %"
            ),
        }
    });
}

/// Networks of depthwise convolutions, which cost more time than they count.
const DEPTHWISE: [&str; 3] = ["mobilenet-v1", "mobilenet-v2", "efficientnet-b0"];

/// Of two networks without depthwise convolutions the one that multiplies ten times as often takes longer; less may be
/// the shape of the layers. MobileNetV2 takes at least twice as long for a multiplication as VGG-16. Nothing is drawn:
/// they are timed ten times.
#[test]
#[ignore = "ten minutes, and times: it needs a machine that does nothing else"]
fn networks_take_as_long_as_they_multiply_but_for_depthwise_convolutions() {
    holds_for_nine_of_ten(|_| {
        let costs = chosen(&[]).into_iter().map(|entry| {
            let (cost, _) = networks::measure(entry, entry.side, &device(), |_| ()).unwrap();
            cost
        });
        let (depthwise, plain): (Vec<Cost>, Vec<Cost>) =
            costs.partition(|cost| DEPTHWISE.contains(&cost.name.as_str()));
        let is_in_order = |(one, other): (&Cost, &Cost)| {
            one.multiply_adds < 10 * other.multiply_adds || one.forward_ms > other.forward_ms
        };
        let pairs = plain.iter().flat_map(|one| plain.iter().map(move |other| (one, other)));
        let broken = pairs.filter(|pair| !is_in_order(*pair)).count();
        let of_one = |costs: &[Cost], name: &str| {
            let cost = costs.iter().find(|cost| cost.name == name).unwrap();
            1e9 * cost.forward_ms / cost.multiply_adds as f64
        };
        let [mobilenet, vgg] = [of_one(&depthwise, "mobilenet-v2"), of_one(&plain, "vgg16")];
        Seen {
            holds: broken == 0 && mobilenet >= 2.0 * vgg,
            figures: format!(
                "{broken} pairs out of order; ms for 10^9 multiplications: MobileNetV2 {mobilenet:.1}, VGG-16 {vgg:.1}"
            ),
        }
    });
}

/// Of 56 layers the plain ones have to be wrong on 10 % more of their training pictures than the residual ones.
#[test]
#[ignore = "two hours of processor time"]
fn plain_network_of_56_layers_learns_less_than_a_residual_one() {
    holds_for_nine_of_ten(|seed| {
        let Signs { train, test, .. } = Signs::load(&Source::Embedded, seed).unwrap();
        let count = train.len();
        let [learnt, judged] = [train, test].map(whole);
        let [plain, residual] = [false, true].map(|is_residual| {
            let contestant = Contestant { depth: 56, is_residual };
            let pace = Pace { epochs: 12, batch_size: 32, rate: 1e-3, weight_decay: 0.0, seed };
            let lesson = contestant.lesson(pace, count, &device()).unwrap();
            let trained = learn(lesson, [&learnt, &judged]);
            percent(1.0 - trained.curve.last().unwrap().train.accuracy)
        });
        Seen {
            holds: plain >= residual + 10.0,
            figures: format!("plain {plain:.1}, residual {residual:.1} % wrong"),
        }
    });
}

/// A head on features of another task, and fine-tuning, have to be better by 10 points of the test accuracy than the
/// same network from scratch: six of the 60 hands to test.
#[test]
#[ignore = "an hour and a half of processor time"]
fn pretrained_network_learns_a_new_task_from_few_pictures_better_than_one_from_scratch() {
    holds_for_nine_of_ten(|seed| {
        let entry = zoo::find("mobilenet-v2").unwrap();
        let Signs { train, test, .. } = other_hands(seed);
        let [train, test] = [train, test].map(whole);
        let old = Pace { epochs: 20, batch_size: 32, rate: 1e-3, weight_decay: 5e-3, seed };
        let lesson = count_fingers(entry, 64, old, train.len(), &device()).unwrap();
        let changed = train.changed(&CHANGES_OF_HANDS, seed).unwrap();
        let base = Base::of_fingers(learn(lesson, [&changed, &test]).model, entry, 64);

        let task = Task::rock_paper_scissors(&Signs::embedded(seed), 20, seed);
        let new = |rate| Pace { epochs: 40, batch_size: 16, rate, weight_decay: 1e-2, seed };
        let (lesson, features) = task.head(&base, new(1e-2), &device()).unwrap();
        let head = learn(lesson, features.each_ref());
        let headed = base.headed(head.model.clone());
        let few = whole(task.few.clone()).changed(&CHANGES_OF_HANDS, seed).unwrap();
        let test = whole(task.test.clone());
        let lesson = task.fine_tuned(&headed, 0.75, new(3e-4)).unwrap();
        let tuned = percent_right(&learn(lesson, [&few, &test]));
        let lesson = task.from_scratch(&headed, new(1e-3), &device()).unwrap();
        let scratch = percent_right(&learn(lesson, [&few, &test]));
        let head = percent_right(&head);
        Seen {
            holds: head >= scratch + 10.0 && tuned >= scratch + 10.0,
            figures: format!("scratch {scratch:.1}, head {head:.1}, fine-tuned {tuned:.1} %"),
        }
    });
}

/// From 120 hands one network has to be better by 3 points of the test accuracy with augmentation than without, and
/// three networks with ten crops no worse than one.
#[test]
#[ignore = "an hour of processor time"]
fn augmentation_helps_where_pictures_are_few() {
    holds_for_nine_of_ten(|seed| {
        let Signs { train, test, .. } = Signs::load(&Source::Embedded, seed).unwrap();
        let few = PictureSet::first(train, 120, &device()).unwrap();
        let judged = whole(test.clone());
        let train = |seed: u32, augmented: bool| {
            let pace = Pace { epochs: 80, batch_size: 16, rate: 2e-3, weight_decay: 5e-3, seed };
            let lesson = fingers::of_several("net", pace, few.len(), &device()).unwrap();
            let set = match augmented {
                true => few.changed(&CHANGES_OF_HANDS, seed).unwrap(),
                false => few.clone(),
            };
            learn(lesson, [&set, &judged]).model
        };
        let plain = [train(seed, false)];
        let networks = [1, 2, 3].map(|number| train(seed + number, true));
        let right = |networks: &[_], views| {
            let found = classify::ensemble(networks, &test, views, &device()).unwrap();
            percent(accuracy(&found, test.labels()))
        };
        let plain = right(&plain, Views::One);
        let (one, all) = (right(&networks[..1], Views::One), right(&networks, Views::TenCrops));
        Seen {
            holds: one >= plain + 3.0 && all >= one,
            figures: format!("without {plain:.1}, with {one:.1}, three with ten crops {all:.1} %"),
        }
    });
}

/// A mean average precision of 80 % at an overlap of 0.5, of boxes in scenes that the network has not seen. Without
/// their colours the scenes show the same things, and the recipe takes some colours away while it learns: no more than
/// 10 points may be lost.
#[test]
#[ignore = "forty minutes of processor time"]
fn yolo_finds_what_is_on_a_street_and_does_not_need_the_colours() {
    holds_for_nine_of_ten(|seed| {
        let [train, test] = Scenes::drawn_sets(SIZE, [5000, 400], seed).unwrap();
        let pace = Pace { epochs: 4, batch_size: 8, rate: 1e-2, weight_decay: 5e-3, seed };
        let detector = trained_yolo(&train, &test, pace);
        let precision = |scenes: &Scenes| {
            let judged = judge(&detector, scenes, &device()).unwrap();
            percent(judged.report.at_half.unwrap())
        };
        let [colored, gray] = [precision(&test), precision(&test.gray())];
        Seen {
            holds: colored >= 80.0 && gray > colored - 10.0,
            figures: format!("mAP@0.5 {colored:.1} %, without colours {gray:.1} %"),
        }
    });
}

/// A network that cannot learn 8 scenes by heart has a wrong target, loss or reading of its own layer: a mean average
/// precision of 95 % of what it has learnt from.
#[test]
#[ignore = "five minutes of processor time"]
fn yolo_learns_eight_scenes_by_heart() {
    holds_for_nine_of_ten(|seed| {
        let scenes = Scenes::drawn(SIZE, 8, seed).unwrap();
        let pace = Pace { epochs: 300, batch_size: 8, rate: 2e-3, weight_decay: 0.0, seed };
        let clusters = anchors(&scenes, 5).unwrap();
        let (config, aim) = aim(&scenes, &clusters.anchors).unwrap();
        let lesson = car_detection::learning::lesson(&scenes, &config, pace, &device()).unwrap();
        let set = SceneExamples::new(&scenes, &aim, &device()).unwrap();
        let net = learn(lesson, [&set, &set]).model;
        let detector = Detector::of_lite(net, &config).unwrap().for_scenes(&scenes);
        let report = judge(&detector, &scenes, &device()).unwrap().report;
        let precision = percent(report.at_half.unwrap());
        Seen { holds: precision >= 95.0, figures: format!("mAP@0.5 {precision:.1} %") }
    });
}

/// The small YOLO of the program on changed scenes.
fn trained_yolo(train: &Scenes, test: &Scenes, pace: Pace) -> Detector {
    let clusters = anchors(train, 5).unwrap();
    let (config, aim) = aim(train, &clusters.anchors).unwrap();
    let lesson = car_detection::learning::lesson(train, &config, pace, &device()).unwrap();
    let [learnt, judged] =
        [train, test].map(|scenes| SceneExamples::new(scenes, &aim, &device()).unwrap());
    let changes = Changes { flips: true, colors: true, ..Changes::NONE };
    let net = learn(lesson, [&learnt.changed(changes, pace.seed), &judged]).model;
    Detector::of_lite(net, &config).unwrap().for_scenes(test)
}
