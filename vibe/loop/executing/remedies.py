"""Remedies: what a person's answer to a question allows, and nothing else.

An option may carry a diff, which was part of the packet that was approved, or a word that says what the person's own
text becomes: the block's new wording, the reason it is kept, evidence, who provides a capability. Free text that chose
no option is recorded by the answer itself and does nothing more.

Source: SPEC sections 2 and 3, DESIGN section 4 (a human's answer).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, assert_never

from vibe.domain.block_rows import create_blocks, create_links, set_block
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import NOTHING, Approval, Change, Effect, expect
from vibe.domain.diffs import broken, carry_out, ids_of
from vibe.domain.events import Event, EventType
from vibe.domain.identities import derived_id
from vibe.domain.packet_ops import Op, OpType
from vibe.domain.packets import Ask, Remedy
from vibe.domain.packets import Option as Offer
from vibe.domain.proposals import Proposal
from vibe.domain.questions import Option, headline
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row

NEEDS: Mapping[Remedy, str] = {
    Remedy.REVISE: "write what it should say from now on",
    Remedy.KEEP: "say why it stays as it is",
    Remedy.REPLACE: "say what takes its place",
    Remedy.PROVIDE: "say who or what provides it",
    Remedy.EVIDENCE: "write the evidence down, or paste a link",
}
ACCEPTED_FOR = timedelta(days=30)


def options_of(packet: Ask) -> tuple[Option, ...]:
    """The packet's options as a question offers them, with what the person has to add."""
    return tuple(
        Option(offer.title, offer.detail, NEEDS.get(offer.remedy, "") if not offer.diff else "", offer.remedy.value)
        for offer in packet.options
    )


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of an answer: the writes, or why they can't be made; `gaps` are those the writes move."""

    outcome: str
    change: Change = NOTHING
    broken: str = ""
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Chosen:
    """An answered question, ready to be acted on; `person` is the actor who answered."""

    row: Row
    remedy: Remedy
    words: str
    person: str
    about: tuple[Row, ...]
    approval: Approval | None

    @property
    def id(self) -> str:
        return str(self.row["id"])


async def apply_answer(question: str, proposal: Proposal | None, tools: Tools) -> Applied:
    """Work out what an answered question's option writes."""
    rows = await tools.graph.read("questions/show", id=question)
    row = rows[0] if rows else None
    if row is None or row["answer_option"] is None:
        return Applied("answered in the person's own words")
    place = ord(row["answer_option"]) - ord("A")
    remedies = row["option_remedies"]
    remedy = Remedy(remedies[place]) if place < len(remedies) else Remedy.NONE
    offer = _offer(proposal, place)
    approval = Approval(proposal.id, proposal.digest) if proposal else None
    about = tuple(await tools.graph.read("questions/about", id=question, limit=100))
    chosen = _Chosen(row, remedy, row["answer_words"] or "", row["answered_by"], about, approval)
    outcome = f"answered: {row['options'][place]}"
    if offer is not None and offer.diff:
        return await _diff(offer.diff, chosen, outcome, tools)
    return await _words(chosen, outcome, tools)


def _offer(proposal: Proposal | None, place: int) -> Offer | None:
    packet = proposal.packet if proposal else None
    return packet.options[place] if isinstance(packet, Ask) and place < len(packet.options) else None


async def _diff(ops: tuple[Op, ...], chosen: _Chosen, outcome: str, tools: Tools) -> Applied:
    rows = await tools.graph.read("blocks/by_id", ids=ids_of(ops))
    found = {row["id"]: row for row in rows}
    reason = broken(ops, found)
    if reason:
        return Applied(outcome, broken=reason)
    change = carry_out(ops, found, at=tools.clock.now(), actor=chosen.person)
    return Applied(outcome, change + Change(approval=chosen.approval))


async def _words(chosen: _Chosen, outcome: str, tools: Tools) -> Applied:
    match chosen.remedy:
        case Remedy.REVISE:
            return await _revise(chosen, outcome, tools)
        case Remedy.KEEP:
            return Applied(outcome, _keep(chosen, tools))
        case Remedy.EVIDENCE:
            return Applied(outcome, _evidence(chosen, tools))
        case Remedy.PROVIDE:
            return Applied(outcome, _provide(chosen, tools))
        case Remedy.ACCEPT:
            return await _accept(chosen, outcome, tools)
        case Remedy.REPLACE | Remedy.WITHDRAW | Remedy.DROP | Remedy.REDO | Remedy.UNBLOCK | Remedy.NONE:
            return Applied(outcome)
        case _:
            assert_never(chosen.remedy)


async def _revise(chosen: _Chosen, outcome: str, tools: Tools) -> Applied:
    """The person's text replaces what the block says; evidence judged against the old words is outdated by that."""
    rows = await tools.graph.read("blocks/by_id", ids=[row["id"] for row in chosen.about[:1]])
    if not rows or not chosen.words:
        return Applied(outcome, broken="what was to be revised is gone" if not rows else "")
    row = rows[0]
    after = {"content": chosen.words} | _retitled(row, chosen.words)
    op = Op(OpType.SET, row["id"], Kind(row["kind"]), row["title"], after=after)
    change = carry_out((op,), {row["id"]: row}, at=tools.clock.now(), actor=chosen.person)
    return Applied(outcome, change + Change(approval=chosen.approval))


def _retitled(row: Row, words: str) -> dict[str, str]:
    """A title that was the old text's beginning would go on saying what no longer holds."""
    if not str(row["content"] or "").startswith(str(row["title"]).rstrip("….")):
        return {}
    title = headline(words.strip().splitlines()[0])
    return {"title": title[:1].upper() + title[1:]}


def _keep(chosen: _Chosen, tools: Tools) -> Change:
    """A person has judged what speaks against it: the contradiction counts as settled until new evidence comes."""
    now = tools.clock.now()
    props = {"keptAt": now, "keptBy": chosen.person, "keptReason": chosen.words}
    ids = [row["id"] for row in chosen.about]
    changes = [
        {"id": row["id"], "title": row["title"], "before": {}, "after": {"kept": chosen.words}} for row in chosen.about
    ]
    return Change(
        expects=tuple(expect("Block", row["id"], contentSha256=row["content_sha256"]) for row in chosen.about),
        effects=(Effect("blocks/set", *(set_block(name, **props) for name in ids)),),
        events=(Event(EventType.BLOCKS_CHANGED, ids[0], {"ids": ids, "changes": changes}),) if ids else (),
    )


def _evidence(chosen: _Chosen, tools: Tools) -> Change:
    """The person's words are evidence for every block the question is about, each judged as it stands."""
    blocks, links = [], []
    for row in chosen.about:
        identity = derived_id("evidence", chosen.id, row["id"])
        blocks.append(_by_person(identity, Kind.EVIDENCE, chosen, _judged(chosen, row)))
        links.append(Link(LinkType.SUPPORTS, identity, row["id"]))
    targets = [row["id"] for row in chosen.about]
    body = {"ids": [block.id for block in blocks], "targets": targets}
    return Change(
        expects=tuple(expect("Block", row["id"], contentSha256=row["content_sha256"]) for row in chosen.about),
        effects=(*create_blocks(blocks, at=tools.clock.now(), actor=chosen.person), *create_links(links)),
        events=(Event(EventType.EVIDENCE_ADDED, blocks[0].id, body),) if blocks else (),
    )


def _judged(chosen: _Chosen, row: Row) -> dict[str, Any]:
    return {"quote": chosen.words, "stance": "supports", "claimSha256": row["content_sha256"]}


def _provide(chosen: _Chosen, tools: Tools) -> Change:
    """What the person names is kept as Knowledge that provides the capability."""
    lacking = [row for row in chosen.about if row["kind"] == Kind.CAPABILITY]
    identity = derived_id("provides", chosen.id)
    block = _by_person(identity, Kind.KNOWLEDGE, chosen, {})
    links = [Link(LinkType.PROVIDES, identity, row["id"]) for row in lacking]
    ids = [row["id"] for row in chosen.about]
    return Change(
        expects=tuple(expect("Block", row["id"]) for row in lacking),
        effects=(*create_blocks([block], at=tools.clock.now(), actor=chosen.person), *create_links(links)),
        events=(
            Event(EventType.BLOCKS_ADDED, identity, {"ids": [identity]}),
            Event(EventType.BLOCKS_CHANGED, identity, {"ids": ids, "changes": []}),
        ),
    )


def _by_person(identity: str, kind: Kind, chosen: _Chosen, more: Mapping[str, Any]) -> Block:
    props = {"origin": "human", "person": chosen.person, "questionId": chosen.id, **more}
    return Block(identity, kind, headline(chosen.words), chosen.words, properties=props)


async def _accept(chosen: _Chosen, outcome: str, tools: Tools) -> Applied:
    """The risk is accepted for thirty days: the gaps are out of sight until then."""
    now = tools.clock.now()
    until = now + ACCEPTED_FOR
    rows = await tools.graph.read("decisions/gaps", ids=list(chosen.row["gap_ids"])) if chosen.row["gap_ids"] else []
    live = [row for row in rows if row["status"] in ("open", "proposed")]
    props = {
        "status": "suppressed",
        "mark": "accepted",
        "acceptedUntil": until,
        "returnsMs": epoch_ms(until),
        "proposalId": None,
        "waitsFor": None,
        "nextAt": None,
    }
    body = {"mark": "accept", "status": "suppressed", "by": chosen.person, "until": until.isoformat()}
    change = Change(
        expects=tuple(expect("Gap", row["id"], status=row["status"], proposalId=row["proposal_id"]) for row in live),
        effects=(Effect("decisions/set_gaps", *({"id": row["id"], "props": props} for row in live)),) if live else (),
        events=tuple(Event(EventType.GAP_MARKED, row["id"], {"gap": row["id"], **body}) for row in live),
    )
    return Applied(outcome, change, gaps=tuple(row["id"] for row in live))
