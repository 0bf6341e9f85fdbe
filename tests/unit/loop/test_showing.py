"""Showing, updating and reporting on a real store: what is asked for comes, every copy stays true, results are told."""

from pathlib import Path

import pytest

from tests.unit.loop.chats import CHAT, FOUNDER, chats
from tests.unit.loop.ready import CLAIM, decide, node, offered, writes
from vibe.domain import taps
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.changes import Change
from vibe.domain.commands import EditProposal, KeepRemark, PostponeItem, ShowProposal
from vibe.domain.errors import Conflict, Refused, Transient
from vibe.domain.events import Event, EventType
from vibe.domain.notices import Details, details_message
from vibe.domain.packet_ops import Op, OpType
from vibe.domain.packets import Research, Target, WriteBlocks
from vibe.domain.results import Found, Result, result_message
from vibe.domain.taps import decode
from vibe.kernel.people import read_last_shown, read_seen
from vibe.kernel.tiers import Tier, TierTable

in_store = [pytest.mark.asyncio, pytest.mark.embedded]
ACTOR = f"person:{FOUNDER}"
DIGEST = "9f3ac1d04e77" + "0" * 52
PACKET = Research("How long do such boilers last?", (Target("a", Kind.ASSUMPTION, "It lasts", "x"),), "ten", "less")

DETAILS = """**12. Ask the maker** [HIGH]

**Why now:** nobody backs \\_it\\_

**Exact effect:**
- Searches the plan's documents and your own sources on this machine about “It lasts”.
- What is found is quoted word for word with file and line; what only you can judge is put before you.
- Counts as confirmation: ten
- Counts as refutation: less
- Changes no decision, assumption or task.

**Cost:** No money; some seconds of this machine, and a minute of yours for each passage only you can judge.
**Rollback:** Evidence it writes can be withdrawn; the gap then opens again.

**Strongest objection:** It costs time.
_The checks came to no clear end; both positions are attached to it._

**Expires:** Mon 16 March 09:00
→ /approve_12 or /reject_12"""

COMPLEX = """🔔 **Architecture Proposal**

**123. Migrate to event sourcing** [HIGH]

This needs detailed review:
→ [View proposal](https://vibe.app/proposals/123)

Reply /approve or /reject after reviewing."""

RESULT = """**Result of 12. Ask the maker**
Outcome: **mixed**

1. notes.md:7 (supports)
> “It \\_lasts\\_”

2. review.md:3 (contradicts)
> it broke

3. offer.md:9 (not judged yet)
> ten years?

For: 1, against: 1, 1 for you to judge

What changed: 2 pieces of evidence on it now."""


def details(**more: object) -> Details:
    """A proposal as its message tells it."""
    told: dict[str, object] = {
        "number": 12, "version": 2, "title": "Ask the maker", "impact": "high", "proposal_type": "knowledge",
        "digest": DIGEST, "packet": PACKET, "content": "It would tell.", "gap": "nobody backs _it_",
        "objection": "It costs time.", "uncertain": True, "expires": "Mon 16 March 09:00", "gap_id": "77aa" * 8,
    }  # fmt: skip
    return Details(**(told | more))  # type: ignore[arg-type]


def test_details_say_all_that_is_needed_to_decide() -> None:
    """Why now, the exact effect, cost and rollback, the strongest objection, the expiry; buttons below."""
    message = details_message(details())
    assert message.text == DETAILS
    assert [[(button.label, button.data) for button in row] for row in message.rows] == [
        [("Approve", taps.approve(12, DIGEST)), ("Reject", taps.reject(12, DIGEST))],
        [("Later", taps.later(12))],
        [
            ("I have evidence", "g:77aa77aa:e"),
            ("I accept the risk", "g:77aa77aa:a"),
            ("Not a gap", "g:77aa77aa:n"),
        ],
    ]


def test_what_is_complex_is_a_link_where_it_can_be_followed() -> None:
    """An architecture proposal, or a packet over one screen, is a link to its page; without an address it is told."""
    one = details(number=123, title="Migrate to event sourcing", proposal_type="architecture")
    op = Op(OpType.SET, "a", Kind.ASSUMPTION, "It lasts", {"content": "x" * 500}, {"content": "y" * 500})
    long = details(packet=WriteBlocks((op,) * 6))
    assert details_message(one, "https://vibe.app/").text == COMPLEX
    assert "(https://vibe.app/proposals/12)" in details_message(long, "https://vibe.app").text
    assert details_message(long).text.count("Sets content") == 6


def test_a_result_quotes_and_counts() -> None:
    """The outcome, three quotes at most with their places, for and against, and what changed; each can be answered."""
    result = Result(
        12, "Ask the maker", "mixed", failed=False,
        evidence=(Found("e1" * 16, "“It _lasts_”", "notes.md", 7, "supports"),
                  Found("e2" * 16, "it broke", "review.md", 3, "contradicts")),
        candidates=(Found("c1" * 16, "ten years?", "offer.md", 9),), packet=PACKET,
    )  # fmt: skip
    message = result_message(result)
    assert message.text == RESULT
    assert [[button.data for button in row] for row in message.rows] == [
        ["v:e1e1e1e1:+", "v:e1e1e1e1:-"],
        ["v:e2e2e2e2:+", "v:e2e2e2e2:-"],
        ["j:c1c1c1c1:s", "j:c1c1c1c1:c", "j:c1c1c1c1:b"],
    ]


class TestAsking:
    """What a person asks for in their chat."""

    pytestmark = in_store

    async def test_a_number_brings_the_details(self, tmp_path: Path) -> None:
        """All of it comes at once, in quiet hours too, and it is what that person was shown last."""
        async with chats(tmp_path) as at:
            await at.let_in(quietFrom="00:00", quietTo="23:59")
            await offered(at)
            await at.app.execute(ShowProposal(1), actor=ACTOR)
            await at.app.deliver_due()
            seen = await read_seen(at.app.graph, CHAT, "1")
            shown = await read_last_shown(at.app.graph, FOUNDER, 1)
            never = await read_last_shown(at.app.graph, "telegram:8", 1)
            with pytest.raises(Refused, match="no chat here"):
                await at.app.execute(ShowProposal(1), actor="person:telegram:8")
        assert seen is not None
        assert (seen.kind.value, [one.number for one in seen.shown]) == ("proposal", [1])
        assert (shown, never) == (seen.shown[0].digest, None)
        assert "**Exact effect:**" in at.told[0].text

    async def test_later_comes_back_on_the_persons_clock(self, tmp_path: Path) -> None:
        """Tonight is 20:00 in the person's zone; what was decided meanwhile does not come."""
        async with chats(tmp_path) as at:
            await at.let_in(zone="Europe/Copenhagen")
            await offered(at)
            tonight = (await at.app.execute(PostponeItem(1, "e"), actor=ACTOR)).answer
            await at.app.execute(PostponeItem(1, "m"), actor=ACTOR)
            await at.go_on(hours=10, minutes=58)
            before = len([message for message in at.told if "Exact effect" in message.text])
            await at.go_on(minutes=2)
            after = [message for message in at.told if "Exact effect" in message.text]
            await decide(at, "reject")
            await at.app.deliver_due()
            await at.go_on(hours=20)
            late = [message for message in at.told if "Exact effect" in message.text]
            with pytest.raises(Conflict, match="nothing to put off"):
                await at.app.execute(PostponeItem(1, "h"), actor=ACTOR)
        assert (tonight["until"], tonight["local"]) == ("2026-03-02T19:00:00Z", "Mon 2 March 20:00")
        assert (before, len(after), len(late)) == (0, 1, 1)
        assert [decode(button.data).kind for row in after[0].rows for button in row] == [*"arlggg"]

    async def test_a_remark_is_kept_and_asked_about(self, tmp_path: Path) -> None:
        """Words that were no command become knowledge about the proposal, and three buttons ask what to do."""
        async with chats(tmp_path) as at:
            await offered(at)
            answer = (await at.app.execute(KeepRemark("ask *two* makers", 1), actor=ACTOR)).answer
            await at.app.deliver_due()
            kept = await node(at, "block", answer["remark"])
        assert (kept["kind"], kept["content"], kept["number"], kept["person"]) == (
            "Knowledge",
            "ask *two* makers",
            1,
            FOUNDER,
        )
        assert at.told[0].text.splitlines()[1] == "> ask \\*two\\* makers"
        assert [decode(row[0].data).word for row in at.told[0].rows] == ["r", "j", "n"]


class TestHoldingBack:
    """What is too much now is told later."""

    pytestmark = in_store

    async def test_a_result_beyond_the_cap_is_in_the_next_digest(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With no room this hour a result is one line of the next digest, and no message of its own."""
        monkeypatch.setenv("VIBE_OWNER__MESSAGES_AN_HOUR", "0")
        async with chats(tmp_path) as at:
            identity = await offered(at)
            await at.morning()
            done = Event(EventType.PROPOSAL_EXECUTED, identity, {"number": 1, "outcome": "refuted"})
            await at.commit(Change(events=(done,)))
            await at.app.deliver_due()
            before = len(at.told)
            await at.morning()
            notes = {note.kind.value: note.status.value for note in await at.outbox()}
        assert before == 1
        assert "Result of 1. Ask the maker: refuted" in at.told[1].text
        assert notes["result"] == "dropped"

    async def test_the_days_cap_of_messages_holds_them(self, tmp_path: Path) -> None:
        """What the tier table refuses today waits, and is not lost."""
        async with chats(tmp_path) as at:
            await offered(at)
            gate = at.app.gate
            kept, gate._tiers = gate._tiers, TierTable({}, {"message": Tier(0, 0)})
            await at.morning()
            held = [note.status.value for note in await at.outbox()]
            gate._tiers = kept
            await at.go_on(hours=1)
        assert (held, len(at.told)) == (["held"], 1)


class TestStayingTrue:
    """Every copy of a message says what became of what it shows."""

    pytestmark = in_store

    async def test_a_decision_elsewhere_edits_every_copy(self, tmp_path: Path) -> None:
        """Decided on the page: the digest and the details of both approvers are edited in place, once each."""
        async with chats(tmp_path) as at:
            await at.let_in("telegram:8", zone="UTC", name="Ann")
            await offered(at)
            await at.morning()
            await at.app.execute(ShowProposal(1), actor=ACTOR)
            await at.app.deliver_due()
            assert at.messenger is not None
            chats_of = {str(place): chat for place, (chat, _) in enumerate(at.messenger.sent, start=1)}
            await decide(at, "reject", actor="person:telegram:8", rejection_type="never")
            await at.app.deliver_due()
            edited = sorted((chats_of[identity], message.text) for _, identity, message in at.messenger.edited)
        assert [chat for chat, _ in edited] == ["4711", "4711", "8"]
        assert ["❌ rejected by Ann" in text for _, text in edited] == [True, True, False]
        assert "❌ rejected by you" in edited[2][1]
        assert all(not message.rows for _, _, message in at.messenger.edited)

    async def test_killed_between_decision_and_edit(self, tmp_path: Path) -> None:
        """The decision stands; whoever delivers next makes the edit, with the newest state only."""
        async with chats(tmp_path) as at:
            await offered(at)
            await at.morning()
            await decide(at, "approve")
            at.app.turn.drop()
            await at.go_on(minutes=5)
        texts = [message.text for _, message in at.edits]
        assert texts
        assert "✅" in texts[-1]
        assert "→ /approve_1" not in texts[-1]

    async def test_the_newest_edit_replaces_those_never_made(self, tmp_path: Path) -> None:
        """Approved and executed while the channel was away: one edit, of what it came to."""
        async with chats(tmp_path) as at:
            await offered(at, writes())
            await at.morning()
            assert at.messenger is not None
            at.messenger.trouble = Transient("away")
            await decide(at, "approve")
            await at.go_on(minutes=2)
            await at.go_on(minutes=2)
            at.messenger.trouble = None
            await at.go_on(minutes=10)
        assert [("✅ done" in message.text) for _, message in at.edits] == [True]
        assert at.told[-1].text.startswith("**Result of 1. Ask the maker**\nOutcome: **written**")
        assert at.told[-1].reply_to == "1"

    async def test_a_channel_that_is_away_leaves_vibe_well(self, tmp_path: Path) -> None:
        """Messages that wait for the channel make neither health nor readiness fail, and edits do not pile up."""
        async with chats(tmp_path) as at:
            await offered(at, writes())
            await at.morning()
            assert at.messenger is not None
            at.messenger.trouble = Transient("away")
            await decide(at, "approve")
            for _ in range(5):
                await at.go_on(minutes=2)
            waiting = [row["handler"] for row in await at.app.bus.pending()]
            health = await at.app.health()
        assert sorted(waiting) == ["sending.send_message", "sending.send_message"]
        assert health["ok"]

    async def test_expiry_and_a_new_version_are_shown(self, tmp_path: Path) -> None:
        """An edited proposal comes anew and its old copy says so; what nobody decides says that it expired."""
        async with chats(tmp_path) as at:
            await offered(at)
            await at.morning()
            action = await at.packet() | {"refute": "less than eight years"}
            await at.app.execute(EditProposal(1, title="Ask two makers", action=action), actor="owner:page")
            await at.go_on(minutes=1)
            await at.go_on(minutes=1)
            ready = await at.proposals("ready")
            old, new = at.edits[-1][1].text, at.told[-1]
            await at.go_on(days=15)
            last = {identity: message.text for identity, message in at.edits}
        assert [row["title"] for row in ready] == ["Ask two makers"]
        assert "✏️ changed since; the new version follows" in old
        assert (new.text.splitlines()[0], new.reply_to) == ("**1. Ask two makers** [HIGH]", "1")
        assert "⌛ expired: nobody decided it in time" in last["2"]

    async def test_a_result_answers_the_message_that_asked(self, tmp_path: Path) -> None:
        """A finished search is told with its quotes, as a reply, in the chats that were asked."""
        quote = Block("e-1", Kind.EVIDENCE, "It broke", "It broke in 2021.", properties={"quote": "It broke in 2021."})
        async with chats(tmp_path) as at:
            identity = await offered(at)
            await at.morning()
            await at.put([quote], [Link(LinkType.CONTRADICTS, "e-1", CLAIM.id)])
            done = Event(EventType.PROPOSAL_EXECUTED, identity, {"number": 1, "outcome": "refuted"})
            await at.commit(Change(events=(done,)))
            await at.app.deliver_due()
        assert at.told[-1].reply_to == "1"
        assert "Outcome: **refuted**" in at.told[-1].text
