//! The forms of time, each as an export writes it.

use crate::calendar::Zone;
use crate::diagnostic::Place;
use crate::source::dates::{Order, Survey, Times};
use crate::source::grammar;
use proptest::prelude::*;

fn read(cell: &str) -> Option<String> {
    let times = Times {
        zone: Zone::named("Asia/Shanghai").unwrap(),
        order: Order::MonthFirst,
    };
    times.read(cell).map(|m| m.to_string())
}

#[test]
fn forms_with_a_zone() {
    for (cell, moment) in [
        ("2023-02-16T23:59:40Z", "2023-02-16T23:59:40Z"),
        ("2023-02-16 23:59:40+00:00", "2023-02-16T23:59:40Z"),
        ("2025-12-03 22:34:40+00", "2025-12-03T22:34:40Z"),
        ("2026-03-30 13:42:58.275+00", "2026-03-30T13:42:58.275Z"),
        ("2012-02-18T19:02:16+0000", "2012-02-18T19:02:16Z"),
        ("2100-12-31T23:59:59Z", "2100-12-31T23:59:59Z"),
        ("1970-01-01T00:00:00+18:00", "1969-12-31T06:00:00Z"),
        ("2016-04-28T11:19:34 -10:00", "2016-04-28T21:19:34Z"),
        ("1985-04-12T23:20:50.123456789012Z", "1985-04-12T23:20:50.123Z"),
        ("1985-04-12T23:20:50.1Z", "1985-04-12T23:20:50.100Z"),
        ("1985-04-12T23:20:50.123+01:45", "1985-04-12T21:35:50.123Z"),
        ("2026-11-21T09:30Z", "2026-11-21T09:30Z"),
        ("Tue Oct 31 22:10:47 +0000 2017", "2017-10-31T22:10:47Z"),
        ("Tue Dec 01 14:13:09 +0800 2020", "2020-12-01T06:13:09Z"),
        ("Tue, 31 Oct 2017 22:10:47 +0000", "2017-10-31T22:10:47Z"),
        ("2020-06-01 14:09:32 UTC", "2020-06-01T14:09:32Z"),
        ("1680486026.0", "2023-04-03T01:40:26Z"),
        ("1680486026", "2023-04-03T01:40:26Z"),
        ("1680486026123", "2023-04-03T01:40:26.123Z"),
    ] {
        assert_eq!(read(cell).as_deref(), Some(moment), "{cell}");
    }
}

#[test]
fn forms_without_a_zone_take_the_configured_one() {
    for (cell, moment) in [
        ("2026-01-21 12:56:01", "2026-01-21T04:56:01Z"),
        ("2026/3/9 22:16", "2026-03-09T14:16Z"),
        ("2016年06月26日 18:36:59 Sunday", "2016-06-26T10:36:59Z"),
        ("2016年6月26日 下午6:36 星期日", "2016-06-26T10:36Z"),
        ("9/6/2018 0:06:16", "2018-09-05T16:06:16Z"),
        ("17-May-20 02:21 AM", "2020-05-16T18:21Z"),
        ("Oct 31, 2017 10:10 PM", "2017-10-31T14:10Z"),
        ("2024-01-01T12:00:00.5", "2024-01-01T04:00:00.500Z"),
    ] {
        assert_eq!(read(cell).as_deref(), Some(moment), "{cell}");
    }
}

#[test]
fn days_stay_days() {
    for (cell, moment) in [
        ("2024.05.15", "2024-05-15"),
        ("2024-05-15", "2024-05-15"),
        ("2016年06月26日", "2016-06-26"),
        ("9/6/2018", "2018-09-06"),
        ("15.05.2024", "2024-05-15"),
        ("31 December 2018", "2018-12-31"),
    ] {
        assert_eq!(read(cell).as_deref(), Some(moment), "{cell}");
    }
}

#[test]
fn nonsense_is_not_a_time() {
    for cell in [
        "",
        "a month ago",
        "12",
        "2024-13-01",
        "2024-02-30",
        "2024-01-01 25:00",
        "31/12/2018",
        "2024-01-01 12:00 tea",
        "12345678901",
        "2024",
        "Mon",
        "Oct 31",
        "2024-1",
        "1/2/3",
        "：",
        "年",
        "2024年01-02",
        "10:30",
        "2024-01-01T10",
        "13/13/2026",
        "2024-01-01T10:00:00+99:99",
        "2024-01-01T10:00:00+25:00",
        "2024-01-01 10:00 -18:01",
        "2024-01-01 10:00 GMT+19",
        "0000-01-01",
        "1969-12-31",
        "2101-01-01T00:00:00Z",
        "9999-12-31 23:59:59",
        "9999999999",
        "9999999999999",
    ] {
        assert_eq!(read(cell), None, "{cell}");
    }
}

#[test]
fn the_order_of_day_and_month_is_the_columns() {
    let zone = Zone::UTC;
    let day_first = Times {
        zone,
        order: Order::DayFirst,
    };
    assert_eq!(day_first.read("9/6/2018").unwrap().to_string(), "2018-06-09");
    assert_eq!(day_first.read("31/12/2018").unwrap().to_string(), "2018-12-31");
    let mut survey = Survey::default();
    for (line, cell) in (2..).zip(["9/6/2018", "31/12/2018", "13/13/2018", "2/28/2018 10:00"]) {
        survey.look(cell, || Place {
            line,
            column: 7,
            ..Place::default()
        });
    }
    assert!(survey.short && survey.naive);
    let d = survey.order().unwrap_err();
    assert_eq!(
        d.message,
        "`31/12/2018` at 3:7 must have the day first, `2/28/2018 10:00` at 5:7 the month"
    );
    assert_eq!(d.place.unwrap().line, 5);
}

#[test]
fn a_clock_change_is_survived() {
    let times = Times {
        zone: Zone::named("Europe/Berlin").unwrap(),
        order: Order::MonthFirst,
    };
    // 02:30 did not exist; 02:30 in October was twice, the earlier one counts.
    assert_eq!(
        times.read("2026-03-29 02:30:00").unwrap().to_string(),
        "2026-03-29T01:00:00Z"
    );
    assert_eq!(
        times.read("2026-10-25 02:30:00").unwrap().to_string(),
        "2026-10-25T00:30:00Z"
    );
}

proptest! {
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
