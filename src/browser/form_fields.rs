use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlFormElement, HtmlInputElement};

use super::focus_unless_busy;

/// The fields of a form, by name. They are looked up in the document, where a browser extension or
/// a translation may have changed the form since it was hydrated.
#[derive(Debug, Clone)]
pub struct FormFields(HtmlFormElement);

impl FormFields {
    #[must_use]
    pub fn new(form: HtmlFormElement) -> Self {
        Self(form)
    }

    /// The fields of the form that an event was dispatched on.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
        event.target()?.dyn_into().ok().map(Self)
    }

    /// The text of a field; empty if there is no such field.
    #[must_use]
    pub fn value(&self, name: &str) -> String {
        self.field(name)
            .map(|field| field.value())
            .unwrap_or_default()
    }

    #[must_use]
    pub fn is_checked(&self, name: &str) -> bool {
        self.field(name).is_some_and(|field| field.checked())
    }

    pub fn clear(&self, name: &str) {
        if let Some(field) = self.field(name) {
            field.set_value("");
        }
    }

    pub fn focus(&self, name: &str) {
        if let Some(field) = self.field(name) {
            let _ = field.focus();
        }
    }

    /// Focuses a field, unless the user has focused another element already.
    pub fn focus_unless_busy(&self, name: &str) {
        if let Some(field) = self.field(name) {
            focus_unless_busy(&field);
        }
    }

    pub fn focus_submit_button(&self) {
        if let Some(button) = self.find::<HtmlElement>("[type=submit]") {
            let _ = button.focus();
        }
    }

    /// Has the browser send the form, past the handlers of the page.
    pub fn submit(&self) {
        let _ = self.0.submit();
    }

    fn field(&self, name: &str) -> Option<HtmlInputElement> {
        self.find(&format!("[name={name}]"))
    }

    fn find<T: JsCast>(&self, selector: &str) -> Option<T> {
        self.0.query_selector(selector).ok()??.dyn_into().ok()
    }
}
