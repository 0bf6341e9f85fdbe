"""Keyboards: the buttons below a message that was tapped, and what is put between them. Pure.

What a tap opens (the reasons of a Reject, the times of a Later) stands below the row it belongs to, in the same
message; the same tap again closes it. The message itself says which buttons it has, so nothing is remembered.
"""

from __future__ import annotations

from telegram import InlineKeyboardMarkup

from vibe.domain.messages import Button, Rows


def rows_of(markup: InlineKeyboardMarkup | None) -> Rows:
    """The buttons of a message as it was when it was tapped."""
    keyboard = markup.inline_keyboard if markup else ()
    return tuple(
        tuple(Button(key.text, str(key.callback_data or ""), key.url or "") for key in row) for row in keyboard
    )


def toggled(rows: Rows, tapped: str, more: Rows) -> Rows:
    """The rows with `more` below the one that was tapped; without them where they stand there already."""
    opened = {button.data for row in more for button in row}
    kept = tuple(row for row in rows if not any(button.data in opened for button in row))
    if len(kept) < len(rows):
        return kept
    place = next((place for place, row in enumerate(rows) if any(one.data == tapped for one in row)), len(rows) - 1)
    return (*rows[: place + 1], *more, *rows[place + 1 :])
