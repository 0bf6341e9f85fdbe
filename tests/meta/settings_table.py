"""The operator guide's table of settings, made from `config/default.toml`: `python tests/meta/settings_table.py`."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEFAULTS = ROOT / "config" / "default.toml"
GUIDE = ROOT / "docs" / "operator.md"
BEGIN, END = "<!-- settings: begin -->\n", "<!-- settings: end -->\n"
UNTOLD = {
    "graph.uri": "`embedded:`, or `neo4j://host:7687`, `bolt://host:7687` (`+s` for TLS)",
    "graph.user": "with `neo4j://`",
    "http.port": "of the API and the pages",
    "owner.digest_at": "HH:MM in the zone; the day's digest",
    "owner.analysis_at": "HH:MM in the zone; the daily pass over everything",
    "proposals.drafted_a_cycle": "proposals drafted in one cycle at most",
    "proposals.in_one_digest": "proposals in one message at most",
    "proposals.expires_after": "a proposal that nobody decided ends",
    "proposals.approval_expires_after": "an approval that nothing was done with ends",
    "proposals.not_now_returns_after": "what was rejected with `not_now` comes back, then after twice as long",
    "proposals.rounds_max": "rounds of checks at most; then both positions go to the person",
    "research.mode": "quick is the only mode so far",
    "escalation.rungs": "`[[escalation.rungs]]` with `after` and `action` (log, publish, ask, urgent, pause, again)",
    "bus.transient_tries": "tries before a failing delivery is reported; it goes on trying",
    "bus.most_wait": "between two tries at most",
}
"""Words for keys whose line in the file says nothing by itself."""


def rows() -> list[tuple[str, str, str]]:
    """Each setting with its default and what it is for."""
    values = tomllib.loads(DEFAULTS.read_text())
    told, section = {}, ""
    for line in DEFAULTS.read_text().splitlines():
        if head := re.match(r"\[([a-z_.]+)\]", line):
            section = head[1]
        elif found := re.match(r"([a-z_]+) = [^#]*(?:# (.*))?$", line):
            told[f"{section}.{found[1]}"] = (found[2] or "").strip()
    return [
        (
            f"{section}.{key}",
            _shown(value),
            UNTOLD.get(f"{section}.{key}") or told[f"{section}.{key}"],
        )
        for section, keys in values.items()
        for key, value in keys.items()
    ]


def _shown(value: object) -> str:
    """A default as the table has it; rungs of the ladder in one line."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return ", ".join(" ".join(map(str, item.values())) for item in value)
    return str(value) if value != "" else ""


def table() -> str:
    """The table in Markdown."""
    lines = ["| setting | environment | default | what it is |", "| --- | --- | --- | --- |"]
    for name, value, words in rows():
        section, key = name.split(".")
        default = f"`{value}`" if value else "empty"
        lines.append(f"| `{name}` | `VIBE_{section.upper()}__{key.upper()}` | {default} | {words} |")
    return "\n".join(lines) + "\n"


def written(guide: str) -> str:
    """The table as it stands in the guide."""
    return guide.partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    text = GUIDE.read_text()
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    GUIDE.write_text(before + BEGIN + table() + END + after)
