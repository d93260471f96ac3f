//! How many sentences were judged right, and how they were judged word by word.

use fireside_recipes::sentiment::{Explanation, Right};

use crate::run::Run;

impl Run {
    /// Says in a table how many sentences each of two networks gets right, in percent, and keeps the figures:
    /// `SET_accuracy_NETWORK`.
    pub fn judged_sentences(&mut self, networks: [&str; 2], sets: &[Right]) {
        let [one, other] = networks;
        self.say(&format!("\n{:44}{one:>10}{other:>12}", "Right"));
        for Right { key, name, count, shares } in sets {
            if *count == 0 {
                self.say("no two sentences to test differ in the order of their words alone");
                continue;
            }
            let percent = shares.map(|share| 100.0 * share);
            let cells = percent.map(|percent| format!("{percent:10.2} %")).concat();
            self.say(&format!("{count:5} {name:38}{cells}"));
            for (network, percent) in networks.into_iter().zip(percent) {
                self.result(&format!("{key}_accuracy_{network}"), percent);
            }
        }
    }

    /// Says how two networks judge sentences, and how positive the second finds each after each word, in percent.
    pub fn explained(&self, [one, other]: [&str; 2], sentences: &[Explanation]) {
        if !sentences.is_empty() {
            self.say(&format!(
                "\nHow positive the {other} finds a sentence after each word, in percent:"
            ));
        }
        for Explanation { classes: [by_one, by_other], steps } in sentences {
            let step = |(word, positive): &(String, f64)| format!("{word} {:.0}", 100.0 * positive);
            let steps = steps.iter().map(step).collect::<Vec<_>>().join(", ");
            self.say(&format!("    {one} {by_one}, {other} {by_other}: {steps}"));
        }
    }
}
