"""`python -m tests.evaluation.report [--documents DIR]` writes the figures of docs/evaluation.md anew."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from pathlib import Path

from vibe.bootstrap import open_judges
from vibe.evaluating.running import Evaluation, Judges, Kind, evaluate

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "evaluation.md"
BEGIN, END = "<!-- figures: python -m tests.evaluation.report -->", "<!-- end of figures -->"


async def evaluations(documents: Path, home: Path) -> list[Evaluation]:
    """Every set there is, with every measure of likeness there is."""
    from vibe.domain.debates import Role
    from vibe.edges.likeness.words import WordLikeness
    from vibe.edges.models.rules import RuleModel

    found = []
    async with open_judges(home, (documents,)) as judges:
        lexical = RuleModel(WordLikeness())

        async def ask(role: Role, prompt: str, inputs: object):  # type: ignore[no-untyped-def]
            from vibe.domain.acts import ModelRequest

            reply = await lexical.ask(ModelRequest(role, prompt, inputs))  # type: ignore[arg-type]
            return type(reply)(reply.value, "rules, words alone")

        plain = Judges(ask, WordLikeness(), judges.folders, judges.chance)
        for kind in Kind:
            file = HERE / f"{kind.value}.jsonl"
            if not file.exists():
                continue
            found.append(await evaluate(kind, file, judges))
            if kind in (Kind.DEBATE, Kind.LIKENESS):
                found.append(await evaluate(kind, file, plain))
    return found


def table(found: Evaluation) -> Iterator[str]:
    """One evaluation as Markdown."""
    yield f"\n### {found.kind.value.capitalize()}: {len(found.lines)} cases, judged by {found.by}\n"
    yield "| figure | value | 95 % interval | of |"
    yield "| --- | --- | --- | --- |"
    for one in found.figures:
        counts = str(one.total) if one.count is None else f"{one.count} of {one.total}"
        yield f"| {one.name} | {one.value:.3f} | {one.low:.3f} to {one.high:.3f} | {counts} |"


def main() -> None:
    """Replace what stands between the marks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, default=Path("data/planexe"))
    given = parser.parse_args()
    found = asyncio.run(evaluations(given.documents, Path("no-home")))
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    figures = "\n".join(line for one in found for line in table(one))
    PAGE.write_text(f"{before}{BEGIN}\n{figures}\n\n{END}{after}")


if __name__ == "__main__":
    main()
