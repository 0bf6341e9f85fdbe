"""The breaker: after so many failures in a row the rules stand in for the language model, for a while.

Then one call tries whether the server is well again. What the owner marked private is never asked of a server that is
not this machine: the rules answer.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import structlog

from vibe.domain.acts import ModelReply, ModelRequest, Resting, Spend
from vibe.domain.errors import CallFailed, CallRefused
from vibe.edges.models.openai import OpenAiModel
from vibe.edges.models.rules import RuleModel
from vibe.ports.inward import Clock
from vibe.settings import ModelSettings

log = structlog.get_logger()


class StandingIn:
    """A language model with the rules behind it."""

    def __init__(self, model: OpenAiModel, rules: RuleModel, settings: ModelSettings, clock: Clock) -> None:
        self._model, self._rules, self._settings, self._clock = model, rules, settings, clock
        self._leaves = not is_here(settings.base_url)
        self._failures, self._why = 0, ""
        self._open_until: datetime | None = None

    def price(self, request: ModelRequest) -> Spend:
        """What a call may use: nothing where the rules answer."""
        return Spend() if self._rules_answer(request) else self._model.price(self._shown(request))

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Ask the model, or the rules while it is not to be asked.

        Raises:
            CallFailed, CallRefused: as the model does.
        """
        if self._rules_answer(request):
            return await self._rules.ask(request)
        try:
            reply = await self._model.ask(self._shown(request))
        except (CallFailed, CallRefused) as error:
            self._failed(error)
            raise
        self._failures, self._open_until = 0, None
        return reply

    @property
    def elsewhere(self) -> str:
        """The server, where it is not this machine; empty where nothing leaves."""
        return urlsplit(self._settings.base_url).netloc.rpartition("@")[2] if self._leaves else ""

    def resting(self) -> Resting | None:
        """Why the rules stand in, while they do."""
        return Resting(self._failures, self._why) if self.is_open else None

    @property
    def is_open(self) -> bool:
        """Whether the rules stand in."""
        return self._open_until is not None and self._clock.now() < self._open_until

    def _rules_answer(self, request: ModelRequest) -> bool:
        return self.is_open or (self._leaves and is_private(request.inputs))

    def _shown(self, request: ModelRequest) -> ModelRequest:
        return replace(request, inputs=withhold(request.inputs)) if self._leaves else request

    def _failed(self, error: Exception) -> None:
        self._failures, self._why = self._failures + 1, str(error)
        if self._failures >= self._settings.breaker_after:
            self._open_until = self._clock.now() + self._settings.breaker_rests
            log.warning("model_breaker_open", failures=self._failures, why=str(error))

    async def aclose(self) -> None:
        """Close the model's connections."""
        await self._model.aclose()


def is_private(inputs: Mapping[str, Any]) -> bool:
    """Whether any block that the question is about is marked private."""
    blocks = [*(inputs.get("blocks") or ()), inputs.get("block") or {}, inputs.get("claim") or {}]
    return any(isinstance(block, Mapping) and block.get("private") for block in blocks)


def withhold(value: Any) -> Any:
    """The same data without what is marked private anywhere in it: neighbours, the goal, other proposals."""
    if isinstance(value, Mapping):
        return {name: None if _is_marked(item) else withhold(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [withhold(item) for item in value if not _is_marked(item)]
    return value


def _is_marked(value: object) -> bool:
    return isinstance(value, Mapping) and bool(value.get("private"))


def is_here(base_url: str) -> bool:
    """Whether an address is this machine."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
