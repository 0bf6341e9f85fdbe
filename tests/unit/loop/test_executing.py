"""Executing on a real store: what was approved happens once, as it was seen; what an answer sets off, and no more."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.loop.desk import Desk, contradiction, desk, gap
from tests.unit.loop.ready import (
    CLAIM,
    OWNER,
    approve,
    asks,
    decide,
    follow,
    gap_now,
    happen,
    node,
    offer,
    offered,
    research,
    sweep,
    target_of,
    writes,
)
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.changes import Change
from vibe.domain.commands import AnalyseNow, AnswerQuestion, SetBlock
from vibe.domain.events import Event, EventType
from vibe.domain.packet_ops import Op, OpType
from vibe.domain.packets import Ask, Option, PlannedTask, Remedy, TaskPlan, WriteBlocks
from vibe.domain.runs import run_id
from vibe.domain.verdicts import verdict_id

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
EXECUTE, FINISH = {"executing.execute_proposal"}, {"executing.finish_proposal"}
SEARCHED = {"files": ["a.md", "b.md"], "words": ["boiler"]}
WITHDRAW = Op(OpType.WITHDRAW, CLAIM.id, CLAIM.kind, CLAIM.title, before={"status": "active"})


async def question_of(at: Desk) -> dict[str, Any]:
    """The one question that waits."""
    rows = await at.app.graph.read("questions/list", statuses=["asked", "clarifying"], limit=10)
    assert len(rows) == 1
    return dict(rows[0])


async def answer(at: Desk, words: str) -> None:
    """Answer the one question that waits, and wait for what follows."""
    question = await question_of(at)
    receipt = await at.app.execute(AnswerQuestion(question["id"], words), actor=OWNER)
    await follow(at, receipt)


async def test_writes_are_made_once_as_they_were_seen(tmp_path: Path) -> None:
    """An approved diff changes the block, uses its verdict up, and tells analysts before and after; no second time."""
    async with desk(tmp_path) as at:
        identity = await offered(at, writes())
        await approve(at)
        again = Event(EventType.PROPOSAL_APPROVED, identity, {"number": 1, "digest": "x"})
        await happen(at, Change(events=(again,)))
        block, proposal = await node(at, "block", CLAIM.id), await node(at, "block", identity)
        verdict, told = await node(at, "verdict", verdict_id(identity)), await at.entries(EventType.BLOCKS_CHANGED)
        ends = await at.entries(EventType.PROPOSAL_EXECUTED)
    assert (block["content"], proposal["status"], len(ends)) == ("The boiler lasts eight years.", "executed", 1)
    assert verdict["usedAt"] == proposal["endedAt"]
    assert block["contentSha256"] == Block(CLAIM.id, CLAIM.kind, CLAIM.title, block["content"]).content_sha256
    change = {"before": {"content": CLAIM.content}, "after": {"content": "The boiler lasts eight years."}}
    assert told[0]["changes"] == [{"id": CLAIM.id, "title": CLAIM.title, **change}]


async def test_blocks_and_links_of_a_diff(tmp_path: Path) -> None:
    """A diff may create, link, unlink and withdraw; a decision needs the approval it carries."""
    other = Block("d-heat", Kind.DECISION, "Heat with gas", "Heat with gas.")
    made = Op(OpType.CREATE, "d-new", Kind.DECISION, after={"title": "Heat with a pump", "priority": "P1"})
    linked = Op(OpType.LINK, link=LinkType.DEPENDS_ON, source="d-new", target=CLAIM.id)
    unlinked = Op(OpType.UNLINK, link=LinkType.DEPENDS_ON, source="d-heat", target=CLAIM.id)
    gone = Op(OpType.WITHDRAW, "d-heat", Kind.DECISION, before={"status": "active"})
    async with desk(tmp_path) as at:
        await at.put([CLAIM, other], [Link(LinkType.DEPENDS_ON, "d-heat", CLAIM.id)])
        await offer(at, WriteBlocks((made, linked, unlinked, gone), (target_of(other),)))
        await approve(at)
        new, old = await node(at, "block", "d-new"), await node(at, "block", "d-heat")
        links = await at.app.graph.read("blocks/links_around", id=CLAIM.id, limit=10)
    assert (new["status"], new["priority"], old["status"]) == ("active", "P1", "withdrawn")
    assert [(row["source"], row["type"]) for row in links] == [("d-new", "DEPENDS_ON")]


async def test_a_diff_that_does_not_fit_any_more_is_not_made(tmp_path: Path) -> None:
    """What changed between approval and execution makes the approval stale: nothing is written, the gap is open."""
    async with desk(tmp_path) as at:
        identity = await offered(at, WriteBlocks((WITHDRAW,), (target_of(CLAIM),)))
        receipt = await decide(at, "approve")
        await at.app.execute(SetBlock(CLAIM.id, {"status": "closed"}), actor=OWNER)
        await at.app.settle(receipt.root, EXECUTE)
        proposal, block, held = await node(at, "block", identity), await node(at, "block", CLAIM.id), await gap_now(at)
    assert (proposal["status"], block["status"]) == ("stale", "closed")
    assert proposal["endedBecause"] == "the status of 'The boiler lasts ten years' is not what it was"
    assert (held["status"], held.get("proposalId")) == ("open", None)


@pytest.mark.parametrize("by", ["sweep", "executing"])
async def test_an_approval_that_is_too_old_is_never_used(by: str, tmp_path: Path) -> None:
    """After seven days an unused approval expires, whoever looks first; nothing is written and the reason is told."""
    async with desk(tmp_path) as at:
        identity = await offered(at, writes())
        await sweep(at)
        receipt = await decide(at, "approve")
        at.clock.advance(timedelta(days=7))
        if by == "sweep":
            await sweep(at)
        await at.app.settle(receipt.root, EXECUTE)
        proposal, block = await node(at, "block", identity), await node(at, "block", CLAIM.id)
        told = await at.entries(EventType.PROPOSAL_EXPIRED)
    assert (proposal["status"], block["content"]) == ("expired", CLAIM.content)
    assert [(item["was"], "will not be carried out" in item["reason"]) for item in told] == [("approved", True)]


async def test_research_is_handed_on(tmp_path: Path) -> None:
    """An approved research packet makes one run with the packet's words and asks for it; the proposal is executing."""
    async with desk(tmp_path) as at:
        identity = await offered(at)
        receipt = await decide(at, "approve")
        await at.app.settle(receipt.root, EXECUTE)
        run, proposal = await node(at, "research_run", run_id(identity)), await node(at, "block", identity)
        asked, held = await at.entries(EventType.RESEARCH_REQUESTED), await gap_now(at)
    assert (run["state"], run["question"], run["targets"]) == ("INIT_INPUT", research().question, [CLAIM.id])
    assert [item["proposal"] for item in asked] == [identity]
    assert (proposal["status"], held["status"]) == ("executing", "proposed")


async def finish(at: Desk, identity: str, **body: Any) -> None:
    """End the proposal's run as research would."""
    told = {"run": run_id(identity), "proposal": identity, **body}
    await happen(at, Change(events=(Event(EventType.RESEARCH_FINISHED, run_id(identity), told),)), FINISH)


@pytest.mark.parametrize(
    ("body", "status", "waits", "asked"),
    [
        ({"outcome": "supported"}, "executed", "change", 0),
        ({"outcome": "nothing_found", "searched": SEARCHED}, "executed", "change", 1),
        ({"outcome": "nothing_found", "candidates": ["c-1"]}, "executed", "change", 0),
        ({"outcome": "aborted", "reason": "stalled twice"}, "failed", "date", 0),
    ],
)
async def test_how_a_run_ends(body: dict[str, Any], status: str, waits: str, asked: int, tmp_path: Path) -> None:
    """Its proposal ends with it, the gap is open again, and only where nothing at all was found the person is asked."""
    async with desk(tmp_path) as at:
        identity = await offered(at)
        receipt = await decide(at, "approve")
        await at.app.settle(receipt.root, EXECUTE)
        await finish(at, identity, **body)
        proposal, held = await node(at, "block", identity), await gap_now(at)
        questions = await at.app.graph.read("questions/list", statuses=["asked"], limit=10)
    assert (proposal["status"], held["status"], held["waitsFor"]) == (status, "open", waits)
    assert len(questions) == asked
    assert all("2 documents (a.md, b.md), looking for boiler," in row["question"] for row in questions)


async def test_what_the_person_knows_closes_the_gap_after_a_search_in_vain(tmp_path: Path) -> None:
    """Answering the search's question with evidence writes it as the person's and the analysis closes the gap."""
    async with desk(tmp_path) as at:
        identity = await offered(at)
        receipt = await decide(at, "approve")
        await at.app.settle(receipt.root, EXECUTE)
        await finish(at, identity, outcome="nothing_found")
        await answer(at, "A: the maker's letter of 3 May says twelve years")
        await follow(at, await at.app.execute(AnalyseNow(), actor=OWNER))
        held = await gap_now(at)
        evidence = await at.app.graph.read("blocks/links_around", id=CLAIM.id, limit=10)
    assert held["status"] == "closed"
    assert [row["source_title"] for row in evidence if row["type"] == "SUPPORTS"] == [
        "the maker's letter of 3 May says twelve years"
    ]


async def test_an_answer_becomes_a_decision_that_rests_on_it(tmp_path: Path) -> None:
    """Approve, be asked, answer: a Decision with the person's words as Evidence; a full analysis finds nothing new."""
    options = (Option("Keep it", "say nothing"), Option("Withdraw it", diff=(WITHDRAW,), remedy=Remedy.WITHDRAW))
    async with desk(tmp_path) as at:
        identity = await offered(at, asks(*options))
        await approve(at)
        waiting = await node(at, "block", identity)
        await answer(at, "B, the maker is gone")
        await follow(at, await at.app.execute(AnalyseNow(), actor=OWNER))
        proposal, block, told = (
            await node(at, "block", identity),
            await node(at, "block", CLAIM.id),
            await at.entries(EventType.ANSWER_RECORDED),
        )
        links = await at.app.graph.read("blocks/links_around", id=told[0]["decision"], limit=10)
        found = await at.entries(EventType.GAPS_FOUND)
    assert (waiting["status"], proposal["status"], block["status"]) == ("executing", "executed", "withdrawn")
    assert (told[0]["option"], told[0]["proposal"]) == ("B", identity)
    assert sorted((row["type"], row["source_kind"], row["target_kind"]) for row in links) == [
        ("ADDRESSES", "Decision", "Question"),
        ("CONCERNS", "Decision", "Assumption"),
        ("SUPPORTS", "Evidence", "Decision"),
    ]
    assert found == []


async def test_an_answer_in_ones_own_words_writes_nothing_else(tmp_path: Path) -> None:
    """Free text chooses no option, whatever it says: the diff of an option it mentions is not made."""
    async with desk(tmp_path) as at:
        identity = await offered(at, asks(Option("Withdraw it", diff=(WITHDRAW,), remedy=Remedy.WITHDRAW)))
        await approve(at)
        await answer(at, "My neighbour would say withdraw it, I am not so certain about that")
        proposal, block = await node(at, "block", identity), await node(at, "block", CLAIM.id)
    assert (proposal["status"], proposal["outcome"]) == ("executed", "answered in the person's own words")
    assert block["status"] == "active"


async def test_a_contradiction_is_kept_with_a_reason_or_revised(tmp_path: Path) -> None:
    """Keep asks for the reason first and settles the contradiction; revise takes the person's text, line by line."""
    evidence, link = contradiction("e-1", CLAIM.id, "Such boilers last seven years.")
    row = gap("contradicted", CLAIM.id, severity="critical")
    options = (
        Option("Revise it", "Write what it should say.", Remedy.REVISE),
        Option("Keep it as it is", "Say why.", Remedy.KEEP),
    )
    async with desk(tmp_path) as at:
        await at.put([CLAIM, evidence], [link])
        await offer(at, asks(*options), gaps=[row])
        await approve(at)
        await answer(at, "B")
        question = await question_of(at)
        await answer(at, "The seven years are for another model.")
        await follow(at, await at.app.execute(AnalyseNow(), actor=OWNER))
        kept, settled = await node(at, "block", CLAIM.id), await node(at, "gap", row["id"])
        await offer(at, asks(*options), 90)
        await approve(at, 90)
        await answer(at, "A: It lasts seven years.\nThen it is replaced.")
        revised = await node(at, "block", CLAIM.id)
    assert (question["status"], "say why it stays" in question["follow_up"]) == ("clarifying", True)
    assert (kept["keptReason"], settled["status"]) == ("The seven years are for another model.", "closed")
    assert (revised["title"], revised["content"]) == (
        "It lasts seven years.",
        "It lasts seven years.\nThen it is replaced.",
    )


async def test_providing_and_accepting(tmp_path: Path) -> None:
    """Who provides a capability is kept as knowledge that provides it; an accepted risk is out of sight for a month."""
    task = Block("t-weld", Kind.TASK, "Weld the frame", status="pending")
    skill = Block("c-weld", Kind.CAPABILITY, "Aluminium welding", status="wanted")
    row = gap("missing_capability", task.id, skill.id)
    provide = Option("Somebody provides it", remedy=Remedy.PROVIDE)
    packet = Ask("Who can weld?", (provide,), (target_of(task), target_of(skill)))
    async with desk(tmp_path) as at:
        await at.put([task, skill], [Link(LinkType.REQUIRES, task.id, skill.id)])
        await offer(at, packet, gaps=[row])
        await approve(at)
        await answer(at, "A: Hansen & Son, from May")
        await follow(at, await at.app.execute(AnalyseNow(), actor=OWNER))
        closed = await node(at, "gap", row["id"])
        providers = await at.app.graph.read("blocks/links_around", id=skill.id, limit=10)
        await at.put([CLAIM])
        await offer(at, asks(Option("Accept the risk", remedy=Remedy.ACCEPT)), 95, [gap("x", CLAIM.id)])
        await approve(at, 95)
        await answer(at, "A")
        accepted = await node(at, "gap", gap("x", CLAIM.id)["id"])
    assert closed["status"] == "closed"
    assert ("PROVIDES", "Hansen & Son, from May") in [(row["type"], row["source_title"]) for row in providers]
    assert (accepted["status"], (accepted["acceptedUntil"] - at.clock.now()).days) in [
        ("suppressed", 30),
        ("suppressed", 29),
    ]


async def test_an_answer_nobody_gives_ends_the_proposal(tmp_path: Path) -> None:
    """A question of ours expires after fourteen days; its proposal fails and says why, the gap is open."""
    async with desk(tmp_path) as at:
        identity = await offered(at, asks(Option("Yes"), Option("No")))
        await approve(at)
        await sweep(at)
        at.clock.advance(timedelta(days=14, minutes=1))
        await sweep(at)
        await at.app.bus.drain(None, FINISH)
        proposal, held = await node(at, "block", identity), await gap_now(at)
    assert (proposal["status"], proposal["endedBecause"]) == ("failed", "nobody answered its question")
    assert (held["status"], held["waitsFor"]) == ("open", "date")


async def test_an_approved_plan_becomes_tasks_that_are_broken_down(tmp_path: Path) -> None:
    """The tasks stand in a plan of their own, in their order, with their steps; carrying them out is not begun."""
    async with desk(tmp_path) as at:
        packet = TaskPlan(
            (PlannedTask("Research ovens"), PlannedTask("Order the oven", depends_on=("Research ovens",)))
        )
        identity = await offered(at, packet)
        receipt = await approve(at)
        await at.app.settle(receipt.root)
        tasks = await at.app.graph.read("plans/tasks", plan="proposal-1", after=-1, limit=10)
        links = await at.app.graph.read("plans/task_links", plan="proposal-1", limit=10)
        begun = await at.app.graph.read("executions/list", before_ms=2**53, limit=10)
        ended = await node(at, "block", identity)
    titles = {row["id"]: row["title"] for row in tasks}
    waits = [(titles[row["source"]], titles[row["target"]]) for row in links if row["type"] == LinkType.DEPENDS_ON]
    assert (ended["status"], begun) == ("executed", [])
    assert sorted(titles.values()) == ["Order the oven", "Research ovens"]
    assert waits == [("Order the oven", "Research ovens")]
    assert all(row["breakdown"] for row in tasks)
