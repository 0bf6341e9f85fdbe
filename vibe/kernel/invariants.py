"""Invariants: what must hold of every change, whoever wants it. Checked before the ledger sees it.

Each is a function that names what is wrong, or nothing. Source: DESIGN section 5, `config/SOUL.md`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from vibe.domain.events import EventType
from vibe.domain.research import Origin, Quote
from vibe.kernel.submissions import Submission

DECISIONS = frozenset({EventType.PROPOSAL_APPROVED, EventType.PROPOSAL_REJECTED, EventType.PERMISSION_GIVEN})


def no_machine_decides(submission: Submission) -> Iterator[str]:
    """Only a person approves or rejects; the loop, a model or an agent never does."""
    if submission.actor.startswith("owner") or submission.actor.startswith("person"):
        return
    for event in submission.change.events:
        if event.type in DECISIONS:
            yield f"{submission.actor} may not decide: {event.type}"


async def every_quote_holds(submission: Submission, holds: Callable[[str, Quote], Awaitable[bool]]) -> list[str]:
    """What evidence quotes from a document stands there word for word."""
    faults = []
    for effect in submission.change.effects:
        if effect.query != "blocks/create_evidence":
            continue
        for row in effect.rows:
            quote = _quote_of(row["props"])
            if quote is not None and not await holds(str(row["props"].get("corpus", "")), quote):
                faults.append(f"the quote of evidence {row['id']} does not stand at {quote.file}:{quote.line}")
    return faults


def _quote_of(props: Mapping[str, Any]) -> Quote | None:
    """The quote of evidence that a document gives; a person's word and imported evidence have none to check."""
    if props.get("origin") not in (Origin.SAME_PLAN, Origin.OWN_DOCUMENT) or "quote" not in props:
        return None
    return Quote(str(props["file"]), int(props["line"]), str(props["quote"]), str(props["sourceSha256"]))
