"""What every test stands on: the fence round this machine, what the machine may lack, and the loud count of skips."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import loopback_only
import pytest

from tests.lacking import closing_line, count_lacks, skip_for_lack_of

if TYPE_CHECKING:
    from tests.neo4j.finding import Address
    from tests.telegram.emulator import Api

ROOT = Path(__file__).parent.parent
FENCE = str(Path(__file__).parent / "fence")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_configure(config: pytest.Config) -> None:
    """Let the processes that tests start inherit the fence."""
    os.environ.setdefault("VIBE_GRAPH__LINGER", "2s")  # the stores of many small homes need not stay
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if FENCE not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([FENCE, *filter(None, paths)])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all Neo4j tests in one worker: Community has one database, emptied between tests."""
    for item in items:
        if item.get_closest_marker("neo4j") or "neo4j_uri" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("neo4j"))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say last of all, and loudly, what was skipped because this machine lacks it."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter and not hasattr(config, "workerinput") else []
    if skipped:
        reasons = [str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else "" for report in skipped]
        reporter.write_line(closing_line(count_lacks(reasons)), red=True, bold=True)


@pytest.fixture(autouse=True)
def _fenced(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that reached for something off this machine, also where the error was swallowed."""
    log = tmp_path_factory.mktemp("fence") / "refused.log"
    monkeypatch.setenv(loopback_only.LOG, str(log))
    yield
    if log.exists():
        pytest.fail(f"reached off this machine:\n{log.read_text()}", pytrace=False)


@pytest.fixture(scope="session")
def neo4j_uri() -> Iterator[Address]:
    """A real Neo4j 5.26 as (uri, user, password); whoever uses it empties it first."""
    from tests.neo4j.finding import real_neo4j

    with real_neo4j() as found:
        if isinstance(found, str):
            skip_for_lack_of("Neo4j", found)
        yield found


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; start it with `CHROMIUM_FLAGS`."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    return found or skip_for_lack_of("Chromium", "no chromium on the PATH (Debian: apt install chromium)")


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node.js."""
    return shutil.which("node") or skip_for_lack_of("Node", "no node on the PATH (Debian: apt install nodejs)")


@pytest.fixture(scope="session")
def planexe_runs() -> Path:
    """The folder of real PlanExe runs: VIBE_TEST_PLANEXE, else `../shared/data/planexe` beside the repository."""
    folder = Path(os.environ.get("VIBE_TEST_PLANEXE") or ROOT.parent / "shared" / "data" / "planexe")
    if not folder.is_dir():
        skip_for_lack_of("PlanExe runs", f"no folder {folder}; name one with VIBE_TEST_PLANEXE")
    return folder


@pytest.fixture(scope="session")
def api() -> Iterator[Api]:
    """A Bot API on a loopback port; each test makes a bot of its own there."""
    from tests.telegram.emulator import bot_api

    with bot_api() as found:
        if isinstance(found, str):
            skip_for_lack_of("Telegram emulator", found)
        yield found
