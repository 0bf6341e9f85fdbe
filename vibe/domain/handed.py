"""Handed: the messages about tickets, which say who is responsible, what is asked for, and what was tried. Pure.

Source: document 002 section 2 ("Fallback Path"), SPEC section 7 (tickets).
"""

from __future__ import annotations

from collections.abc import Sequence

from vibe.domain import taps
from vibe.domain.canonical import to_json
from vibe.domain.messages import Button, Message, Rows, plain
from vibe.domain.questions import headline
from vibe.domain.taps import TicketWord
from vibe.domain.tickets import Resolution, Ticket, TicketKind

ALONE_AT_MOST = 3
"""So many tickets at once are a message each; more are one list."""
LISTED = 5
LONG = 600
ASKED = {
    TicketKind.WORK: "A person has to do this.",
    TicketKind.REVIEW: "Is this result good?",
    TicketKind.BREAKDOWN: "How is this done?",
    TicketKind.WAIT: "Nobody answered. Try again, or go on without?",
}
REPLY = {
    TicketKind.WORK: "Tap, or reply with what came of it.",
    TicketKind.REVIEW: "Tap, or reply with what is to change.",
    TicketKind.BREAKDOWN: "Reply with the steps as a list: `- research: Find three suppliers (2 h)`.",
    TicketKind.WAIT: "Tap, or reply with what came of it.",
}
REPLY_MEANS = {
    TicketKind.WORK.value: Resolution.DONE.value,
    TicketKind.REVIEW.value: Resolution.RETURN.value,
    TicketKind.BREAKDOWN.value: Resolution.BREAKDOWN.value,
    TicketKind.WAIT.value: Resolution.DONE.value,
}
"""What words in reply to a ticket's message do."""
_LABELS = {
    TicketWord.DONE: "It is done",
    TicketWord.ACCEPT: "Good as it is",
    TicketWord.RETURN: "Do it again",
    TicketWord.TAKE_OVER: "I do it myself",
    TicketWord.SKIP: "Leave it out",
    TicketWord.RETRY: "Try again",
}


def ticket_message(ticket: Ticket, ended: str = "") -> Message:
    """One ticket; `ended` says how it ended, and takes the buttons away."""
    head = f"🎫 **For {plain(ticket.responsible)}: {plain(ticket.title)}**"
    parts = [head, ASKED[ticket.kind], f"**What was tried:** {plain(ticket.tried or 'nothing yet')}"]
    parts += _drafted(ticket)
    parts.append(ended or f"→ {REPLY[ticket.kind]}")
    return Message("\n\n".join(parts), () if ended else _rows(ticket))


def _drafted(ticket: Ticket) -> list[str]:
    """What there is of it: the result to look at, the steps as they were drafted, what is asked for."""
    draft = ticket.draft
    if ticket.kind is TicketKind.BREAKDOWN:
        return [f"**{plain(row['title'])}**\n{row['markdown']}" for row in draft.get("tasks", ())[:LISTED]]
    if "output_data" in draft:
        return [f"> {plain(headline(to_json(draft['output_data']).decode(), LONG))}"]
    goal = str((draft.get("params") or {}).get("goal") or "")
    told = [f"> {plain(headline(goal, LONG))}"] if goal and goal != ticket.title else []
    return [*told, *([f"**Asked for:** {plain(str(draft['evidence']))}"] if draft.get("evidence") else [])]


def _rows(ticket: Ticket) -> Rows:
    words = [TicketWord[word.name] for word in ticket.choices if word.name in TicketWord.__members__]
    buttons = [Button(_LABELS[word], taps.ticket(ticket.id, word)) for word in words]
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


def list_message(tickets: Sequence[Ticket], public_url: str = "") -> Message:
    """Many tickets in one message."""
    lines = [
        f"- {plain(headline(one.title, 100))} (for {plain(one.responsible)}): {plain(headline(one.tried, 100))}"
        for one in tickets[:LISTED]
    ]
    more = len(tickets) - LISTED
    lines += [f"and {more} more"] if more > 0 else []
    where = f"[the page]({public_url.rstrip('/')}/tickets)" if public_url else "the page, under Tickets"
    return Message(f"🎫 **{len(tickets)} tickets wait for you**\n" + "\n".join(lines) + f"\n\n→ They are on {where}.")


def closed_words(resolution: str, by: str) -> str:
    """How a ticket ended."""
    return f"✅ {plain(resolution.replace('_', ' '))}, by {plain(by)}"


def elsewhere_words(who: str) -> str:
    """That somebody else has it now."""
    return f"↪️ {plain(who)} is responsible for it now"
