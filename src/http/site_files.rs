use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{body::Bytes, http::HeaderMap, response::Response};

use super::static_file::{CODINGS, StaticFile};

/// The files of the built site, read once at the start.
///
/// All clients share one copy, and no file is held open: an HTTP/2 client can request a hundred
/// files without reading a byte of them, which with tower-http's `ServeDir` takes an open file
/// each.
#[derive(Debug, Clone)]
pub(super) struct SiteFiles {
    root: PathBuf,
    /// `None` under live reload, where a file is read whenever it is requested.
    loaded: Option<Arc<Files>>,
}

/// By path, which begins with a slash. A path that is not in here is no file of the site.
type Files = HashMap<String, StaticFile>;

impl SiteFiles {
    /// Reads all files below `root`, which need not exist.
    ///
    /// # Errors
    /// When one of them can't be read.
    pub fn read(root: &Path, live_reload: bool) -> io::Result<Self> {
        let loaded = if live_reload {
            None
        } else {
            Some(Arc::new(read_all(root)?))
        };
        Ok(Self {
            root: root.to_owned(),
            loaded,
        })
    }

    /// The response with the file at a path, in the smallest form that the client accepts. `None`
    /// if there is no such file.
    #[must_use]
    pub fn find(&self, path: &str, headers: &HeaderMap) -> Option<Response> {
        let files = match &self.loaded {
            Some(files) => Arc::clone(files),
            None => Arc::new(read_all(&self.root).ok()?),
        };
        Some(files.get(path)?.respond(headers))
    }
}

fn read_all(root: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        let entries = match fs::read_dir(&directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            let is_coded = path
                .extension()
                .is_some_and(|found| CODINGS.iter().any(|(_, coded)| found == *coded));
            if path.is_dir() {
                directories.push(path);
            } else if let (Ok(below), false) = (path.strip_prefix(root), is_coded) {
                let address = format!("/{}", below.display());
                let file = read_file(&path, has_hash(&address))?;
                files.insert(address, file);
            }
        }
    }
    Ok(files)
}

fn read_file(path: &Path, hashed: bool) -> io::Result<StaticFile> {
    let plain = Bytes::from(fs::read(path)?);
    let beside = CODINGS.iter().filter_map(|(coding, extension)| {
        let mut coded = path.as_os_str().to_owned();
        coded.push(".");
        coded.push(extension);
        match fs::read(coded) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            bytes => Some(bytes.map(|bytes| (*coding, Bytes::from(bytes)))),
        }
    });
    let media_type = mime_guess::from_path(path).first_or_octet_stream();
    let coded = beside.collect::<io::Result<_>>()?;
    StaticFile::new(media_type.as_ref(), hashed, plain, coded)
}

/// `/pkg/name.HASH.ext`, as cargo-leptos names files: 22 characters of base64.
fn has_hash(path: &str) -> bool {
    let mut parts = path
        .strip_prefix("/pkg/")
        .unwrap_or_default()
        .rsplit('.')
        .skip(1);
    parts.next().is_some_and(|hash| hash.len() == 22)
}

#[cfg(test)]
mod tests {
    use axum::http::{StatusCode, header};

    use super::*;

    fn header(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn only_a_hashed_name_is_immutable() {
        assert!(has_hash("/pkg/countersign.KYl0tOgq_lmvXMCI6zqJuA.css"));
        for path in [
            "/pkg/countersign.css",
            "/favicon.svg",
            "/",
            "/pkg/",
            "/a.KYl0tOgq_lmvXMCI6zqJuA.css",
        ] {
            assert!(!has_hash(path), "{path}");
        }
    }

    #[test]
    fn a_client_gets_the_smallest_form_that_it_accepts() {
        let directory = tempfile::TempDir::new().unwrap();
        for (name, content) in [
            ("a.js", "plain"),
            ("a.js.br", "brotli"),
            ("a.js.gz", "gzip"),
            ("b.svg", "<svg/>"),
        ] {
            fs::write(directory.path().join(name), content).unwrap();
        }
        let files = SiteFiles::read(directory.path(), false).unwrap();
        let coding = |path: &str, accepted: &str| {
            let response = files
                .find(path, &header(header::ACCEPT_ENCODING, accepted))
                .unwrap();
            let coding = response
                .headers()
                .get(header::CONTENT_ENCODING)
                .map(|coding| coding.to_str().unwrap().to_owned());
            assert_eq!(response.headers()[header::VARY], "accept-encoding");
            coding.unwrap_or_default()
        };
        assert_eq!(coding("/a.js", "gzip, deflate, br, zstd"), "br");
        assert_eq!(coding("/a.js", "gzip"), "gzip");
        assert_eq!(coding("/a.js", "br;q=0, gzip;q=0.5"), "gzip");
        assert_eq!(coding("/a.js", "identity"), "");
        assert_eq!(coding("/b.svg", "br"), "");
        for path in ["/a.js.br", "/c.js", "/", "", "/../a.js", "//a.js", "a.js"] {
            assert!(files.find(path, &HeaderMap::new()).is_none(), "{path}");
        }
    }

    #[test]
    fn a_client_that_has_a_file_is_not_sent_it_again() {
        let directory = tempfile::TempDir::new().unwrap();
        fs::write(directory.path().join("a.js"), "1").unwrap();
        let files = SiteFiles::read(directory.path(), false).unwrap();
        let first = files.find("/a.js", &HeaderMap::new()).unwrap();
        assert_eq!(
            (first.status(), &first.headers()[header::CONTENT_TYPE]),
            (StatusCode::OK, &"text/javascript".parse().unwrap())
        );
        let tag = first.headers()[header::ETAG].to_str().unwrap();
        let known = files
            .find(
                "/a.js",
                &header(header::IF_NONE_MATCH, &format!("\"x\", {tag}")),
            )
            .unwrap();
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
        let other = files
            .find("/a.js", &header(header::IF_NONE_MATCH, "\"x\""))
            .unwrap();
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[test]
    fn live_reload_sees_what_was_built_since() {
        let directory = tempfile::TempDir::new().unwrap();
        let (once, live) = (
            SiteFiles::read(directory.path(), false).unwrap(),
            SiteFiles::read(directory.path(), true).unwrap(),
        );
        fs::write(directory.path().join("a.js"), "1").unwrap();
        assert!(once.find("/a.js", &HeaderMap::new()).is_none());
        assert!(live.find("/a.js", &HeaderMap::new()).is_some());
    }
}
