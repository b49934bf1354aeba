//! A TOML file with the place of everything in it, and the faults found so far.
//!
//! [`Source`] turns spans into diagnostics with line, column and excerpt, and reads values of the wanted
//! kind out of the parsed tree; a wrong one becomes a fault and reading goes on, so that all of a file's
//! faults are told at once. It does not know what the keys mean.

mod numbers;
mod syntax;

use crate::diagnostic::Diagnostic;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Faults of a kind that are kept: what is wrong a thousand times is wrong in the same way.
const MOST_FAULTS: usize = 1_000;
/// Bytes of a line that are shown before and behind the place at fault.
const SHOWN: usize = 300;

/// A value with its place.
pub(crate) type Value<'t> = Spanned<DeValue<'t>>;

/// A string value and where it stands, with its quotes.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub value: String,
    pub span: Range<usize>,
}

/// A number that was read within bounds, as the rules hold it.
pub(super) fn small(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(0)
}

/// The file's text and what was found wrong with it.
pub(crate) struct Source<'t> {
    text: &'t str,
    file: &'t str,
    /// Where each line but the first begins.
    lines: Vec<usize>,
    /// Errors: the file is refused.
    pub faults: Vec<Diagnostic>,
    /// Worth telling, but the file works.
    pub warnings: Vec<Diagnostic>,
}

impl<'t> Source<'t> {
    pub fn new(text: &'t str, file: &'t str) -> Self {
        let lines = memchr::memchr_iter(b'\n', text.as_bytes())
            .map(|end| end + 1)
            .collect();
        Source {
            text,
            file,
            lines,
            faults: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Parses the whole; what cannot be parsed becomes faults.
    pub fn parse(&mut self) -> Spanned<DeTable<'t>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        if let Some(slip) = syntax::first(self.text, &errors) {
            let message = format!("the file is not valid TOML: {}", slip.reason);
            let fault = Diagnostic::error("toml-syntax", message).help(slip.help);
            let fault = self.locate(fault, slip.span, "");
            self.faults.push(fault);
        }
        table
    }

    /// Adds an error at `span`.
    pub fn fault(
        &mut self,
        span: Range<usize>,
        code: &'static str,
        message: String,
        label: &str,
        help: &str,
    ) {
        if self.faults.len() >= MOST_FAULTS {
            return;
        }
        let fault = self.locate(Diagnostic::error(code, message), span, label);
        self.faults
            .push(if help.is_empty() { fault } else { fault.help(help) });
    }

    /// Adds a warning at `span`.
    pub fn warn(&mut self, span: Range<usize>, code: &'static str, message: String, label: &str, help: &str) {
        if self.warnings.len() >= MOST_FAULTS {
            return;
        }
        let warning = self.locate(Diagnostic::warning(code, message), span, label);
        self.warnings.push(if help.is_empty() {
            warning
        } else {
            warning.help(help)
        });
    }

    /// Adds a note at `span`, among the warnings.
    pub fn note(&mut self, span: Range<usize>, code: &'static str, message: String, help: &str) {
        let note = self.locate(Diagnostic::note(code, message), span, "");
        self.warnings.push(note.help(help));
    }

    /// The line of a byte, from 1.
    pub fn line(&self, at: usize) -> u64 {
        self.lines.partition_point(|&begin| begin <= at) as u64 + 1
    }

    /// Puts line, column and excerpt of `span` onto a diagnostic; a span of several lines is cut to the
    /// first, an empty one widened to a character.
    fn locate(&self, diagnostic: Diagnostic, span: Range<usize>, label: &str) -> Diagnostic {
        let mut at = span.start.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let (before, after) = self.text.split_at(at);
        let begin = before.rfind('\n').map_or(0, |i| i + 1);
        let rest = after.split('\n').next().unwrap_or("").trim_end_matches('\r');
        let head = before.get(begin..).unwrap_or("");
        let column = head.chars().count() as u64 + 1;
        let rest = cut(rest, SHOWN);
        let far = cut(head, head.len().saturating_sub(SHOWN)).len();
        let head = head.get(far..).unwrap_or("");
        let mut len = span.end.saturating_sub(at).min(rest.len());
        while !rest.is_char_boundary(len) {
            len += 1;
        }
        if len == 0 {
            len = rest.chars().next().map_or(0, char::len_utf8);
        }
        diagnostic.at(self.file, self.line(at), column).showing(
            format!("{head}{rest}"),
            head.len()..head.len() + len,
            label,
        )
    }

    /// Tells of keys that are not in `known`.
    pub fn only(&mut self, table: &DeTable<'t>, of: &str, known: &[&str]) {
        for key in table
            .keys()
            .filter(|key| !known.contains(&key.get_ref().as_ref()))
        {
            let name = key.get_ref();
            let help = did_you_mean(name, known);
            self.fault(
                key.span(),
                "setting-unknown",
                format!("{of} has no key `{}`", short(name)),
                "",
                &help,
            );
        }
    }

    fn wrong(&mut self, value: &Value<'t>, key: &str, wanted: &str, help: &str) {
        let message = format!("`{key}` must be {wanted}");
        self.fault(value.span(), "setting-invalid", message, "", help);
    }

    /// A table.
    pub fn table<'v>(&mut self, value: &'v Value<'t>, key: &str) -> Option<&'v DeTable<'t>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong(
                value,
                key,
                "a table",
                "put its keys between { and }, or under a heading of its own",
            );
        }
        table
    }

    /// A list of tables, as `[[key]]` makes one.
    pub fn tables<'v>(&mut self, value: &'v Value<'t>, key: &str) -> Vec<(&'v DeTable<'t>, Range<usize>)> {
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(
                value,
                key,
                "a list",
                &format!("write [[{key}]] with two brackets on each side"),
            );
            return Vec::new();
        };
        list.iter()
            .filter_map(|item| Some((self.table(item, key)?, item.span())))
            .collect()
    }

    /// A text.
    pub fn string(&mut self, value: &Value<'t>, key: &str) -> Option<Text> {
        match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => Some(Text {
                value: text.to_owned(),
                span: value.span(),
            }),
            Some(_) => {
                self.wrong(value, key, "a text that is not empty", "");
                None
            }
            None => {
                self.wrong(value, key, "a text in quotes", "");
                None
            }
        }
    }

    /// A list of texts; a single text counts as a list of one.
    pub fn strings(&mut self, value: &Value<'t>, key: &str) -> Vec<Text> {
        match value.get_ref() {
            DeValue::Array(list) => list.iter().filter_map(|item| self.string(item, key)).collect(),
            DeValue::String(_) => self.string(value, key).into_iter().collect(),
            _ => {
                self.wrong(value, key, "a list of texts, such as [\"refund\", \"退款\"]", "");
                Vec::new()
            }
        }
    }

    /// One of a closed list of words.
    pub fn word<T>(
        &mut self,
        value: &Value<'t>,
        key: &str,
        parse: impl Fn(&str) -> Option<T>,
        names: &[&str],
    ) -> Option<T> {
        let text = self.string(value, key)?;
        self.word_of(&text, key, parse, names)
    }

    /// Some of a closed list of words.
    pub fn words<T>(
        &mut self,
        value: &Value<'t>,
        key: &str,
        parse: impl Fn(&str) -> Option<T>,
        names: &[&str],
    ) -> Vec<T> {
        let texts = self.strings(value, key);
        texts
            .iter()
            .filter_map(|text| self.word_of(text, key, &parse, names))
            .collect()
    }

    fn word_of<T>(
        &mut self,
        text: &Text,
        key: &str,
        parse: impl Fn(&str) -> Option<T>,
        names: &[&str],
    ) -> Option<T> {
        let found = parse(&text.value);
        if found.is_none() {
            let message = format!("`{}` is no {key}", short(&text.value));
            self.fault(
                text.span.clone(),
                "setting-invalid",
                message,
                "",
                &did_you_mean(&text.value, names),
            );
        }
        found
    }

    /// true or false.
    pub fn boolean(&mut self, value: &Value<'t>, key: &str) -> Option<bool> {
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            self.wrong(value, key, "true or false, without quotes", "");
        }
        truth
    }

    /// The place in the file of a byte of a string's value: exact, whatever the quotes, but for strings
    /// continued over lines with a backslash (then the string's beginning).
    pub fn inside(&self, text: &Text, offset: usize) -> usize {
        let raw = self.text.get(text.span.clone()).unwrap_or("");
        let literal = raw.starts_with('\'');
        let long = raw.starts_with("'''") || raw.starts_with("\"\"\"");
        let mut body = if long { 3 } else { 1 };
        if long {
            let rest = raw.get(body..).unwrap_or("");
            body += if rest.starts_with("\r\n") {
                2
            } else {
                usize::from(rest.starts_with('\n'))
            };
        }
        if literal {
            return text.span.start + body + offset;
        }
        let mut value_at = 0;
        let mut raw_at = body;
        for c in text.value.chars() {
            if value_at >= offset {
                break;
            }
            value_at += c.len_utf8();
            raw_at += match raw.as_bytes().get(raw_at..raw_at + 2) {
                Some([b'\\', b'u']) => 6,
                Some([b'\\', b'U']) => 10,
                Some([b'\\', b'x']) => 4,
                Some([b'\\', b'\n' | b'\r' | b' ' | b'\t']) => return text.span.start,
                Some([b'\\', _]) => 2,
                _ => c.len_utf8(),
            };
        }
        text.span.start + raw_at
    }
}

/// A name as far as a line has room for it.
pub(super) fn short(name: &str) -> &str {
    cut(name, 80)
}

/// At most so many bytes of the beginning.
fn cut(text: &str, most: usize) -> &str {
    let ends = (0..=most.min(text.len())).rev();
    ends.filter_map(|end| text.get(..end)).next().unwrap_or("")
}

/// The nearest of the known names, if one is near; else all of them.
pub(super) fn did_you_mean(name: &str, known: &[&str]) -> String {
    let near = known
        .iter()
        .filter(|_| name.len() < 40)
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&name.to_lowercase(), &candidate.to_lowercase()),
                candidate,
            )
        })
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| *distance <= 2 && *distance < candidate.len());
    match near {
        Some((_, candidate)) => format!("did you mean `{candidate}`?"),
        None => format!("known are {}", known.join(", ")),
    }
}
