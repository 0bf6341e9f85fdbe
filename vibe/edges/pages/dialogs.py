"""Dialogs: what a person is asked before something is done.

They stand beside the live part of a page, so that a redraw leaves what is being typed alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from nicegui import ui
from nicegui.events import UploadEventArguments

from vibe.edges.pages.pieces import action, box, tagged


@contextmanager
def dialog(title: str, text: str = "") -> Iterator[ui.dialog]:
    """A dialog's frame; what is drawn inside stands under its title. Awaited, it gives what it was submitted with."""
    with ui.context.client.content, ui.dialog() as opened, box("dialog"):
        tagged("h2", title)
        if text:
            tagged("p", text, "lead")
        yield opened


def answers(opened: ui.dialog, text: str, value: Callable[[], Any], kind: str = "main") -> None:
    """The two buttons at a dialog's end; `value` is what it is submitted with, None leaves it open."""

    def submit() -> None:
        found = value()
        if found is not None:
            opened.submit(found)

    with box("buttons"):
        action(text, submit, kind=kind, do="submit")
        action("Leave it", lambda: opened.submit(None), kind="quiet")


def words(label: str, value: str = "", *, rows: int = 3, hint: str = "") -> ui.textarea:
    """A field for a person's words."""
    field = ui.textarea(label, value=value).props(f"outlined autogrow rows={rows}").classes("field")
    if hint:
        field.props["hint"] = hint
    return field


def line(label: str, value: str = "", *, hint: str = "") -> ui.input:
    """A field of one line."""
    field = ui.input(label, value=value).props("outlined").classes("field")
    if hint:
        field.props["hint"] = hint
    return field


def date(label: str, *, hint: str = "") -> ui.input:
    """A field for a day, with the browser's own calendar."""
    field = ui.input(label).props("outlined type=date stack-label").classes("field")
    if hint:
        field.props["hint"] = hint
    return field


MOST_UPLOADED = 1_900_000
"""Bytes: what a request may carry, its own frame left out."""


@dataclass(slots=True)
class Uploaded:
    """A file that a person put into a dialog; no name: none yet."""

    name: str = ""
    data: bytes = b""


def upload(label: str) -> Uploaded:
    """A field for one text file, sent as soon as it is chosen."""
    given = Uploaded()

    async def take(event: UploadEventArguments) -> None:
        given.name, given.data = event.file.name, await event.file.read()

    def refuse() -> None:
        ui.notify(f"Too large: at most {MOST_UPLOADED // 1000} kB.", type="negative", position="bottom")

    field = ui.upload(
        label=label, auto_upload=True, max_files=1, max_file_size=MOST_UPLOADED, on_upload=take, on_rejected=refuse
    )
    field.props('flat bordered accept=".md,.txt,.csv,.json,.html,text/*"').classes("field")
    return given
