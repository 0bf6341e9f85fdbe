"""Claims: what a Decision or an Assumption asserts, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vibe.domain.blocks import Block, Kind
from vibe.domain.research import Claim
from vibe.research.passages import plain, sentences

CLAIMING = frozenset({Kind.DECISION, Kind.ASSUMPTION})
_LEAD = re.compile(r"^(?:assumptions?|the core decision)\s*:\s*", re.IGNORECASE)
_CHOICES = ("choices", "options", "alternatives")
_TOPICS = ("question", "topic", "concerns")


def claim_of(block: Block) -> Claim:
    """Read a block as a claim.

    A decision's choices are kept apart: they are offered, nobody asserts them. An assumption that answers a question
    has it as its topic.

    Raises:
        ValueError: the block is neither a Decision nor an Assumption (a bug of the caller).
    """
    if block.kind not in CLAIMING:
        raise ValueError(f"block {block.id!r} is a {block.kind}, which claims nothing")
    body = plain(block.content) or plain(block.title)
    while _LEAD.match(body):
        body = _LEAD.sub("", body)
    topic = plain(block.title) if block.kind is Kind.DECISION else _text(block, _TOPICS) or _other(block.title, body)
    found = tuple(body[start:end] for start, end in sentences(body))
    return Claim(
        id=block.id,
        kind=block.kind.value,
        text=body,
        sentences=found,
        topic=topic,
        alternatives=_list(block, _CHOICES),
        file=block.place.file if block.place else "",
        line=block.place.line if block.place else 0,
        sha256=block.content_sha256,
    )


def claims_of(blocks: Iterable[Block]) -> list[Claim]:
    """The claims among the blocks, in their order."""
    return [claim_of(block) for block in blocks if block.kind in CLAIMING]


def _other(title: str, body: str) -> str:
    """A title that is not just the beginning of the text is its topic."""
    text = plain(title).rstrip(".… ")
    return "" if body.lower().startswith(text.lower()) else text


def _text(block: Block, names: Iterable[str]) -> str:
    found = next((block.properties[name] for name in names if block.properties.get(name)), "")
    return plain(found) if isinstance(found, str) else ""


def _list(block: Block, names: Iterable[str]) -> tuple[str, ...]:
    found = next((block.properties[name] for name in names if block.properties.get(name)), ())
    return tuple(plain(str(item)) for item in found) if isinstance(found, list | tuple) else ()
