"""The worked example of docs/agents.md: an agent in a process of its own works for a daemon until its plan is done."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.programs import Program
from tests.meta.sources import ROOT
from tests.stores import fresh_home
from vibe.edges.http.keys import owner_key

pytestmark = [pytest.mark.embedded, pytest.mark.slow]
PLAN = """# Breeders

## Tasks

- Research dog breeders near the city
- Draft a letter to the breeders
- Select the first three breeders
"""
NOTES = "Three dog breeders live near the city: Carol, Marie and an alpaca farm.\n\nCarol has no website at all.\n"
NEWS_AT_MOST = 200
ENDS = {"work": "done", "review": "accept", "breakdown": "accept", "wait": "skip"}


@contextmanager
def an_agent(address: str, told: dict[str, Any], corpus: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Have the example run meanwhile."""
    command = [sys.executable, str(ROOT / "examples/research_agent.py"), "--address", address]
    environment = os.environ | {"VIBE_AGENT_KEY": told["api_key"], "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([*command, "--agent", told["agent_id"], "--corpus", str(corpus)], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_the_example_agent_carries_a_plan_out(tmp_path: Path) -> None:
    """Import, start, and from then on the agent does what is its own and the person what is theirs."""
    program = Program(fresh_home(tmp_path / "home"))
    (tmp_path / "plan.md").write_text(PLAN)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "notes.md").write_text(NOTES)
    address = f"http://127.0.0.1:{program.settings['VIBE_HTTP__PORT']}"
    with program.daemon():
        plan = program.json("import", tmp_path / "plan.md")["plan"]
        told = program.json("agents", "add", "finder", "-a", "research", "-a", "document")
        goal = '{"goal": "dog breeders near the city"}'
        practice = program.json("agents", "test", told["agent_id"], "--params", goal)["execution_id"]
        key = {"Authorization": f"Bearer {owner_key(program.home)}"}
        with httpx.Client(base_url=address, headers=key, timeout=60) as owner:
            started = owner.post("/api/executions", json={"plan_id": plan}).json()["execution_id"]
            with an_agent(address, told, tmp_path / "corpus"):
                status = followed(owner, started)
            tasks = owner.get(f"/api/executions/{started}/tasks").json()["tasks"]
            practised = owner.get(f"/api/executions/{practice}/status").json()
        said = program.says("report", plan, "--md", "--html", tmp_path / "report.html")
    agents = {task["done_by"] for task in tasks if not task["human"]}
    quotes = [source["quote"] for task in tasks for source in (task["output"] or {}).get("sources", ())]
    assert (status["status"], practised["status"]) == ("completed", "completed")
    assert f"agent:{told['agent_id']}" in agents
    assert any("Carol" in quote for quote in quotes)
    assert "Research dog breeders" in said
    assert "Research dog breeders" in (tmp_path / "report.html").read_text()


def followed(owner: httpx.Client, execution: str) -> Any:
    """End every ticket as a person would, until the execution is over."""
    for _ in range(NEWS_AT_MOST):
        status = owner.get(f"/api/executions/{execution}/status", params={"wait": 2}).json()
        if status["status"] == "completed":
            return status
        for ticket in owner.get("/api/tickets").json()["tickets"]:
            owner.post(f"/api/tickets/{ticket['id']}", json={"resolution": ENDS[ticket["kind"]], "note": "fine"})
    raise AssertionError(f"never done: {status}")
