"""Blocks: what people read, and the links between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from vibe.domain.canonical import sha256_of


class Kind(StrEnum):
    """The kind label a `:Block` carries beside `:Block`; fixed when it is created."""

    DECISION = "Decision"
    EVIDENCE = "Evidence"
    ASSUMPTION = "Assumption"
    KNOWLEDGE = "Knowledge"
    QUESTION = "Question"
    TASK = "Task"
    PROPOSAL = "Proposal"
    ARTIFACT = "Artifact"
    NORTH_STAR = "NorthStar"
    CAPABILITY = "Capability"


class LinkType(StrEnum):
    """The relationship types; never built from input, only looked up here."""

    SUPPORTS = "SUPPORTS"
    EVIDENCE_FOR = "EVIDENCE_FOR"
    CONTRADICTS = "CONTRADICTS"
    DEPENDS_ON = "DEPENDS_ON"
    BLOCKS = "BLOCKS"
    REQUIRES = "REQUIRES"
    PROVIDES = "PROVIDES"
    ADDRESSES = "ADDRESSES"
    DERIVED_FROM = "DERIVED_FROM"
    CONCERNS = "CONCERNS"
    PART_OF = "PART_OF"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: a file (relative to its corpus), its line (from 1), and the file's SHA-256."""

    file: str
    line: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block, as it comes in or goes out.

    `properties` holds what its kind adds (scalars or lists of scalars; names in camelCase, as in the graph).
    `created_at` is aware UTC or None ("now"). `place` is None for blocks made by hand.
    """

    id: str
    kind: Kind
    title: str
    content: str = ""
    status: str = "active"
    created_at: datetime | None = None
    priority: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None

    @property
    def content_sha256(self) -> str:
        """Hash of what the block says; a packet's target and an evidence's claim are bound to it."""
        return sha256_of([self.kind.value, self.title, self.content])


@dataclass(frozen=True, slots=True)
class Link:
    """One directed link; `why` is the sentence that states it, where a plan gives one.

    `place` is where it stands, for links that name what their input does not hold.
    """

    type: LinkType
    source: str
    target: str
    why: str = ""
    place: Place | None = field(default=None, compare=False)


RESERVED = frozenset(
    [
        "id",
        "key",
        "kind",
        "title",
        "content",
        "status",
        "createdAt",
        "updatedAt",
        "priority",
        "seq",
        "lock",
        "plan",
        "file",
        "line",
        "sourceSha256",
        "contentSha256",
        "withdrawnAt",
        "decidedBy",
        "number",
        "digest",
        "supportRatio",
        "private",
        "importSha256",
        "importedStatus",
        "madeBy",
        "madeOn",
        "edited",
        "keptAt",
    ]
)
"""Property names that belong to Vibe; imported `properties` may not use them."""
