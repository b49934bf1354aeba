//! What a command works with: the workspace, its settings and rules, the time, the zone, the language.
//! The only place that asks environment and clock.

use super::exit::{Exit, Failure};
use super::mappings::{check_names, mappings};
use super::talk::Talk;
use super::{Color, Global, own_sources};
use crate::calendar::{Moment, Zone};
use crate::diagnostic::Diagnostic;
use crate::intake::Handles;
use crate::judge::Surroundings;
use crate::ledger::place::Place;
use crate::render::words::Lang;
use crate::render::{Format, Style};
use crate::replies::Replies;
use crate::rules::{Group, RuleSet};
use crate::settings::Settings;
use crate::source::{self, Context, Mapping, Profile, Scratch};
use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// See the module.
pub struct Desk {
    /// The workspace.
    pub place: Place,
    /// `feedback.toml`, or defaults.
    pub settings: Settings,
    /// The zone of days, and of times that carry none.
    pub zone: Zone,
    /// The zone is the machine's, not configured.
    pub zone_is_assumed: bool,
    /// The present, milliseconds since 1970.
    pub now: i64,
    /// `--now` was given.
    pub now_is_given: bool,
    /// When the exports were made, where `--exported` says so.
    pub exported: Option<Moment>,
    /// `--repair` was given: texts that were decoded wrongly before are put right.
    pub repair: bool,
    /// Who records.
    pub by: String,
    /// How to print.
    pub format: Format,
    /// How to print for eyes.
    pub style: Style,
    /// Standard error.
    pub talk: Talk,
    /// How long to wait for the lock.
    pub lock_wait: Duration,
    /// How many threads may work at once.
    pub threads: usize,
    /// The workspace's own export formats, once they were asked for.
    pub own_sources: Vec<Profile>,
    lang_is_given: bool,
    /// The exports' encoding, where the user names it.
    encoding: Option<String>,
    /// What the settings say of some exports.
    mappings: Vec<Mapping>,
}

impl Desk {
    /// Reads options, environment and `feedback.toml`.
    pub fn open(global: &Global, talk: Talk) -> Result<Desk, Failure> {
        let dir = workspace(global.dir.as_deref())?;
        let now = match &global.now {
            Some(text) => Moment::parse_rfc3339(text).map(|m| m.millis).ok_or_else(|| {
                Failure::usage(
                    format!("--now: `{text}` is no time"),
                    "write it as RFC 3339, for example 2026-11-21T09:30:00+08:00",
                )
            })?,
            None => clock(),
        };
        let lang = match &global.lang {
            Some(name) => Some(Lang::parse(name).ok_or_else(|| {
                Failure::usage(
                    format!("--lang: `{name}` is not known"),
                    "choose en, zh-Hans or zh-Hant",
                )
            })?),
            None => None,
        };
        let mut desk = Desk {
            place: Place::new(&dir),
            settings: Settings::default(),
            zone: Zone::UTC,
            zone_is_assumed: true,
            now,
            now_is_given: global.now.is_some(),
            exported: None,
            repair: false,
            by: global.by.clone().unwrap_or_default(),
            format: global.format,
            style: Style {
                width: width(),
                lang: lang.or_else(locale).unwrap_or_default(),
                color: wants_color(global.color, true),
            },
            talk,
            lock_wait: Duration::from_secs(global.lock_wait),
            threads: std::thread::available_parallelism().map_or(1, |n| n.get().min(8)),
            own_sources: Vec::new(),
            lang_is_given: lang.is_some(),
            encoding: None,
            mappings: Vec::new(),
        };
        let file = dir.join("feedback.toml");
        let settings = match read_text(&file)? {
            Some(text) => Settings::parse(&text, &file.display().to_string()).map_err(Failure::refused)?,
            None => Settings::default(),
        };
        desk.use_settings(settings, &file.display().to_string())?;
        Ok(desk)
    }

    /// Takes these settings instead (`try` finds them among its files). `file` is where they stand.
    pub fn use_settings(&mut self, settings: Settings, file: &str) -> Result<(), Failure> {
        self.mappings = mappings(&settings.sources, file)?;
        self.zone_is_assumed = settings.zone.is_none();
        self.zone = settings.zone.unwrap_or_else(machine_zone);
        if self.by.is_empty() {
            self.by = settings.user.clone().unwrap_or_else(login);
        }
        if let Some(lang) = settings
            .language
            .as_deref()
            .filter(|_| !self.lang_is_given)
            .and_then(Lang::parse)
        {
            self.style.lang = lang;
        }
        self.settings = settings;
        Ok(())
    }

    /// Takes the encoding that `--encoding` names.
    pub fn use_encoding(&mut self, name: Option<&str>) -> Result<(), Failure> {
        if let Some(name) = name.filter(|name| !source::is_encoding(name)) {
            return Err(Failure::usage(
                format!("--encoding: `{name}` is not known"),
                "write for example UTF-8, GB18030, Big5, Shift_JIS, EUC-KR, windows-1252 or UTF-16LE",
            ));
        }
        self.encoding = name.map(str::to_owned);
        Ok(())
    }

    /// The workspace's rules, or the starter rules where it has none.
    pub fn rules(&self) -> Result<RuleSet, Failure> {
        let file = self.place.dir().join("rules.toml");
        match read_text(&file)? {
            Some(text) => self.compile(&text, &file.display().to_string()),
            None => RuleSet::starter().map_err(|e| Failure::new(Exit::Bug, e)),
        }
    }

    /// Compiles rules and tells their warnings.
    pub fn compile(&self, text: &str, file: &str) -> Result<RuleSet, Failure> {
        let (rules, warnings) = RuleSet::compile(text, file).map_err(Failure::refused)?;
        self.talk.tell_all(&warnings, 20);
        Ok(rules)
    }

    /// The workspace's templates, or the starter templates where it has none.
    pub fn replies(&self) -> Result<Replies, Failure> {
        let file = self.place.dir().join("replies.toml");
        match read_text(&file)? {
            Some(text) => Replies::compile(&text, &file.display().to_string())
                .map(|(replies, _)| replies)
                .map_err(Failure::refused),
            None => Replies::starter().map_err(|e| Failure::new(Exit::Bug, e)),
        }
    }

    /// Reads the workspace's own export formats.
    pub fn learn_sources(&mut self) -> Result<(), Failure> {
        self.own_sources = own_sources::read(self)?;
        let file = self.place.dir().join("feedback.toml").display().to_string();
        check_names(&self.settings.sources, &file, &self.own_sources)
    }

    /// The business's own accounts.
    pub fn handles(&self) -> Handles {
        Handles::new(&self.settings.handles)
    }

    /// What a judge knows beside messages and rules.
    pub fn surroundings(&self) -> Arc<Surroundings> {
        let Settings {
            name, handles, watch, ..
        } = &self.settings;
        let names = Some(name).filter(|name| !name.is_empty());
        let parts = watch.parts();
        let words = parts.iter().flat_map(|(part, words)| {
            let group = Group::parse(part);
            words.iter().filter_map(move |word| Some((group?, word.as_str())))
        });
        let surroundings = Surroundings::default()
            .in_zone(self.zone)
            .named(handles.iter().chain(names))
            .with_handles(handles)
            .watching(words);
        Arc::new(surroundings)
    }

    /// What `source` needs to know.
    pub fn context(&self) -> Context<'_> {
        Context {
            zone_is_assumed: self.zone_is_assumed,
            exported: self.exported,
            repair: self.repair,
            encoding: self.encoding.as_deref(),
            mappings: &self.mappings,
            handles: &self.settings.handles,
            scratch: &scratch,
            own: &self.own_sources,
            ..Context::plain(self.zone, Moment::exact(self.now))
        }
    }

    /// Takes what `--exported` says.
    pub fn take_exported(&mut self, text: Option<&str>) -> Result<(), Failure> {
        let moment = text.map(|text| self.time("--exported", text)).transpose()?;
        self.exported = moment;
        Ok(())
    }

    /// The present as it is recorded: RFC 3339 UTC, whole seconds.
    pub fn recorded_at(&self) -> String {
        Moment::exact(self.now.div_euclid(1000) * 1000).to_string()
    }

    /// Reads `--at` and the like: RFC 3339, `2026-11-21 09:30` or `2026-11-21` in the workspace's zone,
    /// or how long ago (`2h`, `3d`).
    pub fn time(&self, option: &str, text: &str) -> Result<Moment, Failure> {
        use crate::calendar::{Civil, Precision};
        let minute = |civil: Civil| Moment {
            millis: self.zone.instant(civil),
            precision: Precision::Minute,
        };
        Moment::parse_rfc3339(text)
            .or_else(|| Civil::parse(text, "%Y-%m-%d %H:%M").map(minute))
            .or_else(|| Civil::parse(text, "%Y-%m-%d %H:%M:%S").map(|c| Moment::exact(self.zone.instant(c))))
            .or_else(|| Moment::parse(text).filter(|m| m.precision == Precision::Day))
            .or_else(|| span(text).map(|s| Moment::exact((self.now.div_euclid(1000) - s) * 1000)))
            .filter(|m| m.millis < LATEST - 2 * 86_400_000)
            .ok_or_else(|| {
                Failure::usage(
                    format!("{option}: `{text}` is no time"),
                    "write 2026-11-21T09:30:00+08:00, \"2026-11-21 09:30\", 2026-11-21, or how long ago: 2h, 3d",
                )
            })
    }

    /// Refuses a `--format` that `command` cannot print.
    pub fn prints_only(&self, command: &str, formats: &[Format]) -> Result<(), Failure> {
        if self.format == Format::Table || formats.contains(&self.format) {
            return Ok(());
        }
        let help = match formats {
            [] => "leave --format away",
            [Format::Csv] => "leave --format away, or say csv",
            [Format::Json, Format::Csv] => "leave --format away, or say csv or json",
            _ => "leave --format away, or say json",
        };
        Err(Failure::usage(
            format!("`{command}` does not print in this format"),
            help,
        ))
    }

    /// Reads `--since` and `--until`: like [`Desk::time`], but a day for `--until` is taken whole.
    pub fn bound(&self, option: &str, text: Option<&str>) -> Result<Option<i64>, Failure> {
        let Some(text) = text else { return Ok(None) };
        let moment = self.time(option, text)?;
        let end = option == "--until";
        let instant = self.zone.anchor(moment, end);
        Ok(Some(
            if end && moment.precision == crate::calendar::Precision::Day {
                instant + 1
            } else {
                instant
            },
        ))
    }
}

/// The last millisecond that can be written with a year of four digits.
const LATEST: i64 = 253_402_300_799_999;

/// `2h`, `3d`, `4w` in seconds, up to a hundred years.
pub fn span(text: &str) -> Option<i64> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => return None,
    };
    let seconds = i64::from(digits.parse::<u32>().ok()?) * unit;
    Some(seconds).filter(|s| *s <= 36_525 * 86_400)
}

fn workspace(given: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(dir) = given {
        return Ok(dir.to_owned());
    }
    if let Some(dir) = std::env::var_os("FEEDBACK_DIR").filter(|d| !d.is_empty()) {
        return Ok(PathBuf::from(dir));
    }
    let here = std::env::current_dir().map_err(|e| Failure::disk(Path::new("."), &e))?;
    let found = here
        .ancestors()
        .find(|dir| dir.join("feedback.toml").is_file())
        .map(Path::to_owned);
    Ok(found.unwrap_or(here))
}

/// The most bytes of a file of settings, rules or templates.
const LARGEST: u64 = 64 << 20;

/// The text of a file; `None` where it is not there.
pub fn read_text(path: &Path) -> Result<Option<String>, Failure> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) if bytes.len() as u64 > LARGEST => {
            let reason = format!("it has more than {} MiB", LARGEST >> 20);
            let fault = Diagnostic::error("file-unreadable", reason).at(path.display().to_string(), 0, 0);
            Err(Failure::refused([fault.help("is it the file that is meant?")]))
        }
        Ok(_) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(
                text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text),
            )),
            Err(_) => Err(Failure::refused([Diagnostic::error(
                "file-not-text",
                "the file is not UTF-8 text",
            )
            .at(path.display().to_string(), 0, 0)
            .help("save it as UTF-8 in your editor")])),
        },
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Failure::disk(path, &e)),
    }
}

fn clock() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}

/// The zone of the environment, as for every other program, else that of the machine.
fn machine_zone() -> Zone {
    let given = std::env::var("TZ").ok();
    given
        .and_then(|name| Zone::named(name.trim_start_matches(':')))
        .or_else(|| Zone::named(&iana_time_zone::get_timezone().ok()?))
        .unwrap_or(Zone::UTC)
}

fn login() -> String {
    whoami::username().unwrap_or_else(|_| "unknown".to_owned())
}

fn locale() -> Option<Lang> {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .and_then(|value| Lang::parse(&value))
}

fn width() -> u16 {
    let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let terminal = || terminal_size::terminal_size().map(|(w, _)| w.0);
    columns.or_else(terminal).unwrap_or(100).clamp(40, 300)
}

/// Whether standard output (or error) gets colour.
pub fn wants_color(color: Color, out: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let terminal = if out {
                std::io::stdout().is_terminal()
            } else {
                std::io::stderr().is_terminal()
            };
            terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
        }
    }
}

/// A file in the folder for such, which goes with its last reader.
fn scratch() -> std::io::Result<Scratch> {
    let file = tempfile::NamedTempFile::new()?;
    Ok(Scratch {
        file: file.reopen()?,
        path: file.path().to_owned(),
        keep: Box::new(file.into_temp_path()),
    })
}
