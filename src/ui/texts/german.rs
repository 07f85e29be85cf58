use super::{
    AccountTexts, CommonTexts, DashboardTexts, ErrorTexts, EventTexts, LoginTexts, NoticeTexts,
    Texts, minutes_and_seconds,
};
use crate::domain::Wait;

impl Texts {
    /// Our texts in German.
    pub const GERMAN: Self = Self {
        common: CommonTexts {
            sign_in: "Anmelden",
            sign_out: "Abmelden",
            try_again: "Erneut versuchen",
            loading: "Wird geladen",
            one_moment: "Einen Moment",
            language: "Sprache",
            colours: "Farben",
            colours_of_system: "System",
            light: "Hell",
            dark: "Dunkel",
            page_not_found: "Seite nicht gefunden",
            nothing_here: "Unter dieser Adresse gibt es nichts",
            moved_or_misspelled: "Die Seite wurde verschoben, oder die Adresse enthält einen Tippfehler.",
            to_home_page: "Zur Startseite",
            page_not_loaded: "Diese Seite konnte nicht geladen werden",
            refused: "Das hat nicht geklappt",
            countdown: |seconds| {
                let minutes = |minutes, seconds| format!("in {minutes} min {seconds:02} s");
                minutes_and_seconds(seconds, "jetzt", minutes, |seconds| {
                    format!("in {seconds} s")
                })
            },
            on_system: |name, system| format!("{name} unter {system}"),
            unknown_device: "Unbekanntes Gerät",
        },
        login: LoginTexts {
            intro: "Geben Sie Benutzername und Passwort ein, um fortzufahren.",
            user_name: "Benutzername",
            password: "Passwort",
            show_password: "Passwort anzeigen",
            caps_lock: "Feststelltaste aktiv",
            keep: "Angemeldet bleiben",
            keep_hint: "Mehrere Wochen auf diesem Gerät. Nicht für gemeinsam genutzte Geräte.",
            signing_in: "Anmeldung läuft …",
            enter_user_name: "Bitte Benutzernamen eingeben.",
            enter_password: "Bitte Passwort eingeben.",
            continue_here: "Hier fortfahren",
            continue_as: |name| format!("Als {name} fortfahren"),
            forgot_password: "Passwort vergessen?",
            too_many_failed: "Zu viele Fehlversuche.",
            try_again_in: ["Ein neuer Versuch ist ", " möglich."],
            try_again_now: "Sie können es jetzt erneut versuchen.",
        },
        notices: NoticeTexts {
            signing_out: "Sie werden abgemeldet …",
            signed_out: "Sie sind abgemeldet.",
            sign_out_unconfirmed: "Sie sind in diesem Browser abgemeldet. Der Server hat es noch nicht bestätigt und wird erneut gefragt.",
            signed_out_elsewhere: "In einem anderen Tab abgemeldet.",
            signed_in_elsewhere: "In einem anderen Tab angemeldet.",
            session_ended: "Ihre Sitzung ist beendet. Melden Sie sich an, um fortzufahren.",
            password_reset: "Ihr neues Passwort gilt. Melden Sie sich damit an.",
        },
        errors: ErrorTexts {
            invalid_credentials: "Benutzername oder Passwort ist falsch.",
            wrong_password: "Das Passwort ist falsch.",
            cross_site: "Diese Anfrage kam nicht von dieser Website (public.url).",
            too_large: "Die Anfrage ist zu groß.",
            timed_out: "Die Anfrage kam nicht rechtzeitig an. Versuchen Sie es erneut.",
            busy: "Gerade melden sich zu viele Menschen an. Versuchen Sie es gleich noch einmal.",
            unavailable: "Der Server kann gerade nicht antworten. Versuchen Sie es gleich noch einmal.",
            unreachable: "Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.",
            outdated_page: "Diese Seite ist veraltet. Laden Sie sie neu und versuchen Sie es erneut.",
            user_name_too_long: "Benutzername: max. 256 Zeichen.",
            user_name_characters: "Benutzername: ungültige Zeichen.",
            password_too_long: "Passwort: max. 256 Zeichen.",
            password_characters: "Passwort: ungültige Zeichen.",
            throttled: |seconds| {
                let wait = match Wait::of_seconds(seconds) {
                    Wait::Seconds(1) => "1 Sekunde".to_owned(),
                    Wait::Seconds(number) => format!("{number} Sekunden"),
                    Wait::Minutes(number) => format!("{number} Minuten"),
                    Wait::Hours(number) => format!("{number} Stunden"),
                };
                format!(
                    "Zu viele Anmeldungen sind fehlgeschlagen. Versuchen Sie es in {wait} erneut."
                )
            },
        },
    };
}

pub static DASHBOARD: DashboardTexts = DashboardTexts {
    title: "Übersicht",
    hello: ["Hallo, ", ""],
    stays_plain: "Diese Seite wird nicht aktualisiert und kann andere Sitzungen nicht beenden: JavaScript oder WebAssembly ist ausgeschaltet, eine Datei ist nicht geladen, oder eine Erweiterung oder Übersetzung hat die Seite verändert.",
    this_session: "Diese Sitzung",
    device: "Gerät",
    signed_in_since: "Angemeldet seit",
    session_ends: "Sitzung endet",
    refreshes: "Erneuerungen",
    token_expires: "Token läuft ab",
    session_id: "Sitzungs-ID",
    other_sessions: "Andere Sitzungen",
    no_other_sessions: "Keine anderen Sitzungen",
    seen: ["Zuletzt gesehen ", ", angemeldet seit ", ""],
    signed_out_device: |device| format!("{device} wurde abgemeldet."),
    signed_out_sessions: |number| match number {
        1 => "Eine Sitzung wurde beendet.".to_owned(),
        _ => format!("{number} Sitzungen wurden beendet."),
    },
    sign_out_others: "Überall sonst abmelden",
    confirm_password: "Passwort bestätigen",
    recent_activity: "Letzte Aktivitäten",
    command_line: "Befehlszeile",
    no_activity: "Keine Aktivitäten in letzter Zeit",
    from_ip: |ip| format!("von {ip}"),
    comma: ", ",
    token_contents: "Access-Token",
    header: "Header",
    claims: "Claims",
    events: EventTexts {
        login: "Angemeldet",
        login_failed: "Fehlgeschlagene Anmeldung",
        login_throttled: "Anmeldungen nach Fehlversuchen verzögert",
        logout: "Abgemeldet",
        refresh_token_reused: "Sitzung beendet, weil ihr Cookie zweimal benutzt wurde, vielleicht von einer Kopie",
        replaced: "Im selben Browser neu angemeldet",
        revoked_by_owner: "Aus einer anderen Sitzung abgemeldet",
        revoked_by_administrator: "Von der Verwaltung abgemeldet",
        surplus: "Abgemeldet wegen zu vieler Sitzungen",
        user_added: "Konto angelegt",
        user_disabled: "Konto gesperrt",
        user_enabled: "Konto entsperrt",
        password_changed: "Passwort geändert",
        password_reset_sent: "Link zum Zurücksetzen des Passworts gesendet",
        password_reset: "Passwort über einen Link zurückgesetzt",
        email_changed: "E-Mail-Adresse geändert",
        other: "Anderes Ereignis",
    },
};

pub static ACCOUNT: AccountTexts = AccountTexts {
    forgot_intro: "Sie erhalten eine E-Mail mit einem Link, über den Sie ein neues Passwort wählen.",
    name_or_email: "Benutzername oder E-Mail-Adresse",
    enter_name_or_email: "Geben Sie Ihren Benutzernamen oder Ihre E-Mail-Adresse ein.",
    send_link: "Link senden",
    too_many_mails: "Aus Ihrem Netz wurden zu viele E-Mails angefordert. Versuchen Sie es später noch einmal.",
    sent_title: "Sehen Sie in Ihr Postfach",
    sent: "Wenn es dazu ein Konto gibt, ist eine E-Mail mit einem Link unterwegs. Der Link gilt 30 Minuten.",
    not_arrived: [
        "Nichts angekommen? Sehen Sie im Spam-Ordner nach, oder ",
        "fordern Sie einen weiteren Link an",
        ".",
    ],
    no_mail: "Dieser Server kann keine E-Mails senden. Bitten Sie Ihre Administratorin oder Ihren Administrator um einen Link, über den Sie ein neues Passwort wählen.",
    back_to_login: "Zurück zur Anmeldung",
    reset_title: "Neues Passwort wählen",
    all_sessions_end: "Alle Sitzungen dieses Kontos werden beendet.",
    new_password: "Neues Passwort",
    new_password_hint: |min_length| {
        format!("Mindestens {min_length} Zeichen; gut sind ein paar zufällige Wörter.")
    },
    set_password: "Neues Passwort festlegen",
    link_not_good: "Dieser Link wurde schon benutzt oder ist abgelaufen.",
    new_link: "Neuen Link anfordern",
    change_title: "Passwort ändern",
    others_end: "Alle Ihre anderen Sitzungen werden beendet.",
    current_password: "Aktuelles Passwort",
    change_password: "Passwort ändern",
    changed: "Ihr Passwort wurde geändert. Ihre anderen Sitzungen wurden beendet.",
    back: "Zurück",
    enter_new_password: "Geben Sie ein neues Passwort ein.",
    too_short: |min_length| format!("Verwenden Sie mindestens {min_length} Zeichen."),
    common: "Dies ist eines der häufigsten Passwörter, die zuerst erraten werden. Wählen Sie ein anderes.",
    own_name: "Dies ist kaum mehr als Ihr Benutzername. Wählen Sie ein anderes Passwort.",
};
