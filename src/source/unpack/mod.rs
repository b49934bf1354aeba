//! What one file holds: itself, what is compressed in it, the members of an archive, the sheets of a workbook.
//!
//! [`contents`] looks at the first bytes, never at the name; each [`Part`] is unpacked when it is opened, into memory
//! or a scratch file, and gone when its [`Export`] is. Nothing that is unpacked is believed to be as large as it
//! says, and no name inside an archive is ever used as a path. Archives inside archives stay closed, except for
//! compressed files and workbooks.

mod archive;
mod limits;
mod workbook;

use super::body::Body;
use super::encoding::{self, Text};
use super::mapping::{self, Named};
use super::{Context, Export, opening, unreadable};
use crate::diagnostic::Diagnostic;
use limits::Fault;
use std::io::Read;
use std::path::Path;
use std::time::SystemTime;

/// One export, as it stands in its file.
#[derive(Debug)]
pub struct Part {
    shown: String,
    /// The file that it stands in, as it is printed.
    outer: String,
    from: Origin,
}

#[derive(Debug)]
enum Origin {
    /// The file itself, or what is compressed in it.
    Whole(Body),
    /// A member of an archive, by its number.
    Member(Body, usize),
    /// A sheet of a workbook, by its name.
    Sheet(Body, String),
}

/// What a file holds.
#[derive(Debug)]
pub struct Contents {
    /// What may be an export, in its order.
    pub parts: Vec<Part>,
    /// What was passed over in it.
    pub findings: Vec<Diagnostic>,
    /// An archive or a workbook: those of its parts that hold no messages do not matter if others do.
    pub is_several: bool,
    shown: String,
}

/// How the bytes are wrapped up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrapping {
    None,
    Gzip,
    Zip,
}

fn wrapping(body: &Body) -> std::io::Result<Wrapping> {
    let mut head = Vec::new();
    body.open_at(0)?.take(4).read_to_end(&mut head)?;
    Ok(match head.as_slice() {
        [0x1F, 0x8B, 8, ..] => Wrapping::Gzip,
        b"PK\x03\x04" | b"PK\x05\x06" => Wrapping::Zip,
        _ => Wrapping::None,
    })
}

/// Finds out what a file holds. `path` is a regular file, `shown` the name to print in places.
///
/// # Errors
/// The file cannot be read, or is a damaged or too large archive.
pub fn contents(path: &Path, shown: &str, context: &Context<'_>) -> Result<Contents, Vec<Diagnostic>> {
    let body = Body::File(path.to_owned());
    let mut found = Contents {
        parts: Vec::new(),
        findings: Vec::new(),
        is_several: true,
        shown: shown.to_owned(),
    };
    if wrapping(&body).map_err(|e| vec![unreadable(shown, &e)])? == Wrapping::Zip {
        if let Some(sheets) = workbook::sheets(&body).map_err(|fault| vec![fault.told(shown)])? {
            found.add_sheets(&body, shown, sheets);
        } else {
            archive::list(&body, &mut found, context)?;
        }
    } else {
        found.is_several = false;
        found.parts.push(Part {
            shown: shown.to_owned(),
            outer: shown.to_owned(),
            from: Origin::Whole(body),
        });
    }
    Ok(found)
}

impl Contents {
    /// One sheet bears its file's name, several their own behind it.
    fn add_sheets(&mut self, book: &Body, shown: &str, sheets: Vec<String>) {
        let is_one = sheets.len() == 1;
        let outer = self.shown.clone();
        self.parts.extend(sheets.into_iter().map(|name| Part {
            shown: if is_one {
                shown.to_owned()
            } else {
                format!("{shown}/{name}")
            },
            outer: outer.clone(),
            from: Origin::Sheet(book.clone(), name),
        }));
    }

    /// Whether a part was refused only because there are no messages in it.
    #[must_use]
    pub fn is_passed(&self, faults: &[Diagnostic]) -> bool {
        const NONE: [&str; 6] = [
            "file-empty",
            "file-look-alike",
            "file-no-messages",
            "file-not-messages",
            "json-not-list",
            "file-not-text",
        ];
        self.is_several && faults.iter().all(|d| NONE.contains(&d.code))
    }

    /// Names the parts that hold no messages: a note if others hold some, else why the file is refused.
    #[must_use]
    pub fn passed(&self, names: &[String], is_all: bool) -> Diagnostic {
        const MOST: usize = 5;
        let short = |name: &String| {
            name.strip_prefix(&self.shown)
                .map_or(name.clone(), |n| n.trim_start_matches('/').to_owned())
        };
        let mut list: Vec<String> = names
            .iter()
            .take(MOST)
            .map(short)
            .filter(|n| !n.is_empty())
            .collect();
        if names.len() > MOST {
            list.push("…".to_owned());
        }
        let list = if list.is_empty() {
            String::new()
        } else {
            format!(": {}", list.join(", "))
        };
        let n = names.len();
        let at = |d: Diagnostic| d.at(&self.shown, 0, 0);
        match is_all {
            true => at(Diagnostic::error(
                "file-no-messages",
                format!("nothing in it is an export of messages ({n} looked at{list})"),
            ))
            .help("look with `feedback sources` which file of the archive, or which columns of the sheet, are needed"),
            false => at(Diagnostic::note(
                "archive-unused",
                match n {
                    1 => format!("1 of its parts holds no messages{list}"),
                    _ => format!("{n} of its parts hold no messages{list}"),
                },
            ))
            .help("nothing to do unless you expected messages there"),
        }
    }
}

impl Part {
    /// The name to print.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    fn named(&self) -> Named<'_> {
        Named {
            shown: &self.shown,
            outer: &self.outer,
        }
    }

    /// Unpacks, decodes and recognises it.
    ///
    /// # Errors
    /// It cannot be unpacked or decoded, or is no export that is understood.
    pub fn open(&self, context: &Context<'_>) -> Result<Export, Vec<Diagnostic>> {
        let (text, changed) = self.text(context)?;
        opening::open(text, changed, self.named(), context)
    }

    /// Unpacks and decodes it; and when its file was changed.
    pub(in crate::source) fn text(
        &self,
        context: &Context<'_>,
    ) -> Result<(Text, Option<SystemTime>), Vec<Diagnostic>> {
        let told = |fault: Fault| vec![fault.told(&self.shown)];
        let context = &Context {
            encoding: context
                .encoding
                .or(mapping::encoding(context.mappings, self.named())),
            ..*context
        };
        let (Origin::Whole(file) | Origin::Member(file, _) | Origin::Sheet(file, _)) = &self.from;
        let changed = file.changed();
        let text = match &self.from {
            Origin::Whole(body) => self.unwrapped(body.clone(), context)?,
            Origin::Member(archive, index) => {
                let body = archive::member(archive, *index, context).map_err(told)?;
                self.unwrapped(body, context)?
            }
            Origin::Sheet(book, name) => Text {
                body: workbook::sheet(book, name, context).map_err(told)?,
                base: 0,
                encoding: "UTF-8",
                is_sheet: true,
                findings: Vec::new(),
            },
        };
        Ok((text, changed))
    }

    fn unwrapped(&self, body: Body, context: &Context<'_>) -> Result<Text, Vec<Diagnostic>> {
        let body = match wrapping(&body).map_err(|e| vec![unreadable(&self.shown, &e)])? {
            Wrapping::Gzip => {
                archive::gunzip(&body, context).map_err(|fault| vec![fault.told(&self.shown)])?
            }
            _ => body,
        };
        encoding::text(body, &self.shown, context)
    }
}

/// Opens and recognises a file that holds one export.
///
/// # Errors
/// As [`contents`] and [`Part::open`]; or it holds several.
pub fn open(path: &Path, shown: &str, context: &Context<'_>) -> Result<Export, Vec<Diagnostic>> {
    let found = contents(path, shown, context)?;
    match found.parts.as_slice() {
        [one] => one.open(context),
        many => {
            let names: Vec<String> = many.iter().map(|part| part.shown.clone()).collect();
            Err(vec![found.passed(&names, true)])
        }
    }
}
