"""The language model: any OpenAI-compatible server, asked for replies of a given shape.

One call is at most `requests_max` requests: a reply that is malformed is sent back with what was wrong, by the library;
HTTP errors are not tried again here, the caller's policy does that. What a call used is known to the token where the
server said so; where it did not (timeout, cut connection) the booked estimate stays. The same question in flight is
asked once. The heavy libraries are imported at the first call.

Source: issue 5 (The model edge), MODELS.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vibe.catalog import Catalog, Prompt
from vibe.domain.acts import ModelReply, ModelRequest, Spend
from vibe.domain.canonical import sha256_of
from vibe.domain.debates import Role
from vibe.domain.errors import CallFailed, CallRefused
from vibe.edges.models.prices import price
from vibe.edges.models.replies import REPLIES
from vibe.ports.inward import Clock
from vibe.settings import ModelSettings

if TYPE_CHECKING:
    from pydantic_ai import Agent
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.usage import RunUsage

CHARACTERS_A_TOKEN = 3
"""Fewer than texts have, so that an estimate errs upwards."""
SCHEMA_TOKENS = 600
REFUSING = frozenset({400, 401, 403, 404, 405, 422})
"""Answers that stay the same however often one asks."""


class OpenAiModel:
    """Asks one server; `key` goes into its requests and nowhere else."""

    def __init__(self, settings: ModelSettings, key: str, catalog: Catalog, clock: Clock) -> None:
        self._settings, self._key, self._catalog, self._clock = settings, key, catalog, clock
        self._bound = asyncio.Semaphore(max(1, settings.parallel))
        self._flying: dict[str, asyncio.Future[ModelReply]] = {}
        self._agents: dict[tuple[str, str], Agent[None, Any]] = {}

    def name_for(self, role: str) -> str:
        """The model's name for a role."""
        told = self._settings
        own = {
            Role.PROPOSER: told.proposer,
            Role.CRITIC: told.critic,
            Role.ARBITER: told.arbiter,
            Role.JUDGE: told.judge,
        }
        return own.get(Role(role), "") or told.name

    def price(self, request: ModelRequest) -> Spend:
        """What one request of a call may use at most."""
        prompt = self._catalog.prompt(request.prompt)
        asked = len(prompt.render(request.inputs)) // CHARACTERS_A_TOKEN + SCHEMA_TOKENS
        cost = price(self._settings, self.name_for(request.role), asked, prompt.max_tokens)
        return Spend(cost, asked + prompt.max_tokens)

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Ask one question.

        Raises:
            CallFailed: late, cut off, overloaded, or no reply of that shape; may be asked again.
            CallRefused: the server will never answer it.
        """
        question = sha256_of([request.role, request.prompt, dict(request.inputs)])
        flying = self._flying.get(question)
        if flying is not None:
            found = await asyncio.shield(flying)
            return replace(found, cost_usd=0.0, tokens=0, details={**found.details, "shared": True})
        future: asyncio.Future[ModelReply] = asyncio.get_running_loop().create_future()
        self._flying[question] = future
        try:
            async with self._bound:
                reply = await self._call(request)
            future.set_result(reply)
            return reply
        except BaseException as error:
            future.set_exception(error if isinstance(error, CallFailed | CallRefused) else CallFailed("it was stopped"))
            future.exception()  # whoever awaited it has it; nobody else must
            raise
        finally:
            del self._flying[question]

    async def _call(self, request: ModelRequest) -> ModelReply:
        from pydantic_ai.usage import RunUsage

        prompt, usage, begun = self._catalog.prompt(request.prompt), RunUsage(), self._clock.now()
        name = self.name_for(request.role)
        value, answered = await self._run(request, prompt, name, usage)
        took = self._clock.now() - begun
        details = {
            "prompt_version": prompt.version,
            "prompt_sha256": prompt.sha256,
            "reply_sha256": sha256_of(dict(value)),
            "requests": usage.requests,
            "tokens_in": usage.input_tokens,
            "tokens_out": usage.output_tokens,
            "took_ms": round(took.total_seconds() * 1000),
        }
        return ModelReply(value, answered or name, self._cost(name, usage), _tokens(usage), details)

    async def _run(
        self, request: ModelRequest, prompt: Prompt, name: str, usage: RunUsage
    ) -> tuple[Mapping[str, Any], str]:
        """Run the exchange; every failure of the library becomes one of ours, with what was used."""
        from openai import APIConnectionError, APITimeoutError
        from pydantic_ai import exceptions as failing

        try:
            return await self._exchange(request, prompt, name, usage)
        except failing.ModelHTTPError as error:
            if error.status_code in REFUSING:
                raise CallRefused(f"the model's server answered {error.status_code} for {name!r}") from error
            wait = float(error.retry_after or 0) or 5.0
            text = f"the model's server answered {error.status_code}"
            raise CallFailed(
                text, tokens=_tokens(usage), cost_usd=self._cost(name, usage), retry_after_s=wait
            ) from error
        except (APITimeoutError, APIConnectionError, failing.ModelAPIError, TimeoutError) as error:
            late = isinstance(error, APITimeoutError | TimeoutError) or "timed out" in str(error).lower()
            text = "the model did not answer in time" if late else "the connection to the model's server broke"
            raise CallFailed(text, retry_after_s=5.0) from error
        except (failing.UnexpectedModelBehavior, failing.UsageLimitExceeded) as error:
            text = f"no reply of the shape asked for in {usage.requests} requests"
            raise CallFailed(text, tokens=_tokens(usage), cost_usd=self._cost(name, usage)) from error

    async def _exchange(
        self, request: ModelRequest, prompt: Prompt, name: str, usage: RunUsage
    ) -> tuple[Mapping[str, Any], str]:
        from pydantic_ai.usage import UsageLimits

        limits = UsageLimits(request_limit=self._settings.requests_max)
        agent = self._agent(prompt, name)
        result = await agent.run(prompt.render(request.inputs), usage=usage, usage_limits=limits)
        return result.output.plainly(), str(result.response.model_name or "")

    def _agent(self, prompt: Prompt, name: str) -> Agent[None, Any]:
        """Who asks a model with one prompt; made once, because the schema of its reply takes a while."""
        from pydantic_ai import Agent, NativeOutput, PromptedOutput, ToolOutput

        known = self._agents.get((prompt.name, name))
        if known is not None:
            return known
        modes = {"native": NativeOutput, "prompted": PromptedOutput, "tool": ToolOutput}
        shape = modes[self._settings.output_mode](REPLIES[prompt.reply])
        agent: Agent[None, Any] = Agent(
            self._model(name),
            output_type=shape,
            retries=self._settings.requests_max - 1,
            model_settings={"max_tokens": prompt.max_tokens, "temperature": 0.0},
        )
        self._agents[prompt.name, name] = agent
        return agent

    def _cost(self, name: str, usage: RunUsage) -> float:
        return price(self._settings, name, usage.input_tokens, usage.output_tokens)

    def _model(self, name: str) -> OpenAIChatModel:
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai import OpenAIProvider

        return OpenAIChatModel(name, provider=OpenAIProvider(openai_client=self._client))

    @cached_property
    def _client(self) -> Any:
        from openai import AsyncOpenAI

        return AsyncOpenAI(
            base_url=self._settings.base_url,
            api_key=self._key or "none",
            timeout=self._settings.timeout.total_seconds(),
            max_retries=0,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        if "_client" in self.__dict__:
            await self._client.close()


def _tokens(usage: RunUsage) -> int:
    return int(usage.input_tokens + usage.output_tokens)
