"""Contrast: whether two titles that read alike say different things after all.

Word overlap and embeddings both take "Enable guest checkout" for "Disable guest checkout". Three plain signs tell them
apart: different numbers or codes, opposites, and one frame with another filling ("the fire alarm in A", "... in C").
What fills the frame is handed back, so that whoever has a better measure of words can compare the fillings.

Source: MODELS ("Likeness of proposal titles", hard negatives).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

DAMPED = 0.3
"""What is left of a score where two texts only seem alike."""
FRAME_SHARE = 0.5
"""From this share of common words on, two titles have one frame."""
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LOOSE = frozenset(
    """a an the of on in to is it its by and or for at with from into that this our we us what who how whether per as
    be are so up out about get ask check verify validate confirm test try find look search research add put place set
    introduce make have give take use run carry do let keep hold move shift change replace swap renew rotate write
    document draft send hire employ recruit measure log record compare agree negotiate request publish limit survey
    interview talk install build create implement provide obtain secure arrange plan prepare organise organize define
    decide choose pick select new front before when evidence say says proposal proposed needed more each every
    rate per them they their there than then some other another""".split()
)
"""Verbs of doing and small words: rewordings swap them freely, so they tell no two titles apart."""
_OPPOSITES = (
    "increase decrease|raise lower|enable disable|buy sell|start stop|open close|import export|allow forbid|"
    "allow block|permit ban|before after|above below|more less|more fewer|add remove|add drop|add delete|in out|"
    "hire fire|hire dismiss|shorten lengthen|shorten extend|expand reduce|expand shrink|grow shrink|speed slow|"
    "faster slower|cheaper dearer|inbound outbound|internal external|indoor outdoor|day night|daily weekly|"
    "weekly monthly|monthly yearly|monday friday|morning evening|summer winter|spring autumn|north south|east west|"
    "left right|upper lower|first last|first second|minimum maximum|public private|manual automatic|hot cold|"
    "heating cooling|accept reject|accept decline|approve reject|encrypt decrypt|upgrade downgrade|lock unlock|"
    "load unload|include exclude|join leave|enter leave|lend borrow|rent own|rent buy|lease buy|keep drop|keep end|"
    "continue stop|continue end|start end|begin end|launch retire|centralise decentralise|centralize decentralize|"
    "insource outsource|with without|adult child|adults children|men women|employees customers|staff customers|"
    "suppliers customers|buyers sellers|landlord tenant|teacher pupil|teachers pupils|demand supply|income cost|"
    "revenue cost|revenues costs|profit loss|strict loose|tighten loosen|tighten relax|strengthen weaken|"
    "attract repel|online offline|synchronous asynchronous|read write|upload download|push pull|merge split|"
    "short long|small large|high low|old new|deep shallow|dry wet|fast slow|early late|strengths weaknesses|"
    "delay bring-forward|postpone advance|pause resume|suspend resume|reopen close|promote demote|hide show"
)
_NEGATION = frozenset({"not", "no", "never", "without", "don't", "stop", "avoid"})
_SWAPPED = re.compile(r"\bfrom\s+(?:the\s+)?(\w+)\s+(?:\w+\s+)?to\s+(?:the\s+)?(\w+)", re.IGNORECASE)


@cache
def _opposites() -> frozenset[tuple[str, str]]:
    pairs = (tuple(pair.split()) for pair in _OPPOSITES.split("|"))
    return frozenset(couple for one, other in pairs for couple in ((one, other), (other, one)))


@dataclass(frozen=True, slots=True)
class Contrast:
    """How two titles differ; `sure` is a difference that no wording explains, `one` and `other` fill one frame."""

    sure: str = ""
    one: str = ""
    other: str = ""


SAME = Contrast()


def contrast(one: str, other: str) -> Contrast:
    """Say in what two titles that read alike contradict each other or are about different things."""
    here, there = _words(one), _words(other)
    codes = _codes(one, here), _codes(other, there)
    if codes[0] and codes[1] and codes[0] != codes[1]:
        return Contrast(f"{_shown(codes[0])} is not {_shown(codes[1])}")
    swap = _SWAPPED.search(one), _SWAPPED.search(other)
    if (
        swap[0]
        and swap[1]
        and [part.lower() for part in swap[0].groups()] == [p.lower() for p in swap[1].groups()][::-1]
    ):
        return Contrast("the way back is another way")
    roots, others = _rooted(here), _rooted(there)
    common = roots.keys() & others.keys()
    left = [roots[key] for key in roots.keys() - common]
    right = [others[key] for key in others.keys() - common]
    if len(common) < FRAME_SHARE * min(len(roots), len(others)) or not common:
        return SAME
    against = next(((a, b) for a in left for b in right if (a, b) in _opposites()), None)
    if against:
        return Contrast(f"“{against[0]}” is not “{against[1]}”")
    if bool(_NEGATION & set(left)) != bool(_NEGATION & set(right)):
        return Contrast("one of them says not to")
    return Contrast("", _filling(left, here), _filling(right, there))


def _ends(match: re.Match[str]) -> list[str]:
    return [part.lower() for part in match.groups()]


def _filling(left: list[str], order: list[str]) -> str:
    kept = [word for word in order if word in left and word not in _LOOSE]
    return " ".join(dict.fromkeys(kept))


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'").removesuffix("'s") for word in _WORD.findall(text)]


def _codes(text: str, words: list[str]) -> frozenset[str]:
    """Numbers, and single capitals that stand for something ("building C")."""
    capitals = {
        word for word in re.findall(r"(?<=\s)[A-Z](?!\w)", text) if word not in ("A", "I") or text.endswith(word)
    }
    return frozenset(_number(word) for word in words if word[0].isdigit() and _number(word)) | capitals


def _number(word: str) -> str:
    """A number however it is written: `03` and the `00` of `03:00` are `3` and nothing."""
    return word.lstrip("0")


def _shown(codes: frozenset[str]) -> str:
    return ", ".join(sorted(codes))


def _rooted(words: list[str]) -> dict[str, str]:
    """Words by a rough root, small words left out."""
    small = {"a", "an", "the", "of", "on", "in", "to", "is", "it", "its", "by", "and", "or", "for", "at", "our", "we"}
    return {_root(word): word for word in words if word not in small}


def _root(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ers", "ies", "ied", "er", "es", "ed", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
