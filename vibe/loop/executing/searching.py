"""Searching in vain: what the person is asked when a run found nothing that could be written.

Nothing found = nothing is written and the gap stays; the person learns what was searched and is asked what they know.
Where the run has passages for them to judge, those are the question, and no other one is asked.

Source: issue 1 ("Execution"), SPEC section 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vibe.domain.changes import NOTHING, Change
from vibe.domain.events import Entry
from vibe.domain.identities import derived_id
from vibe.domain.packets import Remedy
from vibe.domain.proposals import Proposal
from vibe.domain.questions import Asking, Option, ask, headline
from vibe.kernel.tools import Tools
from vibe.loop.executing.remedies import NEEDS

SHOWN = 8


async def nothing_found(proposal: Proposal, entry: Entry, tools: Tools) -> Change:
    """Ask the person, saying what was searched; nothing where candidates wait for their tap."""
    body = entry.body
    if _count(body.get("candidates")):
        return NOTHING
    names = ", ".join(f"“{headline(target.title, 80)}”" for target in proposal.packet.targets[:3])
    now = tools.clock.now()
    question = (
        f"I searched {_searched(body.get('searched'))} for evidence about {names} and found nothing that says anything "
        f"about it. What do you know?"
    )
    options = (
        Option("I have evidence", "Write it down, or paste a link.", NEEDS[Remedy.EVIDENCE], Remedy.EVIDENCE.value),
        Option("Accept the risk for now", "It stays as it is, unproven.", "", Remedy.ACCEPT.value),
    )
    asking = Asking(
        id=derived_id("nothing found", str(body.get("run"))),
        question=question,
        asker="loop",
        options=options,
        context=(f"Proposal {proposal.number}: {proposal.title}",),
        about=tuple(target.id for target in proposal.packet.targets),
        gaps=proposal.gap_ids,
        expires_at=now + tools.settings.proposals.expires_after,
    )
    return ask(asking, at=now)


def _count(given: object) -> int:
    if isinstance(given, Sequence | Mapping) and not isinstance(given, str):
        return len(given)
    return int(given) if isinstance(given, int) else 0


def _searched(given: Any) -> str:
    """Say what was looked at; `given` is what the run tells: `files`, and the `words` it looked for."""
    files = [str(name) for name in given.get("files", ())] if isinstance(given, Mapping) else []
    words = [str(word) for word in given.get("words", ())] if isinstance(given, Mapping) else []
    if not files:
        return "the plan's documents and your own"
    more = f" and {len(files) - SHOWN} more" if len(files) > SHOWN else ""
    looked_for = f", looking for {', '.join(words[:SHOWN])}," if words else ""
    noun = "document" if len(files) == 1 else "documents"
    return f"{len(files)} {noun} ({', '.join(files[:SHOWN])}{more}){looked_for}"
