//! The texts of signing up, in each language.

use leptos::prelude::use_context;

use crate::domain::Language;

/// The pages by which an account is created, in the second wasm file.
#[derive(Debug)]
pub struct SignUpTexts {
    pub title: &'static str,
    pub intro: &'static str,
    pub send_link: &'static str,
    pub sent: &'static str,
    pub create_title: &'static str,
    /// Before and after the e-mail address.
    pub will_have: [&'static str; 2],
    pub username: &'static str,
    pub username_hint: &'static str,
    pub enter_username: &'static str,
    pub name_is_free: &'static str,
    pub name_taken: &'static str,
    pub create: &'static str,
    pub link_not_good: &'static str,
}

/// The texts of the page's language. To be called while a component is created.
pub fn sign_up_texts() -> &'static SignUpTexts {
    match use_context().unwrap_or_default() {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::Arabic => &ARABIC,
    }
}

static ENGLISH: SignUpTexts = SignUpTexts {
    title: "Create an account",
    intro: "You will get a mail with a link to choose your user name and password.",
    send_link: "Send the link",
    sent: "A mail is on its way. Its link is good for 60 minutes.",
    create_title: "Create your account",
    will_have: ["Your e-mail address is ", "."],
    username: "User name",
    enter_username: "Enter a user name.",
    username_hint: "You sign in with it or with your e-mail address. Letters, digits, spaces and most \
                    signs, but no @.",
    name_is_free: "This name is free.",
    name_taken: "Another account has this name. Choose another one.",
    create: "Create the account",
    link_not_good: "This link was used already, was revoked, or has expired.",
};

static GERMAN: SignUpTexts = SignUpTexts {
    title: "Konto anlegen",
    intro: "Sie erhalten eine E-Mail mit einem Link, über den Sie Benutzernamen und Passwort wählen.",
    send_link: "Link senden",
    sent: "Eine E-Mail ist unterwegs. Ihr Link gilt 60 Minuten.",
    create_title: "Konto anlegen",
    will_have: ["Ihre E-Mail-Adresse ist ", "."],
    username: "Benutzername",
    enter_username: "Geben Sie einen Benutzernamen ein.",
    username_hint: "Damit oder mit der E-Mail-Adresse melden Sie sich an. Buchstaben, Ziffern, \
                    Leerzeichen und die meisten Zeichen, aber kein @.",
    name_is_free: "Dieser Name ist frei.",
    name_taken: "Ein anderes Konto hat diesen Namen. Wählen Sie einen anderen.",
    create: "Konto anlegen",
    link_not_good: "Dieser Link wurde schon benutzt, widerrufen oder ist abgelaufen.",
};

static ARABIC: SignUpTexts = SignUpTexts {
    title: "إنشاء حساب",
    intro: "ستصلك رسالة بريد إلكتروني فيها رابط لاختيار اسم المستخدم وكلمة المرور.",
    send_link: "إرسال الرابط",
    sent: "رسالة بريد إلكتروني في طريقها إليك. رابطها صالح لمدة 60 دقيقة.",
    create_title: "إنشاء حسابك",
    will_have: ["عنوان بريدك الإلكتروني هو ", "."],
    username: "اسم المستخدم",
    enter_username: "أدخل اسم مستخدم.",
    username_hint: "تسجّل الدخول به أو ببريدك الإلكتروني. أحرف وأرقام ومسافات ومعظم العلامات، لكن من دون @.",
    name_is_free: "هذا الاسم متاح.",
    name_taken: "هذا الاسم لحساب آخر. اختر غيره.",
    create: "إنشاء الحساب",
    link_not_good: "استُخدم هذا الرابط من قبل أو أُلغي أو انتهت صلاحيته.",
};
