//! What goes on for too long, too deep, or is no text: an error with its place, in little memory.

use super::*;
use crate::source::block::LONGEST;

fn told(text: &str) -> (&'static str, u64, u64) {
    at(&refused(text.as_bytes()))
}

#[test]
fn a_row_without_end_is_refused() {
    let long = "x".repeat(LONGEST + 9);
    assert_eq!(told(&format!("id,text\n1,a\n2,{long}")), ("row-too-long", 3, 1));
    assert_eq!(
        told(&format!("id,text\n1,a\n2,{}\n", ",".repeat(LONGEST))).0,
        "row-too-long"
    );
    assert_eq!(
        told(&format!("id,text\n1,a\n2,\"{long}")),
        ("csv-quote-open", 3, 3)
    );
    assert_eq!(
        told(&format!("id,text\n1,a\n2,\"{long}\"\n")),
        ("csv-quote-open", 3, 3)
    );
    let d = refused(format!("id,text\n1,a\n{long},\"{long}").as_bytes());
    assert_eq!(d.code, "row-too-long");
    let d = refused(format!("id,text\n1,a\n2,\"{long}").as_bytes());
    assert!(d.excerpt.unwrap().text.len() < 400);
    let fits = "x".repeat(LONGEST - 9);
    assert_eq!(read(&format!("id,text\n1,{fits}\n2,b\n")).texts(), [&*fits, "b"]);
}

#[test]
fn an_element_without_end_is_refused() {
    let long = "x".repeat(LONGEST + 9);
    let line = "{\"id\":\"1\",\"text\":\"a\"}\n";
    let element = |text: &str| format!("{{\"id\":\"2\",\"text\":\"{text}\"}}");
    assert_eq!(
        told(&format!("{line}{}\n", element(&long))),
        ("row-too-long", 2, 1)
    );
    assert_eq!(
        told(&format!("{}\n{line}", element(&long))),
        ("row-too-long", 1, 1)
    );
    assert_eq!(
        told(&format!("[{line},\n {}]", element(&long))),
        ("row-too-long", 2, 2)
    );
    assert_eq!(
        told(&format!("{{\"a\": 1,\n\"messages\": [{}]}}", element(&long))),
        ("row-too-long", 2, 14)
    );
    assert_eq!(
        told(&format!("[{line},{}", " ".repeat(LONGEST + 9))).0,
        "row-too-long"
    );
    // One that is all in one line, and a list as long as it likes.
    assert_eq!(told(&format!("{{\"a\": \"{long}\"}}")).0, "json-not-list");
    let many = vec![line.trim_end(); 9000].join(",");
    assert_eq!(
        read(&format!("{{\"more\": true, \"messages\": [{many}]}}")).main(),
        9000
    );
    assert_eq!(read(&format!("[{many}]")).main(), 9000);
}

#[test]
fn a_key_without_end_plays_no_part() {
    let dots = ".".repeat(LONGEST / 4);
    let o = read(&format!("[{{\"id\":\"1\",\"text\":\"a\",\"t{dots}ext\":\"b\"}}]"));
    assert_eq!(o.texts(), ["a"]);
    assert!(o.findings.iter().all(|d| d.message.len() < 999));
    let keys: Vec<String> = (0..2000).map(|n| format!("\"k{n}\":[1,2],\"l{n}\":1")).collect();
    let elements: Vec<String> = (0..20)
        .map(|n| {
            format!(
                "{{\"id\":\"{n}\",\"text\":\"a\",{}}}",
                keys.join(",").replace("\"k", &format!("\"k{n}_"))
            )
        })
        .collect();
    assert_eq!(read(&elements.join("\n")).main(), 20);
}

#[test]
fn deep_nesting_is_passed_over_or_told() {
    let deep = |n: usize| (["{\"a\":["; 1].concat().repeat(n), "]}".repeat(n));
    let (open, close) = deep(LONGEST / 16);
    let whole = format!("{{\"id\":\"1\",\"text\":\"a\",\"deep\":{open}{close}}}");
    assert_eq!(read(&format!("[{whole}]")).texts(), ["a"]);
    assert_eq!(read(&format!("{{\"messages\":[{whole}]}}")).texts(), ["a"]);
    assert_eq!(read(&format!("{whole}\n{whole}\n")).main(), 2);
    let cut = format!("{{\"id\":\"1\",\"text\":\"a\",\"deep\":{open}");
    assert_eq!(told(&format!("[{cut}")).0, "json-syntax");
    assert_eq!(told(&open.repeat(9)).0, "json-syntax");
    assert_eq!(told(&"[".repeat(LONGEST * 9)).0, "row-too-long");
    assert_eq!(told(&"[".repeat(LONGEST / 9)).0, "json-syntax");
}

#[test]
fn what_is_around_the_elements_must_be_right() {
    let e = "{\"id\":\"1\",\"text\":\"a\"}";
    for (text, line, column) in [
        (format!("[{e},]"), 1, 24),
        (format!("[{e},,{e}]"), 1, 24),
        (format!("[{e}\n{e}]"), 2, 1),
        (format!("[{e}}}"), 1, 23),
        (format!("[{e}] x"), 1, 25),
        (format!("[{e}], {e}"), 1, 24),
        (format!("[{e},"), 1, 24),
        (format!("{{\"messages\": [{e}]] }}"), 1, 37),
        (format!("{{\n\"你\": 1 \"messages\": [{e}]}}"), 2, 8),
    ] {
        let d = refused(text.as_bytes());
        assert_eq!(at(&d), ("json-syntax", line, column), "{text}: {d:?}");
    }
    assert_eq!(read(" [ \n ] \n").main(), 0);
    assert_eq!(read(&format!("\n [ {e} ] \n")).main(), 1);
}

#[test]
fn the_best_known_list_counts() {
    let list = |id: &str| format!("[{{\"id\":\"{id}\",\"text\":\"a\"}}]");
    let (a, b) = (list("1"), list("2"));
    let text = format!(
        "{{\"x\": {{\"messages\": {a}}}, \"say \\\"messages\\\": [\": {a}, \"numbers\": [1], \"messages\" : {b}}}"
    );
    assert_eq!(read(&text).ids(), ["2"]);
    assert_eq!(read(&format!("{{\"odd\": {a}, \"other\": {b}}}")).ids(), ["1"]);
}

#[test]
fn zero_bytes_and_half_characters() {
    let d = refused(b"[{\"id\":\"1\",\"text\":\"a\x00\"}]");
    assert_eq!(at(&d), ("file-not-text", 1, 21));
    let filler = "{\"id\":\"1\",\"text\":\"a\"},\n".repeat(20_000);
    let d = refused(&[b"[", filler.as_bytes(), b"{\"id\":\"2\",\"text\":\"a\0\"}]"].concat());
    assert_eq!(at(&d), ("file-not-text", 20_001, 20));
    let o = read("[{\"id\":\"1\",\"text\":\"a \\ud83d \\udc00 \\ud83d\\udc00\"}]");
    assert_eq!(o.texts(), ["a \u{fffd} \u{fffd} \u{1f400}"]);
}
