use jiff::Zoned;

use super::{
    AccountExistsTexts, ChangedTexts, DeletedTexts, EmailChangedTexts, LinkTexts, Texts, month,
};
use crate::domain::arabic_count;

pub static TEXTS: Texts = Texts {
    greeting: ["مرحبًا ", "،"],
    greeting_without_name: "مرحبًا،",
    copy_link: "إن لم يعمل الزر، فانسخ هذا الرابط إلى المتصفح:",
    valid_minutes: |number| {
        let minutes = arabic_count(number, ["دقيقة واحدة", "دقيقتين", "دقائق", "دقيقة"]);
        format!("يعمل الرابط مرة واحدة، خلال {minutes} من وقت الطلب.")
    },
    valid_days: |number| format!("يعمل الرابط مرة واحدة، خلال {}.", days(number)),
    reset: LinkTexts {
        subject: "اختيار كلمة مرور جديدة",
        requested: "طُلبت كلمة مرور جديدة لحسابك. لاختيارها، افتح هذا الرابط:",
        button: "اختيار كلمة مرور جديدة",
        not_requested: "إن لم تطلب ذلك، فيمكنك تجاهل هذه الرسالة: لم يتغيّر شيء.",
    },
    changed: ChangedTexts {
        subject: "غُيِّرت كلمة مرورك",
        changed_at: |at| format!("غُيِّرت كلمة مرور حسابك في {}.", date(at)),
        by_you: "إن كنت أنت من غيّرها، فلا يلزمك فعل شيء.",
        not_by_you: [
            "إن لم تكن أنت، فأعد تعيين كلمة المرور الآن في ",
            " وأبلغ المسؤول.",
        ],
    },
    confirmation: LinkTexts {
        subject: "تأكيد بريدك الإلكتروني",
        requested: "طلبت أن يكون هذا العنوان هو البريد الإلكتروني لحسابك. لتأكيده، افتح هذا الرابط:",
        button: "تأكيد العنوان",
        not_requested: "إن لم تطلب ذلك، فتجاهل هذه الرسالة: أخطأ شخص في كتابة عنوانه، ولم يتغيّر شيء.",
    },
    email_changed: EmailChangedTexts {
        subject: "غُيِّر بريدك الإلكتروني",
        changed_at: |at| {
            format!(
                "غُيِّر البريد الإلكتروني لحسابك في {}. أُرسلت هذه الرسالة إلى العنوان السابق.",
                date(at)
            )
        },
        not_by_you: |days| {
            let days = self::days(days);
            format!(
                "إن لم تكن أنت، فاستعد العنوان بهذا الرابط. يعمل خلال {days}، وينهي كل الجلسات، ويطلب \
                 كلمة مرور جديدة:"
            )
        },
        button: "استعادة العنوان",
        ask_administrator: "إن لم تكن تتوقع ذلك، فأبلغ المسؤول.",
    },
    deleted: DeletedTexts {
        subject: "حُذف حسابك",
        deleted_at: |at| format!("حُذف حسابك في {}، مع كل ما يتعلق به.", date(at)),
    },
    sign_up: LinkTexts {
        subject: "إنشاء حسابك",
        requested: "طلبت إنشاء حساب بهذا البريد الإلكتروني. لاختيار اسم المستخدم وكلمة المرور، افتح هذا \
                    الرابط:",
        button: "إنشاء الحساب",
        not_requested: "إن لم تطلب ذلك، فتجاهل هذه الرسالة: أخطأ شخص في كتابة عنوانه، ولا يوجد حساب \
                        بعنوانك.",
    },
    invitation: LinkTexts {
        subject: "دعوة إلى إنشاء حساب",
        requested: "أنت مدعو إلى إنشاء حساب. لاختيار اسم المستخدم وكلمة المرور، افتح هذا الرابط:",
        button: "إنشاء الحساب",
        not_requested: "إن لم ترد حسابًا، فيمكنك تجاهل هذه الرسالة.",
    },
    account_exists: AccountExistsTexts {
        subject: "لديك حساب بالفعل",
        requested: "طلب شخص إنشاء حساب بهذا البريد الإلكتروني. لديك حساب بالفعل، واسم مستخدمه مذكور \
                    أعلاه.",
        sign_in_at: [
            "سجّل الدخول في ",
            ". إن نسيت كلمة المرور، فيمكنك اختيار كلمة جديدة هناك.",
        ],
        not_requested: "إن لم تكن أنت، فيمكنك تجاهل هذه الرسالة: لم يتغيّر شيء.",
    },
};

fn days(number: i64) -> String {
    arabic_count(number, ["يوم واحد", "يومين", "أيام", "يومًا"])
}

fn date(at: &Zoned) -> String {
    let (month, day) = (month(at, MONTHS), at.day());
    let (year, time) = (at.year(), at.strftime("%H:%M"));
    format!("{day} {month} {year}، الساعة {time} بتوقيت UTC")
}

const MONTHS: [&str; 12] = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
];
