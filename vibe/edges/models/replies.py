"""What a language model must answer, as Pydantic models: enums, bounded integers, bounded texts, nothing else.

The bounds in characters stay below a prompt's `max_tokens`, so a full reply is never cut off. The domain reads every
reply once more by its own rules; these models only shape it.

Source: MODELS (A3), issue 5 (The model edge).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Mark = Annotated[int, Field(ge=0, le=2)]
Grade = Literal["high", "medium", "low"]


VAGUE = {
    "yes": "",
    "no_action": "there is no action one could take on what the block says",
    "no_target": "the block names no subject that an action could be about",
    "too_little": "the block says too little to look anything up or to ask about it",
}
"""Why nothing can be proposed, by the word a model answers; a free text would be filled in whether or not it fits."""


class Reply(BaseModel):
    """What all replies share: no field but their own."""

    model_config = ConfigDict(extra="forbid")

    def plainly(self) -> dict[str, Any]:
        """As the domain reads it."""
        return self.model_dump(mode="json")


class Marks(Reply):
    """The rubric: 0 not at all, 1 partly, 2 fully."""

    addresses_gap: Mark
    specific: Mark
    measurable: Mark
    proportionate: Mark
    consistent: Mark
    reversible: Mark
    not_done_before: Mark


class Critique(Reply):
    """The critic's."""

    objection: Annotated[str, Field(min_length=1, max_length=240)]
    reason: Annotated[str, Field(min_length=1, max_length=320)]
    marks: Marks


class Judgement(Reply):
    """The arbiter's."""

    outcome: Literal["strong", "weak", "fail", "undecided"]
    reason: Annotated[str, Field(min_length=1, max_length=400)]
    marks: Marks


class Option(Reply):
    """One remedy of those offered."""

    remedy: Annotated[str, Field(max_length=60)]
    title: Annotated[str, Field(min_length=1, max_length=80)]
    detail: Annotated[str, Field(max_length=120)]


class Draft(Reply):
    """The proposer's."""

    title: Annotated[str, Field(min_length=1, max_length=80)]
    content: Annotated[str, Field(min_length=1, max_length=600)]
    proposal_type: Literal["feature", "improvement", "fix", "architecture", "knowledge"]
    impact: Grade
    effort: Grade
    confidence: Grade
    packet: Literal["research", "ask", "plan", "write_blocks"]
    question: Annotated[str, Field(max_length=300)]
    confirm: Annotated[str, Field(max_length=240)]
    refute: Annotated[str, Field(max_length=240)]
    options: Annotated[list[Option], Field(max_length=4)]
    actionable: Literal["yes", "no_action", "no_target", "too_little"]

    def plainly(self) -> dict[str, Any]:
        """As the domain reads it: why nothing can be done in words."""
        found = super().plainly()
        return found | {"vague": VAGUE[found.pop("actionable")]}


class Stance(Reply):
    """The judge's, of one passage beside one claim; `words` are those of the passage that decide."""

    stance: Literal["supports", "contradicts", "beside", "repeats"]
    certainty: Literal["high", "medium", "low"]
    words: Annotated[str, Field(max_length=240)]


class PlannedStep(Reply):
    """One step of a task."""

    action: Annotated[str, Field(min_length=1, max_length=40)]
    title: Annotated[str, Field(min_length=1, max_length=160)]
    hours: Annotated[float, Field(gt=0, le=10_000)]
    evidence: Annotated[str, Field(max_length=160)]
    human: bool


class Steps(Reply):
    """The decomposer's."""

    steps: Annotated[list[PlannedStep], Field(min_length=1, max_length=6)]
    certainty: Grade


REPLIES: dict[str, type[Reply]] = {
    "vibe.domain.debates.Draft": Draft,
    "vibe.domain.debates.Critique": Critique,
    "vibe.domain.debates.Judgement": Judgement,
    "vibe.domain.stances.StanceReply": Stance,
    "vibe.domain.breakdowns.StepsReply": Steps,
}
"""By the `reply` of a prompt's header."""
