"""Mending: what a person does about deliveries that the bus set aside (`vibe stuck`)."""

from __future__ import annotations

from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.commands import MendDelivery
from vibe.domain.errors import BadInput, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.identities import derived_id
from vibe.kernel.tools import Tools


def question_of(delivery: str) -> str:
    """The id of the question that a delivery waits for."""
    return derived_id(delivery, "question")


async def retry_answered(entry: Entry, tools: Tools) -> Change:
    """Put the deliveries that waited for this answer back in line."""
    rows = await tools.graph.read("ledger/set_aside", limit=1000)
    waiting = [row for row in rows if row["state"] == "asked" and question_of(row["id"]) == entry.subject]
    if not waiting:
        return NOTHING
    due_ms = epoch_ms(tools.clock.now())
    moved = ({"id": row["id"], "dueMs": due_ms, "state": "due", "attempts": 0, "error": None} for row in waiting)
    events = tuple(
        Event(
            EventType.DELIVERY_MENDED, row["id"], {"delivery": row["id"], "handler": row["handler"], "how": "answered"}
        )
        for row in waiting
    )
    expects = tuple(expect("Delivery", row["id"], state="asked") for row in waiting)
    return Change(expects, (Effect("ledger/put_off", *moved),), events)


async def mend_delivery(command: MendDelivery, tools: Tools) -> Change:
    """Put a delivery that was set aside back in line, or give it up.

    Raises:
        NotFound: none, or more than one, begins with that id.
    """
    if command.how not in ("retry", "drop"):
        raise BadInput(f"{command.how!r} is neither retry nor drop", field="how")
    rows = await tools.graph.read("ledger/set_aside", limit=1000)
    found = [row for row in rows if str(row["id"]).startswith(command.id)]
    if len(found) != 1:
        raise NotFound(f"{len(found)} deliveries that are set aside begin with {command.id!r}; `vibe stuck list`")
    row = found[0]
    moved = {"id": row["id"], "dueMs": epoch_ms(tools.clock.now()), "state": "due", "attempts": 0, "error": None}
    effect = Effect("ledger/put_off", moved) if command.how == "retry" else Effect("ledger/delivered", moved)
    body = {"delivery": row["id"], "handler": row["handler"], "how": command.how}
    event = Event(EventType.DELIVERY_MENDED, row["id"], body)
    done = "will be tried again" if command.how == "retry" else "given up"
    answer = {"handler": row["handler"], "done": done}
    return Change((expect("Delivery", row["id"], state=row["state"]),), (effect,), (event,), answer)
