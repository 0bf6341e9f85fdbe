"""The ledger's chain: how an entry is written down, hashed, linked to the one before, and checked again.

A record is a dict with `seq, id, type, subject, actor, at, cause, root, body, previous_hash, hash` and, on the last
entry of a committed group, `signature` (over its hash) and `key`. The hash is the SHA-256 of the record's canonical
JSON without hash, signature and key. Source: DESIGN section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vibe.domain.canonical import from_json, raw_json, sha256_of, to_json
from vibe.domain.events import EventType
from vibe.kernel.signing import is_signed_by

GENESIS = "0" * 64
LONG_TEXT = 256
"""Longer texts stand in their node; the entry holds their SHA-256."""
_OF_AGENTS = frozenset({EventType.AGENT_REGISTERED, EventType.AGENT_CHANGED, EventType.EVENTS_REPORTED})
HASHED = ("seq", "id", "type", "subject", "actor", "at", "cause", "root", "previous_hash")


_PLAIN = (int, float, bool, datetime)


def shortened(value: Any) -> Any:
    """Replace every long text in plain data by its SHA-256 and length."""
    if isinstance(value, str):
        return value if len(value) <= LONG_TEXT else {"sha256": sha256_of(value), "length": len(value)}
    if value is None or isinstance(value, _PLAIN):
        return value  # most of what there is, and asking whether it is a Mapping is slow
    if isinstance(value, (dict, Mapping)):
        return {key: item if type(item) in _PLAIN else shortened(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [shortened(item) for item in value]
    return value


def hash_of(record: Mapping[str, Any], body_json: bytes | str) -> str:
    """Hash a record whose body is given as canonical JSON text."""
    return sha256_of({**{name: record[name] for name in HASHED}, "body": raw_json(body_json)})


def as_line(row: Mapping[str, Any]) -> bytes:
    """Write a stored entry (body as JSON text) as one line of canonical JSON, for mirror and export."""
    record = {name: value for name, value in row.items() if value is not None}
    return to_json({**record, "body": raw_json(row["body"])})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the ledger: `what` is changed, missing, reordered, unsigned, re-signed or unreadable."""

    seq: int
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking the chain found."""

    entries: int
    last_seq: int
    last_hash: str
    faults: tuple[Fault, ...]


class Checker:
    """Checks a chain entry by entry, in the order given, and names every entry that is not right."""

    def __init__(self, keys: Iterable[str], *, after: int = 0, previous_hash: str = GENESIS) -> None:
        self.keys = list(keys)
        self.seq, self.hash = after, previous_hash
        self.entries = 0
        self.unsigned = 0
        self.faults: list[Fault] = []
        self.agents: dict[str, str] = {}

    def add(self, record: Mapping[str, Any]) -> None:
        """Check the next record (`body` as plain data or as JSON text)."""
        body = record["body"]
        text = body if isinstance(body, str) else to_json(body)
        seq = int(record["seq"])
        self.entries += 1
        self.faults.extend(self._check(record, seq, hash_of(record, text)))
        self.seq, self.hash = seq, str(record["hash"])

    def _check(self, record: Mapping[str, Any], seq: int, true_hash: str) -> Iterator[Fault]:
        if seq > self.seq + 1:
            missing = str(self.seq + 1) if seq == self.seq + 2 else f"{self.seq + 1} to {seq - 1}"
            yield Fault(self.seq + 1, "missing", f"entry {missing} is not there")
        elif seq <= self.seq:
            yield Fault(seq, "reordered", f"entry {seq} stands after entry {self.seq}")
        if true_hash != record["hash"]:
            yield Fault(seq, "changed", f"entry {seq} does not have the content its hash was taken of")
        if seq == self.seq + 1 and record["previous_hash"] != self.hash:
            yield Fault(seq, "changed", f"entry {seq} does not follow the entry {seq - 1} that is here")
        yield from self._check_signature(record, seq)
        yield from self._check_agent(record, seq)

    def _check_agent(self, record: Mapping[str, Any], seq: int) -> Iterator[Fault]:
        """Hold what an agent signed against the key it came with; where that entry is gone, the one it names."""
        if record["type"] not in _OF_AGENTS:
            return
        body = record["body"]
        event = (from_json(body) if isinstance(body, str) else body)["event"]
        if "public_key" in event:
            self.agents[f"agent:{event['agent']}"] = str(event["public_key"])
        signed = event.get("signed")
        if signed:
            key = self.agents.get(str(record["actor"]), str(signed["key"]))
            if not is_signed_by(key, str(signed["sha256"]), str(signed["signature"])):
                yield Fault(seq, "re-signed", f"entry {seq} is not signed by the agent that it names")

    def _check_signature(self, record: Mapping[str, Any], seq: int) -> Iterator[Fault]:
        signature = record.get("signature")
        if not signature:
            self.unsigned += 1
            return
        self.unsigned = 0
        if not any(is_signed_by(key, str(record["hash"]), str(signature)) for key in self.keys):
            yield Fault(seq, "re-signed", f"entry {seq} is not signed by a key this home trusts")

    def verdict(self) -> Verdict:
        """End the check."""
        if self.unsigned:
            self.faults.append(Fault(self.seq, "unsigned", f"the last {self.unsigned} entries carry no signature"))
        return Verdict(self.entries, self.seq, self.hash, tuple(self.faults))


def check_lines(lines: Iterable[bytes | str], keys: Iterable[str]) -> Verdict:
    """Check an exported ledger: JSON lines, the last of which is the signed end mark.

    The end mark `{"end": {"count", "last_seq", "last_hash"}, "signature", "key"}` tells a cut-off file from a whole
    one.
    """
    keys = list(keys)
    checker: Checker | None = None
    end: Mapping[str, Any] | None = None
    unreadable: list[Fault] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = from_json(line)
            if "end" in record:
                end = record
                continue
            checker = checker or Checker(keys, after=int(record["seq"]) - 1, previous_hash=str(record["previous_hash"]))
            checker.add(record)
        except (ValueError, KeyError, TypeError) as error:
            unreadable.append(Fault(number, "unreadable", f"line {number}: {error}"))
    checker = checker or Checker(keys)
    checker.faults.extend([*unreadable, *_end_faults(end, checker, keys)])
    return checker.verdict()


def _end_faults(end: Mapping[str, Any] | None, checker: Checker, keys: list[str]) -> Iterator[Fault]:
    if end is None:
        yield Fault(checker.seq, "missing", "the file has no end mark: it was cut off or is still being written")
        return
    mark = end["end"]
    if not any(is_signed_by(key, sha256_of(mark), str(end.get("signature", ""))) for key in keys):
        yield Fault(checker.seq, "re-signed", "the end mark is not signed by a key this home trusts")
    if mark["count"] != checker.entries or mark["last_hash"] != checker.hash:
        yield Fault(
            checker.seq, "missing", f"the end mark speaks of {mark['count']} entries, {checker.entries} are here"
        )
