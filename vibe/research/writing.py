"""Writing: what a finished run leaves in the graph. One change: evidence, its links, candidates, contradicted gaps.

Rules write contradictions only; everything else worth a look becomes a candidate that waits for a person's word. A
quote that does not stand word for word at its line can't get through the gate.

Source: SPEC sections 1 and 2, EVIDENCE.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vibe.domain.block_rows import create_blocks, create_links
from vibe.domain.blocks import Block, Kind, Link, LinkType, Place
from vibe.domain.changes import NOTHING, Change, Effect, absent, expect
from vibe.domain.events import Event, EventType
from vibe.domain.gap_rows import create_gap, described, move_gap, open_gaps
from vibe.domain.gaps import Facts, GapStatus, Rule
from vibe.domain.gaps import Found as FoundGap
from vibe.domain.identities import derived_id
from vibe.domain.questions import headline
from vibe.domain.research import Origin, Stance
from vibe.domain.runs import RunOutcome, RunState
from vibe.kernel.tools import Tools
from vibe.research.notes import Found, Notes
from vibe.research.working import Step, Work

CONTRADICTED = "contradicted"
LINK_OF = {Stance.CONTRADICTS: LinkType.CONTRADICTS, Stance.SUPPORTS: LinkType.SUPPORTS}


def outcome_of(notes: Notes) -> RunOutcome:
    """What the run came to, by what is sure enough to be written."""
    stances = {item.stance for item in notes.written}
    if not stances:
        return RunOutcome.NOTHING_FOUND
    if stances == {Stance.CONTRADICTS}:
        return RunOutcome.REFUTED
    return RunOutcome.SUPPORTED if stances == {Stance.SUPPORTS} else RunOutcome.MIXED


def searched(notes: Notes) -> dict[str, Any]:
    """What was looked at, for whoever is told that nothing was found."""
    files = sorted({source.file for source in notes.read})
    return {"files": files, "passages": notes.passages, "words": list(notes.words)}


async def finish(work: Work, sha256: str) -> Step:
    """End the run with everything that follows from it."""
    now, run = work.tools.clock.now(), work.run
    standing = [item for item in work.notes.found if work.hashes.get(item.claim) == work.notes.claims.get(item.claim)]
    candidates = await _candidates([item for item in standing if not item.written], work)
    evidence, ids, targets = await _evidence([item for item in standing if item.written], work)
    outcome = outcome_of(work.notes)
    props = {"outcome": outcome.value, "finishedAt": now, "sha256": sha256}
    body = {
        "run": run.id,
        "proposal": run.proposal_id,
        "outcome": outcome.value,
        "searched": searched(work.notes),
        "evidence": ids,
        "candidates": len(candidates.answer["ids"]),
        "claims": {claim.id: _outcome_of_claim(work.notes, claim.id) for claim in work.claims},
        "file": run.file,
        "sha256": sha256,
    }
    told = Change(events=(Event(EventType.RESEARCH_FINISHED, run.id, body),))
    unchanged = tuple(expect("Block", claim.id, contentSha256=claim.sha256, status="active") for claim in work.claims)
    gaps = await open_contradicted({name: _both_passages(work, name) for name in targets}, work.tools)
    change = Change(unchanged) + evidence + candidates + gaps + told
    return Step(RunState.DONE, work.notes, props, change=Change(change.expects, change.effects, change.events))


def _outcome_of_claim(notes: Notes, claim: str) -> str:
    return outcome_of(Notes(found=tuple(item for item in notes.found if item.claim == claim))).value


def candidate_id(item: Found, claim_sha256: str) -> str:
    """A candidate's id: the passage, the claim, and what both say now; judged once is judged for good."""
    return derived_id("candidate", item.claim, claim_sha256, item.quotes[0].sha256, item.quotes[0].line, item.id)


def evidence_id(candidate: str) -> str:
    """The id of the evidence that a candidate becomes, whoever writes it."""
    return derived_id("evidence", candidate)


async def _candidates(found: Sequence[Found], work: Work) -> Change:
    """Keep what is new for a person; what is there already is only linked to this run too."""
    ids = {candidate_id(item, work.hashes[item.claim]): item for item in found}
    if not ids:
        return Change(answer={"ids": []})
    known = {row["id"]: row["properties"] for row in await work.tools.graph.read("research/candidates", ids=list(ids))}
    fresh = {name: item for name, item in ids.items() if name not in known}
    rows = [{"id": name, "props": _candidate_props(item, work)} for name, item in fresh.items()]
    links = [
        {"id": f"{name}->{work.run.id}", "candidate": name, "run": work.run.id, "block": item.claim}
        for name, item in ids.items()
    ]
    waiting = [name for name in ids if name in fresh or known[name].get("status") == "open"]
    effects = [Effect("research/create_candidates", *rows)] if rows else []
    return Change(
        expects=tuple(absent("Claim", name) for name in fresh),
        effects=(*effects, Effect("research/link_candidates", *links)),
        answer={"ids": waiting},
    )


def _candidate_props(item: Found, work: Work) -> dict[str, Any]:
    quote = item.quotes[0]
    return {
        "runId": work.run.id,
        "blockId": item.claim,
        "claimSha256": work.hashes[item.claim],
        "quote": quote.text,
        "file": quote.file,
        "line": quote.line,
        "sourceSha256": quote.sha256,
        "corpus": item.corpus,
        "origin": quote.origin.value,
        "beside": _beside(item),
        "score": item.score,
        "reason": "; ".join(item.reasons),
        "reasons": list(item.reasons),
        "measure": item.measure,
        "guess": item.stance.value,
        "status": "open",
        "foundAt": work.tools.clock.now(),
    }


def _beside(item: Found) -> list[str]:
    """Further quotes that the first one needs, with their places."""
    return [f"{quote.file}:{quote.line}: {quote.text}" for quote in item.quotes[1:]]


async def _evidence(found: Sequence[Found], work: Work) -> tuple[Change, list[str], list[str]]:
    """Write what is sure; what was written before stands, what a person withdrew stays withdrawn.

    Returns:
        The change, the ids of new evidence, and the claims it speaks against.
    """
    ids = {evidence_id(candidate_id(item, work.hashes[item.claim])): item for item in found}
    if not ids:
        return NOTHING, [], []
    known = {row["id"] for row in await work.tools.graph.read("blocks/present", ids=list(ids))}
    fresh = {name: item for name, item in ids.items() if name not in known}
    now = work.tools.clock.now()
    blocks = [_evidence_block(name, item, work.hashes[item.claim], work.run.id) for name, item in fresh.items()]
    links = [Link(LINK_OF[item.stance], name, item.claim, item.reasons[0]) for name, item in fresh.items()]
    derived = [{"id": f"{name}->{work.run.id}", "evidence": name, "run": work.run.id} for name in ids]
    targets = sorted({item.claim for item in fresh.values()})
    events: tuple[Event, ...] = ()
    if fresh:
        events = (Event(EventType.EVIDENCE_ADDED, next(iter(fresh)), {"ids": list(fresh), "targets": targets}),)
    change = Change(
        expects=tuple(absent("Block", name) for name in fresh),
        effects=(
            *create_blocks(blocks, at=now, actor=work.tools.actor),
            *create_links(links),
            Effect("research/link_evidence", *derived),
        ),
        events=events,
    )
    against = sorted({item.claim for item in fresh.values() if item.stance is Stance.CONTRADICTS})
    return change, list(fresh), against


def _evidence_block(identity: str, item: Found, claim_sha256: str, run: str) -> Block:
    quote = item.quotes[0]
    properties = evidence_properties(
        origin=quote.origin, quote=quote.text, corpus=item.corpus, claim_sha256=claim_sha256, stance=item.stance
    )
    properties |= {"reasons": list(item.reasons), "measure": item.measure, "beside": _beside(item), "runId": run}
    return evidence_block(identity, Place(quote.file, quote.line, quote.sha256), item.measure, properties)


def evidence_properties(
    *, origin: Origin | str, quote: str, corpus: str, claim_sha256: str, stance: Stance
) -> dict[str, Any]:
    """What every evidence from a document carries."""
    return {
        "origin": str(origin),
        "quote": quote,
        "corpus": corpus,
        "claimSha256": claim_sha256,
        "stance": stance.value,
    }


def evidence_block(identity: str, place: Place, measure: str, properties: Mapping[str, Any]) -> Block:
    """Build an Evidence block; its text says the quote, where it stands, and why it counts."""
    lines = [f"“{properties['quote']}” ({place.file}:{place.line})", *properties.get("beside", ())]
    lines += [str(reason) for reason in properties.get("reasons", ())]
    return Block(
        id=identity,
        kind=Kind.EVIDENCE,
        title=headline(measure or str(properties["quote"])),
        content="\n".join(lines),
        properties={name: value for name, value in properties.items() if value not in ("", [])},
        place=place,
    )


def _both_passages(work: Work, claim: str) -> tuple[str, str]:
    """What the claim says and where, and what stands against it where."""
    own = next(item for item in work.claims if item.id == claim)
    against = next(item for item in work.notes.of_claim(claim) if item.stance is Stance.CONTRADICTS)
    quote = against.quotes[0]
    measure = f": {against.measure}" if against.measure else ""
    place = f" ({own.file}:{own.line})" if own.file else ""
    return f"“{headline(own.text, 300)}”{place}", f"“{headline(quote.text, 300)}” ({quote.file}:{quote.line}){measure}"


async def open_contradicted(claims: Mapping[str, tuple[str, str]], tools: Tools) -> Change:
    """Open a `contradicted` gap for each claim, or open it again; one that is open, or that a person put off, stays.

    `claims` maps each to the two passages that are kept with the gap.
    """
    if not claims:
        return NOTHING
    found = {FoundGap.of(CONTRADICTED, [claim]).id: FoundGap.of(CONTRADICTED, [claim]) for claim in claims}
    known = {row["id"]: row for row in await tools.graph.read("gaps/of_ids", ids=list(found))}
    facts = {
        row["id"]: row for row in await tools.graph.read("gaps/facts", ids=[gap.block_id for gap in found.values()])
    }
    rule, now = _rule(tools), tools.clock.now()
    created, expects, moved, items = list[dict[str, Any]](), [], list[dict[str, Any]](), list[dict[str, Any]]()
    for name, gap in found.items():
        if name in known and known[name]["status"] != GapStatus.CLOSED:
            continue
        props = described(rule, _facts(facts[gap.block_id]), (), now)
        props["passages"] = list(claims[gap.block_id])
        items.append({"id": name, "rule": gap.rule, "block": gap.block_id, "severity": props["severity"]})
        if name not in known:
            created.append(create_gap(gap, props, at=now, opened_by="loop"))
            continue
        cleared = dict.fromkeys(("closedAt", "closedReason", "proposalId", "waitsFor", "nextAt", "mark"))
        condition, row = move_gap(
            name, GapStatus.CLOSED, GapStatus.OPEN, **props, **cleared, openedAt=now, openedBy="loop"
        )
        expects.append(condition)
        moved.append(row)
    if not items:
        return NOTHING
    new_expects, effects = open_gaps(created, [found[row["id"]] for row in created]) if created else ((), ())
    if moved:
        effects = (*effects, Effect("gaps/set", *moved))
    return Change((*expects, *new_expects), effects, (Event(EventType.GAPS_FOUND, "research", {"items": items}),))


def _rule(tools: Tools) -> Rule:
    test = tools.catalog.query(f"gaps/{CONTRADICTED}/test").header
    return Rule.read(CONTRADICTED, test, tools.catalog.query(f"gaps/{CONTRADICTED}/touched").header)


def _facts(row: Mapping[str, Any]) -> Facts:
    return Facts(
        title=row["title"] or row["id"],
        kind=row["kind"] or "",
        plan=row["plan"],
        grade=row["grade"] or "",
        priority=row["priority"] or "",
        created_at=row["created_at"],
        reach=row["leaning"] + row["resting"],
        bears_on_goal=bool(row["bears_on_goal"]),
    )
