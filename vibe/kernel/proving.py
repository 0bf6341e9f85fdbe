"""Proving: the ledger checked, exported, and checked again without the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TextIO

from vibe.domain.canonical import sha256_of, to_json
from vibe.kernel.chain import GENESIS, Checker, Fault, Verdict, as_line, check_lines
from vibe.kernel.mirror import Mirror
from vibe.kernel.sealing import Bodies
from vibe.kernel.signing import Signer
from vibe.ports.inward import Graph

PAGE = 1000
Progress = Callable[[int, int], None]


async def verify_ledger(graph: Graph, keys: Iterable[str], mirror: Mirror, progress: Progress | None = None) -> Verdict:
    """Check every entry of the graph's ledger, the counter that ends it, and the mirror's last line against it.

    The chain alone can't tell that its last entries were cut off; counter and mirror can.
    """
    checker = Checker(keys)
    counter = (await graph.read("ledger/read_counter") or [{"n": 0, "last_hash": GENESIS}])[0]
    mirrored = mirror.tail()
    held: dict[int, str] = {}
    bodies = Bodies(mirror)
    while rows := await graph.read("ledger/page", after=checker.seq if checker.entries else 0, limit=PAGE):
        for row in bodies.whole(rows):
            checker.add(row)
        held |= {row["seq"]: row["hash"] for row in rows if mirrored and row["seq"] == mirrored["seq"]}
        if progress:
            progress(checker.entries, counter["n"])
    if checker.seq < counter["n"]:
        checker.faults.append(_missing(checker.seq + 1, counter["n"]))
    if mirrored and held.get(mirrored["seq"]) != mirrored["hash"]:
        what = "changed" if mirrored["seq"] in held else "missing"
        text = f"entry {mirrored['seq']} is not the one that the mirror holds"
        checker.faults.append(Fault(mirrored["seq"], what, text))
    return checker.verdict()


def _missing(first: int, last: int) -> Fault:
    which = f"entry {first} is" if first == last else f"entries {first} to {last} are"
    return Fault(first, "missing", f"{which} not there, though the counter says so")


async def export_ledger(
    graph: Graph, signer: Signer, mirror: Mirror, file: TextIO, progress: Progress | None = None
) -> int:
    """Write the whole ledger as JSON lines, ended by a signed mark; returns the number of entries."""
    count, seq, last_hash = 0, 0, GENESIS
    bodies = Bodies(mirror)
    total = (await graph.read("ledger/read_counter") or [{"n": 0}])[0]["n"]
    while rows := await graph.read("ledger/page", after=seq, limit=PAGE):
        file.writelines(as_line(row).decode() + "\n" for row in bodies.whole(rows))
        count, seq, last_hash = count + len(rows), rows[-1]["seq"], rows[-1]["hash"]
        if progress:
            progress(count, total)
    end = {"count": count, "last_seq": seq, "last_hash": last_hash}
    mark = {"end": end, "signature": signer.sign(sha256_of(end)), "key": signer.public_key}
    file.write(to_json(mark).decode() + "\n")
    return count


def verify_file(lines: Iterable[str], keys: Iterable[str]) -> Verdict:
    """Check an exported ledger without the store."""
    return check_lines(lines, keys)
