use leptos::prelude::*;

use crate::{
    domain::{OwnAccount, paths},
    ui::{polled::Polled, texts::dashboard_texts},
};

/// Says what an e-mail address is good for, to a user who has none.
#[component]
pub fn NoEmail(account: Polled<OwnAccount>) -> impl IntoView {
    let is_missing = move || {
        let own = account.value.get();
        own.is_some_and(|own| own.has_mail && own.email.is_none())
    };
    view! {
        <Transition>
            {
                let is_missing = Memo::new(move |_| is_missing());
                move || is_missing.get().then(|| view! { <Panel /> })
            }
        </Transition>
    }
}

#[component]
fn Panel() -> impl IntoView {
    let dashboard = dashboard_texts();
    view! {
        <section class="cs-panel cs-calm" aria-labelledby="no-email-title">
            <h2 id="no-email-title">{dashboard.no_email_title}</h2>
            <p>{dashboard.no_email}</p>
            <a href=paths::CHANGE_EMAIL>{dashboard.add_email}</a>
        </section>
    }
}
