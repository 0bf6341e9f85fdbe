"""The API against its own OpenAPI document, with requests that schemathesis makes up.

Nothing answers 5xx, and nothing answers a status, a media type or a shape that the document does not name. A few
requests a call here; `VIBE_TEST_REQUESTS=100` makes more.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.acceptance.workers import a_work_plan
from tests.edges.http.site import a_site
from tests.edges.http.test_agents import an_agent
from tests.edges.http.test_permissions import MAY, OWNERS
from vibe.domain.commands import StartExecution
from vibe.edges.http.keys import owner_key

pytestmark = [pytest.mark.asyncio, pytest.mark.slow]
REQUESTS = int(os.environ.get("VIBE_TEST_REQUESTS", "2"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
WAITS = {"wait": 0}


def tried(document: dict[str, Any], address: str, owner: str, agent: str) -> dict[str, list[str]]:
    """What is wrong with each call, in words, after so many requests of each caller who may make it."""
    faults: dict[str, list[str]] = {}
    with requests.Session() as session:
        for result in schemathesis.openapi.from_dict(document).get_all_operations():
            operation = result.ok()
            found = faults.setdefault(operation.label, [])
            try_call(operation, address, owner, session, found)
            if "agent" in MAY.get(operation.label, OWNERS):
                try_call(operation, address, agent, session, found)
    return {label: found for label, found in faults.items() if found}


def try_call(operation: Any, address: str, key: str, session: requests.Session, faults: list[str]) -> None:
    """Send one call so many requests."""

    @settings(
        max_examples=REQUESTS, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        if case.query and "wait" in case.query:
            case.query = {**case.query, **WAITS}
        headers = {"Authorization": f"Bearer {key}"}
        response = case.call(base_url=address, headers=headers, session=session)
        try:
            case.validate_response(response, checks=CHECKS)
        except Exception as error:  # noqa: BLE001 - whatever it finds is told, together with what the others found
            faults.append(f"{response.status_code} {str(error)[:1000]}")

    send()


async def test_no_call_answers_what_the_document_does_not_name(tmp_path: Path) -> None:
    """As the owner and as an agent, over every call."""
    async with a_site(tmp_path / "home") as site:
        await site.world.app.import_plan(a_work_plan(), actor="owner:cli")
        await site.world.command(StartExecution("breeders"))
        agent = await an_agent(site)
        document = (await site.owner.get("/api/openapi.json")).json()
        faults = await asyncio.to_thread(tried, document, site.address, owner_key(site.home), agent.key)
    assert faults == {}
