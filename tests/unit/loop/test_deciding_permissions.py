"""Standing permissions on a real store: what a person allowed for good is done within its cap, and told."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.loop.desk import Desk, desk
from tests.unit.loop.ready import OWNER, decide, node, offer, offered, research, writes
from vibe.domain.changes import Change
from vibe.domain.commands import GivePermission, RevokePermission
from vibe.domain.errors import BadInput, Conflict, NotFound, Refused
from vibe.domain.events import Event, EventType
from vibe.domain.identities import derived_id
from vibe.domain.verdicts import verdict_id
from vibe.kernel.submissions import Submission

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


async def allowed(at: Desk, per_day: int = 2) -> dict[str, Any]:
    """Approve a first proposal and allow its like for good."""
    await offered(at)
    await decide(at, "approve")
    return dict((await at.app.execute(GivePermission(1, per_day), actor=OWNER)).answer)


async def got_ready(at: Desk, number: int) -> dict[str, Any]:
    """Put a ready proposal in, say so, and return it as it stands after the permission was looked at."""
    identity = await offer(at, research(), number)
    ready = Change(events=(Event(EventType.PROPOSAL_READY, identity, {"number": number}),))
    await at.app.gate.commit(Submission(ready, f"ready {number}", OWNER, at.clock.now()))
    assert await at.app.turn.take()
    await at.app.bus.drain(None, {"permitting.use_permission"})
    return await node(at, "block", identity)


async def test_what_is_allowed_for_good_is_approved_within_its_cap(tmp_path: Path) -> None:
    """Twice a day it is approved in the giver's name by a verdict of its own; the third one is asked about."""
    async with desk(tmp_path) as at:
        permission = await allowed(at)
        statuses = [(await got_ready(at, number))["status"] for number in (2, 3, 4)]
        verdict = await node(at, "verdict", verdict_id(derived_id("proposal", 2)))
        told = await at.entries(EventType.PROPOSAL_ALLOWED)
        unasked = await at.app.graph.read("notifications/unasked", limit=10)
    assert statuses == ["approved", "approved", "ready"]
    assert (verdict["channel"], verdict["person"]) == ("permission", "owner")
    assert [item["permission"] for item in told] == [permission["permission"]] * 2
    assert [row["number"] for row in unasked] == [2, 3]


async def test_a_permission_taken_back_allows_nothing(tmp_path: Path) -> None:
    """After it is revoked each proposal is asked about again; it is listed as such."""
    async with desk(tmp_path) as at:
        permission = await allowed(at)
        await at.app.execute(RevokePermission(permission["permission"][:6]), actor=OWNER)
        proposal = await got_ready(at, 2)
        listed = await at.app.graph.read("decisions/permissions", statuses=["active", "revoked"], limit=10)
        with pytest.raises(NotFound, match="no permissions begin"):
            await at.app.execute(RevokePermission(permission["permission"]), actor=OWNER)
    assert proposal["status"] == "ready"
    assert [(row["what"], row["status"], row["per_day"]) for row in listed] == [("research", "revoked", 2)]


async def test_only_local_acts_without_cost_are_allowed_for_good(tmp_path: Path) -> None:
    """Writes can't be allowed for good, nor what nobody approved, nor by anybody but a person."""
    async with desk(tmp_path) as at:
        await offered(at, writes())
        with pytest.raises(Conflict, match="only what was approved"):
            await at.app.execute(GivePermission(1), actor=OWNER)
        await decide(at, "approve")
        with pytest.raises(BadInput, match="only research"):
            await at.app.execute(GivePermission(1), actor=OWNER)
        with pytest.raises(Refused, match="only a person"):
            await at.app.execute(GivePermission(1), actor="loop")
