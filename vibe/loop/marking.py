"""Marking: what a person says about a gap itself, and what follows.

Woken by the commands `MarkGap` and `BaselineGaps` from every surface, and by `SweepDue` for gaps whose date has come.
Emits `GapMarked`, `EvidenceAdded`, `GapsBaselined`, `GapsReturned` with `AnalysisRequested` (is it still a gap?).

*I have evidence* writes Evidence of origin `human` that supports the block; the analysis that follows closes the gap.
On a contradicted block it is the person's verdict on all that contradicts it so far: the block's `keptAt` says when,
and evidence that comes later opens the gap again. *I accept the risk until DATE* and *not a gap* suppress; *real* takes
both back. Only a person may say any of this.

Source: SPEC section 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vibe.domain.block_rows import create_blocks, create_links, set_block
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import epoch_ms, instant, iso
from vibe.domain.changes import NOTHING, Change, Effect, absent, expect
from vibe.domain.commands import BaselineGaps, MarkGap
from vibe.domain.errors import BadInput, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.gap_rows import as_change_parts, move_gap, set_gap
from vibe.domain.gaps import GapStatus, Mark, check_move
from vibe.domain.identities import derived_id
from vibe.domain.verdicts import decider_of
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row

PART = 2000
NO_LONGER: dict[str, Any] = {"acceptedUntil": None, "returnsMs": None, "baseline": False}
LET_GO: dict[str, Any] = {"proposalId": None, "waitsFor": None, "nextAt": None}
CLAIMS = (Kind.DECISION, Kind.ASSUMPTION)


async def mark_gap(command: MarkGap, tools: Tools) -> Change:
    """Take down what a person says about a gap.

    Raises:
        NotFound: there is no such gap. BadInput: no such mark, or something it needs is missing.
        IllegalMove: the gap's state does not allow it. Refused: not a person.
    """
    person = decider_of(tools.actor).person
    mark = _read_mark(command.mark)
    gap = await _find(command.gap_id, tools)
    if mark is Mark.EVIDENCE:
        return await _bring_evidence(gap, command, person, tools)
    if mark is Mark.ACCEPT:
        change = _accept(gap, command, tools.clock.now())
    elif mark is Mark.NOISE:
        change = _dismiss(gap, command)
    else:
        change = _restore(gap, command)
    noted = Effect("gaps/set", set_gap(gap["id"], markedAt=tools.clock.now()))
    return change + Change(effects=(noted,))


def _read_mark(text: str) -> Mark:
    try:
        return Mark(text.strip().lower())
    except ValueError as error:
        raise BadInput(f"{text!r} is none of {', '.join(Mark)}", field="mark") from error


async def _find(beginning: str, tools: Tools) -> Row:
    rows = await tools.graph.read("gaps/beginning", beginning=beginning.strip()) if beginning.strip() else []
    if not rows:
        raise NotFound(f"there is no gap {beginning!r}; `vibe gaps` lists them")
    if len(rows) > 1 and rows[0]["id"] != beginning.strip():
        raise BadInput(f"several gaps begin with {beginning!r}; give more of the id", field="id")
    return rows[0]


@dataclass(frozen=True, slots=True)
class _Said:
    """A mark about to be written: the properties it sets, what it tells, and the words for the person."""

    mark: Mark
    props: dict[str, Any]
    answer: str
    told: dict[str, Any]


def _marked(gap: Row, wanted: GapStatus, said: _Said) -> Change:
    if gap["status"] != wanted:
        check_move(gap["status"], wanted)
    props = said.props | {"status": wanted.value}
    body = {"gap": gap["id"], "mark": said.mark.value, "before": gap["status"], "status": wanted.value, **said.told}
    return Change(
        expects=(expect("Gap", gap["id"], status=gap["status"]),),
        effects=(Effect("gaps/set", set_gap(gap["id"], **props)),),
        events=(Event(EventType.GAP_MARKED, gap["id"], body),),
        answer={"gap": gap["id"], "mark": said.mark.value, "status": wanted.value, "said": said.answer},
    )


def _accept(gap: Row, command: MarkGap, now: datetime) -> Change:
    until = _read_date(command.until)
    if until <= now:
        raise BadInput("the date is past; name one that is still to come", field="until")
    props = {
        **NO_LONGER,
        **LET_GO,
        "mark": "accepted",
        "markReason": command.text.strip() or None,
        "acceptedUntil": until,
        "returnsMs": epoch_ms(until),
    }
    told = {"until": iso(until), "reason": command.text.strip()}
    words = f"Accepted as a risk until {until.date().isoformat()}; it comes back then."
    return _marked(gap, GapStatus.SUPPRESSED, _Said(Mark.ACCEPT, props, words, told))


def _read_date(text: str | None) -> datetime:
    if not text:
        raise BadInput("say until when: a risk is accepted to a date", field="until")
    try:
        return instant(text)
    except ValueError as error:
        raise BadInput(f"{text!r} is not a date; write 2026-12-31", field="until") from error


def _dismiss(gap: Row, command: MarkGap) -> Change:
    reason = command.text.strip()
    if not reason:
        raise BadInput("say why it is no gap: the rules are judged by it", field="text")
    props = {**NO_LONGER, **LET_GO, "mark": "noise", "markReason": reason}
    words = "Noted as no gap; it will not be proposed. `vibe gaps mark ID real` takes it back."
    return _marked(gap, GapStatus.SUPPRESSED, _Said(Mark.NOISE, props, words, {"reason": reason}))


def _restore(gap: Row, command: MarkGap) -> Change:
    """A gap after all: what was accepted or dismissed is open again; elsewhere the mark alone is kept."""
    is_held = gap["status"] == GapStatus.SUPPRESSED
    wanted = GapStatus.OPEN if is_held else GapStatus(gap["status"])
    reason = command.text.strip()
    props = {**NO_LONGER, "mark": "real", "markReason": reason or None}
    words = "It is open again." if is_held else "Noted as a real gap."
    return _marked(gap, wanted, _Said(Mark.REAL, props, words, {"reason": reason}))


async def _bring_evidence(gap: Row, command: MarkGap, person: str, tools: Tools) -> Change:
    rows = await tools.graph.read("blocks/by_id", ids=[gap["block_id"]])
    if not rows:
        raise NotFound(f"the block {gap['block_id']!r} of this gap is not there any more")
    claim, now = rows[0], tools.clock.now()
    evidence = _evidence(gap, claim, command, person)
    answer = {"gap": gap["id"], "mark": Mark.EVIDENCE.value, "status": gap["status"], "evidence": evidence.id}
    if await tools.graph.read("blocks/present", ids=[evidence.id]):
        return Change(answer=answer | {"said": "This evidence is there already."})
    is_verdict = gap["rule"] == "contradicted"
    kept = {"keptAt": now, "keptBy": person, "keptReason": evidence.content} if is_verdict else {}
    words = "Evidence added; the gap closes with the next analysis."
    body = {"gap": gap["id"], "mark": Mark.EVIDENCE.value, "before": gap["status"], "status": gap["status"]}
    return Change(
        expects=(absent("Block", evidence.id), expect("Block", claim["id"], contentSha256=claim["content_sha256"])),
        effects=(
            *create_blocks([evidence], at=now, actor=tools.actor),
            *create_links([Link(LinkType.SUPPORTS, evidence.id, claim["id"])]),
            *((Effect("blocks/set", set_block(claim["id"], **kept)),) if kept else ()),
        ),
        events=(
            Event(EventType.EVIDENCE_ADDED, claim["id"], {"ids": [evidence.id], "targets": [claim["id"]]}),
            Event(EventType.GAP_MARKED, gap["id"], body | {"evidence": evidence.id}),
        ),
        answer=answer | {"said": words},
    )


def _evidence(gap: Row, claim: Row, command: MarkGap, person: str) -> Block:
    """The Evidence block: the person's words, with the link or file they name.

    Raises:
        BadInput: nothing was given, or the block is none that evidence is for.
    """
    if claim["kind"] not in CLAIMS:
        kind = str(claim["kind"]).lower()
        raise BadInput(
            f"evidence is for decisions and assumptions; this gap is about a {kind}: change it", field="mark"
        )
    text, link, file = command.text.strip(), (command.link or "").strip(), (command.file or "").strip()
    said = text or link or file
    if not said:
        raise BadInput("give the evidence: words, a link or a file", field="text")
    properties = {
        "origin": "human",
        "stance": "supports",
        "person": person,
        "url": link,
        "attachment": file,
        "claimSha256": claim["content_sha256"],
    }
    return Block(
        id=derived_id("evidence", gap["id"], text, link, file),
        kind=Kind.EVIDENCE,
        title=said if len(said) <= 120 else said[:119].rsplit(" ", 1)[0] + "…",
        content=said,
        properties={name: value for name, value in properties.items() if value},
    )


async def baseline_gaps(command: BaselineGaps, tools: Tools) -> Change:
    """Accept today's open gaps as known, or take that back.

    Raises:
        Refused: not a person.
    """
    decider_of(tools.actor)
    wanted, statuses = (
        (GapStatus.OPEN, [GapStatus.SUPPRESSED.value])
        if command.undo
        else (GapStatus.SUPPRESSED, [GapStatus.OPEN.value])
    )
    after, count, last = -1, 0, NOTHING
    while True:
        rows = await tools.graph.read(
            "gaps/baselined", statuses=statuses, baseline=command.undo, after=after, limit=PART
        )
        if rows and last.events:
            await tools.acts.record(f"baseline {after}", last)
        if rows:
            last, after = _baselined(rows, wanted, command.undo), rows[-1]["key"]
            count += len(rows)
        if len(rows) < PART:
            return last + Change(answer={"gaps": count, "undo": command.undo})


def _baselined(rows: Iterable[Row], wanted: GapStatus, undo: bool) -> Change:
    moves = [move_gap(row["id"], row["status"], wanted, baseline=not undo) for row in rows]
    expects, effects = as_change_parts(moves)
    body = {"ids": [row["id"] for row in rows], "undo": undo}
    return Change(expects, effects, (Event(EventType.GAPS_BASELINED, "baseline", body),))


async def return_gaps(entry: Entry, tools: Tools) -> Change:
    """Open the gaps again whose date has come, and ask whether they still are gaps."""
    now = tools.clock.now()
    del entry
    rows = await tools.graph.read("gaps/returning", now_ms=epoch_ms(now), limit=500)
    held = [row for row in rows if row["status"] == GapStatus.SUPPRESSED]
    if not rows:
        return NOTHING
    moves = [move_gap(row["id"], row["status"], GapStatus.OPEN, **NO_LONGER, mark=None) for row in held]
    moves += [
        (expect("Gap", row["id"], status=row["status"]), set_gap(row["id"], returnsMs=None))
        for row in rows
        if row["status"] != GapStatus.SUPPRESSED
    ]
    expects, effects = as_change_parts(moves)
    items = [{"id": row["id"], "block": row["block_id"]} for row in held]
    asked = {"scope": "touched", "ids": [row["block_id"] for row in held], "draft": True, "wake": "outside"}
    events = (
        Event(EventType.GAPS_RETURNED, "sweep", {"items": items}),
        Event(EventType.ANALYSIS_REQUESTED, "analysis", asked),
    )
    return Change(expects, effects, events if held else ())
