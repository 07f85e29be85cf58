use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

/// A file whose name holds the hash of its content never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Other files may change with the next release, and are asked for again.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
/// The forms beside a file that a build leaves there, the smallest first: their content coding and extension.
const CODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// The built site, read once at the start. However many clients read it, and however slowly, they all share this one copy
/// and hold no file open: a client of HTTP/2 asks for a hundred files at a time without taking one byte of them.
#[derive(Debug, Clone)]
pub struct SiteFiles {
    root: PathBuf,
    /// `None` under live reload: then they are read whenever one is asked for.
    read: Option<Arc<Files>>,
}

/// By their path, which begins with a slash. What is not in here is no file of the site, whatever a path says.
type Files = HashMap<String, SiteFile>;

struct SiteFile {
    media_type: HeaderValue,
    tag: HeaderValue,
    caching: HeaderValue,
    plain: Bytes,
    /// In the order of [`CODINGS`], as far as they are there.
    coded: Vec<(&'static str, Bytes)>,
}

impl SiteFiles {
    /// Reads all files below `root`. There may be none: then there are no pages that run scripts.
    ///
    /// # Errors
    /// When one of them can't be read.
    pub fn read(root: &Path, live_reload: bool) -> io::Result<Self> {
        let read = if live_reload {
            None
        } else {
            Some(Arc::new(read_all(root)?))
        };
        Ok(Self {
            root: root.to_owned(),
            read,
        })
    }

    /// The file at a path in the smallest form that the client takes, or that it has it already. `None` if there is none.
    #[must_use]
    pub fn answer(&self, path: &str, headers: &HeaderMap) -> Option<Response> {
        let files = match &self.read {
            Some(files) => Arc::clone(files),
            None => Arc::new(read_all(&self.root).ok()?),
        };
        Some(files.get(path)?.answer(headers))
    }
}

impl SiteFile {
    fn answer(&self, headers: &HeaderMap) -> Response {
        let common = [
            (header::ETAG, self.tag.clone()),
            (header::CACHE_CONTROL, self.caching.clone()),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ];
        if knows(headers, &self.tag) {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        let typed = [(header::CONTENT_TYPE, self.media_type.clone())];
        match self.coded.iter().find(|(coding, _)| takes(headers, coding)) {
            Some((coding, bytes)) => (
                common,
                typed,
                [(header::CONTENT_ENCODING, *coding)],
                Body::from(bytes.clone()),
            )
                .into_response(),
            None => (common, typed, Body::from(self.plain.clone())).into_response(),
        }
    }
}

/// Shows no content.
impl std::fmt::Debug for SiteFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SiteFile")
            .field("tag", &self.tag)
            .finish_non_exhaustive()
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

fn read_file(path: &Path, hashed: bool) -> io::Result<SiteFile> {
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
    let hash = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, &plain));
    Ok(SiteFile {
        media_type: HeaderValue::from_str(media_type.as_ref()).map_err(io::Error::other)?,
        // Weak: all forms of a file share it (RFC 9110 §8.8.1).
        tag: HeaderValue::from_str(&format!("W/\"{hash}\"")).map_err(io::Error::other)?,
        caching: if hashed { FOR_EVER } else { ASK_AGAIN },
        coded: beside.collect::<io::Result<_>>()?,
        plain,
    })
}

/// Whether a client has what is tagged so (RFC 9110 §13.1.2).
fn knows(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let lists = headers
        .get_all(header::IF_NONE_MATCH)
        .into_iter()
        .filter_map(|list| list.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .any(|known| tag == known.trim())
}

/// Whether a client takes a content coding: it names it, and not with a quality of zero (RFC 9110 §12.5.3).
fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let lists = headers
        .get_all(header::ACCEPT_ENCODING)
        .into_iter()
        .filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|entry| {
        let (name, quality) = entry.split_once(';').unwrap_or((entry, ""));
        let quality = quality
            .trim()
            .strip_prefix("q=")
            .and_then(|quality| quality.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(coding) && quality.is_none_or(|quality| quality > 0.0)
    })
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
    use super::*;

    fn header(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn only_a_hashed_name_is_for_ever() {
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
    fn a_client_gets_the_smallest_form_that_it_takes() {
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
            let answer = files
                .answer(path, &header(header::ACCEPT_ENCODING, accepted))
                .unwrap();
            let coding = answer
                .headers()
                .get(header::CONTENT_ENCODING)
                .map(|coding| coding.to_str().unwrap().to_owned());
            assert_eq!(answer.headers()[header::VARY], "accept-encoding");
            coding.unwrap_or_default()
        };
        assert_eq!(coding("/a.js", "gzip, deflate, br, zstd"), "br");
        assert_eq!(coding("/a.js", "gzip"), "gzip");
        assert_eq!(coding("/a.js", "br;q=0, gzip;q=0.5"), "gzip");
        assert_eq!(coding("/a.js", "identity"), "");
        assert_eq!(coding("/b.svg", "br"), "");
        for path in ["/a.js.br", "/c.js", "/", "", "/../a.js", "//a.js", "a.js"] {
            assert!(files.answer(path, &HeaderMap::new()).is_none(), "{path}");
        }
    }

    #[test]
    fn who_has_a_file_is_not_sent_it_again() {
        let directory = tempfile::TempDir::new().unwrap();
        fs::write(directory.path().join("a.js"), "1").unwrap();
        let files = SiteFiles::read(directory.path(), false).unwrap();
        let first = files.answer("/a.js", &HeaderMap::new()).unwrap();
        assert_eq!(
            (first.status(), &first.headers()[header::CONTENT_TYPE]),
            (StatusCode::OK, &"text/javascript".parse().unwrap())
        );
        let tag = first.headers()[header::ETAG].to_str().unwrap();
        let known = files
            .answer(
                "/a.js",
                &header(header::IF_NONE_MATCH, &format!("\"x\", {tag}")),
            )
            .unwrap();
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
        let other = files
            .answer("/a.js", &header(header::IF_NONE_MATCH, "\"x\""))
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
        assert!(once.answer("/a.js", &HeaderMap::new()).is_none());
        assert!(live.answer("/a.js", &HeaderMap::new()).is_some());
    }
}
