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
