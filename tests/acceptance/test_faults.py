"""Some rounds of `make faults`: kill -9 in the middle of the cycle, and nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bench import faults_telegram
from bench.faults import faults_in, run
from tests.stores import fresh_home
from tests.telegram.emulator import Api

pytestmark = [pytest.mark.embedded, pytest.mark.slow]


def test_ten_rounds_of_kill_nine_lose_and_repeat_nothing(tmp_path: Path) -> None:
    """Daemon, store and both die at random entries of the ledger; decisions stand, runs go on where they were."""
    found = asyncio.run(run(10, 2026, fresh_home(tmp_path / "home")))
    assert faults_in(found) == {}
    assert found["acknowledged_decisions"] > 0, found
    assert found["happened"]["ProposalExecuted"] > 0, found
    assert found["under_way_when_killed"], found


def test_two_rounds_of_kill_nine_while_a_person_taps(tmp_path: Path, api: Api) -> None:
    """Every tap that was handed over decides once, and every answer is recorded once and reaches the agent."""
    found = asyncio.run(faults_telegram.run(2, 2026, fresh_home(tmp_path / "home"), api, claims=12))
    assert faults_in(found) == {}
    assert found["decisions_checked"] > 0, found
    assert found["killed"] == {"daemon": 2}, found
