"""Words: how the pages say things. Pure; no sentence here is built from anything but its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

SEVERITIES = ("critical", "high", "medium", "low")
THEMES: Mapping[str, tuple[str, str]] = {
    "contradicted": ("Contradicted", "A document says otherwise, and nobody has decided about it since."),
    "unvalidated_decision": ("Decisions without evidence", "Nothing in the graph supports them."),
    "unvalidated_assumption": ("Assumptions nobody checked", "Nothing speaks for them or against them."),
    "missing_capability": ("Missing capabilities", "Tasks need something that nobody provides."),
    "blocked_task": ("Blocked tasks", "They wait for something that failed, was cancelled or is blocked itself."),
}
STATUSES: Mapping[str, str] = {
    "draft": "being drafted",
    "debating": "being checked",
    "ready": "waits for you",
    "approved": "approved",
    "rejected": "rejected",
    "executing": "being carried out",
    "executed": "done",
    "failed": "failed",
    "filtered": "filtered out",
    "vague": "too vague",
    "stale": "out of date",
    "expired": "expired",
    "cancelled": "cancelled",
}
REJECTIONS: Mapping[str, tuple[str, str]] = {
    "not_now": ("Not now", "It comes back later."),
    "bad_approach": ("Wrong approach", "The gap is real, this remedy is not wanted."),
    "never": ("Never", "Not this, nor anything like it, unless it gets worse."),
}
MARKS: Mapping[str, str] = {"noise": "not a gap", "accepted": "risk accepted", "real": "real"}
WAITS: Mapping[str, str] = {
    "date": "comes back on its date",
    "digest": "comes back with another approach at the next daily pass",
    "page": "expired before; it is proposed again only when you ask for it",
    "change": "nothing came of it; it is proposed again when its block, its links or the documents change",
}
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))


def span(length: timedelta) -> str:
    """Say a length of time in its largest unit: `13 d`, `3 h`, `5 min`."""
    seconds = abs(length.total_seconds())
    for name, size in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)} {name}"
    return "moments"


def ago(at: datetime | None, now: datetime) -> str:
    """Say how long ago something was."""
    if at is None:
        return ""
    return "just now" if now - at < timedelta(minutes=1) else f"{span(now - at)} ago"


def until(at: datetime | None, now: datetime) -> str:
    """Say how long there is still time."""
    if at is None:
        return ""
    return f"in {span(at - now)}" if at > now else f"{span(now - at)} ago"


def day(at: datetime | None) -> str:
    """Say a day."""
    return f"{at:%-d %b %Y}" if at else ""


def minute(at: datetime | None) -> str:
    """Say an instant to the minute, in UTC."""
    return f"{at:%-d %b %Y, %H:%M} UTC" if at else ""


def count(number: int, one: str, many: str | None = None) -> str:
    """Say how many there are: `1 gap`, `3 gaps`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def who(actor: str) -> str:
    """Say who acted."""
    name, _, rest = actor.partition(":")
    channels = {"cli": "on the command line", "page": "on the page", "api": "over the API"}
    if name == "owner":
        return f"You, {channels[rest]}" if rest in channels else "You"
    known = {"loop": "Vibe", "clock": "The clock", "person": rest, "agent": f"Agent {rest}"}
    return known.get(name, actor)


def asks(actor: str, name: str = "") -> str:
    """Say who asks; `name` is an agent's."""
    said = who(actor)
    return said.replace("You", "You asked", 1) if said.startswith("You") else f"{name or said} asks"


def stance_words(stance: str | None, origin: str | None) -> str:
    """Say what a piece of evidence says, and whose word it is."""
    says = (stance or "").lower()
    if origin == "same_plan":
        return {"supports": "The plan agrees with itself", "contradicts": "The plan contradicts itself"}.get(
            says, "From the plan's own documents"
        )
    verb = {"supports": "Supports", "evidence_for": "Supports", "contradicts": "Contradicts"}.get(says, "Stands alone")
    return f"{verb} · {origin_words(origin)}"


def origin_words(origin: str | None) -> str:
    """Say where evidence comes from."""
    return {
        "same_plan": "the plan's own documents",
        "own_document": "your own document",
        "web": "a web page",
        "human": "a person's word",
    }.get(origin or "", "as it came with the plan")


def place(file: str | None, line: int | None) -> str:
    """Say where a text stands."""
    if not file:
        return ""
    return f"{file}:{line}" if line else file


def shortened(text: str | None, most: int = 160) -> str:
    """Cut a text at a word's end."""
    plain = " ".join((text or "").split())
    return plain if len(plain) <= most else plain[: most - 1].rsplit(" ", 1)[0] + "…"


def block_path(identity: str) -> str:
    """The path of a block's page; ids come from outside and may hold anything."""
    return f"/blocks/{quote(identity, safe='')}"


def plan_path(plan: str) -> str:
    """The path of a plan's page."""
    return f"/plans/{quote(plan, safe='')}"
