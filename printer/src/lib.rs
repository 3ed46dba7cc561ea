//! A page on paper: the Chromium program, started to print HTML that stands alone to a tagged PDF.
//!
//! The PDF is the page itself, with its text, its headings, its tables, its language and its title,
//! so that no second drawing of it can say something else. What is printed holds facts of a person:
//! it stays in a directory that only its owner may read, which goes when the work is done, and the
//! browser may reach no address.

mod desk;

use desk::Desk;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The variable that names the program, when it is not where programs are.
pub const VARIABLE: &str = "BAREME_CHROMIUM";

/// The names of the program, those of free builds first.
const NAMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

/// How long a page may take.
const LIMIT: Duration = Duration::from_mins(2);

/// How long to wait before looking again whether the program has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// How every PDF begins.
const MAGIC: &[u8] = b"%PDF-";

/// What is asked of the program besides the files: no network, no trace, tags and an outline.
const OPTIONS: [&str; 13] = [
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-breakpad",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
];

/// Why a page is not printed. Sentences are French, without a full stop; they hold nothing of the page.
#[derive(Debug, thiserror::Error)]
pub enum PrinterFailure {
    /// The program does not start.
    #[error("Chromium (« {} ») ne démarre pas", .0.display())]
    Start(PathBuf),
    /// The program ends without a PDF.
    #[error("Chromium (« {} ») n'imprime pas la page", .0.display())]
    Silent(PathBuf),
    /// The program does not end.
    #[error("Chromium (« {} ») ne finit pas", .0.display())]
    Late(PathBuf),
    /// The page has nowhere to be put.
    #[error("le répertoire temporaire ne peut pas recevoir la page")]
    Desk(#[from] std::io::Error),
}

/// A Chromium program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chromium {
    program: PathBuf,
    limit: Duration,
}

impl Chromium {
    /// Takes the program of a path.
    pub fn at(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), limit: LIMIT }
    }

    /// Gives it another limit of time.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Finds the program: the one that `BAREME_CHROMIUM` names, else the first of its names among the
    /// directories of `PATH`; absent when there is none.
    pub fn find() -> Option<Self> {
        let named = std::env::var_os(VARIABLE).filter(|path| !path.is_empty());
        Self::among(named, std::env::var_os("PATH").as_deref())
    }

    fn among(named: Option<OsString>, path: Option<&OsStr>) -> Option<Self> {
        let directories: Vec<PathBuf> = path.into_iter().flat_map(std::env::split_paths).collect();
        let found = || {
            let mut programs = NAMES
                .iter()
                .flat_map(|name| directories.iter().map(move |directory| directory.join(name)));
            programs.find(|program| program.is_file())
        };
        named.map(PathBuf::from).or_else(found).map(Self::at)
    }

    /// Prints a page. Shape: the bytes of a PDF.
    ///
    /// Errors: the program does not start, does not end or prints nothing; there is no place for files.
    pub fn print(&self, page: &str) -> Result<Vec<u8>, PrinterFailure> {
        let desk = Desk::new()?;
        let (html, pdf) = (desk.at("page.html"), desk.at("page.pdf"));
        std::fs::write(&html, page)?;
        let mut child = self.start(&desk, &html, &pdf)?;
        let silent = || PrinterFailure::Silent(self.program.clone());
        match self.end(&mut child)? {
            Some(status) if status.success() => {}
            Some(_) => return Err(silent()),
            None => return Err(PrinterFailure::Late(self.program.clone())),
        }
        let printed = std::fs::read(&pdf).map_err(|_| silent())?;
        if printed.starts_with(MAGIC) { Ok(printed) } else { Err(silent()) }
    }

    fn start(&self, desk: &Desk, html: &Path, pdf: &Path) -> Result<Child, PrinterFailure> {
        let mut command = Command::new(&self.program);
        command.args(OPTIONS);
        if desk.is_of_root() {
            // The browser refuses to run as root in its own sandbox; the page has nothing to run.
            command.arg("--no-sandbox");
        }
        command.arg(option("--user-data-dir=", &desk.at("profil")));
        command.arg(option("--print-to-pdf=", pdf)).arg(html);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().map_err(|_| PrinterFailure::Start(self.program.clone()))
    }

    /// Waits for the program to end; one that is late is stopped, and gives nothing.
    fn end(&self, child: &mut Child) -> Result<Option<ExitStatus>, PrinterFailure> {
        let start = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(status));
            }
            if start.elapsed() > self.limit {
                child.kill()?;
                child.wait()?;
                return Ok(None);
            }
            std::thread::sleep(PAUSE);
        }
    }
}

fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_program_that_is_named_comes_before_those_of_the_path() {
        let path = OsString::from("/nowhere");
        assert_eq!(Chromium::among(None, Some(&path)), None);
        assert_eq!(Chromium::among(None, None), None);
        let named = Chromium::among(Some("/opt/chromium".into()), Some(&path));
        assert_eq!(named, Some(Chromium::at("/opt/chromium")));
    }

    #[test]
    fn a_program_of_the_path_is_found_by_any_of_its_names() {
        let desk = Desk::new().unwrap();
        std::fs::write(desk.at("google-chrome"), "").unwrap();
        let path = desk.at("").into_os_string();
        assert_eq!(
            Chromium::among(None, Some(&path)),
            Some(Chromium::at(desk.at("").join("google-chrome")))
        );
        std::fs::write(desk.at("chromium"), "").unwrap();
        assert_eq!(
            Chromium::among(None, Some(&path)),
            Some(Chromium::at(desk.at("").join("chromium")))
        );
    }

    fn refused(chromium: &Chromium) -> String {
        chromium.print("<p>Personne</p>").unwrap_err().to_string()
    }

    #[test]
    fn a_program_that_does_not_print_is_said_so_without_the_page() {
        let said = |program: &str| refused(&Chromium::at(program));
        assert_eq!(said("/nowhere/chromium"), "Chromium (« /nowhere/chromium ») ne démarre pas");
        assert_eq!(said("/bin/true"), "Chromium (« /bin/true ») n'imprime pas la page");
        assert_eq!(said("/bin/false"), "Chromium (« /bin/false ») n'imprime pas la page");
    }

    #[test]
    #[cfg(unix)]
    fn a_program_that_does_not_end_is_stopped() {
        use std::os::unix::fs::PermissionsExt;
        let desk = Desk::new().unwrap();
        let program = desk.at("lent");
        std::fs::write(&program, "#!/bin/sh\nexec sleep 600\n").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
        let start = Instant::now();
        let said = refused(&Chromium::at(&program).within(Duration::from_millis(200)));
        assert!(said.ends_with("ne finit pas"), "{said}");
        assert!(start.elapsed() < Duration::from_mins(1));
    }
}
