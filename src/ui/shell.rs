use leptos::{
    config::LeptosOptions,
    hydration::{AutoReload, HydrationScripts},
    prelude::*,
};
use leptos_meta::{HashedStylesheet, MetaTags};

use super::{App, foot::Foot};
use crate::domain::{Language, Theme};

/// The HTML document around the application.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let theme = use_context::<Theme>().unwrap_or_default();
    let language = use_context::<Language>().unwrap_or_default();
    // What a browser paints before it has the style.
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
                <meta name="description" content=language.texts().common.description />
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
                <Foot />
            </body>
        </html>
    }
}

/// The colour of what a browser draws around the page: the page's own ground.
fn theme_colour(chosen: Theme, part: Theme, colour: &'static str) -> impl IntoView {
    let meta = leptos::html::meta()
        .id(format!("colour-{}", part.as_str()))
        .name("theme-color")
        .content(colour);
    // The view macro knows no such attribute of this element.
    meta.attr("media", chosen.media(part))
}
