"""Weighing: evidence and candidates that no longer fit what they were judged against become outdated.

Woken by what changes blocks or documents, and daily, because a document can change without anybody saying so. Reads
what the blocks say now and what the documents are now; emits `EvidenceWithdrawn` and `CandidatesOutdated`, and the gap
returns by the analysis that follows. Evidence that names no document or claim hash (a person's word, an imported block)
has nothing to be compared with and stays.

Source: SPEC section 2 ("when either changes it becomes withdrawn"), DESIGN section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from vibe.domain.acts import ActKind, Intent, Outcome
from vibe.domain.block_rows import set_block
from vibe.domain.canonical import from_json, to_json
from vibe.domain.changes import NOTHING, Change, Effect
from vibe.domain.events import Entry, Event, EventType, Tick
from vibe.kernel.commit import Outside
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row

OWN = "_own"
AT_ONCE = 500
MOST = 5000
CLAIM_CHANGED = "what it was judged against was changed"
SOURCE_CHANGED = "its document was changed or taken out"


@dataclass(slots=True)
class _Outdated:
    """Evidence by id with its reason, what it was about, and candidates."""

    evidence: dict[str, str] = field(default_factory=dict)
    targets: set[str] = field(default_factory=set)
    candidates: list[str] = field(default_factory=list)


async def withdraw_outdated(entries: Sequence[Entry], tools: Tools) -> Change:
    """Withdraw the evidence, and put away the candidates, that what happened has outdated."""
    found = _Outdated()
    ids = list(dict.fromkeys(str(name) for entry in entries for name in entry.body.get("ids") or ()))
    for start in range(0, len(ids), AT_ONCE):
        await _compare_claims(ids[start : start + AT_ONCE], found, tools)
    for corpus in await _corpora(entries, tools):
        await _compare_documents(corpus, found, tools)
    return _withdraw(found, tools) + _put_away(found.candidates, tools)


async def _corpora(entries: Iterable[Entry], tools: Tools) -> list[str]:
    """Whose documents may have changed: an import brings a plan's anew, the daily look takes all."""
    found = {str(entry.body["plan"]) for entry in entries if entry.body.get("plan")}
    if any(entry.type in (EventType.SOURCE_ADDED, EventType.SOURCE_REMOVED) for entry in entries):
        found.add(OWN)
    if any(entry.type == Tick.ANALYSIS_DUE for entry in entries):
        found |= {row["id"] for row in await tools.graph.read("plans/list", limit=1000)} | {OWN}
    return sorted(found)


async def _compare_claims(ids: Sequence[str], found: _Outdated, tools: Tools) -> None:
    for row in await tools.graph.read("research/evidence_about", ids=ids, limit=MOST):
        if row["claim_sha256"] and row["claim_sha256"] != row["target_sha256"]:
            found.evidence[row["id"]] = CLAIM_CHANGED
            found.targets.add(row["target"])
    for row in await tools.graph.read("research/candidates_about", ids=ids, limit=MOST):
        if row["claim_sha256"] != row["target_sha256"]:
            found.candidates.append(row["id"])


async def _compare_documents(corpus: str, found: _Outdated, tools: Tools) -> None:
    quoting = await _quoting(corpus, tools)
    waiting = await tools.graph.read("research/candidates_from", corpus=corpus, limit=MOST)
    if not quoting and not waiting:
        return
    files = await _files(corpus, tools)
    for row in quoting:
        if files.get(row["file"]) != row["source_sha256"]:
            found.evidence.setdefault(row["id"], SOURCE_CHANGED)
            found.targets.update(row["targets"])
    found.candidates += [row["id"] for row in waiting if files.get(row["file"]) != row["source_sha256"]]


async def _files(corpus: str, tools: Tools) -> Mapping[str, str]:
    async def look(outside: Outside) -> Outcome:
        found = dict(await outside.sources.files(corpus))
        return Outcome(to_json(found).decode(), (corpus,), "each file was hashed")

    intent = Intent(f"list the documents of {corpus}", ActKind.FETCH, {"corpus": corpus})
    return dict(from_json((await tools.acts.perform(intent, look)).text))


async def _quoting(corpus: str, tools: Tools) -> list[Row]:
    found: list[Row] = []
    after = -1
    while rows := await tools.graph.read("research/evidence_from", corpus=corpus, after=after, limit=AT_ONCE):
        found += [row for row in rows if row["source_sha256"]]
        after = rows[-1]["key"]
    return found


def _withdraw(found: _Outdated, tools: Tools) -> Change:
    if not found.evidence:
        return NOTHING
    now = tools.clock.now()
    rows = (
        set_block(name, status="withdrawn", withdrawnAt=now, withdrawnReason=reason, updatedAt=now)
        for name, reason in sorted(found.evidence.items())
    )
    ids = sorted(found.evidence)
    reasons = "; ".join(sorted(set(found.evidence.values())))
    body = {"ids": ids, "targets": sorted(found.targets), "reason": reasons}
    return Change(
        effects=(Effect("blocks/set", *rows),),
        events=(Event(EventType.EVIDENCE_WITHDRAWN, ids[0], body),),
    )


def _put_away(candidates: Iterable[str], tools: Tools) -> Change:
    now = tools.clock.now()
    names = list(dict.fromkeys(candidates))
    rows = [{"id": name, "props": {"status": "outdated", "outdatedAt": now}} for name in names]
    if not rows:
        return NOTHING
    event = Event(EventType.CANDIDATES_OUTDATED, names[0], {"ids": names})
    return Change(effects=(Effect("research/set_candidates", *rows),), events=(event,))
