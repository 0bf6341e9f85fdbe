"""What the meta tests read: the repository's own files and Vibe's syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
VIBE = ROOT / "vibe"
once_whole = pytest.mark.skipif(
    not (ROOT / "README.md").exists(), reason="no README yet: the parts are still being put together"
)


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(), filename=str(path))


def modules() -> list[Path]:
    """Every module of Vibe."""
    return sorted(VIBE.rglob("*.py"))


def suites() -> list[Path]:
    """Every file pytest collects tests from."""
    return sorted((ROOT / "tests").rglob("test_*.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of one file, methods and inner ones too."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def committed() -> list[Path]:
    """Every file git knows or would take; outside a checkout nothing is known."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = (ROOT / line for line in done.stdout.splitlines())
    return [path for path in paths if path.is_file()]


def shown(path: Path) -> str:
    """A path as people read it."""
    return path.relative_to(ROOT).as_posix()
