//! Texts that say nothing: what stands where one was taken away, and what platforms write for a repost. The
//! texts themselves are a data file.

use std::sync::OnceLock;

const TEXTS: &str = include_str!("no_words.txt");

/// A longer text is none of them.
const LONGEST: usize = 80;

/// Nor is one of a chat with more characters.
const MOST: usize = 300;

/// Whether that only says that the text was taken away.
pub(super) fn is_deleted(text: &str) -> bool {
    static DELETED: OnceLock<Vec<&str>> = OnceLock::new();
    is_among(DELETED.get_or_init(|| listed("deleted")), text)
}

/// Whether a repost that says that says nothing of its own.
pub(super) fn adds_nothing(text: &str) -> bool {
    static REPOSTED: OnceLock<Vec<&str>> = OnceLock::new();
    let text = text.trim();
    // What the reposted ones before said: Weibo puts it behind `//@name:`.
    text.is_empty()
        || text.starts_with("//@")
        || text.starts_with("RT @")
        || is_among(REPOSTED.get_or_init(|| listed("reposted")), text)
}

/// Whether a chat itself says that, under an author's name. `is_marked`: it stands behind the mark that only
/// programs write.
pub(super) fn is_notice(text: &str, is_marked: bool) -> bool {
    static BEGINNINGS: OnceLock<Vec<&str>> = OnceLock::new();
    static PIECES: OnceLock<Vec<&str>> = OnceLock::new();
    let begins = BEGINNINGS.get_or_init(|| listed("notice-begins"));
    begins.iter().any(|known| text.starts_with(known))
        || is_marked && has(PIECES.get_or_init(|| listed("notice")), text)
}

/// Whether a line of a chat stands for a picture or another file that was sent.
pub(super) fn is_picture(line: &str, is_marked: bool) -> bool {
    static ENDS: OnceLock<Vec<&str>> = OnceLock::new();
    static PIECES: OnceLock<Vec<&str>> = OnceLock::new();
    let is_bracketed = line.starts_with('<') && line.ends_with('>');
    let is_own = is_marked || is_bracketed || line.contains("• \u{200e}");
    let ends = ENDS.get_or_init(|| listed("picture-ends"));
    ends.iter().any(|known| line.ends_with(known))
        || is_own && has(PIECES.get_or_init(|| listed("picture")), line)
}

/// Whether a short text has one of the pieces in it.
fn has(pieces: &[&str], text: &str) -> bool {
    !text.contains('\n') && text.chars().count() <= MOST && pieces.iter().any(|piece| text.contains(piece))
}

/// The texts of one kind, in the order of their lengths: most rows are told by theirs.
fn listed(what: &str) -> Vec<&'static str> {
    let lines = TEXTS.lines().filter_map(|line| line.split_once('\t'));
    let mut texts: Vec<&str> = lines
        .filter(|(kind, _)| *kind == what)
        .map(|(_, text)| text)
        .collect();
    texts.sort_by_key(|text| text.len());
    texts
}

fn is_among(texts: &[&str], text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return false;
    }
    let from = texts.partition_point(|known| known.len() < text.len());
    let as_long = texts
        .iter()
        .skip(from)
        .take_while(|known| known.len() == text.len());
    as_long.into_iter().any(|known| known.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_in_place_of_a_text_is_known() {
        for text in ["[deleted]", " This message was deleted. ", "此评论已删除"] {
            assert!(is_deleted(text), "{text}");
        }
        assert!(!is_deleted("You deleted my review!") && !is_deleted(""));
    }

    #[test]
    fn a_repost_with_own_words_is_a_message() {
        for text in ["", "转发微博", "//@ann: look", "RT @ann: look"] {
            assert!(adds_nothing(text), "{text}");
        }
        assert!(!adds_nothing("排队两小时 //@ann: look") && !adds_nothing("so true"));
    }
}
