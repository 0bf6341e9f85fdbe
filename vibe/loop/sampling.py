"""Sampling: once a week a filtered proposal, drawn by lot, is put before the person: was it rightly dropped?

Woken by `SweepDue`, and by the command `JudgeSample`. Reads what was filtered in the last 90 days and nobody was shown;
writes on the proposal that it was drawn, and what the person said. Without it only the side that was shown would say
how far checks and person agree. Emits `FilteredSampled`, `SampleJudged`. The proposal stays filtered: an answer is no
approval.

Source: issue 5 (Measuring itself).
"""

from __future__ import annotations

from datetime import timedelta

from vibe.domain.block_rows import set_block
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.errors import BadInput, Conflict, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.hours import Hours
from vibe.domain.learning_commands import JudgeSample
from vibe.domain.proposals import ProposalStatus
from vibe.domain.verdicts import decider_of
from vibe.kernel.tools import Tools

LOOKS_BACK = timedelta(days=90)
MOST = 500
FILTERED = ProposalStatus.FILTERED.value
WORDS = ("right", "wrong")


async def sample_filtered(tick: Entry, tools: Tools) -> Change:
    """Draw one, where none was drawn since this week's day and hour began."""
    del tick
    now, owner = tools.clock.now(), tools.settings.owner
    begun = Hours(owner.zone).week_since(now, owner.digest_at)
    if await tools.graph.read("metrics/sampled", since=begun, limit=1):
        return NOTHING
    rows = await tools.graph.read("metrics/filtered", since=now - LOOKS_BACK, limit=MOST)
    if not rows:
        return NOTHING
    drawn = tools.chance.shuffled(list(rows))[0]
    return Change(
        expects=(expect("Block", drawn["id"], status=FILTERED, sampledAt=None),),
        effects=(Effect("blocks/set", set_block(drawn["id"], sampledAt=now)),),
        events=(Event(EventType.FILTERED_SAMPLED, drawn["id"], {"number": drawn["number"]}),),
    )


async def judge_sample(command: JudgeSample, tools: Tools) -> Change:
    """Take down whether it was rightly dropped.

    Raises:
        Refused: not a person. BadInput: neither right nor wrong. NotFound: there is no such number.
        Conflict: it was not put up for that, or was answered already.
    """
    person = decider_of(tools.actor).person
    answer = command.answer.strip().lower()
    if answer not in WORDS:
        raise BadInput(f"{command.answer!r} is neither right nor wrong", field="answer")
    rows = await tools.graph.read("proposals/show", number=command.number)
    if not rows:
        raise NotFound(f"there is no proposal {command.number}")
    row = rows[0]
    props = (await tools.graph.read("ledger/nodes/block", ids=[row["id"]]))[0]["properties"]
    if props.get("sampledAt") is None:
        raise Conflict(f"proposal {command.number} is not the one that was shown for that")
    if props.get("sampleAnswer"):
        raise Conflict(f"that was said already: {props['sampleAnswer']}")
    now = tools.clock.now()
    said = {"sampleAnswer": answer, "sampleAnsweredAt": now, "sampleAnsweredBy": person}
    told = "it stays dropped" if answer == "right" else "`vibe propose` has a new one made for its gap"
    return Change(
        expects=(expect("Block", row["id"], sampleAnswer=None),),
        effects=(Effect("blocks/set", set_block(row["id"], **said)),),
        events=(Event(EventType.SAMPLE_JUDGED, row["id"], {"number": command.number, "answer": answer, "by": person}),),
        answer={"number": command.number, "answer": answer, "said": f"Noted: {answer}; {told}."},
    )
