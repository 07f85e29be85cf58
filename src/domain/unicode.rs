//! Normalizes user names and passwords before comparison (PRECIS: RFC 8264, 8265, 8266) with
//! current Unicode tables. The existing PRECIS crates use Unicode 6.3 of 2013 and refuse newer
//! characters, such as recent emoji (ADR 4).

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        BidiControl, CanonicalCombiningClass, DefaultIgnorableCodePoint, GeneralCategory,
        JoinControl, JoiningType, VariationSelector,
    },
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
    Some(compose(&mapped))
}

/// Whether every character of a text can be seen.
pub(super) fn is_visible_text(text: &str) -> bool {
    text.chars().all(|c| is_visible(c) && !is_space(c))
}

/// Normalizes to NFC: equal texts are equal byte for byte.
pub(super) fn compose(text: &str) -> String {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    nfc.normalize(text).into_owned()
}

/// Applies the Nickname profile, for user names (RFC 8266 §2.3): trims, collapses spaces, and
/// normalizes to NFKC. `None` if a character is not allowed: as for [`opaque_string`], and every
/// invisible one, since names that differ only by those look the same. A joiner is allowed where it
/// changes how the letters beside it look.
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
    let is_allowed = |word: &&str| {
        word.char_indices().all(|(at, c)| {
            let (before, after) = word.split_at(at);
            is_visible(c) || is_joiner_in_context(before, c, after.strip_prefix(c).unwrap_or(after))
        })
    };
    if !words.iter().all(is_allowed) {
        return None;
    }
    Some(
        ComposingNormalizerBorrowed::new_nfkc()
            .normalize(&words.join(" "))
            .into_owned(),
    )
}

/// Removes what is pasted along with a name and can't be seen: white space, such as the tab between
/// two cells of a table, and marks of the writing direction.
pub(super) fn trim(text: &str) -> &str {
    let is_directional = |c| CodePointSetData::new::<BidiControl>().contains(c);
    text.trim_matches(|c: char| {
        c.is_whitespace() || is_directional(c) || [ZERO_WIDTH_SPACE, BYTE_ORDER_MARK].contains(&c)
    })
}

const ZERO_WIDTH_SPACE: char = '\u{200b}';
const BYTE_ORDER_MARK: char = '\u{feff}';
const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';

/// The rules for the two joiners between other characters (RFC 5892, appendices A.1 and A.2). Both
/// may follow a virama. The non-joiner may also stand between two letters that would join.
fn is_joiner_in_context(before: &str, c: char, after: &str) -> bool {
    if !CodePointSetData::new::<JoinControl>().contains(c) {
        return false;
    }
    let class = |c| CodePointMapData::<CanonicalCombiningClass>::new().get(c);
    if before.chars().next_back().map(class) == Some(CanonicalCombiningClass::Virama) {
        return true;
    }
    let joining = |c| CodePointMapData::<JoiningType>::new().get(c);
    let is_base = |joining: &JoiningType| *joining != JoiningType::Transparent;
    let left = before.chars().rev().map(joining).find(is_base);
    let right = after.chars().map(joining).find(is_base);
    c == ZERO_WIDTH_NON_JOINER
        && matches!(
            left,
            Some(JoiningType::LeftJoining | JoiningType::DualJoining)
        )
        && matches!(
            right,
            Some(JoiningType::RightJoining | JoiningType::DualJoining)
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
