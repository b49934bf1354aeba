"""How many messages stand in a real export, and from when to when: an independent reading.

    corpus.py FOLDER     prints JSON: file -> {rows, mentions, replies, inline, rejected, skipped, from, to},
                         or {refused} where a file holds no messages

Shares nothing with the program but its contract: a row is one main message, or rejected (no text and no stars,
no time although there are times, no id although there are ids, too many or too few cells), or skipped (empty).
Per file only the columns and the writing of the times are named here; all numbers come out of the file."""
import csv
import html
import io
import json
import re
import sys
import zipfile
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
NOTHING = {"", "-", "nan", "null", "none", "nat", "n/a", "undefined", "#n/a", "#ref!", "#value!", "#name?", "#div/0!",
           "#null!", "#num!"}
csv.field_size_limit(1 << 24)


def is_nothing(cell):
    return cell.strip().lower() in NOTHING


class Seen(HTMLParser):
    """What a reader of a bit of HTML sees."""

    def __init__(self):
        super().__init__()
        self.text = ""

    def handle_data(self, data):
        self.text += data

    def handle_starttag(self, tag, attrs):
        self.text += {"img": dict(attrs).get("alt") or ""}.get(tag, " ")


def seen(text):
    if not re.search("<[a-zA-Z]", text):
        return html.unescape(text)
    reader = Seen()
    reader.feed(text)
    reader.close()
    return reader.text


# How times are written: a form of strptime, or a function. A form with `%z` names its zone.
def at(*forms):
    def read(cell):
        # Joined files keep their byte order marks.
        cell = cell.strip().strip("\ufeff")
        for form in forms:
            try:
                time = datetime.strptime(cell, form)
            except ValueError:
                continue
            if "%H" not in form:
                time = time.replace(tzinfo=timezone.utc)
            elif time.tzinfo is None:
                time = time.replace(tzinfo=ZONE)
            return round(time.timestamp() * 1000)
        raise ValueError(cell)
    return read


def iso(cell):
    # Before 3.11 the standard library wants three or six digits and no Z.
    cell = re.sub(r"Z$", "+00:00", cell.strip())
    cell = re.sub(r" (?=[+-]\d\d:\d\d$)", "", cell)
    cell = re.sub(r"([+-]\d\d)$", r"\1:00", cell)
    cell = re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", cell)
    cell = re.sub(r"\.(\d+)", lambda m: "." + (m[1] + "000")[:3], cell)
    time = datetime.fromisoformat(cell)
    if time.tzinfo is None:
        time = time.replace(tzinfo=ZONE)
    return round(time.timestamp() * 1000)


def in_utc(read):
    def shifted(cell):
        local = datetime.fromtimestamp(read(cell) / 1000, ZONE).replace(tzinfo=timezone.utc)
        return round(local.timestamp() * 1000)
    return shifted


def seconds(cell):
    return round(float(cell) * 1000)


def unmeasured(cell):
    """A time such as `a month ago`: it hangs on when the file was made."""
    if not re.search(r"ago|just now|yesterday|前|刚刚|昨天", cell):
        raise ValueError(cell)
    return None


TWITTER = at("%a %b %d %H:%M:%S %z %Y")
NAIVE = at("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
SLASHED = at("%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S")


def one(columns, **more):
    return {"columns": columns, **more}


X_SUPPORT = one({"id": "tweet_id", "text": "text", "time": "created_at", "inbound": "inbound"}, time=TWITTER)
TABLES = {
    "x-twcs/spotifycares.csv": X_SUPPORT,
    "x-twcs/mini.csv": X_SUPPORT,
    "x-twcs/bare-cr.csv": X_SUPPORT,
    "x-twcs/excel-saved.csv": X_SUPPORT,
    "x-twcs/bom-mojibake-outbound.csv": X_SUPPORT,
    "x-pairs/banks_tweets_replies.csv": one(
        {"id": "O_ID", "text": "O_Tweet", "time": "O_Created_at", "reply": "Tweet", "reply_time": "Created_at"}, time=NAIVE),
    "x-snscrape/hashtag.csv": one({"text": "Tweet", "time": "Date"}, time=iso),
    "google-play/reviews.csv": one(
        {"id": "reviewId", "text": "content", "stars": "score", "time": "at", "reply": "replyContent",
         "reply_time": "repliedAt"}, time=NAIVE),
    "google-play/latin1-no-date.csv": one({"text": "review", "stars": "score"}, encoding="windows-1252"),
    "google-maps/relative-dates.csv": one({"text": "Review Text", "stars": "Rating", "time": "Date"}, time=unmeasured),
    "trustpilot/reviews.csv": one({"text": "Review Comment", "stars": "Review Stars"}),
    "trustpilot/empty-cells.csv": one({"text": "Review Text", "stars": "Rating", "time": "Date"}, time=iso),
    "instagram/comments.csv": one(
        {"id": "id", "text": "text", "time": "timestamp", "reply": "resposta_texto", "reply_time": "resposta_timestamp"},
        time=iso),
    "facebook/comments.csv": one({"id": "comment_id", "text": "message", "time": "comment_created"}, time=iso),
    "youtube/comments.csv": one({"text": "text", "time": "published_at"}, time=iso, html=True),
    "reddit/comments.csv": one({"id": "comment_id", "text": "comment_text", "time": "created_utc"}, time=seconds),
    "bluesky/posts.csv": one({"id": "uri", "text": "text", "time": "createdAt"}, time=iso),
    "weibo/comments-gbk.csv": one({"text": "comments", "time": "created_at"}, time=TWITTER, encoding="gb18030", html=True),
    "weibo/comments-gbk-chinese-header.csv": one(
        {"text": "评论内容", "time": "发布时间"}, time=TWITTER, encoding="gb18030", html=True),
    "weibo/complaints-no-header.csv": one(
        {"time": 0, "text": 1}, time=at("%Y年%m月%d日 %H:%M:%S %A"), html=True, has_header=False),
    "weibo/posts-chinese-header.csv": one({"id": "微博id", "text": "微博内容", "time": "发布时间"}, time=SLASHED),
    "xiaohongshu/comments.csv": one({"text": "评论内容", "time": "评论时间"}, time=at("%Y.%m.%d")),
    "xiaohongshu/posts-chinese-header.csv": one({"text": "评论内容", "time": "评论时间"}, time=SLASHED),
    "douyin/comments-chinese-header.csv": one({"id": "cid", "text": "评论内容", "time": "创建时间"}, time=SLASHED),
    "meltwater/feed.csv": one(
        {"id": "document_id", "text": "content", "title": "title", "time": "published_at"}, time=iso),
    "meltwater/feed.xlsx": one(
        {"id": "document_id", "text": "content", "title": "title", "time": "published_at"}, time=iso),
    "freshdesk/tickets.csv": one({"id": "Ticket ID", "text": "Description", "title": "Subject", "time": "Created time"}, time=NAIVE),
    "zendesk/ticket_comment.csv": one({"id": "id", "text": "body", "time": "created"}, time=in_utc(NAIVE)),
    "google-forms/responses.csv": one({"text": "Full Name", "time": "Timestamp"}, time=at("%m/%d/%Y %H:%M:%S")),
}


class Books:
    def __init__(self):
        self.counts = dict.fromkeys(["rows", "mentions", "replies", "inline", "rejected", "skipped"], 0)
        self.times = []

    def count(self, what, times=()):
        self.counts["rows"] += what != "inline"
        self.counts[what] += 1
        self.times += [time for time in times if time is not None]

    def told(self):
        ends = {"from": min(self.times), "to": max(self.times)} if self.times else {"from": None, "to": None}
        return {**self.counts, **ends}


def text_of(path, encoding):
    return path.read_bytes().decode(encoding or "utf-8-sig", "replace")


def records(path, spec):
    """Every record as a list of cells."""
    if path.suffix == ".xlsx":
        return list(sheet(path))
    # A lone carriage return ends no line; the csv module thinks otherwise.
    text = re.sub(r"\r(?!\n)", " ", text_of(path, spec.get("encoding")))
    return [row for row in csv.reader(io.StringIO(text, newline="")) if row]


def sheet(path):
    """The cells of a workbook's first sheet, whose texts stand in the cells themselves."""
    spaces = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as book:
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in root.iter(spaces + "row"):
        cells = {}
        for cell in row.iter(spaces + "c"):
            letters = re.match("[A-Z]+", cell.get("r"))[0]
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - ord("A") + 1
            cells[column - 1] = "".join(t.text or "" for t in cell.iter() if t.tag in (spaces + "t", spaces + "v"))
        rows.append(cells)
    width = max(max(cells, default=0) for cells in rows) + 1
    return [[cells.get(i, "") for i in range(width)] for cells in rows]


def stars(cell):
    try:
        return 1 <= float(cell.strip()) <= 5
    except ValueError:
        return False


def table(path, spec):
    rows, columns, books = records(path, spec), spec["columns"], Books()
    header = list(range(max(len(row) for row in rows)))
    if spec.get("has_header", True):
        header = [name.strip() for name in rows.pop(0)]
    width = len(header)
    where = {part: header.index(name) for part, name in columns.items()}
    read = spec.get("time")
    for row in rows:
        cell = lambda part: row[where[part]] if part in where and where[part] < len(row) else ""
        if not any(value.strip() for value in row):
            books.count("skipped")
            continue
        # Cells without a name may be missing, empty ones be too many.
        unnamed = all(name == "" for name in header[len(row):])
        if (len(row) < width and not unnamed) or any(value.strip() for value in row[width:]):
            books.count("rejected")
            continue
        text = cell("title") + " " + cell("text")
        text = seen(text) if spec.get("html") else html.unescape(text)
        if not text.strip() and not stars(cell("stars")) or "id" in where and is_nothing(cell("id")):
            books.count("rejected")
            continue
        times = []
        if "time" in where:
            try:
                times.append(read(cell("time")))
            except ValueError:
                books.count("rejected")
                continue
        inbound = cell("inbound").strip().lower()
        books.count("replies" if inbound in ("false", "f", "0") else "mentions", times)
        if not is_nothing(cell("reply")) or not is_nothing(cell("reply_time")):
            answered = cell("reply_time")
            books.count("inline", [] if is_nothing(answered) else [read(answered)])
    return books.told()


def walk(value, way):
    for key in way.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def listed(items, texts, time, read, own=False, is_html=True):
    """Elements of JSON, each a message where it has a text."""
    books = Books()
    for item in items:
        said = [str(walk(item, way)) for way in texts if walk(item, way) is not None]
        if not said:
            books.count("skipped")
        elif not (seen(" ".join(said)) if is_html else " ".join(said)).strip():
            books.count("rejected")
        else:
            books.count("replies" if own else "mentions", [read(str(walk(item, time)))])
    return books.told()


def pages(path, text, read):
    """JSON Lines whose `data` is one message or a list of them; a line without is a row of its own."""
    books = Books()
    for line in text_of(path, None).splitlines():
        if not line.strip():
            continue
        try:
            page = json.loads(line)
        except ValueError:
            books.count("rejected")
            continue
        found = page.get("data", page if text in page else [])
        found = found if isinstance(found, list) else [found]
        if not found:
            books.count("skipped")
        for item in found:
            books.count("mentions", [read(item["created_at"])])
    return books.told()


def inside(path, opening):
    """The JSON value that begins at the first such bracket behind JavaScript."""
    text = text_of(path, None)
    return json.JSONDecoder().raw_decode(text, text.index(opening[-1], text.index(opening)))[0]


def chat(path):
    books = Books()
    read = at("%d/%m/%Y, %H:%M")
    for line in text_of(path, None).splitlines():
        head = re.match(r"(\d+/\d+/\d+, \d+:\d+) - ([^:]+): ", line)
        if head:
            books.count("mentions", [read(head[1])])
    return books.told()


def outbox(path):
    """Own posts, some of pictures only, and boosts of others' that hold nothing but an address."""
    books = Books()
    for item in load(path)["orderedItems"]:
        post = item["object"]
        says = isinstance(post, str) or seen(post["content"]).strip() or post["attachment"]
        books.count("replies" if says else "rejected", [iso(item["published"])])
    return books.told()


def load(path):
    return json.loads(text_of(path, None))


def refused(_):
    return {"refused": True}


OTHERS = {
    "x-archive/tweets.js": lambda p: listed(
        [item["tweet"] for item in inside(p, "= [")], ["full_text"], "created_at", TWITTER, own=True),
    "x-api-v2/2sets.jsonl": lambda p: pages(p, "text", iso),
    "x-api-v2/entities_test.jsonl": lambda p: pages(p, "text", iso),
    "x-api-v2/flat.jsonl": lambda p: pages(p, "text", iso),
    "x-api-v2/streaming_output_with_error.jsonl": lambda p: pages(p, "text", iso),
    "x-api-v2/counts.jsonl": refused,
    "x-api-v2/users.jsonl": refused,
    "x-api-v2/empty.json": refused,
    "bluesky/datetime-syntax-valid.txt": refused,
    "bluesky/datetime-syntax-invalid.txt": refused,
    "discord/export.json": lambda p: listed(load(p)["messages"], ["content"], "timestamp", iso),
    "mastodon/outbox.json": outbox,
    "mastodon/timeline.json": lambda p: listed(load(p), ["content"], "created_at", iso),
    "weibo/repostTimeline.json": lambda p: listed(load(p)["data"], ["text_raw", "text"], "created_at", TWITTER),
    "whatsapp/chat.txt": chat,
    "youtube/commentThreads.js": lambda p: listed(
        inside(p, "json(\n        {")["items"], ["snippet.topLevelComment.snippet.textOriginal", "snippet.topLevelComment.snippet.textDisplay"],
        "snippet.topLevelComment.snippet.publishedAt", iso, is_html=False),
    "zendesk/tickets.json": lambda p: listed(load(p), ["subject", "description"], "created_at", iso),
}


def main(folder):
    told = {name: table(folder / name, spec) for name, spec in TABLES.items()}
    told.update((name, read(folder / name)) for name, read in OTHERS.items())
    json.dump(told, sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
