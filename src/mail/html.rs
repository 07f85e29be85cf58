use maud::{DOCTYPE, Markup, html};

use super::letter::{Letter, Part};

const PAGE: &str = "max-width:560px;margin:0 auto;padding:24px 16px;\
    font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;\
    overflow-wrap:anywhere";
const PARAGRAPH: &str = "margin:0 0 20px";
const BUTTON: &str = "display:inline-block;padding:12px 20px;border-radius:10px;\
    background:#2342c4;color:#ffffff;font-weight:600;text-decoration:none";

/// A letter as HTML. Nothing in it is loaded from anywhere. All colours but those of the button are
/// the mail program's, so that they fit in the dark too.
pub fn html(letter: &Letter<'_>) -> String {
    let [before, after] = letter.greeting;
    let page = html! {
        (DOCTYPE)
        html lang=(letter.language.tag()) dir=(letter.language.direction()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                title { (letter.subject) }
            }
            body style="margin:0" {
                // Mail programs take the body out of its page, and with it language and direction.
                div lang=(letter.language.tag()) dir=(letter.language.direction()) style=(PAGE) {
                    p style=(PARAGRAPH) { (before)
                        @if !letter.username.is_empty() { bdi { (letter.username) } }
                        (after) }
                    @for part in &letter.parts {
                        (paragraphs(part))
                    }
                }
            }
        }
    };
    page.into_string()
}

fn paragraphs(part: &Part<'_>) -> Markup {
    html! {
        @match part {
            Part::Text(text) => p style=(PARAGRAPH) { (text) },
            Part::Around([before, after], address) => {
                p style=(PARAGRAPH) {
                    (before) a href=(address) { bdi dir="ltr" { (address) } } (after)
                }
            },
            Part::Link { link, button, copy } => {
                p style=(PARAGRAPH) { a href=(link) style=(BUTTON) { (button) } }
                p style=(PARAGRAPH) { (copy) br; a href=(link) { bdi dir="ltr" { (link) } } }
            },
        }
    }
}
