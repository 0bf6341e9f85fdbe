"""The catalog: every Cypher query and prompt by its path name, with its header checked and its text hashed.

A query file `cypher/gaps/unvalidated_decision/test.cypher` is called `gaps/unvalidated_decision/test`. Its header is
the block of `// key: value` lines it opens with: `name`, `does`, `mode` (read, write or schema), `params` (`name type
[bounds]`, comma separated, or `none`), `returns`, `rows`, `timeout_s`, `source`; write queries add `stage` (create,
set, link, unlink, or book for bookkeeping that leaves no ledger entry); a rule's test adds `gap`, `why`, `action`.
Loading fails when a header and its text disagree.

A prompt file `prompts/debate/critique.md` is called `debate/critique`. Its header is lines `{# key: value #}`: `name`,
`version`, `reply` (what the answer is read as), `inputs` (a `?` behind those that may lack), `max_tokens`, `source`.
Its inputs are put in as JSON with `tojson`, which leaves no `<` or `>` in them: no text can end its own data block.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, meta

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


PROMPT_KEYS = ("name", "version", "reply", "inputs", "max_tokens", "source")
_PROMPT_LINE = re.compile(r"^\{#\s*([a-z_]+):\s*(.*?)\s*#\}\n", re.MULTILINE)
_JINJA = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701 - no HTML


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt; `text` is its template, `sha256` the hash of all of its file."""

    name: str
    version: int
    reply: str
    inputs: tuple[str, ...]
    max_tokens: int
    sha256: str
    text: str

    def render(self, inputs: Mapping[str, Any]) -> str:
        """Fill in the inputs that the header names; what it does not name is left out.

        Raises:
            BadInput: one is missing.
        """
        known = {name.rstrip("?") for name in self.inputs}
        missing = [name for name in self.inputs if not name.endswith("?") and name not in inputs]
        if missing:
            raise BadInput(f"lacks {', '.join(missing)}", file=f"prompts/{self.name}.md", field="inputs")
        given = {name: value for name, value in inputs.items() if name in known}
        return _template(self.text).render(given).strip()


@lru_cache(maxsize=64)
def _template(text: str) -> Template:
    """A template, compiled once."""
    return _JINJA.from_string(text)


def parse_prompt(name: str, text: str) -> Prompt:
    """Read one prompt file.

    Raises:
        BadInput: header and text disagree; the message says how.
    """
    file = f"prompts/{name}.md"
    header = dict(_PROMPT_LINE.findall(text))
    body = _PROMPT_LINE.sub("", text)
    missing = [key for key in PROMPT_KEYS if key not in header]
    if missing or header["name"] != name:
        raise BadInput(f"header lacks {', '.join(missing)}" if missing else "name is not the path", file=file, line=1)
    inputs = tuple(part.strip() for part in header["inputs"].split(","))
    used, declared = meta.find_undeclared_variables(_JINJA.parse(body)), {name.rstrip("?") for name in inputs}
    if not used <= declared:
        raise BadInput(f"uses {', '.join(sorted(used - declared))} undeclared", file=file, line=1)
    version, most = int(header["version"]), int(header["max_tokens"])
    return Prompt(name, version, header["reply"], inputs, most, sha256_of(text), body)


class Catalog:
    """All named queries and prompts; reads each file once."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or shipped("cypher")

    @cached_property
    def prompts(self) -> dict[str, Prompt]:
        """Every prompt by name."""
        folder = shipped("prompts")
        names = [path.relative_to(folder).with_suffix("").as_posix() for path in sorted(folder.rglob("*.md"))]
        return {name: parse_prompt(name, (folder / f"{name}.md").read_text()) for name in names}

    def prompt(self, name: str) -> Prompt:
        """One prompt.

        Raises:
            KeyError: there is none of that name.
        """
        return self.prompts[name]

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

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """The names of the gap rules: every folder of `gaps/` that has a test."""
        parts = (name.split("/") for name in self.queries)
        return tuple(part[1] for part in parts if len(part) == 3 and part[0] == "gaps" and part[2] == "test")
