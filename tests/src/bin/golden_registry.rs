//! Writes the next golden corpus of the registry, `tests/golden/registre-N.ndjson`, by the rules and the
//! examples of today, and the test vectors of `docs/registre/` from it.

use registry::Registry;
use std::io::BufWriter;
use tests::golden::{Golden, record_all, vectors, worked_example};
use tests::rules::root;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let number = u32::try_from(Golden::all().len())? + 1;
    let golden = Golden::numbered(number);
    golden.draw_keys()?;
    let directory = tempfile::TempDir::new()?;
    let settings = golden.settings(directory.path());
    let registry = Registry::open(settings.clone()).await?;
    record_all(&registry).await;
    let mut file = BufWriter::new(std::fs::File::create_new(&golden.export)?);
    let rows = registry.export(&mut file).await?;
    println!("{} : {rows} lignes", golden.export.display());
    let decision = worked_example(&registry).await;
    let vectors = vectors(&registry, &settings.master, &decision).await;
    let text = serde_json::to_string_pretty(&vectors)? + "\n";
    std::fs::write(root().join("docs/registre/vecteurs.json"), text)?;
    Ok(())
}
