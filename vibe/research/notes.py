"""Notes: what a run has worked out so far, kept as JSON text on its node from one transition to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from vibe.domain.canonical import from_json, to_json
from vibe.domain.research import Finding, Origin, Quote, Stance


@dataclass(frozen=True, slots=True)
class Source:
    """One document to read.

    `plan` is whose corpus it belongs to, `sha256` its hash when it was listed, `hits` how many passages the first
    search found in it.
    """

    plan: str
    file: str
    sha256: str
    hits: int = 0

    @property
    def is_own(self) -> bool:
        """Whether the owner added it."""
        return self.file.startswith("_own/")


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as a run keeps it: without its passage, with the batch it came in and the corpus it stands in."""

    id: str
    claim: str
    stance: Stance
    written: bool
    score: int
    quotes: tuple[Quote, ...]
    reasons: tuple[str, ...]
    measure: str = ""
    corpus: str = ""
    batch: int = 0
    role: str = ""
    headings: tuple[str, ...] = ()
    around: tuple[str, str] = ("", "")

    @classmethod
    def of(cls, finding: Finding, plan: str, batch: int, around: tuple[str, str] = ("", "")) -> Found:
        """Keep a finding; `around` are the sentences before and after it."""
        corpus = "_own" if finding.quotes[0].origin is Origin.OWN_DOCUMENT else plan
        return cls(
            id=finding.id,
            claim=finding.claim_id,
            stance=finding.stance,
            written=finding.written,
            score=finding.score,
            quotes=finding.quotes,
            reasons=finding.reasons,
            measure=finding.measure,
            corpus=corpus,
            batch=batch,
            role=finding.passage.role.value,
            headings=finding.passage.headings,
            around=around,
        )


@dataclass(frozen=True, slots=True)
class GateRecord:
    """One gate as it was passed or not: its number, what was checked with the answer, and what to do about a FAIL."""

    number: int
    passed: bool
    checks: tuple[tuple[str, bool], ...]
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Notes:
    """The run's scratch-pad.

    `claims` are the blocks with the content hash they are read with. `batches` is the plan, `done` how many of them
    are in the working file since the plan was last made, `first` the number of its first batch. `revised`, `passes`
    (verification), `rebuilt` and `stalls` count, so that nothing goes round for ever.
    """

    claims: Mapping[str, str] = field(default_factory=dict)
    batches: tuple[tuple[Source, ...], ...] = ()
    left_out: tuple[Source, ...] = ()
    words: tuple[str, ...] = ()
    done: int = 0
    first: int = 1
    found: tuple[Found, ...] = ()
    passages: int = 0
    gates: tuple[GateRecord, ...] = ()
    revised: int = 0
    expanded: bool = False
    saturated: bool = False
    passes: int = 0
    rebuilt: int = 0
    why: str = ""
    seal: str = ""

    @property
    def read(self) -> tuple[Source, ...]:
        """What has been read, each document once."""
        return tuple({(s.plan, s.file): s for batch in self.batches[: self.done] for s in batch}.values())

    @property
    def is_read_out(self) -> bool:
        """Whether every planned batch is in the working file."""
        return self.done >= len(self.batches)

    def of_claim(self, claim: str) -> tuple[Found, ...]:
        """What was found for one claim: written first, then by score."""
        mine = (item for item in self.found if item.claim == claim)
        return tuple(sorted(mine, key=lambda f: (not f.written, -f.score, f.quotes[0].file, f.quotes[0].line, f.id)))

    @property
    def written(self) -> tuple[Found, ...]:
        """What is sure enough to become Evidence."""
        return tuple(item for item in self.found if item.written)

    def uncovered(self) -> list[str]:
        """Claims for which nothing at all was found."""
        seen = {item.claim for item in self.found}
        return [claim for claim in self.claims if claim not in seen]

    def to_text(self) -> str:
        """Write them as JSON."""
        return to_json(asdict(self)).decode()

    @classmethod
    def from_text(cls, text: str) -> Notes:
        """Read them back; no text is an empty pad."""
        if not text:
            return cls()
        data = from_json(text)
        data["batches"] = tuple(tuple(Source(**item) for item in batch) for batch in data["batches"])
        data["left_out"] = tuple(Source(**item) for item in data["left_out"])
        data["words"] = tuple(data["words"])
        data["found"] = read_found(data["found"])
        data["gates"] = tuple(_gate(item) for item in data["gates"])
        return cls(**data)


def found_as_data(found: Iterable[Found]) -> list[dict[str, Any]]:
    """Findings as plain data, for a step's outcome."""
    return [asdict(item) for item in found]


def read_found(data: Iterable[Mapping[str, Any]]) -> tuple[Found, ...]:
    """Read findings back."""
    return tuple(_found(item) for item in data)


def _found(item: Mapping[str, Any]) -> Found:
    quotes = tuple(Quote(**{**quote, "origin": Origin(quote["origin"])}) for quote in item["quotes"])
    told = {name: tuple(item[name]) for name in ("reasons", "headings", "around") if name in item}
    return Found(**{**item, "stance": Stance(item["stance"]), "quotes": quotes, **told})


def _gate(item: Mapping[str, Any]) -> GateRecord:
    checks = tuple((str(text), bool(holds)) for text, holds in item["checks"])
    return GateRecord(item["number"], item["passed"], checks, item["remedy"])
