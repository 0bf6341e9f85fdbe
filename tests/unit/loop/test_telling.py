"""Telling on a real store: what a chat is sent, when, and how it gets there though the channel or the daemon fails."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.loop.chats import CHAT, FOUNDER, chats
from tests.unit.loop.ready import decide, node, offer, offered, research
from vibe.domain.changes import Change, Effect
from vibe.domain.errors import Gone, Transient
from vibe.domain.events import Event, EventType
from vibe.domain.messages import Message
from vibe.domain.notices import MOST_CHARACTERS, Listed, digest_message
from vibe.domain.notifications import AdoptMessage
from vibe.domain.taps import decode
from vibe.kernel.people import read_last_shown, read_seen
from vibe.testing import RecordingMessenger

in_store = [pytest.mark.asyncio, pytest.mark.embedded]

DIGEST = """🔔 **Vibe Proposals** (3 items)
12 of 40 decisions and assumptions rest on evidence (+2), 3 wait

**1. Add caching layer** [HIGH]
Gap: Performance below target
→ /approve_1 or /reject_1

**2. Update auth flow** [MEDIUM]
Gap: Security review finding
→ ❌ rejected by owner

**14. Ask the maker** [LOW]
Gap: No evidence
→ /approve_14 or /reject_14

Proposal 9 lapsed.

Reply number for details. /reject_N [never|not_now|bad_approach]"""


def test_a_digest_has_the_form_of_the_document() -> None:
    """Header, numbered items with permanent numbers, impact, gap, what to type, and the closing line."""
    items = [
        Listed(1, "Add caching layer", "high", "Performance below target", "a" * 64),
        Listed(2, "Update auth flow", "medium", "Security review finding", "b" * 64, "❌ rejected by owner"),
        Listed(14, "Ask the maker", "low", "No evidence", "c" * 64),
    ]
    header = "12 of 40 decisions and assumptions rest on evidence (+2), 3 wait"
    message = digest_message(header, items, ["Proposal 9 lapsed."])
    taps = [[decode(button.data) for button in row] for row in message.rows]
    assert message.text == DIGEST
    assert [[(tap.kind.value, tap.about) for tap in row] for row in taps] == [
        [("a", "1"), ("r", "1"), ("l", "1"), ("d", "1")],
        [("a", "14"), ("r", "14"), ("l", "14"), ("d", "14")],
    ]


def test_a_digest_fits_one_screen() -> None:
    """Five items with endless titles, and many lines, stay within 1,500 characters, with every number and command."""
    items = [Listed(number, "Title _with_ words " * 9, "high", "gap " * 200, "a" * 64) for number in range(1, 6)]
    text = digest_message("h" * 90, items, [f"Proposal {number} lapsed. " * 9 for number in range(30)]).text
    assert len(text) <= MOST_CHARACTERS
    assert all(f"→ /approve_{number} or /reject_{number}" in text for number in range(1, 6))
    assert "and 26 more" in text


class TestDigests:
    """What is in a chat's digest, and when it comes."""

    pytestmark = in_store

    async def test_each_morning_what_is_new_and_then_one_silent_line(self, tmp_path: Path) -> None:
        """Nothing before nine; then the digest once; the next morning has no news and makes no sound."""
        async with chats(tmp_path) as at:
            await offered(at)
            await at.go_on(minutes=30)
            before = len(at.told)
            await at.morning()
            await at.go_on(hours=3)
            first = list(at.told)
            await at.morning()
            seen = await read_seen(at.app.graph, "4711", "1")
            digest = await read_last_shown(at.app.graph, FOUNDER, 1)
            proposal = (await at.proposals("ready"))[0]
        assert (before, len(first), len(at.told)) == (0, 1, 2)
        assert "**1. Ask the maker** [HIGH]\nGap: unvalidated\\_assumption of a-boiler\n→ /approve_1" in first[0].text
        assert [[button.label for button in row] for row in first[0].rows] == [
            ["Approve", "Reject"],
            ["Later", "Details"],
        ]
        assert at.told[1].silent
        assert at.told[1].text == ("Nothing new today. 0 of 1 decisions and assumptions rest on evidence (+0), 1 wait")
        assert seen is not None
        assert [(one.number, one.digest) for one in seen.shown] == [(1, proposal["digest"])]
        assert digest == proposal["digest"]

    async def test_nothing_of_the_sample_leaves(self, tmp_path: Path) -> None:
        """What belongs to the sample plan is on the page only."""
        plan = {"id": "tour", "key": 1, "props": {"status": "active", "sample": True}}
        async with chats(tmp_path) as at:
            identity = await offered(at)
            rows = Effect("plans/create", plan), Effect("blocks/set", {"id": identity, "props": {"plan": "tour"}})
            await at.commit(Change(effects=rows, events=(Event(EventType.HEALTH_MEASURED, "none", {"trouble": []}),)))
            await at.morning()
            page = await at.entries(EventType.HUMAN_NOTIFIED)
        assert ([body["items"] for body in page], at.told) == ([[1]], [])

    async def test_each_person_has_a_morning_and_a_copy_of_their_own(self, tmp_path: Path) -> None:
        """Nine o'clock is each person's own, after the morning's analysis; in quiet hours it waits for their end."""
        async with chats(tmp_path) as at:
            await at.let_in("telegram:8", zone="Asia/Tokyo")
            await at.let_in("telegram:9", zone="UTC", quietFrom="21:00", quietTo="10:30")
            await offered(at)
            came: dict[str, str] = {}
            for _ in range(52):
                await at.go_on(minutes=30)
                assert at.messenger is not None
                for chat, _message in at.messenger.sent:
                    came.setdefault(chat, at.clock.now().strftime("%d %H:%M"))
        assert {chat: moment[3:] for chat, moment in came.items()} == {"4711": "09:30", "8": "08:30", "9": "10:30"}

    async def test_what_is_complex_is_a_message_of_its_own(self, tmp_path: Path) -> None:
        """An architecture proposal is told by itself, once, and the morning has had its news with it."""
        async with chats(tmp_path) as at:
            identity = await offered(at)
            await at.change_block(identity, proposalType="architecture")
            await at.morning()
            await at.go_on(minutes=5)
            await at.go_on(hours=2)
            first = list(at.told)
            await at.morning()
        assert [message.text.splitlines()[0] for message in first] == ["**1. Ask the maker** [HIGH]"]
        assert len(at.told) == 1

    async def test_no_more_are_open_than_fit(self, tmp_path: Path) -> None:
        """Five a digest, and ten undecided at most in one chat; a decision makes room for the next."""
        async with chats(tmp_path) as at:
            await offered(at)
            for number in range(2, 13):
                await offer(at, research(), number)
            for _ in range(4):
                await at.morning()
            shown = sum(message.text.count("→ /approve_") for message in at.told)
            await decide(at, "reject", 3)
            await at.morning()
        assert shown == 10
        assert at.told[-1].text.count("→ /approve_") == 1


class TestGettingThere:
    """Nothing is lost, nothing recorded is sent twice, and a chat's order is kept."""

    pytestmark = in_store

    async def test_an_hour_without_the_channel(self, tmp_path: Path) -> None:
        """Tried every five minutes; afterwards each message comes once, in order, with its id."""
        messenger = RecordingMessenger()
        async with chats(tmp_path, messenger) as at:
            await offered(at)
            messenger.trouble = Transient("no route to host")
            await at.morning()
            tries = messenger.tried = 0
            for _ in range(12):
                await at.go_on(minutes=5)
                tries += messenger.tried
                messenger.tried = 0
            await decide(at, "reject")
            during = (list(messenger.sent), [note.status.value for note in await at.outbox()])
            messenger.trouble = None
            await at.go_on(minutes=5)
            await at.go_on(hours=1)
            notes = await at.outbox()
        assert during == ([], ["intended"])
        assert tries == 12
        assert len(messenger.sent) == 1
        assert [(note.status.value, note.message_ids) for note in notes] == [("sent", ("1",))]

    async def test_too_many_requests_waits_as_long_as_it_says(self, tmp_path: Path) -> None:
        """Told to wait 120 s: nothing is tried before, then it goes on."""
        messenger = RecordingMessenger()
        async with chats(tmp_path, messenger) as at:
            await offered(at)
            messenger.trouble = Transient("too many requests", retry_after_s=120)
            await at.morning()
            messenger.trouble = None
            asked = messenger.tried
            await at.go_on(seconds=50)
            early = list(messenger.sent)
            await at.go_on(seconds=70)
        assert (asked, early, len(messenger.sent)) == (1, [], 1)

    async def test_killed_between_send_and_record(self, tmp_path: Path) -> None:
        """Nobody can tell whether it arrived, so it is sent once more; what was recorded is not."""
        messenger = _Dying()
        async with chats(tmp_path, messenger) as at:
            await offered(at)
            messenger.die = at.app.turn.drop
            await at.morning()
            await at.go_on(hours=2)
            notes = await at.outbox()
        assert len(messenger.sent) == 2
        assert [(note.status.value, note.message_ids) for note in notes] == [("sent", ("2",))]

    async def test_the_copy_that_was_never_recorded_is_adopted(self, tmp_path: Path) -> None:
        """Its buttons say what it shows; it is edited with the other, also where one of them was deleted since."""
        messenger = _Dying()
        async with chats(tmp_path, messenger) as at:
            await offered(at)
            messenger.die = at.app.turn.drop
            await at.morning()
            await at.go_on(hours=2)
            lost = AdoptMessage(CHAT, "1", buttons_of(at.told[0]))
            for _ in range(2):
                await at.app.execute(lost, actor=f"person:{FOUNDER}")
            seen = await read_seen(at.app.graph, CHAT, "1")
            messenger.lost = {"2"}
            await decide(at, "approve")
            await at.go_on(minutes=1)
            notes = await at.outbox()
        texts = {identity: message.text for identity, message in at.edits}
        assert seen is not None
        assert [(note.id, note.copies) for note in notes[:1]] == [(seen.id, ("1",))]
        assert "→ /approve_1" not in texts["1"]

    async def test_what_shows_nothing_of_ours_is_not_adopted(self, tmp_path: Path) -> None:
        """Another version, another chat, or buttons that are no message's own: left alone."""
        async with chats(tmp_path) as at:
            await offered(at)
            await at.morning()
            own = buttons_of(at.told[0])
            others = [(CHAT, ("a:1:000000000000",)), ("8", own), (CHAT, ("t", "x:y")), (CHAT, ("o:nothing:A",))]
            for chat, buttons in others:
                await at.app.execute(AdoptMessage(chat, "77", buttons), actor=f"person:{FOUNDER}")
            notes = await at.outbox()
        assert [note.copies for note in notes] == [()]

    async def test_who_blocked_us_is_left_alone(self, tmp_path: Path) -> None:
        """The message is dropped with the reason; the other approver gets theirs."""
        messenger = RecordingMessenger()
        async with chats(tmp_path, messenger) as at:
            await at.let_in("telegram:8", zone="UTC")
            await offered(at)
            messenger.gone = {"4711": Gone("the bot was blocked by the user")}
            await at.morning()
            notes = {note.chat: note for note in await at.outbox()}
            kept = await node(at, "notification", notes["4711"].id)
        assert (notes["4711"].status.value, kept["reason"]) == ("dropped", "the bot was blocked by the user")
        assert [chat for chat, _ in messenger.sent] == ["8"]


def buttons_of(message: Message) -> tuple[str, ...]:
    """What its buttons carry."""
    return tuple(button.data for row in message.rows for button in row)


class _Dying(RecordingMessenger):
    """A messenger that is cut off once, after a send, before anything is written down; `die` loses the turn too."""

    die: Callable[[], None] | None = None
    lost: frozenset[str] | set[str] = frozenset()

    async def edit(self, chat: str, message_id: str, message: Message) -> None:
        """Edit; what the person deleted can't be."""
        if message_id in self.lost:
            raise Gone("message to edit not found")
        await super().edit(chat, message_id, message)

    async def send(self, chat: str, message: Message) -> tuple[str, ...]:
        """Send; the first one never returns."""
        sent = await super().send(chat, message)
        if self.die:
            die, self.die = self.die, None
            die()
            raise asyncio.CancelledError
        return sent
