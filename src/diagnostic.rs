//! What went wrong, as data: code, severity, place, reason and the next step.
//!
//! Every room makes [`Diagnostic`]s; only the cli prints them. A code is stable, in kebab-case, listed
//! in [`CODES`] with what it means, and has a reproducer among the tests. Nothing here formats for a
//! terminal.

use std::ops::Range;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Note,
    /// Done, but look at it.
    Warning,
    /// Refused.
    Error,
}

impl Severity {
    /// The word that is printed.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Where: a file and, as far as known, line and column (both from 1; 0 means unknown).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The path as the user gave it.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
    /// The column's name in a CSV header, or the key in JSON.
    pub field: Option<String>,
}

/// The line that is at fault, and the bytes of it to underline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line's text, without its end.
    pub text: String,
    /// What to underline, in bytes of `text`, on character boundaries.
    pub span: Range<usize>,
    /// What stands beside the underline.
    pub label: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable, kebab-case.
    pub code: &'static str,
    /// How grave.
    pub severity: Severity,
    /// The reason in plain words, one line, no full stop.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// The line itself.
    pub excerpt: Option<Excerpt>,
    /// What to do next.
    pub help: Option<String>,
}

impl Diagnostic {
    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        debug_assert!(CODES.iter().any(|(c, _)| *c == code), "unlisted code {code}");
        Diagnostic {
            code,
            severity,
            message: message.into(),
            place: None,
            excerpt: None,
            help: None,
        }
    }

    /// An error.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A note.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    /// Adds the place.
    pub fn at(mut self, file: impl Into<String>, line: u64, column: u64) -> Self {
        self.place = Some(Place {
            file: file.into(),
            line,
            column,
            field: None,
        });
        self
    }

    /// Adds the name of the column or key; needs a place.
    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        if let Some(place) = &mut self.place {
            place.field = Some(field.into());
        }
        self
    }

    /// Adds the line at fault.
    pub fn showing(mut self, text: impl Into<String>, span: Range<usize>, label: impl Into<String>) -> Self {
        self.excerpt = Some(Excerpt {
            text: text.into(),
            span,
            label: label.into(),
        });
        self
    }

    /// Adds the next step.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Every code, with one sentence of what it means. `docs/reference/diagnostics.md` explains each.
pub const CODES: &[(&str, &str)] = &[
    // source
    ("file-unreadable", "the file cannot be opened or read"),
    ("file-empty", "the file holds nothing"),
    ("file-not-text", "the file is not UTF-8 text"),
    (
        "encoding-guessed",
        "nothing in the file names its encoding, and the likeliest was taken",
    ),
    (
        "encoding-wrong",
        "too much of the file makes no sense in its encoding",
    ),
    (
        "byte-undecodable",
        "bytes make no sense in the file's encoding, and are marked in the text",
    ),
    (
        "archive-damaged",
        "an archive, a compressed file or a workbook is damaged or cut off",
    ),
    (
        "archive-locked",
        "something in an archive is protected by a password or packed in a way that is not known",
    ),
    ("archive-too-large", "far too much would come out of an archive"),
    (
        "archive-unused",
        "parts of an archive or a workbook hold no messages, or were not looked at",
    ),
    ("file-no-messages", "no column or key holds a message's text"),
    (
        "file-look-alike",
        "the file lies beside exports of messages and holds none",
    ),
    ("csv-quote-open", "a quote is opened and never closed"),
    ("csv-width", "a row has more or fewer cells than the header"),
    ("csv-header-repeated", "two columns have the same name"),
    (
        "lines-passed-over",
        "lines above the header or behind the last row",
    ),
    ("header-again", "the header comes again: two exports were joined"),
    (
        "header-other",
        "a row stands below a later header with other columns",
    ),
    ("header-missing", "the first row names no columns"),
    (
        "column-guessed",
        "what a column holds tells the part that it plays",
    ),
    (
        "column-missing",
        "feedback.toml names a column that the file has not",
    ),
    (
        "settings-applied",
        "a [[source]] of feedback.toml holds for the file",
    ),
    ("columns-ambiguous", "two columns may hold the messages' text"),
    ("json-syntax", "the JSON cannot be parsed"),
    ("json-not-list", "the JSON is not a list of objects"),
    (
        "json-lists-left",
        "other lists in the JSON look like messages and were not read",
    ),
    ("json-list-guessed", "the messages were found deeper in the JSON"),
    ("json-key-repeated", "a key stands twice in one JSON object"),
    ("json-half-character", "a JSON text holds a lone surrogate"),
    ("json-too-deep", "messages are nested inside messages without end"),
    ("page-empty", "a page of an export holds no message"),
    ("chat-authors", "a chat is one conversation of these authors"),
    ("row-no-message", "the row tells of something that is no message"),
    (
        "id-damaged",
        "a spreadsheet rounded this id; distinct messages would merge",
    ),
    (
        "id-missing",
        "the row's id cell is empty although the file has ids",
    ),
    (
        "id-known-otherwise",
        "an id is known as another author's other message",
    ),
    (
        "message-deleted",
        "a message that was deleted on the platform before anybody read it",
    ),
    (
        "id-repeated",
        "an id stands for two different messages of one file",
    ),
    (
        "reply-to-damaged",
        "a spreadsheet rounded the id of the answered message",
    ),
    (
        "conversation-damaged",
        "a spreadsheet rounded the conversation's id; it is not used",
    ),
    (
        "time-missing",
        "the row's time is empty although the file has times",
    ),
    ("time-unreadable", "the time is in no form known"),
    ("time-ambiguous", "day and month cannot be told apart"),
    ("time-zone-assumed", "the times carry no zone"),
    (
        "time-zone-mixed",
        "some times of a column carry a zone, some none",
    ),
    (
        "time-order-guessed",
        "what comes first in the dates was told by today's date or the order of rows",
    ),
    ("time-relative", "times are counted from when the export was made"),
    ("time-dst", "times fall when clocks were changed"),
    ("direction-unreadable", "the direction is neither in nor out"),
    ("number-unreadable", "a rating or count is not a number"),
    (
        "text-double-encoded",
        "the text was decoded with the wrong encoding once before",
    ),
    (
        "text-repaired",
        "texts that were decoded with the wrong encoding were put right",
    ),
    ("text-cut", "texts that a program on the way cut"),
    ("text-emoji-lost", "emoji were lost on the way"),
    (
        "text-nearly-repeated",
        "texts are nearly the same under different ids",
    ),
    ("time-future", "messages were posted later than now"),
    ("rows-round", "the file has as many rows as programs give at most"),
    ("file-cut", "the last row breaks off"),
    ("row-without-text", "the row has neither text nor rating"),
    ("row-blank", "the row is empty padding"),
    ("row-too-long", "a row or a JSON element goes on for too long"),
    ("csv-quote-stray", "text follows a closing quote"),
    (
        "channel-guessed",
        "the channel was taken from the file's name or the links",
    ),
    ("channel-unknown", "nothing tells the channel"),
    ("columns-unused", "columns or keys that play no part"),
    ("columns-joined", "several columns make the text together"),
    ("text-html", "most texts are HTML, and are read so"),
    ("author-missing", "no column or key names the authors"),
    ("times-missing", "no column or key holds the times"),
    // rules and settings
    ("toml-syntax", "the file is not valid TOML"),
    ("setting-unknown", "no such key"),
    (
        "setting-invalid",
        "the value is of the wrong kind or out of range",
    ),
    (
        "profile-invalid",
        "a format of the workspace's own says something that is not understood",
    ),
    ("rule-bad-pattern", "a regular expression does not compile"),
    ("rule-too-large", "the rules together are too large to compile"),
    ("rule-duplicate", "two rules share an id"),
    (
        "level-weaker",
        "a level that is less pressing than the one below it",
    ),
    (
        "level-unasked",
        "a level that a rule says, while no row of the matrix asks for as much",
    ),
    ("rule-never-fires", "a rule that nothing can make fire"),
    ("rule-word-hidden", "a word of a rule that its own `none` forbids"),
    (
        "rule-shadowed",
        "a rule that says nothing which another one does not say",
    ),
    (
        "rule-example",
        "an example beside a rule is not judged as it should be",
    ),
    ("rule-group-off", "a group of rules is switched off"),
    ("rules-unmatched", "rules that no mention of the ledger made fire"),
    ("rule-empty", "a rule has no condition or concludes nothing"),
    (
        "rule-word-repeated",
        "a rule lists the same word twice, once folded",
    ),
    (
        "matrix-row-unreachable",
        "a row of the matrix stands behind one that fits always",
    ),
    ("matrix-open", "no row of the matrix fits always"),
    // labelled texts
    ("column-unknown", "a labelled file has no such column"),
    ("label-unknown", "nothing says which class a label is"),
    ("labels-folded", "a mapping folds every class into one"),
    // replies
    ("template-duplicate", "two templates share a name"),
    ("template-bad", "a template cannot be filled"),
    ("template-unknown", "there is no such template, or none that fits"),
    ("reply-slot-unfilled", "something in a reply is still a blank"),
    (
        "reply-personal-data",
        "personal data in a reply that everybody can read",
    ),
    (
        "reply-promise-undated",
        "a reply promises something without saying when",
    ),
    ("reply-arguing", "a reply argues with the customer"),
    ("reply-too-long", "a reply is longer than its platform takes"),
    // the sheet
    (
        "file-exists",
        "a file stands where the output was to go, and it is not ours",
    ),
    (
        "sheet-not-export",
        "the file is a sheet of cases that feedback itself wrote",
    ),
    (
        "ledger-not-export",
        "the file is a ledger, or what `ledger export` printed",
    ),
    // the ledger
    ("ledger-damaged", "the ledger is not as it was written"),
    (
        "ledger-newer",
        "a newer program wrote to the ledger; it can be read, not written",
    ),
    (
        "ledger-unfinished",
        "an interrupted batch at the ledger's end counts for nothing",
    ),
    ("erase-nothing", "nothing in the ledger fits what is to be erased"),
    (
        "erase-ambiguous",
        "what is to be erased stands for several customers or messages",
    ),
    ("event-unknown", "an event that only a newer program knows"),
    ("file-changed", "the file changed while it was read"),
    // the command line
    ("usage", "wrong usage"),
    (
        "filter-unknown",
        "a filter names what the ledger has never heard of",
    ),
    ("case-unknown", "there is no case of that id"),
    ("case-refused", "the case's state does not allow this"),
    ("mention-unknown", "the case has no such mention"),
    ("evidence-unreadable", "a file cannot be kept as evidence"),
    ("workspace-exists", "there is a workspace already"),
    (
        "workspace-new",
        "the first export begins a ledger in a folder that had none",
    ),
    ("workspace-empty", "the workspace has no ledger yet"),
    ("busy", "another command is writing"),
    ("disk", "something could not be read or written on disk"),
    (
        "disk-unsynced",
        "what was recorded is on disk, but its folder could not be synced",
    ),
    (
        "disk-unsure",
        "after a fault of the disk, what was written could not be taken back",
    ),
    ("output-lost", "the output could not be written"),
];
