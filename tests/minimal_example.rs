//! How much of an application's own code a login takes: the difference between `tests/start-axum`,
//! which is the template of Leptos for axum as it was in December 2025, and `examples/minimal`.
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeSet, fs, path::Path};

use similar::{ChangeTag, TextDiff};

/// What a new user is promised.
const MAX_LINES: usize = 12;
const MAX_FILES: usize = 5;

/// The files of a folder, as paths below it.
fn files(folder: &Path, below: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder.join(below)).unwrap() {
        let entry = entry.unwrap();
        let path = below.join(entry.file_name());
        let name = path.to_str().unwrap().to_owned();
        if ["target", "data", "Cargo.lock", "public"].contains(&name.as_str()) {
            continue;
        }
        if entry.path().is_dir() {
            files(folder, &path, found);
        } else {
            found.insert(name);
        }
    }
}

/// Whether a line says something: it is not empty, and not only the end of something.
fn is_counted(line: &str) -> bool {
    let line = line.trim();
    line.chars().any(char::is_alphanumeric) && !line.starts_with("</")
}

#[test]
fn a_login_takes_at_most_twelve_lines() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (before, after) = (root.join("tests/start-axum"), root.join("examples/minimal"));
    let (mut names, mut template) = (BTreeSet::new(), BTreeSet::new());
    files(&after, Path::new(""), &mut names);
    files(&before, Path::new(""), &mut template);
    assert_eq!(names, template, "nothing is added but lines");
    let (mut added, mut changed) = (Vec::new(), 0);
    for name in &names {
        let old = fs::read_to_string(before.join(name)).unwrap();
        let new = fs::read_to_string(after.join(name)).unwrap();
        let diff = TextDiff::from_lines(&old, &new);
        let lines = diff
            .iter_all_changes()
            .filter(|change| change.tag() == ChangeTag::Insert)
            .map(|change| change.value().to_owned())
            .filter(|line| is_counted(line));
        let lines: Vec<_> = lines.collect();
        changed += usize::from(!lines.is_empty());
        added.extend(lines);
    }
    assert!(added.len() > 5, "only {} lines were found", added.len());
    assert!(
        added.len() <= MAX_LINES,
        "{} lines:\n{}",
        added.len(),
        added.concat()
    );
    assert!(changed <= MAX_FILES, "{changed} files");
}
