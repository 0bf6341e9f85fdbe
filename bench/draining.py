"""A thousand queued messages at Telegram's pace: how many go out each second, counted at the Bot API."""

from __future__ import annotations

import asyncio
import tempfile
from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from bench.figures import Figure
from bench.offering import OWNER
from bench.served import a_daemon
from tests.edges.telegram.chats import configure
from tests.telegram.emulator import Api
from vibe.bootstrap import open_app
from vibe.domain.hours import Hours
from vibe.domain.messages import Message
from vibe.domain.notifications import Approver, Note, NoteKind, intend
from vibe.edges.telegram.pacing import ALL_A_SECOND, FREE_BURST, Pacer
from vibe.kernel.submissions import Submission
from vibe.testing import ManualClock

CHATS, EACH = 40, 25
PATIENCE_S = 120
WHOLE_MS = 1000


async def run(api: Api) -> list[Figure]:
    """Drain to forty chats at once in real time, and to one chat on a clock moved by hand."""
    many, (in_a_second, minutes) = await asyncio.gather(_many_chats(api), _one_chat())
    name = f"{CHATS * EACH} messages to one chat: most in a second"
    one = Figure(name, in_a_second, "", f"<= {FREE_BURST} (a burst first, then 1)", in_a_second <= FREE_BURST,
                 note=f"took {minutes:.1f} min of a clock moved by hand")  # fmt: skip
    return [*many, one]


async def _many_chats(api: Api) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        home, token = Path(folder), api.new_token()
        configure(home, api, token)
        text = (home / "config.toml").read_text().replace('chat_gap = "0s"', 'chat_gap = "1s"')
        (home / "config.toml").write_text(text)
        async with open_app(home) as app:  # nobody delivers yet: they queue
            for number in range(CHATS * EACH):
                chat = str(1_000 + number % CHATS)
                to = Approver(f"telegram:{chat}", chat, Hours())
                note = Note(f"note-{number}", NoteKind.REMARK, to, Message(f"Message {number}"))
                at = app.clock.now()
                await app.gate.commit(Submission(intend(note, at=at), f"note {number}", OWNER, at))
        async with a_daemon(home):
            calls = await _sent(api, token, CHATS * EACH)
    return _figures(calls)


async def _sent(api: Api, token: str, count: int) -> list[dict[str, Any]]:
    body = {"token": token, "method": "sendMessage", "count": count, "wait_s": PATIENCE_S}
    async with httpx.AsyncClient(base_url=api.url, timeout=PATIENCE_S + 10) as client:
        return list((await client.post("/__until", json=body)).json())


def _figures(calls: list[dict[str, Any]]) -> list[Figure]:
    chats = defaultdict(list)
    for call in calls:
        chats[call["given"]["chat_id"]].append(call["at"])
    times = sorted(call["at"] for call in calls)
    order = Counter(call["given"]["text"] for call in calls)
    whole_s = (times[-1] - times[0]) / 1000
    busiest, chat = _most_at_once(times), max(_most_at_once(sorted(at)) for at in chats.values())
    once = len(calls) == len(order) == CHATS * EACH
    rate = len(calls) / whole_s
    note = f"{CHATS} chats, {EACH} each, the real daemon; all sent exactly once: {'yes' if once else 'NO'}"
    return [
        Figure("1,000 queued messages: most in any second", busiest, "", f"<= {ALL_A_SECOND}", busiest <= ALL_A_SECOND,
               note=note),
        Figure("1,000 queued messages: most in any second to one chat", chat, "", f"<= {FREE_BURST} (a burst first)",
               chat <= FREE_BURST),
        Figure("1,000 queued messages: drained", rate, "1/s", limit=float(ALL_A_SECOND), ratio=rate / ALL_A_SECOND,
               note=f"{len(calls)} in {whole_s:.1f} s; limit: what Telegram allows"),
    ]  # fmt: skip


def _most_at_once(times: list[int]) -> int:
    """The most that fall into any second."""
    return max(bisect_left(times, at + WHOLE_MS) - place for place, at in enumerate(times))


async def _one_chat() -> tuple[int, float]:
    """The most the limiter lets through in any second after the first, and how many minutes it takes."""
    clock = ManualClock()
    pacer = Pacer(clock)
    start = clock.now()
    times: list[int] = []

    async def send() -> bool:
        times.append(int((clock.now() - start).total_seconds() * 1000))
        return True

    for _ in range(CHATS * EACH):
        sending = asyncio.ensure_future(pacer.process_request(send, (), {}, "sendMessage", {"chat_id": 42}, None))
        while not sending.done():
            await asyncio.sleep(0)
            if clock.sleepers:
                clock.advance(timedelta(milliseconds=100))
            elif not sending.done():
                await asyncio.wait([sending], timeout=0.05)
        await sending
    return _most_at_once(times), times[-1] / 60_000
