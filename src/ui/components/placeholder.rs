use leptos::prelude::*;

use super::{Card, Mark};
use crate::ui::auth::Auth;

/// What is shown while it is not known who is there; and, if that can't be found out, why and what to do.
#[component]
pub fn Placeholder() -> impl IntoView {
    let auth = Auth::from_context();
    view! {
        {move || match auth.trouble() {
            None => {
                view! {
                    <main class="stage" aria-busy="true">
                        <Mark />
                        <noscript>
                            <p class="notice">"This page needs JavaScript and WebAssembly. Switch them on for this site."</p>
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
