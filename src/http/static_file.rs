use std::{
    fmt,
    io::{self, Write},
};

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use brotli::CompressorWriter;

/// For a file whose name holds the hash of its content.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For other files, which may change with the next release.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
/// The content codings of the files that a build compresses, the smallest first, and the file
/// extension of each.
pub(super) const CODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// The characters of a hash.
const HASH_LENGTH: usize = 12;
/// The parameters of the best brotli compression. The window of 64 KiB is for small files: with the
/// one of 4 MiB that is usual, most of the time is spent on clearing memory.
const BROTLI_BUFFER: usize = 4096;
const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW: u32 = 16;

/// A file that is the same for everybody.
pub(super) struct StaticFile {
    media_type: HeaderValue,
    etag: HeaderValue,
    cache_control: HeaderValue,
    plain: Bytes,
    /// In the order of [`CODINGS`], as far as they exist.
    coded: Vec<(&'static str, Bytes)>,
}

impl StaticFile {
    /// `hashed` says that the name of the file holds the hash of its content.
    ///
    /// # Errors
    /// When the media type can't be in a header.
    pub fn new(
        media_type: &str,
        hashed: bool,
        plain: Bytes,
        coded: Vec<(&'static str, Bytes)>,
    ) -> io::Result<Self> {
        let hash = hash_of(&plain);
        Ok(Self {
            media_type: HeaderValue::from_str(media_type).map_err(io::Error::other)?,
            // Weak, since all codings of a file share it (RFC 9110 §8.8.1).
            etag: HeaderValue::from_str(&format!("W/\"{hash}\"")).map_err(io::Error::other)?,
            cache_control: if hashed { IMMUTABLE } else { REVALIDATE },
            coded,
            plain,
        })
    }

    pub fn respond(&self, headers: &HeaderMap) -> Response {
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
impl fmt::Debug for StaticFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticFile")
            .field("etag", &self.etag)
            .finish_non_exhaustive()
    }
}

/// The hash of a content, for a name or an entity tag: 72 bits of SHA-256.
pub(super) fn hash_of(content: &[u8]) -> String {
    let mut hash = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, content));
    hash.truncate(HASH_LENGTH);
    hash
}

/// # Errors
/// None: memory is written to.
pub(super) fn brotli(content: &[u8]) -> io::Result<Bytes> {
    let mut writer =
        CompressorWriter::new(Vec::new(), BROTLI_BUFFER, BROTLI_QUALITY, BROTLI_WINDOW);
    writer.write_all(content)?;
    Ok(writer.into_inner().into())
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
