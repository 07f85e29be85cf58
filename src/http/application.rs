use super::{
    RequestContext, contract::call_server_function, cross_site::check_site, edge_state::EdgeState,
    pages::show_page,
};
use crate::domain::paths;
use axum::{
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Passes a request on to the application, with what the edge knows about it. What may change
/// something has to come from this site, or to bring a token.
pub(super) async fn pass_on(State(state): State<EdgeState>, request: Request) -> Response {
    let path = request.uri().path();
    if paths::SERVER_FUNCTIONS.contains(&path) {
        return call_server_function(&state, request).await;
    }
    let is_server_function = state.is_server_function(path);
    match *request.method() {
        Method::GET | Method::HEAD if !is_server_function => show_page(&state, request).await,
        Method::OPTIONS if !is_server_function => state.call(None, request).await,
        _ if is_server_function && is_websocket(&request) => without_websockets(),
        _ => {
            check_site(&state, request, async |request| {
                let context = RequestContext::new(&state, &request);
                state.call(Some(context), request).await
            })
            .await
        }
    }
}

fn is_websocket(request: &Request) -> bool {
    let upgrade = request.headers().get(header::UPGRADE);
    upgrade.is_some_and(|protocol| protocol.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// A browser sends no token when it opens one, and a session that ends would not close it.
fn without_websockets() -> Response {
    let text = "server functions are not served over WebSockets here: \
                a socket can't carry an access token\n";
    (StatusCode::NOT_IMPLEMENTED, text).into_response()
}
