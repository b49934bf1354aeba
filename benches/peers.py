#!/usr/bin/env python3
"""How fast is it, beside others on the same machine?

    cargo build --release && python3 benches/peers.py > speed.md

Installs the peers (DuckDB, Polars, ClickHouse as chdb) from PyPI into target/bench/venv, makes exports of
invented messages, runs every piece of work in turn (A B C A B C …), and prints tables in Markdown: the best
wall time of all rounds, the CPU time (user + system) and the peak memory of single runs, and each peer's
ratio to us. `--csv` takes any export of the shape id,author,created_at,text,channel,in_reply_to,followers.
Needs Python 3.11 and nothing else installed. Progress goes to standard error."""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "bench"
PEERS = {"DuckDB": "duckdb", "Polars": "polars", "ClickHouse": "chdb"}
WE = "feedback"
NOW = "2026-01-15T00:00:00Z"
KEPT = {"ledger.jsonl", "ledger.head", "ledger.lock"}


def tell(text):
    print(text, file=sys.stderr, flush=True)


def run(command, stdout=subprocess.DEVNULL):
    """Runs a command to its end: wall seconds, CPU seconds, peak MB."""
    began = time.perf_counter()
    process = subprocess.Popen([str(c) for c in command], stdout=stdout, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    # A peer that fails is no fast peer; an ingest of ours may reject rows (3).
    if process.returncode and (process.returncode, "ingest" in command) != (3, True):
        sys.exit(f"{' '.join(map(str, command))}\n{errors.decode(errors='replace')}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def alternate(work, rounds):
    """Runs each piece of work once a round; `work` is name → (prepare, command). Minima by name."""
    best = {}
    for number in range(rounds):
        for name, (prepare, command) in work.items():
            prepare()
            got = run(command() if callable(command) else command)
            tell(f"  round {number + 1}: {name}: {got[0]:.3f} s, {got[1]:.3f} s CPU, {got[2]:.0f} MB")
            best[name] = tuple(map(min, best.get(name, got), got))
    return best


def table(title, best, us=WE):
    print(f"\n### {title}\n\n| | wall s | CPU s | MB | wall, our share | CPU, our share |\n|---|---:|---:|---:|---:|---:|")
    for name, (wall, cpu, memory) in best.items():
        ours = best[us]
        shares = "" if name == us else f"{ours[0] / wall:.2f} | {ours[1] / cpu:.2f}"
        print(f"| {name} | {wall:.3f} | {cpu:.3f} | {memory:.0f} | {shares or '|'} |".replace("| | |", "| | |"))
    sys.stdout.flush()


class Bench:
    def __init__(self, options):
        self.options = options
        self.binary = options.feedback.resolve()
        self.venv = WORK / "venv" / "bin" / "python"
        self.fresh = 0
        WORK.mkdir(parents=True, exist_ok=True)

    def peers(self):
        return {} if self.options.no_peers else PEERS

    def install(self):
        if self.peers() and not self.venv.exists():
            tell("installing the peers")
            subprocess.run([sys.executable, "-m", "venv", WORK / "venv"], check=True)
            subprocess.run([self.venv, "-m", "pip", "install", "-q", *PEERS.values()], check=True)

    def export(self, rows):
        """A CSV of so many rows: the one given, or an invented one."""
        if self.options.csv and rows == self.options.rows:
            return self.options.csv
        path = WORK / f"{rows}.csv"
        if not path.exists():
            self.generate(rows, path)
        return path

    def generate(self, rows, path):
        built = self.binary.parent / "examples" / "generate"
        if not built.exists():
            subprocess.run(["cargo", "build", "--release", "--example", "generate"], cwd=ROOT, check=True)
            built = ROOT / "target" / "release" / "examples" / "generate"
        subprocess.run([built, str(rows), path], check=True)

    def workspace(self, name):
        """An empty workspace."""
        folder = WORK / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        handles = ", ".join(f'"{h}"' for h in self.options.handles.split(","))
        (folder / "feedback.toml").write_text(f'[business]\nname = "Bench"\nhandles = [{handles}]\ntime_zone = "UTC"\n')
        if self.options.rules:
            shutil.copy(self.options.rules, folder / "rules.toml")
        return folder

    def us(self, folder, *arguments):
        return [self.binary, "-q", "--dir", folder, "--now", NOW, *arguments]

    def peer(self, program, engine, *arguments):
        return [self.venv, ROOT / "benches" / "peers" / program, engine, *arguments]

    def filled(self, rows):
        """A workspace that has ingested so many rows; made once."""
        folder = WORK / f"ws-{rows}"
        if not (folder / "ledger.head").exists():
            folder = self.workspace(f"ws-{rows}")
            run(self.us(folder, "ingest", self.export(rows)))
        return folder

    def hundred(self):
        """100 mentions that no ledger has seen."""
        self.fresh += 1
        path = WORK / "hundred.csv"
        unique = time.time_ns() % 10**15 * 1000
        rows = [
            f'{unique + n},guest{n},2026-01-14T{n % 24:02}:00:00Z,"Order {n} never arrived, I want a refund",x,,{n}'
            for n in range(100)
        ]
        path.write_text("\n".join(["id,author,created_at,text,channel,in_reply_to,followers", *rows]) + "\n")
        return path

    def forget(self, folder):
        """Deletes what is derived from the ledger."""
        for file in folder.glob("ledger.*"):
            if file.name not in KEPT:
                file.unlink()

    # The pieces of work.

    def ingest(self):
        rows, source, out = self.options.rows, self.export(self.options.rows), WORK / "out.jsonl"
        rules = [self.options.rules] if self.options.rules else sorted((ROOT / "src/rules/starter").glob("*.toml"))
        work = {WE: (lambda: self.workspace(f"ws-{rows}"), self.us(WORK / f"ws-{rows}", "ingest", source))}
        for name, engine in self.peers().items():
            work[name] = (lambda: out.unlink(missing_ok=True), self.peer("ingest.py", engine, source, out, *rules))
        table(f"ingest of {rows:,} rows ({source.stat().st_size >> 20} MB)", alternate(work, self.options.rounds))
        out.unlink(missing_ok=True)

    def report(self):
        rows = self.options.rows
        folder = self.filled(rows)
        ledger = folder / "ledger.jsonl"
        ours = self.us(folder, "--format", "json", "report")
        work = {
            WE: (lambda: self.forget(folder), ours),
            "feedback, again": (lambda: None, ours),
        }
        for name, engine in self.peers().items():
            work[name] = (lambda: None, self.peer("report.py", engine, ledger))
        size = ledger.stat().st_size >> 20
        best = alternate(work, self.options.rounds)
        after = {"feedback, after 100 new": (lambda: run(self.us(folder, "ingest", self.hundred())), ours)}
        best |= alternate(after, self.options.rounds)
        table(f"report on that ledger ({size} MB)", best)
        self.compare(folder)

    def compare(self, folder):
        """The same figures from all: a peer that reckons something else would prove nothing."""
        def said(command):
            return json.loads(subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, check=True).stdout)

        ours = said(self.us(folder, "--format", "json", "report"))
        first = ours["figures"]["first_response_time"]
        lines = {WE: {"cases": ours["cases"], "answered": first["n"], "mean_s": first["mean_s"], "median_s": first["median_s"]}}
        for name, engine in self.peers().items():
            lines[name] = said(self.peer("report.py", engine, folder / "ledger.jsonl"))
        print("\n| figures | cases | answered | mean s | median s |\n|---|---:|---:|---:|---:|")
        for name, f in lines.items():
            print(f"| {name} | {f['cases']:.0f} | {f['answered']:.0f} | {f['mean_s'] or 0:.0f} | {f['median_s'] or 0:.0f} |")

    def small(self):
        """What is done all day on a ledger that is there."""
        best = {}
        sizes = [n for n in self.options.sizes if n >= 100_000]
        work = {}
        for rows in sizes:
            folder = self.filled(rows)
            # The second is the one to measure: the first may build what is derived.
            run(self.us(folder, "ingest", self.hundred()))
            add = self.us(folder, "ingest", WORK / "hundred.csv")
            work[f"100 new mentions into {rows:,}"] = (self.hundred, add)
            work[f"`note` on {rows:,}"] = (lambda: None, self.us(folder, "note", "c5", "--text", "called back"))
            work[f"`inbox` on {rows:,}"] = (lambda: None, self.us(folder, "inbox"))
        work["`--version`"] = (lambda: None, [self.binary, "--version"])
        work["`true`"] = (lambda: None, ["/bin/true"])
        best = alternate(work, max(self.options.rounds, 5))
        print("\n### Every day\n\n| work | wall ms | CPU ms | MB |\n|---|---:|---:|---:|")
        for name, (wall, cpu, memory) in best.items():
            print(f"| {name} | {wall * 1000:.1f} | {cpu * 1000:.1f} | {memory:.0f} |")
        sys.stdout.flush()

    def growth(self):
        print("\n### Growth\n\n| rows | ingest s | CPU s | MB | first report s | CPU s | MB | report again s | MB |")
        print("|---:|" + "---:|" * 8)
        for rows in self.options.sizes:
            folder = WORK / f"ws-{rows}"
            work = {
                "ingest": (lambda: self.workspace(folder.name), self.us(folder, "ingest", self.export(rows))),
                "report": (lambda: self.forget(folder), self.us(folder, "report")),
                "again": (lambda: None, self.us(folder, "report")),
            }
            best = alternate(work, self.options.rounds)
            i, r, a = best["ingest"], best["report"], best["again"]
            print(f"| {rows:,} | {i[0]:.2f} | {i[1]:.2f} | {i[2]:.0f} | {r[0]:.2f} | {r[1]:.2f} | {r[2]:.0f} "
                  f"| {a[0]:.3f} | {a[2]:.0f} |", flush=True)

    def judge(self):
        """What a rule costs: the same rows under more and more rules, of words that stand in some rows."""
        rows = 100_000
        source, texts = self.export(rows), ["refund", "late", "cold", "order", "coffee", "等了", "退款", "points"]
        print(f"\n### ingest of {rows:,} rows under many rules\n\n| rules | wall s | CPU s | CPU, µs a row | MB |")
        print("|---:|---:|---:|---:|---:|")
        work = {}
        for count in (50, 500, 5_000):
            path = WORK / f"rules-{count}.toml"
            rules = ["version = 1\n"]
            for n in range(count):
                word = texts[n] if n < len(texts) else f"invented{n} word"
                how = f"regex = 'order {n}\\d+ (?:late|lost)'" if n % 10 == 9 else f'any = ["{word}", "never said {n}"]'
                rules.append(f'[[rule]]\nid = "r{n}"\n{how}\ntopics = ["t{n % 20}"]\n')
            path.write_text("\n".join(rules))

            def prepare(path=path):
                shutil.copy(path, self.workspace("ws-rules") / "rules.toml")

            work[f"{count:,}"] = (prepare, self.us(WORK / "ws-rules", "ingest", source))
        for name, (wall, cpu, memory) in alternate(work, self.options.rounds).items():
            print(f"| {name} | {wall:.2f} | {cpu:.2f} | {cpu / rows * 1e6:.2f} | {memory:.0f} |")
        sys.stdout.flush()


def number(text):
    unit = {"k": 1_000, "m": 1_000_000}.get(text[-1:].lower())
    return int(text[:-1]) * unit if unit else int(text)


def main():
    works = ["ingest", "report", "small", "growth", "judge"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=number, default=1_000_000, help="rows of the comparison with the peers [1m]")
    parser.add_argument("--csv", type=pathlib.Path, help="use this export for it instead of an invented one")
    parser.add_argument("--handles", default="@maple_and_rye", help="the business's accounts in it, by commas")
    parser.add_argument("--rules", type=pathlib.Path, help="a rules.toml, for us and for the peers' words")
    parser.add_argument("--sizes", default="10k,100k,1m", help="ledgers for growth and every day [10k,100k,1m]")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(works), help=f"pieces of work by commas: {', '.join(works)}")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--feedback", type=pathlib.Path, default=ROOT / "target" / "release" / "feedback")
    options = parser.parse_args()
    options.sizes = [number(n) for n in options.sizes.split(",")]
    if not options.feedback.exists():
        sys.exit(f"{options.feedback} is not there: cargo build --release")
    bench = Bench(options)
    bench.install()
    version = subprocess.run([options.feedback, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"{version}, {os.cpu_count()} cores, best of {options.rounds} rounds")
    for name in options.only.split(","):
        tell(f"== {name}")
        getattr(bench, name)()


if __name__ == "__main__":
    main()
