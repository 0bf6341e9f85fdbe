"""A real Neo4j 5.26 with Neo4j Browser, without Docker: for the contract tests and, as `make neo4j`, for people.

Maven copies the server's jars into `lib/` (137 MB, ignored by git), Java 17 or newer runs them. The process outlives
the one that started it, so its pid is kept in `server.pid` of its home and `stop` ends exactly that process.
Configuration and start command are the ones that were measured: query-ready in about 6 s, a home of 2 MB, ended within
0.5 s.

    python tests/neo4j/server.py run --home FOLDER     in the foreground, until Ctrl-C
    python tests/neo4j/server.py fetch                 only copy the jars
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LIB = HERE / "lib"
POM = HERE / "pom.xml"
MARK = LIB / "complete"
JAVA_NEEDED = 17
READY_S = 90.0
STOP_S = 15.0
OPENS = [
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
]
SMALL_JVM = ["-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
ROOMY_JVM = ["-Xms512m", "-Xmx1g"]

# Without preallocate=false the home takes 516 MB, without quiet_period=0 a stop takes 10 s.
CONFIGURATION = """\
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{bolt_port}
server.bolt.advertised_address=127.0.0.1:{bolt_port}
server.http.listen_address=127.0.0.1:{http_port}
server.http.advertised_address=127.0.0.1:{http_port}
server.memory.pagecache.size=64m
dbms.security.auth_enabled=true
dbms.security.auth_minimum_password_length=4
dbms.usage_report.enabled=false
db.tx_log.preallocate=false
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
browser.remote_content_hostname_whitelist=*
client.allow_telemetry=false
"""

# Children of this process, so that their end is noticed and no zombie stays.
_STARTED: dict[int, subprocess.Popen[bytes]] = {}


class NotStartedError(RuntimeError):
    """The server could not be assembled or did not become ready; the message says where to look."""


@dataclass(frozen=True, slots=True)
class Server:
    """A started server: what a client needs to reach it, and what ends it."""

    home: Path
    pid: int
    bolt_port: int
    http_port: int
    password: str
    user: str = "neo4j"

    @property
    def uri(self) -> str:
        """Where a driver connects."""
        return f"bolt://127.0.0.1:{self.bolt_port}"

    @property
    def browser_url(self) -> str:
        """Where a person opens Neo4j Browser, with the address filled in."""
        return f"http://127.0.0.1:{self.http_port}/browser/?connectURL=bolt%3A%2F%2Fneo4j%40127.0.0.1%3A{self.bolt_port}&db=neo4j"


def java_version() -> int:
    """The major version of `java`, 0 where there is none."""
    if not shutil.which("java"):
        return 0
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found.group(1)) if found else 0


def lacking() -> str | None:
    """Why no server can be assembled on this machine; None when one can."""
    if java_version() < JAVA_NEEDED:
        return f"needs Java {JAVA_NEEDED} or newer (Debian: apt install openjdk-17-jre-headless)"
    if not shutil.which("mvn"):
        return "needs Maven (Debian: apt install maven)"
    return None


def fetch_jars() -> None:
    """Let Maven copy the server's jars into `lib/`, once for all who ask at the same time; quick when they are there.

    Raises:
        NotStartedError: Maven failed; its last lines are in the message.
    """
    with (HERE / "lib.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test workers start at once: neither may sweep away the other's copy
        if MARK.exists() and MARK.read_text() == POM.read_text():
            return
        shutil.rmtree(LIB, ignore_errors=True)
        command = ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies"]
        command += [f"-DoutputDirectory={LIB}", "-DincludeScope=runtime"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotStartedError(f"Maven could not fetch Neo4j:\n{(done.stdout + done.stderr)[-2000:]}")
        MARK.write_text(POM.read_text())


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody holds right now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def start(
    home: Path, bolt_port: int = 0, http_port: int = 0, password: str = "", *, jvm: list[str] | None = None
) -> Server:
    """Start a server on `home` and wait until it answers a query; ports 0 means: free ones.

    A home that was used before keeps its data and needs the password of its first start.

    Raises:
        NotStartedError: it ended or did not answer; the message ends with its log.
    """
    fetch_jars()
    bolt_port, http_port = bolt_port or free_port(), http_port or free_port()
    password = _prepare(home, bolt_port, http_port, password)
    command = ["java", "-cp", f"{LIB}/*", *(jvm or SMALL_JVM), *OPENS, "-Dfile.encoding=UTF-8"]
    command += ["org.neo4j.server.CommunityEntryPoint", f"--home-dir={home}", f"--config-dir={home}/conf"]
    with (home / "console.log").open("ab") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_environment(home), start_new_session=True
        )
    _STARTED[process.pid] = process
    (home / "server.pid").write_text(str(process.pid))
    server = Server(home, process.pid, bolt_port, http_port, password)
    try:
        _await_answer(server, lambda: process.poll() is None)
    except BaseException:
        stop(process.pid, home)
        raise
    return server


def stop(pid: int, home: Path) -> None:
    """End the server of this pid and home, first kindly; a pid that is by now somebody else's is left alone."""
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        if not _is_ours(pid, home):
            break
        os.kill(pid, signal_number)
        _wait_until(lambda: not _is_ours(pid, home), STOP_S)
    started = _STARTED.pop(pid, None)
    if started is not None:
        started.wait(STOP_S)  # a child that nobody asked about stays a zombie, and is warned of
    (home / "server.pid").unlink(missing_ok=True)


def sweep(parent: Path) -> None:
    """End and remove what test runs that were killed left behind: homes named `run-<pid>` whose owner is gone."""
    for home in parent.glob("run-*"):
        owner = home.name.removeprefix("run-")
        if owner.isdigit() and not _alive(int(owner)):
            pid_file = home / "server.pid"
            if pid_file.exists():
                stop(int(pid_file.read_text()), home)
            shutil.rmtree(home, ignore_errors=True)


def _prepare(home: Path, bolt_port: int, http_port: int, password: str) -> str:
    (home / "conf").mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = CONFIGURATION.format(bolt_port=bolt_port, http_port=http_port)
    (home / "conf" / "neo4j.conf").write_text(settings)
    secret = home / "password"
    if secret.exists():
        return password or secret.read_text()
    password = password or secrets.token_hex(12)
    command = ["java", *OPENS, "-cp", f"{LIB}/*", "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", password]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment(home))
    if done.returncode:
        raise NotStartedError(f"the first password could not be set: {done.stderr[-2000:]}")
    secret.touch(mode=0o600)
    secret.write_text(password)
    return password


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}


def _await_answer(server: Server, runs: Callable[[], bool]) -> None:
    # The Bolt port opens 1-2 s before queries work, so a connect proves nothing.
    if not _wait_until(lambda: not runs() or _answers(server), READY_S) or not runs():
        log = (server.home / "console.log").read_text(errors="replace")
        raise NotStartedError(f"Neo4j on {server.home} did not become ready:\n{log[-2000:]}")


def _answers(server: Server) -> bool:
    from neo4j import GraphDatabase
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        socket.create_connection(("127.0.0.1", server.bolt_port), timeout=2).close()
        login = (server.user, server.password)
        with GraphDatabase.driver(server.uri, auth=login) as driver, driver.session() as session:
            return session.run("RETURN 1 AS one").single() is not None
    except (DriverError, Neo4jError, OSError):
        return False


def _alive(pid: int) -> bool:
    if pid in _STARTED:
        return _STARTED[pid].poll() is None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_ours(pid: int, home: Path) -> bool:
    if not _alive(pid):
        return False
    return f"--home-dir={home}" in _command_line(pid)


def _command_line(pid: int) -> str:
    proc = Path("/proc")
    if (proc / "self").exists():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            return (proc / str(pid) / "cmdline").read_text(errors="replace")
        return ""
    return subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout


def _wait_until(holds: Callable[[], bool], limit_s: float) -> bool:
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return holds()


def run(home: Path, bolt_port: int, http_port: int) -> int:
    """Run a server in the foreground, tell how to reach it, end it on Ctrl-C or SIGTERM."""
    why_not = lacking()
    if why_not:
        print(f"make neo4j: {why_not}; or point graph.uri at a Neo4j 5.26 you already have", file=sys.stderr)
        return 1
    print("Fetching Neo4j where needed, then starting it (about 10 s; the first time a few minutes) ...", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = start(home, bolt_port, http_port, jvm=ROOMY_JVM)
    try:
        _tell(server)
        _wait_until(lambda: not _is_ours(server.pid, home), float("inf"))
        print("Neo4j has ended by itself; see", home / "console.log", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nstopping ...")
    finally:
        stop(server.pid, home)
    return 0


def _tell(server: Server) -> None:
    print(f"""
Neo4j {server.uri} is ready.
  Neo4j Browser  {server.browser_url}
  user           {server.user}
  password       {server.password}   (kept in {server.home / "password"})

Let Vibe use it:
  VIBE_GRAPH__URI={server.uri} VIBE_GRAPH__USER={server.user} VIBE_GRAPH__PASSWORD={server.password} .venv/bin/vibe run

Data stays in {server.home}. Ctrl-C stops it.""", flush=True)  # fmt: skip


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="A real Neo4j 5.26 with Neo4j Browser, assembled by Maven.")
    actions = parser.add_subparsers(dest="action", required=True)
    running = actions.add_parser("run", help="run it in the foreground")
    running.add_argument("--home", type=Path, default=HERE / "home" / "people", help="where its data stays")
    running.add_argument("--bolt-port", type=int, default=7687, help="0 for a free one")
    running.add_argument("--http-port", type=int, default=7474, help="0 for a free one")
    actions.add_parser("fetch", help="only copy the jars")
    given = parser.parse_args()
    if given.action == "fetch":
        fetch_jars()
        return 0
    try:
        return run(given.home.resolve(), given.bolt_port, given.http_port)
    except NotStartedError as error:
        print(f"make neo4j: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
