use super::{ChangedTexts, ResetTexts, Texts};

pub static TEXTS: Texts = Texts {
    greeting: ["Hello ", ","],
    reset: ResetTexts {
        subject: "Choose a new password",
        requested: "A new password was requested for your account. To choose it, open this link:",
        button: "Choose a new password",
        copy_link: "If the button does not work, copy this link into the browser:",
        valid_minutes: |number| {
            let minutes = if number == 1 { "minute" } else { "minutes" };
            format!("The link works once, and only for {number} {minutes} after the request.")
        },
        not_requested: "If you did not ask for this, you can ignore this mail: nothing was changed.",
    },
    changed: ChangedTexts {
        subject: "Your password was changed",
        changed_at: |at| {
            let at = at.strftime("%-d %B %Y, %H:%M UTC");
            format!("The password of your account was changed on {at}.")
        },
        by_you: "If it was you, there is nothing to do.",
        not_by_you: [
            "If it was not you, reset the password now at ",
            " and tell your administrator.",
        ],
    },
};
