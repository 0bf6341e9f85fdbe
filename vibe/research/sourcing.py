"""Sourcing: which documents a run reads, in which batches, and reading them.

Reading is an outward act: it goes through the gate, and what came of it is recorded, so a run that is continued after
a crash works with what it had read before. What is recorded is what the reading was for (the findings, with their
quotes), never the documents.

Source: document 004 section 5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vibe.domain.acts import ActKind, Intent, Outcome
from vibe.domain.canonical import from_json, to_json
from vibe.domain.research import Claim, Finding, Passage, Role
from vibe.domain.runs import Mode
from vibe.kernel.commit import Outside
from vibe.kernel.tools import Tools
from vibe.research.bench import lexicon_of
from vibe.research.notes import Found, Source, found_as_data, read_found
from vibe.research.ranking import Examiner
from vibe.research.roles import file_kind
from vibe.research.words import words

HITS = 40
"""So many passages of the first search a claim are counted."""
SCHEDULE_HITS = 1000
"""A schedule is read first: its arithmetic needs no search to be telling."""
MOST_WRITTEN = 20
AROUND = 400
"""Characters of a neighbouring sentence that are kept with a finding."""
WORDS = 12
_LAST = frozenset({"wbs", "related_resources", "task_durations"})

Corpora = Mapping[str, Sequence[Claim]]
"""Plan -> all its claims ("" where a block belongs to no plan: only the owner's documents are searched)."""


async def list_sources(wanted: Corpora, tools: Tools, *, widened: bool = False) -> tuple[tuple[Source, ...], list[str]]:
    """List what there is to read, the most promising first, and the words it was searched for.

    `widened` also searches for what the claims answer and choose between.
    """
    asked = {plan: [_query(claim, widened) for claim in claims] for plan, claims in wanted.items()}

    async def look(outside: Outside) -> Outcome:
        found, told = list[dict[str, Any]](), list[str]()
        for plan, queries in asked.items():
            hits = await _hits(outside, plan, queries)
            for file, sha256 in await outside.sources.files(plan):
                found.append({"plan": plan, "file": file, "sha256": sha256, "hits": hits[file]})
            told += _telling(queries, await outside.sources.passages(plan))
        text = to_json({"sources": found, "words": list(dict.fromkeys(told))[: WORDS * len(asked)]}).decode()
        return Outcome(text, tuple(asked), "each file was hashed as it was listed")

    inputs = {"plans": sorted(asked), "queries": sum(len(queries) for queries in asked.values())}
    outcome = await tools.acts.perform(Intent("list the sources", ActKind.FETCH, inputs), look)
    data = from_json(outcome.text)
    return tuple(sorted((Source(**item) for item in data["sources"]), key=_promise)), data["words"]


async def _hits(outside: Outside, plan: str, queries: Sequence[str]) -> Counter[str]:
    hits = Counter[str]()
    for query in queries:
        hits.update(passage.file for passage in await outside.sources.search(plan, query, HITS))
    schedules = {passage.file for passage in await outside.sources.passages(plan) if passage.role is Role.SCHEDULE}
    hits.update(dict.fromkeys(schedules, SCHEDULE_HITS))
    return hits


def _query(claim: Claim, widened: bool) -> str:
    return " ".join([claim.text, *((claim.topic, *claim.alternatives) if widened or claim.kind == "Decision" else ())])


def _telling(queries: Sequence[str], passages: Sequence[Passage]) -> list[str]:
    """The weightiest words of the queries, as they write them; a few of each."""
    lexicon = lexicon_of(passages)
    told = []
    for query in queries:
        shown = {word.stem: query[word.start : word.end].lower() for word in reversed(words(query))}
        ranked = sorted(shown, key=lambda stem: (-lexicon.weight(stem), stem))
        told += [shown[stem] for stem in ranked[:WORDS] if lexicon.weight(stem) > 0]
    return told


def _promise(source: Source) -> tuple[object, ...]:
    return (-source.hits, file_kind(source.file) in _LAST, not source.is_own, source.plan, source.file)


def choose_batches(sources: Sequence[Source], mode: Mode) -> tuple[tuple[tuple[Source, ...], ...], tuple[Source, ...]]:
    """Split what is to be read into even batches; returns them and what is left out beyond the mode's target.

    The owner's own documents that the search found come in before more of the plan's: at most half of the target.
    """
    own = [source for source in sources if source.is_own and source.hits][: mode.sources_most // 2]
    rest = [source for source in sources if source not in own]
    chosen = own + rest[: mode.sources_most - len(own)]
    left_out = tuple(source for source in sources if source not in chosen)
    return even_batches(sorted(chosen, key=_promise), mode), left_out


def even_batches(chosen: Sequence[Source], mode: Mode) -> tuple[tuple[Source, ...], ...]:
    """Split into batches of about the mode's middle size, none above its most; nothing at all is one empty batch."""
    total = len(chosen)
    middle = (mode.batch_least + mode.batch_most) / 2
    fewest, most = -(-total // mode.batch_most), max(1, total // mode.batch_least)
    count = max(1, fewest, min(most, round(total / middle)))
    small, longer = divmod(total, count)
    batches, start = list[tuple[Source, ...]](), 0
    for position in range(count):
        end = start + small + (position < longer)
        batches.append(tuple(chosen[start:end]))
        start = end
    return tuple(batches)


async def read_batch(
    number: int, batch: Sequence[Source], targets: Corpora, rivals: Corpora, tools: Tools
) -> tuple[tuple[Found, ...], int, list[str]]:
    """Read one batch's documents and set the targets against their passages.

    Returns:
        What was found, how many passages were read, and which documents changed since they were listed.
    """

    async def read(outside: Outside) -> Outcome:
        found, passages, changed = list[Found](), 0, list[str]()
        for plan in sorted({source.plan for source in batch}):
            mine = {source.file: source.sha256 for source in batch if source.plan == plan}
            now = dict(await outside.sources.files(plan))
            changed += [file for file, sha256 in mine.items() if now.get(file) != sha256]
            corpus = await outside.sources.passages(plan)
            here = [passage for passage in corpus if passage.file in mine]
            passages += len(here)
            findings = Examiner(rivals[plan] or targets[plan], corpus).examine(here, targets[plan])
            beside = _neighbours(corpus)
            found += [Found.of(one, plan, number, beside(one)) for one in _bounded(findings, tools)]
        data = {"found": found_as_data(found), "passages": passages, "changed": changed}
        return Outcome(
            to_json(data).decode(), tuple(source.file for source in batch), "files were hashed as they were read"
        )

    inputs = {"batch": number, "files": {source.file: source.sha256 for source in batch}}
    outcome = await tools.acts.perform(Intent(f"read batch {number}", ActKind.FETCH, inputs), read)
    data = from_json(outcome.text)
    return read_found(data["found"]), data["passages"], data["changed"]


def _neighbours(corpus: Sequence[Passage]) -> Callable[[Finding], tuple[str, str]]:
    """The sentences before and after a finding, in the same section of its document."""
    places = {passage.id: place for place, passage in enumerate(corpus)}

    def beside(one: Finding) -> tuple[str, str]:
        at = places.get(one.passage.id, -1)
        if at < 0:
            return "", ""
        around = (corpus[at - 1] if at else None, corpus[at + 1] if at + 1 < len(corpus) else None)
        before, after = (other.plain[:AROUND] if other and _is_beside(one.passage, other) else "" for other in around)
        return before, after

    return beside


def _is_beside(one: Passage, other: Passage) -> bool:
    return (one.file, one.section) == (other.file, other.section)


def _bounded(findings: Sequence[Finding], tools: Tools) -> list[Finding]:
    """The best of each claim: what is recorded stays small."""
    kept, counts = list[Finding](), Counter[tuple[str, bool]]()
    for finding in findings:
        key = (finding.claim_id, finding.written)
        counts[key] += 1
        if counts[key] <= (MOST_WRITTEN if finding.written else tools.settings.research.candidates_max):
            kept.append(finding)
    return kept


async def check_quotes(run_pass: int, found: Sequence[Found], tools: Tools) -> list[str]:
    """Read again every line that is about to become Evidence; returns the ids of findings that no longer stand."""

    async def look(outside: Outside) -> Outcome:
        gone = [item.id for item in found if not await _stands(outside, item)]
        return Outcome(to_json(gone).decode(), tuple(item.quotes[0].file for item in found), "compared word for word")

    inputs = {"quotes": sum(len(item.quotes) for item in found)}
    outcome = await tools.acts.perform(Intent(f"check the quotes, pass {run_pass}", ActKind.FETCH, inputs), look)
    return list(from_json(outcome.text))


async def _stands(outside: Outside, item: Found) -> bool:
    for quote in item.quotes:
        if not await outside.sources.holds(item.corpus, quote):
            return False
    return True
