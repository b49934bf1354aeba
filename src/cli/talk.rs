//! What is said on standard error: diagnostics with their excerpts, notes, progress. Never data.

use super::exit::Failure;
use crate::diagnostic::{Diagnostic, Excerpt, Severity};
use crate::render::safe;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::ops::Range;

/// Standard error, and how to speak on it.
#[derive(Debug, Clone, Copy)]
pub struct Talk {
    quiet: bool,
    color: bool,
}

impl Talk {
    /// `quiet` leaves out notes.
    pub fn new(quiet: bool, color: bool) -> Self {
        Talk { quiet, color }
    }

    fn write(self, text: &str) {
        // Nobody is left to be told when standard error is gone.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    /// One finding.
    pub fn tell(self, diagnostic: &Diagnostic) {
        if !(self.quiet && diagnostic.severity == Severity::Note) {
            self.write(&written(diagnostic, self.color));
        }
    }

    /// Findings, up to `most` of a code, then how many more.
    pub fn tell_all(self, diagnostics: &[Diagnostic], most: u64) {
        self.tell_many(diagnostics, most, &BTreeMap::new());
    }

    /// [`Talk::tell_all`], with how many of a code there are on top of the list.
    pub fn tell_many(self, diagnostics: &[Diagnostic], most: u64, unlisted: &BTreeMap<&'static str, u64>) {
        let mut told: BTreeMap<&str, u64> = BTreeMap::new();
        for diagnostic in diagnostics {
            let count = told.entry(diagnostic.code).or_default();
            *count += 1;
            if *count <= most {
                self.tell(diagnostic);
            }
        }
        for (code, n) in told {
            let more = n.saturating_sub(most) + unlisted.get(code).copied().unwrap_or(0);
            if more > 0 {
                self.write(&format!(
                    "… and {more} more [{code}]; --format json lists up to 1000\n"
                ));
            }
        }
    }

    /// Why a command failed.
    pub fn failure(self, failure: &Failure) {
        self.tell_all(&failure.diagnostics, 20);
    }

    /// A sentence, unless quiet.
    pub fn note(self, text: &str) {
        if !self.quiet {
            self.write(&format!("{text}\n"));
        }
    }

    /// A progress bar over `bytes`, on a terminal only.
    pub fn progress(self, what: &str, bytes: u64) -> ProgressBar {
        // Small files are read before a bar could be seen.
        if self.quiet || bytes < 4_000_000 || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {eta}");
        let bar = ProgressBar::new(bytes).with_message(safe::line(what).into_owned());
        match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }
}

/// A diagnostic as text: head, place, excerpt, help.
pub fn written(diagnostic: &Diagnostic, color: bool) -> String {
    let message = safe::line(&diagnostic.message);
    let help = diagnostic.help.as_deref().map(safe::line);
    let Some((place, excerpt)) = diagnostic.place.as_ref().zip(diagnostic.excerpt.as_ref()) else {
        return without_excerpt(diagnostic, &message, help.as_deref());
    };
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let line = usize::try_from(place.line).unwrap_or(1);
    let (text, span) = shown(excerpt);
    let (file, label) = (safe::line(&place.file), safe::line(&excerpt.label));
    let mark = AnnotationKind::Primary.span(span).label(label.as_ref());
    let snippet = Snippet::source(text.as_str())
        .line_start(line)
        .path(file.as_ref())
        .annotation(mark);
    let mut group = level
        .primary_title(message.as_ref())
        .id(diagnostic.code)
        .element(snippet);
    if let Some(help) = help.as_deref() {
        group = group.element(Level::HELP.message(help));
    }
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    format!("{}\n", renderer.render(&[group]))
}

/// The line at fault made safe, and what to underline of it then.
fn shown(excerpt: &Excerpt) -> (String, Range<usize>) {
    let part = |range: Range<usize>| safe::line(excerpt.text.get(range).unwrap_or_default());
    let Range { start, end } = excerpt.span;
    let (before, marked) = (part(0..start), part(start..end));
    let text = format!("{before}{marked}{}", part(end..excerpt.text.len()));
    (text, before.len()..before.len() + marked.len())
}

fn without_excerpt(diagnostic: &Diagnostic, message: &str, help: Option<&str>) -> String {
    let mut out = format!("{}[{}]: {message}\n", diagnostic.severity.name(), diagnostic.code);
    if let Some(place) = &diagnostic.place {
        out.push_str(&format!(" --> {}", safe::line(&place.file)));
        if place.line > 0 {
            out.push_str(&format!(":{}", place.line));
        }
        if place.column > 0 {
            out.push_str(&format!(":{}", place.column));
        }
        if let Some(field) = &place.field {
            out.push_str(&format!(" ({})", safe::line(field)));
        }
        out.push('\n');
    }
    if let Some(help) = help {
        out.push_str(&format!("  = help: {help}\n"));
    }
    out
}

/// What is said, and done, when the program meets a bug of its own.
pub fn our_bug(info: &std::panic::PanicHookInfo<'_>) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "error[bug]: feedback met a bug of its own: {info}");
    let _ = writeln!(
        err,
        "  = help: a command that had not yet reported success has recorded nothing; please report this text"
    );
    #[allow(clippy::exit)] // a panic would otherwise end in an abort without our exit code
    std::process::exit(super::exit::Exit::Bug.code().into());
}
