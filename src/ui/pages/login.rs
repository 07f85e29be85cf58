use leptos::{
    ev::SubmitEvent,
    html::{Button, Input},
    prelude::*,
    task::spawn_local,
};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use crate::{
    browser::focus_unless_busy,
    domain::{AuthError, NextPath, Password},
    ui::{
        auth::{Auth, Notice},
        components::{Alert, Card, PasswordField, TextField},
    },
};

/// `/login`: user name and password, and on to where the user wanted to go.
#[component]
pub fn Login() -> impl IntoView {
    let auth = Auth::from_context();
    let (username, password, button) = (NodeRef::<Input>::new(), NodeRef::<Input>::new(), NodeRef::<Button>::new());
    let form = Form::new();
    go_on_when_signed_in(auth);
    Effect::new(move |_| {
        form.ready.set(true);
        if let Some(field) = username.get() {
            focus_unless_busy(&field);
        }
    });

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(username), Some(password), Some(button)) = (username.get(), password.get(), button.get()) else {
            return;
        };
        if form.pending.get_untracked() {
            return;
        }
        form.forget_errors();
        auth.clear_notice();
        let (name, secret) = (username.value(), Password::new(password.value()));
        form.name_missing.set(name.trim().is_empty().then_some("Enter your user name."));
        form.password_missing.set(secret.is_empty().then_some("Enter your password."));
        if form.name_missing.get_untracked().is_some() {
            return drop(username.focus());
        }
        if form.password_missing.get_untracked().is_some() {
            return drop(password.focus());
        }
        form.pending.set(true);
        spawn_local(async move {
            let outcome = auth.log_in(name, secret).await;
            form.pending.set(false);
            let Err(error) = outcome else { return };
            if error == AuthError::InvalidCredentials {
                password.set_value("");
                let _ = password.focus();
            } else {
                let _ = button.focus();
            }
            form.error.set(Some(error.message().to_owned()));
        });
    };

    view! {
        <Title text="Sign in" />
        <Card>
            <h1>"Sign in"</h1>
            <p class="notice" role="status">
                {move || auth.notice().map(Notice::text)}
            </p>
            <Alert text=form.error />
            // A real form: before the wasm runs, and without it, nothing of it can get into a URL.
            <form method="post" action="/login" novalidate on:submit=submit aria-busy=move || form.pending.get().to_string()>
                <TextField id="username" label="User name" autocomplete="username" node=username error=form.name_missing />
                <PasswordField id="password" label="Password" node=password error=form.password_missing />
                <button
                    class="primary"
                    type="submit"
                    node_ref=button
                    disabled=move || !form.ready.get()
                    aria-disabled=move || form.pending.get().to_string()
                >
                    {move || if form.pending.get() { "Signing in…" } else { "Sign in" }}
                </button>
            </form>
            <noscript>
                <p class="notice">"Signing in needs JavaScript and WebAssembly. Switch them on for this site."</p>
            </noscript>
        </Card>
    }
}

/// What the form knows beside what was typed, which stays in its fields.
#[derive(Clone, Copy)]
struct Form {
    /// The wasm has taken over; until then the button can't be pressed.
    ready: RwSignal<bool>,
    pending: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    name_missing: RwSignal<Option<&'static str>>,
    password_missing: RwSignal<Option<&'static str>>,
}

impl Form {
    fn new() -> Self {
        Self {
            ready: RwSignal::default(),
            pending: RwSignal::default(),
            error: RwSignal::default(),
            name_missing: RwSignal::default(),
            password_missing: RwSignal::default(),
        }
    }

    fn forget_errors(self) {
        self.error.set(None);
        self.name_missing.set(None);
        self.password_missing.set(None);
    }
}

fn go_on_when_signed_in(auth: Auth) {
    let query = use_query_map();
    let navigate = use_navigate();
    Effect::new(move |_| {
        if auth.user().is_some() {
            let next =
                query.with_untracked(|query| query.get_str("next").and_then(NextPath::parse)).unwrap_or_default();
            navigate(next.as_str(), NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
}
