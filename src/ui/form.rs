use std::borrow::Cow;

use leptos::{ev::SubmitEvent, html, prelude::*};

use crate::{
    browser::{FormFields, take_over},
    domain::AuthError,
    ui::Texts,
};

/// The name of a field, and the text of its error.
pub type FieldError = (&'static str, Cow<'static, str>);

/// The state of a form. The values are not part of it: they are read from the fields when the form is
/// submitted.
#[derive(Debug, Clone, Copy)]
pub struct FormState {
    pub node: NodeRef<html::Form>,
    /// Whether a response is awaited: nothing is submitted meanwhile.
    pub pending: Signal<bool>,
    /// Why the last submission failed.
    pub error: RwSignal<Option<AuthError>>,
    field_errors: RwSignal<Vec<FieldError>>,
}

impl FormState {
    pub fn new(node: NodeRef<html::Form>, pending: impl Into<Signal<bool>>) -> Self {
        Self {
            node,
            pending: pending.into(),
            error: RwSignal::new(None),
            field_errors: RwSignal::new(Vec::new()),
        }
    }

    /// Takes a submission over from the browser. Returns the fields of the form, or `None` while a
    /// response is awaited. When the page can't handle it, the browser sends the form.
    pub fn on_submit(self, event: &SubmitEvent) -> Option<FormFields> {
        let fields = FormFields::of(event)?;
        (take_over(event) && !self.pending.get_untracked()).then_some(fields)
    }

    /// Shows the errors of the fields, and focuses the first wrong field. Returns whether all fields
    /// are right.
    pub fn validate<const N: usize>(
        self,
        fields: &FormFields,
        errors: [Option<FieldError>; N],
    ) -> bool {
        let errors: Vec<_> = errors.into_iter().flatten().collect();
        if let Some((name, _)) = errors.first() {
            fields.focus(name);
        }
        let is_valid = errors.is_empty();
        self.error.set(None);
        self.field_errors.set(errors);
        is_valid
    }

    /// Shows why the server has refused the form: beside the field that the error is about, or above
    /// all fields. Returns the name of that field.
    pub fn fail(self, error: AuthError, texts: &Texts) -> Option<&'static str> {
        let wrong = texts.field_error(&error);
        let name = wrong.as_ref().map(|(name, _)| *name);
        self.show(error, wrong);
        name
    }

    /// Shows an error, beside a field if it is about one.
    pub fn show(self, error: AuthError, wrong: Option<FieldError>) {
        self.error.set(wrong.is_none().then_some(error));
        self.field_errors.set(wrong.into_iter().collect());
    }

    /// Shows the error of a field beside those of the others.
    pub fn mark(self, name: &'static str, text: Cow<'static, str>) {
        self.clear(name);
        self.field_errors.update(|errors| errors.push((name, text)));
    }

    /// Takes the error of a field away.
    pub fn clear(self, name: &str) {
        self.field_errors
            .update(|errors| errors.retain(|(wrong, _)| *wrong != name));
    }

    /// The fields in the document, if the form is mounted.
    pub fn fields(self) -> Option<FormFields> {
        self.node.get().map(FormFields::new)
    }

    pub fn field_errors(self) -> Vec<FieldError> {
        self.field_errors.get()
    }

    pub fn field_error(self, name: &str) -> Option<String> {
        self.field_errors.with(|errors| {
            let (_, text) = errors.iter().find(|(wrong, _)| *wrong == name)?;
            Some(text.to_string())
        })
    }
}
