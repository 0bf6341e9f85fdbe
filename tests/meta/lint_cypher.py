"""`make lint`'s check of the query files: every header agrees with its text, names, schema numbers; no server needed.

The other half, `EXPLAIN` on both servers, is tests/contract/test_planning.py. Prints what it checked, or every fault.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from vibe.catalog import Catalog, Query, parse_query, shipped
from vibe.domain.errors import VibeError

ROLES = {"anchors", "touched", "test"}
# Runs on one of the two servers only (GRAPH rules), or would scan where an index was meant.
NOT_PORTABLE = {
    r"\bapoc\.": "apoc is not on both servers",
    r"\b(?:elementId|id)\s*\(": "internal ids are reused; use the property id",
    r"\brand\s*\(": "chance comes in as a parameter",
    r"\b(?:datetime|timestamp|date|localdatetime)\s*\(\s*\)": "the clock comes in as a parameter",
    r"[<>=]\s*datetime\s*\(": "compares with a function call: scans; use a parameter",
    r"\bMERGE\s*\(\w*:\w+:\w+": "a MERGE of two labels takes seconds on the embedded store",
    r"\b(?:FULLTEXT|VECTOR)\s+INDEX": "not on both servers",
    r"\bSHORTEST\s+\d": "not on both servers",
    r"\bCALL\s*\{[^}]*\}\s*IN TRANSACTIONS": "breaks the one transaction",
}


def faults(folder: Path | None = None) -> list[str]:
    """Every fault of every file, so that one run shows them all."""
    folder = folder or shipped("cypher")
    found = [fault for path in sorted(folder.rglob("*.cypher")) for fault in _faults_of(path, folder)]
    return found + _rule_faults(folder) + _schema_faults(folder)


def _faults_of(path: Path, folder: Path) -> list[str]:
    name = path.relative_to(folder).with_suffix("").as_posix()
    where, text = f"cypher/{name}.cypher", path.read_text()
    code = _code(text)
    found = [f"{where}: {why}" for pattern, why in NOT_PORTABLE.items() if re.search(pattern, code, re.IGNORECASE)]
    if name.startswith("schema/"):
        return found
    try:
        query = parse_query(name, text, where)
    except (VibeError, ValueError) as error:
        return [*found, str(error)]
    return found + [f"{where}: {fault}" for fault in _shape_faults(query, code)]


def _shape_faults(query: Query, code: str) -> list[str]:
    ledger_write = query.mode == "write" and query.stage != "book"
    columns, most = returned(code), query.rows.rpartition("..")[2]
    many = query.mode == "read" and (most == "limit" or (most.isdigit() and int(most) > 1))
    checks = [
        (ledger_write and not re.search(r"\bUNWIND\s+\$rows\b", code), "a write query unwinds $rows"),
        (columns != query.returns, f"declares {', '.join(query.returns)}, returns {', '.join(columns)}"),
        (many and not re.search(r"\bLIMIT\b", code), f"says rows {query.rows} but has no LIMIT"),
        ("LIMIT" in code and "ORDER BY" not in code and many, "is bounded but not ordered"),
        (";" in _without_strings(code), "one statement a file, without a semicolon"),
    ]
    return [message for wrong, message in checks if wrong]


def _without_subqueries(code: str) -> str:
    """The text without what stands in braces: a subquery's RETURN is not the query's."""
    while re.search(r"\{[^{}]*\}", code):
        code = re.sub(r"\{[^{}]*\}", "", code)
    return code


def returned(code: str) -> tuple[str, ...]:
    """The columns a query's last RETURN names, in order."""
    last = re.split(r"\bRETURN\b(?:\s+DISTINCT\b)?", _without_subqueries(_without_strings(code)))[-1]
    clause = re.split(r"\b(?:ORDER\s+BY|SKIP|LIMIT)\b", last)[0]
    depth, columns = 0, [""]
    for letter in clause:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            columns.append("")
        else:
            columns[-1] += letter
    return tuple(re.split(r"\bAS\b", column)[-1].strip() for column in columns)


def _rule_faults(folder: Path) -> list[str]:
    rules = [path for path in sorted((folder / "gaps").glob("*")) if (path / "test.cypher").exists()]
    lacks = {path.name: ROLES - {file.stem for file in path.glob("*.cypher")} for path in rules}
    return [f"cypher/gaps/{name}: lacks {', '.join(sorted(missing))}" for name, missing in lacks.items() if missing]


def _schema_faults(folder: Path) -> list[str]:
    names = sorted(path.name for path in (folder / "schema").glob("*.cypher"))
    numbers = [re.match(r"(\d+)_", name) for name in names]
    found = [f"cypher/schema/{name}: has no number" for name, number in zip(names, numbers, strict=True) if not number]
    seen = [number.group(1) for number in numbers if number]
    twice = sorted({number for number in seen if seen.count(number) > 1})
    return found + [f"cypher/schema: number {number} is there twice" for number in twice]


def _without_strings(code: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"", "''", code)


def _code(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.strip().startswith("//"))


def main() -> int:
    """Print the faults, or how many files are in order."""
    found = faults()
    for fault in found:
        print(fault, file=sys.stderr)
    if not found:
        catalog = Catalog()
        print(f"cypher: {len(catalog.queries)} queries, {len(catalog.rules)} rules in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
