"""Research when things go wrong: killed after every act, documents and claims that change, files tampered with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.world import REVIEW, World, a_small_plan, a_world
from tests.stores import fresh_store
from vibe.bootstrap import Given, open_app
from vibe.domain.acts import Intent, Outcome
from vibe.domain.commands import (
    AddSource,
    AnalyseNow,
    AnswerQuestion,
    CancelProposal,
    DecideProposal,
    JudgeCandidate,
    SetBlock,
)
from vibe.domain.errors import Conflict
from vibe.kernel.commit import Where
from vibe.testing import ManualClock, ManualWakeup, SeededChance, SerialIds

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
RENT = "a-rent"
Hook = Callable[[str], Awaitable[None]]


class Killed(BaseException):
    """The process dies here."""


def after_each_act(world: World, hook: Hook) -> None:
    """Call the hook when an act was done and before anybody wrote that down."""
    do = world.app.gate.act

    async def act(where: Where, intent: Intent, perform: Callable[[], Awaitable[Outcome]]) -> Outcome:
        async def hooked() -> Outcome:
            outcome = await perform()
            await hook(intent.name)
            return outcome

        return await do(where, intent, hooked)

    world.app.gate.act = act  # type: ignore[method-assign]


async def approved(world: World, about: str = RENT, review: str = REVIEW) -> Mapping[str, Any]:
    """A small plan, and an approved proposal to research one of its claims; nothing of it was delivered yet."""
    await world.app.import_plan(a_small_plan(review), actor="owner:cli")
    await world.wait(seconds=2)
    await world.command(AnalyseNow(draft=True))
    await world.wait(seconds=0)
    for row in await world.proposals("ready"):
        gaps = await world.app.graph.read("gaps/of_ids", ids=list(row["gap_ids"]))
        if gaps[0]["block_id"] == about:
            await world.command(DecideProposal(row["number"], "approve", digest=row["digest"]))
            return row
    raise AssertionError(f"nothing was proposed about {about!r}")


@asynccontextmanager
async def worlds(home: Path) -> AsyncIterator[Callable[[], Awaitable[World]]]:
    """Give a function that starts the process again: another app on the same home and store."""
    clock, ids = ManualClock(), SerialIds()
    async with fresh_store() as store:

        async def start() -> World:
            given = Given(clock=clock, ids=ids, chance=SeededChance(), wakeup=ManualWakeup(), store=store)
            async with open_app(home, given) as app:
                return World(app, clock)

        yield start


async def the_run(world: World) -> Mapping[str, Any]:
    """The only run there is."""
    rows = await world.app.graph.read("research/list", limit=5)
    assert len(rows) == 1
    properties: Mapping[str, Any] = (await world.app.graph.read("research/run", id=rows[0]["id"]))[0]["properties"]
    return properties


def headings(home: Path, run: Mapping[str, Any]) -> list[str]:
    """The markers of a run's working file, in order."""
    return [line for line in (home / "runs" / run["file"]).read_text().splitlines() if line.startswith("#")]


async def test_killed_after_every_act_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    """The process dies after each act, before it is recorded; started again it goes on, and all is there once."""
    died: set[str] = set()

    async def die_once(name: str) -> None:
        if name not in died:
            died.add(name)
            raise Killed(name)

    async with worlds(tmp_path) as start:
        world = await start()
        row = await approved(world)
        finished = False
        while not finished:
            after_each_act(world, die_once)
            try:
                await world.wait(seconds=0)
                finished = True
            except* Killed:
                world.app.turn.drop()
                world = await start()
        run = await the_run(world)
        evidence = await world.app.graph.read("research/evidence_of_proposal", id=row["id"], limit=20)
        executed = await world.happened("ProposalExecuted")
        faults = await world.ledger_faults()
        aside = await world.app.graph.read("ledger/set_aside", limit=5)
    found = headings(tmp_path, run)
    assert len(died) > 8
    assert (run["state"], run["outcome"]) == ("DONE", "refuted")
    assert len(found) == len(set(found))
    assert [(item["file"], item["line"]) for item in evidence] == [("review.md", 5)]
    assert (len(executed), faults, aside) == (1, [], [])


async def test_a_claim_that_changes_meanwhile_is_researched_as_it_is(tmp_path: Path) -> None:
    """Changed while its documents are read, a claim is planned for anew, and evidence is bound to its new words."""
    async with a_world(tmp_path) as world:
        row = await approved(world)

        async def change(name: str) -> None:
            if name == "read batch 1":
                words = "The rent on Mill Street is 3,000 EUR a month for the first year."
                await world.command(SetBlock(RENT, {"content": words}))

        after_each_act(world, change)
        await world.wait(seconds=0)
        run = await the_run(world)
        block = (await world.app.graph.read("blocks/by_id", ids=[RENT]))[0]
        evidence = await world.app.graph.read("research/evidence_of_proposal", id=row["id"], limit=20)
        kept = (await world.app.graph.read("blocks/by_id", ids=[evidence[0]["id"]]))[0]["properties"]
    assert (run["state"], run["outcome"]) == ("DONE", "refuted")
    assert "## Plan Revision 1" in headings(tmp_path, run)
    assert kept["claimSha256"] == block["content_sha256"]


async def test_a_document_that_changes_meanwhile_is_read_again(tmp_path: Path) -> None:
    """Gate 3 finds a quote gone, says so, and the document is read once more: only what stands now is written."""
    changed = REVIEW.replace("3,400 EUR", "3,600 EUR")
    async with a_world(tmp_path) as world:
        row = await approved(world)
        done: list[str] = []

        async def change(name: str) -> None:
            done.append(name)
            if done.count("read batch 1") == 1 and name == "read batch 1":
                await world.app.outside.sources.keep("cafe", "review.md", changed)

        after_each_act(world, change)
        await world.wait(seconds=0)
        run = await the_run(world)
        failed = await world.happened("GateFailed")
        evidence = await world.app.graph.read("research/evidence_of_proposal", id=row["id"], limit=20)
    assert run["outcome"] == "refuted"
    assert [gate["gate"] for gate in failed] == [3]
    assert {"### Batch 2 Summary", "## Verification Gate 3 (pass 2)"} <= set(headings(tmp_path, run))
    assert ["3,600 EUR" in item["quote"] for item in evidence] == [True]


async def test_documents_that_never_stand_still_are_asked_about(tmp_path: Path) -> None:
    """When the quotes fail twice the person is asked; "read again" makes the plan anew, and the run ends well."""
    async with a_world(tmp_path) as world:
        await approved(world)
        rents = iter(["3,500 EUR", "3,600 EUR"])

        async def change(name: str) -> None:
            rent = next(rents, None) if name.startswith("read batch") else None
            if rent is not None:
                await world.app.outside.sources.keep("cafe", "review.md", REVIEW.replace("3,400 EUR", rent))

        after_each_act(world, change)
        await world.wait(seconds=0)
        waiting = await the_run(world)
        await world.command(AnswerQuestion(waiting["questionId"], "A"))
        await world.wait(seconds=0)
        run = await the_run(world)
        executed = await world.proposals("executed")
    assert waiting["state"] == "CLARIFYING"
    assert (run["state"], run["outcome"]) == ("DONE", "refuted")
    assert len(executed) == 1


async def test_a_tampered_working_file_is_never_the_basis(tmp_path: Path) -> None:
    """A batch that somebody cut out of the file fails gate 4 for good: the run is aborted and the proposal failed."""
    async with a_world(tmp_path) as world:
        await approved(world)

        async def tamper(name: str) -> None:
            if name.startswith("check the quotes"):
                path = next((tmp_path / "runs").rglob("working.md"))
                path.write_text(path.read_text().replace("### Batch 1 Summary", "### Nothing"))

        after_each_act(world, tamper)
        await world.wait(seconds=0)
        run = await the_run(world)
        failed, aside = await world.proposals("failed"), await world.app.graph.read("ledger/set_aside", limit=5)
        finished = await world.happened("ResearchFinished")
    assert (run["state"], run["outcome"], len(failed), aside) == ("ABORTED", "aborted", 1, [])
    assert "working file" in finished[0]["reason"]
    assert headings(tmp_path, run)[-1] == "## Termination"


async def test_a_run_that_stands_still_twice_is_given_up(tmp_path: Path) -> None:
    """Five minutes without a step wake the run once; five more and it is aborted, and the proposal says why."""
    async with a_world(tmp_path) as world:
        await approved(world)

        async def break_down(name: str) -> None:
            if name == "list the sources":
                raise RuntimeError("a bug")

        after_each_act(world, break_down)
        await world.wait(seconds=0)
        stuck = await the_run(world)
        await world.wait(minutes=6)
        woken = await the_run(world)
        await world.wait(minutes=6)
        run, failed = await the_run(world), await world.proposals("failed")
    assert (stuck["state"], woken["state"], woken["stalls"]) == ("PLAN_STRATEGY", "PLAN_STRATEGY", 1)
    assert (run["state"], run["reason"]) == ("ABORTED", "it stood still twice")
    assert len(failed) == 1


async def test_a_run_whose_turn_has_not_come_does_not_stand_still(tmp_path: Path) -> None:
    """However long a run waits behind others, the watch leaves it alone; then it goes its way once."""
    async with a_world(tmp_path) as world:
        await approved(world)
        await world.app.bus.drain(None, {"executing.execute_proposal"})
        for _ in range(3):
            world.clock.advance(timedelta(minutes=6))
            await world.app.ticker.sweep()
            await world.app.bus.drain(None, {"advancing.watch_runs"})
        waiting = await the_run(world)
        await world.wait(seconds=0)
        run, asked = await the_run(world), await world.happened("ResearchRequested")
    assert (waiting["state"], waiting.get("stalls") or 0) == ("INIT_INPUT", 0)
    assert (run["state"], len(asked)) == ("DONE", 1)


async def test_nothing_found_writes_nothing_and_asks(tmp_path: Path) -> None:
    """Documents that say nothing of the claim leave no evidence; the gap stays, the person hears what was read."""
    async with a_world(tmp_path) as world:
        row = await approved(world, review="# Weather\n\nIt rained on Tuesday.\n")
        await world.wait(seconds=0)
        run = await the_run(world)
        finished = (await world.happened("ResearchFinished"))[0]
        asked = await world.app.graph.read("questions/list", statuses=["asked"], limit=10)
        evidence = await world.app.graph.read("research/evidence_of_proposal", id=row["id"], limit=20)
        open_gaps = {gap["type"] for gap in await world.gaps() if gap["block_id"] == RENT}
    assert (run["outcome"], finished["candidates"], finished["searched"]["files"]) == (
        "nothing_found",
        0,
        ["review.md"],
    )
    assert (evidence, open_gaps) == ([], {"unvalidated_assumption"})
    assert any("review.md" in question["question"] for question in asked)


async def test_evidence_is_withdrawn_when_claim_or_document_changes(tmp_path: Path) -> None:
    """Evidence from an owner's own document goes when the document does, and plan evidence when the claim changes."""
    async with a_world(tmp_path) as world:
        text = (
            "# Offer\n\nThe rent on Mill Street is 3,400 EUR a month for the whole lease of ten years.\n\n"
            "The lease on Mill Street may end after a month, and the rent for the rest of it is then due.\n"
        )
        sha256 = await world.app.outside.sources.keep("_own", "offer.md", text)
        await world.command(AddSource("offer.md", sha256))
        row = await approved(world)
        await world.wait(seconds=0)
        listed = await world.app.graph.read("research/candidates_of_proposal", id=row["id"], limit=50)
        own = [item for item in listed if item["file"] == "_own/offer.md"]
        judged = next(item for item in own if "3,400" in item["quote"])
        waiting = next(item for item in own if item is not judged)
        await world.command(JudgeCandidate(judged["id"], "contradicts"))
        before = await world.app.graph.read("research/evidence_of_proposal", id=row["id"], limit=20)
        later = await world.app.outside.sources.keep("_own", "offer.md", text.replace("ten", "five"))
        await world.command(AddSource("offer.md", later))
        await world.wait(seconds=0)
        between = await world.app.graph.read("research/evidence_of_proposal", id=row["id"], limit=20)
        await world.command(SetBlock(RENT, {"content": "The rent on Mill Street is 3,200 EUR a month."}))
        await world.wait(seconds=2)
        after = await world.app.graph.read("research/evidence_of_proposal", id=row["id"], limit=20)
        with pytest.raises(Conflict, match="outdated"):
            await world.command(JudgeCandidate(waiting["id"], "supports"))
        gaps = {gap["type"] for gap in await world.gaps() if gap["block_id"] == RENT}
    assert {item["file"]: item["origin"] for item in before} == {
        "review.md": "same_plan",
        "_own/offer.md": "own_document",
    }
    assert {item["file"] for item in between} == {"review.md"}
    assert after == []
    assert gaps == {"unvalidated_assumption"}


async def test_research_is_stopped_by_a_person(tmp_path: Path) -> None:
    """Stopped after its first batch, the run is aborted with its file ended, the proposal failed, nothing written."""
    async with a_world(tmp_path) as world:
        row = await approved(world)

        async def stop(name: str) -> None:
            if name == "read batch 1":
                await world.command(CancelProposal(row["number"], "wrong street"))

        after_each_act(world, stop)
        await world.wait(seconds=0)
        run = await the_run(world)
        failed = await world.proposals("failed")
        evidence = await world.app.graph.read("research/evidence_of_proposal", id=row["id"], limit=20)
        with pytest.raises(Conflict, match="begun already"):
            await world.command(CancelProposal(row["number"]))
        faults = await world.ledger_faults()
    text = (tmp_path / "runs" / run["file"]).read_text()
    assert (run["state"], run["outcome"]) == ("ABORTED", "aborted")
    assert "wrong street" in run["reason"]
    assert "wrong street" in text
    assert ([item["number"] for item in failed], evidence, faults) == ([row["number"]], [], [])


async def test_research_that_waits_for_an_answer_is_stopped_with_its_question(tmp_path: Path) -> None:
    """A run that asked what to do is stopped too, and nobody is left with a question that no longer matters."""
    async with a_world(tmp_path) as world:
        row = await approved(world)
        rents = iter(["3,500 EUR", "3,600 EUR"])

        async def change(name: str) -> None:
            rent = next(rents, None) if name.startswith("read batch") else None
            if rent is not None:
                await world.app.outside.sources.keep("cafe", "review.md", REVIEW.replace("3,400 EUR", rent))

        after_each_act(world, change)
        await world.wait(seconds=0)
        waiting = await the_run(world)
        await world.command(CancelProposal(row["number"]))
        await world.wait(seconds=0)
        run = await the_run(world)
        question = (await world.app.graph.read("blocks/by_id", ids=[waiting["questionId"]]))[0]
    assert (waiting["state"], run["state"], question["status"]) == ("CLARIFYING", "ABORTED", "expired")


async def test_other_documents_alone_outdate_evidence_at_once(tmp_path: Path) -> None:
    """Imported again with another review and the same blocks, what quotes the old one is withdrawn without waiting."""
    async with a_world(tmp_path) as world:
        row = await approved(world)
        await world.wait(seconds=0)
        before = await world.app.graph.read("research/evidence_of_proposal", id=row["id"], limit=20)
        answer = await world.app.import_plan(a_small_plan(REVIEW.replace("3,400", "2,900")), actor="owner:cli")
        await world.settle()
        kept = (await world.app.graph.read("blocks/by_id", ids=[before[0]["id"]]))[0]
        again = await world.app.import_plan(a_small_plan(REVIEW.replace("3,400", "2,900")), actor="owner:cli")
        told = await world.happened("DocumentsChanged")
    assert (answer.answer["changed"], answer.answer["added"], again.seqs) == (0, 0, ())
    assert (kept["status"], kept["properties"]["withdrawnReason"]) == (
        "withdrawn",
        "its document was changed or taken out",
    )
    assert told == [{"plan": "cafe", "files": 1}]
