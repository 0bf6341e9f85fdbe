"""See and prove: `ledger tail`, `verify`, `export`; mend: `stuck list`, `retry`, `drop`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from vibe.cli.keeping import replay
from vibe.cli.session import actor, counted, err, in_app, out, plain, show

if TYPE_CHECKING:
    from vibe.app import App

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


MOST_FAULTS = 5


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    ledger = typer.Typer(help="What happened, who did it, and the proof.", no_args_is_help=True)
    ledger.command("tail")(tail)
    ledger.command("verify")(verify)
    ledger.command("export")(export)
    ledger.command("replay")(replay)
    app.add_typer(ledger, name="ledger")
    stuck = typer.Typer(help="What the bus set aside.", no_args_is_help=True)
    stuck.command("list")(stuck_list)
    stuck.command("retry")(stuck_retry)
    stuck.command("drop")(stuck_drop)
    app.add_typer(stuck, name="stuck")


def tail(
    count: Annotated[int, typer.Option("-n", help="How many entries.")] = 20,
    root: Annotated[str | None, typer.Option("--root", help="Only what this entry led to.")] = None,
    as_json: Json = False,
) -> None:
    """Show the last entries.

    Example: `vibe ledger tail -n 50`
    """

    async def work(app: App) -> list[dict[str, Any]]:
        if root:
            return [dict(row) for row in await app.happened(root)][-count:]
        rows = await app.graph.read("ledger/last", before=2**53, limit=max(1, min(count, 1000)))
        return [dict(row) for row in reversed(rows)]

    rows = in_app(work, mirror=False)

    def human() -> None:
        if not rows:
            out.print("The ledger is empty: nothing has happened yet.")
            return
        table = Table("seq", "at", "what", "about", "by", show_edge=False)
        for row in rows:
            what, about = plain(f"{row['type']}{_detail(row)}"), plain(row["subject"][:8])
            table.add_row(str(row["seq"]), f"{row['at']:%m-%d %H:%M:%S}", what, about, plain(row["actor"]))
        out.print(table)
        out.print("--json shows each entry whole, its writes and its hash.")

    show({"entries": rows}, as_json, human)


def _detail(row: dict[str, Any]) -> str:
    """What tells one entry from another of its type, where its body says it in a word."""
    from vibe.domain.canonical import from_json

    event = from_json(row["body"]).get("event") or {}
    number = f" no. {event['number']}" if isinstance(event.get("number"), int) else ""
    several = next((len(event[name]) for name in ("items", "ids") if isinstance(event.get(name), list)), None)
    count = f" ({several})" if several is not None else ""
    words = next((event[name] for name in ("outcome", "stance", "mark", "after", "what") if event.get(name)), "")
    return f"{number}{count}" + (f" {words}".replace("_", " ")[:40] if isinstance(words, str) else "")


def verify(
    file: Annotated[Path | None, typer.Argument(help="An exported ledger; the home's own if left out.")] = None,
    key: Annotated[
        list[str] | None, typer.Option("--key", help="Trust this public key (64 hex digits) and no other.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check that no entry was changed, removed, reordered or signed by a stranger.

    Example: `vibe ledger verify` or, without the store, `vibe ledger verify ledger.jsonl --key 4f1c...`
    """
    _check_keys(key)
    found = _verify_file(file, key) if file else in_app(lambda app: _verify_home(app, key), mirror=False)
    value = {
        "ok": not found.faults,
        "entries": found.entries,
        "last_seq": found.last_seq,
        "last_hash": found.last_hash,
        "faults": [{"seq": item.seq, "what": item.what, "detail": item.detail} for item in found.faults],
    }

    def human() -> None:
        if not found.faults:
            entries = counted(found.entries, "entry", "entries")
            out.print(f"{entries}, every one in its place, unchanged and signed. Last hash {found.last_hash[:16]}.")
        for what, faults in _by_sort(found.faults).items():
            for fault in faults[:MOST_FAULTS]:
                out.print(f"[red]{what}[/] {plain(fault.detail)}")
            if len(faults) > MOST_FAULTS:
                out.print(f"[red]{what}[/] ... and {len(faults) - MOST_FAULTS} more (--json shows all)")

    show(value, as_json, human)
    if found.faults:
        raise typer.Exit(1)


def _by_sort(faults: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for fault in faults:
        found.setdefault(str(fault.what), []).append(fault)
    return found


def _check_keys(keys: list[str] | None) -> None:
    for key in keys or ():
        if not re.fullmatch("[0-9a-fA-F]{64}", key):
            raise typer.BadParameter(f"{key!r} is no public key: 64 hex digits, as `vibe run` shows it")


async def _verify_home(app: App, key: list[str] | None) -> Any:
    from vibe.kernel.proving import verify_ledger
    from vibe.kernel.signing import trusted_keys

    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("checking", total=None)
        return await verify_ledger(
            app.graph,
            key or trusted_keys(app.home / "keys"),
            app.mirror,
            lambda done, total: bar.update(task, completed=done, total=total),
        )


def _verify_file(file: Path, key: list[str] | None) -> Any:
    from vibe.kernel.proving import verify_file
    from vibe.kernel.signing import trusted_keys
    from vibe.settings import home_folder

    if not file.is_file():
        err.print(f"[red]vibe:[/] there is no file {file}")
        raise typer.Exit(2)
    keys = key or trusted_keys(home_folder() / "keys")
    if not keys:
        err.print("[red]vibe:[/] no key to check against; give the one shown at first start with --key")
        raise typer.Exit(2)
    with file.open(encoding="utf-8", errors="replace") as lines:
        return verify_file(lines, keys)


def export(
    path: Annotated[Path | None, typer.Argument(help="Where to; standard output if left out.")] = None,
) -> None:
    """Write the whole ledger as JSON lines with a signed end mark.

    Example: `vibe ledger export ledger.jsonl`
    """

    async def work(app: App) -> int:
        from vibe.kernel.proving import export_ledger

        if path is None:
            return await export_ledger(app.graph, app.signer, app.mirror, sys.stdout)
        part = path.with_name(path.name + ".part")
        with part.open("w", encoding="utf-8") as file:
            count = await export_ledger(app.graph, app.signer, app.mirror, file)
        part.rename(path)
        return count

    count = in_app(work, mirror=False)
    err.print(f"{counted(count, 'entry', 'entries')} written")


def stuck_list(as_json: Json = False) -> None:
    """List deliveries that were set aside, with the reason.

    Example: `vibe stuck list`
    """

    async def work(app: App) -> list[dict[str, Any]]:
        return [dict(row) for row in await app.graph.read("ledger/set_aside", limit=1000)]

    rows = in_app(work, mirror=False)

    def human() -> None:
        if not rows:
            out.print("Nothing is stuck.")
            return
        table = Table("id", "handler", "entry", "why", show_edge=False)
        for row in rows:
            table.add_row(row["id"][:12], row["handler"], str(row["seq"]), plain(row["error"] or "")[:200])
        out.print(table)
        out.print("`vibe stuck retry ID` tries again, `vibe stuck drop ID` gives it up.")

    show({"stuck": rows}, as_json, human)


def stuck_retry(identity: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Try a delivery that was set aside again.

    Example: `vibe stuck retry 3f9a12`
    """
    _mend("retry", identity)


def stuck_drop(identity: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Give up a delivery that was set aside; the ledger says that you did.

    Example: `vibe stuck drop 3f9a12`
    """
    _mend("drop", identity)


def _mend(how: str, identity: str) -> None:
    from vibe.domain.commands import MendDelivery

    async def work(app: App) -> dict[str, Any]:
        return dict((await app.execute(MendDelivery(identity, how), actor=actor())).answer)

    answer = in_app(work)
    out.print(f"{answer['handler']}: {answer['done']}")
