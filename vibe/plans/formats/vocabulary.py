"""The words people use in plans of their own: for kinds of blocks, for their fields, for states and priorities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from vibe.domain.blocks import Kind, LinkType
from vibe.plans.formats.words import normalised

_KIND_WORDS: Mapping[Kind, str] = {
    Kind.NORTH_STAR: "goal|goals|north star|northstar|objective|objectives|vision|mission|goal statement",
    Kind.DECISION: "decision|decisions|strategic decision|strategic decisions|key decision|key decisions|choices made",
    Kind.ASSUMPTION: "assumption|assumptions|key assumption|key assumptions|assumptions to kill|hypothesis|hypotheses",
    Kind.KNOWLEDGE: "risk|risks|key risks|risk register|knowledge|finding|findings|fact|facts|lesson|lessons learned",
    Kind.QUESTION: "question|questions|open question|open questions|data to collect|unknowns",
    Kind.EVIDENCE: "evidence|proof|proofs",
    Kind.CAPABILITY: "capability|capabilities|skills|resources",
    Kind.ARTIFACT: "artifact|artifacts|deliverable|deliverables",
    Kind.TASK: "task|tasks|work|plan|work plan|work breakdown|wbs|schedule|milestones|phases|roadmap|to do|todo",
}
KIND_OF = {word: kind for kind, words in _KIND_WORDS.items() for word in words.split("|")}
RISK_WORDS = frozenset({"risk", "risks", "key risks", "risk register"})

_FIELD_WORDS = {
    "id": "id|no|nr|number|key|ref|code|task id",
    "title": "title|name|task|item|activity|milestone|work package|summary|step|what|text|statement|description short",
    "content": "description|details|detail|content|body",
    "owner": "owner|responsible|assignee|assigned to|who|lead",
    "status": "status|state|done",
    "priority": "priority|prio",
    "daysRealistic": "days|duration|duration days|estimate|estimated days|days realistic",
    "daysMin": "days min|min days",
    "daysMax": "days max|max days",
    "hours": "hours|effort|effort hours|estimated hours",
    "plannedStart": "start|start date|planned start|begin",
    "plannedEnd": "end|end date|planned end|due|due date|finish|deadline",
}
FIELD_OF = {word: field for field, words in _FIELD_WORDS.items() for word in words.split("|")}

_LINK_WORDS: Mapping[LinkType, str] = {
    LinkType.DEPENDS_ON: "depends on|depends|dependency|dependencies|after|predecessor|predecessors|blocked by",
    LinkType.BLOCKS: "blocks",
    LinkType.REQUIRES: "requires|required capability|required capabilities",
    LinkType.PROVIDES: "provides",
    LinkType.SUPPORTS: "supports",
    LinkType.EVIDENCE_FOR: "evidence for",
    LinkType.CONTRADICTS: "contradicts|conflicts with",
    LinkType.CONCERNS: "concerns|about",
    LinkType.ADDRESSES: "addresses",
    LinkType.DERIVED_FROM: "derived from",
    LinkType.PART_OF: "part of|parent",
}
LINK_OF = {word: kind for kind, words in _LINK_WORDS.items() for word in words.split("|")}

_STATUS_WORDS = {
    "active": "active|decided|agreed|approved|accepted|confirmed",
    "pending": "pending|todo|to do|open|not started|planned|no",
    "queued": "queued",
    "running": "running|in progress|doing|started|ongoing|wip",
    "completed": "completed|complete|done|finished|closed|yes|x",
    "failed": "failed",
    "in_review": "in review|review",
    "waiting": "waiting|on hold",
    "skipped": "skipped",
    "cancelled": "cancelled|canceled|dropped",
    "blocked": "blocked|stuck",
    "withdrawn": "withdrawn|rejected|superseded|obsolete|deprecated",
}
STATUS_OF = {word: status for status, words in _STATUS_WORDS.items() for word in words.split("|")}
_PRIORITY_WORDS = {"P0": "p0|critical|urgent", "P1": "p1|high", "P2": "p2|medium|normal", "P3": "p3|low"}
_TASK_COLUMNS = frozenset({"activity", "milestone", "work package", "step"})
_WORK_FIELDS = frozenset(set(_FIELD_WORDS) - {"id", "title", "content"})
PRIORITY_OF = {word: priority for priority, words in _PRIORITY_WORDS.items() for word in words.split("|")}
NOTHING = frozenset({"", "none", "n a", "na", "nothing", "tbd"})
_LEADING_NUMBER = re.compile(r"^\s*\d+(?:\.\d+)*[.)]?\s+")


def kind_of(title: str) -> Kind | None:
    """The kind of block that a section of this title holds; None where the title is no word for a kind."""
    return KIND_OF.get(normalised(_LEADING_NUMBER.sub("", title)))


def is_risk(title: str) -> bool:
    """Tell whether a section of this title holds risks, which are Knowledge of their own kind."""
    return normalised(_LEADING_NUMBER.sub("", title)) in RISK_WORDS


def is_of_work(header: Iterable[str]) -> bool:
    """Tell whether a table that stands under no word for a kind holds work: by its title's column, or what it tells."""
    words = {field_word(name) for name in header}
    return not words.isdisjoint(_TASK_COLUMNS | LINK_OF.keys()) or any(
        FIELD_OF.get(word) in _WORK_FIELDS for word in words
    )


def field_word(name: str) -> str:
    """Bring a column's, key's or label's name into the form that the tables here have."""
    return normalised(name.replace("_", " "))
