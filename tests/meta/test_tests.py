"""The tests themselves keep their rules."""

import ast
import re

import pytest

from tests.meta.sources import functions, shown, suites

CHECKS = re.compile(r"Assert\(|raises|assert|check|fail|run_state_machine|expect")
SLEEPS = {"asyncio.sleep", "time.sleep", "anyio.sleep", "wait_for_timeout"}


def each_test() -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every test function, with where it stands."""
    return [
        (f"{shown(path)}:{function.lineno} {function.name}", function)
        for path in suites()
        for function in functions(path)
        if function.name.startswith("test_")
    ]


def test_every_test_states_its_behaviour() -> None:
    """A docstring says what must hold, so that a failure can be judged without reading the body."""
    assert [where for where, test in each_test() if not ast.get_docstring(test)] == []


def test_every_test_can_fail() -> None:
    """A test that asserts nothing proves nothing."""
    assert [where for where, test in each_test() if not CHECKS.search(ast.dump(test))] == []


def test_no_test_sleeps() -> None:
    """Waiting for time to pass makes tests slow and unsteady; the clock is a port."""
    sleeping = [
        f"{shown(path)}:{node.lineno}"
        for path in suites()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(tuple(SLEEPS))
    ]
    assert sleeping == []


def test_every_test_module_lies_in_a_folder_of_its_kind() -> None:
    """A test module lies in one of the folders that say what kind of test it is."""
    kinds = {"unit", "kernel", "contract", "acceptance", "edges", "cli", "evaluation", "meta"}
    assert [shown(path) for path in suites() if shown(path).split("/")[1] not in kinds] == []


@pytest.mark.parametrize("kind", ["neo4j", "browser", "embedded", "slow"])
def test_markers_are_declared(kind: str, pytestconfig: pytest.Config) -> None:
    """The markers that choose what a machine can run are known to pytest, so a misspelt one is an error."""
    assert any(line.startswith(f"{kind}:") for line in pytestconfig.getini("markers"))
