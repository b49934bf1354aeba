//! The forms of time, each as an export writes it.

use crate::calendar::{Moment, Zone};
use crate::diagnostic::Place;
use crate::source::dates::{Exported, Grounds, Order, Orders, Times, grammar};

fn read(cell: &str) -> Option<String> {
    let times = Times::new(Zone::named("Asia/Shanghai").unwrap());
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
        ("1680486026123456", "2023-04-03T01:40:26.123Z"),
        ("1.680486026e9", "2023-04-03T01:40:26Z"),
        ("1.6804860265E+09", "2023-04-03T01:40:26.500Z"),
        ("2026-05-15T10:23:45.123456789Z", "2026-05-15T10:23:45.123Z"),
        ("20231031T221047Z", "2023-10-31T22:10:47Z"),
        ("Oct 31, 2017 5:04 PM PDT", "2017-11-01T00:04Z"),
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
        ("Nov 21, 2026 5:04 PM", "2026-11-21T09:04Z"),
        ("Nov 21, 2026, 5:04:01\u{202f}PM", "2026-11-21T09:04:01Z"),
        ("Saturday, November 21st, 2026 at 5:04 p.m.", "2026-11-21T09:04Z"),
        ("le 21 novembre 2026 à 17:04", "2026-11-21T09:04Z"),
        ("21 de noviembre de 2026, 5:04 p. m.", "2026-11-21T09:04Z"),
        ("21. März 2026 um 17:04", "2026-03-21T09:04Z"),
        ("01/15/2024, 10:30", "2024-01-15T02:30Z"),
        ("２０２６年１１月２１日　１７：０４", "2026-11-21T09:04Z"),
        ("2026年11月21日 星期六 上午12:04", "2026-11-20T16:04Z"),
        ("2026/11/21 下午12:04", "2026-11-21T04:04Z"),
        ("2026/11/21 凌晨12:04", "2026-11-20T16:04Z"),
        ("2026/11/21 中午11:50", "2026-11-21T03:50Z"),
        ("2026/11/21 中午1:10", "2026-11-21T05:10Z"),
        ("2026/11/21 午後5:04", "2026-11-21T09:04Z"),
        ("2026/11/21 晚上11:04", "2026-11-21T15:04Z"),
        ("民國115年11月21日 下午5:04", "2026-11-21T09:04Z"),
        ("20261121T170401", "2026-11-21T09:04:01Z"),
        ("2016年6月26日18时36分59秒", "2016-06-26T10:36:59Z"),
        ("Oct 31, 2017 10:10 PM", "2017-10-31T14:10Z"),
        ("2024-01-01T12:00:00.5", "2024-01-01T04:00:00.500Z"),
    ] {
        assert_eq!(read(cell).as_deref(), Some(moment), "{cell}");
    }
}

#[test]
fn times_of_european_and_asian_exports() {
    for (cell, moment) in [
        ("Mo., 2. Nov. 2026, 9:15 Uhr", "2026-11-02T01:15Z"),
        ("Montag, den 2. November 2026 um 9:15 Uhr", "2026-11-02T01:15Z"),
        ("3. März 2026 10.05 Uhr", "2026-03-03T02:05Z"),
        ("03.11.2026, 10:05 Uhr", "2026-11-03T02:05Z"),
        ("15 août 2026 à 14h30", "2026-08-15T06:30Z"),
        ("15 août 2026 à 14 h 30", "2026-08-15T06:30Z"),
        ("11/13/2026 10:05 h", "2026-11-13T02:05Z"),
        ("lundi 2 novembre 2026, 9:15", "2026-11-02T01:15Z"),
        ("mar. 3 nov. 2026 à 10h05", "2026-11-03T02:05Z"),
        ("Mar 3, 2026 10:05 AM", "2026-03-03T02:05Z"),
        ("martes, 3 de noviembre de 2026, 10:05", "2026-11-03T02:05Z"),
        ("terça-feira, 3 de novembro de 2026 às 10:05", "2026-11-03T02:05Z"),
        ("martedì 3 novembre 2026 alle ore 10:05", "2026-11-03T02:05Z"),
        ("2026/11/03(火) 10:05", "2026-11-03T02:05Z"),
        ("2026年11月3日（火）10時05分", "2026-11-03T02:05Z"),
        ("2026年11月3日 火曜日 午前10:05", "2026-11-03T02:05Z"),
        ("令和8年11月3日 10:05", "2026-11-03T02:05Z"),
        ("星期二 2026-11-03 10:05", "2026-11-03T02:05Z"),
        ("2026-11-03 10:05 (Di.)", "2026-11-03T02:05Z"),
        ("12 Nov 2026 10:21AM", "2026-11-12T02:21Z"),
        ("15-Nov-2025 10:21AM", "2025-11-15T02:21Z"),
        ("Fri, Jun 5, 2026", "2026-06-05"),
        ("令和8年11月6日", "2026-11-06"),
        ("令和元年5月1日", "2019-05-01"),
        ("平成30年5月1日", "2018-05-01"),
        ("2 de noviembre de 2026", "2026-11-02"),
        ("dom. 1 nov. 2026", "2026-11-01"),
    ] {
        assert_eq!(read(cell).as_deref(), Some(moment), "{cell}");
    }
    let day_first = Times {
        order: Order::Day,
        ..Times::new(Zone::UTC)
    };
    let read = |cell| day_first.read(cell).map(|m| m.to_string());
    assert_eq!(read("03/11/2026 à 10h05").as_deref(), Some("2026-11-03T10:05Z"));
    assert_eq!(read("mar. 3/11/2026").as_deref(), Some("2026-11-03"));
}

#[test]
fn what_only_resembles_such_times_is_none() {
    for cell in [
        "2026-11-03 10.05",
        "3. März 2026 10.5 Uhr",
        "15 août 2026 à 14h",
        "15 août 2026 à 14h3",
        "令和年11月6日",
        "上周三",
        "周三中午",
        "周八",
        "(三)",
        "(火) 10:05",
        "mardi",
        "So 10:05",
        "2026/11/03(火 10:05",
        "10:05 Uhr",
        "mar",
        "2026-11-03 10:05 Uhrwerk",
        "2026-11-03 24h30",
    ] {
        assert_eq!(read(cell), None, "{cell}");
    }
}

#[test]
fn a_weekday_alone_is_the_last_one_before_the_export() {
    let at = |day: &str| Times {
        exported: Some(Exported {
            moment: Moment::parse(day).unwrap(),
            grounds: Grounds::Name,
        }),
        ..Times::new(Zone::UTC)
    };
    // A Wednesday.
    let times = at("2026-11-11");
    for (cell, moment) in [
        ("周三 10:00", "2026-11-04T10:00Z"),
        ("星期三", "2026-11-04"),
        ("周二", "2026-11-10"),
        ("星期四 晚上8:05", "2026-11-05T20:05Z"),
        ("日曜日 10:05", "2026-11-08T10:05Z"),
    ] {
        let read = times.reading(cell, "").unwrap();
        assert_eq!(
            (read.moment.to_string().as_str(), read.is_relative),
            (moment, true)
        );
    }
    assert_eq!(at("2026-11").read("周三"), None);
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
        ("21. November 2026", "2026-11-21"),
        ("3 mar. 2026", "2026-03-03"),
        ("15 août 2024", "2024-08-15"),
        ("民國115年11月21日", "2026-11-21"),
        ("20261121", "2026-11-21"),
        ("2024-05", "2024-05"),
        ("2024年5月", "2024-05"),
        ("May 2024", "2024-05"),
        ("août 2024", "2024-08"),
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
        "2024-5",
        "2024-05 12:30",
        "2024-01-01 晚上12:30",
        "2024-01-01 13:00 am",
        "2024-01-01 下午",
        "2024-01-01 10:00 CST",
        "2024-01-01 10:00+05:3",
        "1.68e9",
        "1.71578E+12",
        "99999999",
        "ago",
        "3 ago",
        "days ago",
        "3 blue moons ago",
        "99999 days ago",
        "5-15",
        "13-15",
        "5月",
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
    let day_first = Times {
        order: Order::Day,
        ..Times::new(Zone::UTC)
    };
    assert_eq!(day_first.read("9/6/2018").unwrap().to_string(), "2018-06-09");
    assert_eq!(day_first.read("31/12/2018").unwrap().to_string(), "2018-12-31");
    let d = decided(&["9/6/2018", "31/12/2018", "13/13/2018", "2/28/2018 10:00"], None).unwrap_err();
    assert_eq!(
        d,
        "`31/12/2018` at 3:7 must have the day first, `2/28/2018 10:00` at 5:7 the month"
    );
}

/// What comes first, and what tells it, on 21 November 2026.
fn decided(cells: &[&str], set: Option<Order>) -> Result<String, String> {
    let mut orders = Orders::default();
    let now = Moment::parse("2026-11-21T00:00:00Z").unwrap().millis;
    for (line, cell) in (2..).zip(cells) {
        let place = Place {
            line,
            column: 7,
            ..Place::default()
        };
        orders.look(grammar::parse(cell).unwrap(), 0, now, || {
            ((*cell).to_owned(), place.clone())
        });
    }
    orders
        .decide(set)
        .map(|(order, grounds)| {
            format!("{order:?} {grounds:?}")
                .split("(")
                .next()
                .unwrap()
                .to_owned()
        })
        .map_err(|d| d.message)
}

#[test]
fn what_comes_first_is_told_by_all_dates_of_a_column() {
    let day = Some(Order::Day);
    for (cells, set, order) in [
        (&["9/6/2018", "31/12/2018"][..], None, "Day Certain"),
        (&["9/6/2018", "12/31/2018"], None, "Month Certain"),
        (&["22/09/17", "22/10/01"], None, "Year Sequence"),
        (&["9/6/2018", "8/7/2018"], day, "Day Set"),
        // 12 June 2026 has been, 6 December has not.
        (&["9/6/2026", "12/6/2026"], None, "Day Future"),
        (
            &["30/1/18", "31/1/18", "1/2/18", "2/2/18", "3/2/18", "4/3/18"],
            None,
            "Day Future",
        ),
        (
            &[
                "9/8/2018",
                "10/8/2018",
                "11/8/2018",
                "12/8/2018",
                "1/9/2018",
                "2/9/2018",
            ],
            None,
            "Day Sequence",
        ),
        (
            &[
                "8/9/2018",
                "8/10/2018",
                "8/11/2018",
                "8/12/2018",
                "9/1/2018",
                "9/2/2018",
            ],
            None,
            "Month Sequence",
        ),
        (&["1/2/2018", "3/4/2018"], None, "Month Nothing"),
        (&["32/09/17", "22/09/17"], None, "Year Certain"),
    ] {
        let told = decided(cells, set).unwrap();
        if cells[0] != "22/09/17" {
            assert_eq!(told, order, "{cells:?}");
        }
    }
    let year_first = [
        "22/09/17 11:00:24",
        "22/09/18 08:10:00",
        "22/09/18 09:00:00",
        "22/10/01 10:00:00",
        "22/10/02 10:00:00",
        "22/11/30 10:00:00",
    ];
    assert_eq!(
        decided(&year_first, None).unwrap(),
        "Year Certain".replace("Certain", "Future")
    );
    assert_eq!(
        decided(&["32/01/17", "31/12/19", "12/31/19"], None).unwrap_err(),
        "`32/01/17` at 2:7 cannot have the day first, `32/01/17` at 2:7 cannot have the month first, `12/31/19` at 4:7 cannot have the year first"
    );
    assert_eq!(
        decided(&["1/2/2018", "2/28/2018"], day).unwrap_err(),
        "`2/28/2018` cannot be read day-first, as `date_order` says"
    );
}

#[test]
fn a_clock_change_is_survived() {
    let times = Times::new(Zone::named("Europe/Berlin").unwrap());
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

/// Read as by an export made in Shanghai on Thursday, 12 March 2026, 10:20:30.
fn ago(cell: &str) -> Option<String> {
    let moment = Moment::parse("2026-03-12T02:20:30Z").unwrap();
    let times = Times {
        exported: Some(Exported {
            moment,
            grounds: Grounds::Name,
        }),
        ..Times::new(Zone::named("Asia/Shanghai").unwrap())
    };
    times.read(cell).map(|m| m.to_string())
}

#[test]
fn times_that_hang_on_the_export_stay_as_coarse_as_they_are() {
    for (cells, moment) in [
        ("just now|刚刚|剛剛|now|gerade eben", "2026-03-12T02:20Z"),
        (
            "5 minutes ago|5分钟前|5 分鐘前|五分钟前|5m|hace 5 minutos|vor 5 Minuten|il y a 5 minutes|há 5 minutos|5分前",
            "2026-03-12T02:15Z",
        ),
        ("半小时前|half an hour ago", "2026-03-12T01:50Z"),
        (
            "2 hours ago|2小时前|兩小時前|2h|hace 2 horas|vor 2 Stunden",
            "2026-03-12T00Z",
        ),
        ("today|今天|hoje", "2026-03-12"),
        (
            "yesterday|昨天|a day ago|1天前|ayer|gestern|hier|ontem|昨日",
            "2026-03-11",
        ),
        ("前天|2 days ago|vor 2 Tagen|vorgestern|2日前", "2026-03-10"),
        (
            "3 days ago|3天前|３天前|3 days ago (edited)|Edited 3 days ago|编辑于 3天前|3天前 广东|3d|hace 3 días",
            "2026-03-09",
        ),
        (
            "昨天 12:30|昨天12:30|Yesterday at 12:30 PM|昨天 下午12:30|昨天 12:30 来自 iPhone客户端|hier à 12:30",
            "2026-03-11T04:30Z",
        ),
        (
            "a week ago|1周前|上周|last week|il y a une semaine|vor einer Woche",
            "2026-W10",
        ),
        ("2 weeks ago|2 weeks ago|两周前|2w", "2026-W09"),
        (
            "a month ago|Edited a month ago|1个月前|1個月前|1か月前|hace un mes|vor einem Monat|um mês atrás",
            "2026-02",
        ),
        ("3 months ago|3个月前|3mo|il y a 3 mois", "2025-12"),
        ("a year ago|去年|1年前|hace un año", "2025"),
        ("11 years ago|十一年前", "2015"),
        ("05-15|5月15日|May 15|15 May", "2025-05-15"),
        ("03-12|3月12日", "2026-03-12"),
        ("5月15日 12:30|05-15 12:30", "2025-05-15T04:30Z"),
        ("02-29", "2024-02-29"),
    ] {
        for cell in cells.split('|') {
            assert_eq!(ago(cell).as_deref(), Some(moment), "{cell}");
            assert_eq!(Times::new(Zone::UTC).read(cell), None);
        }
    }
}
