use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use futures::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use gloo_net::http::Response;

use super::{
    Change, TokenStore, change::report, farewell_client, form_request::post, lock::with_lock, now,
};
use crate::domain::{AccessToken, TokenClaims, TokenResponse, UserId};

/// A token is renewed when it has this many seconds left, so that none expires on its way.
const EARLY_SECONDS: i64 = 60;

/// How long a renewal's answer may take: two tries fit well into the server's half a minute.
const PATIENCE: Duration = Duration::from_secs(8);

/// What became of a renewal.
#[derive(Debug, Clone)]
pub enum Renewal {
    Token(AccessToken),
    /// There is no session to renew, or it is somebody else's by now.
    Over,
    /// The server answered that it can't, now.
    Unavailable,
    Unreachable,
}

type Running = Shared<LocalBoxFuture<'static, Renewal>>;

thread_local! {
    /// Counts the sessions of this tab, so that a renewal that comes late can't bring back one that has ended.
    static EPOCH: Cell<u64> = const { Cell::new(0) };
    /// Whose session this tab shows. The renewal cookie is shared by all tabs, and may be another user's by now.
    static OWNER: Cell<Option<UserId>> = const { Cell::new(None) };
    static RUNNING: RefCell<Option<Running>> = const { RefCell::new(None) };
}

/// Tells whose session it is that is to be renewed from now on.
pub fn begin_session(owner: UserId) {
    EPOCH.set(EPOCH.get() + 1);
    OWNER.set(Some(owner));
    // The server has ended what was to be ended before it let this session begin.
    farewell_client::forget_farewell();
}

/// Forgets the token, and whatever renewal is still on its way.
pub fn end_session() {
    EPOCH.set(EPOCH.get() + 1);
    OWNER.set(None);
    RUNNING.set(None);
    TokenStore::clear();
}

/// Which session of this tab it is.
pub(super) fn epoch() -> u64 {
    EPOCH.get()
}

/// Whether that session has ended since.
pub(super) fn is_past(epoch: u64) -> bool {
    EPOCH.get() != epoch
}

/// The token to send, renewed if it is about to expire or not there yet.
pub(super) async fn usable_token() -> Renewal {
    match TokenStore::read().filter(|token| !is_expiring(token)) {
        Some(token) => Renewal::Token(token),
        None => renew().await,
    }
}

/// Renews the token if it will soon expire: for a page that is just looked at.
pub async fn renew_soon() {
    let epoch = epoch();
    let is_due = TokenStore::read().as_ref().is_none_or(is_expiring);
    if is_due && matches!(renew().await, Renewal::Over) && !is_past(epoch) {
        report(Change::Over);
    }
}

fn is_expiring(token: &AccessToken) -> bool {
    token.claims().is_none_or(|TokenClaims { iat, exp, .. }| {
        // A short-lived token is used for half of its life at least.
        exp.seconds_since(now()) < EARLY_SECONDS.min(exp.seconds_since(iat) / 2)
    })
}

/// Asks for the next token: once for all who wait, and in one tab at a time.
pub async fn renew() -> Renewal {
    let running = RUNNING.with_borrow_mut(|running| {
        running
            .get_or_insert_with(|| with_lock(ask(EPOCH.get())).boxed_local().shared())
            .clone()
    });
    let renewal = running.clone().await;
    // Whoever is first to hear the answer makes room for the next renewal.
    RUNNING.with_borrow_mut(|current| {
        if current
            .as_ref()
            .is_some_and(|current| current.ptr_eq(&running))
        {
            *current = None;
        }
    });
    renewal
}

/// An answer that got lost is asked for again at once: the server gives it again for half a minute only.
async fn send_twice() -> Option<Response> {
    let send = || post("/api/renew", PATIENCE).send();
    match send().await {
        Ok(answer) => Some(answer),
        Err(_) => send().await.ok(),
    }
}

async fn ask(epoch: u64) -> Renewal {
    let Some(answer) = send_twice().await else {
        return Renewal::Unreachable;
    };
    let response: TokenResponse = match answer.status() {
        200 => match answer
            .binary()
            .await
            .map(|body| serde_json::from_slice(&body))
        {
            Ok(Ok(response)) => response,
            _ => return Renewal::Unavailable,
        },
        401 => return Renewal::Over,
        _ => return Renewal::Unavailable,
    };
    let is_foreign = OWNER.get().is_some_and(|owner| owner != response.user.id);
    if is_past(epoch) || is_foreign {
        return Renewal::Over;
    }
    if TokenStore::write(&response.access_token).is_err() {
        return Renewal::Unavailable;
    }
    report(Change::Renewed);
    Renewal::Token(response.access_token)
}
