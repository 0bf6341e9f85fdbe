"""Showing: what reading surfaces tell about proposals, gaps and questions, in the same JSON everywhere.

Command line, API and pages read through here. Source: SPEC sections 6 and 7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vibe.domain.canonical import from_json
from vibe.domain.errors import BadInput, NotFound
from vibe.domain.proposals import OPEN, ProposalStatus
from vibe.domain.questions import QuestionStatus, letter_of
from vibe.ports.inward import Graph, Row

PAGE = 1000
QUOTED = 200
"""Of so many gaps, the weightiest, contradictions are listed with their passages."""
ROLES = ("proposer", "critic", "arbiter")
WAITING = (QuestionStatus.CLARIFYING, QuestionStatus.ASKED)
OPEN_GAPS = ("open", "proposed")
ALL_GAPS = (*OPEN_GAPS, "suppressed", "closed")


async def read_proposals(graph: Graph, status: str = "open") -> list[dict[str, Any]]:
    """Read all proposals of a status, in any case; `open` is every one still on its way, `all` every one.

    Raises:
        BadInput: there is no such status.
    """
    word = status.strip().lower()
    wanted = {"open": sorted(OPEN), "all": sorted(ProposalStatus)}.get(word, [word])
    if not set(wanted) <= set(ProposalStatus):
        raise BadInput(f"{status!r} is none of open, all, {', '.join(ProposalStatus)}", field="status")
    found: list[dict[str, Any]] = []
    after = 0
    while True:
        rows = await graph.read("proposals/list", statuses=[str(item) for item in wanted], after=after, limit=PAGE)
        found += [{name: value for name, value in row.items() if name != "action"} for row in rows]
        if len(rows) < PAGE:
            return found
        after = rows[-1]["number"]


async def read_proposal(graph: Graph, number: int) -> dict[str, Any]:
    """Read one proposal with its packet, checks, evidence and candidates.

    Raises:
        NotFound: there is no proposal of this number.
    """
    rows = await graph.read("proposals/show", number=number)
    if not rows:
        raise NotFound(f"there is no proposal {number}; `vibe proposals --status all` lists every one")
    found = dict(rows[0])
    found["action"] = from_json(found["action"])
    found["context"] = _context(found["context"])
    found["debate"] = _debate(await graph.read("debates/of_proposal", proposal=found["id"], limit=100))
    for name in ("evidence", "candidates"):
        rows = await graph.read(f"research/{name}_of_proposal", id=found["id"], limit=200)
        found[name] = [dict(row) for row in rows]
    return found


def _context(text: str | None) -> dict[str, Any]:
    """What the proposer was shown, by how many of each, and what was left out for want of room."""
    told: Mapping[str, Any] = from_json(text) if text else {}
    counts = {name: len(value) for name, value in told.items() if isinstance(value, list) and name != "left_out"}
    return {"shown": counts, "left_out": list(told.get("left_out", ()))}


def _debate(rows: Sequence[Row]) -> dict[str, Any]:
    """The rounds in order; `by` is who argued: `rules` makes it "checks" wherever it is shown."""
    return {
        "rounds": [
            {role: from_json(row[role]) if row[role] else None for role in ROLES}
            | {"n": row["n"], "version": row["version"], "outcome": row["round_outcome"]}
            for row in rows
        ],
        "outcome": rows[-1]["outcome"] if rows else None,
        "by": rows[-1]["argued"] if rows else None,
    }


async def read_gaps(graph: Graph, *, rule: str | None = None, every: bool = False) -> list[dict[str, Any]]:
    """Read the gaps, the weightiest first; only those that are open or proposed unless `every`."""
    found: list[dict[str, Any]] = []
    statuses, rules = list(ALL_GAPS if every else OPEN_GAPS), [rule] if rule else []
    after = -1
    while True:
        rows = await graph.read("gaps/list", statuses=statuses, rules=rules, after=after, limit=PAGE)
        found += [dict(row) for row in rows]
        if len(rows) < PAGE:
            break
        after = rows[-1]["key"]
    found.sort(key=lambda row: (-row["score"], row["id"]))
    for row in found:
        del row["key"]
    await _quote_contradictions(graph, found[:QUOTED])
    return found


async def _quote_contradictions(graph: Graph, found: Sequence[dict[str, Any]]) -> None:
    """Put what speaks against it, word for word with its place, beside each contradicted gap."""
    contradicted = [row for row in found if row["type"] == "contradicted"]
    for start in range(0, len(contradicted), 10):
        part = contradicted[start : start + 10]
        rows = await graph.read("proposals/against", ids=[row["block_id"] for row in part], limit=50)
        for gap in part:
            gap["passages"] = [
                {name: row[name] for name in ("quote", "file", "line")}
                for row in rows
                if row["block_id"] == gap["block_id"]
            ]


async def read_questions(graph: Graph, statuses: Sequence[str] = WAITING) -> list[dict[str, Any]]:
    """Read the questions that wait for a person, the longest waiting first."""
    rows = await graph.read("questions/list", statuses=[str(item) for item in statuses], limit=500)
    return [_question(row) for row in rows]


async def read_question(graph: Graph, identity: str) -> dict[str, Any]:
    """Read one question, with the tasks that wait for its answer.

    Raises:
        NotFound: there is no such question.
    """
    rows = await graph.read("questions/show", id=identity)
    if not rows:
        raise NotFound(f"there is no question {identity!r}; `vibe questions` lists those that wait")
    found = _question(rows[0])
    if found["task_id"]:
        blocked = await graph.read("questions/blocked", task=found["task_id"], limit=100)
        found["blocked_tasks"] = [row["id"] for row in blocked]
    return found


def _question(row: Mapping[str, Any]) -> dict[str, Any]:
    """Document 003's EscalationQuestion in snake_case, with its status and answer."""
    details = list(row["option_details"]) + [""] * len(row["options"])
    options = [
        {"letter": letter_of(place), "title": title, "detail": details[place]}
        for place, title in enumerate(row["options"])
    ]
    names = ("id", "question", "status", "urgency", "context", "stuck_on", "task_id", "task_title", "proposal_id")
    return {
        **{name: row[name] for name in names},
        "agent_name": row["asker"],
        "options": options,
        "blocked_tasks": [],
        "asked_at": row["asked_at"],
        "follow_up": row["follow_up"],
        "answer": _answer(row),
    }


def _answer(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if row["status"] != QuestionStatus.ANSWERED:
        return None
    found = {"kind": row["answer_kind"], "text": row["answer"], "decision_id": row["decision_id"]}
    return found | ({"option": row["answer_option"]} if row["answer_option"] else {})
