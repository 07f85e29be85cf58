use super::{ChangedTexts, ResetTexts, Texts, month};
use crate::domain::arabic_count;

pub static TEXTS: Texts = Texts {
    greeting: ["مرحبًا ", "،"],
    reset: ResetTexts {
        subject: "اختيار كلمة مرور جديدة",
        requested: "طُلبت كلمة مرور جديدة لحسابك. لاختيارها، افتح هذا الرابط:",
        button: "اختيار كلمة مرور جديدة",
        copy_link: "إن لم يعمل الزر، فانسخ هذا الرابط إلى المتصفح:",
        valid_minutes: |number| {
            let minutes = arabic_count(number, ["دقيقة واحدة", "دقيقتين", "دقائق", "دقيقة"]);
            format!("يعمل الرابط مرة واحدة، خلال {minutes} من وقت الطلب.")
        },
        not_requested: "إن لم تطلب ذلك، فيمكنك تجاهل هذه الرسالة: لم يتغيّر شيء.",
    },
    changed: ChangedTexts {
        subject: "غُيِّرت كلمة مرورك",
        changed_at: |at| {
            let (month, day) = (month(at, MONTHS), at.day());
            let (year, time) = (at.year(), at.strftime("%H:%M"));
            format!("غُيِّرت كلمة مرور حسابك في {day} {month} {year}، الساعة {time} بتوقيت UTC.")
        },
        by_you: "إن كنت أنت من غيّرها، فلا يلزمك فعل شيء.",
        not_by_you: [
            "إن لم تكن أنت، فأعد تعيين كلمة المرور الآن في ",
            " وأبلغ المسؤول.",
        ],
    },
};

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
