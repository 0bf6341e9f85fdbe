"""Telling: what /pending, /status, /gaps and /help answer, short enough for a phone."""

from __future__ import annotations

from vibe.domain.messages import plain
from vibe.edges.telegram.rooms import Room
from vibe.kernel.showing import read_gaps, read_proposals, read_questions

MOST = 10
HELP = """**What you can say**
- a number: details of that proposal
- /approve\\_N, /reject\\_N \\[never|not\\_now|bad\\_approach] \\[why]
- /pending: what waits for you
- /status: how Vibe is
- /gaps: what is missing most
- /pause \\[2d], /resume: stop and go on
- words: the answer to the open question, or a remark; reply to a message to say which you mean"""


async def pending(room: Room) -> str:
    """What waits for the person."""
    proposals = await read_proposals(room.desk.graph, "ready")
    questions = await read_questions(room.desk.graph)
    lines = [f"**{row['number']}.** {plain(row['title'])}" for row in proposals[:MOST]]
    if len(proposals) > MOST:
        lines.append(f"and {len(proposals) - MOST} more")
    asked = [f"❓ {plain(str(row['question'])[:120])}" for row in questions[:MOST]]
    if not lines and not asked:
        return "Nothing waits for you."
    return "\n".join(["**Waiting for you**", *lines, *asked, "", "Send a number for details."])


async def status(room: Room) -> str:
    """How it is."""
    graph = room.desk.graph
    paused = (await graph.read("loop/paused"))[0]
    waiting = await graph.read("pages/deliveries")
    ready = await read_proposals(graph, "ready")
    gaps = await graph.read("pages/gap_counts")
    found = sum(row["count"] for row in gaps if row["status"] in ("open", "proposed"))
    lines = [
        "**Status**",
        f"The loop is paused: {plain(paused['reason'] or '')}" if paused["paused"] else "The loop is on.",
        f"{len(ready)} proposals wait for you; {found} gaps are open.",
        f"{sum(row['count'] for row in waiting if row['state'] == 'due')} deliveries are under way.",
    ]
    stuck = sum(row["count"] for row in waiting if row["state"] != "due")
    return "\n".join([*lines, *([f"{stuck} are stuck; `vibe stuck list` says why."] if stuck else [])])


async def gaps(room: Room) -> str:
    """What is missing most."""
    found = await read_gaps(room.desk.graph)
    if not found:
        return "No gaps are open."
    lines = [f"- \\[{row['severity'].upper()}] {plain(str(row['description'])[:140])}" for row in found[:MOST]]
    more = f"\nand {len(found) - MOST} more" if len(found) > MOST else ""
    return f"**Open gaps ({len(found)})**\n" + "\n".join(lines) + more
