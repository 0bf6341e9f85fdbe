"""Debating: a draft is argued out before a person sees it; by rules the same is called "checks".

Woken by `ProposalDrafted` and `ProposalRedrafted`. Reads the proposal with the context it was drafted in, and what
the graph says now. Emits `DebateOpened`, then `ProposalReady`, `ProposalWeak` (strengthened once, argued once more) or
`ProposalFiltered` (its gaps wait until something changes). Every position is stored, round by round. What a person
worded is never worded anew nor held back: it is shown again, flagged where it is not convincing. While the arbiter
agrees with the person no better than chance, nothing is held back either: what fails is shown, flagged, and says why.

A critic or arbiter that can't be reached, or answers in no usable form, makes the round undecided: the proposal is
ready, flagged, with what was said so far.

Source: SPEC section 3, document 003 section 4.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vibe.domain.acts import ActKind, Intent, ModelReply, ModelRequest
from vibe.domain.block_rows import set_block
from vibe.domain.canonical import epoch_ms, from_json, sha256_of, to_json
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.debates import Critique, Judgement, Next, Outcome, Role, after_round, outcome_of, score_of
from vibe.domain.errors import Permanent, Transient
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.identities import derived_id
from vibe.domain.packet_effects import exact_effect
from vibe.domain.proposals import OPEN, Proposal, ProposalStatus, Waiting, move
from vibe.kernel.measures import why_unfiltered
from vibe.kernel.tools import Tools
from vibe.ports.inward import Chance

CRITIQUE, JUDGEMENT = "debate/critique", "debate/judge"
EARLIER = 20
Ask = Callable[[Role, str, Mapping[str, Any]], Awaitable[ModelReply]]
"""Puts one role's question, by the name of its prompt."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round as it was spoken; `argued` names who spoke last, `lacking` says who could not be heard."""

    proposer: Mapping[str, Any]
    critique: Critique | None
    judgement: Judgement | None
    outcome: Outcome
    argued: str
    lacking: str = ""


async def debate_proposal(entry: Entry, tools: Tools) -> Change:
    """Argue one round about a proposal, and say what follows."""
    rows = await tools.graph.read("proposals/by_id", ids=[entry.subject])
    if not rows or rows[0]["status"] not in (ProposalStatus.DRAFT, ProposalStatus.DEBATING):
        return NOTHING
    row, proposal = rows[0], Proposal.from_row(rows[0])
    if proposal.status is ProposalStatus.DRAFT:
        await tools.acts.record("open", _opened(proposal, tools))
    told = await _inputs(row, proposal, tools)

    async def ask(role: Role, prompt: str, inputs: Mapping[str, Any]) -> ModelReply:
        return await _ask(role, prompt, inputs, proposal, tools)

    spoken = await argue(told, ask, tools.chance)
    return await _after(row, proposal, spoken, tools)


def _opened(proposal: Proposal, tools: Tools) -> Change:
    status = move(proposal.status, ProposalStatus.DEBATING)
    body = {"number": proposal.number, "round": proposal.round + 1, "digest": proposal.digest}
    return Change(
        expects=(expect("Block", proposal.id, status=proposal.status.value, digest=proposal.digest),),
        effects=(Effect("blocks/set", set_block(proposal.id, status=status.value, updatedAt=tools.clock.now())),),
        events=(Event(EventType.DEBATE_OPENED, proposal.id, body),),
    )


async def _inputs(row: Mapping[str, Any], proposal: Proposal, tools: Tools) -> dict[str, Any]:
    """What critic and arbiter look at: what the proposer saw, the proposal, what is open and was tried."""
    context = from_json(row["context"]) if row.get("context") else {}
    waiting = await tools.graph.read("proposals/open", statuses=sorted(OPEN), limit=100)
    earlier = await tools.graph.read("proposals/of_gaps", ids=list(proposal.gap_ids), limit=EARLIER)
    blocks = context.get("blocks") or [{}]
    words = ("title", "content", "impact", "effort", "confidence", "proposal_type")
    return {
        "gap": context.get("gap", {}),
        "block": blocks[0],
        "context": [_fact(link) for link in context.get("links", ())],
        "proposal": {name: row[name] for name in words},
        "packet": from_json(proposal.action),
        "effect": list(exact_effect(proposal.packet)),
        "known": {
            "open": [_named(other) for other in waiting if other["number"] < proposal.number],
            "earlier": [_named(other) for other in earlier if other["id"] != proposal.id],
            "alike": list(context.get("alike", ())),
            **{name: list(context.get(name, ())) for name in ("against", "rejected", "preferences", "under_way")},
        },
    }


def _fact(link: Mapping[str, Any]) -> str | dict[str, Any]:
    """A neighbour as a fact; one of a private block stays recognisable, to be withheld where texts leave."""
    told = f"{link['kind']}, {link['status']}: {link['title']}"
    return {"fact": told, "private": True} if link.get("private") else told


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: row[name] for name in ("number", "title", "status")}
    return found | {"private": True} if row["private"] else found


async def argue(told: Mapping[str, Any], ask: Ask, chance: Chance) -> Round:
    """Hear critic and arbiter, in this order; the arbiter is shown both positions in random order."""
    position = {**told["proposal"], "packet": told["packet"]}
    try:
        reply = await ask(Role.CRITIC, CRITIQUE, told)
        critique = Critique.from_reply(reply.value)
    except (Transient, Permanent) as error:
        return Round(position, None, None, Outcome.UNDECIDED, "", f"the critic was not heard: {error}")
    said = {"objection": critique.objection, "reason": critique.reason}
    try:
        case = {"for": told["proposal"].get("content", "")}
        positions = chance.shuffled([case, {"against": said["objection"], "reason": said["reason"]}])
        reply = await ask(Role.ARBITER, JUDGEMENT, {**told, "critique": said, "positions": positions})
        judgement = Judgement.from_reply(reply.value)
    except (Transient, Permanent) as error:
        return Round(position, critique, None, Outcome.UNDECIDED, reply.model, f"the arbiter was not heard: {error}")
    return Round(position, critique, judgement, _held_to_rubric(judgement), reply.model)


def _held_to_rubric(judgement: Judgement) -> Outcome:
    """The arbiter's word, if its own marks bear it out; strong over failing marks, or the reverse, is no decision."""
    extremes = {judgement.outcome, outcome_of(judgement.marks)}
    return Outcome.UNDECIDED if extremes == {Outcome.STRONG, Outcome.FAIL} else judgement.outcome


async def _ask(role: Role, prompt: str, inputs: Mapping[str, Any], proposal: Proposal, tools: Tools) -> ModelReply:
    intent = Intent(
        f"{role}/{proposal.version}/{proposal.round + 1}",
        ActKind.MODEL_CALL,
        {"prompt": prompt, "proposal": proposal.number, "inputs": sha256_of(dict(inputs))},
    )
    return await tools.acts.ask_model(ModelRequest(role, prompt, inputs), intent)


async def _after(row: Mapping[str, Any], proposal: Proposal, spoken: Round, tools: Tools) -> Change:
    own_words = row["edited_by"] is not None
    follows = after_round(
        spoken.outcome,
        proposal.round + 1,
        strengthened=own_words or row["strengthened"],
        rounds_max=tools.settings.proposals.rounds_max,
    )
    why = ""
    if follows is Next.FILTERED:
        now = tools.clock.now()
        why = "you worded it" if own_words else await why_unfiltered(tools.graph, now)
        follows = Next.UNCERTAIN if why else follows
    change = _recorded(proposal, spoken, follows, tools.clock.now())
    if follows is Next.FILTERED:
        return change + _filtered(proposal, spoken, tools) + await _released(proposal, spoken, tools)
    if follows is Next.STRENGTHEN:
        return change + _weak(proposal, spoken, tools)
    return change + _ready(proposal, spoken, follows, tools, f"It failed its checks; {why}." if why else None)


def _recorded(proposal: Proposal, spoken: Round, follows: Next, at: datetime) -> Change:
    """The round with every position; the first round opens the debate."""
    debate, number = derived_id("debate", proposal.id), proposal.round + 1
    identity = derived_id(debate, proposal.version, number)
    critic = {"objection": spoken.critique.objection, "reason": spoken.critique.reason} if spoken.critique else None
    arbiter = {"outcome": spoken.judgement.outcome, "reason": spoken.judgement.reason} if spoken.judgement else None
    props = {
        "debateId": debate,
        "n": number,
        "version": proposal.version,
        "proposer": to_json(dict(spoken.proposer)).decode(),
        "critic": to_json(critic and {**critic, "marks": _marks(spoken.critique)}).decode(),
        "arbiter": to_json(arbiter and {**arbiter, "marks": _marks(spoken.judgement)}).decode(),
        "lacking": spoken.lacking or None,
        "outcome": spoken.outcome.value,
        "criticFails": outcome_of(spoken.critique.marks) is Outcome.FAIL if spoken.critique else None,
        "atMs": epoch_ms(at),
    }
    about = {
        "proposalId": proposal.id,
        "outcome": spoken.outcome.value,
        "follows": follows.value,
        "argued": spoken.argued,
    }
    return Change(
        effects=(
            Effect("debates/open", {"id": debate, "props": about}),
            Effect("debates/link", {"id": debate, "debate": debate, "proposal": proposal.id}),
            Effect("debates/create_round", {"id": identity, "props": props}),
            Effect("debates/link_round", {"id": identity, "round": identity, "debate": debate}),
        )
    )


def _marks(position: Critique | Judgement | None) -> dict[str, int]:
    return {item.value: mark for item, mark in position.marks.items()} if position else {}


def _set(proposal: Proposal, event: Event, tools: Tools, **props: Any) -> Change:
    """Set a proposal that was debated, if it is still the one that was debated."""
    seen = {"status": ProposalStatus.DEBATING.value, "digest": proposal.digest, "version": proposal.version}
    row = set_block(proposal.id, round=proposal.round + 1, updatedAt=tools.clock.now(), **props)
    return Change((expect("Block", proposal.id, **seen),), (Effect("blocks/set", row),), (event,))


def _ready(proposal: Proposal, spoken: Round, follows: Next, tools: Tools, though: str | None) -> Change:
    """Put it before the person; `though` says why a failed one is shown all the same."""
    now = tools.clock.now()
    expires = now + tools.settings.proposals.expires_after
    uncertain = follows is Next.UNCERTAIN
    event = Event(EventType.PROPOSAL_READY, proposal.id, {"number": proposal.number, "uncertain": uncertain})
    return _set(
        proposal,
        event,
        tools,
        status=move(ProposalStatus.DEBATING, ProposalStatus.READY).value,
        uncertain=uncertain,
        shownThough=though,
        objection=_objection(spoken),
        score=score_of(spoken.judgement.marks) if spoken.judgement else None,
        argued=spoken.argued or None,
        readyAt=now,
        expiresAt=expires,
        expiresMs=epoch_ms(expires),
    )


def _objection(spoken: Round) -> str:
    return f"{spoken.critique.objection} ({spoken.critique.reason})" if spoken.critique else spoken.lacking


def _weak(proposal: Proposal, spoken: Round, tools: Tools) -> Change:
    body = {"number": proposal.number, "round": proposal.round + 1}
    event = Event(EventType.PROPOSAL_WEAK, proposal.id, body)
    return _set(proposal, event, tools, objection=_objection(spoken), argued=spoken.argued or None)


def _filtered(proposal: Proposal, spoken: Round, tools: Tools) -> Change:
    reason = spoken.judgement.reason if spoken.judgement else _objection(spoken)
    event = Event(EventType.PROPOSAL_FILTERED, proposal.id, {"number": proposal.number, "reason": reason})
    return _set(
        proposal,
        event,
        tools,
        status=move(ProposalStatus.DEBATING, ProposalStatus.FILTERED).value,
        objection=_objection(spoken),
        endedBecause=reason,
        argued=spoken.argued or None,
    )


async def _released(proposal: Proposal, spoken: Round, tools: Tools) -> Change:
    """Give the gaps back; they are not proposed again before something about them changes."""
    rows = await tools.graph.read("proposals/gaps_of", ids=list(proposal.gap_ids))
    held = [row["id"] for row in rows if row["status"] == "proposed" and row["proposal_id"] == proposal.id]
    props = {
        "status": "open",
        "proposalId": None,
        "waitsFor": Waiting.CHANGE.value,
        "skippedReason": f"filtered: {_objection(spoken)}",
    }
    return Change(
        expects=tuple(expect("Gap", gap, status="proposed", proposalId=proposal.id) for gap in held),
        effects=(Effect("proposals/set_gaps", *({"id": gap, "props": props} for gap in held)),) if held else (),
    )
