use std::{future::Future, pin::Pin, sync::Arc};

use leptos::{prelude::*, task::spawn_local};

use super::live::effect;
use crate::{browser::quietly, domain::AuthError};

type Answer<T> = Pin<Box<dyn Future<Output = Result<T, AuthError>>>>;
type Ask<T> = Arc<dyn Fn() -> Answer<T> + Send + Sync>;

/// What the server has said last, asked for anew every now and then. An answer stays until the next one: nothing flickers,
/// and what somebody is typing beside it is not lost.
pub struct Latest<T: 'static> {
    value: RwSignal<Option<T>>,
    /// Why nothing is known yet.
    error: RwSignal<Option<AuthError>>,
    ask: StoredValue<Ask<T>>,
}

impl<T: Clone + PartialEq + Send + Sync> Latest<T> {
    /// Asks once the page is in the browser.
    pub fn new<F: Future<Output = Result<T, AuthError>> + 'static>(
        ask: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self {
        let ask: Ask<T> = Arc::new(move || Box::pin(ask()));
        let latest = Self {
            value: RwSignal::new(None),
            error: RwSignal::new(None),
            ask: StoredValue::new(ask),
        };
        effect(move || latest.refresh());
        latest
    }

    pub fn refresh(self) {
        let Some(ask) = self.ask.try_get_value() else {
            return;
        };
        // While there is something to look at, nobody waits for the next answer.
        let is_known = self.value.try_with_untracked(Option::is_some) == Some(true);
        spawn_local(async move {
            let answer = if is_known {
                quietly(ask()).await
            } else {
                ask().await
            };
            match answer {
                Ok(value) => {
                    self.error.try_set(None);
                    if self
                        .value
                        .try_get_untracked()
                        .is_some_and(|old| old.as_ref() != Some(&value))
                    {
                        self.value.try_set(Some(value));
                    }
                }
                Err(error) => {
                    self.error.try_set(Some(error));
                }
            }
        });
    }

    pub fn get(self) -> Option<T> {
        self.value.get()
    }

    /// Why what is shown may be out of date.
    pub fn doubt(self) -> Option<AuthError> {
        if self.value.with(Option::is_some) {
            self.error.get()
        } else {
            None
        }
    }

    /// Why nothing is known. While something is, a failure to ask again says nothing.
    pub fn trouble(self) -> Option<AuthError> {
        if self.value.with(Option::is_some) {
            None
        } else {
            self.error.get()
        }
    }
}

impl<T> Clone for Latest<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Latest<T> {}
