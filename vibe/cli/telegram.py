"""Telegram: `pair` lets a person in."""

from __future__ import annotations

import io
import secrets
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vibe.cli.session import actor, err, in_app, out, plain, show

if TYPE_CHECKING:
    from vibe.app import App

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and do not wait.")]


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    app.command("pair")(pair)


def pair(
    listed: Annotated[bool, typer.Option("--list", help="Only show who may decide there.")] = False,
    remove: Annotated[str, typer.Option("--remove", metavar="ID", help="Let this person decide no more.")] = "",
    as_json: Json = False,
) -> None:
    """Let a person decide on Telegram: shows a code that is good once, for ten minutes, to be sent to the bot.

    Example: `vibe pair`
    """
    if remove:
        _dismiss(remove, as_json)
    elif listed:
        _list(as_json)
    else:
        _offer(as_json)


def _dismiss(person: str, as_json: bool) -> None:
    from vibe.domain.commands import DismissPerson

    async def work(app: App) -> dict[str, Any]:
        return dict((await app.execute(DismissPerson(person), actor=actor())).answer)

    answer = in_app(work)
    show(answer, as_json, lambda: out.print(f"{plain(person)} may decide no more."))


def _list(as_json: bool) -> None:
    async def work(app: App) -> list[dict[str, Any]]:
        return [dict(row) for row in await app.graph.read("people/approvers", limit=100)]

    people = in_app(work, mirror=False)

    def human() -> None:
        for one in people:
            out.print(f"{plain(one['id'])}  {plain(one['name'])}")
        if not people:
            out.print("Nobody may decide on Telegram. `vibe pair` lets somebody in.")

    show({"people": people}, as_json, human)


def _offer(as_json: bool) -> None:
    from vibe.domain.canonical import instant
    from vibe.domain.commands import OfferPairing
    from vibe.domain.pairings import ALPHABET, LETTERS, hash_of, shown

    code = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))

    async def work(app: App) -> dict[str, Any]:
        from vibe.bootstrap import telegram_bot_name

        name = await telegram_bot_name(app)
        answer = (await app.execute(OfferPairing(hash_of(code)), actor=actor())).answer
        link = f"https://t.me/{name}?start={code}"
        return {"code": shown(code), "expires_at": answer["expires_at"], "bot": name, "link": link}

    async def wait(app: App) -> bool:
        from vibe.bootstrap import wait_until_paired

        offer = await work(app)
        _explain(offer)
        return await wait_until_paired(app, instant(offer["expires_at"]))

    if as_json:
        show(in_app(work), as_json, lambda: None)
    elif in_app(wait):
        out.print("Paired. `vibe run` listens to them from now on; `vibe pair --list` shows who may decide.")
    else:
        err.print("Nobody brought the code in time. `vibe pair` makes another.")
        raise typer.Exit(1)


def _explain(offer: dict[str, Any]) -> None:
    out.print(_qr(offer["link"]), markup=False, soft_wrap=True)
    out.print(f"Scan it, open {plain(offer['link'])}, or send @{plain(offer['bot'])} this code:")
    out.print(f"  {plain(offer['code'])}")
    out.print("It lets one person in, within ten minutes. Waiting for it (Ctrl-C: the daemon goes on waiting) ...")


def _qr(link: str) -> str:
    import segno

    drawn = io.StringIO()
    segno.make(link, error="l").terminal(drawn, compact=True)
    return drawn.getvalue()
