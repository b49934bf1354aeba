//! Moments written and read as the time library does it.

use super::moment::{FIRST_SECOND, LAST_SECOND, civil_from_days, days_from_civil};
use super::*;
use proptest::prelude::*;

fn written(moment: Moment) -> String {
    let mut to = b"t=".to_vec();
    moment.write(&mut to);
    String::from_utf8(to).unwrap().split_off(2)
}

fn precision() -> impl Strategy<Value = Precision> {
    use Precision::{Day, Hour, Minute, Month, Second, Week, Year};
    prop::sample::select(vec![Year, Month, Week, Day, Hour, Minute, Second])
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_shown(
        precision in precision(),
        millis in prop_oneof![
            -63_000_000_000_000_i64..254_000_000_000_000,
            (-63_000_000_000_i64..254_000_000_000).prop_map(|s| s * 1000),
            any::<i64>(),
        ],
    ) {
        let moment = Moment { millis, precision };
        prop_assert_eq!(written(moment), moment.to_string());
    }

    #[test]
    fn whole_seconds_read_back(seconds in FIRST_SECOND..=LAST_SECOND) {
        let moment = Moment::exact(seconds * 1000);
        prop_assert_eq!(Moment::parse(&moment.to_string()), Some(moment));
    }

    #[test]
    fn what_is_coarse_reads_back(precision in precision(), seconds in FIRST_SECOND + 604_800..=LAST_SECOND) {
        let moment = Moment::known_to(seconds * 1000, precision);
        prop_assert!(moment.millis <= seconds * 1000);
        prop_assert_eq!(Moment::parse(&moment.to_string()), Some(moment));
        // What it covers ends before the next one begins.
        let next = Moment::known_to(moment.last() + 86_400_000, precision);
        prop_assert!(precision >= Precision::Hour || (next.millis == moment.last() + 86_400_000 && next.millis > seconds * 1000));
    }

    #[test]
    fn a_time_reads_as_the_time_library_reads_it(
        (y, o, d) in (0..10_000i32, 0..14u32, 0..34u32),
        (h, m, s) in (0..26u32, 0..62u32, 0..62u32),
    ) {
        let time = NaiveDate::from_ymd_opt(y, o, d).and_then(|day| day.and_hms_opt(h, m, s));
        let millis = time.map(|t| t.and_utc().timestamp_millis());
        let text = format!("{y:04}-{o:02}-{d:02}T{h:02}:{m:02}:{s:02}Z");
        prop_assert_eq!(Moment::parse(&text).map(|m| m.millis), millis);
        let text = format!("{y:04}-{o:02}-{d:02}T{h:02}:{m:02}Z");
        let minute = NaiveDate::from_ymd_opt(y, o, d).and_then(|day| day.and_hms_opt(h, m, 0));
        let millis = minute.map(|t| t.and_utc().timestamp_millis());
        prop_assert_eq!(Moment::parse(&text).map(|m| m.millis), millis);
    }
}

#[test]
fn every_day_of_ten_thousand_years() {
    let mut date = NaiveDate::from_ymd_opt(0, 1, 1).unwrap();
    let mut days = date.signed_duration_since(NaiveDate::default()).num_days();
    while date.year() < 10_000 {
        let (y, m, d) = (
            i64::from(date.year()),
            i64::from(date.month()),
            i64::from(date.day()),
        );
        assert_eq!(days_from_civil(y, m, d), Some(days));
        assert_eq!(civil_from_days(days), (y, m, d));
        date = date.succ_opt().unwrap();
        days += 1;
    }
    for (y, m, d) in [
        (2023, 2, 29),
        (1900, 2, 29),
        (2024, 4, 31),
        (2024, 0, 1),
        (2024, 13, 1),
        (2024, 1, 0),
    ] {
        assert_eq!(days_from_civil(y, m, d), None);
    }
}

#[test]
fn what_is_no_moment() {
    for text in [
        "2024-01-01T00:00:0aZ",
        "2024-01-01 00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024/01/01T00:00:00Z",
        "+024-01-01T00:00:00Z",
        "2024-W00",
        "2024-W53",
        "2024-W5",
        "2024-w05",
    ] {
        assert_eq!(Moment::parse(text), None, "{text}");
    }
}

#[test]
fn reckoned_back_as_coarse_as_it_was_said() {
    let shanghai = Zone::named("Asia/Shanghai").unwrap();
    // In Shanghai it is Sunday, 1 March, 07:40.
    let from = Moment::parse("2026-02-28T23:40:30Z").unwrap();
    for (n, unit, back) in [
        (5, Unit::Minute, "2026-02-28T23:35Z"),
        (2, Unit::Hour, "2026-02-28T21Z"),
        (0, Unit::Day, "2026-03-01"),
        (1, Unit::Day, "2026-02-28"),
        (1, Unit::Week, "2026-W08"),
        (8, Unit::Week, "2026-W01"),
        (9, Unit::Week, "2025-W52"),
        (1, Unit::Month, "2026-02"),
        (3, Unit::Month, "2025-12"),
        (2, Unit::Year, "2024"),
    ] {
        let moment = shanghai.back(from, Ago { n, unit }).unwrap();
        assert_eq!(moment.to_string(), back, "{n} {unit:?}");
        // Counted from a day, nothing is known better than that.
        let day = Moment::parse("2026-03-01").unwrap();
        let moment = shanghai.back(day, Ago { n, unit }).unwrap();
        assert_eq!(
            moment.to_string(),
            if unit as u8 > 1 { back } else { "2026-03-01" }
        );
    }
    assert_eq!(shanghai.last_year_of(from, 3, 1), Some(2026));
    assert_eq!(shanghai.last_year_of(from, 3, 2), Some(2025));
    assert_eq!(shanghai.last_year_of(from, 2, 29), Some(2024));
    assert_eq!(shanghai.last_year_of(from, 2, 30), None);
    assert_eq!(
        shanghai.back(
            from,
            Ago {
                n: u32::MAX,
                unit: Unit::Year
            }
        ),
        None
    );
}

#[test]
fn coarse_moments_are_put_in_order_by_what_they_cover() {
    let berlin = Zone::named("Europe/Berlin").unwrap();
    for (moment, from, to) in [
        ("2026-11", "2026-10-31T23:00:00Z", "2026-11-30T22:59:59.999Z"),
        ("2026-W44", "2026-10-25T23:00:00Z", "2026-11-01T22:59:59.999Z"),
        ("2026", "2025-12-31T23:00:00Z", "2026-12-31T22:59:59.999Z"),
        ("2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999Z"),
    ] {
        let moment = Moment::parse(moment).unwrap();
        assert_eq!(Moment::exact(berlin.anchor(moment, false)).to_string(), from);
        assert_eq!(Moment::exact(berlin.anchor(moment, true)).to_string(), to);
    }
}
