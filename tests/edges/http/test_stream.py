"""The stream of an execution: what happens in it as it happens, and from where one was cut off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import websockets

from tests.edges.http.site import a_site
from tests.edges.http.test_agents import DONE, a_running_plan, an_agent

pytestmark = pytest.mark.asyncio


async def test_a_dashboard_sees_what_happens_and_goes_on_where_it_was(tmp_path: Path) -> None:
    """From the beginning everything, from a cursor what came after it, and new things as they come."""
    async with a_running_plan(tmp_path / "home") as (site, execution):
        agent = await an_agent(site)
        url = f"{site.address.replace('http', 'ws')}/api/executions/{execution}/stream"
        key = {"Authorization": f"Bearer {agent.key}"}
        async with websockets.connect(url, additional_headers=key) as socket:
            first = json.loads(await socket.recv())
            task = await agent.work()
            await agent.report(task, event_type="task_completed", output_data=DONE, confidence=0.9)
            told = [json.loads(await socket.recv())]
            while told[-1].get("after") != "completed":
                told.append(json.loads(await socket.recv()))
        async with websockets.connect(f"{url}?from={told[-2]['cursor']}", additional_headers=key) as socket:
            again = json.loads(await socket.recv())
        assert first["type"] == "ExecutionCreated"
        assert again == told[-1]
        assert [item.get("after") for item in told][-3:-1] != ["completed", "completed"]


async def test_strangers_and_wrong_cursors_see_nothing(tmp_path: Path) -> None:
    """Without a key the door is shut, with a cursor that is none too."""
    async with a_site(tmp_path / "home") as site:
        url = f"{site.address.replace('http', 'ws')}/api/executions/x/stream"
        key = {"Authorization": site.owner.headers["Authorization"]}
        for headers, query in (({}, ""), (key, "?from=soon")):
            with pytest.raises(websockets.InvalidStatus) as refused:
                await websockets.connect(url + query, additional_headers=headers)
            assert refused.value.response.status_code == 403
