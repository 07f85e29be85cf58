//! How names and passwords are prepared before they are compared (PRECIS: RFC 8264, 8265, 8266), by today's
//! Unicode tables. Libraries for PRECIS stop at Unicode 6.3 of 2013 and refuse what keyboards have typed since.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory, JoinControl, VariationSelector},
};

/// The `OpaqueString` profile, for passwords (RFC 8265 §4.2): every space is a space, and letters with marks
/// are composed (NFC). `None` if a character is not allowed: control characters, unassigned and private ones,
/// and invisible ones but for those that emoji and some scripts are typed with.
pub(super) fn opaque_string(text: &str) -> Option<String> {
    let typed_joiner = |c| {
        CodePointSetData::new::<JoinControl>().contains(c)
            || CodePointSetData::new::<VariationSelector>().contains(c)
    };
    if !text.chars().all(|c| is_visible(c) || typed_joiner(c)) {
        return None;
    }
    let spaced: String = text
        .chars()
        .map(|c| if is_space(c) { ' ' } else { c })
        .collect();
    Some(
        ComposingNormalizerBorrowed::new_nfc()
            .normalize(&spaced)
            .into_owned(),
    )
}

/// The Nickname profile, for user names (RFC 8266 §2.3): no space at the ends, one between words, and
/// look-alikes by compatibility folded (NFKC). `None` if a character is not allowed: as above, and every
/// invisible one, since two names that look the same must be the same.
///
/// Folding can bring out new spaces ("´" becomes a space and an accent), so it is done until nothing changes;
/// what has not settled after four times is refused (RFC 8264 §7).
pub(super) fn nickname(text: &str) -> Option<String> {
    let mut name = folded(text)?;
    for _ in 0..3 {
        let again = folded(&name)?;
        if again == name {
            return Some(name);
        }
        name = again;
    }
    None
}

fn folded(text: &str) -> Option<String> {
    let words: Vec<&str> = text
        .split(is_space)
        .filter(|word| !word.is_empty())
        .collect();
    if !words.iter().all(|word| word.chars().all(is_visible)) {
        return None;
    }
    Some(
        ComposingNormalizerBorrowed::new_nfkc()
            .normalize(&words.join(" "))
            .into_owned(),
    )
}

fn is_space(c: char) -> bool {
    category(c) == GeneralCategory::SpaceSeparator
}

fn is_visible(c: char) -> bool {
    let hidden = matches!(
        category(c),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::PrivateUse
            | GeneralCategory::Surrogate
            | GeneralCategory::Unassigned
    );
    !hidden && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}
