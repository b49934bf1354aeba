//! What is to be said about a file as a whole: before its rows are read, and after.

use super::columns::{Layout, Role, Table};
use super::{Locate, double_encoding};
use crate::diagnostic::{Diagnostic, Place};
use crate::message::Message;

/// Why a file with a zero byte is refused.
pub(super) const HOLDS_NUL: &str = "the file holds a zero byte: it is no UTF-8 text, or it is damaged";

/// What to do about a file in another encoding.
pub(super) const SAVE_AS_UTF_8: &str =
    "save the file as UTF-8 (in a spreadsheet: `CSV UTF-8`), or export it again with that encoding";

/// No column holds what a message needs.
pub(super) fn no_messages(shown: &str, layout: &Layout, is_json: bool) -> Diagnostic {
    let mut names: Vec<&str> = layout
        .header
        .iter()
        .map(String::as_str)
        .filter(|n| !n.is_empty())
        .take(12)
        .collect();
    if layout.header.len() > names.len() && names.len() == 12 {
        names.push("…");
    }
    let names: Vec<String> = names.iter().map(|n| n.chars().take(30).collect()).collect();
    let (what, help) = match is_json {
        true => (
            "key",
            "name the key with the text `text`, and see `feedback sources`",
        ),
        false => (
            "column",
            "the first line must name the columns; name the one with the text `text`, and see `feedback sources`",
        ),
    };
    let reason = format!(
        "no {what} holds a message's text; there are: {}",
        names.join(", ")
    );
    Diagnostic::error("file-no-messages", reason)
        .at(shown, 1, 1)
        .help(help)
}

/// Columns that cannot be told apart.
pub(super) fn repeated_names(shown: &str, layout: &Layout) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (i, name) in layout.header.iter().enumerate() {
        let before = layout.header.iter().take(i).filter(|n| *n == name).count();
        if before == 1 && !name.is_empty() {
            let reason = format!("two columns are called `{name}`; the first one counts");
            let d = Diagnostic::warning("csv-header-repeated", reason)
                .at(shown, 1, 0)
                .in_field(name);
            found.push(d.help("rename the other one if it holds what you need"));
        }
    }
    found
}

/// The channel that the file's name tells, else `other`.
pub(super) fn guess_channel(shown: &str, table: &Table, findings: &mut Vec<Diagnostic>) -> String {
    let Some((channel, word)) = table.channel_in_file_name(shown) else {
        return "other".to_owned();
    };
    let reason =
        format!("the messages are taken to be from `{channel}`, since the file's name holds `{word}`");
    findings.push(Diagnostic::note("channel-guessed", reason).at(shown, 0, 0).help(
        "keep the file's name, or add a column `channel`: the same messages under another name count as new",
    ));
    channel.to_owned()
}

/// Whether a spreadsheet turned the last digits of all ids to zeros.
#[derive(Default)]
struct Rounded {
    ids: u64,
    /// The first id and its place.
    first: Option<(String, Place)>,
    /// Some id is not of that kind.
    is_sound: bool,
}

impl Rounded {
    /// Fewer could end in zeros by chance.
    const FEW: u64 = 5;

    fn look(&mut self, id: &str, at: &dyn Locate) {
        // Spreadsheets keep fifteen digits.
        self.is_sound |= id.len() < 16 || !id.ends_with("00") || !id.bytes().all(|b| b.is_ascii_digit());
        if self.is_sound {
            return;
        }
        self.ids += 1;
        let place = || (id.to_owned(), at.place(Some(Role::Id)));
        self.first.get_or_insert_with(place);
    }

    fn refusal(&mut self) -> Option<Diagnostic> {
        let is_rounded = !self.is_sound && self.ids >= Self::FEW;
        let (id, place) = self.first.take().filter(|_| is_rounded)?;
        let id: String = id.chars().take(40).collect();
        let reason = format!("all ids end in zeros, such as `{id}`: a spreadsheet rounded them");
        let mut d = Diagnostic::error("id-damaged", reason).help(super::row::AS_TEXT);
        d.place = Some(place);
        Some(d)
    }
}

/// What is known only at a file's end.
#[derive(Default)]
pub(super) struct Tally {
    /// The first damaged id.
    damaged: Option<Diagnostic>,
    /// Some row's id is not damaged.
    sound: bool,
    rounded: Rounded,
    double_encoded: u64,
    first_double_encoded: Option<(Place, String, String)>,
}

impl Tally {
    /// One more row that does not go in.
    pub(super) fn rejected(&mut self, fault: &Diagnostic) {
        match fault.code {
            "id-damaged" if self.damaged.is_none() => self.damaged = Some(fault.clone()),
            "id-damaged" => {}
            _ => self.sound = true,
        }
    }

    /// Why the file is refused after all: the ids of all its rows are damaged.
    pub(super) fn refusal(&mut self) -> Option<Diagnostic> {
        if let Some(refusal) = self.rounded.refusal() {
            return Some(refusal);
        }
        let first = self.damaged.take().filter(|_| !self.sound)?;
        Some(Diagnostic {
            message: format!("not one row has a usable id: {}", first.message),
            ..first
        })
    }

    /// Looks at one more message.
    pub(super) fn look(&mut self, message: &Message<'_>, at: &dyn Locate) {
        self.sound = true;
        self.rounded.look(&message.id, at);
        if let Some((word, fixed)) = double_encoding::find(&message.text) {
            self.double_encoded += 1;
            let place = || (at.place(Some(Role::Text)), word.to_owned(), fixed);
            self.first_double_encoded.get_or_insert_with(place);
        }
    }

    /// Whether texts were decoded wrongly, how many, and where the first is.
    pub(super) fn double_encoded(self) -> Option<Diagnostic> {
        let (place, word, fixed) = self.first_double_encoded?;
        let rows = self.double_encoded;
        let texts = if rows == 1 { "text was" } else { "texts were" };
        let reason =
            format!("{rows} {texts} decoded with the wrong encoding once before: `{word}` was `{fixed}`");
        let mut d = Diagnostic::warning("text-double-encoded", reason)
            .help("the texts are kept as they are; export the file again as UTF-8 if you can");
        d.place = Some(place);
        Some(d)
    }
}
