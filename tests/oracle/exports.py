"""Raw exports become messages: the oracle's own reading of three export formats.

It knows only the columns that the figures need, and only the formats that the oracle is
asked about. It counts nothing but rows and messages; figures.py does the rest."""
import csv
import io
import json
import re
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo


@dataclass
class Message:
    channel: str
    id: str
    inbound: bool         # True: a mention (a customer wrote it); False: a reply
    posted: int           # milliseconds since 1970
    reply_to: str | None  # the id that it answers, whether we have that message or not
    inline: bool = False  # a reply that stands in its review's own row; its id is made up
    put_off: bool = False # its time was put off to that of its review, edited after the answer


@dataclass
class Settings:
    """What the owner wrote into feedback.toml, as far as reading needs it."""
    handles: set    # own accounts, as handle() spells them
    zone: ZoneInfo  # of times that name none


class Rejected(ValueError):
    """A row that cannot be a message: its reason."""


def reject(reason):
    raise Rejected(reason)


def csv_rows(path):
    """The rows of a CSV file as dicts, None for a row whose cells are all blank.

    A carriage return that no line feed follows is data, not the end of a row. Python's
    reader thinks otherwise, so such a one is hidden from it behind a stand-in."""
    stand_in = "\ue000"
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    text = re.sub("\r(?!\n)", stand_in, text)
    csv.field_size_limit(2**31 - 1)
    rows = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip() for name in next(rows, [])]
    for cells in rows:
        if not cells:
            continue  # an empty line is no row
        cells = [cell.replace(stand_in, "\r") for cell in cells]
        if any(cell.strip() for cell in cells):
            yield dict(zip(header, cells + [""] * (len(header) - len(cells))))
        else:
            yield None


def clean_id(cell):
    """`3.0` is `3`; an id that a spreadsheet has rounded to `5.7E+17` is no id."""
    cell = cell.strip()
    if re.fullmatch(r"\d+(\.\d+)?[eE]\+?\d+", cell):
        reject("id in scientific notation")
    return re.sub(r"^(\d+)\.0+$", r"\1", cell)


def required_id(cell):
    return clean_id(cell) or reject("no id")


def milliseconds(moment):
    return (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(milliseconds=1)


def twitter_time(cell):
    """Tue Oct 31 22:10:47 +0000 2017"""
    try:
        return milliseconds(datetime.strptime(cell.strip(), "%a %b %d %H:%M:%S %z %Y"))
    except ValueError:
        reject(f"time: {cell!r}")


def rfc3339(cell):
    try:
        moment = datetime.fromisoformat(cell.strip())
    except ValueError:
        reject(f"time: {cell!r}")
    return milliseconds(moment) if moment.tzinfo else reject(f"time without a zone: {cell!r}")


def naive_time(cell, zone):
    """2026-01-21 12:56:01 or 2026-01-21 12:56, also with / or . in the date"""
    match = re.fullmatch(r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)[ T](\d\d?):(\d\d)(?::(\d\d))?", cell.strip())
    try:
        return milliseconds(datetime(*(int(part or 0) for part in match.groups()), tzinfo=zone))
    except (AttributeError, ValueError):
        reject(f"time: {cell!r}")


def handle(name):
    """The same account whether written @Shop, shop or ＠ＳＨＯＰ."""
    return unicodedata.normalize("NFKC", name).strip().removeprefix("@").casefold()


def from_twcs(row, settings):
    said = row.get("inbound", "").strip().lower()
    inbound = said == "true" if said else handle(row["author_id"]) not in settings.handles
    return [Message("x", required_id(row["tweet_id"]), inbound, twitter_time(row["created_at"]),
                    clean_id(row.get("in_response_to_tweet_id", "")) or None)]


def with_inline_reply(channel, id, posted, replied):
    """A review, and, where there is one, the answer that stands in the same row."""
    messages = [Message(channel, id, True, posted, None)]
    if replied is not None:
        messages.append(Message(channel, id + "/reply", False, replied, id, inline=True))
    return messages


def from_google_play(row, settings):
    replied = naive_time(row["repliedAt"], timezone.utc) if row["repliedAt"].strip() else None
    return with_inline_reply("google-play", required_id(row["reviewId"]),
                             naive_time(row["at"], timezone.utc), replied)


def from_google_business(review, settings):
    reply = review.get("reviewReply")
    replied = rfc3339(reply.get("updateTime") or "") if reply else None
    return with_inline_reply("google", required_id(str(review.get("reviewId") or "")),
                             rfc3339(review.get("createTime") or ""), replied)


def from_xiaohongshu(row, settings):
    return [Message("xiaohongshu", required_id(row["评论ID"]),
                    handle(row["用户昵称"]) not in settings.handles,
                    naive_time(row["评论时间"], settings.zone),
                    clean_id(row.get("父评论ID", "")) or None)]


def raw_rows(path, format):
    """(how to read a row, the rows) of one file."""
    if format == "twcs":
        return from_twcs, csv_rows(path)
    if format == "google-play":
        return from_google_play, csv_rows(path)
    if path.suffix == ".json":  # from here on: the coffee shop, three shapes
        return from_google_business, json.loads(path.read_text("utf-8-sig"))["reviews"]
    header = path.read_bytes().decode("utf-8-sig").splitlines()[0]
    if "评论ID" in header:
        return from_xiaohongshu, csv_rows(path)
    if "tweet_id" in header:
        return from_twcs, csv_rows(path)
    sys.exit(f"{path}: not one of the coffee shop's three shapes")


def read(paths, format, settings):
    """All messages, each (channel, id) once: the first counts. And how many of what."""
    counts = Counter(dict.fromkeys(
        ["rows", "mentions", "replies", "inline", "new", "duplicate", "skipped", "rejected"], 0))
    messages, reasons = {}, Counter()
    for path in paths:
        read_row, rows = raw_rows(path, format)
        for row in rows:
            counts["rows"] += 1
            if row is None:
                counts["skipped"] += 1
                continue
            try:
                found = read_row(row, settings)
            except Rejected as reason:
                counts["rejected"] += 1
                reasons[str(reason)] += 1
                continue
            counts["mentions" if found[0].inbound else "replies"] += 1
            counts["inline"] += len(found) - 1
            for message in found:
                known = (message.channel, message.id) in messages
                counts["duplicate" if known else "new"] += 1
                if not known:
                    messages[message.channel, message.id] = message
    return list(messages.values()), dict(counts), dict(reasons)
