use std::{collections::HashSet, sync::Arc};

use axum::{Router, extract::Request, response::Response};
use server_fn::axum::server_fn_paths;
use tower::ServiceExt;

use super::{HttpSettings, RequestContext, cookies::CookiePolicy, limits::RequestLimits};
use crate::{auth::AuthService, domain::paths};

/// What the handlers of the edge need.
#[derive(Debug, Clone)]
pub(super) struct EdgeState {
    pub auth: AuthService,
    pub settings: Arc<HttpSettings>,
    pub cookies: CookiePolicy,
    pub limits: RequestLimits,
    /// The application that the edge stands around.
    application: Router,
    /// The paths of all server functions of this program, the application's and ours.
    server_functions: Arc<HashSet<&'static str>>,
}

impl EdgeState {
    pub fn new(auth: AuthService, settings: HttpSettings, application: Router) -> Self {
        Self {
            auth,
            cookies: CookiePolicy::new(settings.cookie_prefix.clone(), settings.is_https()),
            settings: Arc::new(settings),
            limits: RequestLimits::new(),
            application,
            server_functions: Arc::new(server_fn_paths().map(|(path, _)| path).collect()),
        }
    }

    /// Has the application answer a request.
    pub async fn call(&self, context: Option<RequestContext>, mut request: Request) -> Response {
        if let Some(context) = context {
            request.extensions_mut().insert(Arc::new(context));
        }
        let answer = self.application.clone().oneshot(request).await;
        answer.unwrap_or_else(|never| match never {})
    }

    /// Those of our server functions that are at other paths than they have to be.
    pub fn moved_functions(&self) -> Vec<&'static str> {
        let ours = paths::SERVER_FUNCTIONS.into_iter();
        ours.filter(|path| !self.is_server_function(path)).collect()
    }

    pub fn is_server_function(&self, path: &str) -> bool {
        self.server_functions.contains(path)
    }
}
