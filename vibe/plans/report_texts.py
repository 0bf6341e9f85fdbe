"""Report texts: a report's data as Markdown, and as HTML that prints well. Pure.

Both are written from the same parts. Titles come from outside: in either form they can only ever be text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

STYLE = (
    "body{font:14px/1.5 system-ui,sans-serif;color:#1f2428;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #d5dadd}"
    "table{border-collapse:collapse;width:100%;font-size:12px}thead{display:table-header-group}tr{break-inside:avoid}"
    "th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid #e3e7e9}"
    "@media print{body{margin:0;max-width:none;font-size:10pt}h2{break-after:avoid}@page{margin:15mm}}"
)
NOTHING = "-"
_MARKS = re.compile(r"([\\`*_\[\]<>|#])")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a report: lines, then a table where `head` is given."""

    title: str
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def parts_of(report: Mapping[str, Any]) -> list[Part]:
    """Lay a report's data out."""
    parts = (_summary, _metrics, _progress, _gantt, _risks, _scenarios, _costs, _sent, _decisions)
    return [part(report) for part in parts]


def _summary(report: Mapping[str, Any]) -> Part:
    execution = report["execution"]
    if execution is None:
        lines = ["Nothing of this plan is being carried out yet."]
    else:
        tasks = execution["tasks"]
        done = tasks.get("completed", 0) + tasks.get("skipped", 0)
        total = sum(tasks.values()) - tasks.get("cancelled", 0)
        share = f"{execution['progress_ratio']:.0%}"
        lines = [f"The execution is {execution['status']}: {done} of {total} tasks are done ({share})."]
        lines += [f"Waits: {item['title']} (on {item['on']}, since {item['since']})." for item in execution["blocked"]]
        lines += [f"Problem: {text}." for text in execution["problems"]]
    risks, tickets = len(report["risks"]), len(report["open_tickets"])
    lines.append(f"Open: {tickets} tickets for people, {report['open_gaps']} gaps. Risks on the register: {risks}.")
    lines.append(f"Spent, as reported: {report['costs']['total_usd']:.2f} USD.")
    return Part("Executive summary", tuple(lines))


def _metrics(report: Mapping[str, Any]) -> Part:
    rows = tuple(
        (
            row["name"],
            NOTHING if row["target"] is None else f"{row['target']}",
            NOTHING if row["actual"] is None else f"{row['actual']:g}",
            row["unit"] or NOTHING,
            str(row["results"]),
        )
        for row in report["metrics"]
    )
    return Part("Measured", _if_none(rows), ("What", "Target", "So far", "Unit", "Tasks that say so"), rows)


def _scenarios(report: Mapping[str, Any]) -> Part:
    found = report["execution"]["scenarios"] if report["execution"] else []
    rows = tuple(
        (row["says"], row["because"], "a person looks at it" if row["existential"] else NOTHING) for row in found
    )
    return Part(
        "Scenarios run at the last milestone", _if_none(rows), ("It could be that", "Because", "Existential"), rows
    )


def _sent(report: Mapping[str, Any]) -> Part:
    rows = tuple(
        (_day(row["at"]), row["title"], row["action"], row["to"] or NOTHING, row["by"]) for row in report["sent"]
    )
    return Part("What reached outside", _if_none(rows), ("When", "What", "How", "Whom", "By"), rows)


def _progress(report: Mapping[str, Any]) -> Part:
    execution = report["execution"]
    if execution is None:
        return Part("Progress", ("No execution.",))
    lines = [f"Now: {item['title']}" for item in execution["current"]]
    lines += [f"Next: {item['title']}" for item in execution["next_up"]]
    counts = tuple((status.replace("_", " "), str(count)) for status, count in sorted(execution["tasks"].items()))
    return Part("Progress", tuple(lines), ("Status", "Tasks"), counts)


def _gantt(report: Mapping[str, Any]) -> Part:
    rows = tuple(
        (
            row["title"] + (" (critical path)" if row["critical"] else ""),
            row["status"].replace("_", " "),
            _day(row["planned_start"]),
            _day(row["planned_end"]),
            _day(row["started_at"]),
            _day(row["finished_at"]),
            row["done_by"] or NOTHING,
        )
        for row in report["gantt"]
    )
    lines = ("Planned by the plan's dates where it has any, else by hours and prerequisites from the start on.",)
    head = ("Task", "Status", "Planned start", "Planned end", "Actual start", "Actual end", "By")
    return Part("Gantt: planned against actual", lines, head, rows)


def _day(moment: str | None) -> str:
    return moment[:16].replace("T", " ") if moment else NOTHING


def _risks(report: Mapping[str, Any]) -> Part:
    rows = tuple(
        tuple(str(row[name] or NOTHING) for name in ("title", "likelihood", "impact", "action", "status"))
        for row in report["risks"]
    )
    return Part("Risk register", _if_none(rows), ("Risk", "Likelihood", "Impact", "Action", "Status"), rows)


def _costs(report: Mapping[str, Any]) -> Part:
    costs = report["costs"]
    rows = tuple((who, f"{sum_usd:.2f}") for who, sum_usd in sorted(costs["by"].items()))
    return Part("Costs", (f"Total: {costs['total_usd']:.2f} USD, as agents reported.",), ("By", "USD"), rows)


def _decisions(report: Mapping[str, Any]) -> Part:
    rows = tuple(
        (_day(row["at"]), row["by"], row["about"], row["decided"].replace("_", " "), row["said"] or NOTHING)
        for row in report["decisions"]
    )
    return Part("What was decided by whom", _if_none(rows), ("When", "Who", "About", "Decided", "Said"), rows)


def _if_none(rows: Sequence[object]) -> tuple[str, ...]:
    return () if rows else ("None.",)


def as_markdown(report: Mapping[str, Any]) -> str:
    """Write a report as Markdown."""
    lines = [f"# {_text(report['title'])}", "", f"Plan {_text(report['plan'])}, {_day(report['made_at'])} UTC.", ""]
    for part in parts_of(report):
        lines += [f"## {part.title}", ""]
        lines += [f"- {_text(line)}" for line in part.lines]
        lines += [""] if part.lines else []
        if part.rows:
            lines += [_row(part.head), _row(["---"] * len(part.head))]
            lines += [_row([_text(cell) for cell in row]) for row in part.rows]
            lines.append("")
    return "\n".join(lines)


def _text(text: str) -> str:
    """One line of plain text whose marks mean nothing."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def as_html(report: Mapping[str, Any]) -> str:
    """Write a report as one HTML page that needs nothing else and prints well."""
    title = escape(report["title"])
    said = [f"<h1>{title}</h1>", f"<p>Plan {escape(report['plan'])}, {escape(_day(report['made_at']))} UTC.</p>"]
    for part in parts_of(report):
        said.append(f"<h2>{escape(part.title)}</h2>")
        said += [f"<p>{escape(line)}</p>" for line in part.lines]
        if part.rows:
            head = "".join(f"<th>{escape(cell)}</th>" for cell in part.head)
            body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n" for row in part.rows)
            said.append(f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>")
    head = f'<head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style></head>'
    return "\n".join(["<!doctype html>", f'<html lang="en">{head}', "<body>", *said, "</body></html>", ""])
