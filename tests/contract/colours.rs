//! The contrast of the colours in `style/tokens.css`, in both schemes (WCAG 2.2, 1.4.3, 1.4.6 and 1.4.11).

use std::{collections::HashMap, fs};

use crate::support::TestServer;

const TOKENS: &str = include_str!("../../style/tokens.css");

/// Texts, and what they stand on: AAA, 7 to 1.
const TEXTS: [(&str, &[&str]); 8] = [
    ("ink", &["ground", "glow", "surface", "calm-ground"]),
    ("ink-quiet", &["ground", "glow", "surface"]),
    ("accent", &["surface", "ground"]),
    (
        "accent-strong",
        &["surface", "ground", "glow", "calm-ground"],
    ),
    ("on-accent", &["accent", "accent-strong"]),
    ("danger", &["danger-ground", "surface"]),
    ("warning", &["surface"]),
    ("surface", &["ink"]),
];

/// What shows where a control is, which state it has, or who it belongs to: 3 to 1.
const LINES: [(&str, &[&str]); 4] = [
    ("line", &["surface", "ground", "glow"]),
    ("accent", &["glow", "calm-ground", "surface", "ground"]),
    ("danger", &["surface", "danger-ground"]),
    // A button that has to wait.
    ("ink-quiet", &["line-quiet"]),
];

/// The colours by name, each as it is in the light and in the dark.
fn tokens() -> HashMap<&'static str, [&'static str; 2]> {
    let lines = TOKENS
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--")?.strip_suffix(");"));
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
fn texts_and_controls_can_be_told_from_what_they_stand_on() {
    let tokens = tokens();
    let texts = TEXTS.iter().map(|pair| (pair, 7.0));
    let lines = LINES.iter().map(|pair| (pair, 3.0));
    for ((front, backs), least) in texts.chain(lines) {
        for back in *backs {
            for scheme in [0, 1] {
                let (one, other) = (tokens[front][scheme], tokens[back][scheme]);
                let found = contrast(one, other);
                assert!(
                    found >= least,
                    "{front} {one} on {back} {other}: {found:.2}, not {least}"
                );
            }
        }
    }
}

#[test]
fn every_colour_is_a_token() {
    for file in fs::read_dir("style").unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let colours = text
            .lines()
            .filter(|line| line.contains(": #") || line.contains("rgb(") || line.contains(" #"));
        let strays: Vec<_> = colours
            .filter(|line| !line.trim_start().starts_with("--"))
            .collect();
        assert!(strays.is_empty(), "{}: {strays:?}", path.display());
    }
}

#[tokio::test]
async fn what_a_browser_draws_around_the_page_has_the_colour_of_its_ground() {
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
        "theme and background: {manifest}"
    );
}
