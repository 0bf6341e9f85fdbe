"""Typed settings: `config/default.toml`, the home's `config.toml`, then the environment; read once, in `bootstrap`.

The only module that imports pydantic-settings and platformdirs.
"""

from __future__ import annotations

import os
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_dir
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from vibe.catalog import shipped
from vibe.domain.errors import BadInput
from vibe.domain.ladders import RungAction, Step

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def read_duration(value: object) -> timedelta:
    """Read `20s`, `5m`, `2h`, `3d`.

    Raises:
        ValueError: it is none of these.
    """
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"\s*(\d+)\s*([smhd])\s*", str(value))
    if not found:
        raise ValueError(f"{value!r} is not a duration; write 20s, 5m, 2h or 3d")
    return timedelta(seconds=int(found.group(1)) * _UNITS[found.group(2)])


Duration = Annotated[timedelta, BeforeValidator(read_duration)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GraphSettings(_Section):
    """Which store, and how to reach it."""

    uri: str
    user: str
    password: SecretStr
    password_file: str
    database: str
    heap: str
    linger: Duration


def time_of_day(value: str) -> str:
    """Let a time of day pass, or nothing.

    Raises:
        ValueError: it is none.
    """
    if value and not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value):
        raise ValueError(f"{value!r} is no time of a day; write one like 21:30")
    return value


class HttpSettings(_Section):
    """Where the API and the pages listen."""

    host: str
    port: int
    public_url: str


class OwnerSettings(_Section):
    """The founder's zone and hours."""

    zone: str
    digest_at: str
    analysis_at: str
    quiet_from: str
    quiet_to: str
    messages_an_hour: int
    open_items_max: int

    @field_validator("digest_at", "analysis_at", "quiet_from", "quiet_to")
    @classmethod
    def _is_time(cls, value: str) -> str:
        return time_of_day(value)

    @field_validator("zone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value!r} is not a time zone; write one like Europe/Copenhagen") from error
        return value


class TelegramSettings(_Section):
    """The bot that asks the founder, and who may answer."""

    token: SecretStr
    token_file: str
    base_url: str
    chat_gap: Duration
    approvers: tuple[int, ...]


class ProposalSettings(_Section):
    """Caps and expiries of proposals."""

    open_max: int
    drafted_a_cycle: int
    in_one_digest: int
    expires_after: Duration
    approval_expires_after: Duration
    not_now_returns_after: Duration
    rounds_max: int
    gaps_in_one: int


class GapSettings(_Section):
    """How rules are run."""

    page: int
    rule_timeout: Duration


class ModelSettings(_Section):
    """Which language model drafts, objects and judges; an empty address: rules alone."""

    base_url: str
    name: str
    proposer: str
    critic: str
    arbiter: str
    judge: str
    context_tokens: int
    api_key: SecretStr
    api_key_file: str
    output_mode: Literal["native", "prompted", "tool"]
    timeout: Duration
    requests_max: int
    parallel: int
    usd_per_million_in: float
    usd_per_million_out: float
    usd_a_day: float
    usd_a_month: float
    tokens_a_day: int
    breaker_after: int
    breaker_rests: Duration


class LikenessSettings(_Section):
    """How proposals are compared with what was rejected."""

    measure: Literal["auto", "minilm", "rapidfuzz"]


class ResearchSettings(_Section):
    """How research runs work."""

    mode: str
    candidates_max: int
    judged_max: int


class ExecutionSettings(_Section):
    """How plans are carried out."""

    gate_for: Duration
    events_for: Duration


class ReportSettings(_Section):
    """What happens with the report of a milestone."""

    command: str


class BackupSettings(_Section):
    """When the home is backed up by itself."""

    daily_at: str
    keep: Annotated[int, Field(ge=1)]

    @field_validator("daily_at")
    @classmethod
    def _is_time(cls, value: str) -> str:
        return time_of_day(value)


class AgentSettings(_Section):
    """Agents and how they are told."""

    webhook_private: tuple[str, ...]


class RungSettings(_Section):
    """One step of the ladder."""

    after: Duration
    action: Literal["log", "publish", "ask", "urgent", "pause", "again"]

    def step(self) -> Step:
        """As questions climb it."""
        return Step(self.after, RungAction(self.action))


class EscalationSettings(_Section):
    """What happens while nobody answers a question."""

    webhook_url: str
    rungs: tuple[RungSettings, ...]


class BusSettings(_Section):
    """How deliveries are tried."""

    poll: Duration
    transient_tries: int
    most_wait: Duration


class HealthSettings(_Section):
    """When the daemon calls itself unwell."""

    max_open_s: int


class Settings(BaseSettings):
    """Every setting; frozen."""

    model_config = SettingsConfigDict(env_prefix="VIBE_", env_nested_delimiter="__", frozen=True, extra="ignore")

    graph: GraphSettings
    http: HttpSettings
    owner: OwnerSettings
    telegram: TelegramSettings
    proposals: ProposalSettings
    gaps: GapSettings
    likeness: LikenessSettings
    model: ModelSettings
    research: ResearchSettings
    executions: ExecutionSettings
    agents: AgentSettings
    reports: ReportSettings
    backup: BackupSettings
    escalation: EscalationSettings
    bus: BusSettings
    health: HealthSettings

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment overrides the files."""
        return env_settings, init_settings


def home_folder() -> Path:
    """Where this installation keeps everything: `VIBE_HOME`, else the user's data folder."""
    return Path(os.environ.get("VIBE_HOME") or user_data_dir("vibe", appauthor=False))


def read_settings(home: Path) -> Settings:
    """Read defaults, the home's `config.toml` and the environment.

    Raises:
        BadInput: a value is wrong or a key is unknown; says which and where.
    """
    values = tomllib.loads((shipped("config") / "default.toml").read_text())
    own = home / "config.toml"
    if own.exists():
        try:
            _merge(values, tomllib.loads(own.read_text()))
        except tomllib.TOMLDecodeError as error:
            raise BadInput(str(error), file=str(own)) from error
    unknown = sorted(values.keys() - Settings.model_fields.keys())
    if unknown:
        known = ", ".join(Settings.model_fields)
        raise BadInput(f"there is no section [{unknown[0]}]; there are {known}", file=str(own), field=unknown[0])
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(first["msg"], file="settings", field=".".join(map(str, first["loc"]))) from error


def _merge(values: dict[str, Any], more: dict[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(values.get(name), dict):
            _merge(values[name], value)
        else:
            values[name] = value
