"""Acts: what reaches the outside, said before it happens and proved after it.

Source: DESIGN sections 3 ("Steps") and 5, SPEC section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ActKind(StrEnum):
    """What kind of outward act it is; `config/tiers.toml` has its tier and its cap a day."""

    MODEL_CALL = "model_call"
    FETCH = "fetch"
    RUN = "run"
    FILE = "file"
    MESSAGE = "message"
    WEBHOOK = "webhook"
    SPEND = "spend"
    PUBLISH = "publish"


class Unknown(StrEnum):
    """What to do with an act of an older epoch whose outcome nobody wrote down."""

    REPEAT = "repeat"  # doing it again does no harm (message, model)
    PROBE = "probe"  # look whether it happened (run, file)
    ASK = "ask"  # only a person can tell (money, publishing)


@dataclass(frozen=True, slots=True)
class Intent:
    """What a handler is about to do outside.

    `name` is unique within one handler's run for one cause: the same name asked again returns the first outcome.
    `inputs` says what goes in, by name and hash; long texts and secrets never. `cost_usd` is the most it may cost,
    `tokens` how many it may use; both are booked before the act and settled after it.
    """

    name: str
    what: ActKind
    inputs: Mapping[str, Any] = field(default_factory=dict)
    unknown: Unknown = Unknown.REPEAT
    cost_usd: float = 0.0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act.

    `text` is the result (kept in the step's node, its hash in the ledger), `calls` what was called, `verification` how
    it was checked that it is what it claims to be. `details` go into the ledger with it: versions, hashes, times.
    """

    text: str
    calls: tuple[str, ...] = ()
    verification: str = "none asked for"
    cost_usd: float = 0.0
    tokens: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question to a model.

    `role` is proposer, critic or arbiter; `prompt` names a file of `prompts/`; `inputs` is plain JSON data, all of it
    data and never instruction. The rule model reads `inputs` directly, a language model gets the rendered prompt.
    """

    role: str
    prompt: str
    inputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelReply:
    """A reply in the shape the prompt's header names; `model` says who answered ("rules" for none)."""

    value: Mapping[str, Any]
    model: str
    cost_usd: float = 0.0
    tokens: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spend:
    """What a call may cost, or did."""

    cost_usd: float = 0.0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Resting:
    """Why a model is not asked for a while: so many failures in a row, the last of them."""

    failures: int
    why: str


@dataclass(frozen=True, slots=True)
class RaiseBudget:
    """Allow models more for today only: dollars and tokens beside the day's caps, on top of what was allowed."""

    usd: float = 0.0
    tokens: int = 0
