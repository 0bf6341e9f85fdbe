"""How well Vibe judges: `evaluate`."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from vibe.catalog import shipped
from vibe.cli.session import counted, err, fail, out, show
from vibe.domain.errors import VibeError

if TYPE_CHECKING:
    from vibe.evaluating.running import Evaluation

KINDS = ("debate", "likeness", "answers", "stance")


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    app.command("evaluate")(evaluate_)


def evaluate_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Cases, one JSON object a line.")],
    kind: Annotated[str, typer.Option("--kind", help="debate, likeness, answers or stance.")],
    predictions: Annotated[
        Path | None, typer.Option("--predictions", metavar="OUT", help="Write one line a case here (- is stdout).")
    ] = None,
    documents: Annotated[
        Path | None, typer.Option("--documents", help="Where the plans are that stance cases name.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Run Vibe's own judges over labelled cases; without labels it only predicts.

    Example: `vibe evaluate --kind likeness tests/evaluation/likeness.jsonl --predictions out.jsonl`
    """
    if kind not in KINDS:
        raise typer.BadParameter(f"is none of {', '.join(KINDS)}", param_hint="--kind")
    try:
        found = asyncio.run(_run(kind, file, documents))
    except VibeError as error:
        raise typer.Exit(fail(error)) from error
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in found.lines)
    if predictions is not None and str(predictions) != "-":
        predictions.write_text(text, encoding="utf-8")
    if (predictions is not None and str(predictions) == "-") or (not found.figures and not as_json and not predictions):
        typer.echo(text, nl=False)
        return
    _tell(found, predictions, as_json)


async def _run(kind: str, file: Path, documents: Path | None) -> Evaluation:
    from vibe.bootstrap import open_judges
    from vibe.evaluating.running import Kind, evaluate
    from vibe.settings import home_folder

    async with open_judges(home_folder(), _folders(file, documents)) as judges:
        return await evaluate(Kind(kind), file, judges)


def _folders(file: Path, documents: Path | None) -> tuple[Path, ...]:
    """Where the plans that cases name may be: as told, else beside or above the file, this folder and the checkout."""
    if documents is not None:
        return (documents,)
    here = Path.cwd().resolve()
    bases = [*file.resolve().parents, here, *here.parents, *shipped("config").resolve().parents]
    tails = ("", "data/planexe", "shared/data/planexe")
    named = os.environ.get("VIBE_TEST_PLANEXE")
    return tuple(dict.fromkeys([*([Path(named)] if named else []), *(base / tail for base in bases for tail in tails)]))


def _tell(found: Evaluation, predictions: Path | None, as_json: bool) -> None:
    document: dict[str, Any] = {
        "kind": found.kind.value,
        "by": found.by,
        "cases": len(found.lines),
        "figures": [figure.as_json() for figure in found.figures],
    }
    if predictions is None:
        document["predictions"] = list(found.lines)

    def human() -> None:
        out.print(f"{counted(len(found.lines), 'case')} of {found.kind.value}, judged by {found.by}.")
        if found.figures:
            table = Table("figure", "value", "95 % interval", "of", show_edge=False)
            for one in found.figures:
                counts = str(one.total) if one.count is None else f"{one.count} of {one.total}"
                table.add_row(one.name, f"{one.value:.3f}", f"{one.low:.3f} to {one.high:.3f}", counts)
            out.print(table)
        elif predictions is not None:
            err.print("No labels, so no figures.")
        if predictions is not None:
            out.print(f"Predictions are in {predictions}.")

    show(document, as_json, human)
