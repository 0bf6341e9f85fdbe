"""The catalog: every Cypher query and prompt by its path name, with its header checked and its text hashed.

A query file `cypher/gaps/unvalidated_decision/test.cypher` is called `gaps/unvalidated_decision/test`. Its header is
the block of `// key: value` lines it opens with: `name`, `does`, `mode` (read, write or schema), `params` (`name type
[bounds]`, comma separated, or `none`), `returns`, `rows`, `timeout_s`, `source`; write queries add `stage` (create,
set, link, unlink, or book for bookkeeping that leaves no ledger entry); a rule's test adds `gap`, `why`, `action`.
Loading fails when a header and its text disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from vibe.domain.canonical import sha256_of
from vibe.domain.errors import BadInput

MODES = ("read", "write", "schema")
STAGES = ("create", "set", "link", "unlink", "book")
REQUIRED = ("name", "does", "mode", "params", "returns", "rows", "timeout_s", "source")
_HEADER_LINE = re.compile(r"^//\s*([a-z_]+):\s*(.*)$")
_USED_PARAM = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_WRITES = re.compile(r"\b(CREATE|MERGE|SET|DELETE|REMOVE)\b")


@dataclass(frozen=True, slots=True)
class Query:
    """One named query; `text` is what is sent, without the header."""

    name: str
    text: str
    sha256: str
    mode: str
    params: tuple[str, ...]
    returns: tuple[str, ...]
    rows: str
    timeout_s: float
    stage: str | None = None
    header: Mapping[str, str] = field(default_factory=dict)


def shipped(folder: str) -> Path:
    """Find `cypher`, `prompts` or `config`: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).parent
    inside = package / "_shipped" / folder
    return inside if inside.is_dir() else package.parent / folder


def split_header(text: str, comment: str = "//") -> tuple[dict[str, str], str]:
    """Split a file into its header (`key: value`; a line without a key goes on with the one before) and its body."""
    header: dict[str, str] = {}
    last = ""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if not line.startswith(comment):
            return header, "\n".join(lines[number:]).strip()
        found = _HEADER_LINE.match(line.replace(comment, "//", 1))
        if found:
            last = found.group(1)
            header[last] = found.group(2).strip()
        elif last:
            header[last] += " " + line.removeprefix(comment).strip()
    return header, ""


def _names(declared: str) -> tuple[str, ...]:
    return () if declared in ("none", "") else tuple(part.split()[0] for part in declared.split(","))


def parse_query(name: str, text: str, file: str) -> Query:
    """Read one query file.

    Raises:
        BadInput: header and text disagree; the message says how.
    """
    header, body = split_header(text)
    missing = [key for key in REQUIRED if key not in header]
    if missing:
        raise BadInput(f"header lacks {', '.join(missing)}", file=file, line=1)
    _check_header(name, header, body, file)
    return Query(
        name=name,
        text=body,
        sha256=sha256_of(body),
        mode=header["mode"],
        params=_names(header["params"]),
        returns=_names(header["returns"]),
        rows=header["rows"],
        timeout_s=float(header["timeout_s"]),
        stage=header.get("stage"),
        header=header,
    )


def _check_header(name: str, header: Mapping[str, str], body: str, file: str) -> None:
    code = "\n".join(line for line in body.splitlines() if not line.strip().startswith("//"))
    declared, used = set(_names(header["params"])), set(_USED_PARAM.findall(code))
    writes = bool(_WRITES.search(re.sub(r"'[^']*'", "''", code)))
    faults = [
        (header["name"] != name, f"name is {header['name']!r}, the path says {name!r}"),
        (header["mode"] not in MODES, f"mode {header['mode']!r} is none of {MODES}"),
        (header["mode"] != "schema" and declared != used, f"declares {sorted(declared)}, uses {sorted(used)}"),
        (header["mode"] == "read" and writes, "is a read query but its text writes"),
        (header["mode"] == "write" and not writes, "is a write query but its text does not write"),
        (header["mode"] == "write" and header.get("stage") not in STAGES, f"needs a stage, one of {STAGES}"),
    ]
    for wrong, message in faults:
        if wrong:
            raise BadInput(message, file=file, line=1)


class Catalog:
    """All named queries of a folder; reads each file once."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or shipped("cypher")

    @cached_property
    def queries(self) -> dict[str, Query]:
        """Every query by name; schema files are left to the schema bootstrap."""
        found = {}
        for path in sorted(self.folder.rglob("*.cypher")):
            name = path.relative_to(self.folder).with_suffix("").as_posix()
            if not name.startswith("schema/"):
                found[name] = parse_query(name, path.read_text(), f"cypher/{name}.cypher")
        return found

    def query(self, name: str) -> Query:
        """One query.

        Raises:
            KeyError: there is none of that name.
        """
        return self.queries[name]

    def rules(self) -> Iterator[str]:
        """The names of the gap rules: every folder of `gaps/` that has a test."""
        for name in self.queries:
            if name.startswith("gaps/") and name.endswith("/test") and name.count("/") == 2:
                yield name.split("/")[1]
