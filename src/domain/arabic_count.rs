/// A number with a noun: one and two have words of their own, and the noun has different forms for
/// few (3 to 10), and for many (11 to 99) and hundreds (CLDR's plural rules for Arabic).
#[must_use]
pub fn arabic_count(number: i64, [one, two, few, many]: [&str; 4]) -> String {
    match (number, number % 100) {
        (1, _) => one.to_owned(),
        (2, _) => two.to_owned(),
        (_, 3..=10) => format!("{number} {few}"),
        _ => format!("{number} {many}"),
    }
}
