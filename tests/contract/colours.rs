//! Tests of the colours in `style/tokens.css` and their contrast in both schemes (WCAG 2.2, 1.4.3,
//! 1.4.6 and 1.4.11).

use std::{collections::HashMap, fs};

use crate::support::TestServer;

const TOKENS: &str = include_str!("../../style/tokens.css");

/// Text colours and their backgrounds. Level AAA requires a contrast of 7 to 1.
const TEXTS: [(&str, &[&str]); 9] = [
    ("ink", &["ground", "glow", "surface", "calm-ground"]),
    ("ink-quiet", &["ground", "glow", "surface"]),
    ("accent", &["surface", "ground"]),
    (
        "accent-strong",
        &["surface", "ground", "glow", "calm-ground"],
    ),
    ("on-accent", &["accent", "accent-strong"]),
    ("danger", &["danger-ground", "surface"]),
    ("on-danger", &["danger", "danger-strong"]),
    ("warning", &["surface"]),
    ("surface", &["ink"]),
];

/// Colours that show a control or its state, and their backgrounds. WCAG requires 3 to 1.
const LINES: [(&str, &[&str]); 4] = [
    ("line", &["surface", "ground", "glow"]),
    ("accent", &["glow", "calm-ground", "surface", "ground"]),
    ("danger", &["surface", "danger-ground"]),
    // A disabled button.
    ("ink-quiet", &["line-quiet"]),
];

/// The colours by name, each with its light and its dark value.
fn tokens() -> HashMap<&'static str, [&'static str; 2]> {
    let lines = TOKENS
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--cs-")?.strip_suffix(");"));
    let pairs = lines.filter_map(|line| line.split_once(": light-dark("));
    pairs
        .map(|(name, colours)| (name, colours.split_once(", ").unwrap().into()))
        .collect()
}

fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    assert_eq!(colour.len(), 7, "{colour}");
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn text_and_controls_have_enough_contrast_with_their_background() {
    let tokens = tokens();
    let texts = TEXTS.iter().map(|pair| (pair, 7.0));
    let lines = LINES.iter().map(|pair| (pair, 3.0));
    for ((foreground, backgrounds), minimum) in texts.chain(lines) {
        for background in *backgrounds {
            for scheme in [0, 1] {
                let (one, other) = (tokens[foreground][scheme], tokens[background][scheme]);
                let ratio = contrast(one, other);
                assert!(
                    ratio >= minimum,
                    "{foreground} {one} on {background} {other}: {ratio:.2} is less than {minimum}"
                );
            }
        }
    }
}

#[test]
fn style_sheets_define_colours_in_tokens_only() {
    for file in fs::read_dir("style").unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let colours = text.lines().filter(|line| {
            line.contains(": #")
                || line.contains("rgb(")
                || (line.contains(": ") && line.contains(" #"))
        });
        let literals: Vec<_> = colours
            .filter(|line| !line.trim_start().starts_with("--"))
            .collect();
        assert!(literals.is_empty(), "{}: {literals:?}", path.display());
    }
}

#[tokio::test]
async fn the_theme_color_of_the_browser_is_the_page_background() {
    let [light, dark] = tokens()["ground"];
    let html = TestServer::start().await.get("/login").await.text();
    for (part, colour) in [("light", light), ("dark", dark)] {
        let tag = html
            .split('<')
            .find(|tag| tag.contains(&format!("id=\"colour-{part}\"")))
            .unwrap();
        assert!(tag.contains(&format!("content=\"{colour}\"")), "{tag}");
        assert!(
            tag.contains(&format!("media=\"(prefers-color-scheme: {part})\"")),
            "{tag}"
        );
    }
    let manifest = include_str!("../../public/site.webmanifest");
    assert_eq!(
        manifest.matches(light).count(),
        2,
        "theme_color and background_color: {manifest}"
    );
}
