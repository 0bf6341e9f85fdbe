"""Both directions of asking: `questions`, `ask`, `answer`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from vibe.cli.session import actor, beginning_of, in_app, out, plain, show

if TYPE_CHECKING:
    from vibe.app import App

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until what waited for it went on.")]


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    app.command("questions")(questions)
    app.command("ask")(ask)
    app.command("answer")(answer)


def questions(as_json: Json = False) -> None:
    """List questions that wait for you.

    Example: `vibe questions`
    """
    from vibe.kernel.showing import read_questions

    async def work(app: App) -> list[dict[str, Any]]:
        return await read_questions(app.graph)

    rows = in_app(work, mirror=False)

    def human() -> None:
        if not rows:
            out.print("Nobody waits for an answer.")
        for row in rows:
            _explain(row, beginning_of(row["id"], [other["id"] for other in rows]))
        if rows:
            out.print('`vibe answer ID "B, because ..."` answers one: a letter, an option, or your own words.')

    show({"questions": rows}, as_json, human)


def _explain(row: dict[str, Any], short: str) -> None:
    """One question with its options; where an answer was not clear, what is asked again."""
    out.print(f"[bold]{short}[/] {plain(row['question'])}")
    for option in row["options"]:
        detail = f" - {plain(option['detail'])}" if option["detail"] else ""
        out.print(f"   {option['letter']}) {plain(option['title'])}{detail}")
    if row["follow_up"]:
        out.print(f"   [yellow]{plain(row['follow_up'])}[/]")
    out.print()


def ask(
    question: str,
    option: Annotated[list[str] | None, typer.Option("--option", "-o", help="One possible answer; repeat it.")] = None,
    stuck_on: Annotated[str, typer.Option("--stuck-on", help="What can't go on without it.")] = "",
    as_json: Json = False,
) -> None:
    """Raise a question for the founder.

    Example: `vibe ask "Which provider?" -o Auth0 -o Firebase`
    """
    from vibe.domain.commands import RaiseQuestion

    async def work(app: App) -> dict[str, Any]:
        command = RaiseQuestion(question, options=tuple(option or ()), stuck_on=stuck_on)
        return dict((await app.execute(command, actor=actor())).answer)

    found = in_app(work)
    show(found, as_json, lambda: out.print(f"Asked: {found['question_id'][:16]}. `vibe questions` lists what waits."))


def answer(
    identity: Annotated[str, typer.Argument(metavar="ID")], text: str, wait: Wait = False, as_json: Json = False
) -> None:
    """Answer a question: an option's letter or name, or your own words.

    Example: `vibe answer 3f9a12 "B, it is cheaper"`
    """
    from vibe.domain.commands import AnswerQuestion

    async def work(app: App) -> dict[str, Any]:
        receipt = await app.execute(AnswerQuestion(identity, text), actor=actor())
        if wait:
            await app.settle(receipt.root)
        return dict(receipt.answer)

    found = in_app(work)
    show(found, as_json, lambda: out.print(_noted(found), markup=False))


def _noted(found: dict[str, Any]) -> str:
    """What an answer came to: recorded, or asked once more."""
    if found["status"] == "clarifying":
        return f"{found['follow_up']} Answer again: `vibe answer {found['question_id'][:16]} TEXT`."
    title = found["answer"].get("title")
    kept = f"as option {found['answer']['option']}, {title}" if title else "in your own words"
    return f"Recorded {kept}; it stands as a decision with your word as evidence."
