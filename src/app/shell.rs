use leptos::{
    config::LeptosOptions,
    hydration::{AutoReload, HydrationScripts},
    prelude::*,
};
use leptos_meta::{HashedStylesheet, MetaTags};

use super::App;
use crate::{
    domain::{Language, Theme},
    ui::{Footer, texts_of},
};

/// The HTML document around the application.
pub fn shell(options: LeptosOptions) -> AnyView {
    let theme = use_context::<Theme>().unwrap_or_default();
    let language = use_context::<Language>().unwrap_or_default();
    // For the first paint, before the stylesheet is loaded.
    let schemes = if theme == Theme::System {
        "light dark"
    } else {
        theme.as_str()
    };
    view! {
        <!DOCTYPE html>
        <html lang=language.tag() dir=language.direction() data-theme=theme.as_str()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="description" content=texts_of(language).common.description />
                <meta name="color-scheme" content=schemes />
                {theme_colour(theme, Theme::Light, "#f5f6fa")}
                {theme_colour(theme, Theme::Dark, "#0f1118")}
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                <link rel="apple-touch-icon" href="/icons/180.png" />
                <link rel="manifest" href="/site.webmanifest" />
                <HashedStylesheet options=options.clone() id="style" />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
                <Footer />
            </body>
        </html>
    }
    .into_any()
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
