use std::sync::LazyLock;

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
    routing::get,
};

use super::static_file::{StaticFile, brotli, hash_of};

/// The parts of the stylesheet, each of which may override those before it.
const PARTS: [&str; 9] = [
    include_str!("../../style/tokens.css"),
    include_str!("../../style/base.css"),
    include_str!("../../style/document.css"),
    include_str!("../../style/layout.css"),
    include_str!("../../style/controls.css"),
    include_str!("../../style/messages.css"),
    include_str!("../../style/pieces.css"),
    include_str!("../../style/scripts.css"),
    include_str!("../../style/preferences.css"),
];
static CONTENT: LazyLock<Bytes> = LazyLock::new(|| shortened(&PARTS.concat()).into());
static ADDRESS: LazyLock<String> =
    LazyLock::new(|| format!("/countersign.{}.css", hash_of(&CONTENT)));
static FILE: LazyLock<Option<StaticFile>> = LazyLock::new(|| {
    let coded = vec![("br", brotli(&CONTENT).ok()?)];
    StaticFile::new("text/css; charset=utf-8", true, CONTENT.clone(), coded).ok()
});

/// The address of the stylesheet of our pages, with the hash of its content.
pub(super) fn address() -> &'static str {
    &ADDRESS
}

/// The stylesheet of our pages. An application gets no style from its dependencies when it is built,
/// and the policy of a page allows none inside of it.
pub(super) fn routes() -> Router {
    let answer = async |headers: HeaderMap| match &*FILE {
        Some(file) => file.respond(&headers),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    Router::new().route(address(), get(answer))
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
