use leptos::prelude::*;
use serde_json::Value;

use crate::{
    domain::DecodedToken,
    ui::{texts::dashboard_texts, use_auth},
};

/// Header and claims of this tab's access token. The token itself is never shown.
#[component]
pub fn TokenPanel() -> impl IntoView {
    let auth = use_auth();
    let dashboard = dashboard_texts();
    let part = move |of: fn(DecodedToken) -> Value| {
        Signal::derive(move || auth.token().and_then(|token| token.decode()).map(of))
    };
    view! {
        <Show when=move || auth.token().is_some()>
            <section>
                <h3>{dashboard.token_contents}</h3>
                <div class="cs-columns">
                    <JsonObject title=dashboard.header value=part(|token| token.header) />
                    <JsonObject title=dashboard.claims value=part(|token| token.claims) />
                </div>
            </section>
        </Show>
    }
}

#[component]
fn JsonObject(title: &'static str, value: Signal<Option<Value>>) -> impl IntoView {
    let member = |(name, value): (String, Value)| {
        let value = match value {
            Value::String(text) => text,
            value => value.to_string(),
        };
        view! {
            <dt>
                <code>{name}</code>
            </dt>
            <dd>
                <code>{value}</code>
            </dd>
        }
    };
    let members = move || match value.get() {
        Some(Value::Object(members)) => members.into_iter().map(member).collect_view(),
        _ => Vec::new(),
    };
    view! {
        <section>
            <h4>{title}</h4>
            // No words, so that a translation leaves them as they are.
            <dl translate="no">{members}</dl>
        </section>
    }
}
