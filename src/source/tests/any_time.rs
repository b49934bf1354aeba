//! Any moment, in any form in which exports write it, is read as exactly as it is written.

use crate::calendar::{Moment, Precision, Zone};
use crate::source::dates::{Exported, Grounds, Order, Times, grammar};
use proptest::prelude::*;

/// Any moment in the ways in which exports write it: the form, how exactly it says it, and the cell.
fn written(t: i64, offset: i64) -> Vec<(Precision, String)> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    const GERMAN: [&str; 12] = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    let local = Moment::exact((t + offset * 60) * 1000).to_string();
    let (day, clock) = (&local[..10], &local[11..19]);
    let (y, mo, d) = (&day[..4], &day[5..7], &day[8..]);
    let (h, mi, s) = (&clock[..2], &clock[3..5], &clock[6..]);
    let at = mo.parse::<usize>().unwrap() - 1;
    let hour: u32 = h.parse().unwrap();
    let (half, chinese) = if hour < 12 {
        ("AM", "上午")
    } else {
        ("PM", "下午")
    };
    let twelve = (hour + 11) % 12 + 1;
    let sign = if offset < 0 { '-' } else { '+' };
    let zone = format!("{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60);
    let bare = zone.replace(':', "");
    let wide = |text: &str| {
        text.chars()
            .map(|c| match c {
                '0'..='9' => char::from_u32(u32::from(c) + 0xFEE0).unwrap(),
                c => c,
            })
            .collect::<String>()
    };
    let (month, german, roc) = (MONTHS[at], GERMAN[at], y.parse::<i32>().unwrap() - 1911);
    use Precision::{Day, Minute, Month, Second};
    vec![
        (Second, format!("{y}-{mo}-{d}T{clock}{zone}")),
        (Second, format!("{y}-{mo}-{d} {clock} {bare}")),
        (
            Second,
            format!("Tue {month} {d} {clock} {bare} {y}").replacen("Tue ", "", 1),
        ),
        (
            Second,
            format!("{y}/{mo}/{d} {twelve}:{mi}:{s}\u{202f}{half} GMT{zone}"),
        ),
        (
            Second,
            format!("{y}年{mo}月{d}日 {chinese}{twelve}:{mi}:{s} {zone}"),
        ),
        (
            Second,
            wide(&format!("{y}年{mo}月{d}日 {clock}")) + &format!(" {zone}"),
        ),
        (Second, format!("{d} {month} {y}, {clock} {bare}")),
        (Second, format!("{y}{mo}{d}T{h}{mi}{s}{bare}")),
        (Second, format!("{t}")),
        (Second, format!("{t}000000")),
        (Minute, format!("{month} {d}, {y} at {twelve}:{mi} {half} {bare}")),
        (Minute, format!("{d}. {german} {y} um {h}:{mi} {zone}")),
        (
            Minute,
            format!("民國{roc}年{mo}月{d}日 {chinese}{twelve}:{mi} {zone}"),
        ),
        (Minute, format!("{d}/{mo}/{y} {h}:{mi} {zone}")),
        (Minute, format!("Mo., {d}. {german} {y}, {h}:{mi} Uhr {zone}")),
        (Minute, format!("{d}. {german} {y} {h}.{mi} Uhr {zone}")),
        (Minute, format!("mar. {d}/{mo}/{y} à {h}h{mi} {zone}")),
        (Minute, format!("mar. {d} {month} {y} à {h}h{mi} {zone}")),
        (Minute, format!("{y}/{mo}/{d}(火) {h}:{mi} {zone}")),
        (Day, format!("terça-feira, {d} de {month} de {y}")),
        (Day, format!("{y}.{mo}.{d}")),
        (Day, format!("{d}.{mo}.{y}")),
        (Day, format!("{d}-{month}-{}", &y[2..])),
        (Month, format!("{y}-{mo}")),
    ]
}

proptest! {
    #[test]
    fn any_moment_is_read_from_any_form_as_exactly_as_it_says(
        t in 1_000_000_000i64..3_155_000_000,
        offset in -17 * 60i64..=17 * 60,
    ) {
        let times = Times { order: Order::Day, ..Times::new(Zone::UTC) };
        for (precision, cell) in written(t, offset) {
            let shift = if precision <= Precision::Day { offset * 60 } else { 0 };
            let moment = Moment::known_to((t + shift) * 1000, precision);
                prop_assert_eq!(times.read(&cell), Some(moment), "{}", cell);
        }
    }

    #[test]
    fn whatever_is_put_together_ends_and_is_read_back(
        parts in prop::collection::vec(prop_oneof![
            prop::sample::select(vec![
                "2026", "11", "21", "9", "99", "9999", "0", "1680486026", "-", "/", ".", ":", " ", ",", "T", "Z", "+", "e9",
                "年", "月", "日", "上午", "下午", "晚上", "半夜", "星期六", "民國", "前", "昨天", "天", "个月", "十", "两", "来自 ", "a ",
                " ago", "days", "years", "hace ", "yesterday", "at ", "Nov", "März", "PM", "GMT", "PST", "last week", "９",
                "mar", "mar.", "Mo.,", "(火)", "周三", "Uhr", "h", "令和", "元年", "terça-feira", "le ", "\u{202f}", "\u{200e}", "th", "de ", "@", "é",
            ]).prop_map(str::to_owned),
            ".{0,3}",
        ], 0..9),
        order in prop::sample::select(vec![Order::Day, Order::Month, Order::Year]),
    ) {
        let moment = Moment::exact(1_800_000_000_000);
        let exported = Some(Exported { moment, grounds: Grounds::Name });
        let times = Times { order, exported, ..Times::new(Zone::named("America/St_Johns").unwrap()) };
        let cell = parts.concat();
        prop_assert_eq!(grammar::parse(&cell), grammar::any(&cell));
        if let Some(moment) = times.read(&cell) {
            prop_assert_eq!(Moment::parse(&moment.to_string()), Some(moment), "{}", cell);
            prop_assert!((-86_400_000..4_134_067_200_000).contains(&moment.millis), "{}", cell);
        }
    }

    #[test]
    fn the_short_cut_reads_what_the_grammar_reads(
        iso in "[0-9]{4}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z?",
        wild in "[0-9: TZ-]{19,20}",
        weekday in "Mon|Tue|Sun|Mit|tue",
        month in "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|jan|Mai",
        rest in "[0-3 ][0-9] [0-2][0-9]:[0-5][0-9]:[0-6][0-9] [+-]0[0-9]00 [0-9]{4}",
    ) {
        for cell in [iso, wild, format!("{weekday} {month} {rest}")] {
            prop_assert_eq!(grammar::parse(&cell), grammar::any(&cell), "{}", cell);
        }
    }
}
