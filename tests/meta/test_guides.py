"""What the guides say is so: settings, commands, files they point to."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import typer.main

from tests.meta.settings_table import GUIDE, ROOT, rows, table, written
from vibe.cli import app

GUIDES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def commands(group: Any, name: str = "vibe") -> Iterator[tuple[str, Any]]:
    """Every command with its full name, those that hold others too."""
    for word, command in group.commands.items():
        yield f"{name} {word}", command
        if hasattr(command, "commands"):
            yield from commands(command, f"{name} {word}")


COMMANDS = dict(commands(typer.main.get_group(app)))


def test_the_table_of_settings_is_the_file() -> None:
    """The operator guide lists each setting with its default as `config/default.toml` has it."""
    assert written(GUIDE.read_text()) == table(), "run: python tests/meta/settings_table.py"


def test_every_setting_is_told_in_words() -> None:
    """No row of the table leaves its last column empty."""
    assert [name for name, _, words in rows() if not words] == []


def test_the_commands_are_found() -> None:
    """The two tests below look at commands and at what stands under them."""
    assert {"vibe import", "vibe ledger verify", "vibe rejections undo"} <= COMMANDS.keys()


def test_guides_name_only_commands_that_exist() -> None:
    """A command in a guide can be typed."""
    named = re.compile(r"(?:`|\$ )vibe ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
    unknown = []
    for guide, (first, second) in [(page, found) for page in GUIDES for found in named.findall(page.read_text())]:
        group = COMMANDS.get(f"vibe {first}")
        if group is None or (second and hasattr(group, "commands") and second not in group.commands):
            unknown.append((guide.name, first, second))
    assert unknown == []


def test_every_command_shows_an_example() -> None:
    """`--help` of each command that does something ends with an example of itself."""
    doing = {name: command for name, command in COMMANDS.items() if not hasattr(command, "commands")}
    assert [name for name, command in doing.items() if f"Example: `{name}" not in (command.help or "")] == []


def test_every_link_of_the_guides_leads_somewhere() -> None:
    """Relative links point at files that are there."""
    link = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
    pages = chain(GUIDES, [ROOT / "CHANGELOG.md"])
    links = ((guide, target) for guide in pages for target in link.findall(guide.read_text()))
    broken = [
        (guide.name, target)
        for guide, target in links
        if not target.startswith("http") and not (guide.parent / target).exists()
    ]
    assert broken == []
