"""The whole cycle on a real language model, SmolLM2 on llama.cpp: valid replies whose text counts for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edges.models.small_model import small_model
from tests.lacking import skip_for_lack_of
from tests.unit.loop.desk import assumption, desk, gap
from vibe.domain.events import EventType

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.embedded,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
HEAT = assumption("a-heat", "The boiler heats 40 flats down to -12 degrees without the second burner")
ROW = gap("unvalidated_assumption", "a-heat")


async def test_a_whole_cycle_on_a_real_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proposer, critic and arbiter answer in the shape asked for at once; what they say decides no packet."""
    with small_model() as address:
        if not address.startswith("http"):
            skip_for_lack_of("SmolLM2", address)
        monkeypatch.setenv("VIBE_MODEL__BASE_URL", f"{address}/v1")
        monkeypatch.setenv("VIBE_MODEL__NAME", "smollm2")
        monkeypatch.setenv("VIBE_MODEL__TIMEOUT", "300s")
        monkeypatch.setenv("VIBE_PROPOSALS__ROUNDS_MAX", "1")
        async with desk(tmp_path) as at:
            await at.put([HEAT])
            await at.open_gaps(ROW)
            found = (await at.proposals())[0]
            done, failed = await at.entries(EventType.ACT_DONE), await at.entries(EventType.ACT_FAILED)
            packet, rounds = await at.packet(), await at.rounds(found["id"])
    calls = [one["details"] for one in done if one["what"] == "model_call"]
    assert failed == []
    assert [(one["role"], one["requests"]) for one in calls] == [("proposer", 1), ("critic", 1), ("arbiter", 1)]
    assert all(one["tokens_in"] and one["tokens_out"] for one in calls)
    assert (packet["type"], [target["id"] for target in packet["targets"]]) == ("research", ["a-heat"])
    assert found["status"] in ("ready", "filtered")
    assert [one["lacking"] for one in rounds] == [None]
