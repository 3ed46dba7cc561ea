//! The pages of those who work with a server: its first page, the operator's, a company's own.

use server::{Access, Caller, Role, Settings};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tests::browser::{Page, faults, inspect};
use tests::registered::On;
use tests::served::{Served, text};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

fn shown(served: &Served, path: &str, key: &str) -> String {
    let answer = served.get_with(path, &[("Accept", "text/html"), ("Authorization", key)]);
    assert_eq!(answer.status(), 200, "{path}");
    text(answer)
}

/// Waits until a page says something.
fn until(served: &Served, path: &str, key: &str, said: &str) -> String {
    let begun = Instant::now();
    loop {
        let page = shown(served, path, key);
        if page.contains(said) {
            return page;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{said} in\n{page}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Adds to a file of the rules.
fn write(served: &Served, added: &str) {
    let file = served.rules.join("als/als_2019.bareme");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}{added}")).unwrap();
}

#[test]
fn the_first_page_says_what_is_in_force_and_the_state_of_the_server() {
    let settings = Settings { max_staleness: Some(Duration::ZERO), ..Settings::default() };
    let served = Served::set(On::Sqlite, Access::to(Vec::new()), settings);
    let page = shown(&served, "/", "");
    assert!(page.contains("Ce serveur est prêt") && page.contains("href=\"/session\""), "{page}");
    assert!(
        !page.contains("href=\"/audit\"") && !page.contains("href=\"/exploitation\""),
        "{page}"
    );
    let links: Vec<&str> =
        page.split("href=\"").skip(1).map(|it| it.split('"').next().unwrap()).collect();
    assert!(links.iter().filter(|link| link.starts_with("/regles/")).count() > 5, "{links:?}");
    for link in links.iter().filter(|link| link.starts_with('/')) {
        assert_eq!(served.get(link).status(), 200, "{link}");
    }
    write(&served, "\n« rien\n");
    until(&served, "/", "", "n'est pas prêt à répondre");
}

#[test]
fn the_operator_sees_what_is_refused_and_steps_back_to_what_the_page_says() {
    let caller = |name: &str, role, key: &str| Caller::new(name, role, key);
    let served = Served::new(
        On::Sqlite,
        Access::to(vec![
            caller("garde", Role::Exploitant, "3xpl"),
            caller("cour", Role::Auditeur, "4ud1t"),
            caller("calcul", Role::Service, "s3rv"),
        ]),
    );
    let operator = "Bearer 3xpl";
    let first = shown(&served, "/exploitation", operator);
    assert!(
        first.contains("Il n'y a pas de règles d'avant") && first.contains("règles du répertoire"),
        "{first}"
    );
    let hash = served.app.generation().rules.hash().to_owned();
    write(&served, "\n# un\n");
    let second = until(&served, "/exploitation", operator, "Remettre ces règles en service");
    assert!(second.contains(&format!("name=\"vers\" value=\"{hash}\"")), "{second}");
    write(&served, "\ncritère <script>window.couru=1</script> {\n");
    let broken = until(&served, "/exploitation", operator, "sont refusées");
    assert!(
        broken.contains("class=\"verdict broken\"") && broken.contains("als/als_2019.bareme:"),
        "{broken}"
    );
    assert!(!broken.contains("<script"), "{broken}");
    let watched = shown(&served, "/exploitation", "Bearer 4ud1t");
    assert!(
        !watched.contains("<form method=\"post\" action=\"/exploitation/retour\">"),
        "an auditor looks: {watched}"
    );
    for (key, status) in [("Bearer s3rv", 403), ("Bearer x", 401)] {
        assert_eq!(
            served.get_with("/exploitation", &[("Authorization", key)]).status(),
            status,
            "{key}"
        );
    }

    let back = |headers: &[(&str, &str)], body: &str| {
        served.post("/exploitation/retour", headers, body.as_bytes()).status().as_u16()
    };
    let vers = format!("vers={hash}");
    assert_eq!(back(&[FORM, ("Authorization", "Bearer 4ud1t")], &vers), 403);
    assert_eq!(back(&[FORM, ("Authorization", operator)], "vers=autre"), 409, "not what was shown");
    let opened = served.post("/session", &[FORM], b"cle=3xpl");
    assert_eq!(opened.headers()["location"], "/exploitation");
    let cookie =
        opened.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let with = [FORM, ("Cookie", cookie.as_str())];
    assert_eq!(back(&with, &vers), 403, "a form of no page of this session");
    assert_ne!(served.app.generation().rules.hash(), hash);
    let page = text(served.get_with("/exploitation", &with[1..]));
    let mark = page.split("name=\"jeton\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(back(&with, &format!("jeton={mark}&{vers}")), 303);
    assert_eq!(served.app.generation().rules.hash(), hash);
    let after = shown(&served, "/exploitation", operator);
    assert!(
        after.contains("Les règles d&#39;avant sont de retour")
            && after.contains("<bdi>garde</bdi>"),
        "{after}"
    );
    assert_eq!(back(&with, &format!("jeton={mark}&{vers}")), 404, "nothing is before it");
    let pages = [
        Page::new("exploitation", broken).with_forms(),
        Page::seen("retour", after, &["bureau", "téléphone"]).with_forms(),
        Page::new("accueil", shown(&served, "/", operator)).with_forms(),
    ];
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("exploitation");
    assert_eq!(faults(&inspect(&folder, &pages)), Vec::<String>::new());
}

#[test]
fn a_company_sees_its_own_policy_in_words_and_no_other() {
    let hr = |name: &str, siren: &str| {
        let caller = Caller::new(name, Role::Rh, name);
        Caller { siren: Some(siren.to_owned()), ..caller }
    };
    let served = Served::new(
        On::Sqlite,
        Access::to(vec![
            hr("air", "420495178"),
            hr("boulangerie", "000000018"),
            hr("autre", "999999999"),
            Caller::new("cour", Role::Auditeur, "cour"),
        ]),
    );
    let air = shown(&served, "/entreprise", "Bearer air");
    assert!(
        air.contains("Politique logement d&#39;Air France") && air.contains("en vigueur</span>"),
        "{air}"
    );
    for said in ["Mobilité géographique à l&#39;embauche", "Apprentis", "mois", "Si</dt>"] {
        assert!(air.contains(said), "{said} in\n{air}");
    }
    assert!(!air.contains("Baguette") && !air.contains("Orango"), "{air}");
    let bakery = shown(&served, "/entreprise", "Bearer boulangerie");
    assert!(bakery.contains("Baguette") && !bakery.contains("Air France"), "{bakery}");
    let none = shown(&served, "/entreprise", "Bearer autre");
    assert!(
        none.contains("Aucune politique de cette entreprise") && !none.contains("Air France"),
        "{none}"
    );
    let asked = [("Authorization", "Bearer air")];
    assert_eq!(served.get_with("/entreprise?siren=000000018", &asked).status(), 200);
    assert!(!text(served.get_with("/entreprise?siren=000000018", &asked)).contains("Baguette"));
    assert_eq!(served.get_with("/entreprise", &[("Authorization", "Bearer cour")]).status(), 403);
    assert_eq!(served.get("/entreprise").status(), 401);
    for link in air.split("href=\"").skip(1).map(|it| it.split(['"', '#']).next().unwrap()) {
        assert!(link.is_empty() || served.get_with(link, &asked).status() == 200, "{link}");
    }
    let pages = [
        Page::new("entreprise", air).with_forms(),
        Page::seen("sans-politique", none, &["bureau", "téléphone"]).with_forms(),
    ];
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("entreprise");
    assert_eq!(faults(&inspect(&folder, &pages)), Vec::<String>::new());
}

/// The number of an example, by its label on the page that lists them.
fn number_of(page: &str, label: &str) -> String {
    let option = page.split("<option value=\"").find(|it| it.contains(label));
    option.unwrap_or_else(|| panic!("{label} in\n{page}")).split('"').next().unwrap().to_owned()
}

/// Reads every field of the form of facts, as a browser would send it back.
fn fields(page: &str) -> Vec<(String, String)> {
    let form = page.split("<form method=\"post\" action=\"/essai\">").nth(1).unwrap();
    let form = form.split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let found = tag.split(&format!(" {name}=\"")).nth(1)?;
        Some(found.split('"').next()?.to_owned())
    };
    let mut fields = Vec::new();
    for tag in form.split('<') {
        if tag.starts_with("input") {
            let value = attribute(tag, "value").unwrap_or_default();
            fields.push((attribute(tag, "name").unwrap(), value));
        } else if tag.starts_with("select") {
            fields.push((attribute(tag, "name").unwrap(), String::new()));
        } else if tag.starts_with("option") && tag.contains(" selected") {
            fields.last_mut().unwrap().1 = attribute(tag, "value").unwrap();
        }
    }
    fields
}

fn sent(served: &Served, fields: &[(String, String)]) -> (u16, String) {
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    let body = pairs.collect::<Vec<_>>().join("&");
    let answer = served.post("/essai", &[FORM, ("Accept", "text/html")], body.as_bytes());
    (answer.status().as_u16(), text(answer))
}

#[test]
fn the_bench_moves_points_and_reasons_and_records_nothing() {
    let served = Served::new(On::Sqlite, Access::open());
    let size = served.wait_for(served.given.registry.size()).unwrap();
    let list = shown(&served, "/essai", "");
    let number = number_of(&list, "Lyon");
    let page = shown(&served, &format!("/essai?exemple={number}"), "");
    assert!(
        page.contains("rien n'est enregistré") && page.contains("Aucun fait n'est changé"),
        "{page}"
    );
    let whole = fields(&page);
    assert!(whole.len() > 40, "{whole:?}");
    let (status, same) = sent(&served, &whole);
    assert_eq!(status, 200);
    assert!(
        same.contains("Aucun fait n'est changé") && !same.contains("class=\"moves\""),
        "{same}"
    );
    let with = |name: &str, value: &str| {
        let mut fields = whole.clone();
        fields.iter_mut().find(|(field, _)| field == name).unwrap().1 = value.to_owned();
        sent(&served, &fields)
    };
    let (status, moved) = with("demandeur.date_naissance", "1950-01-01");
    assert_eq!(status, 200);
    assert!(moved.contains("Le total passe de") && moved.contains("class=\"moves\""), "{moved}");
    assert!(moved.contains("-70"), "{moved}");
    let (status, hidden) = with("demandeur.date_naissance", "");
    assert_eq!(status, 200);
    assert!(hidden.contains("Changé : Date de naissance"), "{hidden}");
    for (name, value) in [
        ("demandeur.date_naissance", "hier"),
        ("foyer.revenus", "-3"),
        ("foyer.revenus", "<script>1</script>"),
        ("demandeur.statut", "roi"),
        ("demande.pièces_complètes", "peut-être"),
        ("foyer.revenus", "1e400"),
    ] {
        let (status, wrong) = with(name, value);
        assert_eq!(status, 422, "{name} = {value}");
        assert!(
            wrong.contains("Ce qui ne se lit pas") && !wrong.contains("<script"),
            "{name}: {wrong}"
        );
        assert!(!wrong.contains("class=\"moves\""), "{name} = {value}: as if it had not been sent");
    }
    let (status, _) = with("foyer.revenus", "1\u{202f}700,50");
    assert_eq!(status, 200);
    let mut unknown = whole.clone();
    unknown.push(("demande.inconnu".to_owned(), "1".to_owned()));
    assert_eq!(sent(&served, &unknown).0, 404);
    for (name, value) in
        [("regles", "x"), ("exemple", "100000"), ("exemple", ""), ("candidat", "99")]
    {
        assert_eq!(with(name, value).0, 404, "{name} = {value}");
    }
    assert_eq!(served.get("/essai?exemple=100000").status(), 404);
    assert_eq!(served.get("/essai?exemple=x").status(), 400);
    assert_eq!(served.wait_for(served.given.registry.size()).unwrap(), size, "nothing is recorded");
    let pages = [
        Page::seen("choix", list, &["bureau", "téléphone"]).with_forms(),
        Page::new("essai", moved).with_forms(),
    ];
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("essai");
    assert_eq!(faults(&inspect(&folder, &pages)), Vec::<String>::new());
}

/// A trial and the interface say the same of the same facts.
#[test]
fn every_example_is_tried_as_it_is() {
    let served = Served::new(On::Sqlite, Access::open());
    let list = shown(&served, "/essai", "");
    let numbers: Vec<&str> =
        list.split("<option value=\"").skip(1).map(|it| it.split('"').next().unwrap()).collect();
    assert!(numbers.len() > 10, "{numbers:?}");
    for number in numbers {
        let page = shown(&served, &format!("/essai?exemple={number}"), "");
        let (status, again) = sent(&served, &fields(&page));
        assert_eq!(status, 200, "{number}");
        assert!(again.contains("Aucun fait n'est changé"), "{number}: {again}");
    }
}
