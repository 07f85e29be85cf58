//! How much of an application's own code a login takes: the difference between `tests/start-axum`,
//! which is the template of Leptos for axum as it was in December 2025, and `examples/minimal`.
#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

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

/// The lines that the example adds to each file of the template.
fn added_lines() -> BTreeMap<String, Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (before, after) = (root.join("tests/start-axum"), root.join("examples/minimal"));
    let (mut names, mut template) = (BTreeSet::new(), BTreeSet::new());
    files(&after, Path::new(""), &mut names);
    files(&before, Path::new(""), &mut template);
    assert_eq!(names, template, "nothing is added but lines");
    let mut added = BTreeMap::new();
    for name in names {
        let old = fs::read_to_string(before.join(&name)).unwrap();
        let new = fs::read_to_string(after.join(&name)).unwrap();
        let diff = TextDiff::from_lines(&old, &new);
        let lines: Vec<_> = diff
            .iter_all_changes()
            .filter(|change| change.tag() == ChangeTag::Insert)
            .map(|change| change.value().trim().to_owned())
            .filter(|line| is_counted(line))
            .collect();
        if !lines.is_empty() {
            added.insert(name, lines);
        }
    }
    added
}

#[test]
fn a_login_takes_at_most_twelve_lines() {
    let added = added_lines();
    let lines: Vec<_> = added.values().flatten().cloned().collect();
    assert!(lines.len() > 5, "only {} lines were found", lines.len());
    assert!(
        lines.len() <= MAX_LINES,
        "{} lines:\n{}",
        lines.len(),
        lines.join("\n")
    );
    assert!(added.len() <= MAX_FILES, "{} files", added.len());
}

/// Whoever follows the guide word for word has the example that Playwright signs in to.
#[test]
fn the_guide_has_the_lines_of_the_example_and_no_other() {
    let guide = include_str!("../docs/LIBRARY.md");
    let blocks = guide.split("```diff\n").skip(1);
    let code = blocks.flat_map(|block| block.split("```").next().unwrap().lines());
    let (mut told, mut removed) = (BTreeSet::new(), BTreeSet::new());
    for line in code {
        let line = line.trim_start().split_at_checked(1).unwrap_or_default();
        match line {
            ("+", line) if is_counted(line) => told.insert(line.trim().to_owned()),
            ("-", line) => removed.insert(line.trim().to_owned()),
            _ => false,
        };
    }
    let added: BTreeSet<_> = added_lines().into_values().flatten().collect();
    assert_eq!(told, added);
    let template = ["Cargo.toml", "src/app.rs", "src/main.rs"].map(|name| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/start-axum");
        fs::read_to_string(path.join(name)).unwrap()
    });
    let template = template.concat();
    for line in removed {
        assert!(template.contains(&line), "the template has no line {line}");
    }
}
