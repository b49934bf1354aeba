#!/usr/bin/env python3
"""How fast is the same export in other encodings, shapes and wrappings?

    cargo build --release && python3 benches/shapes.py > shapes.md

Takes an export of invented messages (or `--csv`, columns id,author,created_at,text,channel,in_reply_to,
followers), writes the same messages in every other way, reads each into an empty workspace in turn
(A B C A B C …), and prints a table in Markdown: the best wall time, CPU time and peak memory of all rounds.
Each must come to the same number of new messages. Needs Python 3.11 and nothing else installed: the
workbook is written by hand. Progress goes to standard error."""
import argparse
import csv
import gzip
import json
import multiprocessing
import pathlib
import subprocess
import sys
import zipfile
from xml.sax.saxutils import escape

from peers import ROOT, WORK, Bench, alternate, tell

csv.field_size_limit(1 << 30)


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def separated(source, target, encoding="utf-8", delimiter=",", lead=""):
    with open(target, "w", encoding=encoding, errors="replace", newline="") as file:
        file.write(lead)
        csv.writer(file, delimiter=delimiter, lineterminator="\r\n").writerows(rows_of(source))


def json_lines(source, target):
    rows = rows_of(source)
    header = next(rows)
    with open(target, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(dict(zip(header, row)), ensure_ascii=False) + "\n")


def pages(source, target):
    """Pages of a hundred posts with their authors beside them, as X's interface gives them."""
    rows = rows_of(source)
    header = next(rows)
    page, users = [], {}

    def post(row):
        cell = dict(zip(header, row))
        users[cell["author"]] = {
            "id": cell["author"],
            "username": cell["author"],
            "name": cell["author"],
            "public_metrics": {"followers_count": int(cell["followers"] or 0)},
        }
        told = {"id": cell["id"], "author_id": cell["author"], "created_at": cell["created_at"], "text": cell["text"]}
        if cell["in_reply_to"]:
            told["referenced_tweets"] = [{"type": "replied_to", "id": cell["in_reply_to"]}]
        return told

    with open(target, "w", encoding="utf-8") as file:
        def write():
            if page:
                whole = {"data": page, "includes": {"users": list(users.values())}, "meta": {"result_count": len(page)}}
                file.write(json.dumps(whole, ensure_ascii=False) + "\n")

        for row in rows:
            page.append(post(row))
            if len(page) == 100:
                write()
                page, users = [], {}
        write()


def workbook(source, target):
    sheet = ['<?xml version="1.0" encoding="UTF-8"?>',
             '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>']
    for number, row in enumerate(rows_of(source), 1):
        kept = ("".join(c for c in cell if c >= " " or c in "\n\t") for cell in row)
        cells = "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>' for cell in kept)
        sheet.append(f'<row r="{number}">{cells}</row>')
    sheet.append("</sheetData></worksheet>")
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Messages" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": "\n".join(sheet),
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


def zipped(source, target):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(source, "messages.csv")


def gzipped(source, target):
    with open(source, "rb") as plain, gzip.open(target, "wb", 6) as packed:
        while piece := plain.read(1 << 20):
            packed.write(piece)


SHAPES = {
    "CSV, UTF-8": ("csv", None),
    "semicolons, `sep=` line, BOM": ("sep.csv", lambda s, t: separated(s, t, "utf-8-sig", ";", "sep=;\r\n")),
    "tabs, UTF-16": ("utf16.csv", lambda s, t: separated(s, t, "utf-16", "\t")),
    "CSV, GB18030": ("gb18030.csv", lambda s, t: separated(s, t, "gb18030")),
    "CSV, gzip": ("csv.gz", gzipped),
    "CSV, zip": ("zip", zipped),
    "XLSX": ("xlsx", workbook),
    "JSON Lines": ("jsonl", json_lines),
    "X API pages": ("pages.jsonl", pages),
}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--feedback", type=pathlib.Path, default=ROOT / "target/release/feedback")
    arguments.add_argument("--csv", type=pathlib.Path)
    arguments.add_argument("--rows", default="1m")
    arguments.add_argument("--handles", default="maple_and_rye")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--only", default="")
    arguments.set_defaults(rules=None, no_peers=True)
    options = arguments.parse_args()
    options.rows = int(options.rows.lower().replace("k", "000").replace("m", "000000"))
    bench = Bench(options)
    source = bench.export(options.rows)
    work, new = {}, {}
    for name, (ending, write) in SHAPES.items():
        if options.only and not any(word in name for word in options.only.split(",")):
            continue
        path = source if write is None else WORK / f"shapes.{ending}"
        if write and not path.exists():
            tell(f"writing {path.name}")
            # In a process of its own: the peak of a child is never less than that of the one that began it.
            writing = multiprocessing.Process(target=write, args=(source, path))
            writing.start()
            writing.join()
        folder = WORK / "shapes"

        def command(path=path):
            return [bench.binary, "-q", "--dir", folder, "--now", "2026-01-15T00:00:00Z", "ingest", path]

        work[name] = (lambda: bench.workspace("shapes"), command)
        bench.workspace("shapes")
        done = subprocess.run(command() + ["--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        new[name] = (path.stat().st_size / 1e6, json.loads(done.stdout)["files"][0]["new"])
    best = alternate(work, options.rounds)
    print("| | MB on disk | wall s | CPU s | peak MB | new |\n|---|---:|---:|---:|---:|---:|")
    for name, (wall, cpu, memory) in best.items():
        size, count = new[name]
        print(f"| {name} | {size:.0f} | {wall:.2f} | {cpu:.2f} | {memory:.0f} | {count:,} |")


if __name__ == "__main__":
    sys.exit(main())
