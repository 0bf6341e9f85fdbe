"""The daemon as a process: it ends when asked to, whatever it is doing; a second one knows that there is a first."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.programs import Program, free_port, stop
from tests.stores import fresh_home
from vibe.bootstrap import open_app
from vibe.domain.blocks import Block, Kind
from vibe.domain.commands import AnalyseNow, ImportPlan
from vibe.domain.plans import Format, PlanReading
from vibe.kernel.proving import verify_ledger
from vibe.kernel.signing import trusted_keys

pytestmark = [pytest.mark.embedded, pytest.mark.slow]
ENOUGH_S = 120
AGAIN = timedelta(milliseconds=50)
TIMES = 20


def a_plan() -> PlanReading:
    """Forty decisions that rest on nothing."""
    titles = [f"Build the bridge number {n} in {n + 2} months for {n + 10},000 EUR" for n in range(40)]
    blocks = tuple(Block(f"d{n}", Kind.DECISION, title, f"{title}.") for n, title in enumerate(titles))
    return PlanReading("bridges", "Bridges", Format.EXCHANGE, blocks, ())


async def stopped_in_the_middle(program: Program) -> tuple[int, int, list[str]]:
    """Set a cycle off, stop the daemon in it; its exit code, what was left to do, what the ledger lacks."""
    async with open_app(program.home) as app:
        daemon = await asyncio.to_thread(program.start)
        try:
            await app.execute(ImportPlan(a_plan()), actor="owner:cli")
            receipt = await app.execute(AnalyseNow(draft=True), actor="owner:cli")
            async with asyncio.timeout(ENOUGH_S):
                while "ProposalDrafted" not in {row["type"] for row in await app.happened(receipt.root)}:
                    await app.clock.sleep_until(app.clock.now() + AGAIN)
            code = await asyncio.to_thread(stop, daemon)
        finally:
            daemon.kill()
            daemon.wait()
        left = len(await app.bus.pending(receipt.root))
        await app.settle(receipt.root)
        ready = [row for row in await app.happened(receipt.root) if row["type"] == "ProposalReady"]
        verdict = await verify_ledger(app.graph, trusted_keys(app.home / "keys"), app.mirror)
    return code, left, [*("five ready" for _ in range(len(ready) != 5)), *(fault.detail for fault in verdict.faults)]


def test_it_stops_in_the_middle_of_a_cycle(tmp_path: Path) -> None:
    """SIGTERM while proposals are drafted: the daemon ends well, the rest waits and is done by whoever comes next."""
    program = Program(fresh_home(tmp_path / "home"), {"VIBE_PROPOSALS__OPEN_MAX": "5"})
    code, left, faults = asyncio.run(stopped_in_the_middle(program))
    assert (code, faults) == (0, [])
    assert left > 0


def test_a_second_one_stands_by_or_says_that_the_port_is_taken(tmp_path: Path) -> None:
    """On the same port it ends with 1 and says so; on another it serves, and takes over when the first ends."""
    first = Program(fresh_home(tmp_path / "home"))
    other = Program(first.home, {"VIBE_HTTP__PORT": str(free_port())})
    with first.daemon() as daemon:
        refused = first.run("run")
        with other.daemon():
            both = other.json("health")
            first_code = stop(daemon)
            with_one = other.json("cycle")
            left = next(found for _ in range(TIMES) if (found := other.json("health"))["daemon"])
    assert refused.code == 1
    assert refused.err.strip().splitlines()[-1].startswith("vibe: cannot listen on 127.0.0.1:")
    assert "Traceback" not in refused.err
    assert (both["daemon"], first_code, left["set_aside"]) == (True, 0, 0)
    assert with_one["drafted"] == 0
