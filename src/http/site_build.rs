use std::{
    collections::HashMap,
    env, fs, io,
    path::{Path, absolute},
};

use leptos::config::LeptosOptions;

use super::SiteError;

/// The kinds of files that every page names.
const NAMED: [&str; 3] = ["css", "js", "wasm"];

/// Requires the built site, and in it every file whose name the pages take from the file of hashes
/// beside this program, as Leptos does.
pub(super) fn require_site(options: &LeptosOptions) -> Result<(), SiteError> {
    let pages = Path::new(&*options.site_root).join(&*options.site_pkg_dir);
    if !pages.is_dir() {
        // The working directory may be the mistake.
        return Err(SiteError::Directory(absolute(&pages).unwrap_or(pages)));
    }
    if !options.hash_files {
        return Ok(());
    }
    let program = env::current_exe().unwrap_or_default();
    let file = program.with_file_name(&*options.hash_file);
    let hashes = read_hashes(&file).map_err(|cause| SiteError::Hashes {
        file: file.clone(),
        cause,
    })?;
    let names = hashes.into_iter().filter_map(|(kind, hash)| match &*kind {
        "split" => Some(format!("__wasm_split.{hash}.js")),
        "manifest" => Some(format!("__wasm_split_manifest.{hash}.json")),
        _ if NAMED.contains(&&*kind) => Some(format!("{}.{hash}.{kind}", options.output_name)),
        _ => None,
    });
    let mut paths = names.map(|name| pages.join(name));
    match paths.find(|path| !path.exists()) {
        Some(missing) => Err(SiteError::File {
            file: missing,
            hashes: file,
        }),
        None => Ok(()),
    }
}

/// The hash of each kind of file, from lines such as `css: aoIOPN4jhw6gHexqNL_DWg`.
fn read_hashes(file: &Path) -> io::Result<HashMap<String, String>> {
    let text = fs::read_to_string(file)?;
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let hashes: HashMap<_, _> = lines
        .map(|(kind, hash)| (kind.trim().to_owned(), hash.trim().to_owned()))
        .collect();
    match NAMED.iter().find(|kind| !hashes.contains_key(**kind)) {
        Some(kind) => Err(io::Error::other(format!(
            "it has no hash of the {kind} file"
        ))),
        None => Ok(hashes),
    }
}
