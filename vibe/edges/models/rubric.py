"""The rules' critic and arbiter: one rubric, each item a check anybody can repeat.

The critic names the weakest item as its strongest objection. The arbiter marks again by itself, from the same facts,
and says whether the objection holds; what the critic or the proposal says about outcomes counts for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vibe.domain.debates import Outcome, RubricItem, outcome_of
from vibe.domain.likeness import ALIKE, ALIKE_SAME_GAP, likeness
from vibe.edges.models.facts import Against, Objection, Said, objections
from vibe.edges.models.signs import (
    ABSTRACT,
    ACTS,
    CRITERION,
    DECLARES,
    FINAL,
    LEARNS,
    OUTCOME,
    TELLS,
    WAY_BACK,
    YEARS,
)
from vibe.edges.models.texts import (
    VAGUE,
    Reading,
    cut,
    figures,
    listed,
    names,
    own_words,
    plain,
    says_something,
    telling,
)

GRADES = {"low": 0, "medium": 1, "high": 2, "critical": 3}
FAR, VERY_FAR = 0.30, 0.20
"""Nearness in meaning below which a proposal is about something else; the lower one where it shares some words."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    item: RubricItem
    mark: int
    objection: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Case:
    """A proposal before the bench, with everything a check looks at."""

    block: Reading
    gap: Mapping[str, Any]
    proposal: Mapping[str, Any]
    packet: Mapping[str, Any]
    context: tuple[str, ...]
    known: Mapping[str, Sequence[Mapping[str, Any]]]
    near: float | None

    @property
    def title(self) -> str:
        return plain(self.proposal.get("title"))

    @property
    def own_words(self) -> str:
        """Everything the proposal says."""
        packet = [self.packet.get(name, "") for name in ("question", "confirm", "refute")]
        options = [f"{item.get('title')}. {item.get('detail', '')}" for item in self.packet.get("options", ())]
        tasks = [f"{item.get('title')}. {item.get('content', '')}" for item in self.packet.get("tasks", ())]
        return ". ".join(
            plain(text) for text in [self.title, self.proposal.get("content", ""), *packet, *options, *tasks] if text
        )

    @property
    def about(self) -> frozenset[str]:
        """What the gap is about, in telling stems."""
        return telling(self.block.all_text) or telling(plain(self.gap.get("description")))


def criticize(inputs: Mapping[str, Any], near: float | None = None) -> dict[str, Any]:
    """Object as strongly as the facts allow; `near` is how near in meaning proposal and gap are, where it is known."""
    findings = _assess(inputs, near)
    worst = min(findings, key=lambda found: (found.mark, list(RubricItem).index(found.item)))
    if worst.mark == 2:
        worst = _caveat(_case(inputs, near))
    return {
        "objection": worst.objection,
        "reason": worst.reason,
        "marks": {found.item.value: found.mark for found in findings},
    }


def judge(inputs: Mapping[str, Any], near: float | None = None) -> dict[str, Any]:
    """Judge by the rubric; the critic's marks are compared, never taken over."""
    findings = _assess(inputs, near)
    marks = {found.item: found.mark for found in findings}
    outcome = outcome_of(marks)
    words = {found: found.item.value.replace("_", " ") for found in findings if found.mark < 2}
    lacking = [f"{words[found]} {found.mark} of 2: {found.reason}" for found in words]
    holds = "holds" if lacking else "is no reason to hold it back"
    said = "; ".join(lacking) or "every item of the rubric is met"
    reason = f"The objection {holds}. {said[:1].upper()}{said[1:]}."
    if outcome is Outcome.STRONG and lacking:
        reason += " That alone does not outweigh the rest."
    return {"outcome": outcome.value, "reason": reason, "marks": {item.value: mark for item, mark in marks.items()}}


def both_sides(inputs: Mapping[str, Any]) -> tuple[str, str]:
    """What is compared for nearness: the proposal, and its gap with what is known about it."""
    case = _case(inputs, None)
    about = [case.block.all_text, plain(case.gap.get("description")), *case.context]
    return case.own_words, " ".join(text for text in about if text)


def _case(inputs: Mapping[str, Any], near: float | None) -> _Case:
    gap = inputs.get("gap") or {}
    block = inputs.get("block") or gap.get("block") or {}
    block = block if isinstance(block, Mapping) else {"title": block}
    return _Case(
        block=Reading.of(block),
        gap=gap,
        proposal=inputs.get("proposal") or {},
        packet=inputs.get("packet") or {},
        context=tuple(plain(fact["fact"] if isinstance(fact, Mapping) else fact) for fact in inputs.get("context", ())),
        known=inputs.get("known") or {},
        near=near,
    )


def _assess(inputs: Mapping[str, Any], near: float | None) -> list[Finding]:
    case = _case(inputs, near)
    return [Finding(item, *check(case)) for item, check in _CHECKS.items()]


def _addresses(case: _Case) -> tuple[int, str, str]:
    about, said = case.about, telling(case.own_words)
    shared = about & said
    targets = [str(target.get("id")) for target in case.packet.get("targets", ())]
    if targets and case.block.id and case.block.id not in targets:
        return (
            0,
            "It is about other blocks than the gap.",
            f"its targets {listed(targets[:3])} do not include {case.block.id}",
        )
    known = shared | telling(" ".join([plain(case.gap.get("description")), *case.context])) & said
    if (about and not known) or (case.near is not None and case.near < (FAR if len(known) < 3 else VERY_FAR)):
        return (
            0,
            f"It does not speak of “{cut(case.block.title, 80)}” at all.",
            "it is about something else than the block and all that is known of it",
        )
    settled = _settles_by_saying(case)
    if settled:
        return settled
    if case.block.id and len(shared) < min(2, len(about)):
        return (
            1,
            f"It hardly speaks of “{cut(case.block.title, 80)}”.",
            f"it shares only {listed(sorted(shared)) or 'nothing'} with the block",
        )
    return 2, "", ""


def _settles_by_saying(case: _Case) -> tuple[int, str, str] | None:
    """Whether it calls the gap closed, or builds on the claim, where it should find out or provide."""
    if case.packet.get("type") in ("research", "ask"):
        return None
    if TELLS.search(case.title):
        return 0, "It says the gap again and closes nothing.", f"“{cut(case.title, 80)}” names no deed"
    unvalidated = str(case.gap.get("type", "")).startswith("unvalidated")
    tried = CRITERION.search(case.own_words) and OUTCOME.search(case.own_words)
    learns = bool(LEARNS.search(case.own_words) or tried)
    if DECLARES.search(case.title) and not (unvalidated and LEARNS.search(case.title)):
        return 0, "It settles the matter by saying so.", f"“{cut(case.title, 80)}” finds nothing out"
    if unvalidated and not learns:
        said = "It acts on the claim instead of finding out whether it holds."
        elsewhere = not telling(case.title) & (case.about | telling(" ".join(case.context)))
        return (0 if elsewhere or ACTS.search(case.title) else 1), said, "it names no check, search or question"
    return None


def _specific(case: _Case) -> tuple[int, str, str]:
    own = case.own_words
    said, loose = telling(own), VAGUE.findall(own)
    anchors = len(figures(own_words(own))) + len(names(own_words(own)))
    grounded = len(telling(case.block.all_text))
    if len(said) < 2 or (case.block.id and not says_something(case.block.everything)):
        return 0, "Nobody could say what to do or look for.", f"“{cut(own, 100)}” names no subject, figure or name"
    abstract = list(dict.fromkeys(match.lower() for match in ABSTRACT.findall(own)))
    if not case.packet.get("type") and len(abstract) >= 2 + (1 + anchors if anchors else 0):
        said_so = listed([f"“{word}”" for word in abstract[:3]])
        return 0, f"It stays vague: “{abstract[0]}”.", f"{said_so} name neither a thing nor a deed"
    if loose and anchors == 0:
        return (
            (0 if len(loose) > 1 else 1),
            f"It stays vague: “{loose[0]}”.",
            f"{len(loose)} loose phrases, no figure, no name",
        )
    claims = case.block.kind != "task"  # a deed has no opposite
    if case.block.id and claims and grounded < 5 and not figures(case.block.all_text) and anchors < 2:
        what = f"the block has {grounded} telling words, no figure and no name"
        return 1, f"“{cut(case.block.title, 80)}” says little that could be told apart from its opposite.", what
    if not case.block.id and len(said) < 6 and anchors == 0:
        return 1, "It could be said of almost any project.", f"{len(said)} telling words, no figure, no name"
    return 2, "", ""


def _measurable(case: _Case) -> tuple[int, str, str]:
    if case.packet.get("type") == "research":
        return _has_criteria(plain(case.packet.get("confirm")), plain(case.packet.get("refute")), case)
    if case.packet.get("type") == "ask":
        options = case.packet.get("options", ())
        return (
            (2, "", "")
            if len(options) >= 2
            else (1, "It leaves open what could be answered.", "fewer than two options")
        )
    if CRITERION.search(case.own_words):
        return 2, "", ""
    if figures(case.own_words):
        return 1, "Nobody could tell what its outcome means.", "it has figures and no threshold, date or criterion"
    return 0, "Nobody could tell when it is done.", "no figure, date, threshold or criterion in it"


def _has_criteria(confirm: str, refute: str, case: _Case) -> tuple[int, str, str]:
    if not confirm or not refute or likeness(confirm, refute) >= ALIKE:
        return 0, "Whatever is found would count.", "what confirms and what refutes are the same or missing"
    facts = case.block.facts
    own_test = any(facts.get(name) for name in ("validationMethod", "failureTrigger", "tradeOff"))
    if own_test or (figures(confirm) or figures(refute)) or "measured" in case.block.content.lower():
        return 2, "", ""
    if "weighed by whether it" in confirm and "weighed by whether it" in refute:
        return 2, "", ""
    return (
        1,
        "A passage could be read either way.",
        "neither criterion holds a figure, a named test or a success measure",
    )


def _proportionate(case: _Case) -> tuple[int, str, str]:
    effort = GRADES.get(str(case.proposal.get("effort", "low")).lower(), 0)
    impact = GRADES.get(str(case.proposal.get("impact", "medium")).lower(), 1)
    severity = min(GRADES.get(str(case.gap.get("severity", "medium")).lower(), 1), 2)
    worth = min(impact, severity) if case.gap.get("severity") else impact
    over = effort - worth
    if not case.packet.get("type") and effort == 2 and YEARS.search(case.own_words):
        over += 1
    if over <= 0:
        return 2, "", ""
    named = [case.proposal.get("effort"), case.proposal.get("impact"), case.gap.get("severity")]
    what = "effort {} for impact {} on a gap of severity {}".format(*named)
    return (0 if over > 1 else 1), "It costs more than the gap is worth.", what


def _consistent(case: _Case) -> tuple[int, str, str]:
    found = next((one for one in _objections(case) if one.how is not Against.DONE), None)
    if found is None:
        return 2, "", ""
    return 0, f"The graph says otherwise: “{cut(found.fact, 160)}”.", f"{found.how.value}: {found.why}"


def _objections(case: _Case) -> list[Objection]:
    if case.packet.get("type") in ("research", "ask"):
        return []  # finding out is never at odds with what is known; acting may be
    gap = telling(f"{case.block.all_text}. {plain(case.gap.get('description'))}")
    return objections(Said(case.title, own_words(plain(case.proposal.get("content"))), gap), case.context)


def _reversible(case: _Case) -> tuple[int, str, str]:
    if case.packet.get("type") in ("research", "ask"):
        return 2, "", ""
    found = FINAL.search(case.own_words)
    if found is None:
        return 2, "", ""
    what = found.group().strip(" .,;:!")
    if WAY_BACK.search(case.own_words):
        return 1, "The way back is only half described.", f"“{what}”"
    return 0, "It can't be taken back.", f"“{what}”, and no way back is named"


def _new(case: _Case) -> tuple[int, str, str]:
    done = next((one for one in _objections(case) if one.how is Against.DONE), None)
    if done is not None:
        return 0, f"It was done already: “{cut(done.fact, 160)}”.", f"{done.why}, and the title names the same"
    for other in case.known.get("open", ()):
        if likeness(case.title, plain(other.get("title"))) >= ALIKE:
            return (
                0,
                f"No. {other.get('number', '?')} already asks for this.",
                f"its title is “{cut(plain(other.get('title')), 100)}”",
            )
    for other in case.known.get("earlier", ()):
        alike = likeness(case.title, plain(other.get("title"))) >= ALIKE_SAME_GAP
        if alike and other.get("status") in ("rejected", "filtered", "executed", "failed"):
            said = f"no. {other.get('number', '?')} was {other.get('status')}"
            return 1, f"Something alike was tried for this gap: {said}.", said
    for other in case.known.get("alike", ()):
        said = f"like no. {other.get('number', '?')}, rejected as {str(other.get('kind', '')).replace('_', ' ')}"
        return 1, f"A person turned something like it down: “{cut(plain(other.get('title')), 100)}”.", said
    return 2, "", ""


def _caveat(case: _Case) -> Finding:
    """What still speaks against a proposal that meets the whole rubric: what its evidence will be worth."""
    if case.packet.get("type") == "research":
        place = case.block.place or "the block's own document"
        said = f"What the plan's documents say about “{cut(case.block.title, 80)}”"
        text = f"{said} may only be the plan agreeing with itself."
        return Finding(
            RubricItem.CONSISTENT, 2, text, f"the claim itself comes from {place}; only other sources would tell more"
        )
    if case.packet.get("type") == "ask":
        return Finding(RubricItem.PROPORTIONATE, 2, "It takes a person's time for each answer.", _stake(case))
    return Finding(RubricItem.PROPORTIONATE, 2, "Doing nothing may cost less.", _stake(case))


def _stake(case: _Case) -> str:
    severity = case.gap.get("severity", "unknown")
    return f"the gap's severity is {severity}; “{cut(case.block.title, 80)}” stays as it is until then"


_CHECKS: Mapping[RubricItem, Callable[[_Case], tuple[int, str, str]]] = {
    RubricItem.ADDRESSES_GAP: _addresses,
    RubricItem.SPECIFIC: _specific,
    RubricItem.MEASURABLE: _measurable,
    RubricItem.PROPORTIONATE: _proportionate,
    RubricItem.CONSISTENT: _consistent,
    RubricItem.REVERSIBLE: _reversible,
    RubricItem.NEW: _new,
}
