"""Showing: what a person asks for in a chat about one proposal: all of it, again later, or words of theirs kept.

Woken by the commands `ShowProposal`, `PostponeItem` and `KeepRemark`. What is asked for comes at once, whatever the
hour and the caps. Emits `MessageIntended`, `ItemPostponed`, `RemarkKept`; errors reach the caller.

Source: SPEC sections 3 and 5, document 003 section 5.
"""

from __future__ import annotations

from vibe.domain.block_rows import create_blocks, create_links
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import iso
from vibe.domain.changes import Change
from vibe.domain.commands import KeepRemark, PostponeItem, ShowProposal
from vibe.domain.errors import BadInput, Conflict, NotFound, Refused
from vibe.domain.events import Event, EventType
from vibe.domain.hours import later_until
from vibe.domain.notices import remark_message
from vibe.domain.notifications import Approver, Note, NoteKind, Shown, intend
from vibe.domain.proposals import ProposalStatus
from vibe.domain.questions import headline
from vibe.domain.taps import LaterUntil
from vibe.domain.verdicts import decider_of
from vibe.kernel.tools import Tools
from vibe.loop.notifying.reading import approver, proposal_message, when
from vibe.ports.inward import Row

REMARK_MAX = 4_000


async def show_proposal(command: ShowProposal, tools: Tools) -> Change:
    """Send a proposal's own message.

    Raises:
        NotFound: there is no such number. Refused: who asks has no chat here.
    """
    person = await _asking(tools)
    note = await _proposal_note(await _find(command.number, tools), person, tools)
    return _answered(intend(note, at=tools.clock.now()), number=command.number, notification=note.id)


async def postpone_item(command: PostponeItem, tools: Tools) -> Change:
    """Have a proposal's own message come again later; decided meanwhile, it does not come.

    Raises:
        NotFound, Refused: as for showing. BadInput: no such time. Conflict: there is nothing left to decide.
    """
    person = await _asking(tools)
    row = await _find(command.number, tools)
    try:
        choice = LaterUntil(command.until)
    except ValueError as error:
        raise BadInput(f"{command.until!r} is none of h, e, m, d", field="until") from error
    if row["status"] != ProposalStatus.READY:
        raise Conflict(f"proposal {command.number} is {row['status']}; there is nothing to put off")
    until = later_until(choice, tools.clock.now(), person.hours)
    note = await _proposal_note(row, person, tools)
    body = {"number": command.number, "until": iso(until), "by": person.id}
    change = intend(note, at=tools.clock.now(), until=until)
    change += Change(events=(Event(EventType.ITEM_POSTPONED, row["id"], body),))
    return _answered(change, number=command.number, until=iso(until), local=when(until, person.hours))


async def keep_remark(command: KeepRemark, tools: Tools) -> Change:
    """Keep words about a proposal as a block of knowledge, and ask what is to become of them.

    Raises:
        NotFound, Refused: as for showing. BadInput: no words.
    """
    person = await _asking(tools)
    words = command.text.strip()
    if not words or len(words) > REMARK_MAX:
        raise BadInput(f"a remark has 1 to {REMARK_MAX} characters", field="text")
    row = await _find(command.number, tools)
    now = tools.clock.now()
    properties = {"origin": "human", "person": person.id, "proposal": row["id"], "number": command.number}
    properties["digest"] = command.digest or row["digest"]
    remark = Block(
        tools.ids.new(), Kind.KNOWLEDGE, f"Remark on proposal {command.number}: {headline(words, 60)}", words,
        properties=properties,
    )  # fmt: skip
    told = remark_message(remark.id, command.number, words)
    body = {"remark": remark.id, "number": command.number, "by": person.id}
    note = Note(tools.ids.new(), NoteKind.REMARK, person, told, remark.id, body=body)
    kept = Change(
        effects=create_blocks([remark], at=now, actor=tools.actor)
        + create_links([Link(LinkType.CONCERNS, remark.id, row["id"])]),
        events=(Event(EventType.REMARK_KEPT, remark.id, body),),
    )
    return _answered(kept + intend(note, at=now), remark=remark.id, number=command.number)


async def _asking(tools: Tools) -> Approver:
    who = decider_of(tools.actor)
    person = await approver(who.person, tools)
    if person is None:
        raise Refused(f"{who.person} has no chat here; `vibe pair` lets somebody in")
    return person


async def _find(number: int, tools: Tools) -> Row:
    found = await tools.graph.read("proposals/show", number=number)
    if not found:
        raise NotFound(f"there is no proposal {number}")
    return found[0]


async def _proposal_note(row: Row, person: Approver, tools: Tools) -> Note:
    message, body = await proposal_message(row, person, tools)
    shown = (Shown(row["id"], row["number"], row["digest"]),)
    return Note(tools.ids.new(), NoteKind.PROPOSAL, person, message, row["id"], shown, body=body)


def _answered(change: Change, **answer: object) -> Change:
    return change + Change(answer=answer)
