//! Writes the texts that each fuzz target starts from where cargo-fuzz looks for them:
//! `fuzz/corpus/TARGET/`.

use tests::fuzz::Target;
use tests::fuzz::corpus::Corpus;
use tests::rules::root;

fn main() -> std::io::Result<()> {
    for target in Target::ALL {
        let folder = root().join("fuzz/corpus").join(target.name());
        std::fs::create_dir_all(&folder)?;
        let corpus = Corpus::of(target)?;
        for (number, text) in corpus.texts().iter().enumerate() {
            std::fs::write(folder.join(format!("{number:04}")), text)?;
        }
        println!("{} : {} textes", target.name(), corpus.texts().len());
    }
    Ok(())
}
