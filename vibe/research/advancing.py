"""Advancing: a research run, one legal transition a call.

Woken by `ResearchRequested` and by each `RunAdvanced`, and by `ResearchCancelled`, which ends it wherever it stands.
Reads the run's node, its notes and the claims it is about; emits `RunAdvanced`, `GateFailed`, and at the end
`EvidenceAdded`, `GapsFound`, `ResearchFinished`. What reaches outside (reading documents, writing the working file)
goes through the gate as steps, so a run that is killed anywhere goes on where it was. A delivery that comes late finds
the run further on and does nothing. A failure of the outside is transient: the bus tries again; anything else is set
aside for `vibe stuck`, and the sweep aborts a run that stood still twice.

Source: SPEC section 1 ("Research run"), document 004.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from vibe.domain.acts import ActKind
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.errors import NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.identities import derived_id
from vibe.domain.questions import Asking, Option, QuestionStatus, ask, expire
from vibe.domain.runs import ENDS, Run, RunState, move
from vibe.kernel.tools import Tools
from vibe.research import acquiring, concluding, workfile
from vibe.research.working import Step, Work, read_run, read_work, revised

MOST_REVISIONS = 2
STALLED_AFTER = timedelta(minutes=5)
MOST_STALLED = 20
_MOVING = frozenset(RunState) - ENDS - {RunState.CLARIFYING}
"""States that need nobody to go on."""
_UNTOUCHED = frozenset({RunState.INIT_INPUT, RunState.PLAN_STRATEGY, RunState.REVISE_PLAN, RunState.CLARIFYING})
"""States in which a claim that changed changes nothing: the plan is still to be made."""


async def advance_run(entry: Entry, tools: Tools) -> Change:
    """Take one run one transition further.

    Raises:
        NotFound: there is no such run.
    """
    run = await read_run(str(entry.body["run"]), tools)
    if run is None:
        raise NotFound(f"there is no research run {entry.body['run']!r}")
    if run.state in ENDS or not _is_next(entry, run):
        return NOTHING
    work = await read_work(run, tools)
    return _moved(work, await _step(work))


def _is_next(entry: Entry, run: Run) -> bool:
    """Whether the run still stands where this entry left it."""
    if entry.type == EventType.RESEARCH_REQUESTED:
        return run.state is RunState.INIT_INPUT
    return bool(entry.body["after"] == run.state and entry.body["batches"] == run.batches)


async def _step(work: Work) -> Step:
    if not work.claims:
        return await concluding.abort(work, "nothing it is about is an active decision or assumption")
    if work.run.state not in _UNTOUCHED | {RunState.FINALIZING} and work.scope_changed:
        return await change_scope(work)
    return await _STEPS[work.run.state](work)


async def change_scope(work: Work) -> Step:
    """A claim changed while it was researched: make the plan anew, twice at most."""
    if work.notes.revised >= MOST_REVISIONS:
        return await concluding.abort(work, "what it is about keeps changing")
    return Step(RunState.REVISE_PLAN, revised(work, "a claim it is about was changed"))


async def _begin(work: Work) -> Step:
    """Open the working file: the approved packet is the approval of its query."""
    at = work.run.started_at or work.tools.clock.now()
    file = workfile.file_of(work.run, at)
    opening = [workfile.opening(work.run, work.claims, at)]
    await workfile.write(file, opening, work.tools, ActKind.RUN)  # what tiers.toml caps a day is runs
    return Step(RunState.PLAN_STRATEGY, work.notes, {"file": file})


async def _clarify(work: Work) -> Step:
    """An answer came (an expired question aborts the run elsewhere): plan again."""
    return Step(RunState.PLAN_STRATEGY, revised(work, "a person asked for another try"))


_STEPS: Mapping[RunState, Callable[[Work], Awaitable[Step]]] = {
    RunState.INIT_INPUT: _begin,
    RunState.CLARIFYING: _clarify,
    RunState.PLAN_STRATEGY: acquiring.plan_strategy,
    RunState.REVISE_PLAN: acquiring.revise_plan,
    RunState.ACQUIRE_BATCH: acquiring.acquire_batch,
    RunState.EXPAND_SCOPE: acquiring.expand_scope,
    RunState.SATURATED: acquiring.stop_saturated,
    RunState.VERIFYING: concluding.verify,
    RunState.SYNTHESIZING: concluding.synthesize,
    RunState.FINALIZING: concluding.finalize,
}


def _moved(work: Work, step: Step) -> Change:
    """Write the transition; a state that waits for a person's answer asks for it."""
    run, now = work.run, work.tools.clock.now()
    after = move(run.state, step.after)
    batches = step.props.get("batches", run.batches)
    props = {"state": after.value, "notes": step.notes.to_text(), "advancedAt": now, "stalls": 0, **step.props}
    advanced = {"run": run.id, "before": run.state.value, "after": after.value, "batches": batches}
    events = [] if after in ENDS else [Event(EventType.RUN_ADVANCED, run.id, advanced)]
    asked = NOTHING
    if after is RunState.CLARIFYING:
        question = _question(work, step)
        props["questionId"] = question.id
        asked = ask(question, at=now)
        events = []
    return (
        Change(
            expects=(expect("ResearchRun", run.id, state=run.state.value, batches=run.batches),),
            effects=(Effect("research/set_runs", {"id": run.id, "props": props}),),
        )
        + step.change
        + Change(events=(*events, *step.events))
        + replace(asked, answer={})
    )


AGAIN, LEAVE = "Read again", "Leave it"


def _question(work: Work, step: Step) -> Asking:
    return Asking(
        id=derived_id("clarify", work.run.id, step.notes.passes),
        question=f"Research for proposal {work.run.number} can't go on: {step.notes.why}. What now?",
        asker="loop",
        options=(
            Option(AGAIN, "make the plan anew and read everything again"),
            Option(LEAVE, "end it without a result"),
        ),
        stuck_on=step.notes.why,
        about=tuple(claim.id for claim in work.claims),
    )


def is_clarified(entry: Entry) -> bool:
    """Whether an answered or expired question may be a run's own; what a proposal asked is not."""
    return entry.body.get("asker", "loop") == "loop" and not entry.body.get("proposal")


async def watch_runs(entry: Entry, tools: Tools) -> Change:
    """Wake a run that stood still for five minutes; one that does so twice is given up, and says so."""
    del entry
    change = NOTHING
    before = tools.clock.now() - STALLED_AFTER
    for row in await tools.graph.read("research/stalled", before=before, states=sorted(_MOVING), limit=MOST_STALLED):
        run = await read_run(row["id"], tools)
        if run is None or run.state not in _MOVING:
            continue
        if row["stalls"]:
            work = await read_work(run, tools)
            change += _moved(work, await concluding.abort(work, "it stood still twice"))
        else:
            change += _woken(run, tools)
    return change


def _woken(run: Run, tools: Tools) -> Change:
    """A forced checkpoint: the same state once more."""
    body = {"run": run.id, "before": run.state.value, "after": run.state.value, "batches": run.batches}
    event = Event(EventType.RUN_ADVANCED, run.id, body | {"stalled": True})
    if run.state is RunState.INIT_INPUT:
        event = Event(EventType.RESEARCH_REQUESTED, run.id, {"run": run.id, "proposal": run.proposal_id})
    props = {"stalls": 1, "advancedAt": tools.clock.now()}
    return Change(
        expects=(expect("ResearchRun", run.id, state=run.state.value, batches=run.batches),),
        effects=(Effect("research/set_runs", {"id": run.id, "props": props}),),
        events=(event,),
    )


async def cancel_run(entry: Entry, tools: Tools) -> Change:
    """End a run that a person stopped, wherever it stands; one that ended meanwhile stays as it is."""
    run = await read_run(str(entry.body["run"]), tools)
    if run is None or run.state in ENDS:
        return NOTHING
    work = await read_work(run, tools)
    aborted = _moved(work, await concluding.abort(work, str(entry.body["reason"])))
    asked = (await tools.graph.read("research/run", id=run.id))[0]["properties"].get("questionId")
    rows = await tools.graph.read("blocks/by_id", ids=[asked]) if asked else []
    waiting = [row for row in rows if row["status"] in (QuestionStatus.ASKED, QuestionStatus.CLARIFYING)]
    return sum((expire(row["id"], row["status"], None, at=tools.clock.now()) for row in waiting), start=aborted)


async def resume_run(entry: Entry, tools: Tools) -> Change:
    """Go on after a person's answer, or end when there was none; a question of something else changes nothing."""
    rows = await tools.graph.read("research/waiting_for", question=entry.subject, limit=1)
    run = await read_run(rows[0]["id"], tools) if rows else None
    if run is None or run.state is not RunState.CLARIFYING:
        return NOTHING
    work = await read_work(run, tools)
    if entry.type == EventType.ANSWER_RECORDED and entry.body.get("option") == "A" and work.claims:
        return _moved(work, await _clarify(work))
    return _moved(work, await concluding.abort(work, "nobody asked for another try"))
