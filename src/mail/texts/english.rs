use jiff::Zoned;

use super::{ChangedTexts, DeletedTexts, EmailChangedTexts, LinkTexts, Texts};

pub static TEXTS: Texts = Texts {
    greeting: ["Hello ", ","],
    greeting_without_name: "Hello,",
    copy_link: "If the button does not work, copy this link into the browser:",
    valid_minutes: |number| {
        let minutes = if number == 1 { "minute" } else { "minutes" };
        format!("The link works once, and only for {number} {minutes} after the request.")
    },
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
            let days = if days == 1 {
                "1 day".to_owned()
            } else {
                format!("{days} days")
            };
            format!(
                "If it was not you, take the address back by this link. It works for {days}, ends all \
                 sessions, and asks for a new password:"
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
};

fn date(at: &Zoned) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}
