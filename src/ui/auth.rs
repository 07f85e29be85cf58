use leptos::{prelude::*, task::spawn_local};

use crate::{
    api,
    browser::TokenStore,
    domain::{AuthError, Password, User},
};

/// Who sits in front of this page, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Not known yet: what the server renders, and the state until the server has answered.
    Unknown,
    Anonymous,
    SignedIn(User),
}

/// What the login page says before anything was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    SignedOut,
    SessionEnded,
}

impl Notice {
    pub fn text(self) -> &'static str {
        match self {
            Self::SignedOut => "You are signed out.",
            Self::SessionEnded => "Your session has ended. Sign in to go on.",
        }
    }
}

/// The client's one state of who is there. Pages never store a token or decide who is signed in: they ask here,
/// and go where this tells them to.
#[derive(Clone, Copy)]
pub struct Auth {
    who: RwSignal<Who>,
    notice: RwSignal<Option<Notice>>,
    /// Why it is not known who is there, if the question could not be answered.
    trouble: RwSignal<Option<AuthError>>,
}

impl Auth {
    /// Puts the state into the context, and in the browser finds out who is there.
    pub fn provide() {
        let auth = Self { who: RwSignal::new(Who::Unknown), notice: RwSignal::default(), trouble: RwSignal::default() };
        provide_context(auth);
        Effect::new(move |_| auth.recognise());
    }

    pub fn from_context() -> Self {
        expect_context()
    }

    pub fn who(self) -> Who {
        self.who.get()
    }

    pub fn user(self) -> Option<User> {
        match self.who.get() {
            Who::SignedIn(user) => Some(user),
            Who::Unknown | Who::Anonymous => None,
        }
    }

    pub fn notice(self) -> Option<Notice> {
        self.notice.get()
    }

    pub fn clear_notice(self) {
        self.notice.set(None);
    }

    pub fn trouble(self) -> Option<AuthError> {
        self.trouble.get()
    }

    /// Asks the server whose token this tab has, if it has one.
    pub fn recognise(self) {
        self.trouble.set(None);
        if TokenStore::read().is_none() {
            self.who.set(Who::Anonymous);
            return;
        }
        spawn_local(async move {
            match api::me().await {
                Ok(user) => self.who.set(Who::SignedIn(user)),
                Err(AuthError::InvalidToken) => self.end(Notice::SessionEnded),
                Err(error) => self.trouble.set(Some(error)),
            }
        });
    }

    /// Signs in and keeps the token.
    ///
    /// # Errors
    /// What the server says; and `StorageRefused`, after which nobody has the new session's token and it just expires.
    pub async fn log_in(self, username: String, password: Password) -> Result<(), AuthError> {
        let response = api::log_in(username, password).await?;
        TokenStore::write(&response.access_token)?;
        self.notice.set(None);
        self.who.set(Who::SignedIn(response.user));
        Ok(())
    }

    /// Ends the session on the server, then here.
    ///
    /// # Errors
    /// When the server did not confirm it: then the user is still signed in.
    pub async fn log_out(self) -> Result<(), AuthError> {
        match api::log_out().await {
            Ok(()) => self.end(Notice::SignedOut),
            Err(AuthError::InvalidToken) => self.end(Notice::SessionEnded),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Forgets the token. The guard of the page then leads to the login page, which shows the notice.
    pub fn end(self, notice: Notice) {
        TokenStore::clear();
        self.notice.set(Some(notice));
        self.who.set(Who::Anonymous);
    }
}
