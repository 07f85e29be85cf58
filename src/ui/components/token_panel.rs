use leptos::prelude::*;
use serde_json::Value;

use crate::domain::AccessToken;

/// What the access token of this tab says. Decoded in the browser; the token itself is never shown.
#[component]
pub fn TokenPanel(token: Option<AccessToken>) -> impl IntoView {
    let decoded = token.and_then(|token| token.decode());
    decoded.map(|decoded| {
        view! {
            <details class="panel">
                <summary><h2>"What the token says"</h2></summary>
                <div class="columns">
                    <JsonObject title="Header" value=decoded.header />
                    <JsonObject title="Claims" value=decoded.claims />
                </div>
            </details>
        }
    })
}

#[component]
fn JsonObject(title: &'static str, value: Value) -> impl IntoView {
    let rows = value.as_object().cloned().unwrap_or_default().into_iter().map(|(name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        view! {
            <dt><code>{name}</code></dt>
            <dd><code>{value}</code></dd>
        }
    });
    view! {
        <section>
            <h3>{title}</h3>
            <dl>{rows.collect_view()}</dl>
        </section>
    }
}
