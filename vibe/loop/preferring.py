"""Preferring: what a person always wants is inferred from what they say and decide; what they want done now is kept.

Woken by `RemarkKept` and `ProposalRejected` (words and decisions), and by the commands `HearWords`, `SettlePreference`
and `CloseIntent`. A preference is a Knowledge block ("standing preference") with what it was inferred from; it counts
once a person confirms it, and is asked about once: one that was declined is not inferred again. A directive becomes an
Intent, which waits and does nothing. Emits `PreferenceInferred`, `PreferenceSettled`, `IntentKept`, `IntentClosed`.

Source: issue 5 (Learning), document 000 (preemptive calibration, inferred intent).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from vibe.domain.block_rows import create_blocks, create_links, set_block
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import NOTHING, Change, Effect, absent, expect
from vibe.domain.errors import BadInput, Conflict, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.identities import derived_id
from vibe.domain.intents import IntentStatus, close_intent, keep_intent, read_directive
from vibe.domain.learning_commands import CloseIntent, HearWords, SettlePreference
from vibe.domain.preferences import SORT, Inferred, PreferenceStatus, from_decisions, from_words
from vibe.domain.verdicts import decider_of
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row

LAST_DECIDED = 30
LOOKS_BACK = timedelta(days=365)
QUOTES = 10
TEXT_MAX = 4_000


async def infer_from_remark(entry: Entry, tools: Tools) -> Change:
    """Infer from a remark's words."""
    rows = await tools.graph.read("blocks/by_id", ids=[entry.subject])
    if not rows:
        return NOTHING
    return await _inferred([(one, (rows[0]["id"],)) for one in from_words(rows[0]["content"])], tools)


async def infer_from_rejection(entry: Entry, tools: Tools) -> Change:
    """Infer from why a proposal was rejected, and from how the last ones were decided."""
    rows = await tools.graph.read("decisions/verdict", proposal=entry.subject)
    words = from_words(rows[0]["reason"] or "") if rows else []
    since = tools.clock.now() - LOOKS_BACK
    decided = await tools.graph.read("learning/decided", since=since, limit=LAST_DECIDED)
    found = [(one, (entry.subject,)) for one in words]
    return await _inferred(found + [(one.inferred, one.proposals) for one in from_decisions(decided)], tools)


async def _inferred(found: Sequence[tuple[Inferred, tuple[str, ...]]], tools: Tools) -> Change:
    """Write what is new; what is known gets more to show for it; what was declined stays so."""
    ids = {derived_id(SORT, one.key): (one, sources) for one, sources in found}
    known = {row["id"]: row for row in await tools.graph.read("ledger/nodes/block", ids=list(ids))} if ids else {}
    change = NOTHING
    for identity, (one, sources) in ids.items():
        props = known[identity]["properties"] if identity in known else None
        quotes = list(props.get("quotes") or []) if props else []
        if props and (props["status"] == PreferenceStatus.DECLINED or one.quote in quotes or len(quotes) >= QUOTES):
            continue
        change += _more(identity, one, sources, quotes, tools) if props else _new(identity, one, sources, tools)
    return change


def _new(identity: str, one: Inferred, sources: tuple[str, ...], tools: Tools) -> Change:
    block = Block(
        identity,
        Kind.KNOWLEDGE,
        one.statement,
        f"Standing preference, inferred from: “{one.quote}”",
        PreferenceStatus.INFERRED.value,
        properties={"sort": SORT, "wish": one.key, "quotes": [one.quote]},
    )
    made = Change(
        expects=(absent("Block", identity),),
        effects=create_blocks([block], at=tools.clock.now(), actor=tools.actor),
    )
    return made + _shown_by(identity, one, sources, new=True)


def _more(identity: str, one: Inferred, sources: tuple[str, ...], quotes: list[str], tools: Tools) -> Change:
    row = set_block(identity, quotes=[*quotes, one.quote], updatedAt=tools.clock.now())
    return Change(effects=(Effect("blocks/set", row),)) + _shown_by(identity, one, sources, new=False)


def _shown_by(identity: str, one: Inferred, sources: tuple[str, ...], *, new: bool) -> Change:
    said = {"statement": one.statement, "quote": one.quote}
    body = {"preference": identity, **said, "sources": list(sources), "new": new}
    return Change(
        effects=create_links(Link(LinkType.DERIVED_FROM, identity, source) for source in sources),
        events=(Event(EventType.PREFERENCE_INFERRED, identity, body),),
    )


async def settle_preference(command: SettlePreference, tools: Tools) -> Change:
    """Let it count, or not.

    Raises:
        Refused: not a person. NotFound: there is none of this id, or several begin so.
    """
    person = decider_of(tools.actor).person
    rows = await tools.graph.read("learning/preferences", sort=SORT, limit=500)
    row = _one([row for row in rows if row["id"].startswith(command.id.strip())], command.id, "preference")
    status = PreferenceStatus.ACTIVE if command.holds else PreferenceStatus.DECLINED
    said = "is a standing preference now" if command.holds else "does not count"
    answer = {"preference": row["id"], "status": status.value, "said": f"“{row['title']}” {said}."}
    if row["status"] == status:
        return Change(answer=answer)
    now = tools.clock.now()
    set_row = set_block(row["id"], status=status.value, settledBy=person, settledAt=now, updatedAt=now)
    body = {"preference": row["id"], "status": status.value, "by": person}
    return Change(
        expects=(expect("Block", row["id"], status=row["status"]),),
        effects=(Effect("blocks/set", set_row),),
        events=(Event(EventType.PREFERENCE_SETTLED, row["id"], body),),
        answer=answer,
    )


async def hear_words(command: HearWords, tools: Tools) -> Change:
    """Take down words that are about nothing that waits; `heard` says what they were taken for.

    Raises:
        Refused: not a person. BadInput: no words, or too many.
    """
    person = decider_of(tools.actor).person
    text = command.text.strip()
    if not text or len(text) > TEXT_MAX:
        raise BadInput(f"a message has 1 to {TEXT_MAX} characters", field="text")
    wishes = from_words(text)
    if wishes:
        return await _keep_words(text, wishes, person, tools)
    wanted = read_directive(text)
    if wanted is None:
        return Change(answer={"heard": None, "said": "I do not know what that is about."})
    now, identity = tools.clock.now(), tools.ids.new()
    told = f"Kept as something you want: “{wanted}”. It waits on the page; nothing is done by it."
    kept = keep_intent(identity, text, wanted, person, now, epoch_ms(now))
    return kept + Change(answer={"heard": "intent", "intent": identity, "said": told})


async def _keep_words(text: str, wishes: Sequence[Inferred], person: str, tools: Tools) -> Change:
    """Keep the words as Knowledge, and the preferences inferred from them."""
    properties = {"origin": "human", "person": person}
    words = Block(tools.ids.new(), Kind.KNOWLEDGE, f"Said: {text[:80]}", text, properties=properties)
    kept = Change(effects=create_blocks([words], at=tools.clock.now(), actor=tools.actor))
    change = await _inferred([(one, (words.id,)) for one in wishes], tools)
    said = "; ".join(one.statement for one in wishes)
    told = f"I take this for a standing preference: {said}. It counts once you confirm."
    answer = {"heard": "preference", "said": told}
    return (kept + change if change.events else NOTHING) + Change(answer=answer)


async def close_wish(command: CloseIntent, tools: Tools) -> Change:
    """Take an intent off the list.

    Raises:
        Refused: not a person. NotFound: there is none of this id, or several begin so. Conflict: it is closed already.
    """
    person = decider_of(tools.actor).person
    beginning = command.id.strip()
    rows = await tools.graph.read("learning/intents_beginning", beginning=beginning, limit=2) if beginning else []
    row = _one(rows, command.id, "wish")
    if row["status"] != IntentStatus.WAITING:
        raise Conflict("that is off the list already")
    return close_intent(row, person) + Change(answer={"intent": row["id"], "said": "It is off the list."})


def _one(rows: Sequence[Row], identity: str, what: str) -> Row:
    if len(rows) != 1 or not identity.strip():
        raise NotFound(f"{len(rows) or 'no'} {what}s begin with {identity!r}")
    return rows[0]
