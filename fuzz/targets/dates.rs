//! Any cell as a time: alone, in a column of its like, and counted from when the export was made. What is read
//! must be written and read back, and lie in the years that count.
#![no_main]

use feedback::calendar::{Moment, Zone};
use feedback::source::{self, Context, Entry};
use feedback_fuzz::in_scratch;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|cells: &str| {
    let mut file = String::from("id,text,created_at\n");
    let cells: Vec<&str> = cells.split('\n').take(64).collect();
    for (n, cell) in cells.iter().enumerate() {
        file.push_str(&format!("{n},text,\"{}\"\n", cell.replace('"', "\"\"").replace('\0', "")));
    }
    in_scratch(|folder| {
        let path = folder.join("dates.csv");
        std::fs::write(&path, &file).expect("a scratch file");
        let now = Moment::exact(1_800_000_000_000);
        for zone in ["UTC", "Asia/Shanghai", "America/St_Johns"] {
            let zone = Zone::named(zone).expect("a zone");
            let context = Context { exported: Some(now), ..Context::plain(zone, now) };
            let Ok(export) = source::open(&path, "dates.csv", &context) else {
                continue;
            };
            let mut read = || {
                let mut moments = Vec::new();
                let ended = export.read(&mut |entry| match entry {
                    Entry::Message(message) => moments.push(message.posted),
                    _ => {}
                });
                (moments, ended)
            };
            let first = read();
            assert_eq!(first, read());
            for moment in first.0.into_iter().flatten() {
                let written = moment.to_string();
                assert_eq!(Moment::parse(&written), Some(moment), "{written}");
                assert!(moment.millis > -86_400_000 && moment.millis < 4_134_067_200_000, "{written}");
            }
        }
    });
});
