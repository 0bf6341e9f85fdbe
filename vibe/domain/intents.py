"""Intents: what a person wants done, said in passing. Kept and shown; nothing is done by them. Pure.

"Sales are low, look at the ads" is a directive: a clause that begins with a verb of doing. A question is none, nor is
what is not to be done.

Source: issue 5 (Learning), document 000 (inferred intent).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from vibe.domain.changes import Change, Effect, absent, expect
from vibe.domain.events import Event, EventType
from vibe.domain.preferences import sentences

LEAST_WORDS = 2


class IntentStatus(StrEnum):
    """Where one stands."""

    WAITING = "waiting"
    CLOSED = "closed"


_VERBS = frozenset(
    """analyse analyze arrange ask assess audit book build buy call cancel change check clean collect compare consider
    contact cut deal decide describe draft email explore figure file find finish fix focus follow gather get go hire
    improve increase inspect investigate launch list look lower make measure move negotiate open order organise organize
    plan postpone prepare prioritise prioritize promote raise reach reconsider reduce remove replace research resolve
    review revise rework run schedule search sell send set shorten simplify sort speed start stop study summarise
    summarize survey switch take talk test track train try update verify visit write""".split()
)
_OBJECT = re.compile(
    r"^(?:\w+\s+){0,2}?(?:the|a|an|our|my|your|their|his|her|some|all|every|each|this|that|these|those|whether|what|why|"
    r"how|who|which|for|at|into|on|up|out|with|from|about|through|to|by|over|after|down|more|fewer|less|it|them|\d+|"
    r"[A-Z]\w+)\b"
)
_LEAD = re.compile(
    r"^(?:(?:so|then|now|and|but|ok|okay|please|hey|also|maybe|just|can you|could you|would you|you should|you need to|"
    r"we should|we need to|we have to|we must|let us|let's|i want you to|i'd like you to|i need you to)\s*,?\s+)+",
    re.IGNORECASE,
)


def read_directive(text: str) -> str | None:
    """The words of a message that want something done; None: it wants nothing done."""
    for sentence in sentences(text):
        if sentence.endswith("?") and not re.match(r"(?:can|could|would) you\b", sentence, re.IGNORECASE):
            continue
        for clause in re.split(r"[,:–—]\s+|\s+-\s+|\bso\s+(?=please\b|look\b|check\b)", sentence):
            if _is_directive(clause.strip()):
                return sentence
    return None


def _is_directive(clause: str) -> bool:
    said = _LEAD.sub("", clause).strip()
    words = said.split()
    if len(words) < LEAST_WORDS or words[0].lower().strip(".,!") not in _VERBS:
        return False
    return bool(_OBJECT.match(" ".join(words[1:])))


def keep_intent(identity: str, text: str, wanted: str, by: str, at: Any, at_ms: int) -> Change:
    """Keep one, waiting."""
    props = {"text": text, "wanted": wanted, "status": IntentStatus.WAITING.value, "by": by, "at": at, "atMs": at_ms}
    body = {"intent": identity, "by": by}
    return Change(
        expects=(absent("Intent", identity),),
        effects=(Effect("learning/write_intent", {"id": identity, "props": props}),),
        events=(Event(EventType.INTENT_KEPT, identity, body),),
    )


def close_intent(row: Mapping[str, Any], by: str) -> Change:
    """Close one that waits."""
    props = {"status": IntentStatus.CLOSED.value, "closedBy": by}
    return Change(
        expects=(expect("Intent", row["id"], status=IntentStatus.WAITING.value),),
        effects=(Effect("learning/write_intent", {"id": row["id"], "props": props}),),
        events=(Event(EventType.INTENT_CLOSED, row["id"], {"intent": row["id"], "by": by}),),
    )
