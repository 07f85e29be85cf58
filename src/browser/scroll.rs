use web_sys::{Element, ScrollIntoViewOptions, ScrollLogicalPosition};

/// Scrolls no further than needed to show a text that has just appeared, if it is an error or a
/// notice: on a small screen, the control that has the focus is far below it.
pub fn show_message(text: &Element) {
    if let Ok(Some(message)) = text.closest(".cs-alert, .cs-notice") {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        message.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
