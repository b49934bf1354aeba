#!/usr/bin/env python3
"""The documented verifier finds every damage, and the ledger's page quotes true vectors.

    python3 test_ledger.py

It tests the verifier and the page only, on tests/vectors; the program is tested from Rust."""
import contextlib
import io
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "docs" / "reference"), str(ROOT / "tests" / "vectors")]
import make
from verify_ledger import crc32c, verify

WHOLE = (make.HERE / "ledger.jsonl").read_bytes()
ERASED = (make.HERE / "erased.jsonl").read_bytes()
HEAD = (make.HERE / "ledger.head").read_bytes()
LINES = WHOLE.splitlines(keepends=True)
STARTS = [sum(map(len, LINES[:i])) for i in range(len(LINES))]
H3 = LINES[2].split(b'"h":"')[1][:64].decode()
HEAD3 = make.sealed(f'{{"v":1,"count":3,"h":"{H3}"'.encode())
NEW = make.sealed(b'{"v":1,"count":0,"h":"' + b"0" * 64 + b'"')


def said(ledger, head):
    return verify(ledger.splitlines(keepends=True) if isinstance(ledger, bytes) else ledger, head)


def at(line):
    return f"line {line}, byte {STARTS[line - 1]}: "


class Verifier(unittest.TestCase):
    def test_whole_and_erased(self):
        self.assertEqual(crc32c(b"123456789"), b"e3069283")  # the check value in the literature
        for ledger in (WHOLE, ERASED):
            self.assertRegex(said(ledger, HEAD), "^ok: 5 lines, 2 batches, h=60e669ae[0-9a-f]{56}$")
        self.assertEqual(said(b"", NEW), "ok: 0 lines, 0 batches, h=" + "0" * 64)

    def test_every_changed_byte_is_found_in_its_line(self):
        for place in range(len(WHOLE)):
            for change in (0x01, 0x20, 0x80):
                ledger = bytearray(WHOLE)
                ledger[place] ^= change
                line = max(i for i, start in enumerate(STARTS, 1) if start <= place)
                answer = verify(io.BytesIO(ledger), HEAD)
                self.assertTrue(answer.startswith(at(line)), (place, change, answer))

    def test_a_cut_behind_the_head_is_an_unfinished_batch_and_before_it_damage(self):
        for end in range(len(WHOLE) + 1):
            answer = verify(io.BytesIO(WHOLE[:end]), HEAD3)
            if end < STARTS[3]:
                self.assertTrue(answer.startswith("line "), (end, answer))
            else:
                whole = end == len(WHOLE)
                self.assertTrue(answer.startswith("ok: 5 lines, 2" if whole else "ok: 3 lines, 1"), (end, answer))
                self.assertEqual("unfinished" in answer, not whole and end > STARTS[3])

    def test_what_a_correct_checksum_cannot_hide(self):
        def changed(line, old, new):
            body = LINES[line - 1][:-19]
            self.assertIn(old, body)
            return b"".join(LINES[:line - 1] + [make.sealed(body.replace(old, new))] + LINES[line:])

        self.assertTrue(said(changed(1, b"again", b"never"), HEAD).startswith(at(3) + "its h does not follow"))
        self.assertTrue(said(changed(4, b"resolve", b"closing"), HEAD).startswith(at(5) + "its h does not follow"))
        self.assertTrue(said(changed(3, b'"n":2', b'"n":1'), HEAD).startswith(at(3) + "its n is 1"))
        self.assertTrue(said(changed(4, b'"seq":4', b'"seq":6'), HEAD).startswith(at(4) + "its seq is 6"))
        self.assertTrue(said(b"".join(LINES[:1] + LINES[2:]), HEAD).startswith("line 2"))
        self.assertTrue(said(b"".join(LINES[i] for i in (1, 0, 2, 3, 4)), HEAD).startswith(at(1)))

    def test_the_head(self):
        self.assertEqual(said(b"".join(LINES[:3]), HEAD)[:7], "line 4,")
        self.assertTrue(said(WHOLE, None).startswith("line 1, byte 0: "))
        other = make.sealed(f'{{"v":1,"count":3,"h":"{"a" * 64}"'.encode())
        self.assertTrue(said(WHOLE, other).startswith(at(3)))
        middle = make.sealed(f'{{"v":1,"count":4,"h":"{"a" * 64}"'.encode())
        self.assertTrue(said(WHOLE, middle).startswith(at(4)))
        for torn in (b"", HEAD[:-1], HEAD[:40]):  # a crash while it was written
            self.assertTrue(said(WHOLE, torn).startswith("ok: 5 lines, 2 batches"))

    def test_exit_codes(self):
        script = ROOT / "docs" / "reference" / "verify_ledger.py"
        for head, code in ((make.HERE / "ledger.head", 0), (make.HERE / "absent.head", 5)):
            run = subprocess.run([sys.executable, script, make.HERE / "ledger.jsonl", head], capture_output=True)
            self.assertEqual(run.returncode, code)


class Page(unittest.TestCase):
    def test_the_page_quotes_the_vectors(self):
        page = (ROOT / "docs" / "reference" / "ledger.md").read_text("utf-8")
        steps = io.StringIO()
        with contextlib.redirect_stdout(steps):
            make.main()
        self.assertEqual((WHOLE, ERASED, HEAD), tuple((make.HERE / name).read_bytes() for name in
                                                      ("ledger.jsonl", "erased.jsonl", "ledger.head")))
        self.assertIn(steps.getvalue(), page)
        for line in (WHOLE + ERASED.splitlines(keepends=True)[0] + HEAD).decode().split("\n"):
            self.assertIn(line, page)


if __name__ == "__main__":
    unittest.main()
