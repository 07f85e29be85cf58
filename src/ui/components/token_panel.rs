use leptos::prelude::*;
use serde_json::Value;

use crate::{
    domain::{AccessToken, DecodedToken},
    ui::texts::dashboard_texts,
};

/// What an access token says. The token itself is never shown.
#[component]
pub fn TokenPanel(token: Signal<Option<AccessToken>>) -> impl IntoView {
    let dashboard = dashboard_texts();
    let is_known = Memo::new(move |_| token.get().is_some());
    let part = move |of: fn(DecodedToken) -> Value| {
        Signal::derive(move || {
            token
                .get()
                .and_then(|token| token.decode())
                .map(of)
                .unwrap_or_default()
        })
    };
    view! {
        <Show when=move || is_known.get()>
            <details class="panel">
                <summary>
                    <h2>{dashboard.token_says}</h2>
                </summary>
                <div class="columns">
                    <JsonObject title=dashboard.header value=part(|token| token.header) />
                    <JsonObject title=dashboard.claims value=part(|token| token.claims) />
                </div>
            </details>
        </Show>
    }
}

#[component]
fn JsonObject(title: &'static str, value: Signal<Value>) -> impl IntoView {
    let rows = move || {
        let members = value.get().as_object().cloned().unwrap_or_default();
        let rows = members.into_iter().map(|(name, value)| {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            view! {
                <dt>
                    <code>{name}</code>
                </dt>
                <dd>
                    <code>{value}</code>
                </dd>
            }
        });
        rows.collect_view()
    };
    view! {
        <section>
            <h3>{title}</h3>
            <dl>{rows}</dl>
        </section>
    }
}
