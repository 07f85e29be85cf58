use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::{FailedAttempt, FirstRender, Notice, calls::Calls, live::effect};
use crate::{
    browser::{self, Change, Ending, TokenStore},
    domain::{AccessToken, AuthError, Password, SessionId, User, Visitor},
};

/// How often a page in view looks whether its token should be renewed.
const WATCH: Duration = Duration::from_secs(5);
/// How long to wait before a sign-out that was not confirmed is tried again.
const RETRY: Duration = Duration::from_secs(3);

/// The client's one state of who is there. Pages never store a token or decide who is signed in: they ask here,
/// and go where this tells them to.
#[derive(Clone, Copy)]
pub struct Auth {
    visitor: RwSignal<Visitor>,
    token: RwSignal<Option<AccessToken>>,
    notice: RwSignal<Option<Notice>>,
    /// Why it is not known who is there, if the question could not be answered.
    trouble: RwSignal<Option<AuthError>>,
    attempt: StoredValue<Option<FailedAttempt>>,
    /// Counts sign-ins and deliveries of sign-outs: only the last of them has a say about what is shown.
    turn: StoredValue<u64>,
}

impl Auth {
    /// Puts the state into the context, as the server knew it when it rendered the page.
    pub fn provide() {
        let unknown = || FirstRender::from(Visitor::Unknown);
        let first = SharedValue::new_str(|| use_context::<FirstRender>().unwrap_or_else(unknown))
            .into_inner();
        let auth = Self {
            visitor: RwSignal::new(first.visitor),
            token: RwSignal::default(),
            notice: RwSignal::new(first.notice),
            trouble: RwSignal::default(),
            attempt: StoredValue::new(first.attempt),
            turn: StoredValue::new(0),
        };
        provide_context(auth);
        effect(move || auth.wake_up());
    }

    pub fn from_context() -> Self {
        expect_context()
    }

    pub fn visitor(self) -> Visitor {
        self.visitor.get()
    }

    pub fn user(self) -> Option<User> {
        match self.visitor.get() {
            Visitor::SignedIn { user, .. } => Some(user),
            Visitor::Unknown | Visitor::Anonymous => None,
        }
    }

    /// The access token of this tab, if it has one: for showing what it says.
    pub fn token(self) -> Option<AccessToken> {
        self.token.get()
    }

    pub fn notice(self) -> Option<Notice> {
        self.notice.get()
    }

    /// The notice at this moment, for code that is not to run again when it changes.
    pub fn notice_now(self) -> Option<Notice> {
        self.notice.get_untracked()
    }

    /// Forgets why the user is here: they try anew.
    pub fn clear_notice(self) {
        self.trouble.set(None);
        self.notice.set(None);
    }

    pub fn trouble(self) -> Option<AuthError> {
        self.trouble.get()
    }

    pub fn failed_attempt(self) -> Option<FailedAttempt> {
        self.attempt.get_value()
    }

    /// Asks the server who is there.
    pub fn recognise(self) {
        self.trouble.set(None);
        spawn_local(async move {
            let answer = match Calls::load().await {
                Ok(calls) => (calls.me)().await,
                Err(error) => Err(error),
            };
            match answer {
                Ok(user) => {
                    self.welcome(user);
                }
                // Reported as a change already.
                Err(AuthError::InvalidToken) => {}
                Err(error) => self.trouble.set(Some(error)),
            }
        });
    }

    /// Signs in and keeps the token.
    ///
    /// # Errors
    /// What the server says; and `StorageRefused`, after which the new session is ended again.
    pub async fn log_in(
        self,
        calls: Calls,
        username: String,
        password: Password,
        remember: bool,
    ) -> Result<(), AuthError> {
        let response = (calls.log_in)(username, password, remember.then_some(true)).await?;
        if let Err(refused) = TokenStore::write(&response.access_token) {
            // The session is there, by its cookie: it is not left behind without its user knowing.
            let _ = (calls.log_out)().await;
            return Err(refused);
        }
        Ending::forget();
        browser::announce_sign_in();
        // A token that this page can't read: the server is of another version.
        if self.welcome(response.user) {
            Ok(())
        } else {
            Err(AuthError::Unavailable)
        }
    }

    /// Signs out: here at once, on the server as soon as it can be reached.
    pub fn log_out(self) {
        Ending::note();
        browser::part_with_token();
        browser::announce_sign_out();
        self.end(Notice::SigningOut);
        self.deliver_sign_out();
    }

    /// In the browser: listens to what can happen, and finds out what the server could not know.
    fn wake_up(self) {
        browser::on_change(move |change| self.hear(change));
        browser::listen_to_tabs();
        browser::watch_caps_lock();
        browser::watch_theme();
        browser::on_restored(browser::reload);
        browser::on_visible(move || self.watch());
        browser::on_online(move || self.retry_sign_out());
        let _ = set_interval_with_handle(move || self.watch(), WATCH);
        let stored = TokenStore::read();
        match self.visitor.get_untracked() {
            _ if Ending::is_noted() => self.retry_sign_out(),
            Visitor::SignedIn { user, session } => {
                // Another session's token may have stayed in this tab.
                if stored.as_ref().and_then(session_of) != Some(session) {
                    TokenStore::clear();
                }
                browser::begin_session(user.id);
                self.token.set(TokenStore::read());
                self.watch();
            }
            // Without cookies, the token in this tab is all there is.
            Visitor::Anonymous if stored.is_some() => self.recognise(),
            Visitor::Anonymous => {}
            Visitor::Unknown => self.recognise(),
        }
    }

    fn hear(self, change: Change) {
        let visitor = self.visitor.get_untracked();
        match (change, visitor) {
            (Change::Renewed, _) => self.token.set(TokenStore::read()),
            (Change::Over, Visitor::Unknown) => self.visitor.set(Visitor::Anonymous),
            // A call that was on its way when the session ended says nothing new.
            (Change::Over, Visitor::Anonymous) if self.has_said_why() => {}
            (Change::Over, _) => self.end(Notice::SessionEnded),
            (Change::SignedOutElsewhere, Visitor::SignedIn { .. } | Visitor::Unknown) => {
                self.end(Notice::SignedOutElsewhere);
            }
            (Change::SignedInElsewhere, Visitor::Anonymous) => {
                self.notice.set(Some(Notice::SignedInElsewhere))
            }
            (Change::SignedOutElsewhere, Visitor::Anonymous) => {
                self.notice.set(Some(Notice::SignedOutElsewhere))
            }
            // This browser has another session now, and only that one can be renewed and ended from here.
            (Change::SignedInElsewhere, _) => {
                TokenStore::clear();
                self.recognise();
            }
        }
    }

    /// Whether the page says already why nobody is signed in.
    fn has_said_why(self) -> bool {
        self.notice
            .get_untracked()
            .is_some_and(|notice| notice != Notice::SignedInElsewhere)
    }

    /// `false` if there is no token of ours.
    fn welcome(self, user: User) -> bool {
        let token = TokenStore::read();
        let Some(session) = token.as_ref().and_then(session_of) else {
            return false;
        };
        browser::begin_session(user.id);
        self.next_turn();
        self.token.set(token);
        self.notice.set(None);
        self.attempt.set_value(None);
        self.visitor.set(Visitor::SignedIn { user, session });
        true
    }

    /// Forgets the session. The guard of the page then leads to the login page, which shows the notice.
    fn end(self, notice: Notice) {
        browser::end_session();
        self.token.set(None);
        self.notice.set(Some(notice));
        self.visitor.set(Visitor::Anonymous);
    }

    /// Renews the token in time, while somebody looks at the page.
    fn watch(self) {
        if matches!(self.visitor.get_untracked(), Visitor::SignedIn { .. }) && browser::is_visible()
        {
            spawn_local(async {
                if let Ok(calls) = Calls::load().await {
                    (calls.renew_soon)().await;
                }
            });
        }
    }

    fn retry_sign_out(self) {
        if Ending::is_noted() {
            self.end(Notice::SignOutUnconfirmed);
            self.deliver_sign_out();
        }
    }

    fn next_turn(self) -> u64 {
        self.turn.update_value(|turn| *turn += 1);
        self.turn.get_value()
    }

    fn deliver_sign_out(self) {
        let turn = self.next_turn();
        spawn_local(async move {
            let outcome = match Calls::load().await {
                Ok(calls) => (calls.log_out)().await,
                Err(error) => Err(error),
            };
            if self.turn.get_value() != turn {
                return;
            }
            match outcome {
                // Not known there means that there is nothing to end.
                Ok(()) | Err(AuthError::InvalidToken) => {
                    Ending::forget();
                    if self.notice.get_untracked().is_some_and(Notice::is_farewell) {
                        self.notice.set(Some(Notice::SignedOut));
                    }
                }
                Err(_) => {
                    self.notice.set(Some(Notice::SignOutUnconfirmed));
                    set_timeout(move || self.retry_sign_out(), RETRY);
                }
            }
        });
    }
}

fn session_of(token: &AccessToken) -> Option<SessionId> {
    token.claims().map(|claims| claims.sid)
}
