use leptos::prelude::*;
use leptos_meta::Title;

use super::{Card, Mark};
use crate::ui::auth::Auth;

/// What is shown while it is not known who is there; and, if that can't be found out, why and what to do.
#[component]
pub fn Placeholder() -> impl IntoView {
    let auth = Auth::from_context();
    view! {
        <Title text="One moment" />
        {move || match auth.trouble() {
            None => {
                view! {
                    <main class="stage" aria-busy="true">
                        <Mark />
                        <noscript>
                            <p class="notice">"The server can't answer just now. Try again in a moment."</p>
                        </noscript>
                    </main>
                }
                    .into_any()
            }
            Some(error) => {
                view! {
                    <Card>
                        <p role="alert">{error.message().to_owned()}</p>
                        <button class="primary" type="button" on:click=move |_| auth.recognise()>"Try again"</button>
                    </Card>
                }
                    .into_any()
            }
        }}
    }
}
