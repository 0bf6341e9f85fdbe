"""Waiting for an answer over HTTP: whoever waits is woken by it, not by the next look."""

import asyncio
from pathlib import Path

import pytest

from tests.edges.http.site import a_site
from vibe.domain.commands import AnswerQuestion
from vibe.edges.http import question_routes

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
WAITERS = 16


async def test_an_answer_wakes_everybody_who_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen wait for one question, one for another; its answer reaches the sixteen though nobody looks by himself."""
    monkeypatch.setattr(question_routes, "LOOK_EVERY_S", 3_600.0)
    async with a_site(tmp_path) as site:
        asked = [
            (await site.owner.post("/api/questions", json={"question": words, "options": ["Auth0", "Custom"]})).json()
            for words in ("Which provider?", "Which other?")
        ]
        first, other = (f"/api/questions/{row['question_id']}" for row in asked)
        waiting = [asyncio.ensure_future(site.owner.get(first, params={"wait": 60})) for _ in range(WAITERS)]
        still = asyncio.ensure_future(site.owner.get(other, params={"wait": 60}))
        while (
            len(site.world.app.bells._waiting) < 2 or sum(map(len, site.world.app.bells._waiting.values())) <= WAITERS
        ):
            await site.stranger.get("/healthz")
        await site.world.command(AnswerQuestion(asked[0]["question_id"], "b, cheaper"))
        told = [(await answer).json()["answer"] for answer in waiting]
        waits_on = not still.done()
        await site.world.command(AnswerQuestion(asked[1]["question_id"], "A"))
        last = (await still).json()["answer"]
        left = dict(site.world.app.bells._waiting)
    assert [(answer["option"], answer["text"]) for answer in told] == [("B", "b, cheaper")] * WAITERS
    assert (waits_on, last["option"], left) == (True, "A", {})
