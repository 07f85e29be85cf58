use leptos::{
    config::LeptosOptions,
    hydration::{AutoReload, HydrationScripts},
    nonce::use_nonce,
    prelude::*,
};
use leptos_meta::MetaTags;

use super::{APP_ID, App};
use crate::{Footer, Language, Theme, page_language, page_theme};

/// Has the page stay plain in a browser without WebAssembly, and when anything has changed the
/// application before the wasm takes it over: hydration expects it exactly as the server sent it.
///
/// When the wasm could not be loaded, or not within 10 seconds, the page is plain for as long as it
/// has to wait. A rejected promise that nobody handles is that of Leptos' own script, which loads it.
///
/// The parser adds nodes in document order, and nothing after `DOMContentLoaded`. All other nodes
/// are those of extensions, translations or the browser.
const WATCH_PAGE: &str = include_str!("watch_page.js");

/// Has browsers make no links of names and numbers.
const NO_LINKS: &str = "telephone=no,date=no,address=no,email=no";

/// The HTML document around the application.
pub fn shell(options: LeptosOptions) -> AnyView {
    let theme = page_theme().unwrap_or_default();
    let language = page_language().unwrap_or_default();
    // For the first paint, before the stylesheet is loaded.
    let schemes = if theme == Theme::System {
        "light dark"
    } else {
        theme.as_str()
    };
    view! {
        <!DOCTYPE html>
        <html
            class="cs-root"
            lang=language.tag()
            dir=language.direction()
            data-theme=theme.as_str()
        >
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width,initial-scale=1" />
                <meta name="format-detection" content=NO_LINKS />
                <meta name="description" content=description(language) />
                <meta name="color-scheme" content=schemes />
                {theme_colour(theme, Theme::Light, "#f5f6fa")}
                {theme_colour(theme, Theme::Dark, "#0f1118")}
                // Before the style sheet, which scripts after it would wait for.
                <script nonce=use_nonce()>{one_line(WATCH_PAGE)}</script>
                <link rel="icon" href="/favicon.svg" />
                <link rel="apple-touch-icon" href="/icons/180.png" />
                <link rel="manifest" href="/site.webmanifest" />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                // An element of its own, so that others may be put into the body.
                <div id=APP_ID>
                    <App />
                </div>
                <Footer />
            </body>
        </html>
    }
    .into_any()
}

/// For search engines and link previews.
fn description(language: Language) -> &'static str {
    match language {
        Language::English => "Sign in with your user name or e-mail address.",
        Language::German => {
            "Melden Sie sich mit Benutzername oder E-Mail-Adresse bei Ihrem Konto an."
        }
        Language::Arabic => "سجّل الدخول إلى حسابك باسم المستخدم أو البريد الإلكتروني.",
    }
}

/// A script without line breaks and spaces that only people need, since pages are not compressed.
fn one_line(script: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let mut line = String::new();
    for part in script.split_whitespace() {
        if line.ends_with(is_word) && part.starts_with(is_word) {
            line.push(' ');
        }
        line.push_str(part);
    }
    line.replace(";}", "}")
}

/// Gives the browser's own parts around the page the background colour of the page.
fn theme_colour(chosen: Theme, part: Theme, colour: &'static str) -> impl IntoView {
    let meta = leptos::html::meta()
        .id(format!("colour-{}", part.as_str()))
        .name("theme-color")
        .content(colour);
    // The view macro does not know this attribute of `<meta>`.
    meta.attr("media", chosen.media(part))
}
