use std::{
    collections::HashMap,
    fmt, fs, io,
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

/// For a file whose name holds the hash of its content.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For other files, which may change with the next release.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
/// The content codings of the files that a build compresses, the smallest first, and the file
/// extension of each.
const CODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

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
type Files = HashMap<String, SiteFile>;

struct SiteFile {
    media_type: HeaderValue,
    etag: HeaderValue,
    cache_control: HeaderValue,
    plain: Bytes,
    /// In the order of [`CODINGS`], as far as they exist.
    coded: Vec<(&'static str, Bytes)>,
}

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

impl SiteFile {
    fn respond(&self, headers: &HeaderMap) -> Response {
        let common = [
            (header::ETAG, self.etag.clone()),
            (header::CACHE_CONTROL, self.cache_control.clone()),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ];
        if has_current(headers, &self.etag) {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        let media_type = [(header::CONTENT_TYPE, self.media_type.clone())];
        match self
            .coded
            .iter()
            .find(|(coding, _)| accepts(headers, coding))
        {
            Some((coding, bytes)) => {
                let coding = [(header::CONTENT_ENCODING, *coding)];
                (common, media_type, coding, Body::from(bytes.clone())).into_response()
            }
            None => (common, media_type, Body::from(self.plain.clone())).into_response(),
        }
    }
}

/// Prints no content.
impl fmt::Debug for SiteFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SiteFile")
            .field("etag", &self.etag)
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
        // Weak, since all codings of a file share it (RFC 9110 §8.8.1).
        etag: HeaderValue::from_str(&format!("W/\"{hash}\"")).map_err(io::Error::other)?,
        cache_control: if hashed { IMMUTABLE } else { REVALIDATE },
        coded: beside.collect::<io::Result<_>>()?,
        plain,
    })
}

/// Whether the client has the file with this entity tag already (RFC 9110 §13.1.2).
fn has_current(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let lists = headers
        .get_all(header::IF_NONE_MATCH)
        .into_iter()
        .filter_map(|list| list.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .any(|known| tag == known.trim())
}

/// Whether the client names a content coding, with a quality above zero (RFC 9110 §12.5.3).
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
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
