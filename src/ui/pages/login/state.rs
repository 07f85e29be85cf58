use leptos::{ev::SubmitEvent, prelude::*};

use super::delay::Delay;
use crate::{
    domain::{AuthError, Password},
    ui::{Auth, Texts, form::FormState, lazy::ServerCalls, texts::texts},
};

/// The values of a submitted form.
#[derive(Clone)]
struct LoginInput {
    username: String,
    password: Password,
    remember: bool,
}

/// The state of the login form.
#[derive(Clone, Copy)]
pub struct LoginState {
    pub form: FormState,
    pub delay: Delay,
    pub is_password_shown: RwSignal<bool>,
    auth: Auth,
    texts: &'static Texts,
    request: Action<LoginInput, Result<(), AuthError>>,
    /// Whether loading the second wasm file, which sends the request, has failed.
    could_not_load: RwSignal<bool>,
}

impl LoginState {
    /// Begins with the error of a sign-in by the plain form, if the page is the response to one.
    pub fn new(auth: Auth) -> Self {
        let could_not_load = RwSignal::new(false);
        let request = Action::new(move |input: &LoginInput| {
            let LoginInput {
                username,
                password,
                remember,
            } = input.clone();
            async move {
                let calls = auth.client().in_foreground(ServerCalls::load()).await;
                could_not_load.try_set(calls.is_err());
                auth.log_in(calls?, username, password, remember).await
            }
        });
        // The form stays pending until the next page is there.
        let pending = move || request.pending().get() || auth.user().is_some();
        let state = Self {
            form: FormState::new(Signal::derive(pending)),
            delay: Delay::new(),
            is_password_shown: RwSignal::new(false),
            auth,
            texts: texts(),
            request,
            could_not_load,
        };
        state
            .form
            .error
            .set(auth.failed_login().map(|failed| failed.error));
        Effect::new(move |_| state.on_mount());
        Effect::new(move |_| {
            if let Some(Err(error)) = request.value().get() {
                state.on_error(error);
            }
        });
        state
    }

    pub fn submit(self, event: &SubmitEvent) {
        // Without its second file the page can't sign in, but the browser can send the form.
        if self.could_not_load.get_untracked() {
            return;
        }
        let Some(fields) = self.form.on_submit(event) else {
            return;
        };
        let (username, password) = (fields.value("username"), fields.value("password"));
        if self.delay.applies_to(&username) {
            return;
        }
        self.auth.clear_notice();
        self.delay.clear();
        let login = &self.texts.login;
        let (no_name, no_password) = (username.trim().is_empty(), password.is_empty());
        let errors = [
            no_name.then_some(("username", login.enter_user_name)),
            no_password.then_some(("password", login.enter_password)),
        ];
        if self.form.validate(&fields, errors) {
            // Password managers recognize a password by the type of its field.
            self.is_password_shown.set(false);
            self.request.dispatch(LoginInput {
                username,
                password: Password::new(password),
                remember: fields.is_checked("remember"),
            });
        }
    }

    /// Focuses the field where the user goes on: the password, if there is a user name already.
    fn on_mount(self) {
        let Some(fields) = self.form.fields() else {
            return;
        };
        let has_name = !fields.value("username").is_empty();
        fields.focus_unless_busy(if has_name { "password" } else { "username" });
        if let Some(error) = self.form.error.get_untracked() {
            self.show(error);
        }
    }

    fn on_error(self, error: AuthError) {
        if let Some(fields) = self.form.fields() {
            if error == AuthError::InvalidCredentials {
                fields.clear("password");
                fields.focus("password");
            } else {
                fields.focus_submit_button();
            }
        }
        self.show(error);
    }

    fn show(self, error: AuthError) {
        if let (AuthError::Throttled { wait_seconds }, Some(fields)) = (&error, self.form.fields())
        {
            self.delay.begin(*wait_seconds, fields.value("username"));
        }
        self.form.error.set(Some(error));
    }
}
