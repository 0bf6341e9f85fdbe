"""Agents, at a terminal: `agents`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from vibe.cli.executions import Id, Json
from vibe.cli.session import actor, beginning_of, counted, in_app, out, plain, show
from vibe.domain.errors import BadInput

if TYPE_CHECKING:
    from vibe.app import App


Scopes = Annotated[list[str] | None, typer.Option("--scope", help="work, ask, write; repeat it. Else all.")]
Expires = Annotated[str, typer.Option("--expires", help="How long its key is good, like 30d. Else for good.")]


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    agents = typer.Typer(help="Who does the work.", no_args_is_help=True)
    agents.command("add")(add)
    agents.command("list")(list_)
    agents.command("show")(show_)
    agents.command("test")(practise)
    agents.command("rotate-key")(rotate)
    agents.command("webhook")(webhook)
    agents.command("revoke")(revoke)
    app.add_typer(agents, name="agents")


def add(
    name: str,
    action: Annotated[list[str], typer.Option("--action", "-a", help="What it can do; repeat it.")],
    scope: Scopes = None,
    expires: Expires = "",
    public_key: Annotated[str, typer.Option("--public-key", help="Its Ed25519 key (hex): it signs its reports.")] = "",
    webhook: Annotated[str, typer.Option("--webhook", help="Where it is told that there is work.")] = "",
    as_json: Json = False,
) -> None:
    """Let an agent in; its key is shown this once.

    Example: `vibe agents add larry -a research -a outreach`
    """
    from vibe.bootstrap import new_agent_key, webhook_secret
    from vibe.domain.commands import RegisterAgent

    async def work(app: App) -> dict[str, Any]:
        key = new_agent_key(app)
        terms = _terms(app, scope, expires) | {"public_key": public_key, "webhook_url": webhook}
        command = RegisterAgent(name, tuple({"action": word} for word in action), key.id, key.hash, terms)
        told = dict((await app.execute(command, actor=actor())).answer) | {"api_key": key.shown}
        return told | ({"webhook_secret": webhook_secret(app.home, told["agent_id"])} if webhook else {})

    found = in_app(work)

    def human() -> None:
        out.print(f"Agent {found['agent_id']}: {counted(found['matching_tasks'], 'task')} wait for it.")
        for near in found["near_misses"]:
            out.print(f"  nearly: {plain(near['title'])}, but {plain(near['why'])}")
        out.print(f"Its key, shown this once: {found['api_key']}", markup=False)
        if webhook:
            out.print(f"Calls are signed with: {found['webhook_secret']}", markup=False)

    show(found, as_json, human)


def _terms(app: App, scope: list[str] | None, expires: str) -> dict[str, Any]:
    """What its key opens, and until when."""
    from vibe.domain.canonical import iso
    from vibe.settings import read_duration

    end = {"expires_at": iso(app.clock.now() + read_duration(expires))} if expires else {}
    return {"scopes": scope or [], **end}


def show_(identity: Id, as_json: Json = False) -> None:
    """Show an agent: its key, what it has proved, for what it comes first, and what waits for it or nearly does.

    Example: `vibe agents show 3f9a12`
    """
    from vibe.plans.showing_agents import read_agent_shown

    async def work(app: App) -> dict[str, Any]:
        return await read_agent_shown(app.graph, await _full_id(app, identity), app.clock.now())

    found = in_app(work, mirror=False)

    def human() -> None:
        until = f" until {found['key_expires_at']}" if found["key_expires_at"] else ""
        opens = f"key {found['key_id']} opens {', '.join(found['scopes'])}{until}"
        out.print(f"[bold]{plain(found['name'])}[/]  {found['status']}  {opens}")
        for item in found["can"]:
            out.print(f"  {plain(item['action'])}: {plain(item['words'])}")
        for task in found["holds"]:
            out.print(f"  works on: {plain(task['title'])}")
        out.print(f"{counted(found.get('matching_tasks', 0), 'task')} in line for it.")
        for near in found.get("near_misses", ()):
            out.print(f"  nearly: {plain(near['title'])}, but {plain(near['why'])}")

    show(found, as_json, human)


def list_(as_json: Json = False) -> None:
    """List agents: what they can do, what they hold, when they were last seen.

    Example: `vibe agents list`
    """
    from vibe.plans.showing_agents import read_agents_shown

    async def work(app: App) -> list[dict[str, Any]]:
        return await read_agents_shown(app.graph)

    rows = in_app(work, mirror=False)

    def human() -> None:
        for row in rows:
            holds = ", ".join(item["title"] for item in row["holds"]) or "nothing"
            short = beginning_of(row["agent_id"], [other["agent_id"] for other in rows], 12)
            said = f"{short}  {row['name']}  {row['status']}  {' '.join(row['actions'])}  holds {holds}"
            out.print(plain(said))
        if not rows:
            out.print("No agent yet. `vibe agents add NAME -a research` lets one in; docs/agents.md shows how.")

    show({"agents": rows}, as_json, human)


async def _full_id(app: App, identity: str) -> str:
    """The one agent whose id begins so; what is no beginning stays as it is, and is refused by its name.

    Raises:
        BadInput: several do.
    """
    from vibe.plans.showing_agents import read_agents_shown

    ids = [str(row["agent_id"]) for row in await read_agents_shown(app.graph)]
    found = [one for one in ids if identity and one.startswith(identity)]
    if len(found) > 1 and identity not in found:
        raise BadInput(f"several agents begin with {identity!r}; write more of it")
    return identity if len(found) != 1 else found[0]


def practise(
    identity: Id,
    action: Annotated[str, typer.Option("--action", "-a", help="Which of its actions; the first if left out.")] = "",
    params: Annotated[str, typer.Option("--params", help="What goes in, as a JSON object.")] = "{}",
    as_json: Json = False,
) -> None:
    """Send an agent a practice task: it belongs to no plan, and nothing comes of its result.

    Example: `vibe agents test 3f9a12... -a research --params '{"goal": "Find three towns"}'`
    """
    from vibe.domain.canonical import from_json
    from vibe.domain.work_commands import SendPractice

    try:
        read = from_json(params)
    except ValueError as error:
        raise BadInput(f"--params is no JSON: {error}", field="params") from error
    if not isinstance(read, dict):
        raise BadInput("--params is a JSON object", field="params")

    async def work(app: App) -> dict[str, Any]:
        command = SendPractice(await _full_id(app, identity), action, read)
        return dict((await app.execute(command, actor=actor())).answer)

    found = in_app(work)

    def human() -> None:
        out.print(
            f"It is first in line for the agent. `vibe executions show {found['execution_id']}` says how it goes."
        )

    show(found, as_json, human)


def rotate(identity: Id, scope: Scopes = None, expires: Expires = "") -> None:
    """Give an agent another key; the old one is good no longer.

    Example: `vibe agents rotate-key 3f9a12...`
    """
    from vibe.bootstrap import new_agent_key
    from vibe.domain.work_commands import RotateKey

    async def work(app: App) -> str:
        key = new_agent_key(app)
        command = RotateKey(await _full_id(app, identity), key.id, key.hash, _terms(app, scope, expires))
        await app.execute(command, actor=actor())
        return key.shown

    out.print(f"Its new key, shown this once: {in_app(work)}", markup=False)


def webhook(
    identity: Id, url: Annotated[str, typer.Argument(help="An http(s) address; empty: it is not told.")] = ""
) -> None:
    """Say where an agent that does not poll is told that there is work; what was parked is told again.

    Example: `vibe agents webhook 3f9a12... https://agents.example/vibe`
    """
    from vibe.bootstrap import webhook_secret
    from vibe.domain.work_commands import SetWebhook

    async def work(app: App) -> str:
        full = await _full_id(app, identity)
        await app.execute(SetWebhook(full, url), actor=actor())
        return webhook_secret(app.home, full)

    secret = in_app(work)
    out.print(f"Calls are signed with: {secret}" if url else "It is not told any more.", markup=False)


def revoke(identity: Id, reason: Annotated[str, typer.Option("--reason", help="Why.")] = "") -> None:
    """Let an agent in no longer; what it holds goes to another.

    Example: `vibe agents revoke 3f9a12...`
    """
    from vibe.domain.work_commands import RevokeAgent

    async def work(app: App) -> None:
        await app.execute(RevokeAgent(await _full_id(app, identity), reason), actor=actor())

    in_app(work)
    out.print("Its key is good no longer.")
