"""Notices: the messages about proposals, in the form of document 003 section 5. Pure.

A digest is at most five items and 1,500 characters, so it fits one phone screen; details are everything a person needs
to decide. What does not fit one screen, or changes the architecture, is shown on its page where that can be reached
from a phone. Each form is made anew when what it shows was decided or ended, so all its copies say so.

Source: document 003 section 5, SPEC sections 3 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vibe.domain import taps
from vibe.domain.messages import Button, Message, Rows, plain
from vibe.domain.packet_effects import cost_of, exact_effect, rollback_of
from vibe.domain.packets import Packet
from vibe.domain.permissions import ALLOWABLE
from vibe.domain.proposals import ProposalStatus
from vibe.domain.questions import headline
from vibe.domain.taps import GapWord, LaterUntil, RejectWhy

MOST_CHARACTERS = 1_500
SCREEN = 1_200
"""Characters of an exact effect that fit one screen beside the rest."""
CLOSING = "Reply number for details. /reject_N [never|not_now|bad_approach]"
LINES_SHOWN = 4
_STATES: Mapping[ProposalStatus, str] = {
    ProposalStatus.DRAFT: "✏️ being written anew",
    ProposalStatus.DEBATING: "✏️ being checked anew",
    ProposalStatus.APPROVED: "✅ approved",
    ProposalStatus.REJECTED: "❌ rejected",
    ProposalStatus.EXECUTING: "✅ approved, under way",
    ProposalStatus.EXECUTED: "✅ done",
    ProposalStatus.FAILED: "⚠️ failed",
    ProposalStatus.FILTERED: "✏️ withdrawn: it did not pass its checks",
    ProposalStatus.VAGUE: "✏️ withdrawn: it was too vague",
    ProposalStatus.STALE: "⌛ stale: what it was about changed",
    ProposalStatus.EXPIRED: "⌛ expired: nobody decided it in time",
    ProposalStatus.CANCELLED: "↩️ cancelled",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One proposal of a digest: `gap` says why, `state` what became of it (empty: it waits)."""

    number: int
    title: str
    impact: str
    gap: str
    digest: str
    state: str = ""

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Listed:
        """Read what `plainly` wrote."""
        return cls(**data)

    def plainly(self) -> dict[str, Any]:
        """As plain data."""
        return {name: getattr(self, name) for name in ("number", "title", "impact", "gap", "digest", "state")}


def state_of(status: ProposalStatus, *, same_version: bool = True, by: str = "", reason: str = "") -> str:
    """Say what became of a proposal; empty: it waits for the person as it is shown."""
    if status is ProposalStatus.READY:
        return "" if same_version else "✏️ changed since; the new version follows"
    said = _STATES[status]
    if reason and status in (ProposalStatus.STALE, ProposalStatus.EXPIRED, ProposalStatus.FAILED):
        said = f"{said.partition(':')[0]}: {plain(headline(reason, 120))}"
    return f"{said} by {plain(by)}" if by and status in (ProposalStatus.APPROVED, ProposalStatus.REJECTED) else said


def digest_message(header: str, items: Sequence[Listed], lines: Sequence[str], opening: str = "") -> Message:
    """Several proposals in one message; `lines` are what else there is to tell. Titles give way where it gets long."""
    count = f"{len(items)} item{'' if len(items) == 1 else 's'}"
    first = opening or f"🔔 **Vibe Proposals** ({count})"
    for room in (200, 120, 80, 60, 40):
        text = _digest_text(f"{first}\n{plain(header)}", items, lines, room)
        if len(text) <= MOST_CHARACTERS:
            break
    return Message(text, _digest_rows([item for item in items if not item.state]))


def _digest_text(head: str, items: Sequence[Listed], lines: Sequence[str], room: int) -> str:
    parts = [head]
    for item in items:
        todo = item.state or f"/approve_{item.number} or /reject_{item.number}"
        title = f"**{item.number}. {plain(headline(item.title, room))}** [{item.impact.upper()}]"
        parts.append(f"{title}\nGap: {plain(headline(item.gap, room))}\n→ {todo}")
    told = [plain(headline(line, room)) for line in lines[:LINES_SHOWN]]
    more = len(lines) - LINES_SHOWN
    parts += ["\n".join([*told, *([f"and {more} more"] if more > 0 else [])])] if lines else []
    return "\n\n".join([*parts, CLOSING] if items else parts)


def _digest_rows(items: Sequence[Listed]) -> Rows:
    if len(items) == 1:
        return proposal_rows(items[0].number, items[0].digest)
    return tuple(
        (
            Button(f"✅ {item.number}", taps.approve(item.number, item.digest)),
            Button(f"❌ {item.number}", taps.reject(item.number, item.digest)),
            Button(f"⏰ {item.number}", taps.later(item.number)),
            Button(f"🔎 {item.number}", taps.details(item.number)),
        )
        for item in items
    )


def quiet_day(header: str) -> Message:
    """The one silent line of a day without news."""
    return Message(f"Nothing new today. {plain(header)}", silent=True)


def proposal_rows(number: int, digest: str, *, details: bool = True) -> Rows:
    """The buttons of a proposal that waits."""
    return (
        (Button("Approve", taps.approve(number, digest)), Button("Reject", taps.reject(number, digest))),
        (
            Button("Later", taps.later(number)),
            *([Button("Details", taps.details(number))] if details else []),
        ),
    )


def reject_rows(number: int, digest: str) -> Rows:
    """The buttons after Reject: why."""
    named = (("Not now", RejectWhy.NOT_NOW), ("Bad approach", RejectWhy.BAD_APPROACH), ("Never", RejectWhy.NEVER))
    first = tuple(Button(label, taps.reject(number, digest, why)) for label, why in named)
    return (first, (Button("Say why", taps.reject(number, digest, RejectWhy.SAY)),))


def later_rows(number: int) -> Rows:
    """The buttons after Later: until when."""
    hour, tonight = Button("1 h", taps.later(number, LaterUntil.AN_HOUR)), LaterUntil.TONIGHT
    evening = Button("Tonight 20:00", taps.later(number, tonight))
    morning = Button("Tomorrow 9:00", taps.later(number, LaterUntil.TOMORROW))
    return ((hour, evening), (morning, Button("Next working day", taps.later(number, LaterUntil.WORKING_DAY))))


@dataclass(frozen=True, slots=True)
class Details:
    """A proposal with all a person needs to decide.

    `expires` is said in the person's own time; `gap_id` is the gap it is about, which can be answered itself.
    """

    number: int
    version: int
    title: str
    impact: str
    proposal_type: str
    digest: str
    packet: Packet
    content: str
    gap: str
    objection: str
    uncertain: bool
    expires: str
    status: ProposalStatus = ProposalStatus.READY
    state: str = ""
    gap_id: str = ""
    shown_though: str = ""


def is_complex(proposal_type: str, packet: Packet) -> bool:
    """Whether it takes more than one screen to see what would be done, or the architecture changes."""
    return proposal_type == "architecture" or sum(len(line) + 3 for line in exact_effect(packet)) > SCREEN


def details_message(one: Details, public_url: str = "") -> Message:
    """Everything about one proposal; a complex one as a link to its page where that can be reached."""
    if public_url and is_complex(one.proposal_type, one.packet):
        return _linked(one, public_url)
    text = "\n\n".join(part for part in _details(one) if part)
    return Message(text, _rows_now(one, details=False))


def _linked(one: Details, public_url: str) -> Message:
    what = one.proposal_type.capitalize() if one.proposal_type == "architecture" else "Long"
    link = f"{public_url.rstrip('/')}/proposals/{one.number}"
    parts = [
        f"🔔 **{what} Proposal**",
        f"**{one.number}. {plain(one.title)}** [{one.impact.upper()}]",
        f"This needs detailed review:\n→ [View proposal]({link})",
        one.state or "Reply /approve or /reject after reviewing.",
    ]
    rows = _rows_now(one, details=False)
    return Message("\n\n".join(parts), ((Button("View proposal", url=link),), *rows))


def _details(one: Details) -> list[str]:
    effect = "\n".join(f"- {plain(line)}" for line in exact_effect(one.packet))
    unclear = "The checks came to no clear end; both positions are attached to it."
    doubt = f"\n_{plain(one.shown_though) or unclear}_" if one.uncertain else ""
    return [
        f"**{one.number}. {plain(one.title)}** [{one.impact.upper()}]" + (f"\n{one.state}" if one.state else ""),
        f"**Why now:** {plain(one.gap or one.content)}",
        f"**Exact effect:**\n{effect}",
        f"**Cost:** {plain(cost_of(one.packet))}\n**Rollback:** {plain(rollback_of(one.packet))}",
        f"**Strongest objection:** {plain(one.objection or 'none was found')}{doubt}",
        "" if one.state else f"**Expires:** {plain(one.expires)}\n→ /approve_{one.number} or /reject_{one.number}",
    ]


def _rows_now(one: Details, *, details: bool) -> Rows:
    """The buttons a proposal has as it stands: decide, take back what was approved, or none."""
    if one.status is ProposalStatus.READY and not one.state:
        return (*proposal_rows(one.number, one.digest, details=details), *_gap_rows(one.gap_id))
    return after_approval(one.number, one.packet) if one.status is ProposalStatus.APPROVED else ()


def _gap_rows(gap: str) -> Rows:
    """The buttons that answer the gap itself."""
    named = (("I have evidence", GapWord.EVIDENCE), ("I accept the risk", GapWord.ACCEPT), ("Not a gap", GapWord.NOISE))
    return (tuple(Button(label, taps.mark(gap, word)) for label, word in named),) if gap else ()


def accept_rows(gap: str) -> Rows:
    """The buttons after "I accept the risk": until when."""
    named = (("30 days", GapWord.ACCEPT_MONTH), ("90 days", GapWord.ACCEPT_QUARTER), ("A date", GapWord.ACCEPT_TO))
    return (tuple(Button(label, taps.mark(gap, word)) for label, word in named),)


def after_approval(number: int, packet: Packet) -> Rows:
    """The buttons after an approval: take it back until it begins, or allow this kind for good."""
    always = [Button("Always allow this", taps.allow(number))] if packet.type in ALLOWABLE else []
    return ((Button("Cancel", taps.cancel(number)), *always),)


def remark_message(identity: str, number: int, words: str) -> Message:
    """What is to become of words that were no command."""
    text = f"I kept this as a remark on {number}:\n> {plain(headline(words, 300))}\n\nWhat shall I do with it?"
    return Message(
        text,
        (
            (Button("Redo with this", taps.remark(identity, taps.RemarkWord.REDO)),),
            (Button("Reject with this reason", taps.remark(identity, taps.RemarkWord.REJECT)),),
            (Button("Just a note", taps.remark(identity, taps.RemarkWord.NOTE)),),
        ),
    )
