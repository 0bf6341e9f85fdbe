"""A proposal in words: what it says, what would happen, what speaks against it, what was found, what to type next."""

from __future__ import annotations

from typing import Any

from rich.padding import Padding

from vibe.cli.session import counted, out, plain
from vibe.domain.packet_effects import cost_of, diff_of, exact_effect, rollback_of
from vibe.domain.packets import Packet, parse_packet

_STATUSES = {
    "draft": "being drafted",
    "debating": "being checked",
    "ready": "waits for you",
    "approved": "approved, not begun",
    "executing": "being carried out",
    "executed": "done",
    "filtered": "filtered out",
    "vague": "too vague",
    "stale": "out of date",
}
_OUTCOMES = {"strong": "passed", "weak": "passed weakly", "fail": "failed"}
_FOUND = {
    "supported": "what was found speaks for it",
    "refuted": "what was found speaks against it",
    "mixed": "what was found speaks both for and against it",
    "nothing_found": "nothing was found that may be written as evidence by itself",
}
SHOWN_A_CLAIM = 3
_OVER = {"executed", "failed", "rejected", "cancelled", "expired", "stale", "filtered", "vague"}
"""What it would have done matters less than what came of it; `--all` shows both."""


def status_words(found: dict[str, Any]) -> str:
    """Say where a proposal stands; one that asks waits for the answer."""
    if found["status"] == "executing" and found["action"].get("type") == "ask":
        return "asked, waits for your answer"
    return _STATUSES.get(found["status"], str(found["status"]))


def outcome_words(outcome: str | None) -> str:
    """Say what came of it."""
    return _FOUND.get(outcome or "", (outcome or "").replace("_", " "))


def explain(found: dict[str, Any], *, every: bool = False) -> None:
    """Print all there is to know before deciding, and what came of it after."""
    packet = parse_packet(found["action"])
    unsure = ", the checks could not agree" if found.get("uncertain") else ""
    out.print(f"[bold]{found['number']}. {plain(found['title'])}[/]")
    out.print(f"[dim]{status_words(found)}{unsure}; impact {found['impact']}, effort {found['effort']}[/]")
    _ended(found)
    out.print()
    out.print(found["content"], markup=False)
    if every or found["status"] not in _OVER:
        _effect(packet, found["status"])
        _against(found)
    _evidence(found["evidence"])
    _candidates(found, packet, every)
    _next(found)


def _ended(found: dict[str, Any]) -> None:
    if found.get("outcome"):
        out.print(f"Outcome: {plain(outcome_words(found['outcome']))}.")
    if found["status"] == "rejected":
        kind = (found.get("rejection_type") or "not_now").replace("_", " ")
        out.print(f"Rejected ({kind}){': ' + plain(found['reason']) if found.get('reason') else ''}.")
    if found.get("ended_because"):
        out.print(plain(found["ended_because"]))


def _effect(packet: Packet, status: str) -> None:
    out.print(f"\n[bold]{'If you approve' if status == 'ready' else 'What it does'}[/]")
    for line in exact_effect(packet):
        _item(plain(line))
    for change in diff_of(packet):
        option = f" (if you choose “{plain(change.option)}”)" if change.option else ""
        before = f" “{plain(change.before)}” ->" if change.before else ""
        after = f" “{plain(change.after)}”" if change.after else ""
        _item(f"{change.mark} {plain(change.what)}:{before}{after}{option}".replace(": (", " ("), "  ")
    _item(f"Cost: {plain(cost_of(packet))}")
    _item(f"Taking it back: {plain(rollback_of(packet))}")


def _against(found: dict[str, Any]) -> None:
    if found.get("objection"):
        out.print("\n[bold]Strongest objection[/]")
        _item(plain(found["objection"]))
    rounds = found["debate"]["rounds"]
    if rounds:
        name = "Checks" if found["debate"]["by"] == "rules" else "Debate"
        outcome = _OUTCOMES.get(found["debate"]["outcome"] or "", "undecided")
        out.print(f"\n[bold]{name}[/]: {outcome} after {counted(len(rounds), 'round')}.")


def _evidence(rows: list[dict[str, Any]]) -> None:
    if rows:
        out.print("\n[bold]Evidence[/]")
    for item in rows:
        where = f"{item['file']}:{item['line']}" if item["file"] and item["line"] else item["file"] or "by hand"
        colour = "red" if item["stance"] == "contradicts" else "green"
        about = f" “{plain(item['about'])}”" if len(rows) > 1 else ""
        _item(f"[bold {colour}]{item['stance']}[/]{about}")
        _item(f"{plain(where)}: “{plain(item['quote'] or item['title'])}”", "  ")


def _candidates(found: dict[str, Any], packet: Packet, every: bool) -> None:
    """The passages by claim, the best first; the best three of each unless all are asked for."""
    titles = {target.id: target.title for target in packet.targets}
    claims: dict[str, list[dict[str, Any]]] = {}
    for item in found["candidates"]:
        claims.setdefault(item["claim_id"], []).append(item)
    if claims:
        out.print("\n[bold]Passages only you can judge[/] (best first)")
    for claim, rows in claims.items():
        if len(claims) > 1:
            out.print(f"  [bold]about “{plain(titles.get(claim) or claim)}”[/]")
        for item in rows if every else rows[:SHOWN_A_CLAIM]:
            _item(f"[bold]{item['id'][:8]}[/] {plain(item['file'])}:{item['line']}: “{plain(item['quote'])}”")
            _item(f"[dim]{plain(item['reason'])}[/]", "         ")
    hidden = sum(max(0, len(rows) - SHOWN_A_CLAIM) for rows in claims.values())
    if hidden and not every:
        out.print(f"  ... and {hidden} weaker ones: `vibe show {found['number']} --all`")


def _next(found: dict[str, Any]) -> None:
    number = found["number"]
    out.print()
    if found["candidates"]:
        out.print(f"Next: `vibe judge {found['candidates'][0]['id'][:8]} supports` (or contradicts, or beside).")
    if found["status"] == "ready":
        out.print(f"[dim]Version {found['version']}, digest {found['digest']}[/]", soft_wrap=True)
        out.print(
            f"Expires {found['expires_at']:%Y-%m-%d %H:%M} UTC. Next: `vibe approve {number} --wait`, "
            f"`vibe reject {number} not_now` (or bad_approach, never), `vibe edit {number}`, `vibe redo {number} TEXT`."
        )
    elif found["status"] == "approved":
        out.print(f"The daemon (`vibe run`) carries it out. `vibe cancel {number}` takes the approval back.")
    elif found["status"] == "executing" and found["action"].get("type") == "ask":
        out.print("Next: `vibe questions` has it; `vibe answer ID TEXT` answers.")


def _item(text: str, indent: str = "") -> None:
    """One paragraph, set in; markup in it is ours, what came from outside was made plain."""
    if out.soft_wrap:
        out.print(f"  {indent}{text}")
    else:
        out.print(Padding(text, (0, 0, 0, 2 + len(indent))))
