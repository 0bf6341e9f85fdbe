"""Agents over HTTP: a key that opens little, work to be had and handed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.workers import a_work_plan
from tests.edges.http.site import Site, a_site

pytestmark = pytest.mark.asyncio
CAPABILITIES = [{"action": "research", "output_schema": {"type": "object", "required": ["summary", "sources"]}}]
DONE = {"summary": "three breeders", "sources": []}


@dataclass
class Caller:
    """An agent with its key."""

    id: str
    key: str
    http: httpx.AsyncClient

    async def work(self) -> Any:
        """Ask for work."""
        answer = await self.http.get(f"/api/agents/{self.id}/work")
        return answer.json()["task"]

    async def report(self, task: Any, **event: Any) -> httpx.Response:
        """Report one event about a task."""
        body = {"task_id": task["task_id"], **event}
        return await self.http.post(f"/api/executions/{task['execution_id']}/events", json=body)


async def an_agent(site: Site, name: str = "larry", capabilities: Any = None) -> Caller:
    """Register an agent and give it a client of its own."""
    body = {"name": name, "capabilities": capabilities or CAPABILITIES}
    answer = await site.owner.post("/api/agents", json=body)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    client = httpx.AsyncClient(base_url=site.address, headers={"Authorization": f"Bearer {told['api_key']}"})
    return Caller(told["agent_id"], told["api_key"], await site.stack.enter_async_context(client))


@asynccontextmanager
async def a_running_plan(home: Path) -> AsyncIterator[tuple[Site, str]]:
    """Serve a home in which a plan of three tasks is being carried out."""
    async with a_site(home) as site:
        await site.world.app.import_plan(a_work_plan(), actor="owner:cli")
        started = await site.owner.post("/api/executions", json={"plan_id": "breeders"})
        for ticket in (await site.owner.get("/api/tickets")).json()["tickets"]:
            await site.owner.post(f"/api/tickets/{ticket['id']}", json={"resolution": "ACCEPT"})
        await site.world.settle()
        yield site, started.json()["execution_id"]


async def test_an_agent_gets_work_reports_and_hands_in(tmp_path: Path) -> None:
    """What is claimed is shown as current, a result in the agreed form is taken, and the next task follows."""
    async with a_running_plan(tmp_path / "home") as (site, execution):
        agent = await an_agent(site)
        task = await agent.work()
        again = await agent.work()
        progress = await agent.report(task, event_type="task_progress", progress_ratio=0.5)
        status = (await agent.http.get(f"/api/executions/{execution}/status")).json()
        done = await agent.report(task, event_type="TASK_COMPLETED", output_data=DONE, confidence=0.9)
        assert (task["action"], again["task_id"]) == ("research", task["task_id"])
        assert status["current"][0]["progress_ratio"] == 0.5
        assert (progress.status_code, done.status_code) == (200, 200)
        assert done.json()["accepted"] == 1


async def test_a_result_in_another_form_is_refused_with_its_path(tmp_path: Path) -> None:
    """The agent's own output schema is held against it: 422 says where."""
    async with a_running_plan(tmp_path / "home") as (site, _):
        agent = await an_agent(site)
        task = await agent.work()
        answer = await agent.report(task, event_type="task_completed", output_data={"summary": "x"}, confidence=1)
        assert answer.status_code == 422
        assert "sources" in answer.json()["detail"]


async def test_the_same_event_counts_once_and_a_late_one_not_at_all(tmp_path: Path) -> None:
    """A retry is answered as the first time; in an array only what is late is refused."""
    async with a_running_plan(tmp_path / "home") as (site, execution):
        agent = await an_agent(site)
        task = await agent.work()
        done = {"event_type": "task_completed", "event_id": "e1", "output_data": DONE, "confidence": 0.9}
        first, second = await agent.report(task, **done), await agent.report(task, **done)
        late = await agent.report(task, event_type="task_progress", progress_ratio=0.1, event_id="e2")
        array = {"events": [{"task_id": task["task_id"], **done}, {"task_id": task["task_id"], "event_type": "note"}]}
        mixed = await agent.http.post(f"/api/executions/{execution}/events", json=array)
        assert first.json() == second.json()
        assert late.status_code == 409
        assert [result["accepted"] for result in mixed.json()["results"]] == [True, False]


async def test_a_key_is_shown_once_and_ends_when_it_is_taken_away(tmp_path: Path) -> None:
    """Neither graph nor ledger hold the key; a new key replaces the old, a revoked agent is a stranger."""
    async with a_running_plan(tmp_path / "home") as (site, _):
        agent = await an_agent(site)
        entries = await site.world.app.graph.read("ledger/page", after=0, limit=1000)
        rotated = (await site.owner.post(f"/api/agents/{agent.id}/rotate-key")).json()["api_key"]
        old = await agent.http.get("/api/actions")
        agent.http.headers["Authorization"] = f"Bearer {rotated}"
        new = await agent.http.get("/api/actions")
        await site.owner.delete(f"/api/agents/{agent.id}")
        revoked = await agent.http.get("/api/actions")
        assert all(agent.key not in row["body"] for row in entries)
        assert (old.status_code, new.status_code, revoked.status_code) == (401, 200, 401)


async def test_an_agents_key_opens_nothing_that_decides(tmp_path: Path) -> None:
    """Whatever is the owner's, or another agent's, answers 403."""
    async with a_running_plan(tmp_path / "home") as (site, execution):
        agent, other = await an_agent(site), await an_agent(site, "other")
        calls = [
            ("POST", "/api/agents"),
            ("DELETE", f"/api/agents/{agent.id}"),
            ("GET", f"/api/agents/{other.id}/work"),
            ("POST", f"/api/agents/{other.id}/heartbeat"),
            ("POST", "/api/proposals/1/decision"),
            ("POST", "/api/executions"),
            ("PATCH", f"/api/executions/{execution}"),
            ("GET", "/api/tickets"),
            ("POST", "/api/tickets/x"),
            ("POST", "/api/questions/x/answer"),
            ("GET", "/api/ledger"),
            ("GET", "/"),
        ]
        answers = [(await agent.http.request(method, path, json={})).status_code for method, path in calls]
        assert answers == [403] * len(calls)


async def test_two_that_ask_at_once_never_get_the_same(tmp_path: Path) -> None:
    """One of many that ask together gets the only task there is."""
    async with a_running_plan(tmp_path / "home") as (site, _):
        import asyncio

        agents = [await an_agent(site, f"a{number}") for number in range(6)]
        tasks = await asyncio.gather(*(agent.work() for agent in agents))
        assert sum(task is not None for task in tasks) == 1


async def test_a_file_is_kept_by_its_hash(tmp_path: Path) -> None:
    """Its bytes lie under the home's `runs/`, its hash stands in the ledger; the same again changes nothing."""
    async with a_running_plan(tmp_path / "home") as (site, execution):
        agent, idle = await an_agent(site), await an_agent(site, "idle")
        await agent.work()
        path = f"/api/executions/{execution}/files/breeders.csv"
        first = await agent.http.put(path, content=b"name,town\nJo,Essex\n")
        again = await agent.http.put(path, content=b"name,town\nJo,Essex\n")
        newer = await agent.http.put(path, content=b"name,town\nJo,Kent\n")
        stranger = await idle.http.put(path, content=b"x")
        odd = await agent.http.put(f"/api/executions/{execution}/files/.hidden", content=b"x")
        empty = await agent.http.put(path, content=b"")
        large = await agent.http.put(path, content=b"x" * 2_000_001)
        nowhere = await agent.http.put("/api/executions/none/files/a.txt", content=b"x")
        status = (await agent.http.get(f"/api/executions/{execution}/status")).json()
        kept = [(site.home / answer.json()["kept"]).read_bytes() for answer in (first, newer)]
        told = [item["sha256"] for item in await site.world.happened("FileKept")]
    assert first.json() == again.json()
    assert kept == [b"name,town\nJo,Essex\n", b"name,town\nJo,Kent\n"]
    assert told == [first.json()["sha256"], newer.json()["sha256"]]
    assert status["files"]["breeders.csv"]["sha256"] == newer.json()["sha256"]
    refused = [answer.status_code for answer in (stranger, odd, empty, large, nowhere)]
    assert refused == [409, 400, 400, 413, 404]


async def test_a_reply_brings_back_the_task_that_waited_for_it(tmp_path: Path) -> None:
    """The task comes back at once with the reply in it; what does not wait for somebody outside takes none."""
    async with a_running_plan(tmp_path / "home") as (site, execution):
        agent = await an_agent(site)
        task = await agent.work()
        path = f"/api/executions/{execution}/replies"
        body = {"task_id": task["task_id"], "text": "Yes, on Monday.", "from": "Marie"}
        early = await agent.http.post(path, json=body)
        await agent.report(task, event_type="task_waiting", waiting={"on": "Marie"})
        none = await agent.work()
        taken = await agent.http.post(path, json=body)
        await site.world.wait(seconds=2)
        again = await agent.work()
        twice = await agent.http.post(path, json=body)
        asked = {"question": "Which town?", "task_id": task["task_id"]}
        await agent.http.post("/api/questions", json=asked)
        for_owner = await agent.http.post(path, json=body)
    assert none is None
    assert (early.status_code, taken.status_code, twice.status_code, for_owner.status_code) == (409, 200, 409, 409)
    assert (again["task_id"], again["attempt"]) == (task["task_id"], 1)
    assert [(item["question"], item["answer"]) for item in again["answers"]] == [("Marie", "Yes, on Monday.")]


async def test_registration_says_what_nearly_fits_and_why_not(tmp_path: Path) -> None:
    """A schema that does not take a waiting task, and a word that is nearly its action, are told in words."""
    narrow = {"type": "object", "required": ["country"]}
    async with a_running_plan(tmp_path / "home") as (site, _):
        told = []
        for action, schema in (("research", {}), ("research", narrow), ("researching", {}), ("cook", {})):
            body = {"name": action, "capabilities": [{"action": action, "input_schema": schema}]}
            told.append((await site.owner.post("/api/agents", json=body)).json())
    assert [answer["matching_tasks"] for answer in told] == [1, 0, 0, 0]
    assert [len(answer["near_misses"]) for answer in told] == [0, 1, 1, 0]
    assert "country" in told[1]["near_misses"][0]["why"]
    assert "'research'" in told[2]["near_misses"][0]["why"]


async def test_a_practice_task_is_done_like_any_other_and_no_plan_knows_of_it(tmp_path: Path) -> None:
    """The agent gets it first and hands it in under its schema; the practice ends, the plan stands as it stood."""
    async with a_running_plan(tmp_path / "home") as (site, execution):
        agent = await an_agent(site)
        before = (await site.owner.get(f"/api/executions/{execution}/status")).json()
        sent = await site.owner.post(f"/api/agents/{agent.id}/test", json={"action": "research"})
        wrong = await site.owner.post(f"/api/agents/{agent.id}/test", json={"action": "cook"})
        own = await agent.http.post(f"/api/agents/{agent.id}/test", json={})
        task = await agent.work()
        bad = await agent.report(task, event_type="task_completed", output_data={"summary": "x"}, confidence=1)
        await agent.report(task, event_type="task_completed", output_data=DONE, confidence=0.9)
        await site.world.settle()
        practice = (await site.owner.get(f"/api/executions/{task['execution_id']}/status")).json()
        after = (await site.owner.get(f"/api/executions/{execution}/status")).json()
        faults = await site.world.ledger_faults()
    assert (sent.status_code, wrong.status_code, own.status_code, bad.status_code) == (201, 400, 403, 422)
    assert task["execution_id"] == sent.json()["execution_id"]
    assert practice["status"] == "completed"
    assert before == after
    assert faults == []
