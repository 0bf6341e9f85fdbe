"""Pieces: the small things every page is made of. All text is put in as text, never as markup, and obeys nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from nicegui import ui
from nicegui.elements.label import Label

from vibe.domain.visible import visible
from vibe.edges.pages.words import place

Press = Callable[[], Awaitable[None] | None]


def tagged(tag: str, text: str, classes: str = "") -> Label:
    """A text in an HTML element of this kind."""
    label = ui.label(visible(text)).classes(classes)
    label.tag = tag
    return label


def box(classes: str, tag: str = "div") -> ui.element:
    """An element to put others in."""
    return ui.element(tag).classes(classes)


def card(identity: str, classes: str = "card", tag: str = "article") -> ui.element:
    """A box that the keys can move to; its id may hold anything, so it is set as a value, never parsed."""
    made = box(classes, tag)
    made.props["data-card"] = identity
    made.props["tabindex"] = "-1"
    return made


def heading(text: str, *, small: bool = False) -> None:
    """A heading; the page's own, or one within it."""
    tagged("h2" if small else "h1", text)


def lead(text: str) -> None:
    """The sentence under a heading."""
    tagged("p", text, "lead")


def empty(icon: str, title: str, text: str) -> None:
    """What stands where there is nothing: says so, and what to do."""
    with box("empty"):
        ui.icon(icon)
        tagged("p", title, "title")
        tagged("p", text, "text")


def facts(pairs: Mapping[str, Any]) -> None:
    """Named values in two columns; empty ones are left out."""
    with box("facts", "dl"):
        for name, value in pairs.items():
            if value not in (None, "", []):
                tagged("dt", name)
                tagged("dd", str(value))


def chip(text: str, kind: str = "") -> None:
    """A word in a pill; `kind` colours it."""
    tagged("span", text, f"chip {kind}")


def severity(word: str) -> None:
    """A severity as a dot and a word."""
    with box(f"severity {word}", "span"):
        box("dot", "span")
        tagged("span", word)


def quote(
    text: str | None, file: str | None, line: int | None, beside: str = "", *, word_for_word: bool = True
) -> None:
    """A passage with where it stands; in quotation marks when it is one word for word."""
    with box("quote", "figure"):
        tagged("blockquote", text or "", "verbatim" if word_for_word else "")
        where = " · ".join(part for part in (beside, place(file, line)) if part)
        if where:
            tagged("figcaption", where)


def action(text: str, press: Press, *, do: str = "", kind: str = "plain", icon: str | None = None) -> None:
    """A button; `do` names it for the keys, `kind` is plain, quiet, main or main danger."""

    async def pressed() -> None:
        with ui.context.client:  # what is done may outlive the button: the page may be drawn anew meanwhile
            done = press()
            if done is not None:
                await done

    looks = " ".join(f"is-{word}" for word in kind.split())
    button = (
        ui.button(visible(text), on_click=pressed, icon=icon, color=None)
        .props("no-caps unelevated")
        .classes(f"action {looks}")
    )
    if do:
        button.props(f"data-do={do}")


def link(text: str, to: str, classes: str = "", *, do: str = "") -> None:
    """A link to a page of ours; `do` names it for the keys."""
    assert to.startswith("/")
    made = ui.link(visible(text), to).classes(classes)
    if do:
        made.props["data-do"] = do


def progress(ratio: float) -> None:
    """How far something is, as a bar and a number."""
    bar = box("progress").props(f'role="progressbar" aria-valuenow="{ratio * 100:.0f}"')
    with bar:
        box("done").style(f"width: {ratio * 100:.1f}%")
    tagged("span", f"{ratio:.0%} done", "when")


def lines(texts: Iterable[str], classes: str = "") -> None:
    """Sentences as a list."""
    with box(f"lines {classes}", "ul"):
        for text in texts:
            tagged("li", text)
