"""Check a ledger without the program: python3 verify_ledger.py ledger.jsonl [ledger.head]
Exit 0: `ok: …`. Exit 5: `line L, byte B: what`, the first fault; B bytes stand before that line."""
import hashlib, os, re, sys

TABLE = list(range(256))
for _ in range(8):
    TABLE = [c >> 1 ^ (c & 1) * 0x82F63B78 for c in TABLE]

def crc32c(data):
    c = 0xFFFFFFFF
    for byte in data:
        c = c >> 8 ^ TABLE[(c ^ byte) & 255]
    return b"%08x" % (c ^ 0xFFFFFFFF)

LINE = re.compile(rb'(\{"v":\d+,"seq":(\d+),"at":.*),"crc":"([0-9a-f]{8})"\}\n', re.S)
COMMIT = re.compile(rb'(\{"v":\d+,"seq":\d+,"at":"[^"]*","by":"(?:[^"\\]|\\.)*","ev":"commit",.*?'
                    rb'"n":(\d+).*?),"h":"([0-9a-f]{64})"', re.S)
EVENT = re.compile(rb'(.*?)(?:,"salt":"([0-9a-f]{32})","data":(.*)|,"sum":"([0-9a-f]{64})")?', re.S)
HEAD = re.compile(rb'(\{"v":\d+,"count":(\d+),"h":"([0-9a-f]{64})"),"crc":"([0-9a-f]{8})"\}\n')

def digest(body):  # the d of an event line; body: the line up to `,"crc":`
    header, salt, data, erased = EVENT.fullmatch(body).groups()
    inner = bytes.fromhex((erased or b"0" * 64).decode())
    if salt:
        inner = hashlib.sha256(bytes.fromhex(salt.decode()) + data).digest()
    return hashlib.sha256(header + inner).digest()

def verify(lines, head):  # head: the bytes of ledger.head, None where there is none, False to leave it
    m = HEAD.fullmatch(head or b"")
    count, head_h = (int(m[2]), m[3]) if m and crc32c(m[1]) == m[4] else (0, None)
    h, chain, fault = b"0" * 64, hashlib.sha256(bytes(32)), None
    n = done = batches = end = offset = 0  # done, end: the lines and bytes of finished batches
    for number, line in enumerate(lines, 1):
        m, what = LINE.fullmatch(line), None
        sound = m and crc32c(m[1]) == m[3]
        commit = sound and COMMIT.fullmatch(m[1])
        if not m: what = "not a whole line of a ledger"
        elif not sound: what = "its crc does not fit"
        elif int(m[2]) != number: what = f"its seq is {int(m[2])}"
        elif not commit:
            chain.update(digest(m[1]))
            n += 1
        elif not fault:
            chain.update(commit[1])
            h = chain.hexdigest().encode()
            if int(commit[2]) != n: what = f"its n is {int(commit[2])}, but {n} events stand before it"
            elif commit[3] != h: what = "its h does not follow from what stands before it"
            chain, n, done, batches, end = hashlib.sha256(chain.digest()), 0, number, batches + 1, offset + len(line)
        if number == count and not what and head_h != (commit and h): what = "the head has another h for it"
        fault = fault or what and f"line {number}, byte {offset}: {what}"
        if fault and commit: return fault  # only what follows the last commit line may be unfinished
        offset += len(line)
    if count > done: return fault or f"line {done + 1}, byte {end}: the ledger ends here, the head counts {count} lines"
    if batches and head is None: return "line 1, byte 0: finished batches, but no head"
    if offset > end and head is not False and head_h is None:
        return fault or f"line {done + 1}, byte {end}: lines stand behind the last finished batch, and the head is not sound"
    unfinished = f"; then {offset - end} bytes of an unfinished batch" if offset > end else ""
    return f"ok: {done} lines, {batches} batches, h={h.decode()}{unfinished}" + ("" if head_h else "; the head was not checked")

if __name__ == "__main__":
    head = sys.argv[2] if len(sys.argv) > 2 else None
    said = verify(open(sys.argv[1], "rb"), False if head is None else open(head, "rb").read() if os.path.exists(head) else None)
    print(said)
    sys.exit(0 if said.startswith("ok") else 5)
