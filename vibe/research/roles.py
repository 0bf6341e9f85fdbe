"""Which role a passage has, by its section.

PlanExe files are known by their names (or, renamed, by their numbers) and have a table each. Any other document, and
with it every owner's own, is read by the words that people head their sections with; where those say nothing it
simply states.

Source: EVIDENCE.md sections 4 and 5.
"""

from __future__ import annotations

import re
from functools import lru_cache

from vibe.domain.research import Role

_NAME = re.compile(r"^(?:(\d{3})(?:-(\d+))?[-_.])?(.*?)(?:\.\w+)?$")
_NUMBERS = {
    "001": "plan",
    "002": "strategic_decisions",
    "003-2": "identify_risks",
    "003-5": "make_assumptions",
    "003-10": "consolidate_assumptions_full",
    "005": "project_plan",
    "006": "governance",
    "007": "related_resources",
    "013": "team",
    "014": "swot_analysis",
    "016": "expert_criticism",
    "017": "data_collection",
    "018": "wbs",
    "021": "wbs",
    "022": "task_durations",
    "023": "wbs",
    "025": "executive_summary",
    "026": "schedule_gantt",
    "027": "questions_and_answers",
    "028": "premortem",
}
_SLUGS = tuple(sorted({slug for slug in _NUMBERS.values() if slug not in {"plan", "team", "wbs", "governance"}}))

_Table = tuple[tuple[Role, str], ...]
_KINDS: dict[str, _Table] = {
    "plan": ((Role.PROMPT, ""),),
    "strategic_decisions": ((Role.CLAIM, ""),),
    "identify_risks": ((Role.INTENTION, r"\|action"), (Role.RISK, "")),
    "make_assumptions": ((Role.CLAIM, r"\|assumptions?$"), (Role.INTENTION, "")),
    "consolidate_assumptions_full": (
        (Role.COPY, r"^(?!.*\|review assumptions)"),
        (Role.INTENTION, r"\|recommendation"),
        (Role.HYPOTHETICAL, r"\|sensitivity"),
        (Role.JUDGING, r"\|issue|\|review conclusion"),
        (Role.COPY, ""),
    ),
    "project_plan": (
        (Role.RISK, r"\|(key|diverse) risks"),
        (Role.INTENTION, r"mitigation|strateg|actions"),
        (Role.STATEMENT, ""),
    ),
    "governance": ((Role.HYPOTHETICAL, ""),),
    "related_resources": ((Role.INTENTION, ""),),
    "team": (
        (Role.INTENTION, r"\|recommendation"),
        (Role.JUDGING, r"\|(omissions|potential improvements)"),
        (Role.HYPOTHETICAL, r"\|consequences"),
        (Role.INTENTION, ""),
    ),
    "swot_analysis": (
        (Role.JUDGING, r"\|(weakness|missing)"),
        (Role.RISK, r"\|threat"),
        (Role.QUESTION, r"\|question"),
        (Role.COPY, r"\|assumption"),
        (Role.INTENTION, ""),
    ),
    "expert_criticism": (
        (Role.INTENTION, r"did not provide feedback"),
        (Role.INTENTION, r"\|mitigation|\|tags"),
        (Role.HYPOTHETICAL, r"\|consequence"),
        (Role.JUDGING, r"\|issue|\|root cause"),
        (Role.INTENTION, ""),
    ),
    "data_collection": ((Role.RISK, r"\|notes"), (Role.COPY, r"\|assumptions"), (Role.INTENTION, "")),
    "wbs": ((Role.INTENTION, ""),),
    "task_durations": ((Role.RISK, r"\|delay_risks"), (Role.INTENTION, "")),
    "executive_summary": (
        (Role.RISK, r"\|risks"),
        (Role.INTENTION, r"\|(feedback|action|audience)"),
        (Role.STATEMENT, ""),
    ),
    "schedule_gantt": ((Role.SCHEDULE, ""),),
    "questions_and_answers": ((Role.QUESTION, r"\|question$"), (Role.INTENTION, r"\|rationale"), (Role.STATEMENT, "")),
    "premortem": ((Role.CLAIM, r"\|assumptions to kill\|assumption$"), (Role.HYPOTHETICAL, "")),
}
"""For each kind of PlanExe file: the role of the first pattern found in `|heading|label`, in lower case and without
numbering."""

_HYPOTHETICAL = (
    r"consequence|sensitivity|failure (story|mode|scenario|trigger)|pre-?mortem|tripwire|stop rule|warning sign|"
    r"what if|worst case|thought experiment|hypothetical|scenario"
)
_INTENTION = (
    r"recommend|mitigation|^actions?\b|next steps?|opportunit|strength|objective|^goals?\b|deliverable|proposal|"
    r"proposed|roadmap|milestone|follow.?up|playbook|benefit|solution|to.?do\b|^plan\b|tasks?\b"
)
_JUDGING = (
    r"weakness|omission|missing|shortcoming|criticism|critique|^issues?\b|root cause|\bflaws?\b|deficienc|limitation|"
    r"audit|findings?\b|\breview\b|lessons|post-?mortem|red team|\bproblems?\b|objections?\b|assessment|evaluation|"
    r"verdict"
)
_ANY: _Table = (
    (Role.QUESTION, r"^(open )?questions?\b|^faq\b"),
    (Role.HYPOTHETICAL, _HYPOTHETICAL),
    (Role.INTENTION, _INTENTION),
    (Role.RISK, r"\brisks?\b|threat|hazard|concern|challenge"),
    (Role.JUDGING, _JUDGING),
    (Role.CLAIM, r"^assumptions?\b|^decisions?\b"),
)
_NUMBERING = re.compile(r"^[\s\W]*(?:\d+(?:\.\d+)*(?:\.[A-Z])?[.):]?\s+)?")
_TAIL = re.compile(r"\s+[-–—:]\s+|:\s")
_MOST_WORDS = 4


def file_kind(file: str) -> str:
    """The kind of PlanExe file that a name stands for; empty for all others and for the owner's own (`_own/`)."""
    if file.startswith("_own/"):
        return ""
    match = _NAME.match(file.rsplit("/", 1)[-1])
    if match is None or match[1] is None:
        return ""
    for slug in _SLUGS:
        if match[3].startswith(slug):
            return slug
    return _NUMBERS.get(f"{match[1]}-{match[2]}") or _NUMBERS.get(match[1], "")


@lru_cache(maxsize=8192)
def role_of(file: str, headings: tuple[str, ...]) -> Role:
    """The role of a section: by the file's own table, else by the innermost heading that says something."""
    kind = file_kind(file)
    if kind:
        path = "|" + "|".join(_NUMBERING.sub("", heading).strip().lower() for heading in headings)
        return next(role for role, pattern in _KINDS[kind] if re.search(pattern, path))
    for heading in reversed(headings):
        told = _told_by(heading)
        if told is not None:
            return told
    return Role.STATEMENT


def _told_by(heading: str) -> Role | None:
    """A long heading names a subject, so only what stands before its dash or colon counts."""
    text = _NUMBERING.sub("", heading).strip().lower()
    head = _TAIL.split(text, maxsplit=1)[0]
    if len(head.split()) > _MOST_WORDS:
        return None
    return next((role for role, pattern in _ANY if re.search(pattern, head)), None)
