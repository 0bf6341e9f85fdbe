"""Adopting: a tap in a message whose id was never recorded makes it one of ours again, so that it is edited later too.

Telegram knows no idempotency key: killed between sending and writing the id down, we send once more, and the person may
tap either copy. The tap decides whatever comes of this.

Source: issue "Ask once on Telegram" (nothing lost).
"""

from __future__ import annotations

import structlog

from vibe.domain.errors import Transient, VibeError
from vibe.domain.messages import Rows
from vibe.domain.notifications import AdoptMessage
from vibe.domain.taps import TapKind
from vibe.edges.telegram.rooms import Room
from vibe.kernel.people import read_seen

log = structlog.get_logger()
TELLING = frozenset({TapKind.APPROVE, TapKind.OPTION, TapKind.REMARK})
"""The buttons that tell what a message shows."""


async def adopt_lost(room: Room, message_id: str, rows: Rows) -> None:
    """Have the message counted as a copy, where it is one that nobody recorded.

    Raises:
        Transient: the store is away.
    """
    buttons = tuple(button.data for row in rows for button in row if button.data)
    if not message_id or not any(data[0] in TELLING for data in buttons):
        return
    if await read_seen(room.graph, room.caller.chat, message_id) is not None:
        return
    try:
        await room.execute(AdoptMessage(room.caller.chat, message_id, buttons))
    except Transient:
        raise
    except VibeError as error:
        log.warning("telegram.not_adopted", error=type(error).__name__)
