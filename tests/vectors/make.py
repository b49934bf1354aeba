#!/usr/bin/env python3
"""Write the ledger's test vectors beside this file, and print the steps between.

    python3 tests/vectors/make.py

docs/reference/ledger.md quotes what it prints. It builds each line from its parts, by the
words of that page alone, and shares only the checksum with the verifier. The vectors are
part of the format: they never change as long as `v` is 1."""
import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "docs" / "reference"))
sys.dont_write_bytecode = True
from verify_ledger import crc32c

# One batch of two messages (an ingest), one batch of one command that says nothing personal.
BATCHES = [
    [('{"v":1,"seq":1,"at":"2026-11-21T09:30:00Z","by":"ana","ev":"message","case":"c1",'
      '"t":"2026-11-21T08:15:30Z","facts":{"dir":"in","channel":"xiaohongshu","needs_reply":true}',
      "000102030405060708090a0b0c0d0e0f",
      r'{"id":"1001","author":"小明","text":"咖啡凉了 ☕ \"again\""}'),
     ('{"v":1,"seq":2,"at":"2026-11-21T09:30:00Z","by":"ana","ev":"message","case":"c1",'
      '"t":"2026-11-21T08:42Z","facts":{"dir":"out","channel":"xiaohongshu"}',
      "101112131415161718191a1b1c1d1e1f",
      '{"id":"1002","author":"青山咖啡","text":"对不起，给您重做一杯。"}'),
     '{"v":1,"seq":3,"at":"2026-11-21T09:30:00Z","by":"ana","ev":"commit","n":2'],
    [('{"v":1,"seq":4,"at":"2026-11-21T10:05:12Z","by":"bo","ev":"resolve","case":"c1",'
      '"t":"2026-11-21T10:05:12Z"', None, None),
     '{"v":1,"seq":5,"at":"2026-11-21T10:05:12Z","by":"bo","ev":"commit","n":1'],
]
ERASED = 1  # the seq of the line whose payload erased.jsonl lacks


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def sealed(body):
    return body + b',"crc":"' + crc32c(body) + b'"}\n'


def show(name, value):
    print(f"{name:<6} = {value if isinstance(value, str) else value.hex()}")


def main():
    whole, erased, h, seq = [], [], bytes(32), 0
    for *events, commit in BATCHES:
        digests = []
        for header, salt, data in events:
            seq, header, inner = seq + 1, header.encode(), bytes(32)
            line = kept = sealed(header)
            if salt:
                inner = sha256(bytes.fromhex(salt), data.encode())
                line = kept = sealed(header + f',"salt":"{salt}","data":{data}'.encode())
                if seq == ERASED:
                    kept = sealed(header + f',"sum":"{inner.hex()}"'.encode())
            digests.append(sha256(header, inner))
            whole.append(line)
            erased.append(kept)
            print(f"line {seq}")
            show("header", f"the first {len(header)} bytes, SHA-256 {sha256(header).hex()}")
            show("inner", inner)
            show("d", digests[-1])
        seq, h = seq + 1, sha256(h, *digests, commit.encode())
        line = sealed(f'{commit},"h":"{h.hex()}"'.encode())
        whole.append(line)
        erased.append(line)
        print(f"line {seq}")
        show("h", h)
    head = sealed(f'{{"v":1,"count":{seq},"h":"{h.hex()}"'.encode())
    (HERE / "ledger.jsonl").write_bytes(b"".join(whole))
    (HERE / "erased.jsonl").write_bytes(b"".join(erased))
    (HERE / "ledger.head").write_bytes(head)


if __name__ == "__main__":
    main()
