"""Model-backed cycles that are killed: what was recorded is never paid again, a lost reply keeps its estimate."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bench.faults_model import ONE_CALL, killed_in_a_call, run
from tests.stores import fresh_home

pytestmark = [
    pytest.mark.embedded,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def test_rounds_of_kill_nine_pay_nothing_twice_and_lose_no_gap(tmp_path: Path) -> None:
    """Two rounds of `python -m bench.faults_model`, with a budget that stops them half-way."""
    found = asyncio.run(run(2, 2026, fresh_home(tmp_path / "home")))
    assert {name: value for name, value in found.items() if isinstance(value, list) and value} == {}
    assert found["recorded"] >= 3


def test_killed_between_call_and_record_the_reply_keeps_its_estimate(tmp_path: Path) -> None:
    """The daemon dies by kill -9 while a call is at the server: asked again, paid once more, the first one marked."""
    rows, calls, ready = asyncio.run(killed_in_a_call(fresh_home(tmp_path / "home")))
    by = {row["role"]: (row["count"], row["estimated"]) for row in rows}
    tokens = {row["role"]: row["tokens"] for row in rows}
    assert (by["proposer"], by["critic"], by["arbiter"]) == ((1, 1), (1, 0), (1, 0))
    assert (tokens["critic"], tokens["arbiter"]) == (ONE_CALL, ONE_CALL)
    assert tokens["proposer"] > 10 * ONE_CALL  # the estimate of the lost one, and what the second used
    assert (calls, ready) == (4, 1)
