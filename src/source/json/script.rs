//! JavaScript around JSON: `window.YTD.tweets.part0 = [`, `callback({`, `res.json({`.
//!
//! Nothing of it is run or understood: the JSON begins at the first bracket that follows an equals sign, an
//! opening parenthesis or one of a few words, and behind which stands what can begin JSON.

/// Where the JSON begins in a text that is no JSON from its first sign on.
pub(in crate::source) fn begins(text: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = memchr::memchr2(b'[', b'{', text.get(from..)?) {
        let at = from + found;
        let before = text.get(..at)?.trim_ascii_end();
        let inside = text.get(at + 1..)?.trim_ascii_start();
        let is_value = match text.get(at) {
            Some(b'{') => matches!(inside.first(), Some(b'"' | b'}')),
            _ => matches!(inside.first(), Some(b'{' | b'[' | b'"' | b']')),
        };
        let is_given = before.ends_with(b"=")
            || before.ends_with(b"(")
            || before.ends_with(b"return")
            || before.ends_with(b"export default");
        if is_value && is_given {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// Whether that may stand behind the JSON.
pub(super) fn is_end(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_whitespace() || matches!(c, ')' | ';' | '}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_begins_behind_an_equals_sign_or_a_parenthesis() {
        for (text, at) in [
            ("window.YTD.tweets.part0 = [\n {", Some(26)),
            ("callback({\"a\": 1})", Some(9)),
            (
                "// a {\nexport default function handler(req, res) {\n res.json(\n  {\n \"items\"",
                Some(64),
            ),
            ("id,text\n1,\"{\"\"a\"\": 1}\"\n", None),
            ("id,text\n1,[]\n", None),
            ("[1] = 2", None),
        ] {
            assert_eq!(begins(text.as_bytes()), at, "{text}");
        }
    }
}
