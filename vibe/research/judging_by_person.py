"""Judging by a person: what a found passage says about its claim, in one tap; and taking evidence back.

Woken by the commands `JudgeCandidate` and `WithdrawEvidence` from every surface. A tap writes the Evidence: its quote
and place stay the document's, the verdict is the person's. Emits `CandidateJudged`, `EvidenceAdded`,
`EvidenceWithdrawn`; the analysis that follows closes or opens the gaps. The same tap again is answered as the first;
another one, or one that comes too late, is told what happened.

Source: SPEC section 2, issue 1 ("Execution").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vibe.domain.block_rows import create_blocks, create_links, set_block
from vibe.domain.blocks import Link, Place
from vibe.domain.changes import Change, Effect, absent, expect
from vibe.domain.commands import JudgeCandidate, WithdrawEvidence
from vibe.domain.errors import BadInput, Conflict, NotFound
from vibe.domain.events import Event, EventType
from vibe.domain.research import Stance
from vibe.domain.verdicts import Decider, decider_of
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row
from vibe.research.writing import LINK_OF, evidence_block, evidence_id, evidence_properties

TAPS = (Stance.SUPPORTS, Stance.CONTRADICTS, Stance.BESIDE)
_LAST = "\U0010ffff"
_WORDS = {Stance.SUPPORTS: "supports", Stance.CONTRADICTS: "contradicts", Stance.BESIDE: "is beside"}


async def judge_candidate(command: JudgeCandidate, tools: Tools) -> Change:
    """Write down what a person says a passage says.

    Raises:
        NotFound: no such passage. BadInput: no such stance. Refused: not a person.
        Conflict: it was judged otherwise meanwhile, or the claim or the document changed since it was found.
    """
    who = decider_of(tools.actor)
    stance = _read_stance(command.stance)
    row = await _find(command.candidate_id, tools)
    props = row["properties"]
    if props["status"] != "open":
        return _answer_judged(row, stance, who)
    claims = await tools.graph.read("blocks/by_id", ids=[props["blockId"]])
    if not claims or claims[0]["content_sha256"] != props["claimSha256"] or claims[0]["status"] != "active":
        raise Conflict("what it is about has changed since the passage was found; research it again")
    if stance is Stance.BESIDE:
        return _judged(row, stance, who, tools)
    return _judged(row, stance, who, tools) + await _evidence(row, stance, who, tools)


def _read_stance(text: str) -> Stance:
    found = next((stance for stance in TAPS if stance.value == text.strip().lower()), None)
    if found is None:
        raise BadInput(f"{text!r} is none of {', '.join(TAPS)}", field="stance")
    return found


async def _find(beginning: str, tools: Tools) -> Row:
    start = beginning.strip()
    rows = (
        await tools.graph.read("research/candidates_beginning", start=start, until=start + _LAST, limit=2)
        if start
        else []
    )
    if not rows:
        raise NotFound(f"there is no passage {beginning!r} to judge; `vibe show N` lists them")
    if len(rows) > 1 and rows[0]["id"] != start:
        raise BadInput(f"several passages begin with {beginning!r}; give more of the id", field="candidate_id")
    return rows[0]


def _answer_judged(row: Row, stance: Stance, who: Decider) -> Change:
    props = row["properties"]
    if props["status"] == "outdated":
        raise Conflict("the passage is outdated: its document or what it is about has changed; research it again")
    if (props.get("stance"), props.get("person")) == (stance.value, who.person):
        return Change(answer=_answer(row, stance) | {"repeated": True})
    said = _WORDS.get(Stance(props["stance"]), props["stance"])
    raise Conflict(f"it was judged already: {props.get('person')} said that it {said} the claim")


def _judged(row: Row, stance: Stance, who: Decider, tools: Tools) -> Change:
    now = tools.clock.now()
    props = {"status": "judged", "stance": stance.value, "person": who.person, "channel": who.channel, "judgedAt": now}
    body = {"candidate": row["id"], "stance": stance.value, "by": who.person, "claim": row["properties"]["blockId"]}
    return Change(
        expects=(expect("Claim", row["id"], status="open"),),
        effects=(Effect("research/set_candidates", {"id": row["id"], "props": props}),),
        events=(Event(EventType.CANDIDATE_JUDGED, row["id"], body),),
        answer=_answer(row, stance),
    )


def _answer(row: Row, stance: Stance) -> dict[str, Any]:
    props = row["properties"]
    place = f"{props['file']}:{props['line']}"
    if stance is Stance.BESIDE:
        said = f"Noted: {place} is beside the point; it will not be shown again."
    else:
        against = "against" if stance is Stance.CONTRADICTS else "for"
        said = f"Written as evidence {against} it, with your name: {place}."
    evidence = None if stance is Stance.BESIDE else evidence_id(row["id"])
    return {"said": said, "candidate": row["id"], "stance": stance.value, "evidence": evidence}


async def _evidence(row: Row, stance: Stance, who: Decider, tools: Tools) -> Change:
    """The evidence a tap writes; the gate checks its quote against the document as it is now."""
    props: Mapping[str, Any] = row["properties"]
    identity = evidence_id(row["id"])
    if await tools.graph.read("blocks/present", ids=[identity]):
        raise Conflict("evidence was written from this passage before")
    properties = evidence_properties(
        origin=props["origin"],
        quote=props["quote"],
        corpus=props["corpus"],
        claim_sha256=props["claimSha256"],
        stance=stance,
    )
    said = f"{who.person} judged that it {_WORDS[stance]} the claim"
    properties |= {
        "person": who.person,
        "judgedBy": tools.actor,
        "beside": list(props.get("beside") or ()),
        "reasons": [said],
        "runId": props.get("runId") or "",
    }
    place = Place(props["file"], int(props["line"]), props["sourceSha256"])
    block = evidence_block(identity, place, props.get("measure") or "", properties)
    target = props["blockId"]
    link = {"id": f"{identity}->{row['id']}", "evidence": identity, "candidate": row["id"]}
    body = {"ids": [identity], "targets": [target]}
    return Change(
        expects=(
            absent("Block", identity),
            expect("Block", target, contentSha256=props["claimSha256"], status="active"),
        ),
        effects=(
            *create_blocks([block], at=tools.clock.now(), actor=tools.actor),
            *create_links([Link(LINK_OF[stance], identity, target, said)]),
            Effect("research/link_judged", link),
        ),
        events=(Event(EventType.EVIDENCE_ADDED, identity, body),),
    )


async def withdraw_evidence(command: WithdrawEvidence, tools: Tools) -> Change:
    """Take evidence back that a person finds unconvincing; the gap it closed may return.

    Raises:
        NotFound: no such evidence. Refused: not a person. Conflict: it is withdrawn already.
    """
    who = decider_of(tools.actor)
    rows = await tools.graph.read("research/evidence_beginning", start=command.id, until=command.id + _LAST, limit=2)
    if not rows or not command.id.strip():
        raise NotFound(f"there is no evidence {command.id!r}")
    if len(rows) > 1 and rows[0]["id"] != command.id:
        raise BadInput(f"several pieces of evidence begin with {command.id!r}; give more of the id", field="id")
    row = rows[0]
    if row["status"] == "withdrawn":
        raise Conflict("it is withdrawn already", found={"status": "withdrawn"})
    reason = command.reason.strip() or "not convincing"
    now = tools.clock.now()
    props = {
        "status": "withdrawn",
        "withdrawnAt": now,
        "withdrawnReason": reason,
        "withdrawnBy": who.person,
        "updatedAt": now,
    }
    body = {"ids": [row["id"]], "targets": list(row["targets"]), "reason": reason, "by": who.person}
    return Change(
        expects=(expect("Block", row["id"], status=row["status"]),),
        effects=(Effect("blocks/set", set_block(row["id"], **props)),),
        events=(Event(EventType.EVIDENCE_WITHDRAWN, row["id"], body),),
        answer={"id": row["id"], "said": f"Withdrawn: {reason}. What rested on it is looked at again."},
    )
