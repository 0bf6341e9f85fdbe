"""The fence and the loud skips that all other tests rely on."""

import socket
import subprocess
import sys
from pathlib import Path

import loopback_only
import pytest

from tests.lacking import closing_line, count_lacks, skip_for_lack_of

OUTSIDE = "192.0.2.1"  # reserved for documentation: nobody answers there


@pytest.fixture
def own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log of refusals that does not fail the test that provokes them."""
    log = tmp_path / "provoked.log"
    monkeypatch.setenv(loopback_only.LOG, str(log))
    return log


def test_a_connection_off_this_machine_is_refused_and_recorded(own_log: Path) -> None:
    """Even where the error is swallowed, the record fails the test."""
    with socket.socket() as held, pytest.raises(loopback_only.OffMachineError):
        held.connect((OUTSIDE, 80))
    assert OUTSIDE in own_log.read_text()


def test_a_name_look_up_is_refused(own_log: Path) -> None:
    """Asking for a name already leaves the machine."""
    with pytest.raises(loopback_only.OffMachineError):
        socket.getaddrinfo("example.invalid", 80)
    assert "example.invalid" in own_log.read_text()


def test_a_started_python_process_is_fenced_too(own_log: Path) -> None:
    """A daemon that a test starts can't leave the machine unseen."""
    code = f"import socket; socket.socket().connect(({OUTSIDE!r}, 80))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "OffMachineError" in done.stderr
    assert OUTSIDE in own_log.read_text()


def test_loopback_is_open() -> None:
    """Servers on this machine can be reached, by number and by name."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("localhost", port)) as client:
            assert client.getpeername()[1] == port


def test_a_lack_is_skipped_and_counted() -> None:
    """The closing line counts skips by what was lacking."""
    with pytest.raises(pytest.skip.Exception) as skipped:
        skip_for_lack_of("Neo4j", "no Java")
    lacks = count_lacks([f"Skipped: {skipped.value}", f"Skipped: {skipped.value}", "Skipped: some other reason"])
    assert closing_line(lacks) == "SKIPPED FOR LACK OF: Neo4j 2; SKIPPED FOR OTHER REASONS: 1"


def test_what_a_machine_must_have_is_not_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """VIBE_TEST_REQUIRE turns a lack into a failure."""
    monkeypatch.setenv("VIBE_TEST_REQUIRE", "chromium, neo4j")
    with pytest.raises(pytest.fail.Exception, match="VIBE_TEST_REQUIRE names Neo4j"):
        skip_for_lack_of("Neo4j", "no Java")
