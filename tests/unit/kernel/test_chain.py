"""The chain names exactly what was done to it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from vibe.domain.canonical import sha256_of, to_json
from vibe.kernel.chain import GENESIS, Checker, check_lines, hash_of, shortened
from vibe.kernel.signing import Signer

OURS = Signer(SigningKey(b"1" * 32))
STRANGER = Signer(SigningKey(b"2" * 32))


def a_chain(count: int, signer: Signer = OURS) -> list[dict[str, Any]]:
    """A sound chain of `count` entries, two to a signed group."""
    records: list[dict[str, Any]] = []
    previous = GENESIS
    for seq in range(1, count + 1):
        body = {"event": {"n": seq}}
        record: dict[str, Any] = {
            "seq": seq, "id": f"e{seq}", "type": "BlocksAdded", "subject": "s", "actor": "owner:cli",
            "at": "2026-01-01T00:00:00Z", "cause": "c", "root": "r", "previous_hash": previous, "body": body,
        }  # fmt: skip
        record["hash"] = previous = hash_of(record, to_json(body))
        if seq % 2 == 0 or seq == count:
            record |= {"signature": signer.sign(record["hash"]), "key": signer.public_key}
        records.append(record)
    return records


def rehash(records: list[dict[str, Any]], start: int, signer: Signer) -> None:
    """What a forger does: hash and sign everything from `start` on anew."""
    for index in range(start, len(records)):
        record = records[index]
        record["previous_hash"] = records[index - 1]["hash"] if index else GENESIS
        record["hash"] = hash_of(record, to_json(record["body"]))
        if "signature" in record:
            record |= {"signature": signer.sign(record["hash"]), "key": signer.public_key}


def faults(records: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """What checking finds."""
    checker = Checker([OURS.public_key])
    for record in records:
        checker.add(record)
    return [(fault.what, fault.seq) for fault in checker.verdict().faults]


@given(st.integers(1, 9))
def test_a_sound_chain_has_no_faults(count: int) -> None:
    """Whatever its length, a chain nobody touched checks."""
    assert faults(a_chain(count)) == []


@given(st.integers(3, 9), st.data())
def test_a_changed_entry_is_named(count: int, data: st.DataObject) -> None:
    """Changing any field of any entry is found, and the entry named."""
    records = a_chain(count)
    index = data.draw(st.integers(0, count - 1))
    field = data.draw(st.sampled_from(["id", "type", "subject", "actor", "at", "cause", "root", "body"]))
    records[index][field] = {"event": {"n": 99}} if field == "body" else "forged"
    assert ("changed", index + 1) in faults(records)


@given(st.integers(4, 9), st.data())
def test_a_missing_entry_is_named(count: int, data: st.DataObject) -> None:
    """Taking any entry but the last out is found, and its number named."""
    records = a_chain(count)
    index = data.draw(st.integers(0, count - 2))
    del records[index]
    assert ("missing", index + 1) in faults(records)


@given(st.integers(4, 9), st.data())
def test_reordered_entries_are_named(count: int, data: st.DataObject) -> None:
    """Swapping two neighbours is found."""
    records = a_chain(count)
    index = data.draw(st.integers(0, count - 2))
    records[index], records[index + 1] = records[index + 1], records[index]
    assert ("reordered", index + 1) in faults(records)


def test_a_forger_with_another_key_is_named() -> None:
    """Hashing and signing everything anew with another key is found at the first signature."""
    records = a_chain(6)
    records[2]["body"] = {"event": {"n": 99}}
    rehash(records, 2, STRANGER)
    assert faults(records) == [("re-signed", 4), ("re-signed", 6)]


def test_an_unsigned_tail_is_named() -> None:
    """Entries after the last signature are not proved, and said so."""
    records = a_chain(4)
    del records[3]["signature"]
    assert faults(records) == [("unsigned", 4)]


def an_export(records: list[dict[str, Any]]) -> list[str]:
    """The lines of an exported ledger."""
    end = {"count": len(records), "last_seq": len(records), "last_hash": records[-1]["hash"]}
    mark = {"end": end, "signature": OURS.sign(sha256_of(end)), "key": OURS.public_key}
    return [json.dumps(item) for item in [*records, mark]]


def test_an_export_is_checked_without_the_store() -> None:
    """The lines alone are enough; white space and key order of the lines do not matter."""
    verdict = check_lines(an_export(a_chain(5)), [OURS.public_key])
    assert (verdict.entries, verdict.faults) == (5, ())


@given(st.integers(1, 5))
def test_a_cut_off_export_is_named(kept: int) -> None:
    """Cutting lines off the end is found, with or without the end mark."""
    lines = an_export(a_chain(6))
    without_mark = check_lines(lines[:kept], [OURS.public_key])
    with_mark = check_lines([*lines[:kept], lines[-1]], [OURS.public_key])
    assert {fault.what for fault in without_mark.faults} >= {"missing"}
    assert {fault.what for fault in with_mark.faults} >= {"missing"}


def test_a_line_that_is_no_json_is_named() -> None:
    """Rubbish in the file is reported with its line, and checking goes on."""
    lines = an_export(a_chain(3))
    lines.insert(1, "{nonsense")
    found = check_lines(lines, [OURS.public_key]).faults
    assert [(fault.what, fault.seq) for fault in found] == [("unreadable", 2)]


def test_long_texts_are_kept_by_their_hash() -> None:
    """What is longer than the limit stands in its node; the entry holds hash and length, at any depth."""
    long, short = "x" * 300, "y" * 10
    found = shortened({"rows": [{"content": long, "title": short}]})
    assert found == {"rows": [{"content": {"sha256": sha256_of(long), "length": 300}, "title": short}]}
