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
    browser::{awaited, focus_unless_busy, now, submit_plainly},
    domain::{AuthError, NextPath, Password, Timestamp},
    ui::{
        Notice,
        auth::Auth,
        calls::{Calls, load_session},
        components::{Alert, Card, Checkbox, Countdown, ErrorSummary, PasswordField, TextField},
        live::{Words, click, effect, live_flag, live_text, live_view},
        texts::{Texts, texts},
    },
};

/// `/login`: user name and password, and on to where the user wanted to go.
#[component]
pub fn Login() -> impl IntoView {
    let auth = Auth::from_context();
    let query = use_query_map();
    let next = move || query.with(|query| query.get_str("next").and_then(NextPath::parse));
    let texts = texts();
    let (common, login) = (&texts.common, &texts.login);
    let attempt = auth.failed_attempt();
    let typed = attempt
        .as_ref()
        .map(|attempt| attempt.username.clone())
        .unwrap_or_default();
    let error = attempt.map(|attempt| attempt.error);
    let form = Form::new(texts, error.as_ref());
    // The time is the browser's to tell.
    effect(move || {
        if let Some(AuthError::Throttled { wait_seconds }) = error {
            form.wait(wait_seconds);
        }
    });
    go_on_when_signed_in(auth, move || next().unwrap_or_default());
    effect(move || form.take_focus());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.submit(auth);
    };
    view! {
        <Title text=common.sign_in />
        <Card>
            <h1>{common.sign_in}</h1>
            <div class="messages">
                <p class="intro quiet">{login.intro}</p>
                <Greeting />
                <Alert text=live_text(move || form.error.get().or_else(|| trouble(auth, texts))) />
                <Wait form />
                <ErrorSummary fields=[("username", form.name_missing), ("password", form.password_missing)] />
            </div>
            // A real form: it works before the wasm has loaded and without it, and nothing of it gets into a URL.
            <form
                method="post"
                action=live_text(move || Some(next().map_or_else(|| "/login".to_owned(), |next| next.login_address())))
                novalidate
                on:submit=submit
                on:input=move |_| form.begin()
                aria-busy=live_flag(move || form.pending.get())
            >
                <TextField
                    id="username"
                    label=login.user_name
                    autocomplete="username"
                    value=typed
                    described_by="notice"
                    node=form.username
                    error=form.name_missing
                />
                <PasswordField
                    id="password"
                    label=login.password
                    node=form.password
                    shown=form.shown
                    error=form.password_missing
                />
                <Checkbox
                    id="remember"
                    label=login.keep
                    hint=login.keep_hint
                    node=form.remember
                />
                <button
                    class="primary"
                    type="submit"
                    node_ref=form.button
                    aria-disabled=live_flag(move || form.pending.get() || form.wait_until.get().is_some())
                    aria-describedby="wait"
                >
                    {live_text(move || Some(if form.pending.get() { login.signing_in } else { common.sign_in }))}
                </button>
            </form>
        </Card>
    }
}

/// Why it is not known who is there, after "Go on here".
fn trouble(auth: Auth, texts: &Texts) -> Words {
    auth.trouble().map(|error| texts.error(&error))
}

/// Why the user is here, and the way on if they have signed in in another tab.
#[component]
fn Greeting() -> impl IntoView {
    let auth = Auth::from_context();
    let texts = texts();
    let go_on = live_view(move || {
        let button = || {
            view! {
                <button type="button" on:click=click(move |_| auth.recognise())>
                    {texts.login.go_on_here}
                </button>
            }
        };
        (auth.notice() == Some(Notice::SignedInElsewhere))
            .then(button)
            .into_any()
    });
    view! {
        <p class="notice" role="status" id="notice">
            {live_text(move || auth.notice().map(|notice| notice.text(texts)))}
        </p>
        {go_on}
    }
}

/// When the next attempt will be looked at, counted down.
#[component]
fn Wait(form: Form) -> impl IntoView {
    let over = move || {
        form.wait_until.set(None);
        form.error.set(None);
        form.can_go_on.set(true);
    };
    let login = &form.texts.login;
    let [before, after] = login.try_again_in;
    let left = live_view(move || {
        form.wait_until
            .get()
            .map(|until| view! { {before} <Countdown until on_end=over /> {after} })
            .into_any()
    });
    view! {
        <p class="wait" id="wait" role="status">
            {live_text(move || form.can_go_on.get().then_some(login.try_again_now))}
            {left}
        </p>
    }
}

/// The form: what it knows, and its fields, which keep what was typed.
#[derive(Clone, Copy)]
struct Form {
    texts: &'static Texts,
    username: NodeRef<Input>,
    password: NodeRef<Input>,
    remember: NodeRef<Input>,
    button: NodeRef<Button>,
    /// The password is shown as it is typed.
    shown: RwSignal<bool>,
    pending: RwSignal<bool>,
    error: RwSignal<Words>,
    /// Until then no attempt for this name is looked at, so none is sent.
    wait_until: RwSignal<Option<Timestamp>>,
    waiting_name: RwSignal<Words>,
    /// Such a wait has just ended.
    can_go_on: RwSignal<bool>,
    /// Something was typed.
    has_begun: RwSignal<bool>,
    /// What signing in takes could not be loaded the last time.
    could_not_load: RwSignal<bool>,
    name_missing: RwSignal<Words>,
    password_missing: RwSignal<Words>,
}

impl Form {
    fn new(texts: &'static Texts, error: Option<&AuthError>) -> Self {
        Self {
            texts,
            username: NodeRef::new(),
            password: NodeRef::new(),
            remember: NodeRef::new(),
            button: NodeRef::new(),
            shown: RwSignal::default(),
            pending: RwSignal::default(),
            error: RwSignal::new(error.map(|error| texts.error(error))),
            wait_until: RwSignal::default(),
            waiting_name: RwSignal::default(),
            can_go_on: RwSignal::default(),
            has_begun: RwSignal::default(),
            could_not_load: RwSignal::default(),
            name_missing: RwSignal::default(),
            password_missing: RwSignal::default(),
        }
    }

    /// Puts the focus where the user begins: at the password, if the name is there already.
    fn take_focus(self) {
        let (Some(username), Some(password)) = (self.username.get(), self.password.get()) else {
            return;
        };
        focus_unless_busy(if username.value().is_empty() {
            &username
        } else {
            &password
        });
    }

    /// Loads what comes next, while the user types.
    fn begin(self) {
        if !self.has_begun.get_untracked() {
            self.has_begun.set(true);
            spawn_local(async { drop(load_session().await) });
        }
    }

    fn submit(self, auth: Auth) {
        let (Some(username), Some(password)) =
            (self.username.get_untracked(), self.password.get_untracked())
        else {
            return;
        };
        let waits = self.wait_until.get_untracked().is_some()
            && self
                .waiting_name
                .get_untracked()
                .is_some_and(|name| name == username.value());
        if waits || self.pending.get_untracked() {
            return;
        }
        auth.clear_notice();
        self.error.set(None);
        self.can_go_on.set(false);
        self.wait_until.set(None);
        let (name, secret) = (username.value(), Password::new(password.value()));
        let (no_name, no_secret) = (name.trim().is_empty(), secret.is_empty());
        self.name_missing
            .set(no_name.then_some(self.texts.login.enter_user_name.into()));
        self.password_missing
            .set(no_secret.then_some(self.texts.login.enter_password.into()));
        if no_name || no_secret {
            let _ = if no_name { &username } else { &password }.focus();
            return;
        }
        // Shown or not, it is sent as a password, and password managers see one.
        self.shown.set(false);
        let remember = self
            .remember
            .get_untracked()
            .is_some_and(|remember| remember.checked());
        self.pending.set(true);
        spawn_local(async move {
            let Ok(calls) = awaited(Calls::load()).await else {
                // The server can't be reached, or has other files by now: then it takes the form all the same.
                if self.could_not_load.try_get_untracked() == Some(true) {
                    submit_plainly(&username);
                    return;
                }
                self.could_not_load.set(true);
                self.pending.set(false);
                self.show(&AuthError::Unreachable);
                return;
            };
            // Until that page is there, this one says that it is on its way.
            if let Err(error) = auth.log_in(calls, name, secret, remember).await {
                self.pending.set(false);
                self.show(&error);
            }
        });
    }

    /// Counts down, instead of a text with a number in it that is soon wrong.
    fn wait(self, seconds: i64) {
        self.error
            .set(Some(self.texts.login.too_many_failed.into()));
        self.waiting_name.set(
            self.username
                .get_untracked()
                .map(|name| name.value().into()),
        );
        self.wait_until.set(Some(now().plus_seconds(seconds)));
    }

    fn show(self, error: &AuthError) {
        if *error == AuthError::InvalidCredentials {
            if let Some(password) = self.password.get_untracked() {
                password.set_value("");
                let _ = password.focus();
            }
        } else if let Some(button) = self.button.get_untracked() {
            let _ = button.focus();
        }
        self.error.set(Some(self.texts.error(error)));
        if let AuthError::Throttled { wait_seconds } = error {
            self.wait(*wait_seconds);
        }
    }
}

fn go_on_when_signed_in(auth: Auth, next: impl Fn() -> NextPath + 'static) {
    let navigate = use_navigate();
    effect(move || {
        if auth.user().is_some() {
            let next = untrack(&next);
            navigate(
                next.as_str(),
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            );
        }
    });
}
