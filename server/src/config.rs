//! The configuration of a server: one YAML file, typed, whose every mistake is told at its place with a way
//! out. The environment and the command line are laid over it by whoever starts the server.

use crate::access::{Access, Caller};
use crate::cors::origin;
use crate::roles::Role;
use crate::settings::{Limits, Settings};
use crate::tokens::{Issuer, Tokens};
use serde::Deserialize;
use serde_yaml::{Error, Spanned};
use source::nearest;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

/// Where a server listens when nobody says.
const HERE: &str = "127.0.0.1:8080";

/// How logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogForm {
    /// One line for people.
    #[default]
    Texte,
    /// One JSON object a line.
    Json,
}

/// How the rules' directory is watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Watching {
    /// By what the system tells.
    #[default]
    Evenements,
    /// By looking every few seconds: on disks that tell nothing.
    Releve,
}

/// The configuration.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where to listen.
    pub ecoute: Option<String>,
    /// The address that others reach it at.
    pub url_publique: Option<String>,
    /// The directory of rules.
    pub recueil: Option<PathBuf>,
    /// The registry.
    pub registre: Option<String>,
    /// The directory of its keys.
    pub cles: Option<PathBuf>,
    /// How logs are written.
    pub journal: LogForm,
    /// How the rules' directory is watched.
    pub surveillance: Watching,
    /// How old the last good look may be before the server is not ready. Unit: seconds.
    pub peremption_s: Option<u64>,
    /// How long what runs is waited for at the end. Unit: seconds.
    pub arret_s: Option<u64>,
    /// The origins whose pages may ask from a browser.
    pub origines: Vec<Spanned<String>>,
    /// What is let through.
    pub limites: WrittenLimits,
    /// Links of applicants.
    pub liens: WrittenLinks,
    /// Who is let in.
    pub acces: Vec<Spanned<Caller>>,
    /// The issuer whose tokens let in.
    pub jetons: Option<Spanned<Issuer>>,
}

/// What is let through, as it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WrittenLimits {
    /// Unit: bytes.
    pub octets: Option<usize>,
    /// Unit: candidates.
    pub candidats: Option<usize>,
    /// Unit: seconds.
    pub delai_s: Option<u64>,
    /// Unit: seconds.
    pub silence_s: Option<u64>,
    /// Unit: requests.
    pub requetes_par_minute: Option<NonZeroU32>,
    /// Unit: connections.
    pub connexions: Option<usize>,
    /// Unit: works.
    pub travaux: Option<usize>,
}

/// Links of applicants, as they are written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WrittenLinks {
    /// Unit: days.
    pub jours: Option<u32>,
}

/// A mistake of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Line and column, from 1, when it is written somewhere.
    pub place: Option<(u64, u64)>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Config {
    /// Reads a configuration.
    ///
    /// Errors: every mistake of a file that can be read, or the first that stops reading.
    pub fn read(text: &str) -> Result<Self, Vec<Mistake>> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let read: Result<Self, Error> = serde_yaml::from_str(text);
        let config = read.map_err(|error| vec![malformed(error.without_snippet())])?;
        let mistakes = config.mistakes();
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
    }

    /// Lists what is wrong in what it says.
    fn mistakes(&self) -> Vec<Mistake> {
        let callers = self.acces.iter().flat_map(caller_mistakes);
        let address = self.ecoute.as_deref().filter(|it| it.parse::<SocketAddr>().is_err());
        let address = address.map(|it| Mistake {
            place: None,
            message: format!("« ecoute » : « {it} » n'est pas une adresse"),
            help: format!("écrivez une adresse et un port, par exemple « {HERE} »"),
        });
        let tokens = self.jetons.as_ref().and_then(|written| {
            let (message, help) = written.value.mistake()?;
            let place = Some((written.referenced.line(), written.referenced.column()));
            let (message, help) = (format!("« jetons » : {message}"), help.to_owned());
            Some(Mistake { place, message, help })
        });
        let origins = self.origines.iter().filter_map(origin_mistake);
        callers.chain(tokens).chain(address).chain(origins).collect()
    }

    /// Returns where to listen.
    pub fn address(&self) -> SocketAddr {
        let named = self.ecoute.as_deref().and_then(|it| it.parse().ok());
        named.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)))
    }

    /// Decides who is let in: those of the list; whoever reaches a server that only this machine reaches
    /// when there is no list.
    ///
    /// Errors: no list, and others than this machine may reach it; an issuer's file of keys cannot be read.
    pub fn access(&self) -> Result<Access, Mistake> {
        let listed = || Access::to(self.acces.iter().map(|it| it.value.clone()).collect());
        if let Some(written) = &self.jetons {
            let tokens = Tokens::of(written.value.clone());
            if tokens.is_at_hand() {
                tokens.read_keys().map_err(|error| Mistake {
                    place: Some((written.referenced.line(), written.referenced.column())),
                    message: format!("« jetons » : {error}"),
                    help: "donnez à « cles » le JWKS de l'émetteur".to_owned(),
                })?;
            }
            return Ok(listed().with_tokens(tokens));
        }
        if !self.acces.is_empty() {
            return Ok(listed());
        }
        if self.address().ip().is_loopback() {
            return Ok(Access::open());
        }
        Err(Mistake {
            place: None,
            message: format!("« {} » se joint d'ailleurs, et « acces » est vide", self.address()),
            help: "listez les clés dans « acces », ou n'écoutez que sur 127.0.0.1".to_owned(),
        })
    }

    /// Makes the settings, with the key that signs links.
    pub fn settings(&self, link_key: [u8; 32]) -> Settings {
        let usual = Settings::default();
        let seconds = |given: Option<u64>, usual| given.map_or(usual, Duration::from_secs);
        let limits = &self.limites;
        let public = self.url_publique.clone();
        let public = public.unwrap_or_else(|| format!("http://{}", self.address()));
        Settings {
            public: public.trim_end_matches('/').to_owned(),
            link_key,
            link_days: self.liens.jours.unwrap_or(usual.link_days),
            limits: Limits {
                bytes: limits.octets.unwrap_or(usual.limits.bytes),
                candidates: limits.candidats.unwrap_or(usual.limits.candidates),
                patience: seconds(limits.delai_s, usual.limits.patience),
                silence: seconds(limits.silence_s, usual.limits.silence),
                per_minute: limits.requetes_par_minute.unwrap_or(usual.limits.per_minute),
                connections: limits.connexions.unwrap_or(usual.limits.connections).max(1),
                works: limits.travaux.unwrap_or(usual.limits.works).max(1),
            },
            max_staleness: self.peremption_s.map(Duration::from_secs),
            grace: seconds(self.arret_s, usual.grace),
            origins: self.origines.iter().filter_map(|it| origin(&it.value)).collect(),
        }
    }
}

/// Says what is wrong with an origin.
fn origin_mistake(written: &Spanned<String>) -> Option<Mistake> {
    let Spanned { value, referenced, .. } = written;
    origin(value).is_none().then(|| Mistake {
        place: Some((referenced.line(), referenced.column())),
        message: format!("« origines » : « {value} » n'est pas l'origine d'un site"),
        help:
            "nommez chaque site par son adresse seule, par exemple « https://portail.exemple.fr »"
                .to_owned(),
    })
}

/// Lists what is wrong with a caller.
fn caller_mistakes(written: &Spanned<Caller>) -> Vec<Mistake> {
    let Spanned { value: caller, referenced, .. } = written;
    let told = |message: String, help: &str| Mistake {
        place: Some((referenced.line(), referenced.column())),
        message: format!("« acces », « {} » : {message}", caller.name),
        help: help.to_owned(),
    };
    let mut found = Vec::new();
    let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    if caller.hash.len() != 64 || !caller.hash.chars().all(is_digit) {
        let help = "« bareme servir --nouvelle-cle » tire une clé et donne son empreinte";
        found.push(told("« empreinte » n'est pas un SHA-256 en hexadécimal".to_owned(), help));
    }
    if caller.until.as_deref().is_some_and(|day| engine::Date::parse_iso(day).is_none()) {
        let help = "écrivez une date, par exemple « 2027-12-31 »";
        found.push(told("« jusqu_au » n'est pas une date".to_owned(), help));
    }
    let is_siren = |siren: &String| siren.len() == 9 && siren.chars().all(|c| c.is_ascii_digit());
    match (&caller.role, &caller.siren) {
        (Role::Rh, Some(siren)) if is_siren(siren) => {}
        (Role::Rh, _) => {
            let help = "écrivez les neuf chiffres du SIREN de son entreprise, entre guillemets";
            found.push(told("le rôle « rh » demande « siren »".to_owned(), help));
        }
        (_, Some(_)) => {
            let help = "enlevez « siren », qui n'est que pour le rôle « rh »";
            found.push(told("« siren » n'est pas de ce rôle".to_owned(), help));
        }
        (_, None) => {}
    }
    match (&caller.role, &caller.communes) {
        (Role::Territoire, Some(communes)) if !communes.is_empty() => {}
        (Role::Territoire, _) => {
            let help = "listez les codes INSEE de son territoire, par exemple [\"69123\", \"69381-69389\"]";
            found.push(told("le rôle « territoire » demande « communes »".to_owned(), help));
        }
        (_, Some(_)) => {
            let help = "enlevez « communes », qui n'est que pour le rôle « territoire »";
            found.push(told("« communes » n'est pas de ce rôle".to_owned(), help));
        }
        (_, None) => {}
    }
    found
}

/// Says what is wrong with a file that cannot be read.
fn malformed(error: &Error) -> Mistake {
    let place = error.location().map(|it| (it.line(), it.column()));
    let told = |message: String, help: String| Mistake { place, message, help };
    match error {
        Error::SerdeUnknownField { field, expected, .. } => {
            let near = nearest(field, expected.iter().copied());
            let near = near.map_or_else(String::new, |it| format!("écrivez « {it} » ? "));
            let help = format!("{near}clés possibles ici : {}", expected.join(", "));
            told(format!("clé inconnue : « {field} »"), help)
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            let help = format!("valeurs possibles ici : {}", expected.join(", "));
            told(format!("valeur inconnue : « {variant} »"), help)
        }
        Error::SerdeMissingField { field, .. } => {
            told(format!("la clé « {field} » manque"), "ajoutez-la".to_owned())
        }
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            told(format!("la clé « {key} » est écrite deux fois"), "gardez-en une".to_owned())
        }
        _ => {
            let help = "une valeur d'une autre sorte, ou un retrait : voyez docs/serveur.md";
            told("configuration mal formée ici".to_owned(), help.to_owned())
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<Mistake> {
        Config::read(text).unwrap_err()
    }

    #[test]
    fn without_a_file_only_this_machine_is_served() {
        let config = Config::read("").unwrap();
        assert_eq!(config.address().to_string(), HERE);
        assert!(config.access().unwrap().is_open());
        let wide = Config::read("ecoute: 0.0.0.0:8080\n").unwrap();
        assert!(wide.access().unwrap_err().message.contains("acces"));
    }

    #[test]
    fn an_unknown_key_is_told_at_its_place_with_a_way_out() {
        let [mistake] = mistakes("ecoute: 127.0.0.1:1\nlimits: {}\n").try_into().unwrap();
        assert_eq!(mistake.place, Some((2, 1)));
        assert!(mistake.message.contains("« limits »"), "{mistake:?}");
        assert!(mistake.help.contains("limites"), "{mistake:?}");
        let [nested] = mistakes("limites:\n  octet: 3\n").try_into().unwrap();
        assert!(nested.place.is_some_and(|it| it.0 == 2) && nested.help.contains("octets"));
    }

    #[test]
    fn a_bad_value_is_told() {
        assert!(mistakes("journal: xml\n")[0].help.contains("texte, json"));
        assert!(mistakes("limites: { requetes_par_minute: 0 }\n")[0].place.is_some());
        assert!(mistakes("ecoute: ici\n")[0].help.contains(HERE));
        assert!(mistakes("ecoute: [\n")[0].place.is_some());
        assert!(mistakes("ecoute: a\necoute: b\n")[0].message.contains("deux fois"));
    }

    #[test]
    fn an_origin_that_is_none_is_told_at_its_place() {
        let text = "origines:\n  - https://portail.exemple.fr\n  - '*'\n  - https://a.fr/\n";
        let found = mistakes(text);
        assert_eq!(
            found.iter().map(|it| it.place).collect::<Vec<_>>(),
            [Some((3, 5)), Some((4, 5))]
        );
        assert!(found[0].message.contains("« * »"), "{found:?}");
        let config = Config::read("origines: [https://portail.exemple.fr]\n").unwrap();
        assert_eq!(config.settings([0; 32]).origins, ["https://portail.exemple.fr"]);
        assert!(Config::read("").unwrap().settings([0; 32]).origins.is_empty());
    }

    #[test]
    fn every_mistake_of_callers_is_told() {
        let hash = "0".repeat(64);
        let text = format!(
            "acces:\n  - {{ nom: a, role: rh, empreinte: {hash} }}\n  - {{ nom: b, role: service, \
             empreinte: zz, jusqu_au: demain, siren: '123456789' }}\n"
        );
        let found = mistakes(&text);
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(found.iter().all(|it| it.place.is_some()));
        let placed = |more: &str| {
            let one = format!("acces:\n  - {{ nom: a, {more}, empreinte: \"{hash}\" }}\n");
            Config::read(&one).err().map_or(0, |found| found.len())
        };
        assert_eq!(placed("role: territoire"), 1);
        assert_eq!(placed("role: territoire, communes: []"), 1);
        assert_eq!(placed("role: territoire, communes: [\"69389-69381\"]"), 1);
        assert_eq!(placed("role: territoire, communes: [\"Lyon\"]"), 1);
        assert_eq!(placed("role: auteur, communes: [\"69123\"]"), 1);
        assert_eq!(placed("role: territoire, communes: [\"69123\", \"2A001-2A360\"]"), 0);
        let good = format!(
            "acces:\n  - {{ nom: a, role: rh, siren: '123456789', empreinte: \"{hash}\" }}\n"
        );
        assert!(!Config::read(&good).unwrap().access().unwrap().is_open());
    }
}
