//! Writes invented messages of a made-up coffee chain as CSV, for trying sizes:
//! `cargo run --release --example generate -- 1000000 out.csv`
//!
//! Mentions in English and Chinese, replies by `@maple_and_rye` to four in ten of them and second
//! questions to some of those, in the order of time; one row in a hundred stands twice, as in exports
//! that overlap. The same number of rows is always the same file.

#![allow(clippy::disallowed_methods, clippy::print_stderr)] // a program for the command line

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{BufWriter, Write};
use std::process::ExitCode;

const OPENINGS: &[&str] = &[
    "Hi @maple_and_rye,",
    "@maple_and_rye",
    "Honestly,",
    "So this morning",
    "Ugh.",
    "Just so you know,",
    "",
];
const MATTERS: &[&str] = &[
    "my order never arrived and nobody picks up the phone",
    "I was charged twice for the same oat flat white",
    "the croissant at the harbour shop was stale and cold",
    "is the shop at the old station open on Sunday?",
    "can I change the delivery address of my beans?",
    "the app crashes every time I try to pay",
    "your barista Lin made my day, thank you so much",
    "best espresso in town, the new roast is excellent",
    "I have waited 40 minutes for a sandwich and then left",
    "there was a piece of plastic in my soup, this is dangerous",
    "it would be great if you offered a smaller cup",
    "the grinder I bought is broken after two days, I want a refund",
    "do you have anything without gluten besides the salad",
    "the music is far too loud to talk, otherwise a nice place",
    "someone else logged into my account and used my points",
    "still waiting for an answer to my last three messages",
];
const CLOSINGS: &[&str] = &[
    "Please help.",
    "Not coming back.",
    "Any idea when?",
    "See you tomorrow!",
    "https://maple.example/p/1842",
    "#coffee #monday",
    "Worst service ever.",
    "Thanks :)",
    "",
];
const CHINESE: &[&str] = &[
    "等了一个小时还没送到，打电话也没人接，太失望了。",
    "昨天买的豆子很香，包装也好，下次还会来。",
    "请问周末几点开门？可以带狗吗？",
    "牛奶是酸的，喝完拉肚子，要求退款！",
    "多收了我一杯的钱，麻烦核实一下。",
    "店员态度很差，再也不来了。",
    "建议出一款小杯的，晚上喝不了那么多。",
    "環境很舒服，拿鐵也好喝，推薦給大家。",
    "优惠券用不了，页面一直卡住，什么时候能修好？",
    "味道一般，性价比不高，服务员倒是很热情。",
];
const REPLIES: &[&str] = &[
    "We are sorry to hear that. Please send us your order number by direct message.",
    "Thank you for telling us! We have passed it on to the shop.",
    "Yes, every day from 8 to 18.",
    "Your refund is on its way and will arrive within three days.",
    "非常抱歉，请私信我们订单号，马上为您处理。",
    "谢谢您的喜欢，欢迎常来！",
];
const SECOND: &[&str] = &[
    "Thanks, that worked.",
    "I did that two days ago and still nothing.",
    "好的，谢谢。",
];

/// SplitMix64: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let i = self.below(words.len() as u64);
        words
            .get(usize::try_from(i).unwrap_or(0))
            .copied()
            .unwrap_or_default()
    }
}

/// One message that is due: when, which row it answers, whether the business writes it.
type Due = Reverse<(u64, u64, bool, &'static str)>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let Some((rows, path)) = arguments
        .get(1)
        .and_then(|n| n.parse().ok())
        .zip(arguments.get(2))
    else {
        eprintln!("usage: generate ROWS FILE");
        return ExitCode::from(2);
    };
    match std::fs::File::create(path).and_then(|file| write(rows, BufWriter::with_capacity(1 << 20, file))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{path}: {e}");
            ExitCode::from(6)
        }
    }
}

fn write(rows: u64, mut out: impl Write) -> std::io::Result<()> {
    writeln!(out, "id,author,created_at,text,channel,in_reply_to,followers")?;
    let mut dice = Dice(20_260_101);
    // A year, whatever the number of rows, from 2025-01-01 on; ids have 19 digits.
    let step = 365 * 86_400_000 / rows.max(1);
    let (mut now, mut id) = (1_735_689_600_000, 1_870_000_000_000_000_000);
    let mut due: BinaryHeap<Due> = BinaryHeap::new();
    let mut last = String::new();
    for _ in 0..rows {
        if !last.is_empty() && dice.below(100) == 0 {
            out.write_all(last.as_bytes())?;
            continue;
        }
        id += 1 + dice.below(1_000_000_000);
        let ready = due.peek().is_some_and(|Reverse((at, ..))| *at <= now);
        if let Some(Reverse((at, answers, ours, channel))) = ready.then(|| due.pop()).flatten() {
            let (author, text) = match ours {
                true => ("maple_and_rye".to_owned(), dice.of(REPLIES)),
                false => (format!("guest{}", answers % 900_000), dice.of(SECOND)),
            };
            last = row(id, &author, at, text, channel, &answers.to_string(), 0);
            if ours && dice.below(5) == 0 {
                due.push(Reverse((
                    at + 60_000 + dice.below(86_400_000),
                    id,
                    false,
                    channel,
                )));
            }
        } else {
            now += 1 + dice.below(step * 7 / 2);
            let (channel, text) = match dice.below(10) {
                0..=2 => (
                    ["weibo", "xiaohongshu"],
                    dice.of(CHINESE).repeat(1 + usize::from(dice.below(4) == 0)),
                ),
                _ => {
                    let second = if dice.below(3) == 0 { dice.of(MATTERS) } else { "" };
                    let words = [dice.of(OPENINGS), dice.of(MATTERS), second, dice.of(CLOSINGS)];
                    let words: Vec<&str> = words.into_iter().filter(|w| !w.is_empty()).collect();
                    (["x", "instagram"], words.join(" "))
                }
            };
            let channel = dice.of(&channel);
            // Few have many followers.
            let followers = 20 * 1_000_000 / (1 + dice.below(1_000_000));
            let author = format!("guest{}", id % 900_000);
            last = row(id, &author, now, &text, channel, "", followers);
            if dice.below(10) < 4 {
                let waits = 60_000 * (1 + dice.below(30) * dice.below(120));
                due.push(Reverse((now + waits, id, true, channel)));
            }
        }
        out.write_all(last.as_bytes())?;
    }
    out.flush()
}

fn row(id: u64, author: &str, at: u64, text: &str, channel: &str, answers: &str, followers: u64) -> String {
    let at =
        chrono::DateTime::from_timestamp_millis(i64::try_from(at).unwrap_or_default()).unwrap_or_default();
    let at = at.format("%Y-%m-%dT%H:%M:%SZ");
    let text = text.replace('"', "\"\"");
    format!("{id},{author},{at},\"{text}\",{channel},{answers},{followers}\n")
}
