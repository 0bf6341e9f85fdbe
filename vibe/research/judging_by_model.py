"""Judging by a model: what a configured language model makes of the passages that rules left open.

Each candidate is judged twice, in two wordings. Where both agree, are sure, and name words that stand in the passage,
it becomes sure enough to be written; the gate checks its quote once more. Where a model can't be reached, is not sure,
or disagrees with itself, the passage stays a candidate for a person. Rules judge nothing here: without a model this
does nothing.

Source: issue 5 (Judging passages), EVIDENCE.md.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vibe.domain.acts import ActKind, Intent, ModelReply, ModelRequest
from vibe.domain.canonical import sha256_of
from vibe.domain.debates import Role as Speaker
from vibe.domain.errors import BadInput, Permanent, Transient
from vibe.domain.research import Claim
from vibe.domain.stances import Agreed, StanceReply, agreed
from vibe.kernel.tools import Tools
from vibe.research.notes import Found, Notes
from vibe.research.working import Work

PROMPTS = ("judge/stance", "judge/stance_again")
TEXT = 1_500
SURE = 80
"""The score of what is written, as rules give it."""
Ask = Callable[[str, Mapping[str, Any]], Awaitable[ModelReply]]
"""Puts one question, by the name of its prompt."""


async def judged(work: Work, notes: Notes) -> Notes:
    """The notes with what a model is sure of; unchanged where none is configured."""
    most = work.tools.settings.research.judged_max
    if not work.tools.settings.model.base_url or not most:
        return notes
    claims = {claim.id: claim for claim in work.claims}
    open_ones = _worth_asking([item for item in notes.found if not item.written and item.claim in claims], most)
    private = await _private(sorted(claims), work.tools)
    found = await asyncio.gather(
        *(_judge_one(item, claims[item.claim], item.claim in private, work.tools) for item in open_ones)
    )
    better = {id(item): one for item, one in zip(open_ones, found, strict=True)}
    return replace(notes, found=tuple(better.get(id(item), item) for item in notes.found))


def _worth_asking(items: Sequence[Found], most: int) -> list[Found]:
    """The best of each claim in turn, so that no claim takes all the questions."""
    places: Counter[str] = Counter()
    ranked = []
    for item in sorted(items, key=lambda one: (-one.score, one.id)):
        ranked.append((places[item.claim], -item.score, item.id, item))
        places[item.claim] += 1
    return [row[-1] for row in sorted(ranked, key=lambda row: row[:3])[:most]]


async def _private(ids: Sequence[str], tools: Tools) -> set[str]:
    rows = await tools.graph.read("blocks/by_id", ids=list(ids)) if ids else []
    return {row["id"] for row in rows if row["properties"].get("private") is True}


async def _judge_one(item: Found, claim: Claim, is_private: bool, tools: Tools) -> Found:
    async def ask(prompt: str, inputs: Mapping[str, Any]) -> ModelReply:
        intent = Intent(
            f"{prompt}/{item.id}", ActKind.MODEL_CALL, {"prompt": prompt, "inputs": sha256_of(dict(inputs))}
        )
        return await tools.acts.ask_model(ModelRequest(Speaker.JUDGE, prompt, inputs), intent)

    passage = " ".join(quote.text for quote in reversed(item.quotes))
    told = inputs_of(claim, passage, item.around, item.role, item.headings, is_private=is_private)
    try:
        verdict, by = await judge(told, ask)
    except (Transient, Permanent):
        return item  # not heard: a person is asked
    if verdict is None or not verdict.sure:
        return item
    reason = f"{by} judged it twice, in two wordings: it {verdict.stance.value} the claim (“{verdict.words}”)"
    return replace(
        item, stance=verdict.stance, written=True, score=max(item.score, SURE), reasons=(reason, *item.reasons)
    )


def inputs_of(
    claim: Claim,
    passage: str,
    around: tuple[str, str],
    role: str,
    headings: Sequence[str],
    *,
    is_private: bool = False,
) -> dict[str, Any]:
    """What both wordings of the question hold."""
    told: dict[str, Any] = {"text": claim.text[:TEXT], "about": claim.topic[:TEXT]}
    return {
        "claim": told | ({"private": True} if is_private else {}),
        "passage": passage[:TEXT],
        "before": around[0][:TEXT],
        "after": around[1][:TEXT],
        "role": role,
        "headings": list(headings),
    }


async def judge(told: Mapping[str, Any], ask: Ask) -> tuple[Agreed | None, str]:
    """Ask in both wordings; returns what they agree on, and who answered.

    Raises:
        BadInput, CallFailed, CallRefused, Refused: one of them was not heard.
    """
    replies = [await ask(prompt, told) for prompt in PROMPTS]
    if any(reply.model == "rules" for reply in replies):
        raise BadInput("rules do not judge passages a second time")
    one, other = (StanceReply.from_reply(reply.value) for reply in replies)
    return agreed(one, other, str(told["passage"])), replies[0].model
