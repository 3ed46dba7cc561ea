//! Decisions are found by what is said of them: pages that join up, filters that say what a plain scan says.

use analysis::Opened;
use registry::entry::Mode;
use registry::{
    Context, Cursor, Days, Draft, Filter, Listed, Registry, Rules, StoredDecision, Unsealed, Whose,
};
use std::collections::{BTreeMap, BTreeSet};
use tests::explained::example;
use tests::on_each_store;
use tests::registered::{Given, RULES, policies};

/// Other rules, by their hash alone.
fn other_rules() -> (Rules, BTreeMap<String, Vec<u8>>) {
    let mut files = policies();
    files.get_mut("recueil.yaml").unwrap().extend(b"# autre\n");
    (Rules::compile(&files).unwrap(), files)
}

/// Makes the decision of a number: dossiers, days, offers and rules each turn at their own pace.
fn numbered(number: usize, rules: &Rules) -> Draft {
    let names = ["lyon-6e", "un-candidat", "troisieme-candidat"];
    let date = ["2019-10-14", "2019-10-15", "2019-10-16", "2019-11-02"][number % 4];
    let replaced = |text: String| text.replace("\ndate: 2019-10-15", &format!("\ndate: {date}"));
    let pool = example(names[number % 3], replaced);
    let offer = ["lyon-6e-f1", "autre", ""][number / 2 % 3];
    let context = Context {
        by: "service-classement".to_owned(),
        purpose: "classement".to_owned(),
        offer: Some(offer.to_owned()),
        recueil: rules.hash.clone(),
        key: None,
        mode: Mode::Proposition,
    };
    Draft::new(context, rules.names(), &pool, &rules.assessed(&pool).unwrap()).unwrap()
}

/// Records decisions by two recueils, with acts between them.
async fn filled(given: &Given, count: usize) -> Rules {
    let (other, files) = other_rules();
    given.registry.keep(&Opened::of(&files).recueil, &files).await.unwrap();
    for number in 0..count {
        let rules = if number % 5 == 3 { &other } else { &*RULES };
        given.registry.record(numbered(number, rules)).await.unwrap();
        if number % 6 == 2 {
            let act = registry::entry::Act::new("exploitant", "essai");
            given.registry.act(registry::entry::Kind::Activation, act).await.unwrap();
        }
    }
    other
}

/// Reads every page of a filter.
async fn joined(registry: &Registry, filter: &Filter, limit: u32) -> Vec<Listed> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = registry.decisions_among(filter, after, limit).await.unwrap();
        assert!(page.decisions.len() <= limit as usize);
        assert!(page.next.is_none() || page.decisions.len() == limit as usize, "a page is full");
        all.extend(page.decisions);
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

/// A decision, with the applications that can still be read in it.
struct Scanned {
    decision: StoredDecision,
    named: BTreeSet<String>,
}

async fn scanned(registry: &Registry) -> Vec<Scanned> {
    let every = registry.decisions(0, 1_000).await.unwrap();
    let scanned = |decision: StoredDecision| {
        let named = (0..decision.candidates.len()).filter_map(|place| {
            match registry.unseal(&decision, place).unwrap() {
                Unsealed::Whole(sealed, _) => Some(sealed.application),
                Unsealed::Erased { .. } => None,
            }
        });
        Scanned { named: named.collect(), decision }
    };
    every.into_iter().map(scanned).collect()
}

/// Tells whether a decision answers to a filter, by its entry and its values, without the store.
fn answers(Scanned { decision, named }: &Scanned, filter: &Filter) -> bool {
    let said = &decision.said.content;
    filter.days.from.is_none_or(|day| day.to_string() <= said.date)
        && filter.days.to.is_none_or(|day| said.date <= day.to_string())
        && filter.recueil.as_ref().is_none_or(|hash| *hash == said.recueil)
        && (filter.offer.is_none() || filter.offer == said.offer.id)
        && filter.application.as_ref().is_none_or(|whose| named.contains(whose))
}

/// Every filter over some values of each question.
fn filters(other: &Rules) -> Vec<Filter> {
    let day = |text| engine::Date::parse_iso(text);
    let days = [
        Days::default(),
        Days { from: day("2019-10-15"), to: None },
        Days { from: None, to: day("2019-10-15") },
        Days { from: day("2019-10-15"), to: day("2019-10-16") },
        Days { from: day("2020-01-01"), to: None },
    ];
    let text = |words: &[&str]| -> Vec<Option<String>> {
        [None].into_iter().chain(words.iter().map(|word| Some((*word).to_owned()))).collect()
    };
    let mut filters = Vec::new();
    for days in days {
        for recueil in text(&[&RULES.hash, &other.hash, "absent"]) {
            for application in text(&["tabanou", "leclerc", "personne", "' OR 1=1 --"]) {
                for offer in text(&["autre", "", "Autre", "%"]) {
                    let (recueil, application) = (recueil.clone(), application.clone());
                    filters.push(Filter { days, recueil, application, offer });
                }
            }
        }
    }
    filters
}

/// Compares every filter with a scan of every decision; returns how many answers there were.
async fn compared(registry: &Registry, other: &Rules) -> usize {
    let every = scanned(registry).await;
    let mut found = 0;
    for filter in filters(other) {
        let expected = every.iter().filter(|one| answers(one, &filter)).map(|one| &one.decision);
        let expected: Vec<Listed> =
            expected.map(|it| Listed { index: it.entry.index, said: it.said.clone() }).collect();
        assert_eq!(joined(registry, &filter, 500).await, expected, "{filter:?}");
        found += expected.len();
    }
    found
}

on_each_store! {
    async fn filters_say_what_a_plain_scan_says(given) {
        let other = filled(&given, 24).await;
        let before = compared(&given.registry, &other).await;
        assert!(before > 300, "{before}");
        let whose = Whose::Application("tabanou".to_owned());
        given.registry.erase(whose, "dpo", "essai").await.unwrap();
        let after = compared(&given.registry, &other).await;
        assert!(after < before, "nothing names who is erased: {after}");
    }

    async fn pages_of_any_size_join_up(given) {
        filled(&given, 13).await;
        for filter in [Filter::default(), Filter { offer: Some("autre".to_owned()), ..Filter::default() }] {
            let whole = joined(&given.registry, &filter, 500).await;
            assert!(whole.len() > 3);
            for limit in 1..=whole.len() as u32 + 1 {
                assert_eq!(joined(&given.registry, &filter, limit).await, whole, "{limit}");
            }
        }
        let end = Cursor::parse("f_________8").unwrap();
        let page = given.registry.decisions_among(&Filter::default(), Some(end), 5).await.unwrap();
        assert_eq!((page.decisions.len(), page.next), (0, None), "beyond the end is nothing");
    }

    async fn pages_have_no_double_and_no_gap_while_others_record(given) {
        let writers: Vec<_> = (0..3)
            .map(|writer| {
                let registry = given.registry.clone();
                tokio::spawn(async move {
                    for number in 0..20 {
                        registry.record(numbered(writer + number, &RULES)).await.unwrap();
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        let (mut seen, mut turns, mut after) = (Vec::new(), 0, None);
        let last = loop {
            let over = writers.iter().all(|writer| writer.is_finished());
            let page = given.registry.decisions_among(&Filter::default(), after, 3).await.unwrap();
            turns += 1;
            match page.next {
                Some(next) => {
                    seen.extend(page.decisions.iter().map(|one| one.index));
                    after = Some(next);
                }
                None if over => break page,
                None => {}
            }
        };
        seen.extend(last.decisions.iter().map(|one| one.index));
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(seen, (0..60).collect::<Vec<u64>>(), "each once, in their order");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 60);
        assert!(turns >= 20, "{turns}");
    }
}
