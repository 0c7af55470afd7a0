//! The progress bar of an upload.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const TEMPLATE: &str = "sending a copy {bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";

/// A bar for so many bytes. A target that is no terminal shows nothing.
pub fn bar(size: u64, target: ProgressDrawTarget) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(size), target);
    // The template is constant; a mistake in it would only leave the bar plain.
    if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
        bar.set_style(style);
    }
    bar
}

#[cfg(test)]
mod tests {
    use indicatif::InMemoryTerm;

    use super::*;

    #[test]
    fn it_says_how_much_was_sent_and_is_gone_at_the_end() {
        let terminal = InMemoryTerm::new(10, 100);
        let bar = bar(8 << 20, ProgressDrawTarget::term_like(Box::new(terminal.clone())));
        bar.set_position(2 << 20);
        bar.force_draw();
        let shown = terminal.contents();
        assert!(shown.starts_with("sending a copy ") && shown.contains(" 2.00 MiB of 8.00 MiB, "), "{shown}");
        assert!(shown.contains('█') && shown.ends_with(" left"), "{shown}");
        bar.finish_and_clear();
        assert_eq!(terminal.contents(), "");
    }
}
