"""What agents reported is sealed after ninety days: out of the graph, in the mirror, and the ledger still verifies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.workers import a_running_plan
from tests.acceptance.world import OWNER, World
from vibe.domain.canonical import from_json
from vibe.domain.commands import MoveExecution
from vibe.domain.errors import Permanent
from vibe.kernel.sealing import SEALED
from vibe.operating import seal_old
from vibe.plans.showing import read_log

pytestmark = pytest.mark.asyncio


async def reported(world: World) -> list[str]:
    """The bodies of what agents reported, as the graph has them."""
    rows = await world.app.graph.read("ledger/page", after=0, limit=1000)
    return [row["body"] for row in rows if row["type"] == "EventsReported"]


async def test_reports_are_sealed_after_ninety_days_and_still_verify(tmp_path: Path) -> None:
    """Not while the execution goes on, not before their time; a changed line of the mirror shows, and seals nothing."""
    async with a_running_plan(tmp_path / "home") as (world, worker, task):
        await worker.report(task, "task_progress", progress_ratio=0.5)
        await world.wait(days=91)
        early = await seal_old(world.app)
        await world.command(MoveExecution(task["execution_id"], "cancelled"), OWNER)
        await world.settle()
        first = min((tmp_path / "home" / "ledger").glob("*.jsonl"))
        whole = first.read_bytes()
        first.write_bytes(whole.replace(b'"progress_ratio":0.5', b'"progress_ratio":0.6'))
        with pytest.raises(Permanent, match="does not hold entry"):
            await seal_old(world.app)
        kept = await reported(world)
        first.write_bytes(whole)
        sealed = await seal_old(world.app)
        faults = await world.ledger_faults()
        log = await read_log(world.app.graph, task["execution_id"])
        mode = first.stat().st_mode & 0o777
        first.chmod(0o600)
        first.write_bytes(whole.replace(b'"progress_ratio":0.5', b'"progress_ratio":0.6'))
        tampered = await world.ledger_faults()
        assert (early, sealed) == (0, 1)
        assert [from_json(body)["event"]["reports"][0]["progress_ratio"] for body in kept] == [0.5]
        assert await reported(world) == [SEALED]
        assert (faults, mode) == ([], 0o400)
        assert [row["sealed"] for row in log if row["type"] == "EventsReported"] == [True]
        assert len(tampered) == 1
