//! Normalizes user names and passwords before comparison (PRECIS: RFC 8264, 8265, 8266) with
//! current Unicode tables. The existing PRECIS crates use Unicode 6.3 of 2013 and refuse newer
//! characters, such as recent emoji (ADR 4).

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory, JoinControl, VariationSelector},
};

/// Applies the `OpaqueString` profile, for passwords (RFC 8265 §4.2): maps every space separator to
/// an ASCII space and normalizes to NFC. `None` if a character is not allowed: control, unassigned
/// and private-use characters, and invisible ones except the joiners and variation selectors that
/// emoji and some scripts need.
pub(super) fn opaque_string(text: &str) -> Option<String> {
    let is_joiner = |c| {
        CodePointSetData::new::<JoinControl>().contains(c)
            || CodePointSetData::new::<VariationSelector>().contains(c)
    };
    if !text.chars().all(|c| is_visible(c) || is_joiner(c)) {
        return None;
    }
    let mapped: String = text
        .chars()
        .map(|c| if is_space(c) { ' ' } else { c })
        .collect();
    Some(
        ComposingNormalizerBorrowed::new_nfc()
            .normalize(&mapped)
            .into_owned(),
    )
}

/// Applies the Nickname profile, for user names (RFC 8266 §2.3): trims, collapses spaces, and
/// normalizes to NFKC. `None` if a character is not allowed: as for [`opaque_string`], and every
/// invisible one, since names that differ only by those look the same.
///
/// NFKC can produce new spaces ("´" becomes a space and an accent), so the rules are applied until
/// nothing changes. A text that is not stable after four passes is refused (RFC 8264 §7).
pub(super) fn nickname(text: &str) -> Option<String> {
    let mut name = nickname_pass(text)?;
    for _ in 0..3 {
        let again = nickname_pass(&name)?;
        if again == name {
            return Some(name);
        }
        name = again;
    }
    None
}

/// One pass of the rules of the Nickname profile.
fn nickname_pass(text: &str) -> Option<String> {
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
