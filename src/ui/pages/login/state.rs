use leptos::{ev::SubmitEvent, html::Form, prelude::*};
use send_wrapper::SendWrapper;

use super::delay::Delay;
use crate::{
    browser::{FormFields, LOAD_TIMEOUT, is_server_reachable, pause},
    domain::{AuthError, Password, paths},
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
}

impl LoginState {
    /// Begins with the error of a sign-in by the plain form, if the page is the response to one.
    pub fn new(auth: Auth) -> Self {
        let node = NodeRef::new();
        let request = Action::new(move |input: &LoginInput| {
            let LoginInput {
                username,
                password,
                remember,
            } = input.clone();
            async move {
                let calls = auth.client().in_foreground(ServerCalls::load()).await;
                if calls.is_err() {
                    SendWrapper::new(send_plain_form(node)).await;
                }
                (calls?.log_in)(auth, username, password, remember).await
            }
        });
        // The form stays pending until the next page is there.
        let pending = move || request.pending().get() || auth.user().is_some();
        let state = Self {
            form: FormState::new(node, Signal::derive(pending)),
            delay: Delay::new(),
            is_password_shown: RwSignal::new(false),
            auth,
            texts: texts(),
            request,
        };
        let failed = auth.failed_login();
        let wrong = failed.and_then(|failed| state.form.fail(failed.error, state.texts));
        Effect::new(move |_| state.on_mount(wrong));
        Effect::new(move |_| {
            if let Some(Err(error)) = request.value().get() {
                state.on_error(error);
            }
        });
        state
    }

    pub fn submit(self, event: &SubmitEvent) {
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
            no_name.then_some(("username", login.enter_name_or_email.into())),
            no_password.then_some(("password", login.enter_password.into())),
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

    /// Focuses the field where the user goes on: the wrong one, or the password, if there is a user
    /// name already.
    fn on_mount(self, wrong: Option<&str>) {
        let Some(fields) = self.form.fields() else {
            return;
        };
        let has_name = !fields.value("username").is_empty();
        let next = if has_name { "password" } else { "username" };
        fields.focus_unless_busy(wrong.unwrap_or(next));
        if let Some(error) = self.form.error.get_untracked() {
            self.show(error);
        }
    }

    fn on_error(self, error: AuthError) {
        let is_password_wrong = error == AuthError::InvalidCredentials;
        let mut wrong = self.show(error);
        let Some(fields) = self.form.fields() else {
            return;
        };
        if is_password_wrong {
            fields.clear("password");
            wrong = Some("password");
        }
        match wrong {
            Some(name) => fields.focus(name),
            None => fields.focus_submit_button(),
        }
    }

    /// Returns the name of the field that the error is about.
    fn show(self, error: AuthError) -> Option<&'static str> {
        if let (AuthError::Throttled { wait_seconds }, Some(fields)) = (&error, self.form.fields())
        {
            self.delay.begin(*wait_seconds, fields.value("username"));
        }
        self.form.fail(error, self.texts)
    }
}

/// Has the browser send the form, if the server can be reached. For a page whose second file, which
/// would send it, can't be loaded: it is gone after an update of the server, or blocked on its way.
async fn send_plain_form(node: NodeRef<Form>) {
    if is_server_reachable(paths::LOGIN).await
        && let Some(form) = node.try_get_untracked().flatten()
    {
        FormFields::new(form).submit();
        // The form stays pending until the next page is there.
        pause(LOAD_TIMEOUT).await;
    }
}
