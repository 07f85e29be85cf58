use std::{future::Future, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use leptos::{prelude::*, task::spawn_local};
use serde::{Serialize, de::DeserializeOwned};

use super::{interval::use_interval, use_auth};
use crate::{
    browser::{ClientSession, is_visible},
    domain::AuthError,
};

/// How often a visible page fetches its data again.
const POLL_INTERVAL: Duration = Duration::from_secs(10);

type Fetcher<T> = Arc<dyn Fn() -> BoxFuture<'static, Result<T, AuthError>> + Send + Sync>;

/// Data of the server that is fetched again in the background: stale while revalidate.
///
/// A [`Resource`] alone replaces its value by the error when a later fetch fails. Here a failed poll
/// keeps the value and sets `stale_error`.
pub struct Polled<T: Send + Sync + 'static> {
    /// The first value comes with the page, if the server renders it.
    resource: Resource<Result<T, AuthError>>,
    fetcher: StoredValue<Fetcher<T>>,
    /// The last value. To be read below a `Transition`.
    pub value: Signal<Option<T>>,
    /// Why there is no value.
    pub error: Signal<Option<AuthError>>,
    /// Why the value may be out of date.
    pub stale_error: RwSignal<Option<AuthError>>,
    client: StoredValue<ClientSession>,
    /// Numbers of the last poll that was sent, and of the last one that was answered.
    sent: StoredValue<u64>,
    answered: StoredValue<u64>,
}

impl<T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync> Polled<T> {
    pub fn new<F: Future<Output = Result<T, AuthError>> + Send + 'static>(
        fetcher: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self {
        let fetcher: Fetcher<T> = Arc::new(move || Box::pin(fetcher()));
        let first = Arc::clone(&fetcher);
        let resource = Resource::new(|| (), move |()| first());
        Self {
            resource,
            fetcher: StoredValue::new(fetcher),
            value: Signal::derive(move || resource.get().and_then(Result::ok)),
            error: Signal::derive(move || resource.get().and_then(Result::err)),
            stale_error: RwSignal::new(None),
            client: StoredValue::new(expect_context()),
            sent: StoredValue::new(0),
            answered: StoredValue::new(0),
        }
    }

    /// Fetches the first value again, after that has failed. Responses to earlier polls are ignored.
    pub fn retry(self) {
        self.answered.set_value(self.sent.get_value());
        self.resource.refetch();
    }

    /// Fetches the value again in the background.
    pub fn poll(self) {
        let (Some(fetcher), Some(client)) =
            (self.fetcher.try_get_value(), self.client.try_get_value())
        else {
            return;
        };
        self.sent.update_value(|sent| *sent += 1);
        let poll = self.sent.get_value();
        spawn_local(async move {
            let result = client.in_background(fetcher()).await;
            // The page may have been left, or a later poll may have been answered first.
            if self
                .answered
                .try_get_value()
                .is_some_and(|last| last < poll)
            {
                self.answered.set_value(poll);
                self.set(result);
            }
        });
    }

    /// Changes the value in the page, without waiting for the next poll. Responses to earlier polls
    /// are ignored: they do not know of the change.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.answered.set_value(self.sent.get_value());
        self.resource.update(|known| {
            if let Some(Ok(value)) = known {
                change(value);
            }
        });
    }

    fn set(self, result: Result<T, AuthError>) {
        let has_value = |known: &Option<_>| matches!(known, Some(Ok(_)));
        match result {
            Ok(value) => {
                let value = Some(Ok(value));
                self.resource.try_maybe_update(|known| {
                    let is_new = *known != value;
                    *known = value;
                    (is_new, ())
                });
                self.stale_error.try_set(None);
            }
            // Without a value, the panel shows the error of its own request already. Writing to the
            // resource would discard the response to one that is on its way.
            Err(error) => {
                if self.resource.try_with_untracked(has_value) == Some(true) {
                    self.stale_error.try_set(Some(error));
                }
            }
        }
    }
}

impl<T: Send + Sync> Clone for Polled<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Polled<T> {}

/// Has a page fetch its data again by `poll`: regularly while it is visible, and when another tab
/// has begun a new session for this browser.
pub fn use_polling(poll: impl Fn() + Copy + 'static) {
    let auth = use_auth();
    use_interval(POLL_INTERVAL, move || {
        if is_visible() {
            poll();
        }
    });
    Effect::watch(
        move || auth.session(),
        move |session, before, _| {
            if session.is_some() && before != Some(session) {
                poll();
            }
        },
        false,
    );
}
