//! What is not TOML: where it is, and what is to be typed instead. The parser knows the place at which it was at
//! a loss; what stands in the way is often another character of the same line.

use std::ops::Range;
use toml::de::Error;

/// Where, why, and what to do.
pub(super) struct Slip {
    pub span: Range<usize>,
    pub reason: String,
    pub help: String,
}

/// What a Chinese keyboard types, and what TOML wants in its place.
const WIDE: [(char, char); 14] = [
    ('，', ','),
    ('、', ','),
    ('“', '"'),
    ('”', '"'),
    ('＂', '"'),
    ('「', '"'),
    ('」', '"'),
    ('‘', '\''),
    ('’', '\''),
    ('【', '['),
    ('】', ']'),
    ('［', '['),
    ('］', ']'),
    ('＝', '='),
];

/// The first slip, by its place: what the parser says of things behind it is mostly a consequence of that.
pub(super) fn first(text: &str, errors: &[Error]) -> Option<Slip> {
    let start = |error: &&Error| error.span().map_or(0, |span| span.start);
    let error = errors.iter().min_by_key(start)?;
    let said = error.message().lines().next().unwrap_or("not valid TOML");
    let span = error.span().unwrap_or(0..0);
    let at = span.start.min(text.len());
    let begin = text
        .get(..at)
        .and_then(|head| head.rfind('\n'))
        .map_or(0, |i| i + 1);
    let line = text.get(begin..).unwrap_or("").split('\n').next().unwrap_or("");
    let (wide, open) = read(line);
    if let Some((place, typed, wanted)) = wide {
        return Some(Slip {
            span: begin + place..begin + place + typed.len_utf8(),
            reason: format!("{typed} is no sign of it"),
            help: format!("this is the wide or curly {typed}: type {wanted} instead"),
        });
    }
    let (span, reason, help) = if said.starts_with("invalid basic string")
        || said.starts_with("invalid literal")
    {
        let from = open.map_or(span.start, |place| begin + place);
        let reason = "the quote that opens here is not closed in its line".to_owned();
        (
            from..begin + line.trim_end().len(),
            reason,
            "put the same quote at the end of the text",
        )
    } else if said.contains("escape") {
        let help = "in \"double quotes\" a \\ begins a special sign: put an expression in 'single quotes'";
        (span, said.replace('`', "'"), help)
    } else {
        let help = "a text stands in quotes, a list in [ ], and every [[rule]] on a line of its own";
        (span, said.replace('`', "'"), help)
    };
    Some(Slip {
        span,
        reason,
        help: help.to_owned(),
    })
}

/// The first wide sign of a line that stands in no quotes, and where the quote begins that the line leaves open.
fn read(line: &str) -> (Option<(usize, char, char)>, Option<usize>) {
    let (mut quote, mut is_escaped) = (None::<(usize, char)>, false);
    for (place, c) in line.char_indices() {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some((_, '"')) if c == '\\' => is_escaped = true,
            Some((_, with)) if with == c => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some((place, c)),
            None if c == '#' => break,
            None => {
                if let Some((_, wanted)) = WIDE.iter().find(|(wide, _)| *wide == c) {
                    return (Some((place, c, *wanted)), None);
                }
            }
        }
    }
    (None, quote.map(|(place, _)| place))
}
