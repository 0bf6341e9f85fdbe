"""Finds a real Neo4j for the contract tests: one that was given, else one in Docker, else one assembled by Maven."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.neo4j import server

IMAGE = "neo4j:5.26-community"
HOMES = Path(__file__).parent / "home"
DOCKER_ANSWERS_S = 10


class Address(NamedTuple):
    """How a driver reaches the server.

    Tests empty its database: never give one that holds anything dear. It must be on this machine (the fence), if need
    be through a forwarded port.
    """

    uri: str
    user: str
    password: str


@contextmanager
def real_neo4j() -> Iterator[Address | str]:
    """A server for one test session, ended afterwards; or, where there can be none, the reason as a `str`.

    Raises:
        NotStartedError: Java and Maven are here, yet the server did not start: a failure, not a lack.
    """
    given = os.environ.get("VIBE_TEST_NEO4J_URI")
    if given:
        yield Address(given, os.environ.get("VIBE_TEST_NEO4J_USER", "neo4j"), os.environ["VIBE_TEST_NEO4J_PASSWORD"])
    elif docker_answers():
        with _in_docker() as address:
            yield address
    elif why_not := server.lacking():
        yield f"no VIBE_TEST_NEO4J_URI, no Docker engine answers, and the server of tests/neo4j {why_not}"
    else:
        with _assembled() as address:
            yield address


def docker_answers() -> bool:
    """Whether a Docker engine is there and testcontainers is installed; a client alone is not enough."""
    if not shutil.which("docker"):
        return False
    try:
        import testcontainers.community.neo4j  # noqa: F401 - only asked for

        done = subprocess.run(["docker", "info"], capture_output=True, check=False, timeout=DOCKER_ANSWERS_S)
    except (ImportError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@contextmanager
def _in_docker() -> Iterator[Address]:
    from testcontainers.community.neo4j import Neo4jContainer

    with Neo4jContainer(IMAGE, password="only-for-tests") as container:
        yield Address(container.get_connection_url(), container.username, container.password)


@contextmanager
def _assembled() -> Iterator[Address]:
    server.sweep(HOMES)
    home = HOMES / f"run-{os.getpid()}"
    started = server.start(home)
    try:
        yield Address(started.uri, started.user, started.password)
    finally:
        server.stop(started.pid, home)
        shutil.rmtree(home, ignore_errors=True)
