//! Moments written and read as the time library does it.

use super::*;
use proptest::prelude::*;

fn written(moment: Moment) -> String {
    let mut to = b"t=".to_vec();
    moment.write(&mut to);
    String::from_utf8(to).unwrap().split_off(2)
}

fn precision() -> impl Strategy<Value = Precision> {
    use Precision::{Day, Hour, Minute, Month, Second, Year};
    prop::sample::select(vec![Year, Month, Day, Hour, Minute, Second])
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
    ] {
        assert_eq!(Moment::parse(text), None, "{text}");
    }
}
