"""A model asked beside the ledger, by an evaluation that a person started: at most what a day allows, in one run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vibe.domain.acts import ModelReply, ModelRequest
from vibe.domain.debates import Role
from vibe.domain.errors import CallFailed, Refused
from vibe.edges.models.rules import RuleModel
from vibe.edges.models.standing_in import StandingIn
from vibe.settings import ModelSettings


class Capped:
    """Asks a model and counts what it used; a call that the day's caps do not cover is refused."""

    def __init__(self, model: RuleModel | StandingIn, settings: ModelSettings) -> None:
        self._model, self._settings = model, settings
        self.cost_usd, self.tokens = 0.0, 0

    async def ask(self, role: Role, prompt: str, inputs: Mapping[str, Any]) -> ModelReply:
        """Ask once.

        Raises:
            Refused: this run has used what a day may cost. CallFailed, CallRefused: as the model does.
        """
        request, told = ModelRequest(role, prompt, inputs), self._settings
        if isinstance(self._model, StandingIn):
            most = self._model.price(request)
            if (told.usd_a_day and self.cost_usd + most.cost_usd > told.usd_a_day) or (
                told.tokens_a_day and self.tokens + most.tokens > told.tokens_a_day
            ):
                raise Refused(f"this run used {self.tokens} tokens and {self.cost_usd:.2f} USD, all that a day may")
        try:
            reply = await self._model.ask(request)
        except CallFailed as error:
            self.cost_usd, self.tokens = self.cost_usd + error.cost_usd, self.tokens + (error.tokens or 0)
            raise
        self.cost_usd, self.tokens = self.cost_usd + reply.cost_usd, self.tokens + reply.tokens
        return reply
