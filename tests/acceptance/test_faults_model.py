"""Model-backed cycles that are killed: what was recorded is never paid again, a lost reply keeps its estimate."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.faults import ROOT, come_to_rest
from bench.faults_model import ONE_CALL, OWNER, claims, configure, run
from bench.modelled import asked, model_server, tell
from tests.stores import fresh_home
from vibe.bootstrap import open_app
from vibe.domain.commands import AddBlocks, AnalyseNow

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
    home = fresh_home(tmp_path / "home")
    asyncio.run(_killed_in_a_call(home))


async def _killed_in_a_call(home: Path) -> None:
    with model_server() as address:
        configure(home, address, 0)
        tell(address, ["slow60"])
        async with open_app(home) as app:
            await app.execute(AddBlocks(claims(0, random.Random(1))[:1]), actor=OWNER)
            await app.execute(AnalyseNow(draft=True), actor=OWNER)
            command = [sys.executable, "-m", "bench.faulty_daemon", str(home)]
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as daemon:
                end = time.monotonic() + 60
                while not asked(address) and time.monotonic() < end:
                    await asyncio.sleep(0.05)
                daemon.kill()
            await come_to_rest(app)
            day = app.clock.now().date().isoformat()
            rows = await app.graph.read("ledger/step/spent_by", what="model_call", since=day, until=day, limit=10)
            ready = await app.graph.read("proposals/list", statuses=["ready"], after=0, limit=10)
        by = {row["role"]: (row["count"], row["estimated"]) for row in rows}
        tokens = {row["role"]: row["tokens"] for row in rows}
        assert (by["proposer"], by["critic"], by["arbiter"]) == ((1, 1), (1, 0), (1, 0))
        assert (tokens["critic"], tokens["arbiter"]) == (ONE_CALL, ONE_CALL)
        assert tokens["proposer"] > 10 * ONE_CALL  # the estimate of the lost one, and what the second used
        assert len(asked(address)) == 4
        assert len(ready) == 1
