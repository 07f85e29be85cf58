use super::{ChangedTexts, ResetTexts, Texts, month};

pub static TEXTS: Texts = Texts {
    greeting: ["Guten Tag ", ","],
    reset: ResetTexts {
        subject: "Neues Passwort wählen",
        requested: "für Ihr Konto wurde ein neues Passwort angefordert. Öffnen Sie diesen Link, um es \
                    zu wählen:",
        button: "Neues Passwort wählen",
        copy_link: "Falls die Schaltfläche nicht funktioniert, kopieren Sie diesen Link in den Browser:",
        valid_minutes: |number| {
            let minutes = if number == 1 { "Minute" } else { "Minuten" };
            format!(
                "Der Link funktioniert nur einmal, und nur {number} {minutes} lang nach der Anforderung."
            )
        },
        not_requested: "Falls Sie das nicht angefordert haben, können Sie diese E-Mail ignorieren: Es \
                        wurde nichts geändert.",
    },
    changed: ChangedTexts {
        subject: "Ihr Passwort wurde geändert",
        changed_at: |at| {
            let (month, day) = (month(at, MONTHS), at.day());
            let rest = at.strftime("%Y, %H:%M UTC");
            format!("das Passwort Ihres Kontos wurde am {day}. {month} {rest} geändert.")
        },
        by_you: "Falls Sie das selbst waren, müssen Sie nichts tun.",
        not_by_you: [
            "Falls nicht, setzen Sie das Passwort jetzt unter ",
            " zurück, und geben Sie der Verwaltung Bescheid.",
        ],
    },
};

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
