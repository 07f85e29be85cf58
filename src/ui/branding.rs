use leptos::prelude::*;

/// What an application puts into our pages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Branding {
    /// The name of the application.
    pub name: &'static str,
    /// Before the name.
    pub logo: Slot,
    /// Below the box of a page.
    pub links: Slot,
    /// At the end of a page.
    pub footer: Slot,
    /// In the dashboard, above its panels.
    pub dashboard: Slot,
    /// Whether our pages are to bring the `<main>` of the document.
    pub with_main: bool,
}

/// A view of the application in a place of our pages.
pub type Slot = fn() -> AnyView;

/// A place where the application puts nothing.
pub(super) fn empty() -> AnyView {
    ().into_any()
}
