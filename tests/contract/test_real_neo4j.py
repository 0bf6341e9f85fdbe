"""The Neo4j that the contract suite runs on is a real one, and nothing of it stays behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from neo4j import GraphDatabase

from tests.neo4j import server
from tests.neo4j.finding import Address


@pytest.fixture
def ended_pid() -> int:
    """A pid that was a process a moment ago."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.neo4j
def test_it_is_a_neo4j_of_the_supported_line(neo4j_uri: Address) -> None:
    """Neo4j 5.26 or newer, with the password asked for, not something that only speaks its protocol."""
    with GraphDatabase.driver(neo4j_uri.uri, auth=(neo4j_uri.user, neo4j_uri.password)) as driver:
        rows = driver.execute_query("CALL dbms.components() YIELD name, versions RETURN name, versions").records
    version = next(row["versions"][0] for row in rows if row["name"] == "Neo4j Kernel")
    assert tuple(map(int, version.split(".")[:2])) >= (5, 26)


def test_a_pid_that_is_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    """Pids are reused: only a process that names this home on its command line is ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        server.stop(process.pid, tmp_path)
        assert process.poll() is None
        process.communicate(b"\n")


def test_what_a_killed_test_run_left_is_swept(tmp_path: Path, ended_pid: int) -> None:
    """A home whose owner is gone is removed, one whose owner runs stays."""
    left, kept = tmp_path / f"run-{ended_pid}", tmp_path / f"run-{os.getpid()}"
    for home in (left, kept):
        home.mkdir()
        (home / "server.pid").write_text(str(ended_pid))
    server.sweep(tmp_path)
    assert [path for path in (left, kept) if path.exists()] == [kept]


def test_a_machine_without_java_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason names the package, so that the skip can be acted on."""
    monkeypatch.setenv("PATH", "")
    assert "openjdk-17" in (server.lacking() or "")
