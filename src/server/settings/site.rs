use std::{
    collections::HashMap,
    env, fs, io,
    path::{Path, PathBuf, absolute},
};

use thiserror::Error;

use super::Settings;

/// Why the pages would lack their files. The text says what to do.
#[derive(Debug, Error)]
pub enum SiteMissing {
    #[error(
        "{} is missing: build the pages with `make build`, or set LEPTOS_SITE_ROOT to the \
         directory of the built site", .0.display()
    )]
    Directory(PathBuf),
    #[error(
        "{}, the hashes in the names of the site's files, can't be read or is not complete: \
         install that of the same build beside the program ({cause})", file.display()
    )]
    Hashes { file: PathBuf, cause: io::Error },
    #[error(
        "{} is missing, which {} names: install both and the program from the same build, or set \
         LEPTOS_SITE_ROOT to the directory of its site", file.display(), hashes.display()
    )]
    File { file: PathBuf, hashes: PathBuf },
}

/// The kinds of files that every page names.
const NAMED: [&str; 3] = ["css", "js", "wasm"];

impl Settings {
    /// Requires the built site, and in it every file whose name the pages take from the file of
    /// hashes beside this program, as Leptos does.
    ///
    /// # Errors
    /// When one of them does not exist.
    pub fn require_site(&self) -> Result<(), SiteMissing> {
        let options = &self.leptos;
        let pages = Path::new(&*options.site_root).join(&*options.site_pkg_dir);
        if !pages.is_dir() {
            // The working directory may be the mistake.
            return Err(SiteMissing::Directory(absolute(&pages).unwrap_or(pages)));
        }
        if !options.hash_files {
            return Ok(());
        }
        let program = env::current_exe().unwrap_or_default();
        let file = program.with_file_name(&*options.hash_file);
        let hashes = read_hashes(&file).map_err(|cause| SiteMissing::Hashes {
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
            Some(missing) => Err(SiteMissing::File {
                file: missing,
                hashes: file,
            }),
            None => Ok(()),
        }
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
