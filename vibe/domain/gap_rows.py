"""Gap rows: from gaps found, lost and marked to the write queries that keep them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import Effect, Expect, absent, expect
from vibe.domain.gaps import Facts, Found, GapStatus, Rule, check_move, older_at, score_of, severity_of
from vibe.domain.identities import paging_key


def scored(rule: Rule, facts: Facts, at: datetime) -> dict[str, Any]:
    """The properties that say how bad a gap is, and when age will make it worse."""
    score = score_of(rule.base, facts, at)
    older = older_at(facts, at)
    return {"score": score, "severity": severity_of(score).value, "olderMs": epoch_ms(older) if older else None}


def described(rule: Rule, facts: Facts, others: Sequence[str], at: datetime) -> dict[str, Any]:
    """The properties that follow from rule and block; `others` are the titles of the other related blocks."""
    return {
        **scored(rule, facts, at),
        "type": rule.type,
        "description": rule.describe(facts, others),
        "suggestedAction": rule.action,
        "plan": facts.plan,
    }


def create_gap(found: Found, props: dict[str, Any], *, at: datetime, opened_by: str) -> dict[str, Any]:
    """One row of `gaps/create`."""
    props = props | {
        "rule": found.rule,
        "status": GapStatus.OPEN.value,
        "blockId": found.block_id,
        "relatedBlocks": list(found.related),
        "openedAt": at,
        "openedBy": opened_by,
        "timesProposed": 0,
        "baseline": False,
    }
    kept = {name: value for name, value in props.items() if value is not None}
    return {"id": found.id, "key": paging_key(found.id), "props": kept}


def link_rows(found: Found) -> list[dict[str, Any]]:
    """Rows of `gaps/link`: the gap concerns each related block."""
    return [{"id": f"{found.id}->{block}", "gap": found.id, "block": block} for block in found.related]


def open_gaps(rows: Sequence[dict[str, Any]], founds: Sequence[Found]) -> tuple[tuple[Expect, ...], tuple[Effect, ...]]:
    """What has to hold and be written so that gaps nobody knew are there."""
    links = [row for found in founds for row in link_rows(found)]
    expects = tuple(absent("Gap", row["id"]) for row in rows)
    return expects, (Effect("gaps/create", *rows), Effect("gaps/link", *links))


def set_gap(identity: str, **props: Any) -> dict[str, Any]:
    """One row of `gaps/set`; None takes a property away."""
    return {"id": identity, "props": props}


def move_gap(identity: str, current: str, wanted: GapStatus, **props: Any) -> tuple[Expect, dict[str, Any]]:
    """Move a gap: what has to hold, and the row of `gaps/set`.

    Raises:
        IllegalMove: there is no such move.
    """
    check_move(current, wanted)
    return expect("Gap", identity, status=current), set_gap(identity, status=wanted.value, **props)


def as_change_parts(moves: Iterable[tuple[Expect, dict[str, Any]]]) -> tuple[tuple[Expect, ...], tuple[Effect, ...]]:
    """Join moves into expectations and one effect."""
    listed = list(moves)
    if not listed:
        return (), ()
    return tuple(item[0] for item in listed), (Effect("gaps/set", *(item[1] for item in listed)),)
