"""Pairing: which persons may decide in a chat.

Woken by the commands `OfferPairing` (the owner, at the command line), `PairPerson` (a person who sends the code, or the
owner's settings) and `DismissPerson`. A code is good once, for ten minutes and five tries; only its hash is kept. Emits
`PairingOffered`, `PersonPaired`, `PersonDismissed`. A wrong code is counted and answered with `paired: false`; it makes
no ledger entry.

Source: issue "Ask once on Telegram" (set-up), DESIGN section 5 (empty configuration means closed).
"""

from __future__ import annotations

import hmac
from typing import Any

from vibe.domain.canonical import epoch_ms, iso
from vibe.domain.changes import Change, Effect, expect
from vibe.domain.commands import DismissPerson, OfferPairing, PairPerson
from vibe.domain.errors import NotFound, Refused
from vibe.domain.events import Event, EventType
from vibe.domain.pairings import LASTS, TRIES, hash_of
from vibe.kernel.tools import Tools

PAIRING = "pairing"
OPEN, CLOSED = "open", "closed"
MOST = 100


async def offer_pairing(command: OfferPairing, tools: Tools) -> Change:
    """Offer a code; one offered before ends with it.

    Raises:
        Refused: not the owner.
    """
    _check_owner(tools.actor)
    until = tools.clock.now() + LASTS
    props = {"codeSha256": command.code_sha256, "state": OPEN, "untilMs": epoch_ms(until), "triesLeft": TRIES}
    return Change(
        effects=(Effect("people/set_pairing", {"id": PAIRING, "props": props}),),
        events=(Event(EventType.PAIRING_OFFERED, PAIRING, {"until": iso(until)}),),
        answer={"expires_at": iso(until)},
    )


async def pair_person(command: PairPerson, tools: Tools) -> Change:
    """Let a person in: by the owner, or by the code the person brings.

    Raises:
        Refused: neither.
    """
    if tools.actor.startswith("owner"):
        return _let_in(command, tools)
    if tools.actor != f"person:{command.id}":
        raise Refused(f"{tools.actor} cannot let {command.id} in")
    rows = await tools.graph.read("people/pairing", id=PAIRING)
    offer = rows[0] if rows else None
    if offer is None or offer["state"] != OPEN or offer["until_ms"] <= epoch_ms(tools.clock.now()):
        return Change(answer={"paired": False, "why": "over"})
    same = {"codeSha256": offer["code_sha256"], "state": OPEN, "triesLeft": offer["tries_left"]}
    expected = expect("Pairing", PAIRING, **same)
    if not hmac.compare_digest(offer["code_sha256"], hash_of(command.code)):
        left = offer["tries_left"] - 1
        props = {"triesLeft": left, "state": OPEN if left > 0 else CLOSED}
        counted = Effect("people/set_pairing", {"id": PAIRING, "props": props})
        return Change((expected,), (counted,), answer={"paired": False, "why": "wrong", "tries_left": left})
    closed = Effect("people/set_pairing", {"id": PAIRING, "props": {"state": CLOSED}})
    return Change((expected,), (closed,)) + _let_in(command, tools)


def _let_in(command: PairPerson, tools: Tools) -> Change:
    props: dict[str, Any] = {"chat": command.chat, "approver": True, "pairedAt": tools.clock.now()}
    if command.name:
        props["name"] = command.name
    return Change(
        effects=(Effect("people/write", {"id": command.id, "props": props}),),
        events=(Event(EventType.PERSON_PAIRED, command.id, {"person": command.id, "by": tools.actor}),),
        answer={"paired": True, "person": command.id},
    )


async def dismiss_person(command: DismissPerson, tools: Tools) -> Change:
    """Let a person decide no more; what they decided stays.

    Raises:
        NotFound: nobody of this id decides. Refused: not the owner.
    """
    _check_owner(tools.actor)
    rows = await tools.graph.read("people/approvers", limit=MOST)
    if command.id not in [row["id"] for row in rows]:
        raise NotFound(f"{command.id!r} is nobody who may decide in a chat; `vibe pair --list` shows who is")
    return Change(
        expects=(expect("Person", command.id, approver=True),),
        effects=(Effect("people/write", {"id": command.id, "props": {"approver": False}}),),
        events=(Event(EventType.PERSON_DISMISSED, command.id, {"person": command.id, "by": tools.actor}),),
        answer={"dismissed": command.id},
    )


def _check_owner(actor: str) -> None:
    if not actor.startswith("owner"):
        raise Refused(f"only the owner says who may decide; {actor} is not")
