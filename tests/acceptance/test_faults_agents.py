"""Three rounds of `make faults` with agents: what they were told is kept, a lost one's task goes to another."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bench.faults_agents import faults_in, run_rounds
from tests.stores import fresh_home

pytestmark = [pytest.mark.embedded, pytest.mark.slow]


def test_rounds_of_kill_nine_lose_no_event_and_no_task(tmp_path: Path) -> None:
    """An agent is lost, the daemon and the store die while others report over HTTP; see `bench.faults_agents`."""
    found = asyncio.run(run_rounds(3, 5, fresh_home(tmp_path / "home")))
    assert faults_in(found) == {}
    assert found["acknowledged_events"] > 10, found
