//! Holds the source to the module map in `docs/ARCHITECTURE.md`: imports point one way.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use syn::visit::{self, Visit};

/// Each module of `src/`, after all those that it imports, and the modules that it may import.
const MODULES: [(&str, &[&str]); 12] = [
    ("domain", &[]),
    ("store", &["domain"]),
    ("mail", &["domain"]),
    ("auth", &["store", "mail", "domain"]),
    ("http", &["auth", "domain"]),
    ("server", &["http", "auth", "store", "mail", "domain"]),
    (
        "cli",
        &["server", "http", "auth", "store", "mail", "domain"],
    ),
    ("browser", &["domain"]),
    ("api", &["http", "browser", "domain"]),
    ("ui", &["api", "browser", "domain"]),
    ("app", &[]),
    ("main", &["cli"]), // the exported function of that name
];

/// Crates that a module must know nothing about.
const FORBIDDEN_CRATES: [(&str, &[&str]); 5] = [
    (
        "domain",
        &[
            "axum",
            "http",
            "leptos",
            "leptos_axum",
            "sqlx",
            "web_sys",
            "tokio",
        ],
    ),
    ("store", &["axum", "http", "leptos", "leptos_axum"]),
    (
        "mail",
        &["axum", "http", "leptos", "leptos_axum", "sqlx", "rusqlite"],
    ),
    (
        "auth",
        &[
            "axum",
            "http",
            "leptos",
            "leptos_axum",
            "lettre",
            "sqlx",
            "rusqlite",
        ],
    ),
    ("ui", &["axum", "leptos_axum", "web_sys", "js_sys"]),
];

/// The first segment of each path in a file, and for paths into this crate the module.
#[derive(Default)]
struct Paths {
    modules: BTreeSet<String>,
    crates: BTreeSet<String>,
}

impl Paths {
    fn add(&mut self, first: &str, second: &[String]) {
        if first == "crate" || first == "countersign" {
            self.modules.extend(second.iter().cloned());
        } else {
            self.crates.insert(first.to_owned());
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        for (first, second) in first_segments(&item.tree) {
            self.add(&first, &second);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut segments = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        if let (Some(first), Some(second)) = (segments.next(), segments.next()) {
            self.add(&first, &[second]);
        }
        visit::visit_path(self, path);
    }
}

/// The names at the top of a use tree, each with the names one level below.
fn first_segments(tree: &syn::UseTree) -> Vec<(String, Vec<String>)> {
    match tree {
        syn::UseTree::Path(path) => vec![(path.ident.to_string(), names(&path.tree))],
        syn::UseTree::Group(group) => group.items.iter().flat_map(first_segments).collect(),
        _ => Vec::new(),
    }
}

fn names(tree: &syn::UseTree) -> Vec<String> {
    match tree {
        syn::UseTree::Path(path) => vec![path.ident.to_string()],
        syn::UseTree::Name(name) => vec![name.ident.to_string()],
        syn::UseTree::Rename(rename) => vec![rename.ident.to_string()],
        syn::UseTree::Group(group) => group.items.iter().flat_map(names).collect(),
        syn::UseTree::Glob(_) => Vec::new(),
    }
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The Rust files of a module: those of its folder, or its one file.
fn files(module: &str) -> Vec<PathBuf> {
    let mut waiting = vec![source().join(module)];
    let mut files = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(
                fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    if files.is_empty() {
        files.push(source().join(module).with_extension("rs"));
    }
    files
}

fn paths(file: &Path) -> Paths {
    let text = fs::read_to_string(file).unwrap();
    let mut paths = Paths::default();
    paths.visit_file(&syn::parse_file(&text).unwrap());
    paths
}

#[test]
fn imports_point_one_way() {
    let known: BTreeSet<_> = MODULES
        .iter()
        .map(|(module, _)| (*module).to_owned())
        .collect();
    let mut imports = 0;
    for (module, allowed) in MODULES {
        for file in files(module) {
            let found = paths(&file).modules;
            for imported in found
                .intersection(&known)
                .filter(|imported| *imported != module)
            {
                imports += 1;
                let is_allowed = allowed.contains(&imported.as_str());
                assert!(is_allowed, "{} imports {imported}", file.display());
            }
        }
    }
    assert!(imports > 100, "only {imports} imports were found");
}

#[test]
fn the_allowed_imports_have_no_circle() {
    for (at, (module, allowed)) in MODULES.iter().enumerate() {
        for imported in *allowed {
            let is_before = MODULES[..at].iter().any(|(before, _)| before == imported);
            assert!(is_before, "{module} imports {imported}");
        }
    }
}

#[test]
fn every_module_is_on_the_map() {
    let found = fs::read_dir(source())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    for path in found.filter(|path| !path.ends_with("lib.rs")) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(MODULES.iter().any(|(module, _)| *module == name), "{name}");
    }
}

#[test]
fn every_file_is_a_module_of_the_crate() {
    for (module, _) in MODULES {
        for file in files(module) {
            let is_folder = file.ends_with("mod.rs");
            let itself = if is_folder {
                file.parent().unwrap()
            } else {
                &file
            };
            let declaration = format!("mod {};", itself.file_stem().unwrap().to_str().unwrap());
            // `lib.rs` also declares what depends on a feature, and `main.rs` is a crate of its own.
            let parents = [itself.with_file_name("mod.rs"), source().join("lib.rs")];
            let is_declared = parents.iter().any(|parent| {
                fs::read_to_string(parent).is_ok_and(|text| text.contains(&declaration))
            });
            let lib = fs::read_to_string(source().join("lib.rs")).unwrap();
            let path = file.strip_prefix(source()).unwrap().display();
            let is_variant = lib.contains(&format!("#[path = \"{path}\"]"));
            assert!(is_declared || is_variant || module == "main", "{path}");
        }
    }
}

#[test]
fn modules_know_nothing_of_crates_that_are_not_their_business() {
    for (module, forbidden) in FORBIDDEN_CRATES {
        for file in files(module) {
            let crates = paths(&file).crates;
            let found: Vec<_> = forbidden
                .iter()
                .filter(|name| crates.contains(**name))
                .collect();
            assert!(found.is_empty(), "{} uses {found:?}", file.display());
        }
    }
}

#[test]
fn features_are_asked_for_in_lib_rs_alone() {
    for (module, _) in MODULES {
        for file in files(module) {
            let text = fs::read_to_string(&file).unwrap();
            let asks = text.contains("cfg(feature") || text.contains("cfg_attr(feature");
            assert!(!asks, "{}", file.display());
        }
    }
}

/// The diff of `lib.rs` is the diff of the public API.
#[test]
fn every_public_item_is_a_pub_use_in_lib_rs() {
    for item in lib_items() {
        match item {
            // Such as `compile_error!`.
            syn::Item::Use(_) | syn::Item::Macro(_) => {}
            syn::Item::Mod(item) if item.ident == "internals" => {
                let is_hidden = |attribute: &syn::Attribute| {
                    let list = attribute.meta.require_list();
                    list.is_ok_and(|list| list.tokens.to_string() == "hidden")
                };
                assert!(item.attrs.iter().any(is_hidden), "internals is documented");
            }
            syn::Item::Mod(item) => assert!(!is_public(&item.vis), "pub mod {}", item.ident),
            _ => panic!("lib.rs has more than modules and exports"),
        }
    }
}

/// What our application needs has to be there for every application.
#[test]
fn our_application_uses_nothing_but_the_public_api() {
    let public: BTreeSet<_> = lib_items()
        .into_iter()
        .filter_map(|item| match item {
            syn::Item::Use(item) if is_public(&item.vis) => Some(exported(&item.tree)),
            _ => None,
        })
        .flatten()
        .collect();
    let mut imports = 0;
    for file in [files("app"), files("main")].concat() {
        for name in paths(&file).modules.iter().filter(|name| *name != "app") {
            assert!(public.contains(name), "{} uses {name}", file.display());
            imports += 1;
        }
    }
    assert!(imports > 15, "only {imports} imports were found");
}

fn lib_items() -> Vec<syn::Item> {
    let text = fs::read_to_string(source().join("lib.rs")).unwrap();
    syn::parse_file(&text).unwrap().items
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

/// The names that a use tree exports.
fn exported(tree: &syn::UseTree) -> Vec<String> {
    match tree {
        syn::UseTree::Path(path) => exported(&path.tree),
        syn::UseTree::Name(name) => vec![name.ident.to_string()],
        syn::UseTree::Rename(rename) => vec![rename.rename.to_string()],
        syn::UseTree::Group(group) => group.items.iter().flat_map(exported).collect(),
        syn::UseTree::Glob(_) => panic!("a glob hides what it exports"),
    }
}

#[test]
fn the_architecture_page_names_only_files_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/ARCHITECTURE.md")).unwrap();
    let mut names = 0;
    for name in text.split('`').filter(|quoted| is_source_file(quoted)) {
        let exists = ["", "src", "style"]
            .iter()
            .any(|folder| root.join(folder).join(name).exists());
        assert!(exists, "{name}");
        names += 1;
    }
    assert!(names > 50, "only {names} names were found");
}

fn is_source_file(name: &str) -> bool {
    let has_extension = [".rs", ".css", ".toml", ".ts", ".sql"]
        .iter()
        .any(|extension| name.ends_with(extension));
    has_extension && !name.contains([' ', '*', '…'])
}
