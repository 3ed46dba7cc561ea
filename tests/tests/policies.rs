//! The real policies, through the engine and through the reference.

use tests::rules::{Rules, root};

#[test]
fn every_example_of_the_policies_holds_by_both() -> std::io::Result<()> {
    let rules = Rules::from_dir(&root().join("policies"))?;
    let errors = rules.errors();
    assert!(errors.iter().all(|said| said.contains("E0903")), "{errors:?}");
    assert!(rules.compiled.typed.examples.len() > 60, "the policies carry examples");
    let failures = tests::examples::failures(&rules);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}
