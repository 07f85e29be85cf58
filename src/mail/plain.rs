use textwrap::{LineEnding, Options, WordSplitter};

use super::letter::{Letter, Part};

/// What mail programs show without wrapping (RFC 3676 §4.2).
const WIDTH: usize = 76;

/// A letter as plain text. The direction of a value does not reach what stands around it: it is
/// between the marks FSI and PDI (Unicode UAX #9).
pub fn plain(letter: &Letter<'_>) -> String {
    let [before, after] = letter.greeting;
    let mut text = paragraph(&match letter.username {
        "" => format!("{before}{after}"),
        name => format!("{before}\u{2068}{name}\u{2069}{after}"),
    });
    for part in &letter.parts {
        text.push_str("\r\n");
        text.push_str(&match part {
            Part::Text(text) => paragraph(text),
            Part::Around([before, after], address) => {
                paragraph(&format!("{before}{address}{after}"))
            }
            // In one line, however long: mail programs make a link of it.
            Part::Link { link, .. } => (*link).to_owned() + "\r\n",
        });
    }
    text
}

fn paragraph(text: &str) -> String {
    // Addresses have hyphens in them.
    let options = Options::new(WIDTH)
        .line_ending(LineEnding::CRLF)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(text, options) + "\r\n"
}
