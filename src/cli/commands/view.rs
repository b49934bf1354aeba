//! The folded ledger with a way back to the texts: what the reading commands share.

use super::judged;
use crate::calendar::{Moment, Precision, Zone};
use crate::case::Case;
use crate::case::book::{Book, case_id};
use crate::case::fold::{self, Way};
use crate::cli::desk::Desk;
use crate::cli::exit::Failure;
use crate::diagnostic::Diagnostic;
use crate::event::{MessageData, MessageFacts};
use crate::ledger::append::Writer;
use crate::ledger::place::Place;
use crate::ledger::read::{Lines, scan};
use crate::ledger::recorded::{Batch, recorded_by};
use crate::render::safe;
use crate::render::words::{Lang, is_translated};
use crate::report::scope::Scope;
use std::io::Read;

/// True where there is neither a ledger nor what anchors one.
pub fn is_empty(desk: &Desk) -> bool {
    !desk.place.ledger().exists() && !desk.place.head().exists()
}

/// Why a command that needs a ledger cannot be done.
pub fn no_ledger(desk: &Desk) -> Failure {
    let dir = desk.place.dir();
    let (reason, help) = if dir.exists() {
        (
            "there is no ledger in this workspace yet",
            "name the workspace with --dir, or read exports first: feedback ingest FILE...",
        )
    } else {
        (
            "there is no such folder",
            "see how the folder is spelt; `feedback init` or `feedback ingest FILE...` with this --dir makes it",
        )
    };
    let fault = Diagnostic::error("workspace-empty", reason);
    Failure::refused([fault.at(dir.display().to_string(), 0, 0).help(help)])
}

/// Case ids as given; `-` reads them from standard input.
pub fn ids(given: &[String]) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::new();
    for id in given {
        if id == "-" {
            let mut bytes = Vec::new();
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(|e| Failure::disk(std::path::Path::new("(stdin)"), &e))?;
            let text = String::from_utf8(bytes).map_err(|_| {
                Failure::usage(
                    "standard input is not text",
                    "give case ids such as c12, one a line",
                )
            })?;
            ids.extend(
                text.trim_start_matches('\u{feff}')
                    .split_whitespace()
                    .map(str::to_owned),
            );
        } else {
            ids.push(id.clone());
        }
    }
    Ok(ids)
}

/// Folds the workspace's ledger; with `as_of` only what was recorded by then.
pub fn fold(desk: &Desk, as_of: Option<i64>) -> Result<(Book, Lines), Failure> {
    if is_empty(desk) {
        return Err(no_ledger(desk));
    }
    let (book, reach, file) = read_steadily(|| {
        let upto = as_of.map(|t| recorded(&desk.place, t)).transpose()?;
        fold::read(&desk.place, upto, way(desk))
    })?;
    if reach.unfinished > 0 && !desk.place.is_locked() {
        desk.talk.tell(
            &Diagnostic::note(
                "ledger-unfinished",
                format!(
                    "an unfinished batch of {} bytes at the ledger's end is left out",
                    reach.unfinished
                ),
            )
            .help("a command was interrupted; the next one that records moves it to ledger.torn"),
        );
    }
    for (ev, n) in &book.unknown {
        desk.talk.tell(
            &Diagnostic::warning(
                "event-unknown",
                format!("{n} events `{ev}` are not known to this program"),
            )
            .help("they are kept as they are, and count for nothing here; a newer feedback may know them"),
        );
    }
    Ok((book, Lines::of(file, desk.place.ledger())))
}

/// How this command folds.
pub fn way(desk: &Desk) -> Way {
    Way::of(desk.zone, desk.threads)
}

/// Reads again where the ledger looked damaged: a reader that overtakes a writer at the very moment when
/// it clears away an unfinished batch sees half of each. Damage that is real is there every time.
pub fn read_steadily<T>(mut read: impl FnMut() -> crate::ledger::Result<T>) -> Result<T, Failure> {
    for _ in 0..2 {
        match read() {
            Err(crate::ledger::LedgerError::Damaged(_)) => {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            other => return other.map_err(Failure::from),
        }
    }
    read().map_err(Failure::from)
}

/// Says that an interrupted batch was moved aside, if one was.
pub fn tell_torn(writer: &Writer, desk: &Desk) {
    if writer.torn() > 0 {
        let reason = format!(
            "{} bytes of an interrupted batch were moved to ledger.torn",
            writer.torn()
        );
        let help = "a command was interrupted and has recorded nothing; run it again";
        desk.talk
            .tell(&Diagnostic::note("ledger-unfinished", reason).help(help));
    }
}

/// Says that the folder could not be synced behind a batch.
pub fn tell_unsynced(writer: &Writer, desk: &Desk) {
    if let Some(fault) = writer.unsynced() {
        let reason = format!("recorded, but syncing the folder failed: {fault}");
        let help = "the ledger itself is on disk; look after that disk, and make a copy elsewhere";
        desk.talk
            .tell(&Diagnostic::warning("disk-unsynced", reason).help(help));
    }
}

fn recorded(place: &Place, as_of: i64) -> crate::ledger::Result<u64> {
    let mut batches = Vec::new();
    scan(place, None, |l| {
        if l.line.n.is_some() {
            let at = Moment::parse(l.line.at).map_or(0, |m| m.millis);
            batches.push(Batch { seq: l.line.seq, at });
        }
    })?;
    Ok(recorded_by(&batches, as_of))
}

/// The case's channel, safe for a terminal: it may come out of a stranger's hands.
pub fn channel<'b>(book: &'b Book, case: &Case<'_>) -> std::borrow::Cow<'b, str> {
    safe::line(book.names.word(case.first.channel))
}

/// What is shown of a mention.
#[derive(Debug, Default, Clone)]
pub struct Quote {
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub text: String,
    /// Where it stands on the platform.
    pub link: String,
    /// The rules that fired, with the words they matched, and the matrix row.
    pub why: String,
    /// Who should handle it.
    pub route: String,
}

/// What waits in a case, else what it began with, as it says today.
pub fn quote_of(case: &Case<'_>, lines: &mut Lines, lang: Lang) -> Result<Quote, Failure> {
    let mut quote = quote(
        lines,
        case.today(case.waiting.map_or(case.first_byte, |w| w.byte)),
        lang,
    )?;
    if case.judged_anew(case.shown()).is_some() {
        let judged = judged::today(case, case.shown(), lines)?;
        quote.why = judged.why(lang);
        quote.route = judged.facts.route.unwrap_or_default().into_owned();
    }
    if case.reposts > 0 {
        quote.why = format!("{} · {}", quote.why, reach(case, lang));
    }
    Ok(quote)
}

/// Looks up the message whose line begins at that byte.
pub fn quote(lines: &mut Lines, byte: u64, lang: Lang) -> Result<Quote, Failure> {
    let line = lines.at(byte)?;
    let facts: MessageFacts<'_> = serde_json::from_str(line.facts.unwrap_or("{}")).unwrap_or_default();
    let Some(data) = line.payload.data() else {
        return Ok(Quote {
            text: lang.say("(erased)"),
            why: why(&facts, &[], lang),
            ..Quote::default()
        });
    };
    let data: MessageData<'_> = serde_json::from_str(data).unwrap_or_default();
    Ok(Quote {
        author: data.author.clone().into_owned(),
        link: data.link.as_deref().unwrap_or_default().to_owned(),
        why: why(&facts, &data.words, lang),
        route: facts.route.as_deref().unwrap_or_default().to_owned(),
        text: match (data.text.trim(), facts.rating) {
            ("", Some(stars)) => format!("{stars}★ {}", lang.say("(no words)")),
            _ => data.text.into_owned(),
        },
    })
}

/// `kind=complaint urgency=high · refund: "money back"`
pub fn why(facts: &MessageFacts<'_>, words: &[Vec<std::borrow::Cow<'_, str>>], lang: Lang) -> String {
    let because = facts.because.as_deref().map(|because| in_words(because, lang));
    reasons(because.as_deref(), &facts.rules, words)
}

/// Why a judgement came out so (`kind=complaint urgency=high`), in the reader's words. The ledger keeps ours.
pub fn in_words(because: &str, lang: Lang) -> String {
    if lang == Lang::En {
        return because.to_owned();
    }
    let word = |word: &str| match word.split_once('=') {
        Some((what, values)) => {
            let values: Vec<String> = values.split(',').map(|value| lang.say(value)).collect();
            format!("{}={}", lang.say(what), values.join(","))
        }
        None => word.to_owned(),
    };
    let part = |part: &str| {
        if is_translated(part) {
            return lang.say(part);
        }
        let (mut part, mut after) = (part, String::new());
        for end in ["needs no reply", "of stars only", "in a thread"] {
            if let Some(before) = part.strip_suffix(end) {
                (part, after) = (before.trim_end(), format!(" {}{after}", lang.say(end)));
            }
        }
        let words: Vec<String> = part.split(' ').map(word).collect();
        words.join(" ") + &after
    };
    let sentence = |sentence: &str| sentence.split("; ").map(part).collect::<Vec<_>>().join("；");
    match because.split_once(": ") {
        Some((by @ ("by hand" | "a lead"), why)) => format!("{}：{}", lang.say(by), sentence(why)),
        _ => sentence(because),
    }
}

/// The same of any judgement's parts.
pub fn reasons<R: AsRef<str>, W: AsRef<str>>(because: Option<&str>, rules: &[R], words: &[Vec<W>]) -> String {
    let because = because.filter(|b| !b.is_empty());
    let mut parts: Vec<String> = because.map(str::to_owned).into_iter().collect();
    for (i, rule) in rules.iter().enumerate() {
        let matched = words.get(i).into_iter().flatten();
        let matched: Vec<String> = matched.map(|w| format!("\"{}\"", w.as_ref())).collect();
        parts.push(match matched.is_empty() {
            true => rule.as_ref().to_owned(),
            false => format!("{}: {}", rule.as_ref(), matched.join(" ")),
        });
    }
    parts.join(" · ")
}

/// What is said of a dimension of a judgement, as it is shown: our words translated, lengths of time written out.
pub fn dimension(dimension: &str, value: &str, lang: Lang) -> String {
    match (dimension, value) {
        (_, "") => "–".to_owned(),
        ("target_s", seconds) => seconds
            .parse()
            .map_or_else(|_| seconds.to_owned(), |s| lang.duration(s)),
        ("topics" | "route", own) => own.to_owned(),
        (_, ours) => lang.say(ours),
    }
}

/// `reposted 3 times, to 1200 followers`
pub fn reach(case: &Case<'_>, lang: Lang) -> String {
    let times = lang.count(u64::from(case.reposts), "reposts");
    format!("{times} · {} {}", case.reposted_to, lang.say("followers"))
}

/// `2 h overdue`, `3 h left`, or a dash without a target; in days where the times are no finer.
pub fn left(case: &Case<'_>, due: Option<i64>, desk: &Desk) -> String {
    let (now, lang) = (desk.now, desk.style.lang);
    let in_days = is_due_by_days(case, due, desk.zone);
    let span = |ms: i64, key| match in_days {
        true => lang.span_of_days(ms / 1000, key),
        false => lang.span(ms / 1000, key),
    };
    match due {
        None => "–".to_owned(),
        Some(due) if due <= now => span(now - due, "time overdue"),
        Some(due) => span(due - now, "left"),
    }
}

/// What is due then is reckoned from a time that is known to the day only.
pub fn is_due_by_days(case: &Case<'_>, due: Option<i64>, zone: Zone) -> bool {
    let waits = case.waiting.filter(|w| w.due == due);
    waits.is_some_and(|w| is_only_a_day(case, w.since, zone))
}

/// How long ago the case began; in days where that is known no finer.
pub fn age(case: &Case<'_>, desk: &Desk) -> String {
    let (seconds, lang) = ((desk.now - case.begun).max(0) / 1000, desk.style.lang);
    match is_only_a_day(case, case.begun, desk.zone) {
        true => lang.span_of_days(seconds, "old"),
        false => lang.span(seconds, "old"),
    }
}

/// What came into the case at `t` stands at the beginning of a day, since no time of day is known.
fn is_only_a_day(case: &Case<'_>, t: i64, zone: Zone) -> bool {
    zone.day_start(t, 0) == t && case.items.iter().any(|i| i.t == t && !i.timed())
}

/// `2026-11-21 09:30` in the zone, or less of it where what came into the case at `t` tells no more.
pub fn posted(case: &Case<'_>, t: i64, lines: &mut Lines, zone: Zone) -> Result<String, Failure> {
    let Some(item) = case.items.iter().find(|i| i.t == t && !i.timed()) else {
        return Ok(local(zone, t));
    };
    let known = lines.at(item.byte())?.t.and_then(Moment::parse);
    let coarse = known.filter(|m| m.precision <= Precision::Day);
    Ok(coarse.map_or_else(|| local(zone, t), |moment| zone.show(moment)))
}

/// The case of that id, or why not.
pub fn find<'b>(book: &'b Book, id: &str) -> Result<Case<'b>, Diagnostic> {
    let number = crate::case::book::case_number(id.trim());
    let found = number.and_then(|n| Case::of(book, book.items_of(n)));
    found.ok_or_else(|| {
        Diagnostic::error("case-unknown", format!("there is no case `{}`", safe::line(id))).help(
            match book.last_case {
                0 => "there are no cases yet: read exports first with `feedback ingest FILE...`".to_owned(),
                1 => "the only case is c1; see `feedback inbox`".to_owned(),
                last => format!("ids run from c1 to {}; see `feedback inbox`", case_id(last)),
            },
        )
    })
}

/// `2026-11-21T09:30:00Z`
pub fn rfc(t: i64) -> String {
    Moment::exact(t).to_string()
}

/// `2026-11-21 09:30` in the zone.
pub fn local(zone: Zone, t: i64) -> String {
    zone.show(Moment::exact(t))
}

/// Silence after which a case is presumed resolved, in milliseconds.
pub fn silence_ms(desk: &Desk) -> i64 {
    i64::try_from(desk.settings.presumed_resolved_s)
        .unwrap_or(i64::MAX / 1000)
        .saturating_mul(1000)
}

/// Says which filters no case can meet, since the ledger has never heard of their word.
pub fn tell_unknown_filters(desk: &Desk, book: &Book, scope: &Scope) {
    let options = [
        ("--channel", &scope.channel),
        ("--topic", &scope.topic),
        ("--assignee", &scope.assignee),
        ("--lang-of-text", &scope.language),
    ];
    for (option, words) in options {
        for word in words.iter().filter(|w| book.names.find(w).is_none()) {
            let reason = format!("{option}: nothing in the ledger is called `{}`", safe::line(word));
            let near = book
                .names
                .all()
                .max_by(|a, b| strsim::jaro_winkler(a, word).total_cmp(&strsim::jaro_winkler(b, word)));
            let help = match near.filter(|n| strsim::jaro_winkler(n, word) > 0.75) {
                Some(near) => format!("did you mean `{}`?", safe::line(near)),
                None => "see `feedback report --by channel`, `--by topic` or `--by assignee`".to_owned(),
            };
            desk.talk
                .tell(&Diagnostic::warning("filter-unknown", reason).help(help));
        }
    }
}
