use std::cell::RefCell;

use gloo_storage::{LocalStorage, Storage};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent, StorageEvent};

use super::{Change, change::report};

/// The name of the channel, and of the key where there are no channels.
const NAME: &str = "countersign";
const SIGNED_OUT: &str = "signed-out";
const SIGNED_IN: &str = "signed-in";

thread_local! {
    static CHANNEL: RefCell<Option<BroadcastChannel>> = const { RefCell::new(None) };
}

/// Tells the other tabs that the user has signed out.
pub fn announce_sign_out() {
    announce(SIGNED_OUT);
}

/// Tells the other tabs that the user has signed in.
pub fn announce_sign_in() {
    announce(SIGNED_IN);
}

/// Listens to what the other tabs tell, for as long as this one is open.
pub fn listen_to_tabs() {
    let Ok(channel) = BroadcastChannel::new(NAME) else {
        return listen_to_storage();
    };
    let heard = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
        hear(event.data().as_string().as_deref())
    });
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
    CHANNEL.set(Some(channel));
}

/// For browsers without `BroadcastChannel`: what one tab stores, the others hear of.
fn listen_to_storage() {
    let heard = Closure::<dyn Fn(StorageEvent)>::new(|event: StorageEvent| {
        if event.key().as_deref() == Some(NAME) {
            let value: Option<String> = event
                .new_value()
                .and_then(|text| serde_json::from_str(&text).ok());
            hear(value.as_deref());
        }
    });
    if let Some(window) = web_sys::window() {
        let _ = window.add_event_listener_with_callback("storage", heard.as_ref().unchecked_ref());
    }
    heard.forget();
}

fn announce(message: &str) {
    CHANNEL.with_borrow(|channel| {
        if let Some(channel) = channel {
            let _ = channel.post_message(&message.into());
        } else {
            // Stored and taken away again, so that the same message counts the next time too.
            let _ = LocalStorage::set(NAME, message);
            LocalStorage::delete(NAME);
        }
    });
}

fn hear(message: Option<&str>) {
    match message {
        Some(SIGNED_OUT) => report(Change::SignedOutElsewhere),
        Some(SIGNED_IN) => report(Change::SignedInElsewhere),
        _ => {}
    }
}
