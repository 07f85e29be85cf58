use std::sync::LazyLock;

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};

use super::static_file::{StaticFile, brotli, hash_of};
use crate::domain::paths;

/// The parts of the stylesheet of every page, each of which may override those before it.
const PARTS: [&str; 8] = [
    include_str!("../../style/tokens.css"),
    include_str!("../../style/base.css"),
    include_str!("../../style/document.css"),
    include_str!("../../style/layout.css"),
    include_str!("../../style/controls.css"),
    include_str!("../../style/messages.css"),
    include_str!("../../style/scripts.css"),
    include_str!("../../style/preferences.css"),
];
/// The parts of what only the pages of signed-in users need besides: the login form does not wait for it.
const SIGNED_IN_PARTS: [&str; 3] = [
    include_str!("../../style/page.css"),
    include_str!("../../style/menu.css"),
    include_str!("../../style/pieces.css"),
];

static SHEET: LazyLock<Sheet> = LazyLock::new(|| Sheet::new(&PARTS));
static SIGNED_IN_SHEET: LazyLock<Sheet> = LazyLock::new(|| Sheet::new(&SIGNED_IN_PARTS));
/// Of both contents: the wasm knows the second address by the first.
static HASH: LazyLock<String> =
    LazyLock::new(|| hash_of(&[&*SHEET.content, &*SIGNED_IN_SHEET.content].concat()));
static ADDRESS: LazyLock<String> = LazyLock::new(|| format!("/countersign.{}.css", *HASH));
static SIGNED_IN_ADDRESS: LazyLock<String> =
    LazyLock::new(|| paths::signed_in_stylesheet(&ADDRESS));

struct Sheet {
    content: Bytes,
    file: Option<StaticFile>,
}

impl Sheet {
    fn new(parts: &[&str]) -> Self {
        let content = Bytes::from(shortened(&parts.concat()));
        let file = brotli(&content).ok().and_then(|coded| {
            let coded = vec![("br", coded)];
            StaticFile::new("text/css; charset=utf-8", true, content.clone(), coded).ok()
        });
        Self { content, file }
    }

    fn respond(&self, headers: &HeaderMap) -> Response {
        match &self.file {
            Some(file) => file.respond(headers),
            None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

/// The address of the stylesheet of our pages, with the hash of its content.
pub(super) fn address() -> &'static str {
    &ADDRESS
}

/// The address of the one that pages of signed-in users have besides.
pub(super) fn signed_in_address() -> &'static str {
    &SIGNED_IN_ADDRESS
}

/// The stylesheet of our pages. An application gets no style from its dependencies when it is built,
/// and the policy of a page allows none inside of it.
pub(super) fn routes() -> Router {
    let answer = async |headers: HeaderMap| SHEET.respond(&headers);
    let signed_in = async |headers: HeaderMap| SIGNED_IN_SHEET.respond(&headers);
    Router::new()
        .route(address(), get(answer))
        .route(signed_in_address(), get(signed_in))
}

/// Without comments, and without the spaces that only people need.
fn shortened(css: &str) -> String {
    let (mut code, mut rest) = (String::new(), css);
    while let Some((before, comment)) = rest.split_once("/*") {
        code.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code.push_str(rest);
    let lines = code.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines = lines.collect::<Vec<_>>().join("\n");
    lines
        .replace(": ", ":")
        .replace(" {", "{")
        .replace(", ", ",")
}
