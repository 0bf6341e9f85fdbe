"""Real PlanExe runs, examined once a session, and the pairs that a person labelled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vibe.domain.research import Claim, Finding, Passage
from vibe.plans.formats.reading import read_plan
from vibe.research.claims import CLAIMING, claims_of
from vibe.research.passages import Document, file_order, lines_of, merge_copies, read_passages
from vibe.research.ranking import examine

SILO, PARA, SOVE = "20250321_silo", "20260311_parasomnia_research_unit", "20260308_sovereign_identity"
TUNED_ON = (SILO, PARA)
KEPT_ASIDE = SOVE
LABELS = Path(__file__).with_name("stance.jsonl")


@dataclass(frozen=True)
class Run:
    """One run: its claims, passages, findings and the lines of its files."""

    name: str
    claims: dict[str, Claim]
    passages: list[Passage]
    findings: list[Finding]
    lines: dict[str, list[str]]

    def place(self, finding: Finding) -> str:
        """Where the finding's claim stands: file and line."""
        claim = self.claims[finding.claim_id]
        return f"{claim.file}:{claim.line}"

    def key(self, finding: Finding) -> tuple[str, str, int, str]:
        """What a label is about: the claim's place, the passage's file and line, its words."""
        quote = finding.passage.quotes[0]
        return f"{self.name}/{self.place(finding)}", f"{self.name}/{quote.file}", quote.line, quote.text


@dataclass(frozen=True)
class Label:
    """One pair as a person judged it: contradicts, weak (names a way it could fail), supports, beside or repeats."""

    id: str
    claim_file: str
    file: str
    line: int
    passage: str
    label: str

    @property
    def key(self) -> tuple[str, str, int, str]:
        """The pair, as `Run.key` has it."""
        return self.claim_file, self.file, self.line, self.passage


@lru_cache(maxsize=8)
def examined(folder: Path) -> Run:
    """Import a run as `vibe import` does and examine all its claims against all its documents."""
    texts = {
        path.name: path.read_bytes().decode()
        for path in sorted(folder.iterdir(), key=lambda path: file_order(path.name))
        if path.suffix in {".md", ".txt", ".json", ".csv"}
    }
    passages = merge_copies(one for name, text in texts.items() for one in read_passages(Document.of(name, text)))
    claims = claims_of(block for block in read_plan(folder).blocks if block.kind in CLAIMING)
    lines = {name: lines_of(text) for name, text in texts.items()}
    return Run(folder.name, {claim.id: claim for claim in claims}, passages, examine(claims, passages), lines)


def labels() -> list[Label]:
    """The labelled pairs, in the order of the file."""
    rows = (json.loads(line) for line in LABELS.read_text().splitlines())
    return [Label(r["id"], r["claim_file"], r["file"], r["line"], r["passage"], r["label"]) for r in rows]
