"""Queries: every file is in order, every name that is called exists, every query is called by somebody."""

import ast
import re
from pathlib import Path

import pytest

from tests.meta.lint_cypher import faults, returned
from tests.meta.sources import ROOT, modules, once_whole, shown, tree_of
from vibe.catalog import Catalog

CATALOG = Catalog()
FOLDERS = sorted(path.name for path in (ROOT / "cypher").iterdir() if path.is_dir() and path.name != "schema")
A_NAME = re.compile(rf"^(?:{'|'.join(FOLDERS)})/[a-z0-9_/]+$")
# Analysts' queries are listed, not called by name; the loop calls a rule's three queries by the rule's name.
CALLED_BY_LISTING = ("views/", "metrics/")


def called() -> dict[str, str]:
    """What Vibe's modules say where a query's name belongs: a pattern, and where it stands.

    An f-string counts as a pattern in which what is filled in may be anything.
    """
    found = {}
    for path in modules():
        docs = {id(node.value) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree_of(path)):
            text = None if id(node) in docs else _pattern(node)
            if text and re.match(rf"(?:{'|'.join(FOLDERS)})/", text):
                found[text] = f"{shown(path)}:{node.lineno}"
    return found


def _pattern(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values]
        return "".join(parts)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and A_NAME.match(node.value):
        # What ends like a stem is put together with a word from a fixed list.
        return re.escape(node.value) + (".+" if node.value.endswith(("/", "_")) else "")
    return None


def test_every_query_file_is_in_order() -> None:
    """Header and text agree, and nothing is used that one of the two servers lacks or is slow at."""
    assert faults() == []


def test_the_catalog_has_every_file() -> None:
    """Each file below cypher/, schema apart, can be called by its path."""
    files = [path for path in (ROOT / "cypher").rglob("*.cypher") if "schema" not in path.parts]
    assert len(CATALOG.queries) == len(files) > 0


def test_every_called_query_exists() -> None:
    """A misspelt name would fail only when it is reached."""
    names = CATALOG.queries
    missing = {where: text for text, where in called().items() if not any(re.fullmatch(text, name) for name in names)}
    assert missing == {}


@once_whole
def test_every_query_is_called() -> None:
    """A query nobody calls is either dead or a sign that its caller is missing."""
    patterns = [re.compile(text) for text in called()]
    wanted = [name for name in CATALOG.queries if not name.startswith(CALLED_BY_LISTING)]
    assert [name for name in wanted if not any(pattern.fullmatch(name) for pattern in patterns)] == []


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("name is", "// name: other\nRETURN 1 AS one"),
        ("declares one, returns two", "RETURN 1 AS two"),
        ("has no LIMIT", "MATCH (n:Block) RETURN n.id AS one ORDER BY one"),
        ("not ordered", "MATCH (n:Block) RETURN n.id AS one LIMIT 5"),
        ("clock", "RETURN datetime() AS one"),
        ("internal ids", "MATCH (n) RETURN elementId(n) AS one LIMIT 1"),
        ("read query", "MATCH (n:Block) SET n.a = 1 RETURN 1 AS one"),
        ("semicolon", "RETURN 1 AS one;"),
    ],
)
def test_a_fault_in_a_query_file_is_found(fault: str, text: str, tmp_path: Path) -> None:
    """The check can fail: each kind of fault is named."""
    header = {"name": "blocks/x", "does": "x", "mode": "read", "params": "none", "returns": "one int", "rows": "0..5"}
    header |= {"timeout_s": "5", "source": "none"}
    lines = text.splitlines()
    if lines[0].startswith("// name"):
        header["name"] = lines.pop(0).partition(": ")[2]
    (tmp_path / "blocks").mkdir()
    head = "\n".join(f"// {key}: {value}" for key, value in header.items())
    (tmp_path / "blocks" / "x.cypher").write_text(head + "\n" + "\n".join(lines))
    assert any(fault in one for one in faults(tmp_path))


def test_a_rule_without_its_three_queries_is_found(tmp_path: Path) -> None:
    """A rule is a folder of anchors, touched and test."""
    rule = tmp_path / "gaps" / "some_rule"
    rule.mkdir(parents=True)
    (rule / "test.cypher").write_text("")
    assert "cypher/gaps/some_rule: lacks anchors, touched" in faults(tmp_path)


def test_columns_are_read_past_commas_inside_brackets() -> None:
    """`collect([a, b])` is one column."""
    assert returned("MATCH (n) RETURN n.id AS id, [n.a, n.b] AS both ORDER BY id") == ("id", "both")
