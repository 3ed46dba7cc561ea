//! A hundred mistakes as people make them, each in the real policies: one error, at its place, with
//! a help, and for most a replacement that mends it.

use tests::mistakes::{Mending, Mistake, Policies, corpus};
use tests::rules::root;

#[test]
fn every_mistake_is_one_error_at_its_place_with_a_help() -> std::io::Result<()> {
    let dir = root().join("tests/mistakes");
    let policies = Policies::read(&root().join("policies"))?;
    let mut faults = Vec::new();
    let mut score = Score::default();
    for read in corpus(&dir)? {
        let mistake = match read {
            Ok(mistake) => mistake,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        let told = policies.judge(&mistake);
        score.count(&mistake);
        shown_as_before(&dir, &mistake, &told.shown);
        faults.extend(told.faults.iter().map(|fault| format!("{} : {fault}", mistake.name)));
    }
    println!("{score:?}");
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(score.mistakes >= 100, "{score:?}");
    assert!(score.mended >= 60, "{score:?}");
    Ok(())
}

/// How many mistakes are told, and how many of them are mended mechanically.
#[derive(Debug, Default)]
struct Score {
    mistakes: usize,
    mended: usize,
    same_meaning: usize,
}

impl Score {
    fn count(&mut self, mistake: &Mistake) {
        self.mistakes += 1;
        self.mended += usize::from(mistake.mending != Mending::ByHand);
        self.same_meaning += usize::from(mistake.mending == Mending::SameMeaning);
    }
}

fn shown_as_before(dir: &std::path::Path, mistake: &Mistake, shown: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(dir.join("messages"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(&mistake.title);
    settings.bind(|| insta::assert_snapshot!(mistake.name.as_str(), shown));
}
