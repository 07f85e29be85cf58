use leptos::prelude::*;

use crate::{
    domain::OwnAccount,
    ui::{
        components::{LiveText, PageHeading},
        polled::Polled,
        texts::dashboard_texts,
        use_auth,
    },
};

/// Greets the user by the display name, or by the user name.
#[component]
pub fn Greeting(account: Polled<OwnAccount>) -> impl IntoView {
    let auth = use_auth();
    let [before, after] = dashboard_texts().hello;
    let username = move || auth.user().map(|user| user.username.to_string());
    let name = move || {
        let display_name = account.value.get().and_then(|own| own.display_name);
        display_name.map(|name| name.to_string()).or_else(username)
    };
    view! {
        <PageHeading>
            {before} <bdi>
                <Transition fallback=move || {
                    view! { <LiveText text=username /> }
                }>
                    {
                        let name = Memo::new(move |_| name());
                        move || view! { <LiveText text=name /> }
                    }
                </Transition>
            </bdi> {after}
        </PageHeading>
    }
}
