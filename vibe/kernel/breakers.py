"""How it stands with the model: what a person must know of is written down once, and told from there.

Before the first call to a server that is not this machine: what leaves it, and where to. When the breaker opens: that
the rules stand in, until a call succeeds again. When a day's budget is used up: that, and how to allow more. Each is an
entry of the ledger; `notifying.warning` and the pages tell it.

Source: issue 5 (The model edge), document 000 (circuit breakers alert the human only on breaches).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from vibe.domain.acts import Resting
from vibe.domain.changes import Change, Effect
from vibe.domain.errors import Refused
from vibe.domain.events import Event, EventType
from vibe.domain.identities import derived_id
from vibe.ports.inward import Clock, Graph

if TYPE_CHECKING:
    from vibe.kernel.commit import Outside, Where

MODEL = "model"
"""The node that says how it stands with the model."""
LEAVES = (
    "the gap and the blocks it is about, with what they are linked to",
    "the goal, earlier proposals, what you rejected and your standing preferences",
    "passages of your documents where research found them beside a claim",
)
"""What a call to a model holds."""
Commit = Callable[[Change, "Where", str], Awaitable[object]]


class ModelWatch:
    """Writes down what the owner must know of the calls to a model."""

    def __init__(self, commit: Commit, graph: Graph, clock: Clock, outside: Outside) -> None:
        self._commit, self._graph, self._clock, self._outside = commit, graph, clock, outside
        self._named: set[str] = set()
        self._told = self._looked = False
        self._lock = asyncio.Lock()

    async def before(self, where: Where) -> None:
        """Name once what leaves this machine, and where to."""
        server = self._outside.elsewhere
        if not server or server in self._named:
            return
        async with self._lock:
            if server not in self._named and not await self._noted(f"leaves {server}"):
                props = {"server": server, "at": self._clock.now()}
                body = {"server": server, "what": list(LEAVES)}
                await self._write(where, f"leaves {server}", props, EventType.MODEL_NAMED, body)
            self._named.add(server)

    async def failed(self, where: Where) -> None:
        """Say once that the rules stand in; again only after a call succeeded in between."""
        resting = self._outside.resting()
        if resting is None or self._told:
            return
        async with self._lock:
            if not self._told and not (await self._noted(MODEL)).get("open"):
                await self._tell_of(resting, where)
            self._told = True

    async def _tell_of(self, resting: Resting, where: Where) -> None:
        since = self._clock.now()
        body = {"what": MODEL, "failures": resting.failures, "why": resting.why}
        base = f"{MODEL} rests {since.isoformat()}"
        await self._write(where, MODEL, {"open": True, "since": since} | body, EventType.BREAKER_TRIPPED, body, base)

    async def answered(self, where: Where) -> None:
        """Say that the model is well again, where it was said that it was not."""
        if not self._told and self._looked:
            return
        async with self._lock:
            if self._told or await self._is_open_since_before():
                base = f"{MODEL} is back {self._clock.now().isoformat()}"
                await self._write(where, MODEL, {"open": False}, EventType.BREAKER_CLOSED, {"what": MODEL}, base)
            self._told, self._looked = False, True

    async def refused(self, where: Where, error: Refused) -> None:
        """Say once a day that its budget is used up."""
        day = self._clock.now().date().isoformat()
        body = {"day": day, "said": str(error)}
        await self._write(where, f"spent {day}", {"at": self._clock.now()}, EventType.BUDGET_SPENT, body)

    async def _is_open_since_before(self) -> bool:
        """Whether an earlier process left it open; looked at once."""
        if self._looked:
            return False
        self._looked = True
        return bool((await self._noted(MODEL)).get("open"))

    async def _noted(self, identity: str) -> dict[str, Any]:
        rows = await self._graph.read("ledger/nodes/budget", ids=[identity])
        return dict(rows[0]["properties"]) if rows else {}

    async def _write(
        self, where: Where, identity: str, props: dict[str, Any], kind: EventType, body: dict[str, Any], base: str = ""
    ) -> None:
        """One change with a fixed id: written twice, by two calls at once, it is written once."""
        effect = Effect("budgets/set", {"id": identity, "props": props})
        change = Change(effects=(effect,), events=(Event(kind, identity, body),))
        await self._commit(change, where, derived_id(base or identity))
