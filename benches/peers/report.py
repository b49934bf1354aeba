"""The figures of an overview from ledger.jsonl, as far as a statement over it can give them: cases, first
response time, response rate, resolution, backlog by priority and by channel. Joined cases, follow-ups,
exclusions and targets are left out.  usage: report.py duckdb|polars|chdb LEDGER.jsonl
Prints one JSON object of cases, answered, mean_s, median_s, need, open, settled."""
import json
import sys

engine, ledger = sys.argv[1:3]

# One case a row; then everything else from those rows. The statement is the same for both SQL engines but
# for the names of a few functions.
SQL = """
with lines as ({lines}),
cases as (
    select "case",
           min(case when ev = 'message' and dir = 'in' then ts end) as begun,
           min(case when (ev = 'message' and dir = 'out' and not automatic) or ev = 'reply' then ts end) as answered,
           max(case when ev in ('resolve', 'confirm', 'close') then ts end) as settled,
           {first}(priority, seq) as priority, {first}(channel, seq) as channel,
           {first}(needs_reply, seq) as needs
    from lines where "case" is not null group by "case"
)
select {cube} as what, count(*) as n, count(answered) as n_answered,
       avg({seconds}) as mean_s, {median}({seconds}) as median_s,
       sum(case when needs then 1 else 0 end) as n_need,
       sum(case when needs and settled is null then 1 else 0 end) as n_open, count(settled) as n_settled
from cases where begun is not null
group by grouping sets ((), (priority), (channel))
order by n desc"""


def duckdb():
    import duckdb

    facts = ("struct(dir varchar, channel varchar, priority varchar, needs_reply boolean, automatic boolean)")
    lines = f"""
        select ev, "case", epoch(t::timestamptz) as ts, seq, facts.dir as dir, facts.channel as channel,
               facts.priority as priority, coalesce(facts.needs_reply, false) as needs_reply,
               coalesce(facts.automatic, false) as automatic
        from read_json('{ledger}', format = 'newline_delimited', columns = {{
             seq: 'BIGINT', ev: 'VARCHAR', "case": 'VARCHAR', t: 'VARCHAR', facts: '{facts}'}})"""
    rows = duckdb.sql(
        SQL.format(lines=lines, first="arg_min", median="median", seconds="answered - begun", cube="coalesce(priority, channel)")
    ).fetchall()
    return rows[0][1:]


def chdb():
    import chdb

    kinds = (
        "seq UInt64, ev String, case Nullable(String), t Nullable(String), facts Tuple(dir String, channel String, "
        "priority Nullable(String), needs_reply Bool, automatic Bool)"
    )
    lines = f"""
        select ev, "case", toFloat64(toUnixTimestamp(parseDateTimeBestEffortOrNull(t))) as ts, seq,
               facts.dir as dir, facts.channel as channel, facts.priority as priority,
               facts.needs_reply as needs_reply, facts.automatic as automatic
        from file('{ledger}', 'JSONEachRow', '{kinds}')"""
    sql = SQL.format(lines=lines, first="argMin", median="medianExact", seconds="answered - begun", cube="coalesce(priority, channel)")
    sql += " settings input_format_skip_unknown_fields = 1, input_format_json_defaults_for_missing_elements_in_named_tuple = 1"
    rows = json.loads(str(chdb.query(sql, "JSONCompact")))["data"]
    return [None if v is None else float(v) for v in rows[0][1:]]


def polars():
    import polars as pl

    facts = pl.Struct(
        {"dir": pl.String, "channel": pl.String, "priority": pl.String, "needs_reply": pl.Boolean,
         "automatic": pl.Boolean}
    )
    schema = {"seq": pl.Int64, "ev": pl.String, "case": pl.String, "t": pl.String, "facts": facts}
    lines = pl.scan_ndjson(ledger, schema=schema, ignore_errors=True).select(
        "seq", "ev", "case", pl.col("t").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False).dt.epoch("s").alias("ts"),
        *(pl.col("facts").struct.field(f) for f in ("dir", "channel", "priority", "needs_reply", "automatic")),
    )
    ev, dir_, ts = pl.col("ev"), pl.col("dir"), pl.col("ts")
    said = ev == "message"
    reply = (said & (dir_ == "out") & ~pl.col("automatic").fill_null(False)) | (ev == "reply")
    cases = (
        lines.filter(pl.col("case").is_not_null())
        .group_by("case")
        .agg(
            ts.filter(said & (dir_ == "in")).min().alias("begun"),
            ts.filter(reply).min().alias("answered"),
            ts.filter(ev.is_in(["resolve", "confirm", "close"])).max().alias("settled"),
            *(pl.col(c).sort_by("seq").first() for c in ("priority", "channel", "needs_reply")),
        )
        .filter(pl.col("begun").is_not_null())
    )
    needs, waited = pl.col("needs_reply").fill_null(False), pl.col("answered") - pl.col("begun")
    figures = [
        pl.len().alias("cases"),
        pl.col("answered").count(),
        waited.mean().alias("mean_s"),
        waited.median().alias("median_s"),
        needs.sum().alias("need"),
        (needs & pl.col("settled").is_null()).sum().alias("open"),
        pl.col("settled").count().alias("settled"),
    ]
    whole, *_ = pl.collect_all(
        [cases.select(figures), cases.group_by("priority").agg(figures), cases.group_by("channel").agg(figures)],
        engine="streaming",
    )
    return whole.row(0)


names = ("cases", "answered", "mean_s", "median_s", "need", "open", "settled")
print(json.dumps(dict(zip(names, {"duckdb": duckdb, "polars": polars, "chdb": chdb}[engine]()))))
