use super::Texts;
use crate::domain::Language;

/// The texts of the pages in each language: ours, where an application has none of its own.
///
/// To say something in other words, take the rest of our texts as they are:
///
/// ```
/// # use countersign::{LoginTexts, Texts, Translations};
/// struct NotesTexts;
///
/// impl Translations for NotesTexts {
///     fn english(&self) -> &'static Texts {
///         const { &Texts {
///             login: LoginTexts {
///                 intro: Some("Sign in to read your notes."),
///                 ..Texts::ENGLISH.login
///             },
///             ..Texts::ENGLISH
///         } }
///     }
/// }
/// ```
pub trait Translations: Sync {
    /// The texts in English.
    fn english(&self) -> &'static Texts {
        &Texts::ENGLISH
    }

    /// The texts in German.
    fn german(&self) -> &'static Texts {
        &Texts::GERMAN
    }

    /// The texts in Arabic.
    fn arabic(&self) -> &'static Texts {
        &Texts::ARABIC
    }
}

/// Our texts in every language.
#[derive(Debug)]
pub struct OurTexts;

impl Translations for OurTexts {}

impl dyn Translations {
    pub(in crate::ui) fn of(&self, language: Language) -> &'static Texts {
        match language {
            Language::English => self.english(),
            Language::German => self.german(),
            Language::Arabic => self.arabic(),
        }
    }
}
