mod delay;
mod notice;
mod state;

use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use crate::{
    domain::{AuthError, NextPath, Registration, paths},
    lazy_code,
    ui::{
        LeadOn,
        components::{Alert, Card, Checkbox, ErrorSummary, LiveText, PasswordField, TextField},
        texts::texts,
        use_auth,
    },
};
use delay::DelayNotice;
use notice::LoginNotice;
use state::LoginState;

/// `/login`: user name or e-mail address, and password, and on to where the user wanted to go.
#[component]
pub fn Login() -> impl IntoView {
    let auth = use_auth();
    let state = LoginState::new(auth);
    let LoginState { form, delay, .. } = state;
    let texts = texts();
    let location = use_location();
    let next = move || location.search.with(|query| NextPath::of_query(query));
    let redirect = move || {
        auth.user().map(|_| {
            let next = untrack(next).unwrap_or_else(|| auth.after_login());
            let mut path = next.address();
            // The server never sees the fragment, and browsers keep it when they are redirected.
            if is_browser() && !path.contains('#') {
                path.push_str(&location.hash.get_untracked());
            }
            view! { <LeadOn to=path /> }
        })
    };
    let error = move || match form.error.get().or_else(|| auth.error())? {
        AuthError::Throttled { .. } if delay.is_running() => {
            Some(texts.login.too_many_failed.into())
        }
        error => Some(texts.error(&error)),
    };
    // The text of the button changes too, but that is not announced.
    let signing_in = move || {
        form.pending
            .get()
            .then(|| texts.login.signing_in.to_owned())
    };
    let head = view! {
        <h1>{texts.common.sign_in}</h1>
        {texts.login.intro.map(|intro| view! { <p class="cs-intro cs-quiet">{intro}</p> })}
        <div class="cs-messages">
            <LoginNotice />
            <Alert text=error />
            <DelayNotice delay on_end=move |()| form.error.set(None) />
            <ErrorSummary form />
            <span class="cs-visually-hidden" role="status">
                <LiveText text=signing_in />
            </span>
        </div>
    };
    view! {
        {redirect}
        <Title text=texts.common.sign_in />
        <Card head=head.into_any()>
            <LoginForm state next=Signal::derive(next) />
            <p class="cs-links">
                // Loaded from the server, which knows whether it can send mail.
                <a href=paths::FORGOT_PASSWORD rel="external">
                    {texts.login.forgot_password}
                </a>
                {(auth.registration() == Registration::Open)
                    .then(|| {
                        view! {
                            <a href=paths::SIGN_UP rel="external">
                                {texts.login.create_account}
                            </a>
                        }
                    })}
            </p>
        </Card>
    }
}

/// Also works without the wasm, and is sent by POST, so that no URL holds a password.
#[component]
fn LoginForm(state: LoginState, next: Signal<Option<NextPath>>) -> impl IntoView {
    let LoginState {
        form,
        delay,
        is_password_shown,
        ..
    } = state;
    let texts = texts();
    let (common, login) = (&texts.common, &texts.login);
    let auth = use_auth();
    let failed = auth.failed_login();
    let (typed, remember) = failed
        .map(|failed| (failed.username, failed.remember))
        .unwrap_or_default();
    let after_login = auth.after_login();
    let action = move || next.get().as_ref().unwrap_or(&after_login).login_address();
    let has_begun = StoredValue::new(false);
    let input = move |_| {
        if let Some(fields) = untrack(|| form.fields()) {
            delay.on_input(&fields.value("username"));
        }
        if !has_begun.get_value() {
            has_begun.set_value(true);
            spawn_local(lazy_code::preload());
        }
    };
    let is_disabled = move || form.pending.get() || delay.applies_to_form();
    let submit = move || {
        let is_pending = form.pending.get();
        let text = if is_pending {
            login.signing_in
        } else {
            common.sign_in
        };
        Some(text.to_owned())
    };
    view! {
        <form
            method="post"
            action=action
            novalidate
            node_ref=form.node
            on:submit=move |event| state.submit(&event)
            on:input=input
            aria-busy=move || form.pending.get().to_string()
        >
            <TextField
                form
                id="username"
                label=login.name_or_email
                autocomplete="username"
                value=typed
                described_by="notice"
            />
            <PasswordField form id="password" label=login.password is_shown=is_password_shown />
            <Checkbox
                id="remember"
                label=login.keep
                hint=login.keep_hint
                is_checked=remember
            />
            <button
                class="cs-primary"
                type="submit"
                aria-disabled=move || is_disabled().to_string()
                aria-describedby="wait"
            >
                <LiveText text=submit />
            </button>
        </form>
    }
}
