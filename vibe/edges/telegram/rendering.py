"""Rendering: from a message's Markdown to texts with entities, split where Telegram would refuse them.

Telegram counts UTF-16 units after the markup is taken out, and shows a hundred entities a message at most. The only
module that imports telegramify-markdown.

Source: TELEGRAM B3 (limits).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telegram import MessageEntity
from telegram.constants import MessageLimit
from telegramify_markdown import MessageEntity as Found
from telegramify_markdown import RenderConfig, convert, split_entities, utf16_len

from vibe.domain.visible import visible

MOST_UNITS = int(MessageLimit.MAX_TEXT_LENGTH)
MOST_ENTITIES = int(MessageLimit.MESSAGE_ENTITIES)
EMPTY = "…"


@dataclass(frozen=True, slots=True)
class Part:
    """One message as Telegram takes it."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


def _plain_look() -> RenderConfig:
    """No pictures before headings, plain bullets."""
    config = RenderConfig.isolated()
    symbols = config.markdown_symbol
    symbols.heading_level_1 = symbols.heading_level_2 = symbols.heading_level_3 = symbols.heading_level_4 = ""
    symbols.unordered_list_item = "•"
    config.cite_expandable = False
    return config


_LOOK = _plain_look()


def render(markdown: str) -> tuple[Part, ...]:
    """Render Markdown into one or more parts; an empty text is one part with a dot leader."""
    text, found = convert(visible(markdown), latex_escape=False, config=_LOOK)
    pieces = split_entities(*_stripped(text, found), MOST_UNITS)
    parts = [part for piece in pieces for part in _few_entities(*piece)]
    return tuple(parts) or (Part(EMPTY),)


def _stripped(text: str, found: Sequence[Found]) -> tuple[str, list[Found]]:
    """Without the newlines a text ends with; entities that reached into them are cut."""
    short = text.rstrip()
    end = utf16_len(short)
    kept = [one.copy_with(length=min(one.length, end - one.offset)) for one in found if one.offset < end]
    return short, kept


def _few_entities(text: str, found: Sequence[Found]) -> Iterator[Part]:
    """Cut at line ends so that no part has more than a hundred entities."""
    if len(found) <= MOST_ENTITIES or len(text) < 2:
        yield Part(text.rstrip("\n"), tuple(_as_telegram(one) for one in found[:MOST_ENTITIES]))
        return
    ordered = sorted(found, key=lambda one: one.offset)
    room = ordered[MOST_ENTITIES].offset  # where the first entity too many begins
    before = _line_start(text, room)
    for piece in split_entities(text, list(found), before or room or 1):
        yield from _few_entities(*piece)


def _line_start(text: str, units: int) -> int:
    """The start, in UTF-16 units, of the last line that begins at or before `units`; 0 where that is the first."""
    head = text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore")
    return utf16_len(head[: head.rfind("\n") + 1])


def _as_telegram(found: Found) -> MessageEntity:
    return MessageEntity(found.type, found.offset, found.length, url=found.url, language=found.language)
