use std::{collections::HashSet, sync::Arc};

use axum::Router;
use server_fn::axum::server_fn_paths;

use super::{HttpSettings, cookies::CookiePolicy, limits::RequestLimits};
use crate::{auth::AuthService, domain::paths};

/// What the handlers of the edge need.
#[derive(Debug, Clone)]
pub(super) struct EdgeState {
    pub auth: AuthService,
    pub settings: Arc<HttpSettings>,
    pub cookies: CookiePolicy,
    pub limits: RequestLimits,
    /// The application that the edge stands around.
    pub application: Router,
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

    /// Those of our server functions that are at other paths than they have to be.
    pub fn moved_functions(&self) -> Vec<&'static str> {
        let ours = paths::SERVER_FUNCTIONS.into_iter();
        ours.filter(|path| !self.is_server_function(path)).collect()
    }

    pub fn is_server_function(&self, path: &str) -> bool {
        self.server_functions.contains(path)
    }
}
