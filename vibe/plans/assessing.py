"""Assessing: at each milestone the scenarios are run; what could end the plan goes to a person.

Woken by `MilestoneReached`. Reads the execution, its tasks, the plan's risk register and the agents; the rules are in
`domain.scenarios`. What was found stands on the execution, for pages and report; existential ones open one review
ticket. Emits `RisksAssessed`, `TicketsOpened`.

Source: document 002 section 4 ("Existential-Risk Checks").
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vibe.domain.canonical import instant, to_json
from vibe.domain.changes import Change, Effect, expect
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.identities import derived_id
from vibe.domain.scenarios import Scenario, Standing, run_scenarios
from vibe.domain.schedules import planned
from vibe.domain.tickets import Ticket, TicketKind, open_tickets
from vibe.kernel.tools import Tools
from vibe.plans.agents import by_action, read_agents
from vibe.plans.reporting import costs_of, read_risks
from vibe.plans.showing import instant_of, read_tasks
from vibe.ports.inward import Row


async def assess_risks(entry: Entry, tools: Tools) -> Change:
    """Run the scenarios over an execution as it stands."""
    execution = (await tools.graph.read("executions/by_id", ids=[entry.subject]))[0]
    tasks = await read_tasks(tools.graph, entry.subject)
    doers = {action: len(who) for action, who in by_action(await read_agents(tools)).items()}
    begin = instant(instant_of(execution["started_ms"]) or "")
    plan = (await tools.graph.read("plans/by_id", ids=[execution["plan"]]))[0]
    found = run_scenarios(
        Standing(
            tasks=tasks,
            risks=await read_risks(tools.graph, execution["plan"]),
            doers=doers,
            begin=begin,
            planned_end=_planned_end(tasks, begin),
            now=entry.at,
            spent_usd=costs_of(tasks)["total_usd"],
            limit_usd=plan["limit_usd"],
        )
    )
    return _told(entry, execution, found, tools)


def _planned_end(tasks: Sequence[Row], begin: datetime) -> datetime:
    """The plan's own last date, else what hours and prerequisites come to."""
    dates = [instant(f"{task['planned_end'][:10]}T00:00:00Z") for task in tasks if task["planned_end"]]
    return max([*dates, *(ends for _, ends in planned(tasks, begin).values())], default=begin)


def _told(entry: Entry, execution: Row, found: Sequence[Scenario], tools: Tools) -> Change:
    scenarios: list[dict[str, Any]] = [item.as_data() for item in found]
    body = {"execution": entry.subject, "plan": execution["plan"], "milestone": entry.body["name"]}
    change = Change(
        expects=(expect("Execution", entry.subject),),
        effects=(Effect("executions/set", {"id": entry.subject, "props": {"scenarios": to_json(scenarios).decode()}}),),
        events=(Event(EventType.RISKS_ASSESSED, entry.subject, body | {"scenarios": scenarios}),),
    )
    grave = [item for item in scenarios if item["existential"]]
    if not grave:
        return change
    ticket = Ticket(
        id=derived_id("risks", entry.id),
        kind=TicketKind.REVIEW,
        plan=execution["plan"],
        title=f"This could end the plan: {grave[0]['says']}"[:300],
        execution=entry.subject,
        tried=f"{len(scenarios)} scenarios run at “{entry.body['name']}”, {len(grave)} of them existential",
        draft={"scenarios": grave},
    )
    return change + open_tickets([ticket], at=tools.clock.now())
