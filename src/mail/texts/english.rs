use jiff::Zoned;

use super::{AccountExistsTexts, ChangedTexts, DeletedTexts, EmailChangedTexts, LinkTexts, Texts};

pub static TEXTS: Texts = Texts {
    greeting: ["Hello ", ","],
    greeting_without_name: "Hello,",
    copy_link: "If the button does not work, copy this link into the browser:",
    valid_minutes: |number| {
        let minutes = if number == 1 { "minute" } else { "minutes" };
        format!("The link works once, and only for {number} {minutes} after the request.")
    },
    valid_days: |number| format!("The link works once, and only for {}.", days(number)),
    reset: LinkTexts {
        subject: "Choose a new password",
        requested: "A new password was requested for your account. To choose it, open this link:",
        button: "Choose a new password",
        not_requested: "If you did not ask for this, you can ignore this mail: nothing was changed.",
    },
    changed: ChangedTexts {
        subject: "Your password was changed",
        changed_at: |at| format!("The password of your account was changed on {}.", date(at)),
        by_you: "If it was you, there is nothing to do.",
        not_by_you: [
            "If it was not you, reset the password now at ",
            " and tell your administrator.",
        ],
    },
    confirmation: LinkTexts {
        subject: "Confirm your e-mail address",
        requested: "You want this to be the e-mail address of your account. To confirm it, open this \
                    link:",
        button: "Confirm this address",
        not_requested: "If you did not ask for this, ignore this mail: somebody has mistyped an \
                        address, and nothing was changed.",
    },
    email_changed: EmailChangedTexts {
        subject: "Your e-mail address was changed",
        changed_at: |at| {
            format!(
                "The e-mail address of your account was changed on {}. This mail goes to the former \
                 one.",
                date(at)
            )
        },
        not_by_you: |days| {
            format!(
                "If it was not you, take the address back by this link. It works for {}, ends all \
                 sessions, and asks for a new password:",
                self::days(days)
            )
        },
        button: "Take the address back",
        ask_administrator: "If you did not expect this, tell your administrator.",
    },
    deleted: DeletedTexts {
        subject: "Your account was deleted",
        deleted_at: |at| {
            format!(
                "Your account was deleted on {}, with everything that belonged to it.",
                date(at)
            )
        },
    },
    sign_up: LinkTexts {
        subject: "Create your account",
        requested: "You want to create an account with this e-mail address. To choose a user name and a \
                    password, open this link:",
        button: "Create your account",
        not_requested: "If you did not ask for this, ignore this mail: somebody has mistyped an address, \
                        and there is no account with yours.",
    },
    invitation: LinkTexts {
        subject: "You are invited to create an account",
        requested: "You are invited to create an account. To choose a user name and a password, open \
                    this link:",
        button: "Create your account",
        not_requested: "If you do not want an account, you can ignore this mail.",
    },
    account_exists: AccountExistsTexts {
        subject: "You have an account already",
        requested: "Somebody asked to create an account with this e-mail address. You have one already; \
                    its user name is in the greeting.",
        sign_in_at: [
            "Sign in at ",
            ". If you have forgotten the password, you can choose a new one there.",
        ],
        not_requested: "If it was not you, you can ignore this mail: nothing was changed.",
    },
};

fn days(number: i64) -> String {
    if number == 1 {
        "1 day".to_owned()
    } else {
        format!("{number} days")
    }
}

fn date(at: &Zoned) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}
