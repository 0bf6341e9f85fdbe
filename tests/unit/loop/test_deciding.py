"""Deciding on a real store: one verdict a proposal, whoever speaks when, and what a no leaves behind."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stores import fresh_store, second_user
from tests.unit.loop.desk import Desk, desk
from tests.unit.loop.ready import (
    CLAIM,
    OWNER,
    decide,
    gap_about,
    gap_now,
    happen,
    node,
    offer,
    offered,
    research,
    sweep,
    writes,
)
from vibe.bootstrap import Given, open_app
from vibe.domain.changes import Change, Effect
from vibe.domain.commands import (
    CancelProposal,
    DecideProposal,
    EditProposal,
    RedoProposal,
    SetBlock,
    UndoRejection,
)
from vibe.domain.errors import BadInput, Conflict, NotFound, Refused, VibeError
from vibe.domain.events import Event, EventType
from vibe.domain.packets import digest_of, to_plain
from vibe.domain.verdicts import verdict_id
from vibe.kernel.submissions import Receipt
from vibe.testing import ManualClock, SerialIds

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
RETIRE = {"retiring.retire_proposals"}


def _told(results: Sequence[Receipt | BaseException]) -> tuple[list[Receipt], list[str]]:
    """Split what came back: answers, and the words of conflicts."""
    answers = [item for item in results if isinstance(item, Receipt)]
    return answers, [str(item) for item in results if isinstance(item, Conflict)]


async def test_an_approval_is_a_verdict_bound_to_what_was_seen(tmp_path: Path) -> None:
    """Approving leaves one verdict with person, channel and digest; the gap goes on waiting for the proposal."""
    async with desk(tmp_path) as at:
        identity = await offered(at)
        answer = (await decide(at, "approve", digest=digest_of(research()))).answer
        proposal, verdict = await node(at, "block", identity), await node(at, "verdict", verdict_id(identity))
        held = await gap_now(at)
    assert (answer["status"], answer["repeated"], proposal["status"]) == ("approved", False, "approved")
    assert (verdict["outcome"], verdict["person"], verdict["channel"]) == ("approved", "owner", "cli")
    assert verdict["digest"] == proposal["digest"]
    assert verdict.get("usedAt") is None
    assert (held["status"], held["proposalId"]) == ("proposed", identity)


async def test_two_at_once_end_in_one_decision(tmp_path: Path) -> None:
    """Yes and no in the same instant: one counts, the other is told by whom and when it was decided."""
    async with desk(tmp_path) as at:
        identity = await offered(at)
        both = (decide(at, "approve", actor="owner:page"), decide(at, "reject", actor="person:ann"))
        answers, told = _told(await asyncio.gather(*both, return_exceptions=True))
        verdict = await node(at, "verdict", verdict_id(identity))
        decided = await at.entries(EventType.PROPOSAL_APPROVED) + await at.entries(EventType.PROPOSAL_REJECTED)
    assert [len(answers), len(told), len(decided)] == [1, 1, 1]
    assert f"already {verdict['outcome']}" in told[0]
    assert verdict["actor"] in told[0]
    assert "2026-03-02" in told[0]


async def test_two_processes_decide_every_proposal_once(tmp_path: Path) -> None:
    """Two apps on one store, ten proposals, opposite answers: ten verdicts, ten who are told."""
    clock = ManualClock()
    async with fresh_store() as store, second_user(store) as other:
        ours, theirs = (
            Given(store=store, clock=clock, ids=SerialIds("a")),
            Given(store=other, clock=clock, ids=SerialIds("b")),
        )
        home = tmp_path / "home"
        async with open_app(home, ours) as one, open_app(home, theirs) as two:
            at = Desk(one, clock)
            await offered(at)
            for number in range(2, 11):
                await offer(at, research(), number)
            sent = [
                app.execute(DecideProposal(number, word), actor=actor)
                for number in range(1, 11)
                for app, word, actor in ((one, "approve", "owner:cli"), (two, "reject", "person:bo"))
            ]
            results = await asyncio.gather(*sent, return_exceptions=True)
            decided = await at.entries(EventType.PROPOSAL_APPROVED) + await at.entries(EventType.PROPOSAL_REJECTED)
    answers, told = _told(results)
    assert sorted(item["number"] for item in decided) == list(range(1, 11))
    assert [len(answers), len(told)] == [10, 10]
    assert all("was already" in words for words in told)


async def test_the_same_again_gets_the_recorded_verdict(tmp_path: Path) -> None:
    """The same person saying the same again changes nothing and hears of the first time; anybody else is refused."""
    async with desk(tmp_path) as at:
        await offered(at)
        first = await decide(at, "approve")
        at.clock.advance(timedelta(hours=1))
        again = await decide(at, "approve", actor="owner:page")
        with pytest.raises(Conflict, match="already approved by owner:cli at 2026-03-02T08:00"):
            await decide(at, "approve", actor="person:ann")
        with pytest.raises(Conflict, match="already approved by owner:cli"):
            await decide(at, "reject", rejection_type="never")
        entries = await at.entries(EventType.PROPOSAL_APPROVED)
    assert again.answer["repeated"]
    assert again.answer["at"] == first.answer["at"]
    assert (again.seqs, again.answer["root"]) == ((), first.root)
    assert len(entries) == 1


async def test_another_digest_decides_nothing(tmp_path: Path) -> None:
    """Who saw another version is told which one it is now; nothing is written."""
    async with desk(tmp_path) as at:
        identity = await offered(at)
        with pytest.raises(Conflict, match="not what you saw") as caught:
            await decide(at, "approve", digest="0" * 64)
        proposal = await node(at, "block", identity)
    assert caught.value.found == {"number": 1, "status": "ready", "digest": digest_of(research())}
    assert proposal["status"] == "ready"


async def test_an_edited_proposal_is_not_approved_by_its_old_digest(tmp_path: Path) -> None:
    """Editing keeps the number and makes a new version, which is checked anew and approved by its own digest only."""
    async with desk(tmp_path) as at:
        identity = await offered(at)
        action = to_plain(research()) | {"question": "How long do boilers of this maker last?"}
        edited = (await at.app.execute(EditProposal(1, action=action), actor=OWNER)).answer
        with pytest.raises(Conflict, match="still being checked"):
            await decide(at, "approve", digest=digest_of(research()))
        proposal, drafted = await node(at, "block", identity), await at.entries(EventType.PROPOSAL_DRAFTED)
    assert (edited["number"], edited["version"], edited["status"]) == (1, 2, "draft")
    assert proposal["digest"] == edited["digest"] != digest_of(research())
    assert [item["number"] for item in drafted] == [1]


async def test_an_edit_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    """A packet that is none, targets that are not there, and an edit that changes nothing are refused by name."""
    async with desk(tmp_path) as at:
        await offered(at)
        missing = to_plain(research()) | {"targets": [{"id": "x", "kind": "Decision", "content_sha256": "0"}]}
        for action, field in (({"type": "research"}, "action.question"), (missing, "action.targets.0")):
            with pytest.raises(BadInput, match=field):
                await at.app.execute(EditProposal(1, action=action), actor=OWNER)
        with pytest.raises(BadInput, match="nothing is different"):
            await at.app.execute(EditProposal(1), actor=OWNER)


async def test_redo_keeps_the_persons_words_for_the_proposer(tmp_path: Path) -> None:
    """Redo sends it back as a draft with the words stored as data; it can't be approved meanwhile."""
    async with desk(tmp_path) as at:
        identity = await offered(at)
        await at.app.execute(RedoProposal(1, "Ask two makers, not one."), actor=OWNER)
        with pytest.raises(Conflict, match="still being checked"):
            await decide(at, "approve")
        proposal, told = await node(at, "block", identity), await at.entries(EventType.PROPOSAL_EDITED)
    assert (proposal["status"], proposal["redoWords"], proposal["version"]) == ("draft", "Ask two makers, not one.", 2)
    assert [item["redo"] for item in told] == [True]


async def test_nobody_decides_too_late(tmp_path: Path) -> None:
    """After fourteen days it can't be approved any more; it expires, and from the second time on waits on the page."""
    async with desk(tmp_path) as at:
        identity = await offered(at)
        await sweep(at)
        at.clock.advance(timedelta(days=14))
        with pytest.raises(Conflict, match="expired at 2026-03-16"):
            await decide(at, "approve")
        await sweep(at)
        once, gap = await node(at, "block", identity), await gap_now(at)
        await offer(at, research(), 50, [gap_about()])
        at.clock.advance(timedelta(days=15))
        await sweep(at)
        twice = await gap_now(at)
    assert (once["status"], gap["timesExpired"], gap.get("waitsFor")) == ("expired", 1, None)
    assert (twice["timesExpired"], twice["waitsFor"]) == (2, "page")


async def test_a_changed_target_makes_it_stale(tmp_path: Path) -> None:
    """A target that says something else now: no approval, and the proposal becomes stale; its gap is open again."""
    async with desk(tmp_path) as at:
        identity = await offered(at)
        receipt = await at.app.execute(SetBlock(CLAIM.id, {"content": "It lasts nine years."}), actor=OWNER)
        with pytest.raises(Conflict, match="stale: Assumption 'The boiler lasts ten years' changed"):
            await decide(at, "approve")
        await at.app.settle(receipt.root, RETIRE)
        proposal, gap = await node(at, "block", identity), await gap_now(at)
    assert (proposal["status"], proposal["endedBecause"]) == ("stale", "'The boiler lasts ten years' changed")
    assert (gap["status"], gap.get("proposalId")) == ("open", None)


async def test_a_closed_gap_makes_it_stale(tmp_path: Path) -> None:
    """Nothing is asked about a gap that is closed; a proposal for two gaps stays while one of them is open."""
    other = gap_about(severity="low")
    other["id"] = "another-gap"
    async with desk(tmp_path) as at:
        await offered(at)
        await offer(at, research(), 60, [other, gap_about()])
        rows = [{"id": "another-gap", "props": {"status": "closed"}}]
        closed = Event(EventType.GAPS_CLOSED, "gaps", {"items": [{"id": "another-gap"}, {"id": gap_about()["id"]}]})
        await happen(at, Change(effects=(_set(rows),), events=(closed,)), RETIRE)
        kept = [row["status"] for row in await at.proposals() if row["number"] in (1, 60)]
        rows = [{"id": gap_about()["id"], "props": {"status": "closed"}}]
        await happen(at, Change(effects=(_set(rows),), events=(closed,)), RETIRE)
        gone = [row["status"] for row in await at.proposals() if row["number"] in (1, 60)]
    assert (kept, gone) == (["ready", "ready"], ["stale", "stale"])


def _set(rows: Sequence[Mapping[str, object]]) -> Effect:
    return Effect("decisions/set_gaps", *rows)


async def test_not_now_comes_back_later_each_time(tmp_path: Path) -> None:
    """Not now: the gap is open and waits for its date, 14 days, then 28, then 56; a date one gives counts."""
    async with desk(tmp_path) as at:
        await offered(at)
        waited = []
        for number in (1, 70, 71):
            if number > 1:
                await offer(at, research(), number, [gap_about()])
            await decide(at, "reject", number, reason="first the roof")
            gap = await gap_now(at)
            waited.append((gap["nextAt"] - at.clock.now()).days)
        await offer(at, research(), 72, [gap_about()])
        date = at.clock.now() + timedelta(days=3)
        with pytest.raises(BadInput, match="over"):
            await decide(at, "reject", 72, until=at.clock.now())
        told = (await decide(at, "reject", 72, until=date)).answer
        last = await gap_now(at)
    assert waited == [14, 28, 56]
    assert (gap["status"], gap["waitsFor"], gap.get("proposalId")) == ("open", "date", None)
    assert last["nextAt"] == date
    assert told["rejection_type"] == "not_now"


async def test_never_suppresses_until_it_is_undone(tmp_path: Path) -> None:
    """Never: the gap is out of sight with its score kept; undone, it is open and may be proposed again."""
    async with desk(tmp_path) as at:
        await offered(at)
        answer = (await decide(at, "reject", rejection_type="never", reason="we know")).answer
        hidden, kept = await gap_now(at), await node(at, "suppression", answer["suppression"])
        await at.app.execute(UndoRejection(answer["suppression"][:8]), actor=OWNER)
        back, undone = await gap_now(at), await node(at, "suppression", answer["suppression"])
        with pytest.raises(Conflict, match="undone already"):
            await at.app.execute(UndoRejection(answer["suppression"]), actor=OWNER)
        listed = await at.app.graph.read("decisions/suppressions", before_ms=2**53, limit=10)
    assert (hidden["status"], kept["kind"], kept["gapScores"], kept["reason"]) == (
        "suppressed",
        "never",
        [60],
        "we know",
    )
    assert (back["status"], undone["status"]) == ("open", "undone")
    assert [(row["number"], row["kind"], row["by"]) for row in listed] == [(1, "never", OWNER)]


async def test_undoing_one_never_leaves_the_other(tmp_path: Path) -> None:
    """A gap that two rejections suppress stays suppressed until both are undone."""
    async with desk(tmp_path) as at:
        await offered(at)
        first = (await decide(at, "reject", rejection_type="never")).answer["suppression"]
        await offer(at, research(), 80, [gap_about()])
        second = (await decide(at, "reject", 80, rejection_type="never")).answer["suppression"]
        await at.app.execute(UndoRejection(first), actor=OWNER)
        still = (await gap_now(at))["status"]
        await at.app.execute(UndoRejection(second), actor=OWNER)
        free = (await gap_now(at))["status"]
    assert (still, free) == ("suppressed", "open")


async def test_a_bad_approach_waits_for_the_next_digest(tmp_path: Path) -> None:
    """Bad approach: the gap is open, not before the next digest, and the approach is remembered."""
    async with desk(tmp_path) as at:
        identity = await offered(at)
        answer = (await decide(at, "reject", rejection_type="bad_approach")).answer
        kept, gap = await node(at, "suppression", answer["suppression"]), await gap_now(at)
        proposal = await node(at, "block", identity)
    assert (gap["status"], gap["waitsFor"]) == ("open", "digest")
    assert kept["approach"] == proposal["approach"]
    assert proposal["rejectionType"] == "bad_approach"


@pytest.mark.parametrize(
    ("command", "actor", "error", "words"),
    [
        (DecideProposal(1, "approve"), "loop", Refused, "only a person decides"),
        (DecideProposal(1, "approve"), "agent:builder", Refused, "only a person decides"),
        (DecideProposal(9, "approve"), OWNER, NotFound, "no proposal 9"),
        (DecideProposal(1, "maybe"), OWNER, BadInput, "neither approve nor reject"),
        (DecideProposal(1, "reject", rejection_type="later"), OWNER, BadInput, "never, not_now, bad_approach"),
        (EditProposal(1, title="x" * 81), OWNER, BadInput, "at most 80|1 to 80"),
        (RedoProposal(1, " "), OWNER, BadInput, "what should be different"),
        (CancelProposal(1), OWNER, Conflict, "only an approved one"),
        (UndoRejection("nothing"), OWNER, NotFound, "no rejections begin"),
    ],
)
async def test_what_is_wrong_is_said(
    command: object, actor: str, error: type[VibeError], words: str, tmp_path: Path
) -> None:
    """Each wrong command is refused with words that say why, and writes nothing."""
    async with desk(tmp_path) as at:
        identity = await offered(at)
        with pytest.raises(error, match=words):
            await at.app.execute(command, actor=actor)
        proposal = await node(at, "block", identity)
    assert (proposal["status"], proposal["version"]) == ("ready", 1)


async def test_an_approval_can_be_taken_back_before_it_is_used(tmp_path: Path) -> None:
    """Cancelled: it is not carried out any more, and its gap comes back after the time of a not_now."""
    async with desk(tmp_path) as at:
        identity = await offered(at, writes())
        await decide(at, "approve")
        await at.app.execute(CancelProposal(1, "wrong one"), actor=OWNER)
        await at.app.deliver_due()
        proposal, gap, block = await node(at, "block", identity), await gap_now(at), await node(at, "block", CLAIM.id)
        with pytest.raises(Conflict, match=r"already approved by owner:cli.*it is cancelled"):
            await decide(at, "reject")
    assert (proposal["status"], gap["status"], gap["waitsFor"]) == ("cancelled", "open", "date")
    assert block["content"] == CLAIM.content
