use super::{
    AccountTexts, CommonTexts, DashboardTexts, ErrorTexts, EventTexts, LoginTexts, NoticeTexts,
    Texts, minutes_and_seconds,
};
use crate::domain::{Ago, Wait, arabic_count as counted};

impl Texts {
    /// Our texts in Arabic.
    pub const ARABIC: Self = Self {
        common: CommonTexts {
            sign_in: "تسجيل الدخول",
            sign_out: "تسجيل الخروج",
            try_again: "إعادة المحاولة",
            loading: "جارٍ التحميل",
            one_moment: "لحظة من فضلك",
            language: "اللغة",
            apply: "تطبيق",
            colours: "الألوان",
            colours_of_system: "ألوان النظام",
            light: "فاتح",
            dark: "داكن",
            page_not_found: "الصفحة غير موجودة",
            nothing_here: "لا يوجد شيء في هذا العنوان",
            moved_or_misspelled: "نُقلت الصفحة، أو في العنوان خطأ مطبعي.",
            to_home_page: "الانتقال إلى صفحة البداية",
            page_not_loaded: "تعذّر تحميل هذه الصفحة",
            refused: "لم ينجح ذلك",
            countdown: |seconds| {
                let minutes = |minutes, seconds| format!("بعد {minutes} د {seconds:02} ث");
                minutes_and_seconds(seconds, "الآن", minutes, |seconds| {
                    format!("بعد {seconds} ث")
                })
            },
            on_system: |name, system| format!("{name} على {system}"),
            unknown_device: "جهاز غير معروف",
        },
        login: LoginTexts {
            intro: None,
            name_or_email: "اسم المستخدم أو البريد الإلكتروني",
            password: "كلمة المرور",
            show_password: "إظهار كلمة المرور",
            caps_lock: "Caps Lock مفعَّل",
            keep: "إبقائي مسجَّل الدخول",
            keep_hint: "على هذا الجهاز لعدة أسابيع. لا تخترها على جهاز مشترك.",
            signing_in: "جارٍ تسجيل الدخول…",
            enter_name_or_email: "أدخل اسم المستخدم أو بريدك.",
            enter_password: "أدخل كلمة المرور.",
            continue_here: "المتابعة هنا",
            continue_as: |name| format!("المتابعة باسم {name}"),
            forgot_password: "هل نسيت كلمة المرور؟",
            create_account: "إنشاء حساب",
            too_many_failed: "فشلت محاولات كثيرة لتسجيل الدخول.",
            try_again_in: ["يمكنك المحاولة مجددًا ", "."],
            try_again_now: "يمكنك المحاولة مجددًا الآن.",
        },
        notices: NoticeTexts {
            signing_out: "جارٍ تسجيل خروجك…",
            signed_out: "سُجِّل خروجك.",
            sign_out_unconfirmed: "سُجِّل خروجك في هذا المتصفح. لم يؤكد الخادم ذلك بعد، وستُعاد المحاولة.",
            signed_out_elsewhere: "سجّلت الخروج في علامة تبويب أخرى.",
            signed_in_elsewhere: "سجّلت الدخول في علامة تبويب أخرى.",
            session_ended: "انتهت جلستك. سجّل الدخول للمتابعة.",
            password_reset: "كلمة مرورك الجديدة جاهزة. سجّل الدخول بها.",
            email_restored: "استُعيد بريدك الإلكتروني وعُيّنت كلمة مرورك الجديدة. سجّل الدخول بها.",
            email_confirmed: "تأكّد بريدك الإلكتروني.",
            account_deleted: "حُذف حسابك.",
        },
        errors: ErrorTexts {
            invalid_credentials: "اسم المستخدم أو البريد الإلكتروني أو كلمة المرور غير صحيحة.",
            wrong_password: "كلمة المرور غير صحيحة.",
            cross_site: "لم يأتِ هذا الطلب من هذا الموقع (public.url).",
            too_large: "الطلب كبير جدًا.",
            timed_out: "لم يصل الطلب في الوقت المحدد. أعد المحاولة.",
            busy: "يسجّل الدخول الآن عدد كبير جدًا من الناس. أعد المحاولة بعد لحظات.",
            unavailable: "لا يستطيع الخادم الإجابة الآن. أعد المحاولة بعد لحظات.",
            unreachable: "يتعذر الوصول إلى الخادم. تحقّق من اتصالك وأعد المحاولة.",
            outdated_page: "هذه الصفحة قديمة. أعد تحميلها وحاول مجددًا.",
            user_name_too_long: "اسم المستخدم: 256 حرفًا كحد أقصى.",
            user_name_characters: "اسم المستخدم: أحرف غير مسموح بها.",
            user_name_at_sign: "اسم المستخدم: من دون @.",
            invalid_email: "البريد الإلكتروني: عنوان غير صالح.",
            password_too_long: "كلمة المرور: 256 حرفًا كحد أقصى.",
            password_characters: "كلمة المرور: أحرف غير مسموح بها.",
            throttled: |seconds| {
                let wait = match Wait::of_seconds(seconds) {
                    Wait::Seconds(number) => {
                        counted(number, ["ثانية واحدة", "ثانيتين", "ثوانٍ", "ثانية"])
                    }
                    Wait::Minutes(number) => {
                        counted(number, ["دقيقة واحدة", "دقيقتين", "دقائق", "دقيقة"])
                    }
                    Wait::Hours(number) => {
                        counted(number, ["ساعة واحدة", "ساعتين", "ساعات", "ساعة"])
                    }
                };
                format!("فشلت محاولات كثيرة لتسجيل الدخول. أعد المحاولة بعد {wait}.")
            },
        },
    };
}

pub static DASHBOARD: DashboardTexts = DashboardTexts {
    title: "لوحة المعلومات",
    hello: ["مرحبًا، ", ""],
    no_email_title: "لا يوجد بريد إلكتروني بعد",
    no_email: "بعنوان بريد إلكتروني يمكنك اختيار كلمة مرور جديدة إذا نسيت كلمتك، وتُبلَّغ عندما يتغيّر حسابك.",
    add_email: "إضافة عنوان بريد إلكتروني",
    other_sessions: |number| match i64::try_from(number).unwrap_or(i64::MAX) {
        0 => "لا توجد جلسات أخرى".to_owned(),
        number => counted(
            number,
            [
                "جلسة أخرى واحدة",
                "جلستان أخريان",
                "جلسات أخرى",
                "جلسة أخرى",
            ],
        ),
    },
    all_sessions: "كل الجلسات",
    recent_activity: "النشاط الأخير",
    all_activity: "كل النشاط",
    for_developers: "للمطوّرين",
    this_session: "هذه الجلسة",
    device: "الجهاز",
    signed_in_since: "مسجَّل الدخول منذ",
    session_ends: "تنتهي الجلسة",
    refreshes: "مرات التجديد",
    token_expires: "تنتهي صلاحية الرمز",
    session_id: "معرّف الجلسة",
    token_contents: "رمز الوصول",
    header: "الترويسة",
    claims: "البيانات",
};

pub static ACCOUNT: AccountTexts = AccountTexts {
    account: "الحساب",
    profile: "الملف الشخصي",
    password: "كلمة المرور",
    sessions: "الجلسات",
    activity: "النشاط",
    save: "حفظ",
    saved: "تم الحفظ.",
    comma: "، ",
    ago: |ago| {
        let (number, words) = match ago {
            Ago::JustNow => return "الآن".to_owned(),
            Ago::Minutes(number) => (number, ["دقيقة واحدة", "دقيقتين", "دقائق", "دقيقة"]),
            Ago::Hours(number) => (number, ["ساعة واحدة", "ساعتين", "ساعات", "ساعة"]),
            Ago::Days(number) => (number, ["يوم واحد", "يومين", "أيام", "يومًا"]),
        };
        format!("قبل {}", counted(number, words))
    },
    stays_plain: "لا تُحدَّث هذه الصفحة: إما أن JavaScript أو WebAssembly معطّل، أو لم يُحمَّل ملف بعد، أو أن إضافة أو ترجمة غيّرت الصفحة.",
    display_name: "الاسم المعروض",
    display_name_hint: ["يظهر في الترحيب بدلًا من اسم المستخدم ", "."],
    name_too_long: "الاسم 64 حرفًا كحد أقصى.",
    name_characters: "بعض هذه الأحرف غير مسموح بها في الاسم.",
    email: "البريد الإلكتروني",
    no_email: "لا يوجد بريد إلكتروني في هذا الحساب.",
    change_email: "تغيير",
    add_email: "إضافة عنوان",
    email_title: "تغيير البريد الإلكتروني",
    email_intro: "ستصلك على العنوان الجديد رسالة فيها رابط. يصبح العنوان لك عندما تؤكده منها، ويُبلَّغ عنوانك السابق.",
    new_email: "عنوان البريد الإلكتروني الجديد",
    enter_email: "أدخل عنوان بريد إلكتروني، مثل name@example.com.",
    email_unchanged: "هذا هو عنوان بريدك الإلكتروني الحالي.",
    email_taken: "عنوان البريد الإلكتروني هذا لحساب آخر.",
    email_sent: "رسالة فيها رابط في طريقها إلى العنوان الجديد. الرابط صالح لمدة 30 دقيقة.",
    email_without_mail: "لا يستطيع هذا الخادم إرسال البريد الإلكتروني. اطلب من المسؤول تغيير عنوان بريدك.",
    confirm_title: "تأكيد البريد الإلكتروني",
    will_be_email: ["سيصبح ", " عنوان البريد الإلكتروني للمستخدم ", "."],
    confirm_email: "تأكيد هذا العنوان",
    restore_title: "استعادة البريد الإلكتروني",
    will_be_email_again: [
        "سيعود ",
        " عنوان البريد الإلكتروني للمستخدم ",
        ". ستنتهي جميع جلسات هذا الحساب.",
    ],
    restore_email: "استعادة العنوان",
    forgot_intro: "ستصلك رسالة بريد إلكتروني فيها رابط لاختيار كلمة مرور جديدة.",
    send_link: "إرسال الرابط",
    too_many_mails: "طُلب من شبكتك عدد كبير من الرسائل. حاول مرة أخرى لاحقًا.",
    sent_title: "تحقق من بريدك الإلكتروني",
    sent: "إذا كان هناك حساب مطابق، فرسالة تحتوي على رابط في طريقها إليك. الرابط صالح لمدة 30 دقيقة.",
    not_arrived: [
        "لم يصلك شيء؟ ابحث في مجلد الرسائل غير المرغوب فيها، أو ",
        "اطلب رابطًا آخر",
        ".",
    ],
    no_mail: "لا يستطيع هذا الخادم إرسال البريد الإلكتروني. اطلب من المسؤول رابطًا لاختيار كلمة مرور جديدة.",
    back_to_login: "العودة إلى تسجيل الدخول",
    reset_title: "اختر كلمة مرور جديدة",
    all_sessions_end: "ستنتهي جميع جلسات هذا الحساب.",
    new_password: "كلمة المرور الجديدة",
    new_password_hint: |min_length| {
        let length = characters(min_length);
        format!("{length} على الأقل؛ بضع كلمات عشوائية خيار جيد.")
    },
    set_password: "تعيين كلمة المرور الجديدة",
    link_not_good: "استُخدم هذا الرابط من قبل أو انتهت صلاحيته.",
    new_link: "اطلب رابطًا جديدًا",
    change_title: "تغيير كلمة المرور",
    others_end: "ستنتهي جميع جلساتك الأخرى.",
    current_password: "كلمة المرور الحالية",
    change_password: "تغيير كلمة المرور",
    changed: "تم تغيير كلمة مرورك وإنهاء جلساتك الأخرى.",
    enter_new_password: "أدخل كلمة مرور جديدة.",
    too_short: |min_length| format!("استخدم {} على الأقل.", characters(min_length)),
    common: "هذه من أكثر كلمات المرور استخدامًا، وهي أول ما يُخمَّن. اختر غيرها.",
    own_name: "هذه لا تكاد تزيد على اسم المستخدم. اختر غيرها.",
    this_device: "هذا الجهاز",
    seen: ["آخر استخدام ", "، تسجيل الدخول "],
    rename: "إعادة التسمية",
    name: "الاسم",
    no_other_sessions: "لا توجد جلسات أخرى.",
    sign_out_others: "تسجيل الخروج من كل مكان آخر",
    email_changed_lately: "تغيّر البريد الإلكتروني لهذا الحساب خلال الأيام السبعة الماضية، وما زال العنوان السابق يستطيع استعادته. حتى ذلك الحين لا يستطيع حذف الحساب إلا المسؤول.",
    delete_title: "حذف حسابك",
    to_deletion: "حذف الحساب…",
    what_goes: "يُحذف حسابك فورًا ونهائيًا: أسماؤك وبريدك الإلكتروني وكلمة مرورك وكل الجلسات وكل الروابط التي أُرسلت إليك.",
    what_stays: "يبقى ما حدث في حسابك في سجل التدقيق، مع عناوين الشبكة والمتصفحات، لكن من دون اسمك.",
    delete_account: "حذف الحساب نهائيًا",
    give_password: "أدخل كلمة مرورك للمتابعة.",
    confirm_password: "تأكيد كلمة المرور",
    ended_session: "أُنهيت تلك الجلسة.",
    ended_others: "أُنهيت جميع الجلسات الأخرى.",
    signed_out_device: |device| format!("سُجِّل الخروج من {device}."),
    signed_out_sessions: |number| match i64::try_from(number).unwrap_or(i64::MAX) {
        0 => "لم تُنهَ أي جلسة.".to_owned(),
        number => format!(
            "أُنهيت {}.",
            counted(number, ["جلسة واحدة", "جلستان", "جلسات", "جلسة"])
        ),
    },
    no_activity: "لا يوجد نشاط حديث",
    command_line: "سطر الأوامر",
    from_ip: |ip| format!("من {ip}"),
    events: EventTexts {
        login: "تسجيل دخول",
        login_failed: "محاولة تسجيل دخول فاشلة",
        login_throttled: "أُخِّرت محاولات تسجيل الدخول بعد محاولات فاشلة",
        logout: "تسجيل خروج",
        refresh_token_reused: "أُنهيت الجلسة لأن ملف تعريف الارتباط الخاص بها استُخدم مرتين، وربما نُسخ",
        replaced: "تسجيل دخول جديد في المتصفح نفسه",
        revoked_by_owner: "تسجيل خروج من جلسة أخرى",
        revoked_by_administrator: "تسجيل خروج من قِبل المسؤول",
        surplus: "تسجيل خروج لكثرة الجلسات",
        user_added: "أُنشئ الحساب",
        user_disabled: "عُطِّل الحساب",
        user_enabled: "أُعيد تفعيل الحساب",
        password_changed: "غُيِّرت كلمة المرور",
        password_reset_sent: "أُرسل رابط إعادة تعيين كلمة المرور",
        password_reset: "أُعيد تعيين كلمة المرور عبر رابط",
        display_name_changed: "تغيّر الاسم",
        email_confirmation_sent: "أُرسل رابط لتأكيد بريد إلكتروني",
        email_changed: "غُيِّر البريد الإلكتروني",
        email_restored: "استُعيد البريد الإلكتروني وأُعيد تعيين كلمة المرور برابط",
        sign_up_sent: "طلب شخص إنشاء حساب ببريدك الإلكتروني، وأُرسلت إليك رسالة",
        other: "حدث آخر",
    },
};

fn characters(number: u16) -> String {
    counted(number.into(), ["حرف واحد", "حرفان", "أحرف", "حرفًا"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_agree_with_their_numbers() {
        let ended = ACCOUNT.signed_out_sessions;
        for (number, text) in [
            (0, "لم تُنهَ أي جلسة."),
            (1, "أُنهيت جلسة واحدة."),
            (2, "أُنهيت جلستان."),
            (3, "أُنهيت 3 جلسات."),
            (10, "أُنهيت 10 جلسات."),
            (11, "أُنهيت 11 جلسة."),
            (99, "أُنهيت 99 جلسة."),
            (100, "أُنهيت 100 جلسة."),
            (103, "أُنهيت 103 جلسات."),
        ] {
            assert_eq!(ended(number), text);
        }
        for (number, text) in [
            (8, "استخدم 8 أحرف على الأقل."),
            (15, "استخدم 15 حرفًا على الأقل."),
            (64, "استخدم 64 حرفًا على الأقل."),
        ] {
            assert_eq!((ACCOUNT.too_short)(number), text);
        }
        for (ago, text) in [
            (Ago::JustNow, "الآن"),
            (Ago::Minutes(1), "قبل دقيقة واحدة"),
            (Ago::Hours(2), "قبل ساعتين"),
            (Ago::Days(3), "قبل 3 أيام"),
            (Ago::Minutes(11), "قبل 11 دقيقة"),
        ] {
            assert_eq!((ACCOUNT.ago)(ago), text);
        }
    }
}
