"""Read, drop repeats, look for keywords, give a priority, write JSON lines: what an engine can do of an
ingest in one statement. Less than ours: no threads, no full judgement, no replies told apart, no salt, no
chain, no sync, and no more than 230 of the rules' words, evenly picked: with the thousands of the starter
rules two of them would take minutes.  usage: ingest.py duckdb|polars|chdb EXPORT.csv OUT.jsonl RULES.toml..."""
import sys

import words

engine, source, out = sys.argv[1:4]
WORDS, _ = words.of(sys.argv[4:])
WORDS = WORDS[:: len(WORDS) // 231 + 1]
COLUMNS = ["id", "author", "created_at", "text", "channel", "in_reply_to", "followers"]


def duckdb():
    import duckdb

    kinds = ", ".join(f"'{c}': '{'BIGINT' if c in ('id', 'followers') else 'VARCHAR'}'" for c in COLUMNS)
    pattern = ("(?i)(?:" + words.as_pattern(WORDS) + ")").replace("'", "''")
    duckdb.sql(f"""
        copy (
            select created_at as t, 'message' as ev, channel || ':' || id as "case", channel, author, in_reply_to,
                   followers,
                   case when followers > 100000 then 'P0' when followers > 5000 then 'P1' else 'P2' end as priority,
                   regexp_matches(text, '{pattern}') as found, text
            from read_csv('{source}', header = true, columns = {{{kinds}}}, quote = '"', escape = '"',
                          delim = ',', auto_detect = false)
            qualify row_number() over (partition by channel, id order by created_at) = 1
        ) to '{out}' (format json)""")


def polars():
    import polars as pl

    kinds = {c: pl.Int64 if c in ("id", "followers") else pl.String for c in COLUMNS}
    followers = pl.col("followers")
    (
        pl.scan_csv(source, schema=kinds)
        .unique(subset=["channel", "id"], keep="first", maintain_order=True)
        .select(
            pl.col("created_at").alias("t"),
            pl.lit("message").alias("ev"),
            (pl.col("channel") + ":" + pl.col("id").cast(pl.String)).alias("case"),
            "channel",
            "author",
            "in_reply_to",
            "followers",
            pl.when(followers > 100000).then(pl.lit("P0")).when(followers > 5000).then(pl.lit("P1"))
            .otherwise(pl.lit("P2")).alias("priority"),
            pl.col("text").str.contains_any(WORDS, ascii_case_insensitive=True).alias("found"),
            "text",
        )
        .sink_ndjson(out)
    )


def chdb():
    import chdb

    def quoted(text):
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    # It takes at most 255 words.
    found = f"multiSearchAnyCaseInsensitiveUTF8(text, [{', '.join(map(quoted, WORDS))}])"
    kinds = ", ".join(f"{c} {'Int64' if c in ('id', 'followers') else 'String'}" for c in COLUMNS)
    chdb.query(f"""
        insert into function file('{out}', 'JSONEachRow')
        select created_at as t, 'message' as ev, concat(channel, ':', toString(id)) as case, channel, author,
               in_reply_to, followers, multiIf(followers > 100000, 'P0', followers > 5000, 'P1', 'P2') as priority,
               ({found}) as found, text
        from file('{source}', 'CSVWithNames', '{kinds}')
        limit 1 by channel, id
        settings output_format_json_quote_64bit_integers = 0, engine_file_truncate_on_insert = 1""")


{"duckdb": duckdb, "polars": polars, "chdb": chdb}[engine]()
