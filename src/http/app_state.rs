use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;

use super::{
    Application, HttpSettings, cookies::CookiePolicy, files::SiteFiles, limits::RequestLimits,
};
use crate::auth::AuthService;

/// What every handler may need.
#[derive(Debug, Clone)]
pub(super) struct AppState {
    pub auth: AuthService,
    pub settings: Arc<HttpSettings>,
    pub cookies: CookiePolicy,
    pub files: SiteFiles,
    pub application: Arc<Application>,
    pub limits: RequestLimits,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.settings.leptos.clone()
    }
}
