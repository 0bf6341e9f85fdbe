"""The gate: every write that a tier governs and every outward act passes here, in this order.

Writes: tier -> invariants -> ledger. Acts: intent -> tier -> invariants -> budget -> ledger -> act -> verify -> ledger.

An act is a durable step, `:Step {cause, handler, name}`: asked again it returns its first outcome; without an outcome
and of this epoch it is in flight, so it is awaited; of an older epoch it is unknown, and its intent says what to do.
Handlers never hold the ledger or an outward port; they hold an `Acts`, bound to the entry they work for.

Source: DESIGN sections 3 ("Steps") and 5, SPEC section 4.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vibe.domain.acts import Intent, ModelReply, ModelRequest, Outcome, Resting, Spend, Unknown
from vibe.domain.canonical import from_json, sha256_of, to_json
from vibe.domain.changes import Change, Effect, OneOf, expect
from vibe.domain.errors import CallFailed, CallRefused, NeedsHuman, Refused
from vibe.domain.events import Event, EventType
from vibe.domain.identities import derived_id
from vibe.kernel.breakers import ModelWatch
from vibe.kernel.budgets import Budget, OverBudget
from vibe.kernel.invariants import every_quote_holds, no_machine_decides
from vibe.kernel.ledger import Ledger
from vibe.kernel.submissions import Receipt, Submission
from vibe.kernel.tiers import Tier, TierTable
from vibe.ports.inward import Clock, Graph
from vibe.ports.outward import Callbacks, Hook, Messenger, Model, Program, Sources, Workfiles

GOVERNED = "blocks/create_"
"""Write queries of this prefix make blocks; their rows carry `priority`, and the rest of the name is the kind."""
OWNERS = ("owner", "person")


NOTHING_SPENT = Spend()


@dataclass(frozen=True, slots=True)
class _Try:
    """Which try of an act it is, and what earlier ones used."""

    settled: Spend = NOTHING_SPENT
    attempt: int = 1


class Gate:
    """Decides what may pass, and keeps the record of it."""

    def __init__(
        self,
        ledger: Ledger,
        graph: Graph,
        clock: Clock,
        tiers: TierTable,
        outside: Outside,
        budget: Budget | None = None,
    ) -> None:
        self._ledger, self._graph, self._clock, self._tiers = ledger, graph, clock, tiers
        self._budget, self._booking = budget or Budget(), asyncio.Lock()
        self._outside = outside
        self._in_flight: dict[str, asyncio.Future[Outcome]] = {}
        self.watch = ModelWatch(self._note, graph, clock, outside)

    async def commit(self, submission: Submission) -> Receipt:
        """Let a change through to the ledger, or refuse it.

        Raises:
            Refused: a tier asks for a person's leave that the change does not carry, or an invariant does not hold.
            Conflict, Transient: as for `Ledger.commit`.
        """
        faults = [*no_machine_decides(submission), *await every_quote_holds(submission, self._outside.sources.holds)]
        if faults:
            raise Refused("; ".join(faults))
        await self._check_tiers(submission)
        return await self._ledger.commit(_bound_to_approval(submission))

    async def _check_tiers(self, submission: Submission) -> None:
        if submission.actor.split(":")[0] in OWNERS or submission.change.approval is not None:
            return
        for effect in submission.change.effects:
            if effect.query.startswith(GOVERNED):
                kind = "".join(part.title() for part in effect.query.removeprefix(GOVERNED).split("_"))
                for row in effect.rows:
                    await self._check_block(kind, row, submission.actor)

    async def _check_block(self, kind: str, row: Mapping[str, Any], actor: str) -> None:
        tier = self._tiers.of_block(kind, row.get("priority"))
        if tier.level == 2:
            raise Refused(f"{actor} may not create a {kind} without a person's approval")
        if tier.level == 1 and tier.per_day is not None:
            made = await self._graph.read("blocks/made_on_day", kind=kind, day=self._day(), actor=actor)
            if made and made[0]["count"] >= tier.per_day:
                raise Refused(f"{actor} made {tier.per_day} blocks of kind {kind} today, the cap of tier 1")

    def _day(self) -> str:
        return self._clock.now().date().isoformat()

    async def act(self, where: Where, intent: Intent, perform: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Do one outward act, once."""
        step = derived_id(where.cause, where.handler, intent.name)
        flying = self._in_flight.get(step)
        if flying is not None:
            return await asyncio.shield(flying)
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._in_flight[step] = future
        try:
            outcome = await self._once(step, where, intent, perform)
            future.set_result(outcome)
            return outcome
        except BaseException as error:
            future.set_exception(error)
            future.exception()  # whoever awaited it has it; nobody else must
            raise
        finally:
            del self._in_flight[step]

    async def _once(
        self, step: str, where: Where, intent: Intent, perform: Callable[[], Awaitable[Outcome]]
    ) -> Outcome:
        known = await self._graph.read("ledger/step/read", id=step)
        if known and known[0]["state"] == "done":
            return _outcome(known[0]["outcome"])
        tried = await self._begin_again(step, where, intent, known[0]) if known else _Try()
        if not known:
            await self._begin(step, where, intent)
        try:
            outcome = await perform()
        except (CallFailed, CallRefused) as error:
            await self._fail(step, where, intent, tried, error)
            raise
        await self._finish(step, where, intent, outcome, tried.settled)
        return outcome

    async def _begin_again(self, step: str, where: Where, intent: Intent, known: Mapping[str, Any]) -> _Try:
        """Begin an act again that failed, or whose outcome was lost; what was used or may have been stays booked."""
        settled = Spend(known["settled_cost"], known["settled_tokens"])
        lost = known["state"] == "intended"
        if lost and known["epoch"] == where.epoch:
            return _Try(
                settled, known["attempt"]
            )  # tried before in this turn and failed before its outcome: the same intent goes on
        if lost and intent.unknown is Unknown.ASK:
            raise NeedsHuman(f"Nobody knows whether this was done before the daemon stopped: {intent.name}. Was it?")
        if lost:  # its reply may have been paid for: what was booked stays, marked as estimated
            settled = Spend(known["cost"], known["tokens"])
        row = {
            "id": step, "epoch": where.epoch, "estimated": int(lost and bool(known["tokens"])),
            "settledCost": settled.cost_usd, "settledTokens": settled.tokens, "attempt": known["attempt"] + 1,
            "cost": settled.cost_usd + intent.cost_usd, "tokens": settled.tokens + intent.tokens,
        }  # fmt: skip
        change = Change((expect("Step", step, state=known["state"]),), (Effect("ledger/step/take_over", row),))
        base = f"{step}/again/{known['attempt']}/{where.epoch}"
        async with self._booking:
            await self._budget.check(intent, self._clock.now().date(), self._graph)
            await self._ledger.commit(self.submission(change, where, base))
        return _Try(settled, known["attempt"] + 1)

    async def _begin(self, step: str, where: Where, intent: Intent) -> None:
        tier = self._tiers.of_act(intent.what)
        await self._check_act(tier, where, intent)
        row = {
            "id": step, "cause": where.cause, "handler": where.handler, "name": intent.name, "what": intent.what,
            "kind": intent.unknown, "state": "intended", "epoch": where.epoch, "day": self._day(),
            "cost": intent.cost_usd, "tokens": intent.tokens, "startedAt": self._clock.now(),
            **{name: intent.inputs[name] for name in ("role", "proposal") if intent.inputs.get(name)},
        }  # fmt: skip
        body = {"what": intent.what, "name": intent.name, "tier": tier.level, "inputs": intent.inputs}
        event = Event(EventType.ACT_INTENDED, step, body | {"cost_usd": intent.cost_usd, "tokens": intent.tokens})
        change = Change(effects=(Effect("ledger/step/intend", row),), events=(event,))
        async with self._booking:
            await self._budget.check(intent, self._clock.now().date(), self._graph)
            await self._ledger.commit(self.submission(change, where, f"{step}/intend"))

    async def _check_act(self, tier: Tier, where: Where, intent: Intent) -> None:
        if tier.level == 2 and where.approval is None:
            raise Refused(f"{intent.what} needs a person's approval: {intent.name}")
        if tier.per_day is not None:
            spent = await self._graph.read("ledger/step/spent", what=intent.what, since=self._day(), until=self._day())
            if spent[0]["count"] >= tier.per_day:
                raise Refused(f"the cap of {tier.per_day} acts of kind {intent.what} a day is used up")

    async def _fail(
        self, step: str, where: Where, intent: Intent, tried: _Try, error: CallFailed | CallRefused
    ) -> None:
        """Settle a call that came to nothing; where nobody knows what it used, the estimate stays."""
        tokens = error.tokens if isinstance(error, CallFailed) else 0
        cost = error.cost_usd if isinstance(error, CallFailed) else 0.0
        used = Spend(intent.cost_usd, intent.tokens) if tokens is None else Spend(cost, tokens)
        why = type(error).__name__
        row = {
            "id": step, "why": why, "finishedAt": self._clock.now(), "estimated": int(tokens is None),
            "cost": tried.settled.cost_usd + used.cost_usd, "tokens": tried.settled.tokens + used.tokens,
        }  # fmt: skip
        body = {"what": intent.what, "name": intent.name, "why": f"{why}: {error}", "estimated": tokens is None}
        event = Event(EventType.ACT_FAILED, step, body | {"cost_usd": used.cost_usd, "tokens": used.tokens})
        change = Change((expect("Step", step, state="intended"),), (Effect("ledger/step/fail", row),), (event,))
        base = f"{step}/fail/{tried.attempt}"
        await self._ledger.commit(self.submission(change, where, base))

    async def _finish(self, step: str, where: Where, intent: Intent, outcome: Outcome, settled: Spend) -> None:
        digest = sha256_of(outcome.text)
        recorded = to_json([outcome.text, list(outcome.calls), outcome.verification, outcome.cost_usd])
        row = {
            "id": step, "outcome": recorded.decode(),
            "resultSha256": digest, "verification": outcome.verification, "finishedAt": self._clock.now(),
            "cost": settled.cost_usd + outcome.cost_usd, "tokens": settled.tokens + outcome.tokens,
        }  # fmt: skip
        body: dict[str, Any] = {"what": intent.what, "name": intent.name, "calls": list(outcome.calls)}
        body |= {
            "result_sha256": digest,
            "verification": outcome.verification,
            "cost_usd": outcome.cost_usd,
            "tokens": outcome.tokens,
        }
        event = Event(EventType.ACT_DONE, step, body | {"details": dict(outcome.details)})
        done = (expect("Step", step, state="intended"),)
        change = Change(done, (Effect("ledger/step/finish", row),), (event,))
        await self._ledger.commit(self.submission(change, where, f"{step}/finish"))

    async def _note(self, change: Change, where: Where, base: str) -> None:
        await self._ledger.commit(self.submission(change, where, base))

    def submission(self, change: Change, where: Where, base: str) -> Submission:
        """Say on whose behalf a change of the loop is made."""
        now = self._clock.now()
        return Submission(change, base, where.actor, now, cause=where.cause, root=where.root, epoch=where.epoch)

    @property
    def outside(self) -> Outside:
        """The outward ports; only the gate and its `Acts` may use them."""
        return self._outside


def _bound_to_approval(submission: Submission) -> Submission:
    """Have the ledger check that the approval a change names was given, for this digest, and is not over."""
    approval = submission.change.approval
    if approval is None:
        return submission
    given = expect("Block", approval.proposal_id, status=OneOf(("approved", "executing")), digest=approval.digest)
    return replace(submission, guards=(*submission.guards, given))


def _outcome(text: str) -> Outcome:
    result, calls, verification, cost = from_json(text)
    return Outcome(result, tuple(calls), verification, cost)


@dataclass(frozen=True, slots=True)
class Outside:
    """The outward ports; without a `messenger` nobody can be written to."""

    model: Model
    messenger: Messenger | None
    sources: Sources
    workfiles: Workfiles
    hook: Hook | None = None
    callbacks: Callbacks | None = None
    program: Program | None = None
    price: Callable[[ModelRequest], Spend] = lambda request: Spend()
    """What a call to the model may cost, and use, at most; nothing where the rules will answer."""
    elsewhere: str = ""
    """The model's server, where that is not this machine."""
    resting: Callable[[], Resting | None] = lambda: None
    """Why the rules stand in for the model, while they do."""


@dataclass(frozen=True, slots=True)
class Where:
    """For which entry, in which handler and epoch, with whose approval an act is done."""

    cause: str
    handler: str
    root: str
    epoch: int | None
    actor: str = "loop"
    approval: str | None = None


class Acts:
    """The outward acts a handler may do, bound to the entry it works for."""

    def __init__(self, gate: Gate, where: Where) -> None:
        self._gate, self._where = gate, where

    async def perform(self, intent: Intent, call: Callable[[Outside], Awaitable[Outcome]]) -> Outcome:
        """Do one act through the gate.

        Raises:
            Refused: tier, invariant or budget do not let it happen.
            NeedsHuman: nobody knows whether it happened before a crash, and doing it twice would do harm.
        """
        return await self._gate.act(self._where, intent, lambda: call(self._gate.outside))

    async def ask_model(self, request: ModelRequest, intent: Intent) -> ModelReply:
        """Ask the model once; the recorded reply is given again when asked again."""

        async def call(outside: Outside) -> Outcome:
            reply = await outside.model.ask(request)
            text = to_json({"value": reply.value, "model": reply.model}).decode()
            how = "reply has the shape asked for"
            details = {"model": reply.model, "role": request.role, **reply.details}
            return Outcome(text, (request.prompt,), how, reply.cost_usd, reply.tokens, details)

        most = self._gate.outside.price(request)
        told = {"role": str(request.role), **intent.inputs}
        intent = replace(intent, cost_usd=most.cost_usd, tokens=most.tokens, inputs=told)
        watch, is_model = self._gate.watch, bool(most.tokens)
        if is_model:
            await watch.before(self._where)
        try:
            outcome = await self.perform(intent, call)
        except OverBudget as error:
            await watch.refused(self._where, error)
            raise
        except (CallFailed, CallRefused):
            await watch.failed(self._where)
            raise
        if is_model:
            await watch.answered(self._where)
        recorded = from_json(outcome.text)
        return ModelReply(value=recorded["value"], model=recorded["model"], cost_usd=outcome.cost_usd)

    async def record(self, name: str, change: Change) -> Receipt:
        """Commit a part of the handler's work ahead of its end; `name` makes it once (long analyses, big imports)."""
        where = self._where
        base = f"{derived_id(where.cause, where.handler)}/{name}"
        return await self._gate.commit(self._gate.submission(change, where, base))
