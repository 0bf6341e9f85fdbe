"""A whole cycle on a model's server: what it cost is in the ledger, budgets hold, failures follow their policy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.edges.models.conftest import Served
from tests.edges.models.server import IN, OUT
from tests.unit.loop.desk import Desk, assumption, desk, gap
from vibe.domain.acts import ActKind, Intent, ModelRequest
from vibe.domain.errors import CallFailed, CallRefused, Refused
from vibe.domain.events import EventType
from vibe.kernel.commit import Acts, Where

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.embedded,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
ONE = IN + OUT
KEY = "sk-never-written-down"
HEAT = assumption("a-heat", "The boiler heats 40 flats down to -12 degrees without the second burner")
ROW = gap("unvalidated_assumption", "a-heat")
CRITIC = ModelRequest(
    "critic",
    "debate/critique",
    {"gap": {}, "block": {}, "context": [], "proposal": {}, "packet": {}, "effect": [], "known": {}},
)


@asynccontextmanager
async def at_model(tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch, **more: Any) -> AsyncIterator[Desk]:
    """A desk whose model is the server, by settings alone."""
    given = {"base_url": f"{served.address}/v1", "name": "m", "api_key": KEY, "usd_per_million_in": 1000} | more
    for name, value in given.items():
        monkeypatch.setenv(f"VIBE_MODEL__{name.upper()}", str(value))
    async with desk(tmp_path) as at:
        yield at


async def spent(at: Desk) -> tuple[float, int]:
    """What today's calls cost, or may."""
    day = at.clock.now().date().isoformat()
    row = (await at.app.graph.read("ledger/step/spent", what="model_call", since=day, until=day))[0]
    return row["cost"], row["tokens"]


def acts(at: Desk, epoch: int = 1) -> Acts:
    """A handler's acts in some epoch."""
    return Acts(at.app.gate, Where("cause", "handler", "cause", None if epoch == 1 else epoch))


async def test_a_cycle_on_a_model_is_paid_to_the_token(
    tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proposer, critic and arbiter are one request each; the ledger has prompt, hashes, tokens, cost, never the key."""
    async with at_model(tmp_path, served, monkeypatch) as at:
        await at.put([HEAT])
        await at.open_gaps(ROW)
        found, done, cost = await at.proposals(), await at.entries(EventType.ACT_DONE), await spent(at)
        day = at.clock.now().date().isoformat()
        by = await at.app.graph.read("ledger/step/spent_by", what="model_call", since=day, until=day, limit=10)
        everything = [row["body"] for row in await at.app.graph.read("ledger/page", after=0, limit=1000)]
    calls = [one for one in done if one["what"] == ActKind.MODEL_CALL]
    assert [one["status"] for one in found] == ["ready"]
    assert found[0]["argued"] == "m"
    assert [one["details"]["role"] for one in calls] == ["proposer", "critic", "arbiter"]
    assert all(one["details"]["prompt_sha256"] and one["details"]["reply_sha256"] for one in calls)
    assert cost == (pytest.approx(3 * IN / 1000), 3 * ONE)
    assert {row["role"] for row in by} == {"proposer", "critic", "arbiter"}
    assert {row["proposal"] for row in by} == {0, 1}
    assert not any(KEY in body for body in everything)


async def test_a_failed_draft_is_tried_twice_again_then_skipped(
    tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three overloads skip the gap with the reason; nothing is booked for what used nothing."""
    async with at_model(tmp_path, served, monkeypatch) as at:
        await at.put([HEAT])
        served.script("500", "500", "500")
        await at.open_gaps(ROW)
        none, held, failed, cost = (
            await at.proposals(),
            await at.gap_of(ROW),
            await at.entries(EventType.ACT_FAILED),
            await spent(at),
        )
    assert none == []
    assert "3 tries" in held["skippedReason"]
    assert len(failed) == 3
    assert cost == (0.0, 0)


async def test_a_critic_that_cannot_be_reached_leaves_it_undecided(
    tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proposal is shown, flagged uncertain, with what was said so far."""
    async with at_model(tmp_path, served, monkeypatch) as at:
        await at.put([HEAT])
        served.script("good", "500")
        await at.open_gaps(ROW)
        found = (await at.proposals())[0]
        rounds = await at.rounds(found["id"])
    assert (found["status"], found["uncertain"]) == ("ready", True)
    assert rounds[0]["round_outcome"] == "undecided"


async def test_the_days_budget_is_a_hard_stop(tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that what is left does not cover is refused before anything leaves, and says how to allow more."""
    async with at_model(tmp_path, served, monkeypatch, usd_a_day=0.5) as at:
        with pytest.raises(Refused, match="usd_a_day"):
            await acts(at).ask_model(CRITIC, Intent("one", ActKind.MODEL_CALL))
        cost = await spent(at)
    assert served.seen() == []
    assert cost == (0.0, 0)


async def test_a_lost_reply_keeps_its_booked_estimate_marked_so(
    tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off between call and record, the estimate stays when the call is made again, and is counted as one."""
    intent = Intent("one", ActKind.MODEL_CALL, {"proposal": 4})
    async with at_model(tmp_path, served, monkeypatch, usd_a_day=0) as at:
        most = at.app.outside.price(CRITIC)
        served.script("cut", "good")
        with pytest.raises(CallFailed):
            await acts(at).ask_model(CRITIC, intent)
        booked = await spent(at)
        await acts(at).ask_model(CRITIC, intent)
        after = await spent(at)
        day = at.clock.now().date().isoformat()
        by = await at.app.graph.read("ledger/step/spent_by", what="model_call", since=day, until=day, limit=10)
        again = await acts(at).ask_model(CRITIC, intent)
    assert booked == (pytest.approx(most.cost_usd), most.tokens)
    assert after == (pytest.approx(most.cost_usd + IN / 1000), most.tokens + ONE)
    assert [(row["proposal"], row["estimated"]) for row in by] == [(4, 1)]
    assert again.model == "m"
    assert len(served.seen()) == 2


async def test_spend_is_right_to_the_token_whatever_the_server_does(
    tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each way to misbehave is settled by what the server counted; where nobody knows, by the estimate, marked so."""
    ways: dict[tuple[str, ...], int | None]
    ways = {
        ("good",): ONE, ("fenced",): ONE, ("not-json", "good"): 2 * ONE, ("empty", "wrong-enum", "good"): 3 * ONE,
        ("not-json",) * 3: 3 * ONE, ("wrong-enum",) * 3: 3 * ONE, ("empty",) * 3: 3 * ONE,
        ("429",): 0, ("429-after",): 0,
        ("500",): 0, ("404",): 0, ("401",): 0, ("slow1.5",): None, ("cut",): None, ("not-json", "cut"): None,
    }  # fmt: skip
    found = {}
    async with at_model(tmp_path, served, monkeypatch, timeout="1s", usd_a_day=0, breaker_after=100) as at:
        most = at.app.outside.price(CRITIC).tokens
        for number, words in enumerate(ways):
            served.script(*words)
            before = await spent(at)
            with suppress(CallFailed, CallRefused):
                await acts(at).ask_model(CRITIC, Intent(f"way {number}", ActKind.MODEL_CALL))
            after = await spent(at)
            found[words] = after[1] - before[1]
        for word in ("length", "refusal"):
            served.script(*[word] * 3)
            before = await spent(at)
            with suppress(CallFailed):
                await acts(at).ask_model(CRITIC, Intent(word, ActKind.MODEL_CALL))
            found[word,] = (await spent(at))[1] - before[1]
            ways[word,] = len(served.seen()) * ONE
        marked = sum(one["estimated"] for one in await at.entries(EventType.ACT_FAILED))
    assert found == {words: most if tokens is None else tokens for words, tokens in ways.items()}
    assert marked == sum(tokens is None for tokens in ways.values())
