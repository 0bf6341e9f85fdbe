"""What an agent writes: its own where the tiers let it, a proposal where a person has to say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edges.http.site import a_site
from tests.edges.http.test_agents import an_agent

pytestmark = pytest.mark.asyncio
BLOCKS = {
    "blocks": [
        {"block": "Knowledge", "id": "k-1", "title": "Essex has seven breeders"},
        {"block": "Task", "id": "t-3", "title": "Look at the seventh", "status": "pending", "priority": "P3"},
        {"block": "Decision", "id": "d-1", "title": "Begin in Essex", "content": "Most of them are there."},
    ],
    "links": [{"link": "SUPPORTS", "from": "k-1", "to": "d-1"}],
}


async def test_tier_two_becomes_a_proposal_that_is_written_once_approved(tmp_path: Path) -> None:
    """Knowledge and a small task are there at once, the decision and its link when a person has said so."""
    async with a_site(tmp_path / "home") as site:
        agent = await an_agent(site)
        answer = await agent.http.post("/api/blocks", json=BLOCKS)
        told = answer.json()
        before = {row["id"] for row in await site.world.app.graph.read("blocks/by_id", ids=["k-1", "t-3", "d-1"])}
        shown = (await site.owner.get(f"/api/proposals/{told['proposal']}")).json()
        refused = await agent.http.post(f"/api/proposals/{told['proposal']}/decision", json={"decision": "approve"})
        decision = {"decision": "approve", "digest": shown["digest"]}
        await site.owner.post(f"/api/proposals/{told['proposal']}/decision", json=decision)
        await site.world.settle()
        after = (await site.world.app.graph.read("blocks/by_id", ids=["d-1"]))[0]
        links = await site.world.app.graph.read("blocks/links_of", ids=["k-1"])
        missing = {"links": [{"link": "SUPPORTS", "from": "k-1", "to": "nowhere"}]}
        unknown = await agent.http.post("/api/blocks", json=missing)
        more = [
            await agent.http.post("/api/blocks", json={"block": "Decision", "title": f"Number {number}"})
            for number in range(10)
        ]
        faults = await site.world.ledger_faults()
    assert (answer.status_code, told["blocks"]) == (201, ["k-1", "t-3"])
    assert before == {"k-1", "t-3"}
    assert shown["status"] == "ready"
    assert refused.status_code == 403
    assert (after["title"], after["status"]) == ("Begin in Essex", "active")
    assert [(row["type"], row["target"]) for row in links] == [("SUPPORTS", "d-1")]
    assert unknown.status_code == 404
    assert [item.status_code for item in more] == [201] * 9 + [403]
    assert faults == []
