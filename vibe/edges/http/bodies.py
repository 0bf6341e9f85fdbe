"""Bodies: what the API is sent, checked field by field; words are taken in any case."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from vibe.domain.blocks import Kind, LinkType


def _lowered(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _uppered(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _kind(value: object) -> object:
    """Take `north_star`, `NORTHSTAR` or `NorthStar`."""
    plain = value.replace("_", "").lower() if isinstance(value, str) else ""
    return next((kind for kind in Kind if kind.value.lower() == plain), value)


Word = Annotated[str, BeforeValidator(_lowered), Field(max_length=40)]
Text = Annotated[str, Field(max_length=100_000)]
Id = Annotated[str, Field(min_length=1, max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Decision(_Body):
    """What a person decided about a proposal; `digest` says which version they saw."""

    decision: Word
    digest: Annotated[str, Field(min_length=8, max_length=64)]
    rejection_type: Word | None = None
    reason: Text = ""
    until: datetime | None = None


class Mark(_Body):
    """What a person says about a gap: `evidence` (text, link), `accept` (until), `noise` (text), `real`."""

    mark: Word
    text: Text = ""
    until: str | None = None
    link: str | None = None


class Judgement(_Body):
    """What a found passage says about its claim: supports, contradicts, beside."""

    stance: Word


class Question(_Body):
    """A question for the person; options are texts or `{title, detail}`."""

    question: Annotated[str, Field(min_length=1, max_length=10_000)]
    options: Annotated[list[str | dict[str, str]], Field(max_length=26)] = []
    context: str | Annotated[list[str], Field(max_length=50)] = []
    stuck_on: Text = ""
    task_id: Id | None = None
    urgency: Word = "normal"

    @property
    def contexts(self) -> tuple[str, ...]:
        """The context as a list, however it came."""
        return (self.context,) if isinstance(self.context, str) else tuple(self.context)


class Answer(_Body):
    """A person's answer: an option's letter or name, or words of their own."""

    text: Annotated[str, Field(min_length=1, max_length=10_000, validation_alias=AliasChoices("text", "answer"))]


class NewBlock(_Body):
    """A block in the exchange format."""

    block: Annotated[Kind, BeforeValidator(_kind)]
    id: Id | None = None
    title: Annotated[str, Field(min_length=1, max_length=1_000)]
    content: Text = ""
    status: Word | None = None
    created_at: datetime | None = None
    priority: Annotated[str, BeforeValidator(_uppered), Field(pattern="^P[0-3]$")] | None = None
    properties: dict[str, Any] = {}


class NewLink(_Body):
    """A link in the exchange format."""

    link: Annotated[LinkType, BeforeValidator(_uppered)]
    source: Annotated[Id, Field(validation_alias="from")]
    target: Annotated[Id, Field(validation_alias="to")]
    why: Text = ""


class NewBlocks(_Body):
    """One block, or blocks and links together: `{"block": ...}` or `{"blocks": [...], "links": [...]}`."""

    blocks: Annotated[list[NewBlock], Field(max_length=5_000)] = []
    links: Annotated[list[NewLink], Field(max_length=5_000)] = []

    @model_validator(mode="before")
    @classmethod
    def _one_is_a_list(cls, given: object) -> object:
        if isinstance(given, dict) and "block" in given:
            return {"blocks": [given]}
        if isinstance(given, dict) and "link" in given:
            return {"links": [given]}
        return given

    @model_validator(mode="after")
    def _holds_something(self) -> NewBlocks:
        if not self.blocks and not self.links:
            raise ValueError("there is neither a block nor a link in it")
        return self


class Import(_Body):
    """A plan to import: its files by name, or `lines` of the exchange format."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,119}$")]
    files: dict[str, str] = {}
    lines: str | None = None
    dry_run: bool = False
    strict: bool = False
    regenerated: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Import:
        if bool(self.files) == (self.lines is not None):
            raise ValueError("give either `files` or `lines`")
        return self


class Capability(_Body):
    """What an agent can do: an action word, JSON Schemas of what goes in and comes out, what it costs, its limits."""

    action: Annotated[str, BeforeValidator(_lowered), Field(min_length=1, max_length=40, pattern="^[a-z0-9_]+$")]
    input_schema: dict[str, Any] = {}
    output_schema: dict[str, Any] = {}
    cost_usd: Annotated[float, Field(ge=0)] | None = None
    limits: dict[str, Any] | None = None


class KeyTerms(_Body):
    """What a key opens (all of `work`, `ask`, `write` where nothing is said), and until when."""

    scopes: Annotated[list[Word], Field(max_length=3)] = []
    expires_at: str | None = None
    public_key: Annotated[str, Field(max_length=64)] | None = None
    webhook_url: Annotated[str, Field(max_length=500)] | None = None

    def terms(self) -> dict[str, Any]:
        """As the command takes them."""
        return self.model_dump(include=set(KeyTerms.model_fields), exclude_none=True)


class NewAgent(KeyTerms):
    """An agent to let in."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    capabilities: Annotated[list[Capability], Field(min_length=1, max_length=100)]


class Webhook(_Body):
    """Where an agent is told that there is work; empty: nowhere."""

    url: Annotated[str, Field(max_length=500)] = ""


class Practice(_Body):
    """What a practice task asks for; without an action the agent's first."""

    action: Word = ""
    params: dict[str, Any] = {}


class Refusal(_Body):
    """A task that an agent hands back."""

    task_id: Id
    reason: Annotated[str, Field(max_length=1_000)] = ""


class NewExecution(_Body):
    """A plan to carry out, by any agent or by this one alone."""

    plan_id: Id
    agent_id: Id | None = None


class NewStart(_Body):
    """A snapshot (a folder below `runs/`) to begin an execution anew from."""

    snapshot: Id


class PlanTerms(_Body):
    """What a plan may cost at most in USD, and when it is carried out again (five fields of cron; empty: never)."""

    limit_usd: Annotated[float, Field(gt=0, le=10**9)] | None = None
    cron: Annotated[str, Field(max_length=100)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> PlanTerms:
        if not self.model_fields_set:
            raise ValueError("say limit_usd or cron")
        return self


class ExecutionMove(_Body):
    """What becomes of an execution: paused, running, cancelled."""

    status: Word
    reason: Text = ""


class ExecutionChange(_Body):
    """A diff of a paused execution's tasks: `+ action: title > 3`, `- 5`, `~ 6 hours: 4`, one a line."""

    diff: Annotated[str, Field(min_length=1, max_length=100_000)]


class TicketEnd(_Body):
    """How a ticket ends."""

    resolution: Word
    note: Annotated[str, Field(max_length=10_000)] = ""
    output_data: dict[str, Any] | None = None
    markdown: Text = ""


class Responsible(_Body):
    """Who is responsible: a person, or a role of the plan's team."""

    responsible: Annotated[str, Field(min_length=1, max_length=100)]


class Role(_Body):
    """Which person has a role of a plan's team."""

    role: Annotated[str, Field(min_length=1, max_length=100)]
    person: Annotated[str, Field(max_length=100)] = ""


class Reply(_Body):
    """What somebody outside replied to a task that waits for them; `from` is who."""

    task_id: Id
    text: Annotated[str, Field(min_length=1, max_length=100_000)]
    sender: Annotated[str, Field(max_length=300, validation_alias=AliasChoices("from", "sender"))] = ""
