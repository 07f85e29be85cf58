use leptos::prelude::*;

use crate::{
    browser::now,
    domain::Timestamp,
    ui::{
        components::{Countdown, LiveText},
        texts::texts,
    },
};

/// The time for which the server refuses further attempts for a user name. The form sends none while
/// it lasts.
#[derive(Debug, Clone, Copy)]
pub struct Delay {
    until: RwSignal<Option<Timestamp>>,
    username: StoredValue<String>,
    /// Whether the name in the form is that user name.
    is_name_typed: RwSignal<bool>,
    has_ended: RwSignal<bool>,
}

impl Delay {
    pub fn new() -> Self {
        Self {
            until: RwSignal::new(None),
            username: StoredValue::new(String::new()),
            is_name_typed: RwSignal::new(false),
            has_ended: RwSignal::new(false),
        }
    }

    pub fn begin(self, seconds: i64, username: String) {
        self.username.set_value(username);
        self.is_name_typed.set(true);
        self.until.set(Some(now().plus_seconds(seconds)));
    }

    pub fn is_running(self) -> bool {
        self.until.get().is_some()
    }

    /// To be called when the name in the form may have changed.
    pub fn on_input(self, username: &str) {
        self.is_name_typed
            .set(self.username.with_value(|waiting| waiting == username));
    }

    /// Whether an attempt for the name in the form has to wait.
    pub fn applies_to_form(self) -> bool {
        self.is_running() && self.is_name_typed.get()
    }

    /// Whether an attempt for this name has to wait.
    pub fn applies_to(self, username: &str) -> bool {
        self.until.get_untracked().is_some()
            && self.username.with_value(|waiting| waiting == username)
    }

    pub fn clear(self) {
        self.until.set(None);
        self.has_ended.set(false);
    }
}

/// Counts the delay down, and then says that the user can try again.
#[component]
pub fn DelayNotice(delay: Delay, #[prop(into)] on_end: Callback<()>) -> impl IntoView {
    let login = &texts().login;
    let [before, after] = login.try_again_in;
    let end = move |()| {
        delay.until.set(None);
        delay.has_ended.set(true);
        on_end.run(());
    };
    let now = move || {
        delay
            .has_ended
            .get()
            .then(|| login.try_again_now.to_owned())
    };
    let countdown = move || {
        let until = delay.until.get()?;
        // In one element, which is removed with everything in it.
        Some(view! { <span>{before} <Countdown until on_end=end /> {after}</span> })
    };
    view! {
        <p class="cs-wait" id="wait" role="status">
            <LiveText text=now />
            {countdown}
        </p>
    }
}
