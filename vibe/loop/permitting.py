"""Permitting: "always allow this", within a cap a day, until it is taken back.

Woken by the commands `GivePermission` and `RevokePermission`, and by `ProposalReady`: what a standing permission covers
is approved by it, in the name of the person who gave it, and told in the next digest. Emits `PermissionGiven`,
`PermissionRevoked`, `ProposalAllowed`. Flagged proposals (`uncertain`) and packets that write are always asked about.

Source: SPEC section 4 (standing permission).
"""

from __future__ import annotations

from datetime import datetime

from vibe.domain.block_rows import set_block
from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.commands import GivePermission, RevokePermission
from vibe.domain.errors import Conflict, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.identities import derived_id
from vibe.domain.permissions import ACTIVE, REVOKED, Permission, check_allowable
from vibe.domain.proposals import Proposal, ProposalStatus, move
from vibe.domain.verdicts import Verdict, VerdictOutcome, decider_of, give_verdict, verdict_id
from vibe.kernel.tools import Tools

GRANTED = frozenset({ProposalStatus.APPROVED, ProposalStatus.EXECUTING, ProposalStatus.EXECUTED})
MOST = 100


async def give_permission(command: GivePermission, tools: Tools) -> Change:
    """Always allow what an approved proposal does.

    Raises:
        NotFound: no such proposal. Refused: not a person. Conflict: it was not approved.
        BadInput: it costs something, writes something, or leaves this machine.
    """
    who = decider_of(tools.actor)
    rows = await tools.graph.read("decisions/proposal", number=command.number)
    if not rows:
        raise NotFound(f"there is no proposal {command.number}")
    proposal = Proposal.from_row(rows[0])
    if proposal.status not in GRANTED:
        raise Conflict(
            f"proposal {command.number} is {proposal.status}; only what was approved can be allowed for good"
        )
    what = proposal.packet.type
    check_allowable(what, command.per_day)
    now = tools.clock.now()
    identity = derived_id("permission", what.value)
    props = {
        "kind": "permission",
        "what": what.value,
        "status": ACTIVE,
        "perDay": command.per_day,
        "number": proposal.number,
        "by": who.actor,
        "at": now,
    }
    body = {"permission": identity, "what": what.value, "cap": command.per_day, "by": who.person}
    return Change(
        expects=(expect("Block", proposal.id, status=proposal.status.value),),
        effects=(Effect("decisions/set_permission", {"id": identity, "props": props}),),
        events=(Event(EventType.PERMISSION_GIVEN, identity, body),),
        answer={"permission": identity, "what": what.value, "per_day": command.per_day, "status": ACTIVE},
    )


async def revoke_permission(command: RevokePermission, tools: Tools) -> Change:
    """Ask again each time.

    Raises:
        NotFound: no active permission begins so. Refused: not a person.
    """
    decider_of(tools.actor)
    rows = await tools.graph.read("decisions/permissions", statuses=[ACTIVE], limit=MOST)
    found = [row for row in rows if str(row["id"]).startswith(command.id) and command.id]
    if len(found) != 1:
        raise NotFound(f"{len(found) or 'no'} permissions begin with {command.id!r}; see `vibe permissions`")
    identity = found[0]["id"]
    props = {"status": REVOKED, "revokedAt": tools.clock.now(), "revokedBy": tools.actor}
    return Change(
        expects=(expect("Budget", identity, status=ACTIVE),),
        effects=(Effect("decisions/set_permission", {"id": identity, "props": props}),),
        events=(Event(EventType.PERMISSION_REVOKED, identity, {"permission": identity, "what": found[0]["what"]}),),
        answer={"permission": identity, "what": found[0]["what"], "status": REVOKED},
    )


async def use_permission(entry: Entry, tools: Tools) -> Change:
    """Approve a ready proposal by a standing permission that covers it and has room today."""
    rows = await tools.graph.read("decisions/permissions", statuses=[ACTIVE], limit=MOST)
    if not rows:
        return NOTHING
    found = await tools.graph.read("decisions/proposals", ids=[entry.subject])
    proposal = Proposal.from_row(found[0]) if found else None
    if proposal is None or proposal.status is not ProposalStatus.READY or proposal.uncertain:
        return NOTHING
    now = tools.clock.now()
    day = now.date().isoformat()
    granted = [Permission.from_row(row) for row in rows if row["what"] == proposal.packet.type.value]
    return next((_allow(item, proposal, day, now, tools) for item in granted if item.has_room(day)), NOTHING)


def _allow(permission: Permission, proposal: Proposal, day: str, now: datetime, tools: Tools) -> Change:
    until = now + tools.settings.proposals.approval_expires_after
    props = {
        "status": move(proposal.status, ProposalStatus.APPROVED).value,
        "decidedAt": now,
        "approvalExpiresMs": epoch_ms(until),
        "allowedBy": permission.id,
        "updatedAt": now,
    }
    giver = decider_of(permission.by)
    reason = f"always allowed: {permission.what}"
    actor = f"permission:{permission.id[:8]} of {permission.by}"
    verdict = Verdict(
        verdict_id(proposal.id), VerdictOutcome.APPROVED, now, proposal.digest, actor, giver.person, reason=reason
    )
    body = {"number": proposal.number, "digest": proposal.digest, "permission": permission.id, "by": giver.person}
    used = {"day": day, "used": permission.used_on(day) + 1}
    return Change(
        expects=(
            expect("Block", proposal.id, status=proposal.status.value, digest=proposal.digest),
            expect("Budget", permission.id, status=ACTIVE, used=permission.used or None, day=permission.day or None),
            *(expect("Block", target.id, contentSha256=target.content_sha256) for target in proposal.packet.targets),
        ),
        effects=(
            Effect("blocks/set", set_block(proposal.id, **props)),
            Effect("decisions/set_permission", {"id": permission.id, "props": used}),
        ),
        events=(Event(EventType.PROPOSAL_ALLOWED, proposal.id, body),),
    ) + give_verdict(proposal, verdict, "permission")
