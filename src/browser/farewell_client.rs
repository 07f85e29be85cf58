use std::cell::RefCell;

use server_fn::error::ServerFnErrorErr;

use super::{Answer, Courier, FormClient, FormRequest, TokenStore};
use crate::domain::AccessToken;

thread_local! {
    /// The token of a sign-out that the server has not confirmed.
    static UNCONFIRMED: RefCell<Option<AccessToken>> = const { RefCell::new(None) };
}

/// Sends the request that ends a session, with the token that the user has parted with, as often as it takes. Without
/// a token, the renewal cookie names the session.
pub type FarewellClient = FormClient<Farewell>;

#[derive(Debug)]
pub struct Farewell;

impl Courier for Farewell {
    async fn deliver(request: &FormRequest) -> Result<Answer, ServerFnErrorErr> {
        let token = UNCONFIRMED.with_borrow(Clone::clone);
        let answer = request.send(token.as_ref()).await?;
        if matches!(answer.status_code(), 200 | 401) {
            forget_farewell();
        }
        Ok(answer)
    }
}

/// Takes the token out of the store for good: from now on it only serves to end its session.
pub fn part_with_token() {
    if let Some(token) = TokenStore::read() {
        TokenStore::clear();
        UNCONFIRMED.set(Some(token));
    }
}

/// Forgets the token that was parted with: its session is known to be over.
pub(super) fn forget_farewell() {
    UNCONFIRMED.set(None);
}
