//! Tests that every test named in `docs/SECURITY-CASES.md` exists.

use std::{
    fs,
    path::{Path, PathBuf},
};

const PAGE: &str = include_str!("../../docs/SECURITY-CASES.md");

/// The contents of all files below a directory whose names end in `ending`.
fn sources(directory: &str, ending: &str) -> String {
    let mut todo = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(directory)];
    let mut text = String::new();
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            let below = fs::read_dir(&path)
                .unwrap()
                .map(|entry| entry.unwrap().path());
            todo.extend(below.filter(|path: &PathBuf| !path.ends_with("node_modules")));
        } else if path.to_str().unwrap().ends_with(ending) {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
    text
}

/// The cells of every row: number, threat, defence, tests.
fn rows() -> Vec<Vec<&'static str>> {
    let cells = |line: &'static str| line.trim_matches('|').split('|').map(str::trim).collect();
    PAGE.lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| #"))
        .map(cells)
        .collect()
}

#[test]
fn every_case_names_tests_that_exist() {
    let rust = sources("src", ".rs") + &sources("tests", ".rs");
    let specs = sources("end2end/tests", ".spec.ts") + &sources("end2end/examples", ".spec.ts");
    for row in rows() {
        let [number, _, _, tests] = row[..] else {
            panic!("{row:?}")
        };
        let named: Vec<_> = tests.split('`').skip(1).step_by(2).collect();
        let titled: Vec<_> = tests.split('"').skip(1).step_by(2).collect();
        assert!(
            !named.is_empty() || !titled.is_empty(),
            "case {number} has no test"
        );
        for name in named {
            assert!(
                rust.contains(&format!("fn {name}(")),
                "case {number}: there is no test {name}"
            );
        }
        for title in titled {
            assert!(
                specs.contains(&format!("(\"{title}\"")),
                "case {number}: there is no spec {title:?}"
            );
        }
    }
}

#[test]
fn no_case_number_is_missing() {
    let mut numbers: Vec<usize> = rows().iter().map(|row| row[0].parse().unwrap()).collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(1..=rows().len()));
}
