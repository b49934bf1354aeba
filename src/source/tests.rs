//! Exports as they really come, one trap a test.

mod any_time;
mod archives;
mod chats;
mod corpus;
mod damage;
mod dates;
mod encodings;
mod fingerprints;
mod found_parts;
mod ids;
mod json;
mod limits;
mod mixed_bytes;
mod pages;
mod split;
mod tables;
mod whole_files;

use super::*;
use crate::calendar::Precision;
use crate::message::Direction;
use std::io::Write;

fn context() -> Context<'static> {
    Context {
        zone_is_assumed: true,
        scratch: &archives::scratch,
        ..Context::plain(Zone::UTC, Moment::exact(1_795_000_000_000))
    }
}

/// What a file gave, in words.
#[derive(Debug, Default)]
struct Outcome {
    source: String,
    encoding: String,
    messages: Vec<Message<'static>>,
    rejected: Vec<Diagnostic>,
    skipped: Vec<Diagnostic>,
    warned: Vec<Diagnostic>,
    findings: Vec<Diagnostic>,
}

impl Outcome {
    fn main(&self) -> usize {
        self.messages.iter().filter(|m| !m.inline).count()
    }
    fn texts(&self) -> Vec<&str> {
        self.messages.iter().map(|m| &*m.text).collect()
    }
    fn ids(&self) -> Vec<&str> {
        self.messages.iter().map(|m| &*m.id).collect()
    }
}

fn owned(m: &Message<'_>) -> Message<'static> {
    let own = |c: &Option<std::borrow::Cow<'_, str>>| c.as_ref().map(|c| c.to_string().into());
    Message {
        former_id: own(&m.former_id),
        id: m.id.to_string().into(),
        channel: m.channel.to_string().into(),
        direction: m.direction,
        author: m.author.to_string().into(),
        author_id: own(&m.author_id),
        posted: m.posted,
        text: m.text.to_string().into(),
        judged: own(&m.judged),
        reply_to: own(&m.reply_to),
        conversation: own(&m.conversation),
        link: own(&m.link),
        rating: m.rating,
        reach: m.reach,
        language: own(&m.language),
        repost: m.repost,
        repost_of: own(&m.repost_of),
        edited: m.edited,
        deleted: m.deleted,
        automatic: m.automatic,
        inline: m.inline,
        line: m.line,
    }
}

fn read_named(name: &str, bytes: &[u8]) -> Result<Outcome, Vec<Diagnostic>> {
    read_in(name, bytes, &context())
}

fn read_in(name: &str, bytes: &[u8], context: &Context<'_>) -> Result<Outcome, Vec<Diagnostic>> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let export = open(file.path(), name, context)?;
    let mut out = Outcome {
        source: export.source().to_owned(),
        encoding: export.encoding().to_owned(),
        findings: export.findings().to_vec(),
        ..Outcome::default()
    };
    let is_packed = bytes.starts_with(b"PK") || bytes.starts_with(b"\x1f\x8b");
    if !is_packed
        && export.encoding().starts_with("UTF-8")
        && !out.findings.iter().any(|d| d.code == "byte-undecodable")
    {
        assert_eq!(export.bytes(), bytes.len() as u64);
    }
    let mut marks = Vec::new();
    export.read(&mut |entry| match entry {
        Entry::Mark(mark) => marks.push((mark, out.messages.len())),
        Entry::Message(m) => out.messages.push(owned(m)),
        Entry::Rejected(d) => out.rejected.push(d),
        Entry::Skipped(d) => out.skipped.push(d),
        Entry::Warned(d) => out.warned.push(d),
        Entry::Progress(_) => {}
    })?;
    check_parts(&export, &marks, &out.messages);
    Ok(out)
}

/// Each part must give the messages that the first reading gave between its marks, and so must all parts
/// as one.
fn check_parts(export: &Export, marks: &[(Mark, usize)], messages: &[Message<'static>]) {
    let told = |m: &Message<'_>| format!("{m:?}");
    assert!(
        marks.first().map_or(messages.is_empty(), |(_, n)| *n == 0),
        "{marks:?}"
    );
    let part = |from: Mark, to: Option<Mark>| {
        let mut got = Vec::new();
        export.read_part(from, to, &mut |m| got.push(told(m))).unwrap();
        got
    };
    for (i, (from, n)) in marks.iter().enumerate() {
        let next = marks.get(i + 1);
        let end = next.map_or(messages.len(), |(_, n)| *n);
        let wanted: Vec<_> = messages[*n..end].iter().map(told).collect();
        assert_eq!(part(*from, next.map(|(mark, _)| *mark)), wanted, "{from:?}");
    }
    if let Some((first, _)) = marks.first() {
        let wanted: Vec<_> = messages.iter().map(told).collect();
        assert_eq!(part(*first, None), wanted);
    }
}

fn read(text: &str) -> Outcome {
    read_named("export.csv", text.as_bytes()).unwrap()
}

fn refused(bytes: &[u8]) -> Diagnostic {
    let mut faults = read_named("export.csv", bytes).unwrap_err();
    assert!(faults.iter().all(|d| d.help.is_some()), "{faults:?}");
    faults.remove(0)
}

fn codes(found: &[Diagnostic]) -> Vec<(&'static str, u64, u64, Option<&str>)> {
    let place = |d: &Diagnostic| d.place.clone().unwrap_or_default();
    assert!(
        found.iter().all(|d| d.help.is_some() && d.place.is_some()),
        "{found:?}"
    );
    let field = |d: &'_ Diagnostic| (d.code, place(d).line, place(d).column);
    found
        .iter()
        .map(|d| {
            (
                field(d).0,
                field(d).1,
                field(d).2,
                d.place.as_ref().unwrap().field.as_deref(),
            )
        })
        .collect()
}

fn at(d: &Diagnostic) -> (&'static str, u64, u64) {
    let place = d.place.clone().unwrap_or_default();
    (d.code, place.line, place.column)
}

#[test]
fn a_plain_file() {
    let o = read(
        "id,author,created_at,text,channel,in_reply_to,followers\n\
         1700000000000000001,@ann,2024-01-01T10:00:00Z,\"Where, please?\",twitter,,12\n\
         1700000000000000002,shop,2024-01-01T10:05:00Z,Here,Twitter,1700000000000000001,0\n",
    );
    assert_eq!((o.source.as_str(), o.encoding.as_str()), ("csv", "UTF-8"));
    let [question, answer] = &o.messages[..] else {
        panic!("{o:?}")
    };
    assert_eq!(
        (&*question.id, &*question.author, &*question.channel),
        ("1700000000000000001", "ann", "x")
    );
    assert_eq!(
        (question.reach, &*question.text, question.direction),
        (Some(12), "Where, please?", None)
    );
    assert_eq!(question.posted.unwrap().to_string(), "2024-01-01T10:00:00Z");
    assert_eq!(
        (answer.reply_to.as_deref(), question.reply_to.as_deref()),
        (Some("1700000000000000001"), None)
    );
    assert!(o.findings.is_empty());
}

#[test]
fn tabs_semicolons_and_a_byte_order_mark() {
    let o = read_named("a", "\u{feff}id\ttext\n1\ta, b\n".as_bytes()).unwrap();
    assert_eq!(
        (o.source.as_str(), o.encoding.as_str(), o.texts()),
        ("tsv", "UTF-8 with BOM", vec!["a, b"])
    );
    assert_eq!(read("id;text\n1;a, b\n").texts(), ["a, b"]);
    let o = read_named("a", "\u{feff}\"id\",\"text\"\n\"1\",\"a\"\n2\n".as_bytes()).unwrap();
    assert_eq!(
        (o.ids(), codes(&o.rejected)),
        (vec!["1"], vec![("csv-width", 3, 1, None)])
    );
}

#[test]
fn a_lone_cr_is_data_and_crlf_ends_a_row() {
    let o = read("id,text\r\n1,a\rb\r\n2,\"c\rd\"\r\n\r\n3,\"e\"\r\n");
    assert_eq!(o.texts(), ["a\rb", "c\rd", "e"]);
    assert!(o.rejected.is_empty() && o.skipped.is_empty());
}

#[test]
fn a_quote_left_open_refuses_the_file() {
    let d = refused("id,text\n1,\"fine\"\n2,你好\n3,\"open\n4,x\n".as_bytes());
    assert_eq!(at(&d), ("csv-quote-open", 4, 3));
    assert_eq!(d.excerpt.unwrap().text, "3,\"open");
    // Closed by the opening quote of a later cell, in a row of the right width or not.
    let d = refused(b"id,text,n\n1,\"open,3\n2,\"y\",3\n");
    assert_eq!(at(&d), ("csv-quote-open", 2, 3));
    let d = refused(b"id,text,n\n1,\"open,3\n2,he said \"y\", ok,3\n");
    assert_eq!(at(&d), ("csv-quote-open", 2, 3));
}

#[test]
fn a_quote_left_open_is_noticed_when_a_later_row_closes_it() {
    let file = |fourth: &str| {
        format!(
            "id,created_at,author,text\n1,2024-01-01,a,hi\n2,2024-01-01,b,\"never closed\n\
             3,2024-01-01,c,my food was cold\n{fourth}\n5,2024-01-01,e,ok\n"
        )
    };
    for fourth in [
        "4,2024-01-01,d,my 5\" screen broke",
        "4,2024-01-01,d,screen is 5\"",
        "4,2024-01-01,d,she said \"no\"",
        "4,2024-01-01,d,he wrote \",\", so\"",
        "4,2024-01-01,d,he wrote \",\", so",
    ] {
        let d = refused(file(fourth).as_bytes());
        assert_eq!(at(&d), ("csv-quote-open", 3, 16), "{fourth}");
        assert_eq!(d.excerpt.unwrap().text, "2,2024-01-01,b,\"never closed");
    }
    let o =
        read("id,created_at,text\n1,2024-01-01,\"On\n2024-01-02, at 9, I came\nback\"\n2,2024-01-01,ok\n");
    assert_eq!(o.main(), 2);
}

#[test]
fn a_stray_quote_in_a_row_of_the_right_width_is_warned_of_once() {
    let o = read("id,text\n1,\"he said \"hi\" to me\"\n2,5\" pizza\n3,\"a \"b\" c\"\n");
    assert_eq!(o.main(), 3);
    assert_eq!(codes(&o.warned), [("csv-quote-stray", 2, 3, None)]);
    assert!(o.warned[0].message.contains("2 times"), "{:?}", o.warned);
}

#[test]
fn ragged_rows_are_rejected_and_padding_is_skipped() {
    let o = read("id,text,lang\n1,a\n2,b,en,more\n3,c,en,,\n,,,,\n , ,\n\n4,d,\n");
    assert_eq!(o.ids(), ["3", "4"]);
    assert_eq!(
        codes(&o.rejected),
        [("csv-width", 2, 3, None), ("csv-width", 3, 8, None)]
    );
    assert_eq!(
        codes(&o.skipped),
        [("row-blank", 5, 1, None), ("row-blank", 6, 1, None)]
    );
    assert_eq!(read("id,text,\n1,a\n").ids(), ["1"]);
}

#[test]
fn places_count_characters_and_lines_inside_cells() {
    let o = read("text,id,created_at\n\"多行\n\"\"文字\"\"\",1,2024-01-01\n\n\"多\n行\",二,nonsense\n");
    assert_eq!(
        codes(&o.rejected),
        [("time-unreadable", 6, 6, Some("created_at"))]
    );
    assert_eq!(o.texts(), ["多行\n\"文字\""]);
}

#[test]
fn index_columns_and_repeated_names() {
    let o = read(",index,tweet_id,text,text\n0,9,7,a,b\n");
    assert_eq!((o.ids(), o.texts()), (vec!["7"], vec!["a"]));
    assert_eq!(o.findings[0].code, "csv-header-repeated");
    let repeated = |d: &&Diagnostic| d.code == "csv-header-repeated";
    assert_eq!(o.findings.iter().filter(repeated).count(), 1);
    assert_eq!(
        o.findings[0].place.as_ref().unwrap().field.as_deref(),
        Some("text")
    );
}

#[test]
fn directions() {
    let o = read("id,inbound,text\n1,True,a\n2,FALSE,b\n3,,c\n4,perhaps,d\n5,t,e\n");
    let found: Vec<_> = o.messages.iter().map(|m| m.direction).collect();
    assert_eq!(
        found,
        [
            Some(Direction::Inbound),
            Some(Direction::Outbound),
            None,
            Some(Direction::Inbound)
        ]
    );
    assert_eq!(
        codes(&o.rejected),
        [("direction-unreadable", 5, 3, Some("inbound"))]
    );
}

#[test]
fn the_reply_columns_of_a_row_make_a_second_message() {
    let o = read(
        "id,text,created_at,reply_text,repliedAt\n\
         1,slow,2024-01-01 10:00:00,Sorry &amp; thanks,2024-01-01 11:00:00\n\
         2,bad,2024-01-01 10:00:00,,2024-01-02\n3,good,2024-01-01 10:00:00,Thanks,\n4,meh,2024-01-01 10:00:00,,\n\
         5,odd,2024-01-01 10:00:00,Hm,soon\n",
    );
    assert_eq!(o.main(), 5);
    let replies: Vec<_> = o.messages.iter().filter(|m| m.inline).collect();
    let told: Vec<_> = replies
        .iter()
        .map(|m| {
            (
                &*m.id,
                &*m.text,
                m.reply_to.as_deref().unwrap(),
                m.posted.is_some(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("1/reply", "Sorry & thanks", "1", true),
            ("2/reply", "", "2", true),
            ("3/reply", "Thanks", "3", false),
            ("5/reply", "Hm", "5", false)
        ]
    );
    assert!(replies.iter().all(|m| m.direction == Some(Direction::Outbound)));
    assert_eq!(codes(&o.warned), [("time-unreadable", 6, 30, Some("repliedAt"))]);
    assert_eq!(o.findings.last().unwrap().code, "time-zone-assumed");
}

#[test]
fn texts_titles_ratings_and_rows_without_either() {
    let o = read("id,title,text,rating\n1,Late,&lt;b&gt;,2\n2,Only,,\n3,,,4/5\n4,,,\n5,,x,16\n");
    assert_eq!(o.texts(), ["Late\n<b>", "Only", "", "x"]);
    assert_eq!(
        o.messages.iter().map(|m| m.rating).collect::<Vec<_>>(),
        [Some(2.0), None, Some(4.0), None]
    );
    assert_eq!(codes(&o.rejected), [("row-without-text", 5, 4, Some("text"))]);
    assert_eq!(codes(&o.warned), [("number-unreadable", 6, 6, Some("rating"))]);
}

#[test]
fn times_missing_unreadable_or_not_there_at_all() {
    let o = read("id,created_at,text\n1,,a\n2,some time ago,b\n3,1680486026.0,c\n");
    assert_eq!(
        codes(&o.rejected),
        [
            ("time-missing", 2, 3, Some("created_at")),
            ("time-unreadable", 3, 3, Some("created_at"))
        ]
    );
    assert_eq!(read("id,text\n1,a\n").messages[0].posted, None);
    let o = read("id,date,time,text\n1,2024-05-15,10:30,a\n2,2024-05-15,,b\n");
    let told: Vec<_> = o.messages.iter().map(|m| m.posted.unwrap().to_string()).collect();
    assert_eq!(told, ["2024-05-15T10:30Z", "2024-05-15"]);
}

#[test]
fn day_and_month_are_told_apart_by_the_whole_column() {
    let day = |o: &Outcome| o.messages[0].posted.unwrap().to_string();
    let o = read("channel,author,id,date,text\nx,a,1,9/6/2018,a\nx,b,2,31/12/2018,b\n");
    assert_eq!((day(&o), o.findings.len()), ("2018-06-09".to_owned(), 0));
    let o = read("channel,author,id,date,text\nx,a,1,9/6/2018,a\nx,b,2,9/7/2018,b\n");
    assert_eq!(
        (day(&o), o.findings[0].code),
        ("2018-09-06".to_owned(), "time-ambiguous")
    );
    let mut long = "id,date,text\n".to_owned();
    for i in 0..1000 {
        long += &format!("{i},1/2/2024,x\n");
    }
    assert_eq!(day(&read(&(long.clone() + "x,13/2/2024,y\n"))), "2024-02-01");
    let d = refused((long + "x,13/2/2024,y\nz,2/13/2024,y\n").as_bytes());
    assert_eq!((d.code, d.severity), ("time-ambiguous", Severity::Error));
}

#[test]
fn double_encoded_text_is_counted_and_kept() {
    let o = read("id,text\n1,fine\n2,Itâ€™s late\n3,donâ€™t\n");
    assert_eq!(codes(&o.warned), [("text-double-encoded", 3, 3, Some("text"))]);
    assert!(
        o.warned[0].message.contains("2 texts") && o.warned[0].message.contains("`It’s`"),
        "{:?}",
        o.warned
    );
    assert_eq!(o.texts()[1], "Itâ€™s late");
}
