"""Steering a plan over HTTP: its tasks are edited by a diff, its costs limited, its turns set, its work begun anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edges.http.test_agents import a_running_plan

pytestmark = pytest.mark.asyncio


async def test_a_running_plan_is_steered(tmp_path: Path) -> None:
    """What makes no sense is 400 with its line, what is not the time for it 409, what is not there 404."""
    async with a_running_plan(tmp_path / "home") as (site, execution):
        path = f"/api/executions/{execution}"
        early = await site.owner.post(f"{path}/changes", json={"diff": "- 2"})
        await site.owner.patch(path, json={"status": "PAUSED"})
        wrong = await site.owner.post(f"{path}/changes", json={"diff": "+ fly: to the moon"})
        done = await site.owner.post(f"{path}/changes", json={"diff": "+ research: Look in Kent (2 h)\n- 2"})
        terms = await site.owner.patch("/api/plans/breeders", json={"limit_usd": 50, "cron": "0 9 * * mon"})
        ended = await site.owner.patch("/api/plans/breeders", json={"limit_usd": None, "cron": ""})
        nothing = await site.owner.patch("/api/plans/breeders", json={})
        missing = await site.owner.post("/api/executions/anew", json={"snapshot": "20260101T000000Z_none"})
    assert (early.status_code, done.status_code) == (409, 200)
    assert wrong.status_code == 400
    assert wrong.json()["line"] == 1
    assert (done.json()["left_out"], len(done.json()["added"])) == ([2], 1)
    assert (terms.json()["limit_usd"], terms.json()["next_at"]) == (50.0, "2026-03-02T09:00:00Z")
    assert (ended.json()["limit_usd"], ended.json()["cron"]) == (None, None)
    assert nothing.status_code == 422
    assert missing.status_code == 404
