"""How commands end: 0 done, 1 refused, 2 wrong input, 3 the store can't be reached; one line says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.programs import Program, free_port
from tests.stores import fresh_home

pytestmark = [pytest.mark.embedded, pytest.mark.slow]

BROKEN = """\
{"block": "Decision", "id": "d-1", "title": "Buy a boat", "content": "A wooden one."}
{"block": "Decision", "id":
{"link": "SUPPORTS", "from": "nobody", "to": "d-1"}
"""
WHOLE = """\
{"block": "Decision", "id": "d-1", "title": "Buy a boat", "content": "A wooden boat of 1962, for 8,000 EUR."}
"""


def test_broken_input_is_told_by_file_and_line(tmp_path: Path) -> None:
    """What is left out is told with its line; strict refuses with 2 and writes nothing; no such path is 2 too."""
    program = Program(fresh_home(tmp_path / "home"))
    broken, dangling = tmp_path / "broken.jsonl", tmp_path / "dangling.jsonl"
    broken.write_text(BROKEN)
    dangling.write_text(WHOLE + '{"link": "SUPPORTS", "from": "nobody", "to": "d-1"}\n')
    with program.store_kept():
        refused = program.run("import", broken, "--strict")
        pointing = program.run("import", dangling, "--strict")
        nothing = program.run("import", tmp_path / "nothing.jsonl")
        plans = program.json("plans")["plans"]
        said = program.json("import", broken)
    assert [done.code for done in (refused, pointing, nothing)] == [2, 2, 2]
    assert "broken.jsonl:2" in refused.err
    assert "dangling.jsonl:2" in pointing.err
    assert plans == []
    assert [(item["file"], item["line"]) for item in said["warnings"]] == [("broken.jsonl", 2), ("broken.jsonl", 3)]
    assert (said["blocks"], said["links"]) == ({"Decision": 1}, 0)


def test_what_was_not_seen_is_not_approved(tmp_path: Path) -> None:
    """Another digest, a decision that was made and a number that is none end with 1 and a word; bad words with 2."""
    program, plan = Program(fresh_home(tmp_path / "home")), tmp_path / "boat.jsonl"
    plan.write_text(WHOLE)
    with program.store_kept():
        program.json("import", plan)
        assert program.json("cycle")["ready"] == 1
        wrong = program.run("approve", 1, "--digest", "0" * 64)
        rejected = program.run("reject", 1, "never")
        late = program.run("approve", 1)
        unknown = program.run("show", 99)
        status = program.run("proposals", "--status", "nonsense")
        usage = program.run("approve")
    assert (wrong.code, "not what you saw" in wrong.err) == (1, True)
    assert rejected.code == 0
    assert (late.code, "already rejected" in late.err) == (1, True)
    assert (unknown.code, "no proposal 99" in unknown.err) == (1, True)
    assert (status.code, "nonsense" in status.err) == (2, True)
    assert usage.code == 2


def test_a_store_that_does_not_answer_is_exit_code_three(tmp_path: Path) -> None:
    """The line names the address and what to look at; a password file that others can read is wrong input instead."""
    closed = {"VIBE_GRAPH__URI": f"bolt://127.0.0.1:{free_port()}"}
    away = Program(tmp_path / "home", closed).run("gaps", "--json")
    open_file = tmp_path / "password"
    open_file.write_text("secret")
    open_file.chmod(0o644)
    readable = Program(tmp_path / "home", closed | {"VIBE_GRAPH__PASSWORD_FILE": str(open_file)}).run("gaps")
    assert (away.code, closed["VIBE_GRAPH__URI"] in away.err, away.out) == (3, True, "")
    assert (readable.code, str(open_file) in readable.err) == (2, True)
