"""Work for the pages to show: a plan half done by two agents of the API, with something of all that can wait."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from tests.edges.pages.serving import Daemon

PITCH = "Good day, we build websites for dog breeders. May we call again on Thursday?"
STEPS = {
    "Breeders of ten towns": "- research: Identify 50 dog breeders (16 h)",
    "Leads among them": "- research: Qualify <b>the leads</b> (8 h)",
    "The top five": '- outreach: Call the top five (10 h) {"channel":"phone","to":["Carol","Marie"],"text":"%s"}',
    "Marie": '- wait: Marie calls back (1 h) {"who":"Marie"}',
    "Prices": "- research: Compare what others ask (4 h)",
    "Mails": '- outreach: Write to those who listened (2 h) {"channel":"email","to":["Carol"],"text":"%s"}',
    "Contract": "- decide: Sign with Carol (1 h)",
}
PHASES = {"Research": 2, "Outreach": 4, "Close": 1}
AFTER = {
    "Leads among them": "Breeders of ten towns",
    "The top five": "Leads among them",
    "Marie": "Leads among them",
    "Prices": "Leads among them",
    "Mails": "Breeders of ten towns",
    "Contract": "The top five",
}


def plan_lines() -> str:
    """The plan in the exchange format: three phases, their tasks, a goal with its figures, a risk."""
    metrics = json.dumps([{"name": "Prospects identified", "key": "prospects", "target": 50}])
    risk = {"knowledgeKind": "risk", "likelihood": "High", "impact": "High", "action": "Call twice."}
    rows: list[dict[str, Any]] = [
        {"block": "NorthStar", "id": "w-goal", "title": "Three custom websites", "properties": {"metrics": metrics}},
        {"block": "Knowledge", "id": "w-risk", "title": "Breeders never answer", "properties": risk},
    ]
    names = iter(STEPS)
    parts = []
    for place, (phase, count) in enumerate(PHASES.items()):
        rows.append(_task(phase, place))
        for number in range(count):
            name = next(names)
            rows.append(_task(name, number))
            parts.append({"link": "PART_OF", "from": name, "to": phase})
    links = [{"link": "DEPENDS_ON", "from": later, "to": earlier} for later, earlier in AFTER.items()]
    return "\n".join(json.dumps(row) for row in [*rows, *parts, *links])


def _task(name: str, position: int) -> dict[str, Any]:
    return {"block": "Task", "id": name, "title": name, "status": "pending", "properties": {"position": position}}


class Hand:
    """An agent that is told what to report."""

    def __init__(self, daemon: Daemon, name: str, *actions: str) -> None:
        told = daemon.post("/api/agents", {"name": name, "capabilities": [{"action": action} for action in actions]})
        self.id = told["agent_id"]
        self._address, self._headers = daemon.address, {"Authorization": f"Bearer {told['api_key']}"}

    def report(self, title: str, kind: str, **more: Any) -> None:
        """Take the next task, which is to be this one, and report on it."""
        with httpx.Client(base_url=self._address, headers=self._headers, timeout=90) as http:
            task = http.get(f"/api/agents/{self.id}/work?wait=60").raise_for_status().json()["task"]
            assert task, f"nothing to do, not even {title!r}"
            assert task["title"] == title
            event: Mapping[str, Any] = {"event_type": kind, "task_id": task["task_id"], **more}
            http.post(f"/api/executions/{task['execution_id']}/events", json=event).raise_for_status()

    def done(self, title: str, confidence: float = 0.95, **more: Any) -> None:
        """Hand a task in."""
        output = {"summary": f"{title}: done", **more}
        self.report(title, "task_completed", output_data=output, confidence=confidence, cost_usd=1.25)


def work_a_little(daemon: Daemon) -> str:
    """Carry the plan out as far as it goes by itself; the id of its execution."""
    plan = daemon.post("/api/imports", {"name": "breeders", "lines": plan_lines()})["plan"]
    larry, ringo = Hand(daemon, "Larry", "research", "wait"), Hand(daemon, "Ringo", "outreach")
    execution = str(daemon.post("/api/executions", {"plan_id": plan})["execution_id"])
    for ticket in daemon.get("/api/tickets")["tickets"]:
        if ticket["plan"] == plan:
            titles = [row["title"] for row in ticket["draft"]["tasks"]]
            text = "\n".join(f"# {title}\n{STEPS[title].replace('%s', PITCH)}" for title in titles)
            daemon.post(f"/api/tickets/{ticket['id']}", {"resolution": "breakdown", "markdown": text})
    larry.done("Identify 50 dog breeders", metrics={"prospects": 23})
    larry.done("Qualify <b>the leads</b>")
    larry.done("Compare what others ask", confidence=0.5)
    larry.report("Marie calls back", "task_waiting", waiting={"on": "Marie"})
    leave(daemon, "Call the top five")
    ringo.report("Call the top five", "task_progress", progress_ratio=0.7)
    return execution


def leave(daemon: Daemon, title: str) -> None:
    """Approve the gate of a task."""
    rows = daemon.get("/api/proposals?status=ready")["proposals"]
    row = next(row for row in rows if row["title"] == f"Let it go ahead: {title}")
    daemon.post(f"/api/proposals/{row['number']}/decision", {"decision": "approve", "digest": row["digest"]})
