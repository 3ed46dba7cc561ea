//! Facts straight into slots, beside the same facts read from a dossier: the same values, or the long way.

use crate::vocabulary::schema;
use dossier::{Format, Forms, Straight, Way, read};
use engine::{
    Exact, FactState, FieldId, NumberForm, Proof, Schema, Type, Value, pack_day, parts_of_type,
};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{BoxedStrategy, Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// A candidate of whom all is said plainly; without the facts of the offer, which are [`OFFER`].
const PLAIN: &str = r#"{"demandeur": {"nom": "Dupont", "date_naissance": "1990-04-01", "statut": "cdi"},
  "foyer": {"revenus": 1600.50, "personnes": 2, "part": 31.25}, "emploi": {"ancienneté": 36, "trajet": 45},
  "employeur": {"siren": "552081317", "cotisante": true, "validation": "en_cours"}, "personne_à_charge": []}"#;
const OFFER: &str = r#"{"commune": "69386", "loyer": 500, "typologie": "T2"}"#;
/// The slots of [`PLAIN`], then of [`OFFER`].
const SLOTS: [i64; 11] =
    [(1990 << 9) | (4 << 5) | 1, 0, 160_050, 2, 3_125, 3_600, 4_500, 1, 0, 50_000, 1];

/// Lists fields that have slots, by path, those of the offer last.
fn wanted(schema: &Schema) -> Vec<FieldId> {
    let all = (0..).map(FieldId).zip(&schema.fields);
    let has_a_slot = |ty: Type| !matches!(ty, Type::Text | Type::Code);
    let single = |id: FieldId| !schema.path(id).starts_with("personne_à_charge.");
    let kept = all.filter(|(id, def)| has_a_slot(def.ty) && single(*id)).map(|(id, _)| id);
    let (offer, own): (Vec<_>, Vec<_>) =
        kept.partition(|id| schema.path(*id).starts_with("offre."));
    own.into_iter().chain(offer).collect()
}

fn field(schema: &Schema, path: &str) -> FieldId {
    let (entity, name) = path.split_once('.').unwrap();
    schema.field_named(schema.entity_named(entity).unwrap(), name).unwrap()
}

/// Says the slot of a value; absent: it has none.
fn slot(ty: Type, value: &Value) -> Option<i64> {
    match value {
        Value::Bool(truth) => Some(i64::from(*truth)),
        Value::Enum(place) => Some(i64::from(*place)),
        Value::Date(day) => pack_day(*day),
        Value::Number(number) => {
            let parts = number.multiply(Exact::whole(parts_of_type(ty).into())).ok()?;
            parts.is_whole().then(|| i64::try_from(parts.numerator()).ok())?
        }
        Value::Text(_) => None,
    }
}

/// Reads one text both ways; the dossier is asked for the same facts. Returns whether slots say them.
fn agrees(straight: &mut Straight<'_>, facts: &[u8], dossier: &[u8], wanted: &[FieldId]) -> bool {
    let mut slots = vec![i64::MIN; wanted.len()];
    if straight.read(facts, &mut slots) == Way::Long {
        return false;
    }
    let schema = schema();
    let told = || String::from_utf8_lossy(facts);
    let due = read(dossier, Format::Json, &schema, Forms::none());
    let due = due.unwrap_or_else(|errors| panic!("{}: {errors:?}", told()));
    let case = &due.candidates[0].case;
    for (id, read) in wanted.iter().zip(slots) {
        let fact = case.facts.get(id).unwrap_or_else(|| panic!("{}: {}", told(), schema.path(*id)));
        let FactState::Known(value) = &fact.state else { panic!("{}: not known", told()) };
        let due = slot(schema.field(*id).unwrap().ty, value);
        assert_eq!(due, Some(read), "{}: {}", told(), schema.path(*id));
        assert_eq!(fact.proof, Proof::Declared);
        assert!(fact.source.is_none() && fact.date.is_none());
    }
    true
}

/// Reads [`PLAIN`] with a value instead of another.
fn with(path: &str, was: &str, is: &str) -> Option<i64> {
    let schema = schema();
    let wanted = [field(&schema, path)];
    let mut straight = Straight::new(&schema, &wanted).unwrap();
    let text = PLAIN.replacen(was, is, 1);
    assert_ne!(text, PLAIN);
    let dossier = format!(r#"{{"offre":{{}},"candidats":[{{"id":"a",{}]}}"#, &text[1..]);
    let mut slots = [0];
    let said = agrees(&mut straight, text.as_bytes(), dossier.as_bytes(), &wanted);
    assert_eq!(straight.read(text.as_bytes(), &mut slots) == Way::Straight, said);
    said.then_some(slots[0])
}

#[test]
fn plain_facts_are_slots_whatever_their_order() {
    let schema = schema();
    let own = wanted(&schema);
    let mut straight = Straight::new(&schema, &own).unwrap();
    let first = format!(r#"{{"offre":{OFFER},{}"#, &PLAIN[1..]);
    let last = format!("{}, \"offre\" : {OFFER} }}\n", &PLAIN[..PLAIN.len() - 1]);
    for text in [&first, &last, &first, &last] {
        let mut slots = [0; SLOTS.len()];
        assert_eq!(straight.read(text.as_bytes(), &mut slots), Way::Straight);
        assert_eq!(slots, SLOTS);
    }
    let backwards: Vec<FieldId> = own.iter().rev().copied().collect();
    let mut slots = [0; SLOTS.len()];
    let read = Straight::new(&schema, &backwards).unwrap().read(first.as_bytes(), &mut slots);
    assert_eq!(read, Way::Straight);
    assert!(slots.iter().rev().eq(&SLOTS));
}

#[test]
fn what_is_spelt_otherwise_has_the_same_slot() {
    for (is, slot) in [
        ("1600.5", 160_050),
        ("1600", 160_000),
        ("16005e-1", 160_050),
        ("1.6E3", 160_000),
        ("1600.500", 160_050),
        ("-0", 0),
        ("-0.00", 0),
        ("\"1 600,50 €/mois\"", 160_050),
        ("\"1600.50\"", 160_050),
        ("\"\\u0031\"", 100),
        ("10995116277.76", 1 << 40),
    ] {
        assert_eq!(with("foyer.revenus", "1600.50", is), Some(slot), "{is}");
    }
    assert_eq!(with("employeur.cotisante", "true", "\"Oui\""), Some(1));
    assert_eq!(with("employeur.cotisante", "true", "\"n\\u006fn\""), Some(0));
    assert_eq!(with("demandeur.statut", "\"cdi\"", "\"e\u{301}tudiant\""), Some(2));
    assert_eq!(with("demandeur.statut", "\"cdi\"", "\"étudiant\""), Some(2));
    assert_eq!(with("foyer.part", "31.25", "-31.25"), Some(-3_125));
    assert_eq!(with("foyer.part", "31.25", "\"31,25 %\""), Some(3_125));
    assert_eq!(with("emploi.ancienneté", "36", "\"3 ans\""), Some(3_600));
    assert_eq!(with("foyer.personnes", ": 2", ": \"2\""), Some(2));
}

#[test]
fn what_slots_do_not_say_is_for_the_long_way() {
    for is in [
        "null",
        "true",
        "\"\"",
        "{\"valeur\": 1600.50}",
        "{\"valeur\": 1600.50, \"statut\": \"vérifié\"}",
        "{\"non_communique\": true}",
        "{\"numerateur\": 1, \"denominateur\": 3}",
        "1600.505",
        "-1",
        "10995116277.77",
        "99999999999999999999",
        "1e400",
        "01",
        "1.",
        "NaN",
        "\"NaN\"",
        "[1600.50]",
        "1600.50, \"revenus\": 1600.50",
        "1600.50, \"r\\u0065venus\": 1600.50",
        "1600.50, \"loyer\": 1",
    ] {
        assert_eq!(with("foyer.revenus", "1600.50", is), None, "{is}");
    }
    // What is not wanted is looked at all the same.
    for (was, is) in [
        ("\"foyer\"", "\"foyers\""),
        ("\"nom\": \"Dupont\"", "\"nom\": true"),
        ("\"nom\": \"Dupont\"", "\"nom\": \" \""),
        ("\"nom\": \"Dupont\"", "\"nom\": \"\\u0000\""),
        ("\"552081317\"", "\"552 081 317\""),
        ("\"1990-04-01\"", "\"1990-02-29\""),
        ("\"cdi\"", "\"cdj\""),
        ("45", "-45"),
        (": []", ": [{}]"),
        (": []", ": null"),
        ("{\"demandeur\"", "{\"id\": \"b\", \"demandeur\""),
        ("{\"demandeur\"", "{\"postule\": false, \"demandeur\""),
        ("{\"demandeur\"", "{\"foyer\": {}, \"demandeur\""),
    ] {
        assert_eq!(with("foyer.personnes", was, is), None, "{is}");
    }
}

#[test]
fn what_is_no_whole_text_is_for_the_long_way() {
    let schema = schema();
    let wanted = [field(&schema, "foyer.personnes")];
    let mut straight = Straight::new(&schema, &wanted).unwrap();
    let mut said = |text: &[u8]| straight.read(text, &mut [0]) == Way::Straight;
    assert!(said(PLAIN.as_bytes()));
    for end in 0..PLAIN.len() {
        assert!(!said(&PLAIN.as_bytes()[..end]), "{end}");
    }
    for after in ["x", ",", "}", "{}", "\0"] {
        assert!(!said(format!("{PLAIN}{after}").as_bytes()), "{after:?}");
    }
    assert!(!said(format!("\u{feff}{PLAIN}").as_bytes()));
    let mut latin = PLAIN.as_bytes().to_vec();
    latin[PLAIN.find("Dupont").unwrap()] = 0xe9;
    assert!(!said(&latin));
    for depth in [70, 200, 100_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            assert!(!said(deep.as_bytes()));
            assert!(!said(PLAIN.replacen("1600.50", &deep, 1).as_bytes()));
            assert!(!said(PLAIN.replacen("[]", &deep, 1).as_bytes()));
        }
    }
    let wide = PLAIN.replacen("Dupont", &"n".repeat(100_001), 1);
    assert!(!said(wide.as_bytes()));
    assert!(said(PLAIN.replacen("Dupont", &"n".repeat(100_000), 1).as_bytes()));
}

#[test]
fn rows_of_another_length_are_not_filled() {
    let schema = schema();
    let wanted = [field(&schema, "foyer.personnes")];
    let mut straight = Straight::new(&schema, &wanted).unwrap();
    for length in [0, 2] {
        assert_eq!(straight.read(PLAIN.as_bytes(), &mut vec![0; length]), Way::Long);
    }
}

#[test]
fn what_has_no_slot_of_its_own_is_not_prepared() {
    let schema = schema();
    for path in ["demandeur.nom", "employeur.siren", "personne_à_charge.handicap"] {
        assert!(Straight::new(&schema, &[field(&schema, path)]).is_none(), "{path}");
    }
    let twice = [field(&schema, "foyer.part"); 2];
    assert!(Straight::new(&schema, &twice).is_none());
    assert!(Straight::new(&schema, &[FieldId(999)]).is_none());
    assert!(Straight::new(&schema, &[]).is_some());
}

#[test]
fn names_that_a_dossier_keeps_for_itself_are_not_read() {
    let mut schema = schema();
    let id = field(&schema, "foyer.personnes");
    for name in ["non_communique", "Non_Communiqué", "e\u{301}tat"] {
        schema.fields[id.0 as usize].name = name.to_owned();
        assert!(Straight::new(&schema, &[id]).is_none(), "{name}");
    }
    schema.fields[id.0 as usize].name = "personnes".to_owned();
    for name in ["id", "postule", "cerfa", "demandeur"] {
        let entity = schema.entity_named("foyer").unwrap();
        schema.entities[entity.0 as usize].name = name.to_owned();
        assert!(Straight::new(&schema, &[id]).is_none(), "{name}");
        schema.entities[entity.0 as usize].name = "foyer".to_owned();
    }
}

/// Values that no type takes at once, and some that another takes.
const HOSTILE: [&str; 66] = [
    "null",
    "true",
    "false",
    "tru",
    "\"\"",
    "\" \"",
    "\"oui\"",
    "\"Non\"",
    "\"\\u006fui\"",
    "[]",
    "[1]",
    "{}",
    "0",
    "-0",
    "-0.0",
    "-5",
    "5",
    "01",
    "1.",
    ".5",
    "+5",
    "1_000",
    "0x1F",
    "NaN",
    "Infinity",
    "\"NaN\"",
    "1e2",
    "1E+2",
    "16e-1",
    "1e400",
    "-1e-400",
    "1600.505",
    "1600.500",
    "0.333333333333",
    "0.1234567890123",
    "9223372036854775807",
    "18446744073709551616",
    "-9223372036854775809",
    "1099511627776",
    "1099511627777",
    "10995116277.76",
    "10995116277.77",
    "-10995116277.76",
    "999999999999999999",
    "9999999999999999999",
    "{\"numerateur\": 1, \"denominateur\": 4}",
    "{\"valeur\": 5}",
    "{\"valeur\": true, \"statut\": \"vérifié\"}",
    "{\"non_communique\": true}",
    "\"1 600 €/mois\"",
    "\"3 ans\"",
    "\"31,25 %\"",
    "\"12,5\"",
    "\"cd\\u0069\"",
    "\"e\u{301}tudiant\"",
    "\"e\\u0301tudiant\"",
    "\"1990-02-29\"",
    "\"1990-1-1\"",
    "\"0000-01-01\"",
    "\"9999-12-31\"",
    "\"1990-04-01T00:00\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"\u{1}\"",
    "\"\t\"",
    "\"non communiqué\"",
];

/// Keys that are not those of a vocabulary, or are otherwise.
const KEYS: [&str; 8] = [
    "revenu\\u0073",
    "Revenus",
    "anciennete\u{301}",
    "non_communique",
    "<<",
    "",
    "revenus ",
    "\\ud83d",
];

fn plain(ty: Type, schema: &Schema) -> BoxedStrategy<String> {
    let number = || {
        prop_oneof![
            (0_u32..5_000).prop_map(|number| number.to_string()),
            (0_u32..5_000, 0_u32..10).prop_map(|(number, part)| format!("{number}.{part}")),
            (0_u64..10_000_000_000, 0_u32..100)
                .prop_map(|(number, part)| format!("{number}.{part:02}")),
        ]
    };
    match ty {
        Type::Bool => select(vec!["true", "false"]).prop_map(str::to_owned).boxed(),
        Type::Number(unit, NumberForm::Percent) if unit.is_none() => {
            ("-?", number()).prop_map(|(sign, number)| format!("{sign}{number}")).boxed()
        }
        Type::Number(_, NumberForm::Whole) => {
            (0_u64..1 << 40).prop_map(|it| it.to_string()).boxed()
        }
        Type::Number(..) => number().boxed(),
        Type::Date => (1_u32..=9999, 1_u32..=12, 1_u32..=28)
            .prop_map(|(year, month, day)| format!("\"{year:04}-{month:02}-{day:02}\""))
            .boxed(),
        Type::Enum(id) => {
            let values = schema.enumeration(id).unwrap().values.iter();
            let names: Vec<String> = values.map(|value| format!("\"{}\"", value.name)).collect();
            select(names).boxed()
        }
        Type::Text | Type::Code | Type::Item(_) => "\"[a-zA-Z0-9]{1,9}\"".boxed(),
    }
}

/// Entries of an object: keys, and values as they are spelt.
type Entries = Vec<(String, String)>;

/// How often an object has something odd.
type Odds = f64;

/// Drops, doubles, renames or changes one of some entries.
fn odd(entries: impl Strategy<Value = Entries>, odds: Odds) -> impl Strategy<Value = Entries> {
    let oddity = (any::<Index>(), 0..8_u8, select(&HOSTILE[..]), select(&KEYS[..]));
    let oddity = if odds > 0.0 { weighted(odds, oddity).boxed() } else { Just(None).boxed() };
    (entries, oddity).prop_map(|(mut entries, oddity)| {
        if let Some((at, how, value, key)) = oddity {
            let at = at.index(entries.len());
            match how {
                0 => drop(entries.remove(at)),
                1 => entries.push(entries[at].clone()),
                2 => key.clone_into(&mut entries[at].0),
                _ => value.clone_into(&mut entries[at].1),
            }
        }
        entries
    })
}

/// Writes an object.
fn object(entries: &[(String, String)]) -> String {
    let entries: Vec<_> =
        entries.iter().map(|(key, value)| format!("\"{key}\" :{value}")).collect();
    format!("{{{}}}", entries.join(",\n"))
}

/// Draws the text of an entity, its fields in any order.
fn entity(schema: &Schema, name: &str, odds: Odds) -> BoxedStrategy<String> {
    let def = schema.entity(schema.entity_named(name).unwrap()).unwrap();
    if def.list {
        return Just("[ ]".to_owned()).boxed();
    }
    let fields: Vec<_> = def.fields.iter().map(|id| schema.field(*id).unwrap()).collect();
    let values: Vec<_> = fields.iter().map(|def| plain(def.ty, schema)).collect();
    let names: Vec<String> = fields.iter().map(|def| def.name.clone()).collect();
    let entries = values.prop_map(move |values| names.iter().cloned().zip(values).collect());
    odd(entries.prop_shuffle(), odds).prop_map(|entries| object(&entries)).boxed()
}

/// Draws the entities of a candidate and of its offer, in any order.
fn entities(odds: Odds) -> impl Strategy<Value = Entries> {
    let schema = schema();
    let names: Vec<String> = schema.entities.iter().map(|def| def.name.clone()).collect();
    let texts: Vec<_> = names.iter().map(|name| entity(&schema, name, odds)).collect();
    let entries = texts.prop_map(move |texts| names.iter().cloned().zip(texts).collect());
    odd(entries.prop_shuffle(), odds / 2.0)
}

/// Writes the dossier of one candidate, whose offer is apart.
fn apart(entities: &[(String, String)]) -> String {
    let (offer, own): (Vec<_>, Vec<_>) =
        entities.iter().cloned().partition(|(name, _)| name == "offre");
    let named = [("id".to_owned(), "\"a\"".to_owned())];
    let candidate = object(&named.into_iter().chain(own).collect::<Vec<_>>());
    let offer = offer.into_iter().chain([("candidats".to_owned(), format!("[{candidate}]"))]);
    object(&offer.collect::<Vec<_>>())
}

/// Changes bytes of a text.
fn damaged(text: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let byte =
        prop_oneof![select(&b"{}[]\",:.-+eE0123456789 \n\\u\xc3\xa9\xff\0"[..]), any::<u8>()];
    let change = (any::<Index>(), 0..4_u8, byte);
    vec(change, 1..4).prop_map(move |changes| {
        let mut text = text.clone();
        for (at, how, byte) in changes {
            text.push(b' ');
            let at = at.index(text.len());
            match how {
                0 => drop(text.remove(at)),
                1 => text.insert(at, byte),
                2 => text[at] = byte,
                _ => text.truncate(at),
            }
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn plain_candidates_are_read_straight(texts in vec(entities(0.0), 1..4)) {
        let schema = schema();
        let wanted = wanted(&schema);
        let mut straight = Straight::new(&schema, &wanted).unwrap();
        for entities in texts {
            let (facts, dossier) = (object(&entities), apart(&entities));
            assert!(agrees(&mut straight, facts.as_bytes(), dossier.as_bytes(), &wanted), "{facts}");
        }
    }

    #[test]
    fn odd_candidates_are_read_alike_or_the_long_way(texts in vec(entities(0.3), 1..6)) {
        let schema = schema();
        let wanted = wanted(&schema);
        let mut straight = Straight::new(&schema, &wanted).unwrap();
        for entities in texts {
            let (facts, dossier) = (object(&entities), apart(&entities));
            agrees(&mut straight, facts.as_bytes(), dossier.as_bytes(), &wanted);
        }
    }

    #[test]
    fn damaged_texts_are_read_alike_or_the_long_way(
        texts in vec(damaged(PLAIN.as_bytes().to_vec()), 1..6)
    ) {
        let schema = schema();
        let mut own = wanted(&schema);
        own.retain(|id| !schema.path(*id).starts_with("offre."));
        let mut straight = Straight::new(&schema, &own).unwrap();
        for facts in texts {
            let begun = facts.iter().position(|byte| *byte == b'{').map_or(0, |at| at + 1);
            let dossier = [br#"{"offre":{},"candidats":[{"id":"a","#, &facts[begun..], b"]}"].concat();
            agrees(&mut straight, &facts, &dossier, &own);
        }
    }
}

#[test]
fn odd_and_damaged_texts_are_not_all_for_the_long_way() {
    let schema = schema();
    let wanted = wanted(&schema);
    let mut straight = Straight::new(&schema, &wanted).unwrap();
    let mut runner = TestRunner::deterministic();
    let mut said = [0, 0];
    for _ in 0..1_000 {
        let entities = entities(0.3).new_tree(&mut runner).unwrap().current();
        let text = damaged(PLAIN.as_bytes().to_vec()).new_tree(&mut runner).unwrap().current();
        let mut own = Straight::new(&schema, &wanted[..9]).unwrap();
        let read = straight.read(object(&entities).as_bytes(), &mut [0; SLOTS.len()]);
        said[0] += usize::from(read == Way::Straight);
        said[1] += usize::from(own.read(&text, &mut [0; 9]) == Way::Straight);
    }
    assert!(said.iter().all(|said| (30..970).contains(said)), "{said:?}");
}
