"""See what is missing: `gaps`, `gaps mark`, `gaps baseline`, `cycle`, `propose`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from vibe.cli.session import actor, counted, err, in_app, out, plain, show, working

if TYPE_CHECKING:
    from vibe.app import App

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
MOST_ROWS = 200
_TYPES = {
    "contradicted": ("contradiction", "contradictions"),
    "unvalidated_decision": ("decision without evidence", "decisions without evidence"),
    "unvalidated_assumption": ("unchecked assumption", "unchecked assumptions"),
    "missing_capability": ("missing capability", "missing capabilities"),
    "blocked_task": ("blocked task", "blocked tasks"),
}
_WAITS = {
    "date": "what you put off comes back on its date",
    "digest": "another approach is proposed at the next daily pass",
    "page": "what expired unanswered waits on the page until you ask for it",
    "change": "what came to nothing is proposed again when its block, its links or your documents change",
}
_COLOURS = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "dim"}


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    gaps = typer.Typer(help="Analyse now and list the gaps; say something about one.", invoke_without_command=True)
    gaps.callback()(list_)
    gaps.command("mark")(mark)
    gaps.command("baseline")(baseline)
    app.add_typer(gaps, name="gaps")
    app.command("cycle")(cycle)
    app.command("propose")(propose)


def list_(
    context: typer.Context,
    rule: Annotated[str | None, typer.Option("--rule", help="Only this rule's gaps: contradicted, ...")] = None,
    plan: Annotated[str | None, typer.Option("--plan", help="Only this plan's gaps.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Closed and suppressed ones too.")] = False,
    as_json: Json = False,
) -> None:
    """Analyse now and list what rests on nothing, contradicts itself or can't go on.

    Example: `vibe gaps --rule contradicted`
    """
    if context.invoked_subcommand is not None:
        return
    from vibe.domain.commands import AnalyseNow
    from vibe.domain.errors import BadInput
    from vibe.kernel.showing import read_gaps

    async def work(app: App) -> list[dict[str, Any]]:
        rules = [
            name.split("/")[1] for name in app.catalog.queries if name.startswith("gaps/") and name.endswith("/test")
        ]
        if rule is not None and rule not in rules:
            raise BadInput(f"there is no rule {rule!r}; the rules are {', '.join(sorted(rules))}")
        with working("analysing"):
            receipt = await app.execute(AnalyseNow(), actor=actor())
            await app.settle(receipt.root, {"analyzing.find_gaps"})
        found = await read_gaps(app.graph, rule=rule, every=every)
        return [row for row in found if plan is None or row["plan"] == plan]

    rows = in_app(work)
    show({"gaps": rows}, as_json, lambda: _table(rows))


def _table(rows: list[dict[str, Any]]) -> None:
    if not rows:
        out.print("No gaps. Either all is well, or nothing was imported yet: `vibe import PATH`.")
        return
    table = Table("id", "severity", "gap", "status", show_edge=False)
    for row in rows[:MOST_ROWS]:
        colour = _COLOURS[row["severity"]]
        severity = f"[{colour}]{row['severity']}[/]"
        table.add_row(row["id"][:8], severity, plain(row["description"]) + _passages(row), _status(row))
    out.print(table)
    if len(rows) > MOST_ROWS:
        out.print(f"... and {len(rows) - MOST_ROWS} lighter ones (--rule and --plan narrow it down, --json shows all).")
    by_type: dict[str, int] = {}
    for row in rows:
        if row["status"] not in ("open", "proposed"):
            continue  # --all lists what is over, too
        by_type[row["type"]] = by_type.get(row["type"], 0) + 1
    told = ", ".join(counted(count, *_TYPES.get(name, (name, name))) for name, count in by_type.items())
    out.print(f"{told or 'None is open'}.")
    waits = sorted({_WAITS[row["waits_for"]] for row in rows if row["waits_for"] in _WAITS and row["status"] == "open"})
    for line in waits:
        out.print(f"held back: {line}")
    out.print("Next: `vibe cycle` proposes remedies; `vibe gaps mark ID evidence|accept|noise` answers one yourself.")


def _passages(row: dict[str, Any]) -> str:
    """What speaks against it, with its place, under a contradicted gap."""
    told = [
        f"\n[red]{plain(item['file'] or 'said')}:{item['line'] or '-'}[/] “{plain(item['quote'])}”"
        for item in row.get("passages", ())
    ]
    return "".join(told[:3])


def _status(row: dict[str, Any]) -> str:
    """Say where a gap stands, in a word or two."""
    if row["status"] == "open" and row["waits_for"]:
        return "held back"
    if row["status"] == "suppressed":
        marked = {"noise": "not a gap", "accepted": "accepted"}.get(row["mark"] or "")
        return marked or ("known" if row["baseline"] else "rejected")
    return str(row["status"])


def mark(
    identity: Annotated[str, typer.Argument(metavar="ID", help="The gap's id or its beginning.")],
    what: Annotated[str, typer.Argument(metavar="MARK", help="evidence, accept, noise or real.")],
    text: Annotated[str, typer.Argument(help="The evidence or the reason, in your words.")] = "",
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Accept the risk until this date.")
    ] = None,
    link: Annotated[str | None, typer.Option("--link", help="Where the evidence stands.")] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", exists=True, dir_okay=False, help="A text file that is the evidence; it is kept."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say something about a gap: I have evidence, I accept the risk, not a gap.

    Example: `vibe gaps mark 3f9a12 accept "the board knows" --until 2026-12-31`
    """
    from vibe.domain.commands import MarkGap

    data = file.read_bytes() if file else b""

    async def work(app: App) -> dict[str, Any]:
        kept = await app.take_document(file.name, data, actor=actor()) if file else None
        command = MarkGap(identity, what, text=text, until=until, link=link, file=kept)
        return dict((await app.execute(command, actor=actor())).answer)

    answer = in_app(work)
    show(answer, as_json, lambda: out.print(answer.get("said", "Noted.")))


def baseline(
    undo: Annotated[bool, typer.Option("--undo", help="Take the baseline back.")] = False, as_json: Json = False
) -> None:
    """Accept today's gaps as known, so that only new ones are proposed.

    Example: `vibe gaps baseline`
    """
    from vibe.domain.commands import BaselineGaps

    async def work(app: App) -> dict[str, Any]:
        return dict((await app.execute(BaselineGaps(undo=undo), actor=actor())).answer)

    answer = in_app(work)
    verb = "open again" if undo else "accepted as known"
    show(answer, as_json, lambda: out.print(f"{counted(answer['gaps'], 'gap')} {verb}."))


def cycle(as_json: Json = False) -> None:
    """Take one full turn: analyse, propose, check, notify.

    Example: `vibe cycle`
    """
    from vibe.domain.commands import AnalyseNow
    from vibe.kernel.showing import read_gaps, read_proposals

    async def work(app: App) -> tuple[dict[str, Any], str]:
        with working("analysing, proposing, checking"):
            receipt = await app.execute(AnalyseNow(draft=True), actor=actor())
            await app.settle(receipt.root)
        counts = _counts(await app.happened(receipt.root))
        waiting = len(await read_proposals(app.graph, "ready"))
        open_count = sum(row["status"] == "open" for row in await read_gaps(app.graph))
        return counts, _what_waits(waiting, open_count, app.settings.proposals)

    counts, waits = in_app(work)

    def human() -> None:
        out.print(f"{counted(counts['gaps_found'], 'new gap')}, {counts['gaps_closed']} closed.")
        rest = "".join(f", {counts[name]} {name}" for name in ("filtered", "vague", "avoided") if counts[name])
        unsure = f" ({counts['uncertain']} unsure)" if counts["uncertain"] else ""
        out.print(f"{counted(counts['drafted'], 'proposal')} drafted, {counts['ready']} ready for you{unsure}{rest}.")
        out.print(waits)

    show(counts, as_json, human)
    if counts["warnings"]:
        err.print("[yellow]" + "; ".join(counts["warnings"]) + "[/]")


def _what_waits(waiting: int, open_count: int, caps: Any) -> str:
    """Say what waits for the person, and why other gaps have no proposal."""
    words = f"{counted(waiting, 'proposal')} {'waits' if waiting == 1 else 'wait'} for you"
    if open_count and waiting >= caps.open_max:
        words += f", {counted(open_count, 'gap')} after that: no more than {caps.open_max} proposals wait at a time"
    elif open_count:
        words += f", {counted(open_count, 'gap')} not proposed yet ({caps.drafted_a_cycle} a cycle; some are held back)"
    return words + (". Next: `vibe proposals`, `vibe show N`." if waiting else ".")


def _counts(entries: list[Any]) -> dict[str, Any]:
    """What happened under one root, counted (SPEC section 6)."""
    from vibe.domain.canonical import from_json

    counts: dict[str, Any] = dict.fromkeys(
        ("gaps_found", "gaps_closed", "drafted", "ready", "filtered", "vague", "avoided", "uncertain"), 0
    )
    counts["warnings"] = []
    one = {
        "ProposalDrafted": "drafted",
        "ProposalFiltered": "filtered",
        "ProposalVague": "vague",
        "GapSkipped": "avoided",
    }
    for entry in entries:
        body = from_json(entry["body"])["event"]
        match entry["type"]:
            case "GapsFound":
                counts["gaps_found"] += len(body["items"])
            case "GapsClosed":
                counts["gaps_closed"] += len(body["items"])
            case "ProposalReady":
                counts["ready"] += 1
                counts["uncertain"] += bool(body.get("uncertain"))
            case "AnalysisFinished":
                counts["warnings"] += body.get("warnings", [])
            case kind if kind in one:
                counts[one[kind]] += 1
    return counts


def propose(
    identity: Annotated[str, typer.Argument(metavar="GAP", help="The gap's id or its beginning.")],
    as_json: Json = False,
) -> None:
    """Propose a remedy for one gap now, whatever it waits for and however many proposals wait.

    Example: `vibe propose 3f9a12`
    """
    from vibe.domain.commands import ProposeGap

    async def work(app: App) -> dict[str, Any]:
        receipt = await app.execute(ProposeGap(identity), actor=actor())
        with working("drafting and checking"):
            await app.settle(receipt.root)
        return {"gap": receipt.answer["gap"], **_proposed(await app.happened(receipt.root))}

    found = in_app(work)

    def human() -> None:
        if found["status"] == "ready":
            out.print(f"Proposal {found['number']} is ready for you. Next: `vibe show {found['number']}`.")
        else:
            out.print(f"Nothing to decide came of it: {plain(found['reason'] or found['status'])}.")

    show(found, as_json, human)


def _proposed(entries: list[Any]) -> dict[str, Any]:
    """What a drafting came to: the number it got, where it stands now and why."""
    from vibe.domain.canonical import from_json

    found: dict[str, Any] = {"number": None, "status": "skipped", "reason": ""}
    statuses = {
        "ProposalDrafted": "draft",
        "ProposalReady": "ready",
        "ProposalFiltered": "filtered",
        "ProposalVague": "vague",
        "GapSkipped": "skipped",
    }
    for entry in entries:
        if entry["type"] in statuses:
            body = from_json(entry["body"])["event"]
            number = found["number"] if entry["type"] == "GapSkipped" else body.get("number", found["number"])
            found = {"number": number, "status": statuses[entry["type"]], "reason": body.get("reason") or ""}
    return found
