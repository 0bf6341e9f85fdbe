"""Decide: `proposals`, `show`, `approve`, `reject`, `edit`, `redo`, `cancel`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from vibe.cli.session import actor, counted, edited, fail, in_app, out, plain, show, working

if TYPE_CHECKING:
    from vibe.app import App

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until it is carried out.")]
MOST_SORTED = 500
Number = Annotated[int, typer.Argument(metavar="N", help="The proposal's number.")]


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    app.command("proposals")(proposals)
    app.command("show")(show_)
    app.command("approve")(approve)
    app.command("reject")(reject)
    app.command("edit")(edit)
    app.command("redo")(redo)
    app.command("cancel")(cancel)


def proposals(
    status: Annotated[str, typer.Option("--status", help="open, ready, approved, ... or all.")] = "open",
    as_json: Json = False,
) -> None:
    """List proposals, the weightiest first; those on their way unless --status says otherwise.

    Example: `vibe proposals --status ready`
    """
    from vibe.kernel.showing import read_proposals

    async def work(app: App) -> list[dict[str, Any]]:
        found = await read_proposals(app.graph, status)
        if as_json or not found:
            return found
        ids = [row["gap_id"] for row in found if row["gap_id"]][:MOST_SORTED]
        gaps = await app.graph.read("pages/gaps_by_id", ids=ids)
        scores = {row["id"]: row["score"] or 0 for row in gaps}
        return sorted(found, key=lambda row: (row["status"] != "ready", -scores.get(row["gap_id"], 0), row["number"]))

    rows = in_app(work, mirror=False)

    def human() -> None:
        if not rows:
            out.print("No proposals. `vibe cycle` looks for gaps and proposes remedies; `--status all` lists old ones.")
            return
        table = Table("N", "status", "title", "impact", show_edge=False)
        for row in rows:
            unsure = " ?" if row.get("uncertain") and row["status"] == "ready" else ""
            table.add_row(str(row["number"]), row["status"] + unsure, plain(row["title"]), row["impact"])
        out.print(table)
        out.print("`vibe show N` explains one; `vibe approve N` and `vibe reject N not_now|bad_approach|never` decide.")

    show({"proposals": rows}, as_json, human)


def show_(
    number: Number,
    every: Annotated[
        bool, typer.Option("--all", help="Everything: each passage; of old ones also what they did.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show a proposal: the exact effect, what speaks against it, what was found.

    Example: `vibe show 3`
    """
    from vibe.kernel.showing import read_proposal

    async def work(app: App) -> dict[str, Any]:
        return await read_proposal(app.graph, number)

    found = in_app(work, mirror=False)

    def human() -> None:
        from vibe.cli.explaining import explain

        explain(found, every=every)

    show(found, as_json, human)


def approve(
    number: Number,
    digest: Annotated[str | None, typer.Option("--digest", help="Approve only this version.")] = None,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Approve a proposal; it is carried out by the daemon, or at once with --wait.

    Example: `vibe approve 3 --wait`
    """
    from vibe.domain.commands import DecideProposal

    answer = decide(DecideProposal(number, "approve", digest=digest), wait)
    show(answer, as_json, lambda: _outcome(answer, wait))


def reject(
    number: Number,
    kind: Annotated[str, typer.Argument(metavar="[never|not_now|bad_approach]")] = "not_now",
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why, in your words.")] = "",
    as_json: Json = False,
) -> None:
    """Reject a proposal: never again, not now (the default), or not this way.

    Example: `vibe reject 3 bad_approach --reason "too slow"`
    """
    from vibe.domain.commands import DecideProposal

    answer = decide(DecideProposal(number, "reject", rejection_type=kind, reason=reason), wait=False)
    show(answer, as_json, lambda: _outcome(answer, False))


def decide(command: Any, wait: bool) -> dict[str, Any]:
    """Carry a decision out and say what became of it."""

    async def work(app: App) -> dict[str, Any]:
        receipt = await app.execute(command, actor=actor())
        answer = dict(receipt.answer)
        if wait:
            with working("carrying it out"):
                await app.settle(answer.get("root") or receipt.root)
            answer |= await _came_of_it(app, command.number)
        return answer

    return in_app(work)


async def _came_of_it(app: App, number: int) -> dict[str, Any]:
    from vibe.kernel.showing import read_proposal

    found = await read_proposal(app.graph, number)
    return {
        "status": found["status"],
        "outcome": found.get("outcome"),
        "evidence": len(found["evidence"]),
        "candidates": len(found["candidates"]),
        "waits_for_answer": found["status"] == "executing" and found["action"].get("type") == "ask",
    }


def _outcome(answer: dict[str, Any], waited: bool) -> None:
    number = answer["number"]
    if answer["status"] == "rejected":
        back = f" It comes back after {answer['returns_at'][:10]}." if answer.get("returns_at") else ""
        out.print(f"Proposal {number} is rejected.{back} `vibe rejections` shows what follows, and takes it back.")
    elif waited:
        _carried_out(answer)
    else:
        out.print(f"Proposal {number} is {answer['status']}.")
        if answer["status"] == "approved":
            out.print("The work is waiting for the daemon (`vibe run`); `--wait` does it at once.")


def _carried_out(answer: dict[str, Any]) -> None:
    """Say what came of an approved proposal and what only the person can do now."""
    from vibe.cli.explaining import outcome_words

    number = answer["number"]
    if answer["waits_for_answer"]:
        out.print(f"Proposal {number} has put its question before you. Next: `vibe questions`.")
        return
    outcome = f": {outcome_words(answer['outcome'])}" if answer.get("outcome") else ""
    out.print(f"Proposal {number} is {answer['status']}{outcome}.")
    if answer["evidence"] or answer["candidates"]:
        pieces = f"{counted(answer['evidence'], 'piece')} of evidence" if answer["evidence"] else "No evidence written"
        out.print(f"{pieces}, {counted(answer['candidates'], 'passage')} for you to judge: `vibe show {number}`.")
    elif answer.get("outcome") == "nothing_found":
        out.print("A question says what was searched and asks what you know: `vibe questions`.")


def edit(
    number: Number,
    file: Annotated[Path | None, typer.Option("--file", help="Take the packet from this JSON file.")] = None,
    as_json: Json = False,
) -> None:
    """Change what a proposal would do; it is checked again and gets a new digest.

    Example: `vibe edit 3`
    """
    from vibe.domain.commands import EditProposal
    from vibe.domain.errors import BadInput
    from vibe.kernel.showing import read_proposal

    async def read(app: App) -> str:
        return json.dumps((await read_proposal(app.graph, number))["action"], indent=2, ensure_ascii=False)

    try:
        text = file.read_text(encoding="utf-8") if file else edited(in_app(read, mirror=False), ".json")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.Exit(fail(BadInput(str(error), file=str(file)))) from error
    except BadInput as error:
        raise typer.Exit(fail(error)) from error
    if text is None:
        out.print("Nothing was changed.")
        return
    answer = decide(EditProposal(number, action=text), wait=False)
    show(answer, as_json, lambda: out.print(f"Proposal {number} is changed and will be checked again."))


def redo(
    number: Number, text: Annotated[str, typer.Argument(help="What should be different.")], as_json: Json = False
) -> None:
    """Have a proposal written anew with your words.

    Example: `vibe redo 3 "ask the supplier first"`
    """
    from vibe.domain.commands import RedoProposal

    answer = decide(RedoProposal(number, text), wait=False)
    show(answer, as_json, lambda: out.print(f"Proposal {number} will be written anew."))


def cancel(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why, in your words.")] = "",
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Take an approval back as long as nothing was done with it, or stop the research it set off.

    Example: `vibe cancel 3`
    """
    from vibe.domain.commands import CancelProposal

    answer = decide(CancelProposal(number, reason), wait)
    said = answer["said"] if answer["status"] == "executing" else f"Proposal {number} is {answer['status']}."
    show(answer, as_json, lambda: out.print(said))
