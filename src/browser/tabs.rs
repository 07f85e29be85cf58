use leptos::prelude::{UpdateValue, WithValue};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent, StorageEvent};

use super::{
    ClientSession, SessionEvent,
    page_events::listen,
    storage::{local_storage, remove, set},
};

/// The name of the channel, and of the storage key where there are no channels.
const NAME: &str = "countersign";
const SIGNED_OUT: &str = "signed-out";
const SIGNING_IN: &str = "signing-in";
const SIGN_IN_FAILED: &str = "sign-in-failed";
/// Followed by the user name.
const SIGNED_IN: &str = "signed-in:";

impl ClientSession {
    /// Tells the other tabs that the user has signed out.
    pub fn announce_logout(&self) {
        self.announce(SIGNED_OUT);
    }

    pub(super) fn announce_login_begun(&self) {
        self.announce(SIGNING_IN);
    }

    pub(super) fn announce_login_end(&self, username: Option<&str>) {
        match username {
            Some(username) => self.announce(&format!("{SIGNED_IN}{username}")),
            None => self.announce(SIGN_IN_FAILED),
        }
    }

    /// Listens to the other tabs for as long as this one is open.
    pub fn listen_to_tabs(&self) {
        let Ok(channel) = BroadcastChannel::new(NAME) else {
            return self.listen_to_storage();
        };
        let session = self.clone();
        let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            session.receive(event.data().as_string());
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        listener.forget();
        self.state
            .update_value(|state| state.channel = Some(SendWrapper::new(channel)));
    }

    /// For browsers without `BroadcastChannel`: a change of local storage is an event in all other
    /// tabs.
    fn listen_to_storage(&self) {
        let Some(window) = web_sys::window() else {
            return;
        };
        let session = self.clone();
        listen(&window, "storage", move |event| {
            let message = event
                .dyn_ref::<StorageEvent>()
                .filter(|event| event.key().as_deref() == Some(NAME))
                .and_then(StorageEvent::new_value);
            session.receive(message);
        });
    }

    fn announce(&self, message: &str) {
        let channel = self.state.with_value(|state| state.channel.clone());
        if let Some(channel) = channel {
            let _ = channel.post_message(&message.into());
        } else {
            // Removed at once, so that the same message is a change the next time too.
            set(local_storage(), NAME, message);
            remove(local_storage(), NAME);
        }
    }

    fn receive(&self, message: Option<String>) {
        let Some(message) = message else { return };
        if message == SIGNED_OUT {
            self.emit(SessionEvent::SignedOutElsewhere);
        } else if message == SIGNING_IN {
            self.yield_to_login();
        } else if message == SIGN_IN_FAILED {
            self.login_is_decided();
        } else if let Some(username) = message.strip_prefix(SIGNED_IN) {
            self.login_is_decided();
            let username = Some(username.to_owned()).filter(|name| !name.is_empty());
            self.emit(SessionEvent::SignedInElsewhere { username });
        }
    }
}
