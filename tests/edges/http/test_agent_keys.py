"""Agents' keys: what they open and until when, whose word an entry is, and reports that agents sign themselves."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from nacl.signing import SigningKey

from tests.edges.http.test_agents import CAPABILITIES, DONE, a_running_plan, an_agent
from vibe.client import Agent
from vibe.client import Refused as ClientRefused
from vibe.domain.canonical import from_json, iso
from vibe.edges.http.keys import hash_of_key
from vibe.kernel.chain import Checker, hash_of

pytestmark = pytest.mark.asyncio
KEY = SigningKey(b"3" * 32)


async def test_a_key_opens_what_it_is_for_until_it_ends(tmp_path: Path) -> None:
    """Scopes and end are the owner's to set, at first or with another key; entries name the key they came by."""
    async with a_running_plan(tmp_path / "home") as (site, _):
        end = iso(site.world.clock.now() + timedelta(days=1))
        body = {"name": "asker", "capabilities": CAPABILITIES, "scopes": ["ask"], "expires_at": end}
        told = (await site.owner.post("/api/agents", json=body)).json()
        asker = httpx.AsyncClient(base_url=site.address, headers={"Authorization": f"Bearer {told['api_key']}"})
        await site.stack.enter_async_context(asker)
        asked = await asker.post("/api/questions", json={"question": "Which town?"})
        worked = await asker.get(f"/api/agents/{told['agent_id']}/work")
        shown = (await site.owner.get(f"/api/agents/{told['agent_id']}")).json()
        site.world.clock.advance(timedelta(days=1))
        late = await asker.get("/api/actions")
        wider = {"scopes": ["work"], "expires_at": iso(site.world.clock.now() + timedelta(days=1))}
        rotated = (await site.owner.post(f"/api/agents/{told['agent_id']}/rotate-key", json=wider)).json()
        asker.headers["Authorization"] = f"Bearer {rotated['api_key']}"
        works = await asker.get(f"/api/agents/{told['agent_id']}/work")
        odd = [
            await site.owner.post("/api/agents", json={**body, **wrong})
            for wrong in ({"scopes": ["all"]}, {"expires_at": "soon"}, {"expires_at": end}, {"public_key": "ab"},
                          {"webhook_url": "ftp://a.example"}, {"webhook_url": "http://me:you@a.example/"})
        ]  # fmt: skip
        entries = await site.world.app.graph.read("ledger/page", after=0, limit=1000)
        keys = [from_json(row["body"]).get("key_id") for row in entries if row["actor"] == f"agent:{told['agent_id']}"]
        faults = await site.world.ledger_faults()
    assert (asked.status_code, worked.status_code, late.status_code, works.status_code) == (201, 403, 401, 200)
    assert (shown["scopes"], shown["key_expires_at"]) == (["ask"], end)
    assert [answer.status_code for answer in odd] == [400] * len(odd)
    assert keys[0] == shown["key_id"]
    assert set(keys[1:]) == {hash_of_key(site.home, rotated["api_key"])[:12]}
    assert faults == []


async def test_what_an_agent_signs_is_held_against_its_key(tmp_path: Path) -> None:
    """Unsigned or signed by another: 422. What is kept verifies, and what was changed later shows."""
    async with a_running_plan(tmp_path / "home") as (site, execution):
        public = KEY.verify_key.encode().hex()
        body = {"name": "signer", "capabilities": CAPABILITIES, "public_key": public}
        told = (await site.owner.post("/api/agents", json=body)).json()
        agent = Agent(site.address, told["agent_id"], told["api_key"], lambda data: KEY.sign(data).signature)
        task = await asyncio.to_thread(agent.next_task, 0)
        assert task is not None
        with pytest.raises(ClientRefused, match="422"):
            await asyncio.to_thread(Agent(site.address, agent.id, told["api_key"]).call, "POST",
                                    f"/api/executions/{execution}/events",
                                    {"event_type": "note", "task_id": task.id})  # fmt: skip
        stranger = Agent(
            site.address, agent.id, told["api_key"], lambda data: SigningKey(b"4" * 32).sign(data).signature
        )
        with pytest.raises(ClientRefused, match="not this agent's"):
            await asyncio.to_thread(
                stranger.call, "POST", f"/api/executions/{execution}/events", {"event_type": "note", "task_id": task.id}
            )
        await asyncio.to_thread(task.done, DONE, 0.9)
        rows = await site.world.app.graph.read("ledger/page", after=0, limit=1000)
        faults = await site.world.ledger_faults()
    reported = next(row for row in rows if row["type"] == "EventsReported")
    signed = from_json(reported["body"])["event"]["signed"]
    checker = Checker([site.world.app.signer.public_key])
    for row in rows:
        forged = row["body"].replace(signed["sha256"], hashlib.sha256(b"other").hexdigest())
        checker.add(row if row is not reported else {**row, "body": forged, "hash": hash_of(row, forged)})
    assert faults == []
    assert signed["key"] == public
    assert any("the agent that it names" in fault.detail for fault in checker.verdict().faults)


async def test_a_file_comes_back_as_it_was_brought(tmp_path: Path) -> None:
    """To the owner, and to an agent that works on this execution; never as something a browser would show."""
    async with a_running_plan(tmp_path / "home") as (site, execution):
        agent, idle = await an_agent(site), await an_agent(site, "idle")
        await agent.work()
        path = f"/api/executions/{execution}/files/page.html"
        kept = (await agent.http.put(path, content=b"<script>1</script>")).json()
        answers = [await caller.get(path) for caller in (site.owner, agent.http)]
        refused = [await idle.http.get(path), await site.owner.get(f"{path}.none")]
    assert [answer.content for answer in answers] == [b"<script>1</script>"] * 2
    assert answers[0].headers["ETag"] == f'"{kept["sha256"]}"'
    assert answers[0].headers["Content-Type"] == "application/octet-stream"
    assert [answer.status_code for answer in refused] == [409, 404]
