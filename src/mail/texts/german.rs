use jiff::Zoned;

use super::{
    AccountExistsTexts, ChangedTexts, DeletedTexts, EmailChangedTexts, LinkTexts, Texts, month,
};

pub static TEXTS: Texts = Texts {
    greeting: ["Guten Tag ", ","],
    greeting_without_name: "Guten Tag,",
    copy_link: "Falls die Schaltfläche nicht funktioniert, kopieren Sie diesen Link in den Browser:",
    valid_minutes: |number| {
        let minutes = if number == 1 { "Minute" } else { "Minuten" };
        format!(
            "Der Link funktioniert nur einmal, und nur {number} {minutes} lang nach der Anforderung."
        )
    },
    valid_days: |number| {
        let days = days(number);
        format!("Der Link funktioniert nur einmal, und nur {days} lang.")
    },
    reset: LinkTexts {
        subject: "Neues Passwort wählen",
        requested: "für Ihr Konto wurde ein neues Passwort angefordert. Öffnen Sie diesen Link, um es \
                    zu wählen:",
        button: "Neues Passwort wählen",
        not_requested: "Falls Sie das nicht angefordert haben, können Sie diese E-Mail ignorieren: Es \
                        wurde nichts geändert.",
    },
    changed: ChangedTexts {
        subject: "Ihr Passwort wurde geändert",
        changed_at: |at| format!("das Passwort Ihres Kontos wurde am {} geändert.", date(at)),
        by_you: "Falls Sie das selbst waren, müssen Sie nichts tun.",
        not_by_you: [
            "Falls nicht, setzen Sie das Passwort jetzt unter ",
            " zurück, und geben Sie der Verwaltung Bescheid.",
        ],
    },
    confirmation: LinkTexts {
        subject: "E-Mail-Adresse bestätigen",
        requested: "diese Adresse soll die E-Mail-Adresse Ihres Kontos werden. Öffnen Sie diesen Link, \
                    um sie zu bestätigen:",
        button: "Adresse bestätigen",
        not_requested: "Falls Sie das nicht angefordert haben, ignorieren Sie diese E-Mail: Jemand hat \
                        sich bei einer Adresse vertippt, und es wurde nichts geändert.",
    },
    email_changed: EmailChangedTexts {
        subject: "Ihre E-Mail-Adresse wurde geändert",
        changed_at: |at| {
            format!(
                "die E-Mail-Adresse Ihres Kontos wurde am {} geändert. Diese E-Mail geht an die \
                 bisherige Adresse.",
                date(at)
            )
        },
        not_by_you: |days| {
            let days = self::days(days);
            format!(
                "Falls Sie das nicht selbst waren, holen Sie die Adresse durch diesen Link zurück. Er \
                 funktioniert {days} lang, beendet alle Sitzungen und verlangt ein neues Passwort:"
            )
        },
        button: "Adresse zurückholen",
        ask_administrator: "Falls Sie das nicht erwartet haben, geben Sie der Verwaltung Bescheid.",
    },
    deleted: DeletedTexts {
        subject: "Ihr Konto wurde gelöscht",
        deleted_at: |at| {
            format!(
                "Ihr Konto wurde am {} gelöscht, mit allem, was dazu gehörte.",
                date(at)
            )
        },
    },
    sign_up: LinkTexts {
        subject: "Konto anlegen",
        requested: "Sie möchten mit dieser E-Mail-Adresse ein Konto anlegen. Öffnen Sie diesen Link, um \
                    Benutzernamen und Passwort zu wählen:",
        button: "Konto anlegen",
        not_requested: "Falls Sie das nicht angefordert haben, ignorieren Sie diese E-Mail: Jemand hat \
                        sich bei einer Adresse vertippt, und mit Ihrer gibt es kein Konto.",
    },
    invitation: LinkTexts {
        subject: "Einladung zu einem Konto",
        requested: "Sie sind eingeladen, ein Konto anzulegen. Öffnen Sie diesen Link, um Benutzernamen \
                    und Passwort zu wählen:",
        button: "Konto anlegen",
        not_requested: "Falls Sie kein Konto möchten, können Sie diese E-Mail ignorieren.",
    },
    account_exists: AccountExistsTexts {
        subject: "Sie haben schon ein Konto",
        requested: "jemand wollte mit dieser E-Mail-Adresse ein Konto anlegen. Sie haben schon eines; sein \
                    Benutzername steht in der Anrede.",
        sign_in_at: [
            "Melden Sie sich unter ",
            " an. Falls Sie das Passwort vergessen haben, können Sie dort ein neues wählen.",
        ],
        not_requested: "Falls Sie das nicht waren, können Sie diese E-Mail ignorieren: Es wurde nichts \
                        geändert.",
    },
};

fn days(number: i64) -> String {
    if number == 1 {
        "1 Tag".to_owned()
    } else {
        format!("{number} Tage")
    }
}

fn date(at: &Zoned) -> String {
    let (month, day) = (month(at, MONTHS), at.day());
    format!("{day}. {month} {}", at.strftime("%Y, %H:%M UTC"))
}

const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
