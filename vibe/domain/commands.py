"""Commands: what somebody asks Vibe to do. Imperative; exactly one handler each (`flow.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from vibe.domain.blocks import Block, Link
from vibe.domain.plans import PlanReading


@dataclass(frozen=True, slots=True)
class AnalyseNow:
    """Run the rules over everything; with `draft` the rest of the cycle follows."""

    draft: bool = False
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class PauseLoop:
    """Stop analysis, drafts and claims; answers and decisions go on. Ends by itself after `lasts`, where given.

    With `plan` nothing new is begun for that plan alone, until it is resumed.
    """

    reason: str = ""
    lasts: timedelta | None = None
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class ResumeLoop:
    """Go on after a pause; with `plan` that plan's alone, else everything."""

    plan: str | None = None


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Write what a plan says into the graph: new blocks, changed ones, and what vanished.

    With `dry_run` nothing is written; with `strict` a reading with warnings is refused. `regenerated` matches the
    reading by title with what the plan has (a plan that was generated anew has new ids).
    """

    reading: PlanReading
    dry_run: bool = False
    strict: bool = False
    regenerated: bool = False
    sample: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawPlan:
    """Take a plan out: its blocks become `withdrawn`, nothing is deleted."""

    plan: str


@dataclass(frozen=True, slots=True)
class AddBlocks:
    """Write blocks and links by hand."""

    blocks: tuple[Block, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class SetBlock:
    """Change a block's title, content, status or priority by hand."""

    id: str
    changes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MendDelivery:
    """Try a delivery that was set aside again (`retry`), or give it up (`drop`); `id` may be its beginning."""

    id: str
    how: str


@dataclass(frozen=True, slots=True)
class RecordBackup:
    """A backup was written to `file`; it holds the ledger up to `entries`."""

    file: str
    sha256: str
    entries: int


@dataclass(frozen=True, slots=True)
class AddSource:
    """A document of the owner's own was copied in as `file`, with this hash."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RemoveSource:
    """Take a document of the owner's own out."""

    file: str


@dataclass(frozen=True, slots=True)
class DecideProposal:
    """Approve or reject a proposal.

    `digest` is what the person saw; None is the version as it stands. `rejection_type` (never, not_now, bad_approach;
    not said: not_now), `reason` and `until` (when to come back) belong to a rejection.
    """

    number: int
    decision: str
    digest: str | None = None
    rejection_type: str | None = None
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EditProposal:
    """Change what a proposal says or does: same number, new version, checked anew.

    `action` is the whole packet, as JSON text or as data; what is None stays. `digest` is what the person saw.
    """

    number: int
    title: str | None = None
    content: str | None = None
    action: str | Mapping[str, Any] | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class RedoProposal:
    """Have a proposal drafted again with the person's words in mind: same number, new version."""

    number: int
    words: str
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class CancelProposal:
    """Take an approval back before anything was done with it."""

    number: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UndoRejection:
    """Let a rejected proposal's gaps be proposed again; `id` is the suppression's, or its beginning."""

    id: str


@dataclass(frozen=True, slots=True)
class GivePermission:
    """Always allow what this approved proposal does, `per_day` times a day: local acts without cost only."""

    number: int
    per_day: int = 5


@dataclass(frozen=True, slots=True)
class RevokePermission:
    """Ask again before doing what was always allowed; `id` may be its beginning."""

    id: str


@dataclass(frozen=True, slots=True)
class RaiseQuestion:
    """Ask the person. `options` are texts or `{title, detail}`; letters are given by Vibe."""

    question: str
    options: tuple[str | Mapping[str, str], ...] = ()
    context: tuple[str, ...] = ()
    stuck_on: str = ""
    task_id: str | None = None
    urgency: str = "normal"


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    """Answer a question: a letter, an option's name, or words of one's own; `id` may be its beginning."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class MarkGap:
    """Say something about a gap: `evidence`, `accept`, `noise` or `real`; `gap_id` may be its beginning.

    `text` is the evidence or the reason; `until` (a date) belongs to `accept`, `link` and `file` to `evidence`.
    """

    gap_id: str
    mark: str
    text: str = ""
    until: str | None = None
    link: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class ProposeGap:
    """Propose for this gap now, whatever it waits for and however many proposals wait; `gap_id` may be cut short."""

    gap_id: str


@dataclass(frozen=True, slots=True)
class BaselineGaps:
    """Accept today's open gaps as known, so that only new ones are proposed; `undo` opens them again."""

    undo: bool = False


@dataclass(frozen=True, slots=True)
class JudgeCandidate:
    """Say what a found passage says about its claim (`supports`, `contradicts`, `beside`); its id may be cut short."""

    candidate_id: str
    stance: str


@dataclass(frozen=True, slots=True)
class WithdrawEvidence:
    """Take evidence back that is not convincing; `id` may be its beginning."""

    id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OfferPairing:
    """Let in whoever sends the code with this hash within ten minutes; a code offered before ends."""

    code_sha256: str


@dataclass(frozen=True, slots=True)
class PairPerson:
    """Let a person decide in a chat: `id` is `telegram:NUMBER`; a stranger brings the `code` that was offered."""

    id: str
    chat: str
    name: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class DismissPerson:
    """Let a person decide no more."""

    id: str


@dataclass(frozen=True, slots=True)
class DecomposePlan:
    """Break a plan's leaf tasks down into steps; `again` also those that have a breakdown that a rule made."""

    plan: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class StartExecution:
    """Carry a plan out; with `agent` by this one alone."""

    plan: str
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class MoveExecution:
    """Pause, resume or cancel: `paused`, `running`, `cancelled`."""

    id: str
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RegisterAgent:
    """Let an agent in. `key_hash` is the HMAC of its key, which nobody keeps; `capabilities` are checked schemas.

    `terms`: of its key (`scopes`, `expires_at`), `public_key` (Ed25519, hex) and `webhook_url`, where it has them.
    """

    name: str
    capabilities: tuple[Mapping[str, Any], ...]
    key_id: str
    key_hash: str
    terms: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignOfLife:
    """An agent is there: the leases of what it holds go on."""

    agent: str


@dataclass(frozen=True, slots=True)
class ClaimWork:
    """Give an agent its next task, or again the one it holds."""

    agent: str


@dataclass(frozen=True, slots=True)
class RefuseTask:
    """An agent hands back a task that it can't do."""

    agent: str
    task: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReportEvents:
    """What an agent says about its tasks; `alone` is a single report, whose fault is an error.

    `signed` is the agent's own word for it: `{sha256, signature}`, of the request as it came.
    """

    execution: str
    events: tuple[Mapping[str, Any], ...]
    alone: bool = True
    signed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResolveTicket:
    """A person says how a ticket ends: done, accept, return, take_over, skip, retry, breakdown."""

    id: str
    resolution: str
    note: str = ""
    output: Mapping[str, Any] | None = None
    markdown: str = ""


@dataclass(frozen=True, slots=True)
class ShowProposal:
    """Send everything about a proposal to the person who asks, in their chat."""

    number: int


@dataclass(frozen=True, slots=True)
class PostponeItem:
    """Put a proposal off; it comes again to the person who asks, on their clock: a `taps.LaterUntil` but `ASK`."""

    number: int
    until: str


@dataclass(frozen=True, slots=True)
class KeepRemark:
    """Keep a person's words that were no command, and ask what is to become of them.

    `number` is the proposal they are about; `digest` the version that was seen.
    """

    text: str
    number: int
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class AskAboutTask:
    """An agent that can't go on with the task it holds asks the person; the task waits for the answer."""

    task: str
    question: RaiseQuestion
