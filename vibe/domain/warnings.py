"""Warnings: what a person is told once of the model: what leaves, that it rests, that its budget is spent. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vibe.domain.events import EventType
from vibe.domain.messages import Message, plain

PRIVATE = "Blocks with the property `private` never leave, nor do their titles."


def warning_text(kind: str, body: Mapping[str, Any]) -> str:
    """The warning in plain words."""
    if kind == EventType.MODEL_NAMED:
        what = "; ".join(str(item) for item in body.get("what", ()))
        return f"From now on texts leave this machine, for the model at {body.get('server')}: {what}. {PRIVATE}"
    if kind == EventType.BREAKER_TRIPPED:
        said = f"The model failed {body.get('failures')} times in a row ({body.get('why')})"
        return f"{said}: rules draft and check until it answers again."
    return f"The model's budget is used up: {body.get('said')}. What it was for is tried again later."


def warning_of(kind: str, body: Mapping[str, Any]) -> Message:
    """The warning as a message."""
    sign = "📤" if kind == EventType.MODEL_NAMED else "⚠️"
    return Message(f"{sign} {plain(warning_text(kind, body))}")
