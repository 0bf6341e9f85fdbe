"""Stances over cases: what the product's judge makes of a passage beside a claim.

Where the documents a case names are at hand, the whole plan is examined as a research run does: weights, rivals and
roles come from all of it. Where they are not, the cases of one plan stand for it, and a passage's role is told by its
file's name alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from vibe.domain.acts import ModelReply
from vibe.domain.debates import Role
from vibe.domain.errors import BadInput, Permanent, Transient
from vibe.domain.identities import derived_id
from vibe.domain.research import Claim, Passage, Stance
from vibe.evaluating.cases import Case
from vibe.evaluating.figures import Figure, kept, share
from vibe.loop.debating import Ask
from vibe.plans.formats.reading import read_plan
from vibe.research.claims import CLAIMING, claims_of
from vibe.research.cues import cues
from vibe.research.judging_by_model import inputs_of, judge
from vibe.research.passages import Document, file_order, merge_copies, plain, read_passages, sentences
from vibe.research.ranking import Examiner
from vibe.research.roles import file_kind

LABELS: Mapping[str, str] = {
    "contradicts": "contradicts",
    "contradict": "contradicts",
    "weak": "weak",
    "supports": "supports",
    "support": "supports",
    "beside": "beside",
    "repeats": "repeats",
    "repeat": "repeats",
    "restates": "repeats",
}
READ = frozenset({".md", ".txt", ".json", ".csv", ".jsonl"})


@dataclass(frozen=True, slots=True)
class Pair:
    """One case: a claim by its place, a passage by its place; files are named within their plan."""

    case: Case
    plan: str
    claim: str
    claim_file: str
    claim_line: int
    passage: str
    file: str
    line: int

    @classmethod
    def of(cls, case: Case) -> Pair:
        """Read one case.

        Raises:
            BadInput: names the line and field that is wrong.
        """
        place, _, number = case.text("claim_file", default="").rpartition(":")
        claim_file, claim_line = (place, int(number)) if number.isdigit() else (case.text("claim_file", default=""), 0)
        line = case.fields.get("line", 0)
        if isinstance(line, bool) or not isinstance(line, int):
            raise case.fault("must be a number", "line")
        file = case.text("file", default="")
        plan = str(PurePosixPath(file or claim_file).parent)
        inside = [PurePosixPath(name).name for name in (claim_file, file)]
        return cls(
            case, plan, case.text("claim"), inside[0], claim_line, case.text("passage"), inside[1] or "passage.md", line
        )


async def predict_stances(cases: Sequence[Case], folders: Sequence[Path], ask: Ask | None) -> list[dict[str, Any]]:
    """One line a case: `{id, stance, written}`; plans are looked for in `folders`, in their order.

    What the rules do not write is judged by the model behind `ask`, where there is one.
    """
    pairs = [Pair.of(case) for case in cases]
    plans = {plan: _Plan([pair for pair in pairs if pair.plan == plan], plan, folders) for plan in _plans(pairs)}
    return [{"id": pair.case.id, **await plans[pair.plan].judge(pair, ask)} for pair in pairs]


def _plans(pairs: Sequence[Pair]) -> list[str]:
    return list(dict.fromkeys(pair.plan for pair in pairs))


class _Plan:
    """One plan, from its documents or from the cases alone."""

    def __init__(self, pairs: Sequence[Pair], plan: str, folders: Sequence[Path]) -> None:
        folder = next((base / plan for base in folders if plan not in ("", ".") and (base / plan).is_dir()), None)
        claims, passages = _documents(folder) if folder else ([], [])
        self._claims = {(claim.file, claim.line): claim for claim in claims}
        self._passages: dict[tuple[str, int], list[Passage]] = {}
        for passage in passages:
            for place in ((passage.file, passage.line), *passage.copies):
                self._passages.setdefault(place, []).append(passage)
        for pair in pairs:
            if self._claim(pair) is None:
                self._claims[_place(pair)] = _claim_alone(pair)
            if not self._passage(pair):
                found = _passages_alone(pair)
                self._passages.setdefault((pair.file, pair.line), []).extend(found)
                passages = [*passages, *found]
        self._examiner = Examiner(list(self._claims.values()), passages)

    async def judge(self, pair: Pair, ask: Ask | None) -> dict[str, Any]:
        """What rules make of it and, where they would not write it, a model."""
        found = self._by_rules(pair)
        claim, passages = self._claim(pair), self._passage(pair)
        if ask is None or found["written"] or claim is None or not passages:
            return found

        async def put(prompt: str, inputs: Mapping[str, Any]) -> ModelReply:
            return await ask(Role.JUDGE, prompt, inputs)

        here = passages[0]
        before = here.before.plain if here.before else ""
        told = inputs_of(claim, pair.passage, (before, ""), here.role.value, here.headings)
        try:
            verdict, _ = await judge(told, put)
        except (Transient, Permanent):
            return found
        return {"stance": verdict.stance.value, "written": verdict.sure} if verdict else found

    def _by_rules(self, pair: Pair) -> dict[str, Any]:
        """Stance and whether it would be written; of a passage of several sentences the one that says most."""
        claim = self._claim(pair)
        seen = [self._examiner.stance(claim, passage) for passage in self._passage(pair)] if claim else []
        order = [Stance.CONTRADICTS, Stance.SUPPORTS, Stance.REPEATS, Stance.BESIDE]
        stance, written = min(seen, key=lambda one: (not one[1], order.index(one[0])), default=(Stance.BESIDE, False))
        return {"stance": stance.value, "written": written}

    def _claim(self, pair: Pair) -> Claim | None:
        return self._claims.get(_place(pair))

    def _passage(self, pair: Pair) -> list[Passage]:
        said = " ".join(plain(pair.passage).split())
        here = self._passages.get((pair.file, pair.line), [])
        return [one for one in here if one.plain in said or said in one.plain or one.quotes[0].text in pair.passage]


def _place(pair: Pair) -> tuple[str, int]:
    return pair.claim_file or pair.claim, pair.claim_line


def _documents(folder: Path) -> tuple[list[Claim], list[Passage]]:
    paths = sorted((path for path in folder.iterdir() if path.suffix in READ), key=lambda path: file_order(path.name))
    texts = [(path.name, path.read_bytes().decode(errors="replace")) for path in paths]
    passages = merge_copies(one for name, text in texts for one in read_passages(Document.of(name, text)))
    try:
        blocks = read_plan(folder).blocks
    except BadInput:  # documents that are no plan: the cases bring the claims
        blocks = ()
    return claims_of(block for block in blocks if block.kind in CLAIMING), passages


def _claim_alone(pair: Pair) -> Claim:
    text = plain(pair.claim)
    decides = file_kind(pair.claim_file) == "strategic_decisions"
    return Claim(
        id=derived_id("claim", pair.claim_file, pair.claim_line, text),
        kind="Decision" if decides else "Assumption",
        text=text,
        sentences=tuple(text[start:end] for start, end in sentences(text)),
        topic=text if decides else "",
        file=pair.claim_file,
        line=pair.claim_line,
    )


_HEADED = {
    "expert_criticism": "Issue",
    "team": "Omissions",
    "swot_analysis": "Weaknesses",
    "consolidate_assumptions_full": "Review Assumptions",
}
"""Under which heading a file of a kind judges, where the passage does and its own heading is not known."""


def _passages_alone(pair: Pair) -> list[Passage]:
    """The passage under the heading that its words and its file's name stand for."""
    name = PurePosixPath(pair.file)
    head = " ".join(part for part in name.stem.replace("_", "-").split("-") if not part.isdigit())
    if cues(plain(pair.passage)):
        head = _HEADED.get(file_kind(pair.file), head)
    return read_passages(Document.of(f"{name.stem}.md", f"# {head}\n\n{pair.passage}"))


def stance_figures(cases: Sequence[Case], lines: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """How often what is written is right (weak counts as wrong), and what of the contradictions is found."""
    labels = [case.word("label", LABELS) for case in cases]
    pairs = [(label, line) for label, line in zip(labels, lines, strict=True) if label]
    against = [line for label, line in pairs if label == "contradicts"]
    return kept(
        share("of the written ones, right", (label == line["stance"] for label, line in pairs if line["written"])),
        share("contradictions written", (line["written"] for line in against)),
        share("contradictions found", (line["stance"] == "contradicts" for line in against)),
        share("stance as labelled", (label == line["stance"] for label, line in pairs if label != "weak")),
    )
