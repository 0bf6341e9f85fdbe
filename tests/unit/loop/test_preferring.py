"""Preferences and intents on a real store: inferred with their evidence, asked about once, followed once confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.loop.chats import FOUNDER, chats
from tests.unit.loop.desk import decision, desk, gap
from tests.unit.loop.ready import decide, follow, offered
from vibe.domain.commands import KeepRemark
from vibe.domain.errors import NotFound, Refused
from vibe.domain.events import EventType
from vibe.domain.learning_commands import CloseIntent, HearWords, SettlePreference
from vibe.domain.taps import decode
from vibe.kernel.learnt import read_preferences
from vibe.testing import ScriptedModel

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
OWNER = "owner:cli"


async def test_a_preference_counts_once_it_is_confirmed(tmp_path: Path) -> None:
    """A reason infers it with its evidence, it is asked about once with two buttons, a tap confirms, copies say so."""
    async with chats(tmp_path) as at:
        proposal = await offered(at)
        await at.go_on(minutes=1)
        await follow(at, await decide(at, "reject", reason="Keep it short. No paid tools, please."))
        await at.go_on(minutes=1)
        found = await read_preferences(at.app.graph)
        asked = [message for message in at.told if "standing preference" in message.text]
        taps = [decode(button.data) for button in asked[0].rows[0]]
        by = {row["statement"]: row for row in found}
        with pytest.raises(Refused):
            await at.app.execute(SettlePreference(found[0]["id"], holds=True), actor="agent:a")
        first = by["Keep it short"]["id"]
        await at.app.execute(SettlePreference(first[:8], holds=True), actor=f"person:{FOUNDER}")
        await at.app.execute(SettlePreference(by["No paid tools or services"]["id"], holds=False), actor=OWNER)
        await at.go_on(minutes=1)
        edited = " ".join(message.text for _, message in at.edits)
        after = {row["statement"]: row["status"] for row in await read_preferences(at.app.graph)}
    assert {row["status"] for row in found} == {"inferred"}
    assert by["Keep it short"]["quotes"] == ["Keep it short."]
    assert [one["id"] for one in by["Keep it short"]["evidence"]] == [proposal]
    assert (len(asked), [(tap.kind.value, tap.word) for tap in taps]) == (2, [("p", "y"), ("p", "n")])
    assert after == {"Keep it short": "active", "No paid tools or services": "declined"}
    assert ("it counts from now on" in edited, "it does not count" in edited) == (True, True)


async def test_the_same_again_adds_to_it_and_a_declined_one_is_left_alone(tmp_path: Path) -> None:
    """A remark that says the same is more to show for it, without a second question; what was declined stays so."""
    async with chats(tmp_path) as at:
        await offered(at)
        await at.app.execute(HearWords("Only free services, please."), actor=OWNER)
        await follow(at, await at.app.execute(KeepRemark("No paid tools.", 1), actor=f"person:{FOUNDER}"))
        (found,) = await read_preferences(at.app.graph)
        await at.go_on(minutes=1)
        asked = [message for message in at.told if "standing preference" in message.text]
        await at.app.execute(SettlePreference(found["id"], holds=False), actor=OWNER)
        await at.app.execute(HearWords("We never use commercial software"), actor=OWNER)
        (after,) = await read_preferences(at.app.graph)
    assert (found["quotes"], len(found["evidence"]), len(asked)) == (
        ["Only free services, please.", "No paid tools."],
        2,
        1,
    )
    assert (after["status"], after["quotes"]) == ("declined", found["quotes"])


async def test_confirmed_preferences_change_what_is_proposed(tmp_path: Path) -> None:
    """Ask me first turns research into a question; no paid tools drops what buys one, saying why; short cuts words."""
    titles = iter(("Ask about the cups", "Subscribe to a price service for the cups"))

    def drafted(request: Any) -> Mapping[str, Any]:
        packet = request.inputs["packets"][0]
        options = [{"remedy": one["remedy"], "title": one["title"]} for one in request.inputs["remedies"][:2]]
        return DRAFT | {"title": next(titles), "packet": packet, "options": options}

    async with desk(tmp_path, ScriptedModel({"proposer": drafted})) as at:
        for words in ("Always ask me first.", "No paid tools.", "Keep it short."):
            await at.app.execute(HearWords(words), actor=OWNER)
        before = await read_preferences(at.app.graph)
        for row in before:
            await at.app.execute(SettlePreference(row["id"], holds=True), actor=OWNER)
        await at.put([decision("d1", "Use clay cups at the stalls of the market")])
        await at.open_gaps(gap("unvalidated_decision", "d1"))
        await at.put([decision("d2", "Sell the cups to the hotels at the harbour")])
        row = gap("unvalidated_decision", "d2")
        await at.open_gaps(row)
        made = await at.proposals()
        skipped = (await at.gap_of(row))["skippedReason"]
        kind = (await at.packet(made[0]["number"]))["type"]
    assert ([one["title"] for one in made], kind) == (["Ask about the cups"], "ask")
    assert "standing preference “No paid tools or services”" in skipped
    assert len(made[0]["content"]) <= 280 < len(DRAFT["content"])


async def test_a_directive_waits_and_nothing_is_done_by_it(tmp_path: Path) -> None:
    """It is kept as an Intent with its words; no gap, no proposal, no message follows; a person takes it off."""
    async with desk(tmp_path) as at:
        said = (await at.app.execute(HearWords("Sales are low, look at the ads"), actor=OWNER)).answer
        idle = (await at.app.execute(HearWords("Sales are low."), actor=OWNER)).answer
        at.clock.advance(timedelta(days=1))
        await at.app.deliver_due()
        waits = await at.app.graph.read("learning/intents", status="waiting", limit=10)
        made = await at.proposals()
        with pytest.raises(NotFound):
            await at.app.execute(CloseIntent("zz"), actor=OWNER)
        await at.app.execute(CloseIntent(said["intent"]), actor=OWNER)
        left = await at.app.graph.read("learning/intents", status="waiting", limit=10)
        kept = await at.entries(EventType.INTENT_KEPT)
    assert (said["heard"], idle["heard"], made, left, len(kept)) == ("intent", None, [], [], 1)
    assert [(row["wanted"], row["by"]) for row in waits] == [("Sales are low, look at the ads", "owner")]


DRAFT = {
    "title": "", "content": "Nobody knows whether the cups last. " * 12, "proposal_type": "knowledge", "impact": "low",
    "effort": "low", "confidence": "low", "packet": "ask", "question": "What about the cups?",
}  # fmt: skip
