"""The prospecting story of document 001, end to end: agents in their own processes, a person, a clock moved by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.edges.http.site import Site, a_site
from tests.stores import fresh_store
from vibe.app import App
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import sha256_of
from vibe.domain.plans import Format, PlanReading
from vibe.edges.graph.adapter import Neo4jStore
from vibe.edges.graph.comparing import compare_graphs, values_of
from vibe.kernel.bells import rings
from vibe.kernel.chain import GENESIS
from vibe.kernel.replaying import long_texts, replay
from vibe.plans.report_texts import as_markdown
from vibe.plans.reporting import read_report

pytestmark = [pytest.mark.asyncio, pytest.mark.slow]
AGENT = Path(__file__).with_name("prospecting_agent.py")
PITCH = "Good day, we build websites for dog breeders. May we call again?"
FOLLOW_UP = "Thank you for the call. Would Thursday suit you?"
QUESTIONS = "What should your website do for you?"
METRICS = (
    ("Prospects identified", "prospects", 50),
    ("Qualified leads", "leads", 10),
    ("Cold calls made", "calls", 5),
    ("Deals closed", "deals", 3),
    ("Revenue generated", "revenue_usd", 20_000),
)


def _to(channel: str, text: str, *people: str) -> str:
    return json.dumps({"channel": channel, "to": people, "text": text})


FIVE, THREE = ("Carol", "Marie", "Otto", "Ada", "Farm"), ("Carol", "Marie", "Farm")
STEPS = {
    "Breeders of ten towns": "- research: Identify 50 dog breeders (2 h)",
    "Leads among them": "- research: Qualify the leads (1 h)",
    "The top five": f"- outreach: Call the top five (3 h) {_to('phone', PITCH, *FIVE)}",
    "Mails": f"- outreach: Write to the three who listened (1 h) {_to('email', FOLLOW_UP, *THREE)}",
    "Carol": '- wait: Carol replies (1 h) {"who": "Carol"}',
    "Marie": '- wait: Marie replies (1 h) {"who": "Marie"}',
    "Farm": '- wait: The farm replies (1 h) {"who": "Farm"}',
    "Carol's website": f"- interview: Interview Carol (2 h) {_to('phone', QUESTIONS, 'Carol')}\n"
    "- document: Write the proposal for Carol (4 h)\n- decide: Sign with Carol (1 h)",
    "The farm's website": "- decide: Sign with the farm (1 h)",
}
AFTER = (
    ("Leads among them", "Breeders of ten towns"),
    ("The top five", "Leads among them"),
    ("Mails", "The top five"),
    ("Carol", "Mails"),
    ("Marie", "Mails"),
    ("Farm", "Mails"),
    ("Carol's website", "Carol"),
    ("The farm's website", "Farm"),
)
PHASES = {"Research": 2, "Outreach": 5, "Close": 2}
MOST_SHOWN = 20


def the_plan() -> PlanReading:
    """Three phases with their tasks, a goal with its figures, and a risk."""
    metrics = json.dumps([{"name": name, "key": key, "target": target} for name, key, target in METRICS])
    blocks = [Block("goal", Kind.NORTH_STAR, "Three custom websites for dog breeders", properties={"metrics": metrics})]
    risk = {"knowledgeKind": "risk", "likelihood": "High", "impact": "High", "action": "Call twice."}
    blocks.append(Block("risk", Kind.KNOWLEDGE, "Breeders never answer", properties=risk))
    links = [Link(LinkType.DEPENDS_ON, later, earlier) for later, earlier in AFTER]
    names = iter(STEPS)
    for place, (phase, count) in enumerate(PHASES.items()):
        blocks.append(Block(phase, Kind.TASK, phase, status="pending", properties={"position": place}))
        for number in range(count):
            name = next(names)
            props = {"position": number}
            blocks.append(Block(name, Kind.TASK, name, status="pending", properties=props))
            links.append(Link(LinkType.PART_OF, name, phase))
    return PlanReading("prospecting", "Dog breeders", Format.EXCHANGE, tuple(blocks), tuple(links))


@dataclass
class Story:
    """The site, the agents' processes, the world outside, and the owner's hand."""

    site: Site
    outside: Path
    agents: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    execution: str = ""

    async def get(self, path: str) -> Any:
        """Read as the owner."""
        return (await self.site.owner.get(path)).raise_for_status().json()

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Write as the owner."""
        answer = await self.site.owner.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def let_in(self, name: str, *capabilities: Mapping[str, Any]) -> None:
        """Register an agent and start its process."""
        told = await self.post("/api/agents", {"name": name, "capabilities": capabilities})
        self.ids[name] = told["agent_id"]
        command = [sys.executable, str(AGENT), self.site.address, told["agent_id"], str(self.outside)]
        self.agents[name] = subprocess.Popen(command, env=os.environ | {"VIBE_AGENT_KEY": told["api_key"]})

    def lose(self, name: str) -> None:
        """Kill an agent's process."""
        process = self.agents.pop(name)
        process.kill()
        process.wait()

    async def until(self, happened: Callable[[], Awaitable[bool]]) -> None:
        """Deliver what is due until it happened; woken by whatever is written."""
        with self.site.world.app.bells.waiting(self.execution) as bell:
            for _ in range(500):
                await self.site.world.settle()
                if await happened():
                    return
                assert await rings(bell, 30), f"nothing happens any more: {await self.status()}"
        raise AssertionError("it never happened")

    async def status(self) -> dict[str, Any]:
        """How the execution stands."""
        return dict(await self.get(f"/api/executions/{self.execution}/status"))

    async def task(self, title: str) -> dict[str, Any]:
        """A task by its title."""
        rows = (await self.get(f"/api/executions/{self.execution}/tasks"))["tasks"]
        return next(row for row in rows if row["title"] == title)

    async def until_task(self, title: str, *statuses: str) -> None:
        """Wait until a task stands so."""

        async def stands() -> bool:
            return (await self.task(title))["status"] in statuses

        await self.until(stands)

    async def end_ticket(self, title: str, resolution: str, **more: Any) -> dict[str, Any]:
        """The owner ends the ticket whose title holds this."""
        rows = (await self.get("/api/tickets"))["tickets"]
        found = next(row for row in rows if title in row["title"])
        await self.post(f"/api/tickets/{found['id']}", {"resolution": resolution, **more})
        await self.site.world.settle()
        return dict(found)

    async def leave(self, holds: str) -> dict[str, Any]:
        """The owner approves the gate that waits, by its digest, once they have seen these words in it."""
        rows = (await self.get("/api/proposals?status=ready"))["proposals"]
        [row] = [row for row in rows if row["title"].startswith("Let it go ahead")]
        shown = await self.get(f"/api/proposals/{row['number']}")
        assert holds in json.dumps(shown, ensure_ascii=False)
        other = await self.site.owner.post(
            f"/api/proposals/{row['number']}/decision", json={"decision": "approve", "digest": "0" * 64}
        )
        assert other.status_code == 409
        await self.post(f"/api/proposals/{row['number']}/decision", {"decision": "approve", "digest": row["digest"]})
        await self.site.world.settle()
        return dict(row)

    async def move(self, status: str) -> None:
        """The owner pauses or goes on."""
        answer = await self.site.owner.patch(f"/api/executions/{self.execution}", json={"status": status})
        assert answer.is_success, answer.text
        await self.site.world.settle()

    def sent(self) -> list[tuple[str, str]]:
        """What reached whom, in order."""
        file = self.outside / "sent.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [(row["to"], row["channel"]) for row in map(json.loads, lines)]


@asynccontextmanager
async def a_story(tmp_path: Path) -> AsyncIterator[Story]:
    """Serve a home, and end every process of the story with it."""
    (tmp_path / "outside").mkdir()
    async with a_site(tmp_path / "home") as site:
        story = Story(site, tmp_path / "outside")
        try:
            yield story
        finally:
            for name in list(story.agents):
                story.lose(name)


async def _begin(story: Story) -> None:
    """The plan comes in, the person says how it is done, two agents of different capabilities start to work."""
    await story.site.world.app.import_plan(the_plan(), actor="owner:cli")
    mail = {"properties": {"channel": {"const": "email"}}, "required": ["channel"]}
    phone = {"properties": {"channel": {"const": "phone"}}, "required": ["channel"]}
    by_phone = [{"action": "outreach", "input_schema": phone}, {"action": "interview"}]
    by_mail = [{"action": name} for name in ("research", "document", "wait")]
    await story.let_in("mail", *by_mail, {"action": "outreach", "input_schema": mail})
    await story.let_in("phone", *by_phone)
    started = await story.post("/api/executions", {"plan_id": "prospecting"})
    story.execution = started["execution_id"]
    for ticket in (await story.get("/api/tickets"))["tickets"]:
        titles = [row["title"] for row in ticket["draft"]["tasks"]]
        text = "\n".join(f"# {title}\n{STEPS[title]}" for title in titles)
        await story.post(f"/api/tickets/{ticket['id']}", {"resolution": "breakdown", "markdown": text})
    await story.site.world.settle()


async def _research(story: Story) -> None:
    """A result that the agent is not sure of goes back with words; a pause is honoured, the plan is changed in it."""
    await story.until_task("Qualify the leads", "in_review")
    await story.end_ticket("Qualify the leads", "return", note="those without a website first")
    await story.until_task("Qualify the leads", "completed")
    await story.until_task("Call the top five", "blocked")
    await story.move("PAUSED")
    again = _to("phone", PITCH, "Marie")
    diff = f"+ outreach: Call Marie again (1 h) {again} > 6\n~ 9 title: Write five pages for Carol"
    changed = await story.post(f"/api/executions/{story.execution}/changes", {"diff": diff})
    assert (changed["added"], changed["changed"]) == ([12], [9])
    gate = await story.leave(PITCH)
    assert gate["title"] == "Let it go ahead: Call the top five"
    assert (await story.task("Call the top five"))["status"] == "queued"
    assert story.sent() == []
    await story.move("RUNNING")


async def _outreach(story: Story) -> None:
    """The phone agent is lost in its round of calls; another has the task within five minutes, without a person."""

    async def is_calling() -> bool:
        return bool((await story.task("Call the top five"))["progress_ratio"])

    await story.until(is_calling)
    story.lose("phone")
    phone = {"properties": {"channel": {"const": "phone"}}, "required": ["channel"]}
    await story.let_in("second phone", {"action": "outreach", "input_schema": phone}, {"action": "interview"})
    await story.site.world.wait(minutes=4)
    await story.until_task("Call the top five", "completed")
    assert (await story.task("Call the top five"))["attempt"] == 2
    await story.until_task("Write to the three who listened", "blocked")
    for who in ("Carol", "Farm"):  # who are going to reply; Marie is not
        (story.outside / who).write_text("Thursday at two?", encoding="utf-8")
    await story.leave(FOLLOW_UP)
    await story.until_task("Carol replies", "completed")
    await story.until_task("The farm replies", "completed")


async def _silence(story: Story) -> None:
    """Marie is silent: looked at with growing pauses, after 48 hours the owner has it tried again, then she replies."""
    await story.until_task("Marie replies", "waiting")
    waiting = await story.status()
    assert [row["on"] for row in waiting["blocked"] if row["title"] == "Marie replies"] == ["Marie"]
    hours = 0

    async def looked() -> bool:
        return (await story.task("Marie replies"))["status"] == "waiting"

    while not [row for row in (await story.get("/api/tickets"))["tickets"] if row["kind"] == "wait"]:
        await story.site.world.wait(hours=8)
        hours += 8
        await story.until(looked)
    assert 48 <= hours <= 56
    await story.end_ticket("Marie", "retry")
    await story.until(looked)
    task = await story.task("Marie replies")
    body = {"task_id": task["task_id"], "text": "Call me, please.", "sender": "Marie"}
    await story.post(f"/api/executions/{story.execution}/replies", body)
    await story.until_task("Marie replies", "completed")
    await story.until_task("Call Marie again", "completed")  # within the first gate: nobody was asked again


async def _close(story: Story) -> None:
    """The interview needs leave of its own; signing is a person's."""
    await story.until_task("Interview Carol", "blocked")
    await story.leave(QUESTIONS)
    await story.until_task("Write five pages for Carol", "completed")
    await story.until_task("Sign with Carol", "queued")
    for who, usd in (("Carol", 8000), ("the farm", 7000)):
        output = {"summary": "signed", "metrics": {"deals": 1, "revenue_usd": usd}}
        await story.end_ticket(f"Sign with {who}", "done", output_data=output)

    async def completed() -> bool:
        return (await story.status())["status"] == "completed"

    await story.until(completed)


async def _differences(app: App) -> list[str]:
    """What of the work differs when the ledger's writes are run again, into an empty store; rungs are bookkeeping."""
    assert isinstance(app.graph, Neo4jStore)
    texts = {sha256_of(text): text for text in long_texts([value async for value in values_of(app.graph)])}
    async with fresh_store() as again:
        await again.write(lambda tx: tx.run("ledger/start_counter", last_hash=GENESIS))
        await replay(app.graph, again, app.catalog, texts, app.mirror)
        found = await compare_graphs(app.graph, again)
    assert found.differences < MOST_SHOWN
    return [row for row in found.shown if not row.startswith("Rung ")]


async def test_dog_breeders_are_prospected_from_the_plan_to_the_report(tmp_path: Path) -> None:
    """Nothing leaves before its leave, nobody is written to twice, and the report's figures are the ledger's."""
    async with a_story(tmp_path) as story:
        for chapter in (_begin, _research, _outreach, _silence, _close):
            await chapter(story)
        world = story.site.world
        await world.settle()
        report = await read_report(world.app.graph, "prospecting", world.clock.now())
        said: dict[str, float] = {}
        for entry in await world.happened("EventsReported"):
            ended = {item["id"] for item in entry["items"] if item["after"] == "completed"}
            for one in entry["reports"]:
                found = one.get("output_data", {}).get("metrics", {}) if one["task_id"] in ended else {}
                said |= {name: said.get(name, 0) + value for name, value in found.items()}
        measured = {row["name"]: (row["actual"], row["target"]) for row in report["metrics"]}
        snapshots = (await story.status())["snapshots"]
        faults = await world.ledger_faults()
        rebuilt = await _differences(world.app)
        text = as_markdown(report)
        runs = tmp_path / "home" / "runs"
        kept = {folder: sorted(path.name for path in (runs / folder).iterdir()) for folder in snapshots}
    calls = [("Carol", "phone"), ("Marie", "phone"), ("Otto", "phone"), ("Ada", "phone"), ("Farm", "phone")]
    mails = [("Carol", "email"), ("Marie", "email"), ("Farm", "email")]
    assert sorted(story.sent()) == sorted([*calls, *mails, ("Marie", "phone"), ("Carol", "phone")])
    assert said == {"prospects": 23, "leads": 10, "calls": 7}
    assert {name: measured[name] for name, _, _ in METRICS} == {
        "Prospects identified": (23, 50),
        "Qualified leads": (10, 10),
        "Cold calls made": (7, 5),
        "Deals closed": (2, 3),
        "Revenue generated": (15_000, 20_000),
    }
    assert report["costs"]["total_usd"] == pytest.approx(1.5 + 0.4 + 0.4 + 0.25 * 4 + 0.1)
    assert {row["decided"] for row in report["decisions"]} >= {"approved", "return", "retry", "done", "changed"}
    assert "| Revenue generated | 20000 | 15000 |" in text
    assert set(kept.values().__iter__().__next__()) == {"report.html", "report.json", "report.md", "snapshot.json"}
    assert len(kept) == 4
    assert faults == []
    assert rebuilt == []
