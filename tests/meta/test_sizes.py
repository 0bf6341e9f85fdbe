"""Modules and functions stay readable."""

from tests.meta.sources import functions, modules, shown

LINES_A_MODULE = 400
LINES_A_FUNCTION = 40


def test_no_module_is_over_400_lines() -> None:
    """A module that grows past 400 lines has to be split."""
    counts = {shown(path): len(path.read_text().splitlines()) for path in modules()}
    assert {name: count for name, count in counts.items() if count > LINES_A_MODULE} == {}


def test_no_function_is_over_40_lines() -> None:
    """A function fits a screen, its docstring included."""
    long = [
        f"{shown(path)}:{function.lineno} {function.name}"
        for path in modules()
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > LINES_A_FUNCTION
    ]
    assert long == []


def test_no_module_is_named_after_nothing() -> None:
    """A module's name says which stage or noun it is."""
    vague = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
    assert [shown(path) for path in modules() if path.stem in vague or path.parent.name in vague] == []
