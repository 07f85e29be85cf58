//! The authentication state of the pages. Pages never store a token and never decide that a user is
//! signed in: they read [`Auth`], and its changes lead them to another page.

mod events;
mod login;
mod logout;

use leptos::prelude::*;

use crate::{
    browser::ClientSession,
    domain::{
        AccessToken, AuthError, AuthState, FailedLogin, InitialState, NextPath, Notice,
        ReceivedToken, Registration, SessionId, Timestamp, User,
    },
    page_request,
    ui::branding::Branding,
};

/// The authentication state. Components get it from the context.
#[derive(Debug, Clone, Copy)]
pub struct Auth {
    state: RwSignal<AuthState>,
    token: RwSignal<Option<ReceivedToken>>,
    notice: RwSignal<Option<Notice>>,
    /// Why the state is unknown, when the server could not be asked.
    error: RwSignal<Option<AuthError>>,
    /// The name of the user that has signed in in another tab.
    name_elsewhere: RwSignal<Option<String>>,
    failed_login: StoredValue<Option<FailedLogin>>,
    /// Why a plain form was refused that the page is the response to, and what was typed into it.
    refused: StoredValue<(Option<AuthError>, Option<String>)>,
    is_refreshing: StoredValue<bool>,
    /// The generation whose logout is being delivered.
    delivering: StoredValue<Option<u64>>,
    /// Whether its next attempt is due without further waiting.
    is_retry_called: StoredValue<bool>,
    client: StoredValue<ClientSession>,
    registration: Registration,
    branding: Branding,
    after_login: &'static str,
}

impl Auth {
    /// Begins with the state that the server has rendered the page in.
    pub(super) fn new(
        client: ClientSession,
        branding: Branding,
        after_login: &'static str,
    ) -> Self {
        let unknown = || InitialState::from(AuthState::Unknown);
        let InitialState {
            auth,
            notice,
            failed_login,
            refused,
            typed,
            registration,
        } = SharedValue::new_str(|| page_request::initial_state().unwrap_or_else(unknown))
            .into_inner();
        Self {
            state: RwSignal::new(auth),
            token: RwSignal::new(None),
            notice: RwSignal::new(notice),
            error: RwSignal::new(None),
            name_elsewhere: RwSignal::new(None),
            failed_login: StoredValue::new(failed_login),
            refused: StoredValue::new((refused, typed)),
            registration,
            is_refreshing: StoredValue::new(false),
            delivering: StoredValue::new(None),
            is_retry_called: StoredValue::new(false),
            client: StoredValue::new(client),
            branding,
            after_login,
        }
    }

    /// Who is signed in. Tracks changes: a sign-out in another tab is one too.
    pub fn state(self) -> AuthState {
        self.state.get()
    }

    /// The user, if somebody is signed in. Tracks changes.
    pub fn user(self) -> Option<User> {
        match self.state.get() {
            AuthState::SignedIn { user, .. } => Some(user),
            AuthState::Unknown | AuthState::Anonymous => None,
        }
    }

    /// The session of this browser, if somebody is signed in. Tracks changes.
    pub fn session(self) -> Option<SessionId> {
        match self.state.get() {
            AuthState::SignedIn { session, .. } => Some(session),
            AuthState::Unknown | AuthState::Anonymous => None,
        }
    }

    /// The access token of this tab, for showing its contents.
    pub(crate) fn token(self) -> Option<AccessToken> {
        self.token.get().map(|token| token.access_token)
    }

    /// When the access token of this tab expires, by the browser's clock, which may be wrong.
    pub(crate) fn token_expires_at(self) -> Option<Timestamp> {
        self.token.get().map(|token| token.expires_at())
    }

    /// Who may create an account.
    pub(crate) fn registration(self) -> Registration {
        self.registration
    }

    /// Why the user is on the login page.
    pub(crate) fn notice(self) -> Option<Notice> {
        self.notice.get()
    }

    /// Why the state is unknown.
    pub(crate) fn error(self) -> Option<AuthError> {
        self.error.get()
    }

    pub(crate) fn name_elsewhere(self) -> Option<String> {
        self.name_elsewhere.get()
    }

    /// The sign-in by the plain form that this page is the response to.
    pub(crate) fn failed_login(self) -> Option<FailedLogin> {
        self.failed_login.get_value()
    }

    /// What was typed into the text field of a plain form that was refused.
    pub(crate) fn typed(self) -> Option<String> {
        self.refused.with_value(|(_, typed)| typed.clone())
    }

    /// Why the plain form was refused that this page is the response to.
    pub(crate) fn refused(self) -> Option<AuthError> {
        self.refused.with_value(|(refused, _)| refused.clone())
    }

    pub(super) fn branding(self) -> Branding {
        self.branding
    }

    /// Where a sign-in leads when no other page was asked for.
    pub(super) fn after_login(self) -> NextPath {
        NextPath::parse(self.after_login).unwrap_or_default()
    }

    pub(super) fn client(self) -> ClientSession {
        self.client.get_value()
    }

    /// Removes notice and error, because the user tries again.
    pub(crate) fn clear_notice(self) {
        self.error.set(None);
        self.notice.set(None);
    }

    /// Shows `user` as signed in. Returns whether the stored token can be read: one of another
    /// version of the server can't.
    fn set_signed_in(self, user: User) -> bool {
        let client = self.client();
        let token = client.token();
        let Some(session) = token.as_ref().and_then(|token| token.session) else {
            return false;
        };
        client.begin(user.id);
        self.token.set(token);
        self.notice.set(None);
        self.failed_login.set_value(None);
        self.state.set(AuthState::SignedIn { user, session });
        true
    }

    /// Forgets the session. The guard then leads to the login page, which shows the notice.
    fn clear(self, notice: Notice) {
        self.client().clear();
        self.token.set(None);
        self.notice.set(Some(notice));
        self.state.set(AuthState::Anonymous);
    }
}

/// The authentication state of the page.
///
/// # Panics
/// Outside of [`AuthProvider`](super::AuthProvider).
pub fn use_auth() -> Auth {
    expect_context()
}
