"""One outside library is imported by one file or one edge; what import-linter can't say of imports is said here."""

import ast
import sys
from collections import defaultdict
from pathlib import Path

from tests.meta.sources import VIBE, modules, shown, tree_of

# Words of the language here rather than tools behind a seam: anybody may use them.
EVERYWHERE = {"pydantic", "structlog", "typing_extensions", "msgspec"}
# Packages that are one seam together: all their files count as one importer.
SEAMS = (
    "cli",
    "edges/graph",
    "edges/http",
    "edges/likeness",
    "edges/models",
    "edges/pages",
    "edges/sources",
    "edges/telegram",
    "plans/formats",
)
# Two seams share a library; why.
SHARED = {
    "starlette": {"vibe/edges/http", "vibe/edges/pages"},  # pages are mounted in the API's application
    "fastapi": {"vibe/edges/http", "vibe/edges/pages"},
}


def outside_imports(path: Path) -> set[str]:
    """The top names of the outside libraries a module imports, at its head or inside a function."""
    names = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    tops = {name.partition(".")[0] for name in names}
    return tops - {"vibe"} - set(sys.stdlib_module_names)


def importer(path: Path) -> str:
    """The seam a module belongs to, else the module itself."""
    inside = path.relative_to(VIBE).as_posix()
    return next((f"vibe/{seam}" for seam in SEAMS if inside.startswith(f"{seam}/")), shown(path))


def test_one_library_has_one_importer() -> None:
    """Replacing a library means changing one file or one edge."""
    importers: dict[str, set[str]] = defaultdict(set)
    for path in modules():
        for library in outside_imports(path) - EVERYWHERE:
            importers[library].add(importer(path))
    crowded = {name: sorted(who) for name, who in importers.items() if len(who) > 1 and who != SHARED.get(name)}
    assert crowded == {}


def test_the_client_for_agent_authors_imports_nothing_of_ours() -> None:
    """`vibe/client.py` can be copied out of Vibe and still works."""
    client = VIBE / "client.py"
    text = client.read_text() if client.exists() else ""
    assert "import vibe" not in text
    assert "from vibe" not in text
