"""Debating on a real store: each outcome, what follows it, and that every position is kept."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.loop.desk import assumption, decision, desk, gap
from vibe.domain.acts import ModelReply, ModelRequest
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import from_json
from vibe.domain.changes import Change, Effect
from vibe.domain.debates import RubricItem
from vibe.domain.errors import Unreachable
from vibe.domain.events import Event, EventType
from vibe.edges.models.rules import RuleModel

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
HEAT = assumption("a-heat", "The boiler heats 40 flats down to -12 degrees without the second burner")
ROW = gap("unvalidated_assumption", "a-heat")
FULL = {item.value: 2 for item in RubricItem}


class Bench:
    """The rules as proposer; critic and arbiter answer from a list, round by round (an error is raised)."""

    def __init__(
        self, *judgements: Mapping[str, Any] | Exception, critic: Mapping[str, Any] | Exception | None = None
    ) -> None:
        self._judgements, self._critic = list(judgements), critic
        self.asked: list[str] = []

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Answer as the script says."""
        self.asked.append(request.role)
        if request.role == "proposer":
            return await RuleModel().ask(request)
        said = self._judgements.pop(0) if request.role == "arbiter" else self._critic
        if isinstance(said, Exception):
            raise said
        return ModelReply(said or {"objection": "It may rain.", "reason": "see the sky", "marks": FULL}, "scripted")


def judged(outcome: str, marks: Mapping[str, int] = FULL, **more: Any) -> dict[str, Any]:
    """An arbiter's reply."""
    return {"outcome": outcome, "reason": f"it is {outcome}", "marks": dict(marks), **more}


async def test_every_position_is_kept(tmp_path: Path) -> None:
    """A debate by rules stores proposer, critic and arbiter of its round and says that rules argued it."""
    async with desk(tmp_path) as at:
        await at.put([HEAT])
        await at.open_gaps(ROW)
        found = (await at.proposals())[0]
        rounds = await at.rounds(found["id"])
    positions = [from_json(rounds[0][role]) for role in ("proposer", "critic", "arbiter")]
    assert [(one["n"], one["round_outcome"], one["argued"]) for one in rounds] == [(1, "strong", "rules")]
    assert positions[0]["title"] == found["title"]
    assert positions[1]["objection"] in found["objection"]
    assert set(positions[2]["marks"]) == {item.value for item in RubricItem}


async def test_a_fail_is_filtered_and_gives_its_gap_back(tmp_path: Path) -> None:
    """A failed proposal is not shown; its gap is open, says why, and waits until something about it changes."""
    async with desk(tmp_path, Bench(judged("fail", {**FULL, "specific": 0}))) as at:
        await at.put([HEAT])
        await at.open_gaps(ROW)
        await at.daily()
        found, held = await at.proposals(), await at.gap_of(ROW)
    assert [one["status"] for one in found] == ["filtered"]
    assert (held["status"], held["waitsFor"]) == ("open", "change")
    assert held.get("proposalId") is None
    assert "It may rain" in held["skippedReason"]


async def test_weak_is_strengthened_once_and_argued_once_more(tmp_path: Path) -> None:
    """A weak proposal is worded anew with the objection in hand; strong then, it is ready as version 2."""
    model = Bench(judged("weak", {**FULL, "specific": 1, "measurable": 1}), judged("strong"))
    async with desk(tmp_path, model) as at:
        await at.put([HEAT])
        await at.open_gaps(ROW)
        found = (await at.proposals())[0]
        rounds = await at.rounds(found["id"])
    assert (found["status"], found["uncertain"], found["version"], found["round"]) == ("ready", False, 2, 2)
    assert [one["round_outcome"] for one in rounds] == ["weak", "strong"]
    assert "It may rain" in found["content"]
    assert model.asked == ["proposer", "critic", "arbiter", "proposer", "critic", "arbiter"]


async def test_weak_again_is_shown_as_uncertain(tmp_path: Path) -> None:
    """Weak twice: ready, flagged, never a third round."""
    weak = judged("weak", {**FULL, "specific": 1, "measurable": 1})
    async with desk(tmp_path, Bench(weak, weak)) as at:
        await at.put([HEAT])
        await at.open_gaps(ROW)
        found = (await at.proposals())[0]
        rounds = await at.rounds(found["id"])
    assert (found["status"], found["uncertain"], len(rounds)) == ("ready", True, 2)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Bench(critic=Unreachable("no answer")), "the critic was not heard"),
        (Bench(Unreachable("no answer")), "the arbiter was not heard"),
        (Bench(judged("splendid")), "the arbiter was not heard"),
        (Bench(critic={"objection": "", "reason": "", "marks": {}}), "the critic was not heard"),
    ],
)
async def test_who_cannot_be_heard_makes_it_undecided(tmp_path: Path, model: Bench, said: str) -> None:
    """Without critic or arbiter, or with an answer of no form, it is shown, flagged, with what was said."""
    async with desk(tmp_path, model) as at:
        await at.put([HEAT])
        await at.open_gaps(ROW)
        found = (await at.proposals())[0]
        rounds = await at.rounds(found["id"])
    assert (found["status"], found["uncertain"]) == ("ready", True)
    assert rounds[0]["round_outcome"] == "undecided"
    assert said in rounds[0]["lacking"]


async def test_an_arbiter_that_contradicts_its_own_marks_decides_nothing(tmp_path: Path) -> None:
    """Strong over marks that fail the rubric is undecided: words do not outweigh the rubric."""
    async with desk(tmp_path, Bench(judged("strong", dict.fromkeys(FULL, 0)))) as at:
        await at.put([HEAT])
        await at.open_gaps(ROW)
        found = (await at.proposals())[0]
    assert (found["status"], found["uncertain"]) == ("ready", True)


async def test_what_another_proposal_asks_already_is_filtered(tmp_path: Path) -> None:
    """A second decision of the same title is not asked about beside the first; the first stays."""
    texts = ["The Esbjerg warehouse opens at 6 and serves 90 vans.", "In Esbjerg 90 vans load from 6 o'clock on."]
    async with desk(tmp_path) as at:
        await at.put([decision(f"d-{n}", "Open the Esbjerg warehouse", text) for n, text in enumerate(texts, 1)])
        await at.open_gaps(gap("unvalidated_decision", "d-1"), gap("unvalidated_decision", "d-2"))
        found = await at.proposals()
    assert sorted(one["status"] for one in found) == ["filtered", "ready"]


async def test_a_thin_block_is_helped_by_its_neighbours(tmp_path: Path) -> None:
    """A decision of few words is weak by itself, strong with what it is linked to, else uncertain."""
    thin = [decision("d-1", "Choose Postgres over Mongo"), decision("d-2", "Choose bricks over timber")]
    linked = Block("t-1", Kind.TASK, "Move 4 million invoices before 30 June", status="pending")
    async with desk(tmp_path) as at:
        await at.put([*thin, linked], [Link(LinkType.DEPENDS_ON, "t-1", "d-1")])
        await at.open_gaps(gap("unvalidated_decision", "d-1"), gap("unvalidated_decision", "d-2"))
        found = {one["title"]: one for one in await at.proposals()}
    outcome = {title: (one["status"], one["uncertain"], one["round"]) for title, one in found.items()}
    assert outcome == {
        "Find what backs “Choose Postgres over Mongo”": ("ready", False, 2),
        "Find what backs “Choose bricks over timber”": ("ready", True, 2),
    }


async def test_what_a_person_worded_is_never_held_back(tmp_path: Path) -> None:
    """What a person edited is shown again even where the arbiter fails it, flagged, in their words."""
    async with desk(tmp_path, Bench(judged("strong"), judged("fail", {**FULL, "specific": 0}))) as at:
        await at.put([HEAT])
        await at.open_gaps(ROW)
        first = (await at.proposals())[0]
        props = {"status": "draft", "version": 2, "round": 0, "editedBy": "owner:cli", "title": "Just ask Lars"}
        event = Event(EventType.PROPOSAL_DRAFTED, first["id"], {"number": 1, "version": 2})
        await at.commit(Change(effects=(Effect("blocks/set", {"id": first["id"], "props": props}),), events=(event,)))
        found = (await at.proposals())[0]
    assert (found["status"], found["uncertain"], found["title"]) == ("ready", True, "Just ask Lars")
